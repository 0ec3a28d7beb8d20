"""Configuration from the environment: read once, checked, each mistake named in one sentence."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

TELEGRAM_API_URL = "https://api.telegram.org"
TOKEN = re.compile(r"\d+:[\w-]+(/test)?", re.ASCII)
"""A bot's number and its secret; Telegram's test servers want the word after them."""
OFFLINE_TOKEN = "1:offline"  # noqa: S105  # no secret: the in-memory Telegram takes any
DATA_FOLDER = Path("data")
"""Where the SQLite file is kept, seen from the folder that the bot is started in."""
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class ConfigError(Exception):
    """A variable that cannot be used; its text is one plain sentence without the value of a secret."""


@dataclass(frozen=True)
class Config:
    """What the bot must know before it starts."""

    token: str | None = field(default=None, repr=False)
    """From BotFather; None means the local chat."""
    api_url: str = TELEGRAM_API_URL
    content_folder: Path | None = None
    """Another knowledge base; None means the packaged one."""
    log_level: str = "INFO"
    database: str | None = field(default=None, repr=False)
    """The database's address in SQLAlchemy's form, which may hold a password; None means a SQLite file."""
    data_folder: Path = DATA_FOLDER
    """Where that file is kept."""
    editors: int | None = None
    """The chat that people's unanswered questions are copied to when they want that; None means that none are."""
    allowed_chats: frozenset[int] = frozenset()
    """The only groups and channels that the bot works in; empty means all."""

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Config":
        """Read the variables that README names; an empty one counts as not set. Raises ConfigError."""
        token = environ.get("TELEGRAM_BOT_TOKEN") or None
        if token is not None and not TOKEN.fullmatch(token):
            raise ConfigError("TELEGRAM_BOT_TOKEN is not a token: BotFather's look like 123456:ABC-DEF.")
        api_url = (environ.get("TELEGRAM_API_URL") or TELEGRAM_API_URL).rstrip("/")
        if not _is_web_address(api_url):
            raise ConfigError("TELEGRAM_API_URL must be an address like http://localhost:8081.")
        log_level = (environ.get("LOG_LEVEL") or "INFO").upper()
        if log_level not in LOG_LEVELS:
            raise ConfigError(f"LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}.")
        folder = environ.get("BOT_CONTENT_DIR")
        return cls(
            token,
            api_url,
            Path(folder) if folder else None,
            log_level,
            _database(environ),
            Path(environ.get("BOT_DATA_DIR") or DATA_FOLDER),
            _chat(environ, "BOT_EDITORS_CHAT"),
            frozenset(_chats(environ, "BOT_ALLOWED_CHATS")),
        )


def _database(environ: Mapping[str, str]) -> str | None:
    if not (address := environ.get("DATABASE_URL")):
        return None
    from bot.store import database_url  # here, since questions on the command line need no database

    try:
        return database_url(address)
    except ValueError as error:
        raise ConfigError(f"DATABASE_URL cannot be used: {error}") from None


def _chat(environ: Mapping[str, str], name: str) -> int | None:
    chats = _chats(environ, name)
    if len(chats) > 1:
        raise ConfigError(f"{name} must hold one id of a group or channel, like -1001234567890.")
    return chats[0] if chats else None


def _chats(environ: Mapping[str, str], name: str) -> list[int]:
    """Read ids of groups and channels, separated by commas."""
    ids = [part.strip() for part in (environ.get(name) or "").split(",") if part.strip()]
    if not all(re.fullmatch(r"-\d{1,16}", part, re.ASCII) for part in ids):
        raise ConfigError(f"{name} must hold ids of groups or channels, like -1001234567890.")
    return [int(part) for part in ids]


def _is_web_address(text: str) -> bool:
    with suppress(ValueError):  # of a port that is no number, of brackets that are not closed
        address = urlsplit(text)
        return address.scheme in ("http", "https") and bool(address.hostname) and address.port != 0
    return False
