"""How Alembic reaches the database: always through `haat.store.migrate`, which hands over the address."""

from alembic import context
from sqlalchemy import Connection, create_engine
from sqlalchemy.pool import NullPool

from haat.store.metadata import metadata
from haat.store.migrations.engine import url_of

address = context.config.attributes["address"]
engine = create_engine(url_of(address), poolclass=NullPool)


def run(connection: Connection) -> None:
    """Let nobody else migrate meanwhile, and run what is missing.

    It is one transaction, so an upgrade that is cut off leaves the database where it was. MariaDB cannot do that: there the next one goes on.
    """
    begin(connection)
    is_whole = address.kind != "mariadb"
    context.configure(
        connection=connection,
        target_metadata=metadata,
        render_as_batch=True,
        transactional_ddl=is_whole,
        transaction_per_migration=not is_whole,
    )
    with context.begin_transaction():
        context.run_migrations()
    connection.commit()


def begin(connection: Connection) -> None:
    if address.kind == "postgresql":
        from haat.store.migrations import postgres

        postgres.begin(connection)
    elif address.kind == "mariadb":
        from haat.store.migrations import mariadb

        mariadb.begin(connection)
    else:
        connection.exec_driver_sql("BEGIN IMMEDIATE")


with engine.connect() as connection:
    run(connection)
