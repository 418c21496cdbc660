"""The host: a Flask core that knows no year, no unit type and no law."""
