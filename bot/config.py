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
        return cls(token, api_url, Path(folder) if folder else None, log_level)


def _is_web_address(text: str) -> bool:
    with suppress(ValueError):  # of a port that is no number, of brackets that are not closed
        address = urlsplit(text)
        return address.scheme in ("http", "https") and bool(address.hostname) and address.port != 0
    return False
