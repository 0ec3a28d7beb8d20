"""What is remembered of each chat: bounded, and forgotten on request."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.offline import START
from bot.preferences import Settings
from bot.sessions import CHATS, REPLIES, Answered, Given, Recent, Session, Sessions, Shown, mark_of


@pytest.mark.parametrize(
    ("used", "left"),
    [
        pytest.param([], "bc", id="the oldest is forgotten"),
        pytest.param(["a"], "ac", id="what was asked for is young again"),
        pytest.param(["a", "b"], "bc", id="the order of asking counts"),
        pytest.param(["x"], "bc", id="to ask for what is not there changes nothing"),
    ],
)
def test_what_was_used_longest_ago_is_forgotten(used: list[str], left: str) -> None:
    recent: Recent[str, int] = Recent(2)
    recent.put("a", 1)
    recent.put("b", 2)
    for key in used:
        recent.get(key)
    recent.put("c", 3)
    assert [key for key in "abc" if recent.get(key)] == [*left]


def test_what_is_put_again_is_replaced_and_young_again() -> None:
    recent: Recent[str, int] = Recent(2)
    for key, value in (("a", 1), ("b", 2), ("a", 3), ("c", 4)):
        recent.put(key, value)
    assert [recent.get(key) for key in "abc"] == [3, None, 4]


def test_what_is_made_is_made_once() -> None:
    recent: Recent[str, list[int]] = Recent(2)
    assert recent.get_or_put("a", list) is recent.get_or_put("a", list)


@pytest.mark.parametrize("key", ["a", "never seen"])
def test_what_is_forgotten_is_not_there(key: str) -> None:
    recent: Recent[str, int] = Recent(2)
    recent.put("a", 1)
    recent.forget(key)
    assert recent.get(key) is None
    assert len(recent) == (key != "a")


@given(keys=st.lists(st.integers(0, 9)), size=st.integers(1, 5))
def test_as_many_are_remembered_as_there_is_room_for(keys: list[int], size: int) -> None:
    recent: Recent[int, int] = Recent(size)
    for key in keys:
        recent.put(key, key)
    youngest = list(dict.fromkeys(reversed(keys)))[:size]
    assert len(recent) == len(youngest)
    assert [recent.get(key) for key in youngest] == youngest


def test_a_chat_has_one_session() -> None:
    sessions = Sessions()
    sessions.of(1).language = "pt"
    assert (sessions.of(1).language, sessions.of(2).language) == ("pt", None)


def test_a_forgotten_chat_begins_anew() -> None:
    sessions = Sessions()
    before = sessions.of(1)
    before.note(7, Shown("entry", "pt"))
    sessions.forget(1)
    assert sessions.of(1) is not before
    assert sessions.of(1).meant(7) is sessions.of(1).meant(None) is None


def test_a_chat_never_seen_can_be_forgotten() -> None:
    sessions = Sessions()
    sessions.forget(1)
    assert sessions.of(1).language is None


def test_chats_and_replies_are_bounded() -> None:
    sessions = Sessions()
    sessions.of(0).language = "pt"
    for chat in range(1, CHATS + 1):
        sessions.of(chat)
    for question in range(REPLIES + 1):
        sessions.of(1).answered.put(question, Answered(question, 0))
    assert sessions.of(0).language is None
    assert len(sessions.of(1).answered) == REPLIES


@pytest.mark.parametrize(
    ("noted", "replied", "meant"),
    [
        pytest.param([(7, "a"), (8, "b")], None, "b", id="the last answer"),
        pytest.param([(7, "a"), (8, "b")], 7, "a", id="the answer replied to"),
        pytest.param([(7, "a"), (8, None)], None, "a", id="the last one, whatever else was said"),
        pytest.param([(7, "a"), (8, None)], 8, None, id="a message without one"),
        pytest.param([(7, "a"), (7, "b")], 7, "b", id="what the message shows now"),
        pytest.param([(7, "a"), (7, None)], 7, None, id="what it shows no more"),
        pytest.param([], None, None, id="nothing yet"),
    ],
)
def test_which_answer_is_meant(noted: list[tuple[int, str | None]], replied: int | None, meant: str | None) -> None:
    session = Session()
    for message_id, entry in noted:
        session.note(message_id, Shown(entry, "es") if entry else None)
    assert session.meant(replied) == (Shown(meant, "es") if meant else None)


@pytest.mark.parametrize(
    ("message_id", "text", "asks"),
    [
        pytest.param(7, "what is it?", True, id="other words"),
        pytest.param(7, "who is it?", False, id="the same words"),
        pytest.param(8, "what is it?", False, id="a message that was not answered"),
    ],
)
def test_an_edit_that_asks_something_else(message_id: int, text: str, *, asks: bool) -> None:
    session = Session()
    session.answered.put(7, Answered(9, mark_of("who is it?")))
    assert session.reasks(message_id, text) is asks


# The manners of groups


def minutes(number: int) -> timedelta:
    return timedelta(minutes=number)


@pytest.mark.parametrize(
    ("budget", "answered", "left"),
    [
        pytest.param(30, [], 30, id="all at first"),
        pytest.param(3, [30, 0], 1, id="one less for each"),
        pytest.param(2, [59, 0], 0, id="none when they are spent"),
        pytest.param(2, [60, 0], 1, id="one again after an hour"),
        pytest.param(1, [5, 0], -1, id="less than none when the budget was cut"),
        pytest.param(0, [0] * 99, float("inf"), id="any number without a budget"),
    ],
)
def test_how_many_answers_are_left(budget: int, answered: list[int], left: float) -> None:
    session = Session(settings=Settings(budget=budget), spent=[START - minutes(ago) for ago in answered])
    assert session.answers_left(START) == left


ASKED = Shown("treaty", "es")


@pytest.mark.parametrize(
    ("asked", "hours", "later", "found"),
    [
        pytest.param(ASKED, 1, 59, True, id="given within the hour"),
        pytest.param(ASKED, 1, 60, False, id="given an hour ago"),
        pytest.param(ASKED, 24, 60, True, id="given within the day that the admins chose"),
        pytest.param(ASKED, 0, 0, False, id="where the admins want no links"),
        pytest.param(Shown("treaty", "es", quote=1), 1, 0, True, id="another quote of it"),
        pytest.param(Shown("treaty", "pt"), 1, 0, False, id="another language"),
        pytest.param(Shown("gdc", "es"), 1, 0, False, id="another answer"),
    ],
)
def test_where_an_answer_stands_already(asked: Shown, hours: int, later: int, *, found: bool) -> None:
    session, given = Session(settings=Settings(repeat_hours=hours)), Given(7, None, START)
    session.note(7, ASKED)
    session.given.put(("treaty", "es"), given)
    assert session.earlier(asked, START + minutes(later)) == (given if found else None)


@pytest.mark.parametrize("shows", [pytest.param(None, id="a menu"), pytest.param(Shown("gdc", "es"), id="another")])
def test_what_a_button_turned_into_something_else_stands_nowhere(shows: Shown | None) -> None:
    session = Session()
    session.given.put(("treaty", "es"), Given(7, None, START))
    for shown in (ASKED, shows):
        session.note(7, shown)
    assert session.earlier(ASKED, START) is None


def test_what_is_taken_back_is_not_led_to_and_not_followed_up() -> None:
    session = Session()
    session.note(7, ASKED)
    session.given.put(("treaty", "es"), Given(7, None, START))
    session.askers.put(7, "mark")
    session.take_back(7)
    assert (session.earlier(ASKED, START), session.meant(7), session.askers.get(7)) == (None, None, None)


def test_a_group_that_becomes_a_supergroup_keeps_its_settings_and_what_it_spent() -> None:
    sessions, settings = Sessions(), Settings(budget=5)
    sessions.of(-4).settings = settings
    sessions.of(-4).spent.append(START)
    sessions.of(-4).note(7, ASKED)
    sessions.move(-4, -1001)
    assert (sessions.of(-1001).settings, sessions.of(-1001).answers_left(START)) == (settings, 4)
    assert sessions.of(-1001).meant(7) is None
    assert sessions.of(-4).settings == Settings()


def test_a_group_that_was_never_seen_becomes_a_supergroup() -> None:
    sessions = Sessions()
    sessions.of(-1001).note(7, ASKED)
    sessions.move(-4, -1001)
    assert sessions.of(-1001).meant(7) == ASKED


def test_a_group_that_is_forgotten_does_not_get_its_budget_back() -> None:
    sessions = Sessions()
    sessions.of(-1001).spent.append(START)
    sessions.forget(-1001)
    assert sessions.of(-1001).answers_left(START) == Settings().budget - 1
