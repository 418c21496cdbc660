"""What the product is about, in plain Python: units, calendar, campaigns, reports, status.

Nothing here reads a file, a database or a clock; nothing knows a year, a province or a law.
"""
