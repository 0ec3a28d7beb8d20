"""Which updates were taken on."""

from alembic import op
from sqlalchemy import BigInteger, Boolean, Column, PrimaryKeyConstraint, SmallInteger

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Create the table."""
    op.create_table(
        "updates",
        Column("update_id", BigInteger(), autoincrement=False, nullable=False),
        Column("settled", Boolean(), nullable=False),
        Column("tries", SmallInteger(), nullable=False),
        Column("until", BigInteger(), nullable=False),
        PrimaryKeyConstraint("update_id", name=op.f("updates_pkey")),
    )


def downgrade() -> None:
    """Remove the table: updates that Telegram delivers again are then answered again."""
    op.drop_table("updates")
