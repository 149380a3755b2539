"""The address of a database in the words of SQLAlchemy."""

from sqlalchemy import URL

from haat.config.address import Address

_DRIVERS = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "mariadb": "mariadb+pymysql"}


def url_of(address: Address) -> URL:
    """For `create_engine`; with the password in it."""
    return URL.create(
        _DRIVERS[address.kind],
        address.user or None,
        address.password.reveal() if address.password else None,
        address.host or None,
        address.port,
        address.database,
        dict(address.options),
    )
