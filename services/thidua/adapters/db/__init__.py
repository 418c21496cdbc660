"""The database: SQLite embedded, PostgreSQL in production, one code for both."""
