"""The topics of a forum: open, closed and deleted."""

import pytest
from telegram import Bot
from telegram.constants import ChatAction

from bot.offline import BOT, OWNER, Chat, OfflineTelegram
from tests.bot_api import read_message, refused
from tests.conversation import ANA, BIA


@pytest.fixture
def forum(telegram: OfflineTelegram) -> Chat:
    """A forum where the bot is an ordinary member."""
    return telegram.group("Foro", forum=True)


async def test_general_has_no_thread(telegram: OfflineTelegram, bot: Bot, forum: Chat) -> None:
    message = read_message(bot, telegram.says(ANA, forum, "/ask@offline_bot"))
    assert (message.message_thread_id, message.is_topic_message) == (None, None)
    assert (await bot.send_message(forum.id, "x")).message_thread_id is None


@pytest.mark.parametrize("general", [pytest.param(True, id="General"), pytest.param(False, id="a topic")])
async def test_a_closed_topic_takes_no_messages(
    telegram: OfflineTelegram, bot: Bot, forum: Chat, *, general: bool
) -> None:
    topic = None if general else telegram.topic(forum, "Privacidad")
    message = read_message(bot, telegram.closes(OWNER, forum, topic))
    assert (message.forum_topic_closed is not None, message.message_thread_id) == (True, topic)
    with refused("TOPIC_CLOSED"):
        await bot.send_message(forum.id, "x", message_thread_id=topic)
    with refused("TOPIC_CLOSED"):
        await bot.send_chat_action(forum.id, ChatAction.TYPING, message_thread_id=topic)
    with pytest.raises(ValueError, match="may not write"):
        telegram.says(ANA, forum, "hi", thread=topic)


async def test_another_topic_stays_open(telegram: OfflineTelegram, bot: Bot, forum: Chat) -> None:
    topic = telegram.topic(forum, "Privacidad")
    telegram.closes(OWNER, forum)
    assert (await bot.send_message(forum.id, "x", message_thread_id=topic)).text == "x"


async def test_a_reopened_topic_takes_messages(telegram: OfflineTelegram, bot: Bot, forum: Chat) -> None:
    topic = telegram.topic(forum, "Privacidad")
    telegram.closes(OWNER, forum, topic)
    assert telegram.reopens(OWNER, forum, topic)
    assert (await bot.send_message(forum.id, "x", message_thread_id=topic)).text == "x"


async def test_who_manages_topics_writes_in_closed_ones(telegram: OfflineTelegram, bot: Bot, forum: Chat) -> None:
    topic = telegram.topic(forum, "Privacidad", by=BIA)
    telegram.closes(OWNER, forum, topic)
    telegram.promotes(OWNER, forum, BOT, can_manage_topics=True)
    assert (await bot.send_message(forum.id, "x", message_thread_id=topic)).text == "x"
    assert telegram.says(BIA, forum, "hi", thread=topic)


async def test_a_deleted_topic_is_gone(telegram: OfflineTelegram, bot: Bot, forum: Chat) -> None:
    topic = telegram.topic(forum, "Privacidad")
    message = await bot.send_message(forum.id, "x", message_thread_id=topic)
    telegram.deletes_topic(forum, topic)
    with refused("message thread not found"):
        await bot.send_message(forum.id, "x", message_thread_id=topic)
    with refused("message to edit not found"):
        await message.edit_text("y")


async def test_other_topics_stay(telegram: OfflineTelegram, bot: Bot, forum: Chat) -> None:
    gone, topic = telegram.topic(forum, "Derechos"), telegram.topic(forum, "Privacidad")
    message = await bot.send_message(forum.id, "x", message_thread_id=topic)
    telegram.deletes_topic(forum, gone)
    await message.edit_text("y")
    assert telegram.sent[-1].plain == "y"
