"""What is remembered of a chat is the same in every copy of the bot: nothing is lost on the way, no text goes it."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.memory import remind, written_down
from bot.preferences import Settings, Speak
from bot.sessions import REPLIES, Answered, Given, Session, Shown, mark_of

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
SHOWN = Shown("secret_interception", "es", 1)


def lived() -> Session:
    """A session with something of everything."""
    session = Session(spoken="pt", album="album-1")
    session.note(11, SHOWN)
    session.note(12, Shown("membership", "en"))
    session.answered.put(7, Answered(11, mark_of("¿me espían?")))
    session.given.put(("membership", "en"), Given(12, 5, NOW))
    session.askers.put(11, "mark")
    session.authors.put(11, "other")
    session.applied.append(NOW)
    session.spent.extend([NOW, NOW + timedelta(minutes=1)])
    return session


def passed_on(session: Session) -> Session:
    """Return what another copy remembers of a session."""
    other = Session(spoken="es", last=Shown("treaty_position", "es"))
    remind(other, written_down(session))
    return other


def test_another_copy_remembers_all_of_it() -> None:
    assert written_down(passed_on(lived())) == written_down(lived())


@pytest.mark.parametrize("field", ["spoken", "album", "last", "applied", "spent"])
def test_another_copy_has_the_same(field: str) -> None:
    assert getattr(passed_on(lived()), field) == getattr(lived(), field)


@pytest.mark.parametrize("field", ["shown", "answered", "given", "askers", "authors"])
def test_another_copy_has_the_same_in_the_same_order(field: str) -> None:
    assert getattr(passed_on(lived()), field).items() == getattr(lived(), field).items()
    assert getattr(lived(), field).items()


def test_an_edit_is_noticed_by_another_copy() -> None:
    other = passed_on(lived())
    assert not other.reasks(7, "¿me espían?")
    assert other.reasks(7, "¿quién me espía?")


def test_of_nothing_nothing_is_written_down() -> None:
    assert written_down(Session()) is None


def test_who_is_left_nothing_remembers_nothing() -> None:
    session = lived()
    remind(session, None)
    assert written_down(session) is None


@pytest.mark.parametrize("memory", [b"", b"{}", b"[]", b"not JSON", b'{"spoken": 5}', b"\xff"])
def test_what_cannot_be_read_is_nothing(memory: bytes) -> None:
    session = lived()
    remind(session, memory)
    assert written_down(session) is None


def test_what_the_database_has_anyway_stays() -> None:
    session = Session(language="pt", settings=Settings(speak=Speak.QUESTIONS))
    remind(session, written_down(lived()))
    assert (session.language, session.settings.speak) == ("pt", Speak.QUESTIONS)


def test_what_bounds_memory_bounds_it_in_every_copy() -> None:
    other = passed_on(lived())
    for number in range(200):
        other.note(number, SHOWN)
    assert len(other.shown) == REPLIES
