"""Who may do what: rights, reach, and what is veiled from whom."""
