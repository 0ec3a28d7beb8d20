"""The in-memory server of Bot API 10.0 to 10.3: messages that one member sees, and guards of groups."""

from datetime import timedelta

import pytest
from telegram import Bot, BotCommand, BotCommandScopeChat
from telegram.error import EndPointNotFound, NetworkError

from bot.offline import BOT, OWNER, START, Chat, Clock, JsonObject, OfflineTelegram, Sent
from tests.bot_api import MORE, OTHER_BOT, raw, read, read_message, refused
from tests.conversation import ANA, BIA, CAL

FLAT: JsonObject = {"receiver_user_id": ANA.id}
NESTED: JsonObject = {"ephemeral_message_parameters": {"receiver_user_id": ANA.id}}
FORM = {"10.2": FLAT, "10.3": NESTED}
ADMIN, MEMBER = True, False


def server(version: str) -> OfflineTelegram:
    return OfflineTelegram(clock=Clock(lambda: START), version=version)


async def client(telegram: OfflineTelegram) -> Bot:
    """Return an initialized Bot API: only that tells a method that is unknown from a token that is."""
    bot = Bot("1:offline", request=telegram, get_updates_request=telegram)
    await bot.initialize()
    return bot


def vecinas(telegram: OfflineTelegram, *, admin: bool = ADMIN) -> Chat:
    group = telegram.group("Vecinas", bot_is_admin=admin)
    telegram.join(ANA, group)
    return group


async def declare(bot: Bot, group: Chat) -> None:
    command = BotCommand("ask", "Ask", api_kwargs={"is_ephemeral": True})
    await bot.set_my_commands([command, BotCommand("help", "Help")], BotCommandScopeChat(group.id))


async def asked(telegram: OfflineTelegram, bot: Bot, group: Chat) -> Sent:
    """Let Ana ask something that only the bot sees."""
    await declare(bot, group)
    telegram.asks_unseen(ANA, group, "/ask@offline_bot x")
    return telegram.sent[-1]


async def send(bot: Bot, group: Chat, parameters: JsonObject) -> object:
    return await raw(bot, "sendMessage", {"chat_id": group.id, "text": "x", **parameters})


def reply_to(number: int) -> JsonObject:
    return {"reply_parameters": {"ephemeral_message_id": number}}


# Versions


@pytest.mark.parametrize(
    ("version", "known"),
    [
        pytest.param("10.0", [], id="10.0"),
        pytest.param("10.1", ["answerChatJoinRequestQuery"], id="10.1"),
        pytest.param("10.2", ["answerChatJoinRequestQuery", "deleteEphemeralMessage"], id="10.2"),
        pytest.param("10.3", ["answerChatJoinRequestQuery", "deleteEphemeralMessage"], id="10.3"),
    ],
)
@pytest.mark.parametrize("method", ["answerChatJoinRequestQuery", "deleteEphemeralMessage"])
async def test_what_a_version_does_not_know_is_not_found(version: str, known: list[str], method: str) -> None:
    bot = await client(server(version))
    with refused("") if method in known else pytest.raises(EndPointNotFound):
        await raw(bot, method, {})


@pytest.mark.parametrize(
    ("version", "kept"),
    [pytest.param("10.1", False, id="ignored before 10.2"), pytest.param("10.2", True, id="kept since")],
)
async def test_who_sees_a_command(version: str, *, kept: bool) -> None:
    telegram = server(version)
    bot, group = await client(telegram), vecinas(telegram)
    await declare(bot, group)
    [command, _] = await bot.get_my_commands(BotCommandScopeChat(group.id))
    assert ("is_ephemeral" in command.api_kwargs) is kept
    assert telegram.menu(ANA, group) == {"ask": "Ask", "help": "Help"}


async def test_a_parameter_can_be_ignored() -> None:
    telegram = server("10.3")
    telegram.ignored.add("ephemeral_message_parameters")
    await send(await client(telegram), vecinas(telegram), NESTED)
    assert telegram.sent[-1].seen_by is None


# What people ask unseen


async def test_a_command_that_only_the_bot_sees() -> None:
    telegram = server("10.2")
    bot, group = await client(telegram), vecinas(telegram)
    await declare(bot, group)
    message = read_message(bot, telegram.asks_unseen(ANA, group, "/ask@offline_bot x"))
    assert (message.message_id, message.api_kwargs["ephemeral_message_id"]) == (0, 1)
    assert message.api_kwargs["receiver_user"]["id"] == BOT.id
    assert message.from_user is not None
    assert (message.from_user.id, message.text) == (ANA.id, "/ask@offline_bot x")


@pytest.mark.parametrize(
    ("version", "text"),
    [
        pytest.param("10.1", "/ask@offline_bot x", id="a server that knows no such commands"),
        pytest.param("10.2", "/help@offline_bot", id="a command that is not declared so"),
        pytest.param("10.2", "/nothing", id="a command that is not in the menu"),
    ],
)
async def test_what_apps_send_for_all_to_see(version: str, text: str) -> None:
    telegram = server(version)
    group = vecinas(telegram)
    await declare(await client(telegram), group)
    with pytest.raises(LookupError, match="seen by everybody"):
        telegram.asks_unseen(ANA, group, text)


# What the bot sends to one


@pytest.mark.parametrize(
    ("version", "parameters", "seen_by"),
    [
        pytest.param("10.1", FLAT, None, id="10.1 posts the form of 10.2 for all"),
        pytest.param("10.1", NESTED, None, id="10.1 posts the form of 10.3 for all"),
        pytest.param("10.2", FLAT, ANA.id, id="10.2 takes its form"),
        pytest.param("10.2", NESTED, None, id="10.2 posts the form of 10.3 for all"),
        pytest.param("10.3", NESTED, ANA.id, id="10.3 takes its form"),
        pytest.param("10.3", FLAT | NESTED, ANA.id, id="10.3 takes both"),
        pytest.param("10.2", FLAT | NESTED, ANA.id, id="10.2 takes both"),
    ],
)
async def test_who_sees_a_message(version: str, parameters: JsonObject, seen_by: int | None) -> None:
    telegram = server(version)
    await send(await client(telegram), vecinas(telegram), parameters)
    assert telegram.sent[-1].seen_by == seen_by


@pytest.mark.parametrize("version", ["10.2", "10.3"])
async def test_an_answer_to_an_unseen_question(version: str) -> None:
    telegram = server(version)
    bot, group = await client(telegram), vecinas(telegram, admin=MEMBER)
    question = await asked(telegram, bot, group)
    sent = await bot.send_message(group.id, "x", reply_markup=MORE, api_kwargs=FORM[version] | reply_to(1))
    assert (sent.message_id, sent.message_thread_id, sent.api_kwargs["ephemeral_message_id"]) == (0, None, 2)
    assert sent.api_kwargs["receiver_user"]["id"] == ANA.id
    assert (telegram.sent[-1].reply_to, telegram.sent[-1].labels) == (question, ["More"])


@pytest.mark.parametrize("version", ["10.0", "10.1"])
async def test_older_servers_refuse_a_reply_without_a_message_id(version: str) -> None:
    telegram = server(version)
    with refused("can't find field"):
        await send(await client(telegram), vecinas(telegram), FLAT | NESTED | reply_to(1))
    assert telegram.sent == []


@pytest.mark.parametrize(
    ("number", "seconds", "admin", "words"),
    [
        pytest.param(1, 14, MEMBER, None, id="to a question of just now"),
        pytest.param(1, 15, MEMBER, "to be replied not found", id="to an old question"),
        pytest.param(1, 15, ADMIN, "to be replied not found", id="to an old question, by an administrator"),
        pytest.param(2, 0, ADMIN, "to be replied not found", id="to no question"),
        pytest.param(None, 0, MEMBER, "BOT_NOT_ADMIN", id="unasked"),
        pytest.param(None, 99, ADMIN, None, id="unasked, by an administrator"),
    ],
)
async def test_when_the_bot_may_write_to_one(
    number: int | None, seconds: int, *, admin: bool, words: str | None
) -> None:
    telegram = server("10.2")
    bot, group = await client(telegram), vecinas(telegram, admin=admin)
    await asked(telegram, bot, group)
    telegram.clock.pass_time(timedelta(seconds=seconds))
    with refused(words):
        await send(bot, group, FLAT | (reply_to(number) if number else {}))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [pytest.param(14, None, id="just now"), pytest.param(15, "BOT_NOT_ADMIN", id="too long ago")],
)
async def test_a_press_allows_a_message_to_who_pressed(seconds: int, words: str | None) -> None:
    telegram = server("10.3")
    bot, group = await client(telegram), vecinas(telegram, admin=MEMBER)
    await bot.send_message(group.id, "x", reply_markup=MORE)
    query = read(bot, telegram.presses(ANA, telegram.sent[-1], "More")).callback_query
    assert query is not None
    telegram.clock.pass_time(timedelta(seconds=seconds))
    with refused(words):
        await send(
            bot, group, {"ephemeral_message_parameters": {"receiver_user_id": ANA.id, "callback_query_id": query.id}}
        )


@pytest.mark.parametrize(
    ("receiver", "words"),
    [
        pytest.param(BIA.id, "PARTICIPANT_ID_INVALID", id="somebody who is not in the group"),
        pytest.param(OTHER_BOT.id, "PARTICIPANT_ID_INVALID", id="a bot"),
        pytest.param(5, "PARTICIPANT_ID_INVALID", id="nobody"),
    ],
)
async def test_to_whom_the_bot_cannot_write(receiver: int, words: str) -> None:
    telegram = server("10.2")
    group = vecinas(telegram)
    telegram.join(OTHER_BOT, group)
    with refused(words):
        await send(await client(telegram), group, {"receiver_user_id": receiver})


async def test_private_chats_have_no_such_messages() -> None:
    telegram = server("10.2")
    with refused("BOT_NOT_ADMIN"):
        await send(await client(telegram), telegram.private(ANA), FLAT)


# What can be done with them


async def test_no_method_finds_them_by_their_message_id() -> None:
    telegram = server("10.2")
    bot, group = await client(telegram), vecinas(telegram)
    await send(bot, group, FLAT)
    with refused("message to delete not found"):
        await bot.delete_message(group.id, 0)
    with refused("message to edit not found"):
        await bot.edit_message_text("y", group.id, 0)
    with refused("message to be replied not found"):
        await send(bot, group, {"reply_parameters": {"message_id": 0}})


async def test_only_who_sees_a_message_presses_its_buttons() -> None:
    telegram = server("10.2")
    bot, group = await client(telegram), vecinas(telegram)
    await bot.send_message(group.id, "x", reply_markup=MORE, api_kwargs=FLAT)
    query = read(bot, telegram.presses(ANA, telegram.sent[-1], "More")).callback_query
    assert query is not None
    assert query.message is not None
    assert (query.message.message_id, query.message.api_kwargs["ephemeral_message_id"]) == (0, 1)
    with pytest.raises(LookupError, match="does not see"):
        telegram.presses(CAL, telegram.sent[-1], "More")


@pytest.mark.parametrize(
    ("number", "receiver", "words"),
    [
        pytest.param(1, ANA.id, None, id="a message and who sees it"),
        pytest.param(2, ANA.id, "not found", id="no message"),
        pytest.param(1, OWNER.id, "not found", id="a message that somebody else sees"),
    ],
)
async def test_deleting_them(number: int, receiver: int, words: str | None) -> None:
    telegram = server("10.2")
    bot, group = await client(telegram), vecinas(telegram)
    await send(bot, group, FLAT)
    seen = {"chat_id": group.id, "receiver_user_id": receiver, "ephemeral_message_id": number}
    with refused(words):
        await raw(bot, "deleteEphemeralMessage", seen)
    assert telegram.sent[-1].deleted is (words is None)


# Guards


def guarded(version: str, *, enabled: bool = True) -> tuple[OfflineTelegram, Chat]:
    telegram = server(version)
    telegram.can_guard = enabled
    group = telegram.group("Vecinas", bot_is_admin=True)
    group.is_guarded = True
    return telegram, group


@pytest.mark.parametrize(
    ("version", "enabled", "expected"),
    [
        pytest.param("10.0", True, None, id="10.0 says nothing"),
        pytest.param("10.1", False, False, id="a bot that cannot"),
        pytest.param("10.1", True, True, id="a bot that can"),
    ],
)
async def test_whether_the_bot_can_guard(version: str, *, enabled: bool, expected: bool | None) -> None:
    telegram, _ = guarded(version, enabled=enabled)
    me = await (await client(telegram)).get_me()
    assert me.api_kwargs.get("supports_join_request_queries") is expected


@pytest.mark.parametrize(
    ("version", "enabled", "expected"),
    [
        pytest.param("10.0", True, False, id="10.0 asks nobody"),
        pytest.param("10.1", False, False, id="a bot that cannot is not asked"),
        pytest.param("10.3", True, True, id="a guard is asked"),
    ],
)
async def test_a_guard_is_asked(version: str, *, enabled: bool, expected: bool) -> None:
    telegram, group = guarded(version, enabled=enabled)
    request = read(await client(telegram), telegram.requests_to_join(ANA, group)).chat_join_request
    assert request is not None
    assert ("query_id" in request.api_kwargs) is expected


@pytest.mark.parametrize(
    ("result", "status", "waits"),
    [
        pytest.param("approve", "member", False, id="approved"),
        pytest.param("decline", "left", False, id="declined"),
        pytest.param("queue", "left", True, id="left to the administrators"),
    ],
)
async def test_what_a_guard_decides(result: str, status: str, *, waits: bool) -> None:
    telegram, group = guarded("10.1")
    bot = await client(telegram)
    request = read(bot, telegram.requests_to_join(ANA, group)).chat_join_request
    assert request is not None
    answer = {"chat_join_request_query_id": request.api_kwargs["query_id"], "result": result}
    await raw(bot, "answerChatJoinRequestQuery", answer)
    assert ((await bot.get_chat_member(group.id, ANA.id)).status, ANA.id in group.requests) == (status, waits)
    with refused("query is too old"):
        await raw(bot, "answerChatJoinRequestQuery", answer)


@pytest.mark.parametrize(
    ("seconds", "result", "words"),
    [
        pytest.param(9, "queue", None, id="in time"),
        pytest.param(10, "queue", "query is too old", id="too late"),
        pytest.param(0, "perhaps", "wrong join request query result", id="no decision"),
    ],
)
async def test_how_a_guard_must_answer(seconds: int, result: str, words: str | None) -> None:
    telegram, group = guarded("10.1")
    bot = await client(telegram)
    request = read(bot, telegram.requests_to_join(ANA, group)).chat_join_request
    assert request is not None
    telegram.clock.pass_time(timedelta(seconds=seconds))
    with refused(words):
        await raw(
            bot,
            "answerChatJoinRequestQuery",
            {"chat_join_request_query_id": request.api_kwargs["query_id"], "result": result},
        )


async def test_a_failure_comes_before_what_a_version_knows() -> None:
    telegram = server("10.0")
    telegram.cut_next("deleteEphemeralMessage")
    with pytest.raises(NetworkError, match="refused"):
        await raw(await client(telegram), "deleteEphemeralMessage", {})
