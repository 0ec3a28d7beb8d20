"""What nobody would send: a short run of it, and every case that once did harm."""

import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from itertools import count
from pathlib import Path
from random import Random

import pytest
from telegram.ext import CallbackQueryHandler

from bot.answers import Answers
from bot.offline import JSON, JsonObject
from tests.fuzz.folders import SNIPPETS, judge_folder, library
from tests.fuzz.run import Run
from tests.fuzz.scene import PEOPLE, Scene, scene
from tests.fuzz.smallest import smallest
from tests.fuzz.updates import PRESSES, Deliveries
from tests.fuzz.values import MARKUP, Values
from tests.fuzz.watch import Records, Verdict, judge, listening, shows_markup, told

LEFT_OUT = ("took longer",)
"""Problems that do not count in the short run: seconds, which other programs take too."""
ANA: JsonObject = {"id": 101, "is_bot": False, "first_name": "Ana"}
PRIVATE: JsonObject = {"id": 101, "type": "private", "first_name": "Ana"}
GROUP: JsonObject = {"id": -1001000000002, "type": "supergroup", "title": "G"}


def message(chat: JsonObject = PRIVATE, **fields: JSON) -> JsonObject:
    return {"message": {"message_id": 5, "date": 1767268800, "chat": chat, "from": ANA, **fields}}


def marked(text: str, kind: str, offset: int, length: int, chat: JsonObject = GROUP) -> JsonObject:
    return message(chat, text=text, entities=[{"type": kind, "offset": offset, "length": length}])


@pytest.fixture
def records() -> Iterator[Records]:
    """What is logged."""
    with listening() as records:
        yield records


@pytest.fixture
async def place(answers: Answers, records: Records) -> AsyncIterator[Scene]:
    """A scene in which nothing was said yet."""
    async with scene(answers, Random(1), is_silent=True) as place:
        yield place


async def seen(place: Scene, records: Records, update: JsonObject) -> Verdict:
    return await judge(place, records, {**update, "update_id": 1_000_000})


@pytest.mark.parametrize(
    "update",
    [
        pytest.param(marked("\ud83d @offline_bot", "mention", 2, 12), id="half of a character before a mention"),
        pytest.param(marked("/ask \ude00", "bot_command", 0, 4), id="half of a character after a command"),
        pytest.param(marked("😀 what?", "mention", 0, 1), id="a mention that ends within a character"),
        pytest.param(marked("😀 what?", "mention", 1, 2), id="a mention that begins within a character"),
        pytest.param(message(GROUP | {"id": 2**63}, text="/about"), id="a group with an immense id"),
        pytest.param(message(GROUP, migrate_to_chat_id=7765372439083), id="a group that becomes a person"),
        pytest.param(message(GROUP, migrate_from_chat_id=-(2**64)), id="a group that was no group"),
        pytest.param({"message": {"message_id": 7, "date": 1767273110}}, id="a message in no chat"),
    ],
)
async def test_what_once_did_harm_does_none(place: Scene, records: Records, update: JsonObject) -> None:
    assert (await seen(place, records, update)).problems == ()


VIDEO: JsonObject = {"file_id": "1", "file_unique_id": "1", "width": 1, "height": 1, "duration": -(2**52)}
BEYOND = [
    pytest.param(
        {
            "update_id": 1_000_216,
            "chat_join_request": {"chat": {"id": 10**30, "type": "u"}, "user_chat_id": 794},
            "deleted_business_messages": {"business_connection_id": "7", "message_ids": []},
        },
        id="two kinds of update in one, in a chat with an immense id",
    ),
    pytest.param(message(edit_date=2**62), id="a date beyond all calendars"),
    pytest.param(message(video=VIDEO), id="a video that lasts longer than the world"),
    pytest.param(message(PRIVATE | {"id": {}}), id="a chat whose id is no number"),
]
"""Updates that Telegram does not deliver, on which the library fails with errors that the intake does not expect."""


@pytest.mark.parametrize("update", BEYOND)
async def test_what_cannot_be_read_is_let_go(place: Scene, records: Records, update: JsonObject) -> None:
    assert (await seen(place, records, update)).problems == ()


async def test_a_short_run_does_no_harm(answers: Answers) -> None:
    run = Run(answers, seed=1)
    await run.play(260)
    assert run.tally.cases == 260
    assert [problem for problem in run.tally.harms if not problem.startswith(LEFT_OUT)] == []


async def test_the_same_seed_makes_the_same_cases(answers: Answers) -> None:
    tables = []
    for _ in range(2):
        run = Run(answers, seed=2)
        await run.play(60)
        tables.append([*run.tally.table()])
    assert tables[0] == tables[1]


async def test_every_button_is_pressed(place: Scene) -> None:
    place.telegram.says(PEOPLE[0], place.chats[0], "hello")
    deliveries = Deliveries(place, Values(Random(1)), count(1))
    pressed = [deliveries.filled(template) for template in PRESSES for _ in range(20)]
    handlers = [one for one in place.talk.app.handlers[0] if isinstance(one, CallbackQueryHandler)]
    patterns = [handler.pattern for handler in handlers if isinstance(handler.pattern, re.Pattern)]
    assert len(patterns) >= 19
    missed = [one.pattern for one in patterns if one.pattern != "^$" and not any(map(one.match, pressed))]
    assert missed == []


# Harm is seen


@pytest.mark.parametrize(
    ("sent", "is_harm"),
    [
        pytest.param(MARKUP[0], True, id="bold from outside"),
        pytest.param(MARKUP[1], True, id="a link from outside"),
        pytest.param(MARKUP[5], True, id="markup that was escaped outside"),
        pytest.param("&lt;b&gt;zqxb&lt;/b&gt;", False, id="bold as it was written"),
        pytest.param('&lt;a href="https://example.org/zqx"&gt;zqxa', False, id="a link as it was written"),
        pytest.param("&amp;lt;i&amp;gt;zqxe", False, id="escaped markup as it was written"),
        pytest.param("<b>Hello</b>", False, id="the bot's own"),
    ],
)
def test_markup_from_outside_is_seen(sent: str, is_harm: bool) -> None:
    assert shows_markup(sent) is is_harm


@pytest.mark.parametrize(
    ("logged", "is_harm"),
    [
        pytest.param("somebody said: my secret words", True, id="a text"),
        pytest.param("failed for 7000000123", True, id="an id"),
        pytest.param("Update 5 failed", False, id="nothing of it"),
    ],
)
def test_what_is_private_is_seen_in_the_log(records: Records, logged: str, is_harm: bool) -> None:
    logging.getLogger("bot").error(logged)
    assert any(told(records, message(text="my secret words", chat_id=7000000123))) is is_harm


async def test_a_failing_handler_is_seen(place: Scene, records: Records, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr("bot.replies.Replies.about")
    assert (await seen(place, records, marked("/about", "bot_command", 0, 6, PRIVATE))).outcome == "crashed"


async def test_an_update_that_does_harm_is_made_small() -> None:
    update = message(text="xxxxbad.", photo=[{"file_id": "x"}], reply_to_message=message(text="c"))

    async def does_harm(smaller: JsonObject) -> bool:
        return "bad" in json.dumps(smaller)

    assert await smallest(update, does_harm) == {"message": {"text": "bad."}}


# Content


@pytest.fixture(scope="module")
def folder() -> Iterator[Path]:
    """A copy of the library's content."""
    with library() as folder:
        yield folder


def test_the_library_is_loaded(folder: Path) -> None:
    assert judge_folder(folder).outcome == "answered"


@pytest.mark.parametrize("snippet", SNIPPETS, ids=[ascii(snippet[:20]) for snippet in SNIPPETS])
def test_a_hostile_file_is_refused_line_by_line(folder: Path, snippet: str) -> None:
    file = folder / "words" / "en.yaml"
    before = file.read_bytes()
    file.write_text(f"key: {snippet}", "utf-8")
    verdict = judge_folder(folder, longest=float("inf"))
    file.write_bytes(before)
    assert verdict.outcome == "unreadable"
