"""Logs without secrets and without anybody's words: each record one line, as JSON or to be read in a terminal."""

import json
import logging
import re
import sys
import threading
from collections.abc import Collection
from datetime import UTC, datetime
from types import TracebackType

from bot.redactor import Redactor
from bot.traces import names, places

QUIET = {
    "": logging.WARNING,  # whatever else is installed: below that, libraries print what they work on
    "bot": logging.DEBUG,
    "content": logging.DEBUG,
    "intents": logging.DEBUG,
    "alembic": logging.WARNING,  # tells at each start what database it looks at
    "aiosqlite": logging.WARNING,  # prints each statement with its values
    "sqlalchemy": logging.WARNING,  # the same
    "httpx": logging.WARNING,  # prints each request's address, and so the token
    "httpcore": logging.WARNING,
    "uvicorn": logging.WARNING,
    "uvicorn.access": logging.CRITICAL,  # prints who asked for what
    "telegram": logging.INFO,  # prints messages below that
    "telegram.request": logging.CRITICAL,  # prints the answers of Telegram that it cannot read, messages among them
    "telegram.ext": logging.CRITICAL,  # prints a traceback when the bot cannot start, which is told in plain words
    "telegram.ext.Updater": logging.CRITICAL,  # prints a traceback for each try during an outage
    "telegram.ext.Application": logging.INFO,
}
"""Loggers, and the least level from which they are heard; the nameless one stands for those that are not here."""
TALKATIVE = {"asyncio", "py.warnings"}
"""Loggers whose messages show objects, such as a task with what it returned: from there on, they are cut off."""


class JsonLines(logging.Formatter):
    """Formats a record as one JSON object."""

    def __init__(self, redactor: Redactor) -> None:
        super().__init__()
        self._redactor = redactor

    def format(self, record: logging.LogRecord) -> str:
        """Return the line: time (UTC), level, logger, message, where, and what else the record has."""
        return json.dumps(self._fields(record))

    def _fields(self, record: logging.LogRecord) -> dict[str, str | int | list[str]]:
        error, cut = record.exc_info[1] if record.exc_info else None, self._redactor.cut
        trace = places(error) if error else getattr(record, "trace", [])
        fields: dict[str, str | int | list[str]] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": cut(record.name),
            "message": cut(_message(record)),
            "where": cut(f"{record.filename}:{record.lineno}"),
        }
        if isinstance(number := getattr(record, "update", None), int):
            fields["update"] = number
        if error:
            fields["error"] = " from ".join(names(error))
        return fields | ({"trace": [cut(place) for place in trace]} if trace else {})


class PlainLines(JsonLines):
    """Formats a record for people: one line, and one more for each place of an error."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the lines; nothing in a message can begin another."""
        fields = self._fields(record)
        error, trace = fields.get("error"), fields.get("trace")
        first = "{time} {level} {logger}: {message}".format_map(fields) + (f" ({error})" if error else "")
        return "\n  ".join(map(_printable, [first, *(trace if isinstance(trace, list) else [])]))


def _message(record: logging.LogRecord) -> str:
    try:
        text = record.getMessage()
    except Exception:  # noqa: BLE001  # else logging prints the arguments as they are
        return "A message could not be put together"
    return re.split("[<\n]", text, maxsplit=1)[0].rstrip() if record.name in TALKATIVE else text


def _printable(text: str) -> str:
    return "".join(sign if sign.isprintable() else sign.encode("unicode_escape").decode("ascii") for sign in text)


def set_up(level: str, secrets: Collection[str], form: str | None = None) -> None:
    """Send the log, warnings and errors that nobody caught to standard error, never with one of the secrets in it.

    The form is `json` or `plain`; None means plain on a terminal, else JSON.
    """
    lines = PlainLines if form == "plain" or (form is None and sys.stderr.isatty()) else JsonLines
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(lines(Redactor(secrets)))
    logging.basicConfig(handlers=[handler], force=True)
    for name, quiet in QUIET.items():
        logging.getLogger(name).setLevel(max(quiet, logging.getLevelNamesMapping()[level]))
    logging.captureWarnings(capture=True)
    _catch_all(logging.getLogger(__name__))


def _catch_all(log: logging.Logger) -> None:
    """Log what Python would print with its text: errors that ended the program or a thread, or had nowhere to go."""

    def end(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
        log.critical("The program ended with an error", exc_info=error)

    def end_thread(ended: threading.ExceptHookArgs) -> None:
        log.critical("A thread ended with an error", exc_info=ended.exc_value)

    def ignore(ignored: "sys.UnraisableHookArgs") -> None:
        log.error("An error had nowhere to go", exc_info=ignored.exc_value)

    sys.excepthook, threading.excepthook, sys.unraisablehook = end, end_thread, ignore
