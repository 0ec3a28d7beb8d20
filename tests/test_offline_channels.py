"""Channels that are discussed in a group, and the keyboard that asks for a chat."""

import pytest
from telegram import (
    Bot,
    InlineKeyboardMarkup,
    KeyboardButton,
    KeyboardButtonRequestChat,
    MessageOriginChannel,
    ReplyKeyboardMarkup,
    ReplyKeyboardRemove,
    ReplyParameters,
)

from bot.offline import BOT, OWNER, TELEGRAM, Chat, JsonObject, OfflineTelegram, UnsupportedCallError
from tests.bot_api import MORE, raw, read, read_message, refused
from tests.conversation import ANA, BIA


@pytest.fixture
def group(telegram: OfflineTelegram) -> Chat:
    """A group that hears everything."""
    return telegram.group("Comments", bot_is_admin=True)


@pytest.fixture
def channel(telegram: OfflineTelegram, group: Chat) -> Chat:
    """A channel that is discussed in the group."""
    return telegram.channel("News", discussed_in=group)


# Discussion groups.


async def test_a_post_appears_in_the_discussion_group(
    telegram: OfflineTelegram, bot: Bot, channel: Chat, group: Chat
) -> None:
    post = read_message(bot, telegram.says(OWNER, channel, "hi"))
    [forward] = (read_message(bot, update) for update in telegram.consequences())
    assert (forward.chat.id, forward.text, forward.is_automatic_forward) == (group.id, "hi", True)
    assert forward.from_user is not None
    assert forward.sender_chat is not None
    assert (forward.from_user.id, forward.sender_chat.id) == (TELEGRAM.id, channel.id)
    assert isinstance(forward.forward_origin, MessageOriginChannel)
    assert (forward.forward_origin.chat.id, forward.forward_origin.message_id) == (channel.id, post.message_id)


async def test_the_posts_of_the_bot_appear_too(telegram: OfflineTelegram, bot: Bot, channel: Chat) -> None:
    await bot.send_message(channel.id, "hi")
    assert ["message" in update for update in telegram.consequences()] == [True]
    assert telegram.from_bot == telegram.sent[:1]


async def test_privacy_mode_hides_forwards_and_comments(telegram: OfflineTelegram, bot: Bot) -> None:
    channel = telegram.channel("News", discussed_in=telegram.group("Comments"))
    await bot.send_message(channel.id, "hi")
    assert telegram.consequences() == []
    forward = telegram.forward_of(telegram.sent[0])
    assert telegram.says(ANA, forward.chat, "hi", reply_to=forward) is None
    assert telegram.says(ANA, forward.chat, "/ask@offline_bot", reply_to=forward)


async def test_comments_stand_in_the_thread_of_their_post(
    telegram: OfflineTelegram, bot: Bot, channel: Chat, group: Chat
) -> None:
    telegram.says(OWNER, channel, "hi")
    forward = telegram.forward_of(telegram.sent[0])
    first = read_message(bot, telegram.says(ANA, group, "one", reply_to=forward))
    second = read_message(bot, telegram.says(BIA, group, "two", reply_to=telegram.sent[-1]))
    third = await bot.send_message(group.id, "three", reply_parameters=ReplyParameters(second.message_id))
    threads = [(message.message_thread_id, message.is_topic_message) for message in (first, second, third)]
    assert threads == [(forward.message_id, None)] * 3


async def test_the_link_is_shown(bot: Bot, channel: Chat, group: Chat) -> None:
    assert (await bot.get_chat(group.id)).linked_chat_id == channel.id
    assert (await bot.get_chat(channel.id)).linked_chat_id == group.id


def test_other_channels_are_not_discussed(telegram: OfflineTelegram) -> None:
    telegram.says(OWNER, telegram.channel("News"), "hi")
    assert telegram.consequences() == []
    with pytest.raises(LookupError, match="not discussed"):
        telegram.forward_of(telegram.sent[0])


# Copying.


async def test_a_copy_has_no_author(telegram: OfflineTelegram, bot: Bot, channel: Chat, group: Chat) -> None:
    telegram.says(OWNER, channel, "see https://a.org")
    forward = telegram.forward_of(telegram.sent[0])
    copy = await bot.copy_message(telegram.private(ANA).id, group.id, forward.message_id)
    copied = telegram.sent[-1]
    assert (copied.message_id, copied.sender, copied.plain, copied.extra) == (
        copy.message_id,
        BOT,
        "see https://a.org",
        {},
    )
    assert copied.content.entities


@pytest.mark.parametrize(
    ("markup", "labels"),
    [pytest.param(None, [], id="loses its buttons"), pytest.param(MORE, ["More"], id="may bring some")],
)
async def test_a_copy(
    telegram: OfflineTelegram, bot: Bot, chat: Chat, markup: InlineKeyboardMarkup | None, labels: list[str]
) -> None:
    message = await bot.send_message(chat.id, "x", reply_markup=MORE)
    await message.copy(chat.id, reply_markup=markup)
    assert telegram.sent[-1].labels == labels


async def test_copies_are_refused(telegram: OfflineTelegram, bot: Bot, chat: Chat, group: Chat) -> None:
    telegram.joins(ANA, group)
    with refused("the message can't be copied"):
        await bot.copy_message(chat.id, group.id, telegram.sent[-1].message_id)
    with refused("message to copy not found"):
        await bot.copy_message(chat.id, group.id, 999)
    with refused("chat not found"):
        await bot.copy_message(chat.id, -5, 1)
    telegram.says(ANA, chat, "hi")
    with pytest.raises(UnsupportedCallError, match="caption"):
        await bot.copy_message(chat.id, chat.id, telegram.sent[-1].message_id, caption="x")


# Keyboards that ask for a chat.


async def ask_for(bot: Bot, chat: Chat, wanted: JsonObject) -> None:
    """Show a keyboard that asks for a chat, with the number 1."""
    key = {"text": "Channel", "request_chat": {"request_id": 1, **wanted}}
    await raw(bot, "sendMessage", {"chat_id": chat.id, "text": "x", "reply_markup": {"keyboard": [[key]]}})


async def test_a_chat_is_shared(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    wanted = KeyboardButtonRequestChat(7, chat_is_channel=True, request_title=True)
    keyboard = ReplyKeyboardMarkup([["Other", KeyboardButton("Channel", request_chat=wanted)]])
    await bot.send_message(chat.id, "x", reply_markup=keyboard)
    channel = telegram.channel("News", username="the_news", owner=ANA)
    shared = read_message(bot, telegram.shares_chat(ANA, channel, 7)).chat_shared
    assert shared is not None
    assert (shared.request_id, shared.chat_id, shared.title, shared.username) == (7, channel.id, "News", None)


async def test_a_chat_is_shared_with_its_name(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    await ask_for(bot, chat, {"chat_is_channel": True, "request_username": True})
    channel = telegram.channel("News", username="the_news")
    shared = read_message(bot, telegram.shares_chat(ANA, channel, 1)).chat_shared
    assert shared is not None
    assert (shared.title, shared.username) == (None, "the_news")


POSTER: JsonObject = {"is_anonymous": False, "can_invite_users": False, "can_post_messages": True}


@pytest.mark.parametrize(
    ("wanted", "problem"),
    [
        pytest.param({"chat_is_channel": True}, None, id="a channel"),
        pytest.param({"chat_is_channel": False}, "another kind", id="a group"),
        pytest.param({"chat_is_channel": True, "chat_has_username": True}, "another kind", id="a public channel"),
        pytest.param({"chat_is_channel": True, "chat_is_created": True}, "another kind", id="one's own channel"),
        pytest.param({"chat_is_channel": True, "user_administrator_rights": POSTER}, None, id="where one may post"),
        pytest.param(
            {"chat_is_channel": True, "user_administrator_rights": {"can_invite_users": True}},
            "the person lacks rights",
            id="where one may invite",
        ),
        pytest.param({"chat_is_channel": True, "bot_is_member": True}, "the bot is not in it", id="where the bot is"),
        pytest.param(
            {"chat_is_channel": True, "bot_administrator_rights": POSTER},
            "the bot lacks rights",
            id="where the bot may post",
        ),
    ],
)
async def test_what_is_offered(
    telegram: OfflineTelegram, bot: Bot, chat: Chat, wanted: JsonObject, problem: str | None
) -> None:
    channel = telegram.channel("News", bot_is_admin=False)
    telegram.promotes(OWNER, channel, ANA, can_post_messages=True)
    await ask_for(bot, chat, wanted)
    if problem is None:
        assert telegram.shares_chat(ANA, channel, 1)
    else:
        with pytest.raises(ValueError, match=problem):
            telegram.shares_chat(ANA, channel, 1)


async def test_sharing_gives_the_bot_its_rights(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    channel = telegram.channel("News", bot_is_admin=False, owner=ANA)
    await ask_for(bot, chat, {"chat_is_channel": True, "bot_administrator_rights": POSTER})
    assert telegram.shares_chat(ANA, channel, 1)
    [promoted] = (read(bot, update).my_chat_member for update in telegram.consequences())
    assert promoted is not None
    assert (await bot.send_message(channel.id, "x")).text == "x"


async def test_a_removed_keyboard_asks_for_nothing(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    channel = telegram.channel("News", owner=ANA)
    await ask_for(bot, chat, {"chat_is_channel": True})
    await bot.send_message(chat.id, "x", reply_markup=MORE)
    assert telegram.shares_chat(ANA, channel, 1)
    with pytest.raises(LookupError, match="number 2"):
        telegram.shares_chat(ANA, channel, 2)
    await bot.send_message(chat.id, "x", reply_markup=ReplyKeyboardRemove())
    with pytest.raises(LookupError, match="number 1"):
        telegram.shares_chat(ANA, channel, 1)


@pytest.mark.parametrize(
    ("key", "words"),
    [
        pytest.param({"text": "a"}, None, id="text"),
        pytest.param({"text": ""}, "keyboard button text must be non-empty", id="no text"),
        pytest.param(
            {"text": "a", "request_chat": {"request_id": 1, "chat_is_channel": True}},
            "chats can be requested in private chats only",
            id="a request",
        ),
        pytest.param(
            {"text": "a", "request_contact": True}, "phone number can be requested in private", id="a phone number"
        ),
    ],
)
async def test_keyboards_in_groups(bot: Bot, group: Chat, key: JsonObject, words: str | None) -> None:
    with refused(words):
        await raw(bot, "sendMessage", {"chat_id": group.id, "text": "x", "reply_markup": {"keyboard": [[key]]}})


async def test_a_request_must_be_complete(bot: Bot, chat: Chat) -> None:
    key: JsonObject = {"text": "a", "request_chat": {"request_id": 1}}
    with refused("can't parse keyboard button"):
        await raw(bot, "sendMessage", {"chat_id": chat.id, "text": "x", "reply_markup": {"keyboard": [[key]]}})


async def test_posts_and_edits_have_inline_buttons_only(bot: Bot, channel: Chat, chat: Chat) -> None:
    with refused("inline keyboard expected"):
        await bot.send_message(channel.id, "x", reply_markup=ReplyKeyboardRemove())
    message = await bot.send_message(chat.id, "x")
    call = {"chat_id": chat.id, "message_id": message.message_id, "text": "y", "reply_markup": {"keyboard": []}}
    with refused("inline keyboard expected"):
        await raw(bot, "editMessageText", call)
