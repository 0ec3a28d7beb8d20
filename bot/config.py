"""Configuration from the environment: read once, checked, each mistake named in one sentence."""

import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote, urlsplit

TELEGRAM_API_URL = "https://api.telegram.org"
TOKEN = re.compile(r"\d+:[\w-]+(/test)?", re.ASCII)
"""A bot's number and its secret; Telegram's test servers want the word after them."""
OFFLINE_TOKEN = "1:offline"  # noqa: S105  # no secret: the in-memory Telegram takes any
DATA_FOLDER = Path("data")
"""Where the SQLite file is kept, seen from the folder that the bot is started in."""
WEBHOOK_LISTEN = ("127.0.0.1", 8080)
"""Where the proxy finds the webhook."""
MONITOR_LISTEN = ("127.0.0.1", 9464)
"""Where whoever looks after the bot finds its health and its figures; the port is the usual one of such figures."""
WEBHOOK_SECRET = re.compile(r"[A-Za-z0-9_-]{1,256}")
"""What Telegram takes as a secret."""
MODES = ("polling", "webhook")
LOG_FORMATS = ("json", "plain")
LOG_LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR", "CRITICAL")


class ConfigError(Exception):
    """A variable that cannot be used; its text is one plain sentence without the value of a secret."""


@dataclass(frozen=True)
class WebhookConfig:
    """How updates come in where Telegram delivers them, instead of being polled."""

    url: str
    """Where Telegram delivers; a proxy there passes on to `listen`, with the same path."""
    secret: str = field(repr=False)
    """What Telegram shows with each delivery."""
    listen: tuple[str, int] = WEBHOOK_LISTEN
    """The address and the port that this process opens."""


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
    webhook: WebhookConfig | None = None
    """How Telegram delivers updates; None means that they are polled."""
    monitor_listen: tuple[str, int] = MONITOR_LISTEN
    """The address and the port of health and metrics."""
    log_format: str | None = None
    """`json` or `plain`; None means plain on a terminal only."""

    @property
    def secrets(self) -> list[str]:
        """What must never be written anywhere."""
        password = urlsplit(self.database or "").password or ""
        of_webhook = self.webhook.secret if self.webhook else None
        found = (self.token, of_webhook, password, unquote(password))
        return list(dict.fromkeys(secret for secret in found if secret))

    @classmethod
    def from_env(cls, environ: Mapping[str, str]) -> "Config":
        """Read the variables that OPERATIONS.md names; an empty one counts as not set. Raises ConfigError."""
        token = environ.get("TELEGRAM_BOT_TOKEN") or None
        if token is not None and not TOKEN.fullmatch(token):
            raise ConfigError("TELEGRAM_BOT_TOKEN is not a token: BotFather's look like 123456:ABC-DEF.")
        api_url = (environ.get("TELEGRAM_API_URL") or TELEGRAM_API_URL).rstrip("/")
        if not _is_web_address(api_url):
            raise ConfigError("TELEGRAM_API_URL must be an address like http://localhost:8081.")
        folder = environ.get("BOT_CONTENT_DIR")
        return cls(
            token,
            api_url,
            Path(folder) if folder else None,
            _choice(environ, "LOG_LEVEL", LOG_LEVELS) or "INFO",
            _database(environ),
            Path(environ.get("BOT_DATA_DIR") or DATA_FOLDER),
            _chat(environ, "BOT_EDITORS_CHAT"),
            frozenset(_chats(environ, "BOT_ALLOWED_CHATS")),
            _webhook(environ, api_url),
            _address(environ, "BOT_MONITOR_LISTEN", MONITOR_LISTEN),
            _choice(environ, "LOG_FORMAT", LOG_FORMATS),
        )


def _choice(environ: Mapping[str, str], name: str, choices: tuple[str, ...]) -> str | None:
    """Read one of some words, in capitals or not."""
    if not (value := environ.get(name)):
        return None
    for choice in choices:
        if choice.casefold() == value.casefold():
            return choice
    raise ConfigError(f"{name} must be one of {', '.join(choices)}.")


def _webhook(environ: Mapping[str, str], api_url: str) -> WebhookConfig | None:
    """Read how Telegram delivers updates, if it is to. A server of one's own also delivers without encryption."""
    if _choice(environ, "BOT_MODE", MODES) != "webhook":
        return None
    url, secret = environ.get("BOT_WEBHOOK_URL") or "", environ.get("BOT_WEBHOOK_SECRET") or ""
    if not _is_web_address(url) or (api_url == TELEGRAM_API_URL and not url.startswith("https://")):
        raise ConfigError("BOT_WEBHOOK_URL must be an address like https://bot.example.org/telegram.")
    if not WEBHOOK_SECRET.fullmatch(secret):
        raise ConfigError("BOT_WEBHOOK_SECRET must be 1 to 256 letters, digits, _ or -; without it anybody could ask.")
    return WebhookConfig(url, secret, _address(environ, "BOT_WEBHOOK_LISTEN", WEBHOOK_LISTEN))


def _address(environ: Mapping[str, str], name: str, default: tuple[str, int]) -> tuple[str, int]:
    """Read an address and a port to listen at."""
    if not (value := environ.get(name)):
        return default
    with suppress(ValueError):  # of a port that is no number
        address = urlsplit(f"//{value}")
        if address.hostname and address.port and address.netloc == value and "@" not in value:
            return address.hostname, address.port
    raise ConfigError(f"{name} must be an address and a port like {default[0]}:{default[1]}.")


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
