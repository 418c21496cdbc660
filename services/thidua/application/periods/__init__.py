"""What is owed and when: units, campaigns, periods, rosters, deadlines."""
