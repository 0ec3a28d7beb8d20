"""What is remembered of a chat, as one copy of the bot leaves it to another: numbers, ids of answers, times.

What the database has anyway (settings, a chosen language) is not in it.
"""

from dataclasses import dataclass
from datetime import datetime

from pydantic import TypeAdapter, ValidationError

from bot.sessions import REPLIES, Answered, Given, Recent, Session, Shown


@dataclass(frozen=True)
class _Memory:
    """The part of a session that is passed on; mappings are pairs, the one used longest ago first."""

    spoken: str | None
    album: str | None
    last: Shown | None
    shown: list[tuple[int, Shown]]
    answered: list[tuple[int, Answered]]
    given: list[tuple[tuple[str, str], Given]]
    askers: list[tuple[int, str]]
    authors: list[tuple[int, str]]
    applied: list[datetime]
    spent: list[datetime]


_FORM = TypeAdapter(_Memory)


def written_down(session: Session) -> bytes | None:
    """Return what is to be remembered of a chat; None if that is nothing."""
    memory = _Memory(
        session.spoken,
        session.album,
        session.last,
        session.shown.items(),
        session.answered.items(),
        session.given.items(),
        session.askers.items(),
        session.authors.items(),
        session.applied,
        session.spent,
    )
    return _FORM.dump_json(memory) if memory != _NOTHING else None


def remind(session: Session, memory: bytes | None) -> None:
    """Let a session remember what another copy of the bot left, and nothing else; what cannot be read is nothing."""
    try:
        left = _FORM.validate_json(memory) if memory else _NOTHING
    except ValidationError:  # of another version of the bot
        left = _NOTHING
    session.spoken, session.album, session.last = left.spoken, left.album, left.last
    session.shown, session.answered = Recent(REPLIES, left.shown), Recent(REPLIES, left.answered)
    session.given = Recent(REPLIES, left.given)
    session.askers, session.authors = Recent(REPLIES, left.askers), Recent(REPLIES, left.authors)
    session.applied, session.spent = [*left.applied], [*left.spent]


_NOTHING = _Memory(None, None, None, [], [], [], [], [], [], [])
