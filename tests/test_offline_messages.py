"""Where the bot's messages go, and how they are changed and deleted."""

import pytest
from telegram import Bot, InlineKeyboardMarkup, Message, ReplyParameters
from telegram.constants import ChatAction
from telegram.error import Forbidden

from bot.offline import OWNER, Chat, OfflineTelegram, Sent
from tests.bot_api import MORE, refused
from tests.conversation import ANA


@pytest.fixture
def asked(telegram: OfflineTelegram, chat: Chat) -> Sent:
    """What Ana wrote in private."""
    telegram.says(ANA, chat, "hi")
    return telegram.sent[-1]


# Where a message goes.


@pytest.mark.parametrize(
    ("chat_id", "words"),
    [
        pytest.param(99, "chat not found", id="a stranger"),
        pytest.param("@nobody_here", "chat not found", id="an unknown username"),
        pytest.param("", "chat_id is empty", id="nothing"),
    ],
)
async def test_unknown_chats_are_refused(bot: Bot, chat_id: int | str, words: str) -> None:
    with refused(words):
        await bot.send_message(chat_id, "x")


async def test_a_channel_has_a_name(telegram: OfflineTelegram, bot: Bot) -> None:
    telegram.channel("News", username="the_news")
    message = await bot.send_message("@the_news", "x")
    assert (message.from_user, message.chat.title) == (None, "News")


async def test_a_channel_needs_rights(telegram: OfflineTelegram, bot: Bot) -> None:
    channel = telegram.channel("News")
    telegram.adds_bot(OWNER, channel, admin=False)
    with refused("administrator rights in the channel"):
        await bot.send_message(channel.id, "x")


async def test_a_person_can_block_the_bot(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    telegram.removes_bot(ANA, chat)
    assert telegram.blocked == {ANA.id}
    with pytest.raises(Forbidden, match="bot was blocked by the user"):
        await bot.send_message(chat.id, "x")
    telegram.adds_bot(ANA, chat)
    await bot.send_message(chat.id, "x")


@pytest.mark.parametrize(
    ("basic", "words"),
    [
        pytest.param(True, "bot was kicked from the group chat", id="group"),
        pytest.param(False, "bot was kicked from the supergroup chat", id="supergroup"),
    ],
)
async def test_a_group_can_remove_the_bot(telegram: OfflineTelegram, bot: Bot, *, basic: bool, words: str) -> None:
    group = telegram.group("Vecinas", basic=basic)
    telegram.removes_bot(OWNER, group)
    with pytest.raises(Forbidden, match=words):
        await bot.send_message(group.id, "x")


async def test_the_bot_can_leave_a_group(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    group = telegram.group("Vecinas")
    assert await bot.leave_chat(group.id)
    with pytest.raises(Forbidden, match="bot is not a member of the supergroup chat"):
        await bot.send_message(group.id, "x")
    with refused("private chats"):
        await bot.leave_chat(chat.id)


async def test_a_reply_knows_its_message(telegram: OfflineTelegram, bot: Bot, asked: Sent) -> None:
    await bot.send_message(asked.chat.id, "x", reply_parameters=ReplyParameters(asked.message_id))
    assert telegram.sent[-1].reply_to is asked


async def test_a_reply_needs_its_message(telegram: OfflineTelegram, bot: Bot, asked: Sent) -> None:
    asked.deleted = True
    with refused("message to be replied not found"):
        await bot.send_message(asked.chat.id, "x", reply_parameters=ReplyParameters(asked.message_id))
    anyway = ReplyParameters(asked.message_id, allow_sending_without_reply=True)
    await bot.send_message(asked.chat.id, "x", reply_parameters=anyway)
    assert telegram.sent[-1].reply_to is None


@pytest.mark.parametrize(
    "thread",
    [pytest.param(1, id="General is no thread"), pytest.param(999, id="an unknown thread")],
)
async def test_threads_are_refused(telegram: OfflineTelegram, bot: Bot, thread: int) -> None:
    forum = telegram.group("Foro", forum=True)
    with refused("message thread not found"):
        await bot.send_message(forum.id, "x", message_thread_id=thread)
    with refused("message thread not found"):
        await bot.send_chat_action(forum.id, ChatAction.TYPING, message_thread_id=thread)
    with pytest.raises(ValueError, match="no topic"):
        telegram.says(ANA, forum, "hi", thread=thread)


async def test_a_topic_takes_messages(telegram: OfflineTelegram, bot: Bot) -> None:
    forum = telegram.group("Foro", forum=True)
    topic = telegram.topic(forum, "Privacidad")
    message = await bot.send_message(forum.id, "x", message_thread_id=topic)
    assert (message.message_thread_id, message.is_topic_message) == (topic, True)
    assert message.reply_to_message is not None
    assert message.reply_to_message.forum_topic_created is not None


def test_only_a_forum_has_topics(telegram: OfflineTelegram) -> None:
    with pytest.raises(ValueError, match="no forum"):
        telegram.topic(telegram.group("Vecinas"), "Privacidad")


# Changing and deleting messages.


async def test_editing(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    message = await bot.send_message(chat.id, "one", reply_markup=MORE)
    changed = await message.edit_text("<b>two</b>", parse_mode="HTML")
    assert isinstance(changed, Message)
    assert (changed.text, changed.reply_markup) == ("two", None)
    assert telegram.sent[-1].edited
    assert await message.edit_reply_markup(MORE)
    assert telegram.sent[-1].labels == ["More"]


@pytest.mark.parametrize(
    ("text", "markup"),
    [
        pytest.param("<b>one</b>", None, id="another format"),
        pytest.param("two", MORE, id="another text"),
        pytest.param("one", None, id="no buttons"),
    ],
)
async def test_an_edit_that_changes(bot: Bot, chat: Chat, text: str, markup: InlineKeyboardMarkup | None) -> None:
    message = await bot.send_message(chat.id, "one", reply_markup=MORE)
    assert await message.edit_text(text, parse_mode="HTML", reply_markup=markup)


async def test_an_edit_that_changes_nothing(bot: Bot, chat: Chat) -> None:
    message = await bot.send_message(chat.id, "one", reply_markup=MORE)
    with refused("message is not modified"):
        await message.edit_text("one ", parse_mode="HTML", reply_markup=MORE)
    with refused("message is not modified"):
        await message.edit_reply_markup(MORE)


async def test_only_own_and_living_messages_are_edited(bot: Bot, asked: Sent) -> None:
    with refused("message can't be edited"):
        await bot.edit_message_text("x", asked.chat.id, asked.message_id)
    message = await bot.send_message(asked.chat.id, "one")
    await message.delete()
    with refused("message to edit not found"):
        await message.edit_text("two")
    with refused("MESSAGE_ID_INVALID"):
        await bot.edit_message_text("x", inline_message_id="nothing")


async def test_a_message_is_deleted_once(bot: Bot, asked: Sent) -> None:
    await bot.delete_message(asked.chat.id, asked.message_id)
    assert asked.deleted
    with refused("message to delete not found"):
        await bot.delete_message(asked.chat.id, asked.message_id)


@pytest.mark.parametrize(
    ("admin", "words"),
    [
        pytest.param(True, None, id="an admin may"),
        pytest.param(False, "message can't be deleted", id="a member may not"),
    ],
)
async def test_deleting_what_others_wrote(
    telegram: OfflineTelegram, bot: Bot, *, admin: bool, words: str | None
) -> None:
    group = telegram.group("Vecinas", bot_is_admin=admin)
    telegram.says(ANA, group, "hi")
    with refused(words):
        assert await bot.delete_message(group.id, telegram.sent[-1].message_id)


# Reactions and chat actions.


async def test_a_reaction_stands_at_its_message(bot: Bot, asked: Sent) -> None:
    assert await bot.set_message_reaction(asked.chat.id, asked.message_id, "👍")
    assert asked.reactions == ["👍"]


@pytest.mark.parametrize(
    ("reaction", "words"),
    [
        pytest.param("x", "REACTION_INVALID", id="no emoji"),
        pytest.param(["👍", "👎"], "REACTIONS_TOO_MANY", id="two at once"),
    ],
)
async def test_reactions_are_refused(bot: Bot, asked: Sent, reaction: str | list[str], words: str) -> None:
    with refused(words):
        await bot.set_message_reaction(asked.chat.id, asked.message_id, reaction)


async def test_a_reaction_needs_its_message(bot: Bot, chat: Chat) -> None:
    with refused("message to react not found"):
        await bot.set_message_reaction(chat.id, 999, "👍")


async def test_chat_actions(bot: Bot, chat: Chat) -> None:
    assert await bot.send_chat_action(chat.id, ChatAction.TYPING)
    with refused("wrong parameter action"):
        await bot.send_chat_action(chat.id, "dancing")
