"""Logging without secrets: the token is cut out of every line, and libraries that print addresses are quiet."""

import logging
import sys

QUIET = {
    "alembic": logging.WARNING,  # tells at each start what database it looks at
    "aiosqlite": logging.WARNING,  # prints each statement with its values
    "httpx": logging.WARNING,  # prints each request's address, and so the token
    "httpcore": logging.WARNING,
    "telegram": logging.INFO,  # prints messages below that
    "telegram.request": logging.CRITICAL,  # prints the answers of Telegram that it cannot read, messages among them
    "telegram.ext": logging.CRITICAL,  # prints a traceback when the bot cannot start, which is told in plain words
    "telegram.ext.Updater": logging.CRITICAL,  # prints a traceback for each try during an outage
    "telegram.ext.Application": logging.INFO,
}
"""Loggers, and the least level from which they are heard."""


class Redactor(logging.Formatter):
    """Formats lines, tracebacks included, without the secrets."""

    def __init__(self, *secrets: str) -> None:
        super().__init__("%(asctime)s %(levelname)s %(name)s: %(message)s")
        self._secrets = tuple(filter(None, secrets))

    def format(self, record: logging.LogRecord) -> str:
        """Return the line with each secret replaced."""
        line = super().format(record)
        for secret in self._secrets:
            line = line.replace(secret, "[secret]")
        return line


def set_up(level: str, token: str | None) -> None:
    """Send the log to standard error; `token` and its secret half never appear in it."""
    handler = logging.StreamHandler(sys.stderr)
    secrets = (token, token.partition(":")[2]) if token else ()
    handler.setFormatter(Redactor(*secrets))
    logging.basicConfig(level=level, handlers=[handler], force=True)
    for name, quiet in QUIET.items():
        logging.getLogger(name).setLevel(max(quiet, logging.getLogger().level))
