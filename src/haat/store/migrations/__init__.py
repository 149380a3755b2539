"""What Alembic needs to bring a database up to date."""
