"""Manners in groups: the hour's budget, answers not given twice, and silence where the bot is not welcome."""

import logging
import shutil
from datetime import timedelta
from pathlib import Path

import pytest

from bot.answers import Answers
from bot.config import Config
from bot.offline import BOT, OWNER, START, Chat, Clock, OfflineTelegram, Sent
from bot.preferences import Speak
from bot.store import Store
from tests.conversation import ANA, BIA, CAL, PEOPLE, Conversation, open_conversation
from tests.members import ENTRY, asked, in_full, is_answer, question

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
HOUR = timedelta(hours=1)
JUNK = b"no database at all" * 1000


async def with_budget(talk: Conversation, budget: int, spent: int = 0) -> Chat:
    """Make a group with a budget of answers, of which some are given already."""
    chat = talk.telegram.group("Plaza")
    await talk.store.chats.change(chat.id, budget=budget, repeat_hours=0)
    for _ in range(spent):
        await asked(talk, chat)
    return chat


def says_last(talk: Conversation, sent: Sent, language: str) -> bool:
    """Tell whether an answer says that it is the last for now."""
    return talk.knowledge.voices[language].budget_spent.format(bot=BOT.username) in sent.plain


# The hour's budget


@LANGUAGES
async def test_the_last_answer_says_so_and_then_there_is_silence(talk: Conversation, language: str) -> None:
    chat = await with_budget(talk, 2)
    sent = [await talk.say(PEOPLE[language], in_full(talk, language), chat) for _ in range(4)]
    assert [[says_last(talk, reply, language) for reply in replies] for replies in sent] == [[False], [True], [], []]


@LANGUAGES
@pytest.mark.parametrize("command", ["settings", "privacy", "remove", "forget"])
async def test_people_keep_control_when_the_budget_is_spent(talk: Conversation, command: str, language: str) -> None:
    chat = await with_budget(talk, 1, spent=1)
    assert len(await talk.say(PEOPLE[language], f"/{command}@{BOT.username}", chat)) == 1


@pytest.mark.parametrize("said", ["/help", "/topics", "/quote", "/about", "/sources", "/ask"])
async def test_all_else_is_part_of_the_budget(talk: Conversation, said: str) -> None:
    chat = await with_budget(talk, 1)
    assert len(await talk.say(ANA, f"{said}@{BOT.username}", chat)) == 1
    assert await talk.say(ANA, f"{said}@{BOT.username}", chat) == []


@pytest.mark.parametrize(
    ("passed", "replies"),
    [
        pytest.param(timedelta(minutes=59), 0, id="not within the hour"),
        pytest.param(HOUR, 1, id="after the hour"),
    ],
)
async def test_the_budget_is_of_an_hour(talk: Conversation, passed: timedelta, replies: int) -> None:
    chat = await with_budget(talk, 1, spent=1)
    talk.telegram.clock.pass_time(passed)
    assert len(await talk.say(ANA, in_full(talk), chat)) == replies


async def test_no_limit_is_no_limit(talk: Conversation) -> None:
    chat = await with_budget(talk, 0, spent=40)
    assert not says_last(talk, await asked(talk, chat), "es")


async def test_an_edited_question_costs_nothing(talk: Conversation) -> None:
    chat = await with_budget(talk, 1, spent=1)
    said, sent = talk.telegram.sent[-2:]
    assert await talk.hear(talk.telegram.edits(said, in_full(talk, "es", "year_2024"))) == [sent]
    assert is_answer(talk, sent, "es", "year_2024")
    assert await talk.say(CAL, in_full(talk), chat) == []


async def test_an_edit_whose_answer_an_admin_deleted_costs_an_answer(talk: Conversation) -> None:
    chat = await with_budget(talk, 2, spent=1)
    said, sent = talk.telegram.sent[-2:]
    sent.deleted = True
    assert len(await talk.hear(talk.telegram.edits(said, in_full(talk, "es", "year_2024")))) == 1
    assert await talk.say(CAL, in_full(talk), chat) == []


async def test_to_forget_does_not_fill_the_budget(talk: Conversation) -> None:
    chat = await with_budget(talk, 3, spent=2)
    await talk.say(ANA, f"/forget@{BOT.username}", chat)
    assert await talk.say(ANA, in_full(talk), chat) == []


async def test_the_budget_of_a_group_is_its_own(talk: Conversation) -> None:
    await with_budget(talk, 1, spent=1)
    assert is_answer(talk, await asked(talk, talk.telegram.group("Other")))
    assert len(await talk.say(ANA, question(talk))) == 1


async def test_settings_and_budget_stay_with_a_group_that_became_a_supergroup(talk: Conversation) -> None:
    group = talk.telegram.group("Plaza", basic=True)
    await talk.store.chats.change(group.id, budget=1, speak=Speak.COMMANDS)
    before = await asked(talk, group)
    for update in talk.telegram.migrates(group):
        assert await talk.hear(update) == []
    assert group.moved_to is not None
    assert await talk.say(ANA, in_full(talk), group.moved_to) == []
    talk.telegram.clock.pass_time(HOUR)
    assert await talk.say(ANA, question(talk), group.moved_to, reply_to=before) == []
    assert is_answer(talk, await asked(talk, group.moved_to))


# The same answer again


@LANGUAGES
async def test_the_same_answer_again_is_one_line_that_leads_to_it(talk: Conversation, language: str) -> None:
    chat = talk.telegram.group("Plaza")
    first = await asked(talk, chat, language)
    again = await asked(talk, chat, language, person=CAL)
    assert again.plain == f"{talk.knowledge.voices[language].repeated} {talk.title(ENTRY, language)}"
    assert f'"https://t.me/c/{str(chat.id)[4:]}/{first.message_id}"' in again.text
    assert again.labels == []


async def test_the_link_in_a_public_group_has_its_name(talk: Conversation) -> None:
    chat = talk.telegram.group("Plaza")
    chat.username = "plaza"
    first = await asked(talk, chat)
    assert f'"https://t.me/plaza/{first.message_id}"' in (await asked(talk, chat)).text


async def test_the_link_in_a_forum_leads_into_the_topic(talk: Conversation) -> None:
    forum = talk.telegram.group("Forum", forum=True)
    topic = talk.telegram.topic(forum, "Preguntas")
    [first] = await talk.hear(talk.telegram.says(ANA, forum, in_full(talk), thread=topic))
    assert f"/{str(forum.id)[4:]}/{topic}/{first.message_id}" in (await asked(talk, forum)).text


@LANGUAGES
async def test_a_basic_group_has_no_links_and_gets_the_answer_again(talk: Conversation, language: str) -> None:
    chat = talk.telegram.group("Plaza", basic=True)
    await asked(talk, chat, language)
    assert is_answer(talk, await asked(talk, chat, language), language)


async def test_one_member_alone_does_not_fill_a_group(answers: Answers, sqlite_store: Store) -> None:
    telegram = OfflineTelegram(clock=Clock(lambda: START))
    talk, chat = open_conversation(answers, telegram, sqlite_store), telegram.group("Plaza")
    async with talk.app:
        said = [len(await talk.say(ANA, f"/privacy@{BOT.username}", chat)) for _ in range(30)]
        assert said == [1] * 10 + [0] * 20
        assert len(await talk.say(BIA, f"/privacy@{BOT.username}", chat)) == 1
        telegram.clock.pass_time(timedelta(minutes=1))
        assert len(await talk.say(ANA, f"/privacy@{BOT.username}", chat)) == 1


@pytest.mark.parametrize(("allowed", "answers_given"), [((), 1), ((-7,), 0)])
async def test_a_group_that_is_not_allowed_gets_no_answers(
    answers: Answers, telegram: OfflineTelegram, sqlite_store: Store, allowed: tuple[int, ...], answers_given: int
) -> None:
    talk = open_conversation(answers, telegram, sqlite_store, Config(allowed_chats=frozenset(allowed)))
    async with talk.app:
        assert len(await talk.say(ANA, f"/topics@{BOT.username}", telegram.group("G"))) == answers_given


@pytest.mark.parametrize("how", ["a reply", "overheard"])
async def test_who_did_not_command_gets_one_line_too(talk: Conversation, how: str) -> None:
    chat = talk.telegram.group("Plaza", bot_is_admin=True)
    await talk.store.chats.change(chat.id, speak=Speak.QUESTIONS)
    first = await asked(talk, chat)
    again = await talk.answer(CAL, question(talk), chat, reply_to=first if how == "a reply" else None)
    assert not is_answer(talk, again)


@pytest.mark.parametrize(
    ("hours", "passed", "whole"),
    [
        pytest.param(1, timedelta(minutes=59), False, id="not within the hour"),
        pytest.param(1, HOUR, True, id="after the hour"),
        pytest.param(6, 5 * HOUR, False, id="not within six hours"),
        pytest.param(0, timedelta(0), True, id="where admins do not mind repetition"),
    ],
)
async def test_when_an_answer_is_given_again(talk: Conversation, hours: int, passed: timedelta, *, whole: bool) -> None:
    chat = talk.telegram.group("Plaza")
    await talk.store.chats.change(chat.id, repeat_hours=hours)
    await asked(talk, chat)
    talk.telegram.clock.pass_time(passed)
    assert is_answer(talk, await asked(talk, chat)) is whole


@LANGUAGES
async def test_another_language_is_another_answer(talk: Conversation, language: str) -> None:
    chat = talk.telegram.group("Plaza")
    for other in talk.knowledge.voices:
        assert is_answer(talk, await asked(talk, chat, other), other)
    assert not is_answer(talk, await asked(talk, chat, language), language)


async def test_another_group_is_given_the_answer(talk: Conversation) -> None:
    await asked(talk, talk.telegram.group("Plaza"))
    assert is_answer(talk, await asked(talk, talk.telegram.group("Other")))


async def test_an_answer_that_was_turned_into_another_language_is_given_again(talk: Conversation) -> None:
    chat = talk.telegram.group("Plaza")
    first = await asked(talk, chat)
    await talk.press(ANA, first, talk.knowledge.voices["en"].name)
    assert is_answer(talk, await asked(talk, chat))


async def test_an_answer_that_an_edited_question_replaced_is_given_again(talk: Conversation) -> None:
    chat = talk.telegram.group("Plaza")
    await asked(talk, chat)
    await talk.hear(talk.telegram.edits(talk.telegram.sent[0], in_full(talk, "es", "year_2024")))
    assert is_answer(talk, await asked(talk, chat))


async def test_an_edited_question_is_answered_in_full(talk: Conversation) -> None:
    chat = talk.telegram.group("Plaza")
    await asked(talk, chat)
    other = await asked(talk, chat, entry="year_2024")
    await talk.hear(talk.telegram.edits(talk.telegram.sent[-2], in_full(talk)))
    assert is_answer(talk, other)


async def test_a_removed_answer_is_given_again(talk: Conversation) -> None:
    chat = talk.telegram.group("Plaza")
    await talk.press(ANA, await asked(talk, chat), "remove")
    assert is_answer(talk, await asked(talk, chat))


async def test_what_has_no_answer_is_no_repetition(talk: Conversation) -> None:
    chat, miss = talk.telegram.group("Plaza"), f"/ask@{BOT.username} xqzv wkrj"
    sent = [await talk.answer(ANA, miss, chat) for _ in range(2)]
    assert [reply.plain for reply in sent] == [talk.knowledge.voices["es"].unknown_group] * 2


async def test_a_repetition_counts_as_asked(talk: Conversation) -> None:
    chat = talk.telegram.group("Plaza")
    await asked(talk, chat)
    await asked(talk, chat)
    assert [(count.entry, count.asked) for count in await talk.store.counts.all()] == [(ENTRY, 2)]


# Where the bot is not welcome, and what happened meanwhile


async def test_a_question_deleted_meanwhile_is_answered_to_nobody(talk: Conversation) -> None:
    chat = talk.telegram.group("Plaza")
    update = talk.telegram.says(ANA, chat, in_full(talk))
    talk.telegram.sent[-1].deleted = True
    [sent] = await talk.hear(update)
    assert is_answer(talk, sent)
    assert sent.reply_to is None


@pytest.mark.parametrize("chat_is", ["a group that muted the bot", "a closed topic"])
async def test_where_it_may_not_write_the_bot_says_nothing_and_counts_nothing(
    talk: Conversation, caplog: pytest.LogCaptureFixture, chat_is: str
) -> None:
    chat = talk.telegram.group("Plaza", forum=True)
    topic = talk.telegram.topic(chat, "Preguntas", by=ANA)
    if chat_is == "a closed topic":
        talk.telegram.closes(OWNER, chat, topic)
    else:
        talk.telegram.restricts(OWNER, chat, BOT, can_send_messages=False)
    caplog.set_level(logging.INFO)
    assert await talk.hear(talk.telegram.says(ANA, chat, in_full(talk), thread=topic)) == []
    assert [record.levelname for record in caplog.records] == ["INFO"]
    assert await talk.store.counts.all() == []


async def test_what_could_not_be_sent_is_given_in_full_later(talk: Conversation) -> None:
    chat = talk.telegram.group("Plaza")
    await talk.store.chats.change(chat.id, budget=2)
    talk.telegram.fail_next("sendMessage", "Bad Request: CHAT_WRITE_FORBIDDEN", 400)
    assert await talk.say(ANA, in_full(talk), chat) == []
    sent = await asked(talk, chat)
    assert is_answer(talk, sent)
    assert not says_last(talk, sent, "es")


async def test_other_refusals_are_failures(talk: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    chat = talk.telegram.group("Plaza")
    talk.telegram.fail_next("sendMessage", "Bad Request: BUTTON_DATA_INVALID", 400)
    assert await talk.say(ANA, in_full(talk), chat) == []
    assert [record.levelname for record in caplog.records] == ["ERROR"]


# Without the database


async def test_without_the_database_answers_go_on(
    answers: Answers, telegram: OfflineTelegram, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / "bot.sqlite3"
    file.write_bytes(JUNK)
    store = Store(f"sqlite+aiosqlite:///{file}", "secret")
    talk = open_conversation(answers, telegram, store)
    async with talk.app:
        chat = telegram.group("Plaza")
        assert is_answer(talk, await asked(talk, chat))
        assert is_answer(talk, await asked(talk, chat, "en"), "en")
        assert len(await talk.say(BIA, question(talk, "pt"))) == 1
    assert len(caplog.messages) == 1
    assert not any(str(number) in caplog.text for number in (chat.id, ANA.id, BIA.id, CAL.id))
    await store.close()


async def test_settings_are_read_again_when_the_database_is_back(
    answers: Answers, telegram: OfflineTelegram, sqlite_file: Path, tmp_path: Path
) -> None:
    file = tmp_path / "bot.sqlite3"
    file.write_bytes(JUNK)
    store = Store(f"sqlite+aiosqlite:///{file}", "secret")
    talk = open_conversation(answers, telegram, store)
    async with talk.app:
        chat = telegram.group("Plaza")
        before = await asked(talk, chat)
        shutil.copyfile(sqlite_file, file)
        await store.chats.change(chat.id, speak=Speak.COMMANDS)
        assert await talk.say(ANA, "¿fuente?", chat, reply_to=before) == []
    await store.close()


async def test_the_last_settings_known_hold_while_the_database_is_away(
    answers: Answers, telegram: OfflineTelegram, sqlite_file: Path, tmp_path: Path
) -> None:
    file = tmp_path / "bot.sqlite3"
    shutil.copyfile(sqlite_file, file)
    store = Store(f"sqlite+aiosqlite:///{file}", "secret")
    talk = open_conversation(answers, telegram, store)
    async with talk.app:
        chat = telegram.group("Plaza")
        await store.chats.change(chat.id, speak=Speak.COMMANDS)
        before = await asked(talk, chat)
        await store.close()
        file.write_bytes(JUNK)
        assert await talk.say(CAL, question(talk, "pt"), chat, reply_to=before) == []
        assert is_answer(talk, await asked(talk, chat, "en"), "en")
    await store.close()
