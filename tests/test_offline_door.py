"""Who asks to be let in: requests to join, whom the bot may write to meanwhile, and invite links."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import Forbidden

from bot.offline import BOT, OWNER, START, Chat, Clock, JsonObject, OfflineTelegram
from tests.bot_api import MORE, raw, read, refused
from tests.conversation import ANA, BIA, CAL

Decide = Callable[[OfflineTelegram, Bot, Chat], Awaitable[None]]
INITIATE = "bot can't initiate conversation with a user"


@pytest.fixture
def telegram() -> OfflineTelegram:
    """An empty Telegram where time stands still."""
    return OfflineTelegram(clock=Clock(lambda: START))


@pytest.fixture
def door(telegram: OfflineTelegram) -> Chat:
    """A group where the bot may let people in."""
    group = telegram.group("Vecinas")
    telegram.promotes(OWNER, group, BOT, can_invite_users=True)
    return group


# Asking to be let in.


async def test_a_request_is_delivered(telegram: OfflineTelegram, bot: Bot, door: Chat) -> None:
    asked = read(bot, telegram.requests_to_join(ANA, door)).chat_join_request
    assert asked is not None
    assert (asked.chat.id, asked.from_user.id, asked.user_chat_id) == (door.id, ANA.id, ANA.id)


@pytest.mark.parametrize(
    "rights",
    [
        pytest.param(None, id="to no member"),
        pytest.param({"can_invite_users": False}, id="to no administrator without the right"),
    ],
)
async def test_a_request_is_not_delivered(telegram: OfflineTelegram, bot: Bot, rights: dict[str, bool] | None) -> None:
    group = telegram.group("Vecinas")
    if rights:
        telegram.promotes(OWNER, group, BOT, **rights)
    assert telegram.requests_to_join(ANA, group) is None
    with refused("not enough rights to manage chat join requests"):
        await bot.approve_chat_join_request(group.id, ANA.id)
    with refused("not enough rights to manage chat join requests"):
        await bot.decline_chat_join_request(group.id, ANA.id)


def test_who_is_in_asks_for_nothing(telegram: OfflineTelegram, door: Chat) -> None:
    with pytest.raises(ValueError, match="already"):
        telegram.requests_to_join(OWNER, door)


def test_who_is_banned_cannot_ask(telegram: OfflineTelegram, door: Chat) -> None:
    telegram.leaves(ANA, door, by=OWNER)
    with pytest.raises(ValueError, match="banned"):
        telegram.requests_to_join(ANA, door)


async def test_an_approval_lets_in(telegram: OfflineTelegram, bot: Bot, door: Chat) -> None:
    telegram.requests_to_join(ANA, door)
    assert await bot.approve_chat_join_request(door.id, ANA.id)
    changed, came = (read(bot, update) for update in telegram.consequences())
    assert changed.chat_member is not None
    assert (changed.chat_member.new_chat_member.status, changed.chat_member.via_join_request) == ("member", True)
    assert changed.chat_member.from_user.id == BOT.id
    assert came.message is not None
    assert [person.id for person in came.message.new_chat_members] == [ANA.id]


async def approve(_: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    await bot.approve_chat_join_request(chat.id, ANA.id)


async def decline(_: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    await bot.decline_chat_join_request(chat.id, ANA.id)


async def let_in(telegram: OfflineTelegram, _: Bot, chat: Chat) -> None:
    telegram.lets_in(OWNER, ANA, chat)


async def turn_away(telegram: OfflineTelegram, _: Bot, chat: Chat) -> None:
    telegram.turns_away(OWNER, ANA, chat)


async def withdraw(telegram: OfflineTelegram, _: Bot, chat: Chat) -> None:
    telegram.withdraws(ANA, chat)


@pytest.mark.parametrize(
    ("decide", "approving", "declining"),
    [
        pytest.param(approve, "USER_ALREADY_PARTICIPANT", "HIDE_REQUESTER_MISSING", id="the bot approved"),
        pytest.param(decline, "HIDE_REQUESTER_MISSING", "HIDE_REQUESTER_MISSING", id="the bot declined"),
        pytest.param(let_in, "USER_ALREADY_PARTICIPANT", "HIDE_REQUESTER_MISSING", id="an administrator approved"),
        pytest.param(turn_away, "HIDE_REQUESTER_MISSING", "HIDE_REQUESTER_MISSING", id="an administrator declined"),
        pytest.param(withdraw, "HIDE_REQUESTER_MISSING", "HIDE_REQUESTER_MISSING", id="the applicant thought better"),
    ],
)
async def test_a_request_is_decided_once(
    telegram: OfflineTelegram, bot: Bot, door: Chat, decide: Decide, approving: str, declining: str
) -> None:
    telegram.requests_to_join(ANA, door)
    await decide(telegram, bot, door)
    with refused(approving):
        await bot.approve_chat_join_request(door.id, ANA.id)
    with refused(declining):
        await bot.decline_chat_join_request(door.id, ANA.id)


async def test_a_stranger_cannot_be_decided_on(bot: Bot, door: Chat, chat: Chat) -> None:
    with refused("user not found"):
        await bot.approve_chat_join_request(door.id, 999)
    with refused("the chat can't have join requests"):
        await bot.approve_chat_join_request(chat.id, ANA.id)


async def test_who_is_in_too_many_chats_waits_on(telegram: OfflineTelegram, bot: Bot, door: Chat) -> None:
    telegram.requests_to_join(ANA, door)
    telegram.crowded.add(ANA.id)
    with refused("USER_CHANNELS_TOO_MUCH"):
        await bot.approve_chat_join_request(door.id, ANA.id)
    assert list(door.requests) == [ANA.id]


def test_only_who_may_invite_decides_by_hand(telegram: OfflineTelegram, door: Chat) -> None:
    telegram.requests_to_join(ANA, door)
    with pytest.raises(ValueError, match="no right"):
        telegram.lets_in(BIA, ANA, door)
    with pytest.raises(LookupError, match="does not ask"):
        telegram.turns_away(OWNER, CAL, door)


# Writing to an applicant.


async def test_an_applicant_can_be_written_to(telegram: OfflineTelegram, bot: Bot, door: Chat) -> None:
    telegram.requests_to_join(ANA, door)
    telegram.clock.pass_time(timedelta(minutes=4, seconds=59))
    await bot.send_message(ANA.id, "x")
    assert telegram.sent[-1].chat.id == ANA.id


@pytest.mark.parametrize("decide", [approve, decline, let_in, turn_away, withdraw])
async def test_a_decision_ends_that(telegram: OfflineTelegram, bot: Bot, door: Chat, decide: Decide) -> None:
    telegram.requests_to_join(ANA, door)
    await decide(telegram, bot, door)
    with pytest.raises(Forbidden, match=INITIATE):
        await bot.send_message(ANA.id, "x")


async def test_five_minutes_end_that(telegram: OfflineTelegram, bot: Bot, door: Chat) -> None:
    telegram.requests_to_join(ANA, door)
    telegram.clock.pass_time(timedelta(minutes=5))
    with pytest.raises(Forbidden, match=INITIATE):
        await bot.send_message(ANA.id, "x")


async def test_who_only_talks_in_a_group_cannot_be_written_to(telegram: OfflineTelegram, bot: Bot, door: Chat) -> None:
    telegram.says(ANA, door, "hi")
    with pytest.raises(Forbidden, match=INITIATE):
        await bot.send_message(ANA.id, "x")


async def test_who_started_the_bot_can_always_be_written_to(telegram: OfflineTelegram, bot: Bot, door: Chat) -> None:
    telegram.requests_to_join(ANA, door)
    await bot.send_message(ANA.id, "x")
    telegram.says(ANA, telegram.sent[-1].chat, "hi")
    telegram.turns_away(OWNER, ANA, door)
    assert (await bot.send_message(ANA.id, "x")).text == "x"


async def test_what_an_applicant_got_can_be_pressed_and_changed(
    telegram: OfflineTelegram, bot: Bot, door: Chat
) -> None:
    telegram.requests_to_join(ANA, door)
    message = await bot.send_message(ANA.id, "x", reply_markup=MORE)
    telegram.clock.pass_time(timedelta(minutes=6))
    assert telegram.presses(ANA, telegram.sent[-1], "More")
    assert await message.edit_text("y")


async def test_a_press_does_not_start_the_bot(telegram: OfflineTelegram, bot: Bot, door: Chat) -> None:
    telegram.requests_to_join(ANA, door)
    await bot.send_message(ANA.id, "x", reply_markup=MORE)
    telegram.presses(ANA, telegram.sent[-1], "More")
    telegram.clock.pass_time(timedelta(minutes=6))
    with pytest.raises(Forbidden, match=INITIATE):
        await bot.send_message(ANA.id, "x")


async def test_an_applicant_can_have_blocked_the_bot(telegram: OfflineTelegram, bot: Bot, door: Chat) -> None:
    telegram.removes_bot(ANA, telegram.private(ANA))
    telegram.requests_to_join(ANA, door)
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(ANA.id, "x")


# Invite links.


@pytest.mark.parametrize(
    ("link", "words"),
    [
        pytest.param({"creates_join_request": True}, None, id="by request"),
        pytest.param({"creates_join_request": True, "name": "x" * 32}, None, id="a name"),
        pytest.param({"member_limit": 5}, None, id="a limit without requests"),
        pytest.param({"creates_join_request": True, "member_limit": 5}, "member limit can't", id="a limit by request"),
        pytest.param({"name": "x" * 33}, "INVITE_NAME_TOO_LONG", id="a long name"),
    ],
)
async def test_invite_links(bot: Bot, door: Chat, link: JsonObject, words: str | None) -> None:
    with refused(words):
        assert await raw(bot, "createChatInviteLink", {"chat_id": door.id, **link})


async def test_an_invite_link_needs_a_right(telegram: OfflineTelegram, bot: Bot, door: Chat) -> None:
    link = await bot.create_chat_invite_link(door.id, creates_join_request=True)
    assert (link.creates_join_request, link.creator.id) == (True, BOT.id)
    telegram.promotes(OWNER, door, BOT, can_invite_users=False)
    with refused("not enough rights to manage chat invite link"):
        await bot.create_chat_invite_link(door.id)
