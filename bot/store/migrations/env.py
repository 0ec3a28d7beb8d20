"""What Alembic runs to migrate: over the connection that it is given, in the transaction that is open there."""

from alembic import context

from bot.store.tables import METADATA

context.configure(connection=context.config.attributes["connection"], target_metadata=METADATA)
context.run_migrations()
