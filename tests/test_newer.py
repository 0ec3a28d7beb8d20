"""What the bot does only where Telegram's server says that it can: the probe, and the guard of a group."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from datetime import timedelta

import pytest
from telegram import Bot

from bot.newer import Newer
from bot.offline import START, Chat, Clock, JsonObject, OfflineTelegram, Person, Sent
from tests.conversation import ANA, PEOPLE, Conversation

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
Fault = Callable[[OfflineTelegram], None]


@pytest.fixture(autouse=True)
def _of_today(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library tell how long to wait as a duration, without a warning."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


def guarded(version: str, *, enabled: bool = True) -> OfflineTelegram:
    telegram = OfflineTelegram(clock=Clock(lambda: START), version=version)
    telegram.can_guard = enabled
    return telegram


async def probed(telegram: OfflineTelegram) -> Newer:
    bot = Bot("1:offline", request=telegram, get_updates_request=telegram)
    await bot.initialize()
    newer = Newer()
    await newer.probe(bot)
    return newer


# The probe


def test_nothing_is_used_unasked() -> None:
    newer = Newer()
    assert (newer.ephemeral, newer.guards) == (False, False)


@pytest.mark.parametrize(
    ("version", "enabled", "ephemeral", "guards"),
    [
        pytest.param("10.0", True, False, False, id="10.0"),
        pytest.param("10.1", True, False, True, id="10.1, a bot that may guard groups"),
        pytest.param("10.1", False, False, False, id="10.1, a bot that may not"),
        pytest.param("10.2", True, True, True, id="10.2"),
        pytest.param("10.3", False, True, False, id="10.3, a bot that may not guard groups"),
    ],
)
async def test_what_a_server_can(version: str, *, enabled: bool, ephemeral: bool, guards: bool) -> None:
    newer = await probed(guarded(version, enabled=enabled))
    assert (newer.ephemeral, newer.guards) == (ephemeral, guards)


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(lambda telegram: telegram.cut_next("deleteEphemeralMessage"), id="no connection"),
        pytest.param(lambda telegram: telegram.fail_next("deleteEphemeralMessage"), id="an error of the server's"),
        pytest.param(lambda telegram: telegram.fail_next("deleteEphemeralMessage", "Forbidden", 403), id="forbidden"),
        pytest.param(
            lambda telegram: telegram.fail_next("deleteEphemeralMessage", "Too Many Requests", 429, retry_after=3),
            id="too many calls",
        ),
    ],
)
async def test_in_doubt_the_bot_does_without(fault: Fault) -> None:
    telegram = guarded("10.3")
    fault(telegram)
    assert not (await probed(telegram)).ephemeral


async def test_the_probe_has_no_effect() -> None:
    telegram = guarded("10.3")
    await probed(telegram)
    assert [method for method, _ in telegram.calls] == ["getMe", "deleteEphemeralMessage"]
    assert telegram.sent == []


# The guard of a group, who is asked about each request to join


@pytest.fixture
def telegram() -> OfflineTelegram:
    """A server on which the bot may guard groups."""
    return guarded("10.3")


@pytest.fixture
async def door(talk: Conversation) -> AsyncIterator[Chat]:
    """A group that the bot guards, whose admins switched join requests on."""
    async with opened(talk) as group:
        yield group


@asynccontextmanager
async def opened(talk: Conversation) -> AsyncIterator[Chat]:
    assert talk.app.post_init is not None
    assert talk.app.post_stop is not None
    await talk.app.post_init(talk.app)
    group = talk.telegram.group("Vecinas", bot_is_admin=True)
    group.is_guarded = True
    await talk.store.chats.change(group.id, join_rules=True)
    yield group
    await talk.app.post_stop(talk.app)


async def rules(talk: Conversation, person: Person, door: Chat) -> Sent:
    """Let somebody ask to join; return the rules that they get."""
    [sent] = await talk.hear(talk.telegram.requests_to_join(person, door))
    return sent


def queued(telegram: OfflineTelegram) -> list[JsonObject]:
    return [parameters for method, parameters in telegram.calls if method == "answerChatJoinRequestQuery"]


@LANGUAGES
async def test_a_guarded_request_is_left_to_the_admins_until_the_applicant_agrees(
    talk: Conversation, door: Chat, language: str
) -> None:
    person, lines = PEOPLE[language], talk.knowledge.voices[language].join
    sent = await rules(talk, person, door)
    assert [query["result"] for query in queued(talk.telegram)] == ["queue"]
    assert person.id in door.requests
    await talk.press(person, sent, lines.agree)
    assert person.id in door.people


async def test_the_query_is_answered_before_the_applicant_is_written_to(talk: Conversation, door: Chat) -> None:
    await rules(talk, ANA, door)
    methods = [method for method, _ in talk.telegram.calls]
    assert methods.index("answerChatJoinRequestQuery") < methods.index("sendMessage")


@pytest.mark.parametrize(
    "fault",
    [
        pytest.param(lambda telegram: telegram.cut_next("answerChatJoinRequestQuery"), id="no connection"),
        pytest.param(lambda telegram: telegram.cut_next("answerChatJoinRequestQuery", after=True), id="a lost answer"),
        pytest.param(
            lambda telegram: telegram.fail_next("answerChatJoinRequestQuery", "Bad Request: QUERY_ID_INVALID", 400),
            id="a query of another time",
        ),
        pytest.param(
            lambda telegram: telegram.fail_next("answerChatJoinRequestQuery", "Too Many Requests", 429, retry_after=3),
            id="too many calls",
        ),
    ],
)
async def test_a_refused_answer_changes_nothing_for_the_applicant(talk: Conversation, door: Chat, fault: Fault) -> None:
    fault(talk.telegram)
    sent = await rules(talk, ANA, door)
    await talk.press(ANA, sent, talk.knowledge.voices["es"].join.agree)
    assert ANA.id in door.people


async def test_a_request_that_waited_in_the_queue_goes_on_as_usual(talk: Conversation, door: Chat) -> None:
    update = talk.telegram.requests_to_join(ANA, door)
    talk.telegram.clock.pass_time(timedelta(seconds=11))
    [sent] = await talk.hear(update)
    await talk.press(ANA, sent, talk.knowledge.voices["es"].join.agree)
    assert ANA.id in door.people


@pytest.mark.parametrize(
    ("version", "enabled", "forged"),
    [
        pytest.param("10.0", True, {"query_id": "query-9"}, id="a server that knows no guards"),
        pytest.param("10.3", False, {"query_id": "query-9"}, id="a bot that may not guard"),
        pytest.param("10.3", True, {"query_id": None}, id="a request without a query"),
    ],
)
async def test_no_query_is_answered_that_is_not_the_bots(
    talk: Conversation, version: str, *, enabled: bool, forged: JsonObject
) -> None:
    talk.telegram.version, talk.telegram.can_guard = version, enabled
    await talk.app.bot.get_me()  # as at the start of a bot: its cached self is what the probe reads
    async with opened(talk) as door:
        update = talk.telegram.requests_to_join(ANA, door)
        assert update is not None
        request = update["chat_join_request"]
        assert isinstance(request, dict)
        assert len(await talk.hear(update | {"chat_join_request": request | forged})) == 1
        assert queued(talk.telegram) == []
