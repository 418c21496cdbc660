"""What the use cases ask of the outside, and the plain rows that pass through: no use case in here."""
