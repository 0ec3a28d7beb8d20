"""The first tables."""

from alembic import op
from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Integer,
    PrimaryKeyConstraint,
    SmallInteger,
    String,
    Text,
)

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Create them all."""
    _create_people()
    _create_chats()
    _create_rules()
    _create_subscriptions()
    _create_requests()
    _create_counts()


def downgrade() -> None:
    """Remove them all, with everything in them."""
    for table in ("people", "chats", "rules", "subscriptions", "requests", "counts"):
        op.drop_table(table)


def _chat_id(table: str) -> tuple[Column[int], CheckConstraint]:
    """Make the column of a chat and the check that it is none with a person."""
    column = Column("chat_id", BigInteger(), autoincrement=False, nullable=False)
    return column, CheckConstraint("chat_id < 0", name=op.f(f"{table}_chat_id_check"))


def _create_people() -> None:
    op.create_table(
        "people",
        Column("mark", String(32), nullable=False),
        Column("language", String(3), nullable=False),
        PrimaryKeyConstraint("mark", name=op.f("people_pkey")),
    )


def _create_chats() -> None:
    op.create_table(
        "chats",
        *_chat_id("chats"),
        Column("language", String(3), nullable=True),
        Column("speak", String(9), nullable=False),
        Column("topics", JSON(), nullable=False),
        Column("budget", Integer(), nullable=False),
        Column("repeat_hours", Integer(), nullable=False),
        Column("welcome", Boolean(), nullable=False),
        Column("join_rules", Boolean(), nullable=False),
        Column("ephemeral", Boolean(), nullable=False),
        Column("newcomers", Integer(), nullable=False),
        Column("welcomed_at", BigInteger(), nullable=True),
        Column("welcome_message", BigInteger(), nullable=True),
        PrimaryKeyConstraint("chat_id", name=op.f("chats_pkey")),
    )


def _create_rules() -> None:
    op.create_table(
        "rules",
        *_chat_id("rules"),
        Column("language", String(3), nullable=False),
        Column("text", Text(), nullable=False),
        PrimaryKeyConstraint("chat_id", "language", name=op.f("rules_pkey")),
    )


def _create_subscriptions() -> None:
    op.create_table(
        "subscriptions",
        *_chat_id("subscriptions"),
        Column("language", String(3), nullable=False),
        Column("zone", String(64), nullable=False),
        Column("minute", SmallInteger(), nullable=False),
        Column("weekday", SmallInteger(), nullable=True),
        Column("thread", BigInteger(), nullable=True),
        Column("posts", Integer(), nullable=False),
        Column("last", Date(), nullable=True),
        Column("paused", Boolean(), nullable=False),
        PrimaryKeyConstraint("chat_id", name=op.f("subscriptions_pkey")),
    )


def _create_requests() -> None:
    op.create_table(
        "requests",
        *_chat_id("requests"),
        Column("mark", String(32), nullable=False),
        Column("asked_at", BigInteger(), nullable=False),
        PrimaryKeyConstraint("chat_id", "mark", name=op.f("requests_pkey")),
    )


def _create_counts() -> None:
    op.create_table(
        "counts",
        Column("entry", String(40), nullable=False),
        Column("asked", Integer(), nullable=False),
        Column("helpful", Integer(), nullable=False),
        Column("not_helpful", Integer(), nullable=False),
        PrimaryKeyConstraint("entry", name=op.f("counts_pkey")),
    )
