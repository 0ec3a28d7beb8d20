"""What several copies of the bot must know of each other: whose turn it is in a chat, and what Telegram was told."""

from alembic import op
from sqlalchemy import BigInteger, Column, LargeBinary, PrimaryKeyConstraint, String

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Create the tables."""
    op.create_table(
        "turns",
        Column("mark", String(32), nullable=False),
        Column("update_id", BigInteger(), nullable=False),
        Column("until", BigInteger(), nullable=False),
        Column("memory", LargeBinary(), nullable=True),
        PrimaryKeyConstraint("mark", name=op.f("turns_pkey")),
    )
    op.create_table(
        "registrations",
        Column("what", String(10), nullable=False),
        Column("digest", String(64), nullable=False),
        PrimaryKeyConstraint("what", name=op.f("registrations_pkey")),
    )


def downgrade() -> None:
    """Remove the tables: what was remembered of chats is forgotten, and Telegram is told everything again."""
    op.drop_table("registrations")
    op.drop_table("turns")
