"""The tables: all that is ever written down, and nothing of what anybody said.

A person is a mark (see `people`), never an id. A chat is a group or a channel: Telegram's ids of these are negative,
while the id of a private chat is its person's, so that a check keeps these out. Times are seconds since 1970, UTC.
"""

from datetime import date

from sqlalchemy import (
    JSON,
    BigInteger,
    CheckConstraint,
    Column,
    LargeBinary,
    MetaData,
    Named,
    SmallInteger,
    String,
    Table,
    Text,
    TypedColumns,
)

METADATA = MetaData(naming_convention={"pk": "%(table_name)s_pkey", "ck": "%(table_name)s_%(constraint_name)s"})
"""Every table of the store, with names for what would else be named by chance."""
MARK = String(32)
"""Half of a SHA-256 in hexadecimal: 128 bits are enough that no two people share one."""
LANGUAGE = String(3)
"""A code of ISO 639, such as `es`."""


class PersonColumns(TypedColumns):
    """What a person chose."""

    mark: Named[str] = Column(MARK, primary_key=True)
    language: Named[str] = Column(LANGUAGE)


class ChatColumns(TypedColumns):
    """What the admins of a chat chose, and where its welcome stands."""

    chat_id: Named[int] = Column(BigInteger, primary_key=True, autoincrement=False)
    language: Named[str | None] = Column(LANGUAGE)
    speak: Named[str] = Column(String(9))
    topics: Named[list[int]] = Column(JSON, nullable=False)
    budget: Named[int]
    repeat_hours: Named[int]
    welcome: Named[bool]
    join_rules: Named[bool]
    ephemeral: Named[bool]
    newcomers: Named[int]
    welcomed_at: Named[int | None] = Column(BigInteger)
    welcome_message: Named[int | None] = Column(BigInteger)


class RuleColumns(TypedColumns):
    """The rules that a chat's admins wrote for who asks to join, by language."""

    chat_id: Named[int] = Column(BigInteger, primary_key=True, autoincrement=False)
    language: Named[str] = Column(LANGUAGE, primary_key=True)
    text: Named[str] = Column(Text)


class SubscriptionColumns(TypedColumns):
    """A chat's posts: when they are due, and which day's was the last."""

    chat_id: Named[int] = Column(BigInteger, primary_key=True, autoincrement=False)
    language: Named[str] = Column(LANGUAGE)
    zone: Named[str] = Column(String(64))
    minute: Named[int] = Column(SmallInteger)
    weekday: Named[int | None] = Column(SmallInteger)
    thread: Named[int | None] = Column(BigInteger)
    posts: Named[int]
    last: Named[date | None]
    paused: Named[bool]


class RequestColumns(TypedColumns):
    """Who waits to join."""

    chat_id: Named[int] = Column(BigInteger, primary_key=True, autoincrement=False)
    mark: Named[str] = Column(MARK, primary_key=True)
    asked_at: Named[int] = Column(BigInteger)


class CountColumns(TypedColumns):
    """How often an entry was asked for and rated, by whomever."""

    entry: Named[str] = Column(String(40), primary_key=True)
    asked: Named[int]
    helpful: Named[int]
    not_helpful: Named[int]


class UpdateColumns(TypedColumns):
    """Which of Telegram's updates were taken on: their numbers alone, which tell nothing of anybody."""

    update_id: Named[int] = Column(BigInteger, primary_key=True, autoincrement=False)
    settled: Named[bool]
    tries: Named[int] = Column(SmallInteger)
    until: Named[int] = Column(BigInteger)


class TurnColumns(TypedColumns):
    """Which chats a copy of the bot has in hand, and what the next one must remember of them, unreadable here."""

    mark: Named[str] = Column(MARK, primary_key=True)
    update_id: Named[int] = Column(BigInteger)
    until: Named[int] = Column(BigInteger)
    memory: Named[bytes | None] = Column(LargeBinary)


class RegistrationColumns(TypedColumns):
    """What Telegram was told last, by its digest: no copy of the bot tells it again."""

    what: Named[str] = Column(String(10), primary_key=True)
    digest: Named[str] = Column(String(64))


def _no_person() -> CheckConstraint:
    """Make the check that a chat is none with a person."""
    return CheckConstraint("chat_id < 0", name="chat_id_check")


PEOPLE = Table("people", METADATA, PersonColumns)
CHATS = Table("chats", METADATA, ChatColumns, _no_person())
RULES = Table("rules", METADATA, RuleColumns, _no_person())
SUBSCRIPTIONS = Table("subscriptions", METADATA, SubscriptionColumns, _no_person())
REQUESTS = Table("requests", METADATA, RequestColumns, _no_person())
COUNTS = Table("counts", METADATA, CountColumns)
UPDATES = Table("updates", METADATA, UpdateColumns)
TURNS = Table("turns", METADATA, TurnColumns)
REGISTRATIONS = Table("registrations", METADATA, RegistrationColumns)
