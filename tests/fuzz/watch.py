"""What became of an update: an answer, silence, or something that must not be."""

import logging
import re
import time
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from telegram.warnings import PTBDeprecationWarning

from bot import logs
from bot.offline import Fields, JsonObject, RefusedError, UnsupportedCallError
from bot.offline.fields import JSON
from bot.offline.html import parse_html
from bot.offline.text import FormattedText
from bot.redactor import Redactor
from tests.fuzz.scene import Scene, texts_sent
from tests.fuzz.values import OUTSIDE
from tests.log_state import restored_logging

LONGEST = 25.0
"""Seconds that an update may take."""
REFUSED_RIGHTLY = (
    "chat not found",
    "user not found",
    "bot was kicked",
    "bot is not a member",
    "bot was blocked",
    "bot can't initiate",
    "not enough rights",
    "need administrator rights",
    "message thread not found",
    "TOPIC_CLOSED",
    "PARTICIPANT_ID_INVALID",
    "query is too old",
    "message to be replied not found",
    "message to edit not found",
    "message can't be edited",
    "MESSAGE_ID_INVALID",
    "message is not modified",
    "message to delete not found",
    "message can't be deleted",
    "message to copy not found",
    "the message can't be copied",
    "HIDE_REQUESTER_MISSING",
    "USER_ALREADY_PARTICIPANT",
    "BOT_NOT_ADMIN",
    "can't have join requests",
    "there are no administrators",
    "can't be changed in private chats",
    "can't change commands",
    "can't use specified scope",
    "method not found",
)
"""Why Telegram refuses what a bot cannot know: who is where, and may do what."""
_REFUSAL = re.compile(r"(?:failed|sent): (?:BadRequest|Forbidden|ChatMigrated)\b")
_NUMBER = re.compile(r"\d+")
_BUSY = "the database does not answer"
"""What is logged when the machine was so busy that a file took longer than the bot waits for it: no update's doing."""
_UNREADABLE = re.compile(r"Update \d+ cannot be read")
_WITHOUT_MARKUP = re.compile(rf"(?<![>/;\w]){OUTSIDE}|(?<!&gt;){OUTSIDE}e")
"""Words from outside in front of which their markup is not to be seen: it was taken for markup."""
_EFFECTS = ("send", "edit", "answer", "copy", "delete", "approve", "leave")
_PLAIN = {"type", "status", "source", "chat_type", "language_code", "update_id", "date"}
"""Fields in which stand words of the Bot API, or nobody's numbers."""


@dataclass(frozen=True)
class Verdict:
    """What became of one update."""

    outcome: str
    """`answered`, `silent`, `unreadable` or `crashed`."""
    problems: tuple[str, ...]
    seconds: float


class Records(logging.Handler):
    """Keeps what is logged, as it is logged."""

    def __init__(self) -> None:
        super().__init__()
        self.setFormatter(logs.JsonLines(Redactor(())))
        self.kept: list[tuple[logging.LogRecord, str]] = []

    def emit(self, record: logging.LogRecord) -> None:
        """Keep a record and the line that it makes."""
        self.kept.append((record, self.format(record)))


@contextmanager
def listening() -> Iterator[Records]:
    """Log as the bot does at its most talkative usual level, and keep it."""
    with restored_logging(), warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBDeprecationWarning)  # the library's own, of fields that it reads
        records = Records()
        logging.getLogger().handlers[:] = [records]
        for name, quiet in logs.QUIET.items():
            logging.getLogger(name).setLevel(max(quiet, logging.INFO))
        yield records


async def judge(scene: Scene, records: Records, update: JsonObject, *, is_sound: bool = True) -> Verdict:
    """Let the bot handle an update, and look at all that it did.

    One that is not sound, since values have other types than Telegram's, may fail there, and is logged by its number.
    """
    telegram = scene.telegram
    calls, sent = len(telegram.calls), len(telegram.sent)
    records.kept.clear()
    telegram.refusals.clear()
    problems: list[str] = []
    begun = time.monotonic()
    try:
        await scene.intake.handle(update, 0)
    except (Exception, UnsupportedCallError) as error:  # noqa: BLE001  # whatever it is, it is what is looked for
        problems.append(f"raised {type(error).__name__}: {_NUMBER.sub('…', str(error))}")
    seconds = time.monotonic() - begun
    telegram.consequences()
    made = [(method, Fields(values)) for method, values in telegram.calls[calls:]]
    if is_sound:
        problems += [f"refused {words}" for words in telegram.refusals if not _is_right(words)]
        problems += _unanswered(update, made, records)
        problems += _failed(records)
    problems += told(records, update)
    problems += [
        f"sent markup from outside: {text[:200]!r}" for call in made for text in texts_sent(*call) if shows_markup(text)
    ]
    problems += _too_many(scene, sent)
    problems += ["took longer than 25 seconds"] if seconds > LONGEST else []
    return Verdict(_outcome(problems, records, [method for method, _ in made]), tuple(problems), seconds)


def _outcome(problems: list[str], records: Records, methods: list[str]) -> str:
    if problems:
        return "crashed"
    if _is_unreadable(records) or any(_failures(records)):  # of such types that a handler failed
        return "unreadable"
    return "answered" if any(method.startswith(_EFFECTS) for method in methods) else "silent"


def _is_unreadable(records: Records) -> bool:
    return any(_UNREADABLE.match(record.getMessage()) for record, _ in records.kept)


def _is_right(refusal: str) -> bool:
    return any(words.lower() in refusal.lower() for words in REFUSED_RIGHTLY)


def _failures(records: Records) -> Iterator[logging.LogRecord]:
    """Yield the errors in the log, but not of an update that cannot be read or an answer that Telegram refused."""
    for record, _ in records.kept:
        text = record.getMessage()
        if record.levelno >= logging.ERROR and not (_is_expected(text) or _BUSY in text):
            yield record


def _failed(records: Records) -> Iterator[str]:
    for record in _failures(records):
        place = (getattr(record, "trace", None) or ["nowhere"])[-1]
        yield f"logged {_NUMBER.sub('…', record.getMessage())} at {place}"


def _is_expected(text: str) -> bool:
    return bool(_REFUSAL.search(text) or _UNREADABLE.match(text))


def told(records: Records, update: JsonObject) -> Iterator[str]:
    """Tell of log lines with a text or an id of the update."""
    private = list(_secrets(update))
    for _, line in records.kept:
        if any(secret in line or ascii(secret)[1:-1] in line for secret in private):
            yield f"logged what is private: {line}"


def _secrets(made: JSON) -> Iterator[str]:
    """Yield what must not be logged of an update: ids, and texts that are no common words."""
    if isinstance(made, dict):
        for name, value in made.items():
            if name not in _PLAIN:
                yield from _secrets(value)
    elif isinstance(made, list):
        for item in made:
            yield from _secrets(item)
    elif isinstance(made, str) and len(made) >= 8:
        yield made
    elif isinstance(made, int) and abs(made) >= 100_000:
        yield str(made)


def shows_markup(markup: str) -> bool:
    """Tell whether a text that is sent shows markup from outside as what it means, not as it was written."""
    try:
        text: FormattedText = parse_html(markup)
    except RefusedError:
        return False  # refused as it is, which is told besides
    links = any(OUTSIDE in Fields(entity).text("url") for entity in text.entities)
    return links or _WITHOUT_MARKUP.search(text.plain) is not None


def _too_many(scene: Scene, before: int) -> Iterator[str]:
    new = [sent.chat.id for sent in scene.telegram.sent[before:] if sent.sender == scene.telegram.bot]
    groups = {chat.id for chat in scene.chats if chat.type in {"group", "supergroup"}}
    for chat in {*new} & groups:
        if new.count(chat) > 1:
            yield f"sent {new.count(chat)} messages to one group"


def _unanswered(update: JsonObject, made: list[tuple[str, Fields]], records: Records) -> Iterator[str]:
    """Tell of a press that was never answered, or more than once."""
    press = update.get("callback_query")
    if not isinstance(press, dict) or not isinstance(press.get("id"), str) or _is_unreadable(records):
        return
    if not _is_possible(Fields(press).inner("message"), Fields(press).inner("from")):
        return
    times = sum(method == "answerCallbackQuery" for method, _ in made)
    if times != 1 and len(update.keys() - {"update_id"}) == 1:
        yield f"answered a press {times} times"


def _is_possible(message: Fields | None, person: Fields | None) -> bool:
    """Tell whether a press is by a person, and in a chat, whose ids Telegram could have given."""
    chat = message.inner("chat") if message else None
    ids = [(place.number("id") or 0) if place else 0 for place in (chat, person)]
    return max(map(abs, ids)) < 1 << 52
