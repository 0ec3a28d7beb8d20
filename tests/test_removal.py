"""Taking the bot's messages back: by who asked and by admins, with the button and with /remove."""

from datetime import timedelta

import pytest

from bot.answers import Answers
from bot.offline import BOT, OWNER, Chat, OfflineTelegram, Person, Sent
from bot.store import Store
from tests.conversation import ANA, BIA, CAL, DRU, PEOPLE, Conversation, open_conversation
from tests.members import asked, in_full, is_answer, notice, question

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
EVERY_WAY = pytest.mark.parametrize("way", ["button", "command"])
DAYS = timedelta(hours=48)


async def removes(talk: Conversation, person: Person, message: Sent, way: str) -> str | None:
    """Remove a message of the bot's; return what the bot says to that, None for nothing."""
    if way == "button":
        return await notice(talk, person, message, "remove")
    replies = await talk.say(person, f"/remove@{BOT.username}", message.chat, reply_to=message)
    return replies[0].plain if replies else None


def refusals(talk: Conversation) -> set[str]:
    """Return how the bot refuses, in any language."""
    return {voice.removal_refused for voice in talk.knowledge.voices.values()}


async def asked_about(talk: Conversation, chat: Chat, author: Person, asker: Person) -> Sent:
    """Let somebody ask the bot about what another member said."""
    talk.telegram.says(author, chat, question(talk))
    return await talk.answer(asker, f"/ask@{BOT.username}", chat, reply_to=talk.telegram.sent[-1])


@EVERY_WAY
@LANGUAGES
async def test_who_asked_can_remove_the_answer(talk: Conversation, way: str, language: str) -> None:
    sent = await asked(talk, talk.telegram.group("Plaza"), language)
    assert await removes(talk, PEOPLE[language], sent, way) is None
    assert sent.deleted


@LANGUAGES
async def test_the_button_says_what_it_does(talk: Conversation, language: str) -> None:
    sent = await asked(talk, talk.telegram.group("Plaza"), language)
    assert talk.knowledge.voices[language].buttons.remove == sent.labels[-1]


@EVERY_WAY
@LANGUAGES
async def test_another_member_cannot(talk: Conversation, way: str, language: str) -> None:
    chat, asker = talk.telegram.group("Plaza"), {"en": ANA, "es": BIA, "pt": CAL}[language]
    sent = await asked(talk, chat, language, person=asker)
    assert await removes(talk, PEOPLE[language], sent, way) == talk.knowledge.voices[language].removal_refused
    assert not sent.deleted


@EVERY_WAY
@pytest.mark.parametrize("person", [ANA, BIA])
async def test_who_was_answered_and_who_commanded_that_can_both(talk: Conversation, way: str, person: Person) -> None:
    sent = await asked_about(talk, talk.telegram.group("Plaza"), author=BIA, asker=ANA)
    assert await removes(talk, person, sent, way) is None
    assert sent.deleted


@EVERY_WAY
async def test_a_third_member_cannot(talk: Conversation, way: str) -> None:
    sent = await asked_about(talk, talk.telegram.group("Plaza"), author=BIA, asker=ANA)
    assert await removes(talk, CAL, sent, way) in refusals(talk)
    assert not sent.deleted


@LANGUAGES
async def test_a_notice_is_in_the_language_of_who_presses(talk: Conversation, language: str) -> None:
    sent = await asked(talk, talk.telegram.group("Plaza"), "es", person=DRU)
    assert await removes(talk, PEOPLE[language], sent, "button") == talk.knowledge.voices[language].removal_refused


@EVERY_WAY
@pytest.mark.parametrize("is_anonymous", [False, True])
@pytest.mark.parametrize("basic", [False, True])
async def test_admins_can_remove_what_others_asked_for(
    talk: Conversation, way: str, *, is_anonymous: bool, basic: bool
) -> None:
    chat = talk.telegram.group("Plaza", basic=basic)
    talk.telegram.promotes(OWNER, chat, CAL, is_anonymous=is_anonymous)
    sent = await asked(talk, chat)
    assert await removes(talk, CAL, sent, way) is None
    assert sent.deleted


@EVERY_WAY
async def test_who_is_no_admin_any_more_cannot(talk: Conversation, way: str) -> None:
    chat = talk.telegram.group("Plaza")
    talk.telegram.promotes(OWNER, chat, CAL)
    sent = await asked(talk, chat)
    talk.telegram.demotes(OWNER, chat, CAL)
    assert await removes(talk, CAL, sent, way) in refusals(talk)
    assert not sent.deleted


@EVERY_WAY
async def test_an_anonymous_admin_can_remove_what_they_asked_for(talk: Conversation, way: str) -> None:
    chat = talk.telegram.group("Plaza")
    talk.telegram.promotes(OWNER, chat, ANA, is_anonymous=True)
    sent = await asked(talk, chat)
    assert await removes(talk, ANA, sent, way) is None
    assert sent.deleted


async def test_a_member_cannot_remove_what_an_anonymous_admin_asked_for(talk: Conversation) -> None:
    chat = talk.telegram.group("Plaza")
    talk.telegram.promotes(OWNER, chat, ANA, is_anonymous=True)
    sent = await asked(talk, chat)
    assert await removes(talk, CAL, sent, "button") == talk.knowledge.voices["en"].removal_refused
    assert not sent.deleted


@LANGUAGES
@pytest.mark.parametrize("said", ["/ask", "/ask xqzv wkrj", "/about", "/quote"])
async def test_whatever_was_said_to_a_command_can_be_removed(talk: Conversation, said: str, language: str) -> None:
    command, _, rest = said.partition(" ")
    sent = await talk.answer(PEOPLE[language], f"{command}@{BOT.username} {rest}", talk.telegram.group("Plaza"))
    assert await removes(talk, PEOPLE[language], sent, "command") is None
    assert sent.deleted


async def test_a_message_that_nobody_asked_for_is_the_admins(talk: Conversation) -> None:
    chat = talk.telegram.group("Plaza", with_bot=False)
    [greeting] = await talk.hear(talk.telegram.adds_bot(OWNER, chat))
    assert await removes(talk, ANA, greeting, "command") == talk.knowledge.voices["es"].removal_refused
    assert await removes(talk, OWNER, greeting, "command") is None
    assert greeting.deleted


@LANGUAGES
async def test_in_private_everything_is_ones_own(talk: Conversation, language: str) -> None:
    [sent] = await talk.say(PEOPLE[language], question(talk, language))
    assert await removes(talk, PEOPLE[language], sent, "command") is None
    assert sent.deleted


# /remove where there is nothing to remove


@LANGUAGES
@pytest.mark.parametrize("place", ["group", "private"])
async def test_remove_alone_tells_its_use(talk: Conversation, place: str, language: str) -> None:
    person = PEOPLE[language]
    chat = talk.telegram.group("Plaza") if place == "group" else talk.telegram.private(person)
    sent = await talk.answer(person, f"/remove@{BOT.username}", chat)
    assert sent.plain == talk.knowledge.voices[language].removal_usage.format(bot=BOT.username)


async def test_what_members_say_is_not_removed(talk: Conversation) -> None:
    chat = talk.telegram.group("Plaza", bot_is_admin=True)
    talk.telegram.says(CAL, chat, "Good morning")
    said = talk.telegram.sent[-1]
    sent = await talk.answer(ANA, f"/remove@{BOT.username}", chat, reply_to=said)
    assert sent.plain == talk.knowledge.voices["es"].removal_usage.format(bot=BOT.username)
    assert not said.deleted


# What Telegram does not let the bot delete


@EVERY_WAY
@LANGUAGES
@pytest.mark.parametrize("basic", [False, True])
async def test_what_is_too_old_stays(talk: Conversation, way: str, language: str, *, basic: bool) -> None:
    sent = await asked(talk, talk.telegram.group("Plaza", basic=basic), language)
    talk.telegram.clock.pass_time(DAYS)
    assert await removes(talk, PEOPLE[language], sent, way) == talk.knowledge.voices[language].removal_too_old
    assert not sent.deleted


async def test_what_stays_can_be_followed_up(talk: Conversation) -> None:
    chat = talk.telegram.group("Plaza")
    sent = await asked(talk, chat)
    talk.telegram.clock.pass_time(DAYS)
    await removes(talk, ANA, sent, "button")
    assert len(await talk.say(CAL, "en inglés", chat, reply_to=sent)) == 1


async def test_two_quick_presses_remove_once_and_blame_nobody(talk: Conversation) -> None:
    sent = await asked(talk, talk.telegram.group("Plaza"))
    presses = [talk.telegram.presses(ANA, sent, "remove") for _ in range(2)]
    for press in presses:
        await talk.hear(press)
    assert ["text" in answer for answer in talk.telegram.answers] == [False, False]


async def test_a_button_does_not_wait_for_ever(talk: Conversation) -> None:
    sent = await asked(talk, talk.telegram.group("Plaza"))
    talk.telegram.cut_next("deleteMessage")
    assert await removes(talk, ANA, sent, "button") == talk.knowledge.voices["es"].failed
    assert await removes(talk, ANA, sent, "button") is None
    assert sent.deleted


async def test_a_press_that_comes_late_is_obeyed(talk: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    sent = await asked(talk, talk.telegram.group("Plaza"))
    press = talk.telegram.presses(ANA, sent, "remove")
    talk.telegram.clock.pass_time(timedelta(minutes=5))
    await talk.hear(press)
    assert sent.deleted
    assert caplog.messages == []


# Afterwards


async def test_an_edit_does_not_bring_a_removed_answer_back(talk: Conversation) -> None:
    sent = await asked(talk, talk.telegram.group("Plaza"))
    await removes(talk, ANA, sent, "button")
    assert await talk.hear(talk.telegram.edits(talk.telegram.sent[0], in_full(talk, "es", "year_2024"))) == []


async def test_a_removed_answer_is_spent_all_the_same(talk: Conversation) -> None:
    chat = talk.telegram.group("Plaza")
    await talk.store.chats.change(chat.id, budget=1)
    await removes(talk, ANA, await asked(talk, chat), "button")
    assert await talk.say(ANA, in_full(talk), chat) == []


@pytest.mark.parametrize(
    ("way", "person", "is_removed"),
    [
        pytest.param("button", ANA, True, id="who asked presses"),
        pytest.param("command", ANA, False, id="who asked commands, which Telegram does not tell any more"),
        pytest.param("button", OWNER, True, id="an admin presses"),
        pytest.param("command", OWNER, True, id="an admin commands"),
        pytest.param("button", CAL, False, id="another member presses"),
        pytest.param("command", CAL, False, id="another member commands"),
    ],
)
async def test_after_a_restart(
    talk: Conversation,
    answers: Answers,
    telegram: OfflineTelegram,
    sqlite_store: Store,
    way: str,
    person: Person,
    *,
    is_removed: bool,
) -> None:
    sent = await asked(talk, telegram.group("Plaza"))
    again = open_conversation(answers, telegram, sqlite_store)
    async with again.app:
        await removes(again, person, sent, way)
    assert sent.deleted is is_removed


async def test_a_press_by_a_stranger_to_a_channel_is_refused(talk: Conversation) -> None:
    channel = talk.telegram.channel("News")
    await talk.app.bot.send_message(channel.id, "A post", reply_markup=None)
    post = talk.telegram.sent[-1]
    post.buttons = [[{"text": "x", "callback_data": "x"}]]
    assert await notice(talk, ANA, post, "x", sends="remove") == talk.knowledge.voices["es"].removal_refused
    assert not post.deleted


async def test_removing_tells_nothing_to_the_log(talk: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    chat = talk.telegram.group("Plaza")
    sent = await asked(talk, chat)
    await removes(talk, CAL, sent, "button")
    await removes(talk, ANA, sent, "command")
    assert caplog.messages == []
    assert is_answer(talk, await asked(talk, chat))
