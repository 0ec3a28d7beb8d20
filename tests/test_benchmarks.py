"""What the benchmark of the load goes by: a server that counts, and a crowd that is always the same."""

import json

import pytest

from tests.benchmarks.load import Asked, Crowd
from tests.benchmarks.telegram import Json, Telegram, asker_of

ASKED = [Asked("who leads?", "en"), Asked("¿quién dirige?", "es")]


def question(chat: int) -> Json:
    return {"message": {"message_id": 1, "chat": {"id": chat}, "text": "who leads?"}}


async def polled(telegram: Telegram, offset: int = 0) -> list[int]:
    """Return the numbers of the updates that one poll gets."""
    answer = json.loads(await telegram.call("getUpdates", {"offset": str(offset), "timeout": "0"}))
    return [update["update_id"] for update in answer["result"]]


async def test_updates_come_again_until_they_are_confirmed() -> None:
    telegram = Telegram()
    telegram.put([question(5), question(6), question(7)])
    assert [await polled(telegram), await polled(telegram, 3), await polled(telegram)] == [[1, 2, 3], [3], [3]]


async def test_one_poll_gets_a_hundred_at_most() -> None:
    telegram = Telegram()
    telegram.put([question(chat) for chat in range(1, 121)])
    assert len(await polled(telegram)) == 100


async def test_a_wait_ends_with_the_first_message_to_who_asked() -> None:
    times = iter([10.0, 12.5])
    telegram = Telegram(lambda: next(times))
    telegram.put([question(5)])
    for chat in ("6", "5", "5"):
        await telegram.call("sendMessage", {"chat_id": chat, "text": "AlSur is led by…"})
    assert telegram.waits == [2.5]


@pytest.mark.parametrize(
    ("calls", "is_done"),
    [
        pytest.param([], False, id="not before anything was done"),
        pytest.param(["sendMessage"], False, id="not when all are answered only"),
        pytest.param(["getUpdates"], False, id="not when all are confirmed only"),
        pytest.param(["sendMessage", "getUpdates"], True, id="when all are answered and confirmed"),
    ],
)
async def test_all_is_done(calls: list[str], is_done: bool) -> None:
    telegram = Telegram()
    telegram.put([question(5)])
    for method in calls:
        await telegram.call(method, {"chat_id": "5", "text": "…", "offset": "2", "timeout": "0"})
    assert telegram.is_done is is_done


@pytest.mark.parametrize(
    ("content", "asker"),
    [
        pytest.param(question(5), 5, id="a message in a private chat asks"),
        pytest.param(question(-5), None, id="one in a group does not"),
        pytest.param({"edited_message": question(5)["message"]}, None, id="nor does an edited one"),
        pytest.param({"callback_query": {"id": "1"}}, None, id="nor a press"),
    ],
)
def test_who_asks(content: Json, asker: int | None) -> None:
    assert asker_of(content) == asker


def test_every_question_is_another_persons() -> None:
    askers = [asker_of(content) for content in Crowd(ASKED).questions(50)]
    assert len({*askers}) == 50


def test_a_crowd_does_the_same_in_every_run() -> None:
    kinds = [[next(iter(content)) for content in Crowd(ASKED).mixed(200)] for _ in range(2)]
    assert kinds[0] == kinds[1]
    assert {*kinds[0]} == {"message", "edited_message", "callback_query"}
