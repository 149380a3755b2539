"""Operating the database: what it does now, and keeping it in order."""
