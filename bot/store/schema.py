"""The schema's versions, and the way from any of them to the newest."""

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection, inspect
from sqlalchemy.exc import SQLAlchemyError


def config(connection: Connection) -> Config:
    """Return Alembic's configuration for one connection, in whose transaction everything happens."""
    configuration = Config(attributes={"connection": connection})
    configuration.set_main_option("script_location", "bot.store:migrations")
    return configuration


def upgrade(connection: Connection) -> None:
    """Bring the schema to its newest version. Raises SQLAlchemyError if it is newer than any that is known here."""
    try:
        command.upgrade(config(connection), "head")
    except CommandError as error:
        raise SQLAlchemyError("The database's schema is of another version of the bot, perhaps a newer one.") from error


def is_ours(connection: Connection) -> bool:
    """Tell whether a database is one of the bot's, of whatever version."""
    return inspect(connection).has_table("alembic_version")


def is_foreign(connection: Connection) -> bool:
    """Tell whether a database is neither the bot's nor empty."""
    return not is_ours(connection) and bool(inspect(connection).get_table_names())
