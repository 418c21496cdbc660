"""The audit trail: written, sealed, checked, read."""
