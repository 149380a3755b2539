"""How Alembic reaches the database: always through `haat.store.migrate`, which hands over the path."""

from alembic import context
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from haat.store.metadata import metadata

engine = create_engine(f"sqlite:///{context.config.attributes['path']}", poolclass=NullPool)

with engine.connect() as connection:
    # One transaction for all: an upgrade that is cut off leaves the database where it was.
    connection.exec_driver_sql("BEGIN IMMEDIATE")
    context.configure(connection=connection, target_metadata=metadata, render_as_batch=True, transactional_ddl=True)
    context.run_migrations()
    connection.commit()
