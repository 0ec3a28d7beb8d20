"""Updates as they come in: each handled at least once, in its chat's order, with its effect at most once."""

import asyncio
import math
from datetime import timedelta
from pathlib import Path

import pytest

from bot.intake import LEASE, Intake
from bot.intake.handling import TRIES, chat_of
from bot.metrics import Metrics
from bot.offline import Fields, JsonObject
from bot.outage import Outage
from bot.store import Claim, Store, file_url
from tests.conversation import ANA, BIA, Conversation

QUESTION = {"en": "what is AlSur?", "es": "¿qué es AlSur?", "pt": "o que é a AlSur?"}


@pytest.fixture
def intake(talk: Conversation) -> Intake:
    """The intake of a bot."""
    return talk.intake


def asked(talk: Conversation, text: str = "/about") -> JsonObject:
    """Let Ana write something; return what Telegram delivers."""
    update = talk.telegram.says(ANA, talk.telegram.private(ANA), text)
    assert update is not None
    return update


def number(update: JsonObject) -> int:
    return Fields(update).number("update_id") or 0


async def test_an_update_is_answered(talk: Conversation, intake: Intake) -> None:
    assert await intake.handle(asked(talk), patience=0)
    assert len(talk.telegram.from_bot) == 1


@pytest.mark.parametrize("times", [2, 100])
async def test_an_update_that_is_delivered_again_is_answered_once(
    talk: Conversation, intake: Intake, times: int
) -> None:
    update = asked(talk)
    done = await asyncio.gather(*(intake.handle(update, patience=0) for _ in range(times)))
    assert all(done)
    assert len(talk.telegram.from_bot) == 1


async def test_two_copies_of_the_bot_answer_once(talk: Conversation, intake: Intake) -> None:
    other, update = talk.intake, asked(talk)
    await asyncio.gather(*(copy.handle(update, patience=math.inf) for copy in (intake, other) for _ in range(10)))
    assert len(talk.telegram.from_bot) == 1


async def test_what_another_copy_has_in_hand_is_left_to_it(talk: Conversation, intake: Intake) -> None:
    update = asked(talk)
    await talk.store.updates.claim(number(update), talk.telegram.now(), LEASE, TRIES)
    assert not await intake.handle(update, patience=0)
    assert talk.telegram.from_bot == []


async def test_what_a_dead_copy_had_in_hand_is_answered_after_a_while(talk: Conversation, intake: Intake) -> None:
    update = asked(talk)
    await talk.store.updates.claim(number(update), talk.telegram.now(), LEASE, TRIES)
    talk.telegram.clock.pass_time(LEASE + timedelta(seconds=1))
    assert await intake.handle(update, patience=0)
    assert len(talk.telegram.from_bot) == 1


async def test_what_had_its_effect_before_a_death_is_not_answered_again(talk: Conversation, intake: Intake) -> None:
    update = asked(talk)
    await talk.store.updates.claim(number(update), talk.telegram.now(), LEASE, TRIES)
    await talk.store.updates.settle(number(update), settled=True)
    assert await intake.handle(update, patience=0)
    assert talk.telegram.from_bot == []


async def test_what_kills_every_copy_is_set_aside(
    talk: Conversation, intake: Intake, caplog: pytest.LogCaptureFixture
) -> None:
    update = asked(talk)
    for _ in range(TRIES):
        await talk.store.updates.claim(number(update), talk.telegram.now(), LEASE, TRIES)
        talk.telegram.clock.pass_time(LEASE + timedelta(seconds=1))
    assert await intake.handle(update, patience=0)
    assert await intake.handle(update, patience=0)
    assert talk.telegram.from_bot == []
    [line] = caplog.messages
    assert str(number(update)) in line
    assert line.endswith("it is set aside")


async def test_the_order_of_a_chat_is_kept(talk: Conversation, intake: Intake) -> None:
    commands = ["/about", "/sources", "/topics", "/privacy", "/help", "/language"]
    updates = [asked(talk, command) for command in commands]
    await asyncio.gather(*(intake.handle(update, patience=math.inf) for update in updates))
    voice = talk.knowledge.voices["es"]
    answers = [sent.plain for sent in talk.telegram.from_bot]
    assert [len(answers), answers[2], answers[3], answers[5]] == [
        6,
        voice.topics_menu,
        voice.privacy,
        voice.language_menu,
    ]


async def test_a_chat_that_takes_long_holds_up_no_other(talk: Conversation, intake: Intake) -> None:
    slow = asked(talk)
    await talk.store.updates.claim(number(slow), talk.telegram.now(), LEASE, TRIES)
    waiting = asyncio.create_task(intake.handle(slow, patience=math.inf))
    await asyncio.sleep(0)
    update = talk.telegram.says(BIA, talk.telegram.private(BIA), "/about")
    assert update is not None
    assert await intake.handle(update, patience=math.inf)
    assert [sent.chat.id for sent in talk.telegram.from_bot] == [BIA.id]
    waiting.cancel()


@pytest.mark.parametrize(
    "broken",
    [
        pytest.param({"message": {"chat": {}}}, id="a message without anything"),
        pytest.param({"message": 5}, id="a number for a message"),
        pytest.param({"callback_query": {"id": "1"}}, id="a press by nobody"),
        pytest.param({"message": {"message_id": "x", "date": "y", "chat": {"id": [], "type": 1}}}, id="other types"),
        pytest.param({"something_new": {"a": 1}}, id="a kind that nobody knows yet"),
    ],
)
async def test_what_cannot_be_read_is_let_go_by_its_number(
    talk: Conversation, intake: Intake, caplog: pytest.LogCaptureFixture, broken: JsonObject
) -> None:
    assert await intake.handle({"update_id": 77, **broken}, patience=0)
    assert all("77" in message or "Update" in message for message in caplog.messages)
    assert await talk.store.updates.claim(77, talk.telegram.now(), LEASE, TRIES) is Claim.SETTLED


async def test_without_a_database_questions_are_answered(talk: Conversation, tmp_path: Path) -> None:
    (tmp_path / "bot.sqlite3").write_text("Dear diary, this is no database.\n" * 100)
    broken = Store(file_url(tmp_path), "")
    intake = Intake(talk.app, broken, talk.sessions, talk.telegram.now, Outage(), Metrics())
    assert await intake.handle(asked(talk), patience=0)
    assert len(talk.telegram.from_bot) == 1
    await broken.close()


@pytest.mark.parametrize(
    ("delivered", "chat"),
    [
        pytest.param({"update_id": 1, "message": {"chat": {"id": -5}, "from": {"id": 7}}}, -5, id="a message"),
        pytest.param(
            {"callback_query": {"from": {"id": 7}, "message": {"chat": {"id": -5}}}}, -5, id="a press in a group"
        ),
        pytest.param({"callback_query": {"from": {"id": 7}}}, 7, id="a press in an inline message"),
        pytest.param({"inline_query": {"from": {"id": 7}}}, 7, id="an inline query"),
        pytest.param({"my_chat_member": {"chat": {"id": -5}, "from": {"id": 7}}}, -5, id="a change of the bot"),
        pytest.param({"poll": {"id": "1"}}, 0, id="of nobody"),
        pytest.param({"message": None}, 0, id="nothing"),
    ],
)
def test_whose_turn_it_is(delivered: JsonObject, chat: int) -> None:
    assert chat_of(delivered) == chat
