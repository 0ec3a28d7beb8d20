"""What people do, and what of it reaches the bot."""

import pytest
from telegram import Bot

from bot.offline import BOT, OWNER, Chat, OfflineTelegram, Person
from tests.bot_api import OTHER_BOT, read, read_message
from tests.conversation import ANA, BIA


@pytest.mark.parametrize(
    ("text", "delivered"),
    [
        pytest.param("/ask@offline_bot hi", True, id="a command to the bot"),
        pytest.param("/ask@Offline_Bot hi", True, id="in any letters"),
        pytest.param("/ask hi", False, id="a bare command"),
        pytest.param("/ask@other_bot hi", False, id="a command to another bot"),
        pytest.param("@offline_bot what is it?", False, id="a mention"),
        pytest.param("hi", False, id="talk"),
    ],
)
def test_privacy_mode(telegram: OfflineTelegram, text: str, *, delivered: bool) -> None:
    assert (telegram.says(ANA, telegram.group("Vecinas"), text) is not None) is delivered


def test_without_privacy_mode_all_is_delivered() -> None:
    telegram = OfflineTelegram(reads_everything=True)
    assert telegram.says(ANA, telegram.group("Vecinas"), "hi")


def test_an_admin_bot_receives_all_but_bots(telegram: OfflineTelegram) -> None:
    group = telegram.group("Vecinas", bot_is_admin=True)
    assert telegram.says(ANA, group, "hi")
    assert telegram.says(OTHER_BOT, group, "hi") is None


def test_an_absent_bot_receives_nothing(telegram: OfflineTelegram) -> None:
    assert telegram.says(ANA, telegram.group("Vecinas", with_bot=False), "/ask@offline_bot hi") is None


async def test_a_bare_command_reaches_the_bot_that_spoke_last(telegram: OfflineTelegram, bot: Bot) -> None:
    group = telegram.group("Vecinas")
    await bot.send_message(group.id, "x")
    assert telegram.says(ANA, group, "/ask hi")
    assert telegram.says(ANA, group, "/ask@other_bot hi") is None
    telegram.says(OTHER_BOT, group, "hi")
    assert telegram.says(ANA, group, "/ask hi") is None


async def test_replies_to_the_bot_are_delivered(telegram: OfflineTelegram, bot: Bot) -> None:
    group = telegram.group("Vecinas")
    telegram.says(ANA, group, "hi")
    assert telegram.says(BIA, group, "oi", reply_to=telegram.sent[-1]) is None
    await bot.send_message(group.id, "x")
    spoken = telegram.from_bot[-1]
    assert telegram.says(BIA, group, "oi", reply_to=spoken)
    assert telegram.says(BIA, group, "/ask@other_bot", reply_to=spoken) is None


def test_service_messages_and_via_bot_are_delivered(telegram: OfflineTelegram) -> None:
    group = telegram.group("Vecinas")
    assert telegram.sends(ANA, group, new_chat_members=[BIA.as_json()])
    assert telegram.says(ANA, group, "hi", via_bot=BOT.as_json())
    assert telegram.says(ANA, group, "hi", via_bot=OTHER_BOT.as_json()) is None
    assert telegram.sends(ANA, group, sticker={"file_id": "x"}) is None


async def test_captions_can_hold_commands(telegram: OfflineTelegram, bot: Bot) -> None:
    group = telegram.group("Vecinas")
    update = telegram.sends(ANA, group, photo=[], caption="/ask@offline_bot")
    message = read_message(bot, update)
    assert (message.text, [entity.type for entity in message.caption_entities]) == (None, ["bot_command"])


def test_an_anonymous_admin_is_no_bot(telegram: OfflineTelegram) -> None:
    group = telegram.group("Vecinas", bot_is_admin=True)
    anonymous = Person(1087968824, "Group", is_bot=True, username="GroupAnonymousBot")
    assert telegram.says(anonymous, group, "hi", sender_chat=group.as_json())


def test_a_blocked_bot_hears_nothing(telegram: OfflineTelegram, chat: Chat) -> None:
    telegram.blocked.add(ANA.id)
    assert telegram.says(ANA, chat, "hi") is None


async def test_a_person_who_blocked_the_bot_can_restart_it(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    telegram.removes_bot(ANA, chat)
    unblocked, started = (read(bot, update) for update in telegram.restarts(ANA))
    assert unblocked.my_chat_member is not None
    assert unblocked.my_chat_member.new_chat_member.status == "member"
    assert started.message is not None
    assert (started.message.text, telegram.blocked) == ("/start", set())


def test_half_a_character_in_a_command_is_delivered_as_any(telegram: OfflineTelegram) -> None:
    assert telegram.says(ANA, telegram.group("Vecinas"), "\ud83d /ask@offline_bot \ud83d")


def test_channel_posts(telegram: OfflineTelegram) -> None:
    assert "channel_post" in (telegram.says(OWNER, telegram.channel("News"), "hi") or {})


@pytest.mark.parametrize("text", [pytest.param("", id="nothing"), pytest.param("a" * 4097, id="too much")])
def test_people_cannot_send_it(telegram: OfflineTelegram, chat: Chat, text: str) -> None:
    with pytest.raises(ValueError, match="1 to 4096"):
        telegram.says(ANA, chat, text)


async def test_a_chain_of_replies_has_a_thread_that_is_no_topic(telegram: OfflineTelegram, bot: Bot) -> None:
    group = telegram.group("Vecinas", bot_is_admin=True)
    telegram.says(ANA, group, "one")
    first = telegram.sent[-1]
    telegram.says(BIA, group, "two", reply_to=first)
    message = read_message(bot, telegram.says(ANA, group, "three", reply_to=telegram.sent[-1]))
    assert (message.message_thread_id, message.is_topic_message) == (first.message_id, None)


async def test_a_reply_in_a_topic_stays_there(telegram: OfflineTelegram, bot: Bot) -> None:
    forum = telegram.group("Foro", forum=True, bot_is_admin=True)
    topic = telegram.topic(forum, "Privacidad", by=BIA)
    telegram.says(ANA, forum, "one", thread=topic)
    message = read_message(bot, telegram.says(BIA, forum, "two", reply_to=telegram.sent[-1]))
    assert (message.message_thread_id, message.is_topic_message) == (topic, True)
    assert message.reply_to_message is not None
    assert message.reply_to_message.text == "one"


async def test_people_edit_texts(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    telegram.says(ANA, chat, "hi")
    edited = read(bot, telegram.edits(telegram.sent[-1], "/ask hi")).edited_message
    assert edited is not None
    assert (edited.text, edited.edit_date is None) == ("/ask hi", False)


async def test_people_edit_captions(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    telegram.sends(ANA, chat, photo=[], caption="hi")
    edited = read(bot, telegram.edits(telegram.sent[-1], "bye")).edited_message
    assert edited is not None
    assert edited.caption == "bye"


async def test_adding_and_removing_the_bot(telegram: OfflineTelegram, bot: Bot) -> None:
    group = telegram.group("Vecinas", with_bot=False)
    updates = telegram.adds_bot(ANA, group), telegram.adds_bot(ANA, group, admin=True), telegram.removes_bot(ANA, group)
    changes = [read(bot, update).my_chat_member for update in updates]
    statuses = [(change.old_chat_member.status, change.new_chat_member.status) for change in changes if change]
    assert statuses == [("left", "member"), ("member", "administrator"), ("administrator", "kicked")]
    with pytest.raises(ValueError, match="already"):
        telegram.removes_bot(ANA, group)
