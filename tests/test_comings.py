"""The bot comes into chats, is allowed more or less, is put out, and goes on where a group became a supergroup."""

import asyncio
import json
from collections.abc import Callable
from dataclasses import astuple
from datetime import UTC, datetime, timedelta

import pytest

from bot.answers import Answers
from bot.config import Config
from bot.offline import ANONYMOUS, BOT, OWNER, Chat, JsonObject, OfflineTelegram, Person, Sent
from bot.preferences import Settings
from bot.store import Store
from content import Voice
from tests.clockwork import Clockwork
from tests.conversation import ANA, BIA, CAL, PEOPLE, Conversation, open_conversation
from tests.members import asked, is_answer, notice

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
KINDS = pytest.mark.parametrize("kind", ["group", "channel"])
SHOWN = "\u2068Plaza\u2069"
"""The title of the chat as it stands in sentences: isolated, whatever it holds."""
NOON = datetime(2026, 1, 1, 12, tzinfo=UTC)


def voice_of(talk: Conversation, language: str) -> Voice:
    return talk.knowledge.voices[language]


def place(talk: Conversation, kind: str = "group", owner: Person = OWNER) -> Chat:
    """Make a group or a channel in which the bot may write."""
    if kind == "channel":
        return talk.telegram.channel("Plaza", owner=owner)
    return talk.telegram.group("Plaza", owner=owner)


async def schedule(talk: Conversation, chat: Chat, language: str = "es", thread: int | None = None) -> None:
    """Let quotes be posted in a chat each day at nine."""
    await talk.store.subscriptions.subscribe(
        chat.id, language=language, zone="UTC", minute=540, weekday=None, thread=thread
    )


async def is_paused(talk: Conversation, chat: Chat) -> bool:
    plan = await talk.store.subscriptions.of(chat.id)
    return plan is not None and plan.paused


def told(sents: list[Sent]) -> list[tuple[int, str]]:
    """Return who was told what."""
    return [(sent.chat.id, sent.plain) for sent in sents]


def silences(telegram: OfflineTelegram, chat: Chat, by: Person = OWNER) -> JsonObject | None:
    """Take the right to write away from the bot."""
    if chat.type == "channel":
        return telegram.promotes(by, chat, BOT, can_invite_users=True)
    return telegram.restricts(by, chat, BOT, can_send_messages=False)


def restores(telegram: OfflineTelegram, chat: Chat, by: Person = OWNER) -> JsonObject | None:
    """Give it back."""
    return telegram.promotes(by, chat, BOT) if chat.type == "channel" else telegram.adds_bot(by, chat)


def by(person: Person, update: JsonObject | None) -> JsonObject:
    """Make the same update with somebody else as who did it."""
    assert update
    change = update["my_chat_member"]
    assert isinstance(change, dict)
    return update | {"my_chat_member": change | {"from": person.as_json()}}


# The greeting


@LANGUAGES
@pytest.mark.parametrize("basic", [False, True])
@pytest.mark.parametrize(
    ("reads_everything", "admin", "sees"),
    [
        pytest.param(False, False, "sees_addressed", id="privacy mode on"),
        pytest.param(False, True, "sees_all", id="an admin"),
        pytest.param(True, False, "sees_all", id="privacy mode off"),
    ],
)
async def test_the_greeting_tells_what_the_bot_sees(
    talk: Conversation, language: str, *, basic: bool, reads_everything: bool, admin: bool, sees: str
) -> None:
    talk.telegram.reads_everything = reads_everything
    group = talk.telegram.group("Plaza", with_bot=False, basic=basic)
    [sent] = await talk.hear(talk.telegram.adds_bot(PEOPLE[language], group, admin=admin))
    voice = voice_of(talk, language)
    assert sent.plain == f"{voice.added.format(bot=BOT.username)}\n\n{getattr(voice, sees)}"


@LANGUAGES
async def test_the_greeting_comes_once_though_the_link_sends_a_command(talk: Conversation, language: str) -> None:
    person, group = PEOPLE[language], talk.telegram.group("Plaza", with_bot=False)
    start = await talk.answer(person, "/start")
    assert len(await talk.hear(talk.telegram.adds_bot(person, group))) == 1
    assert await talk.say(person, f"/start@{BOT.username} new", group) == []
    assert await talk.hear(talk.telegram.joins(ANA, group)) == []
    assert start.chat is not group


@LANGUAGES
async def test_the_greeting_is_in_the_language_that_who_adds_the_bot_chose(talk: Conversation, language: str) -> None:
    await talk.say(ANA, f"/language {voice_of(talk, language).name}")
    [sent] = await talk.hear(talk.telegram.adds_bot(ANA, talk.telegram.group("Plaza", with_bot=False)))
    assert sent.plain.startswith(voice_of(talk, language).added.format(bot=BOT.username))


@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param(400, "Bad Request: not enough rights to send text messages to the chat", id="muted"),
        pytest.param(400, "Bad Request: CHAT_WRITE_FORBIDDEN", id="members may not write"),
        pytest.param(400, "Bad Request: TOPIC_CLOSED", id="its main topic is closed"),
        pytest.param(403, "Forbidden: bot was kicked from the supergroup chat", id="put out already"),
    ],
)
async def test_no_greeting_where_the_bot_may_not_write(
    talk: Conversation, caplog: pytest.LogCaptureFixture, code: int, words: str
) -> None:
    talk.telegram.fail_next("sendMessage", words, code)
    group = talk.telegram.group("Plaza", with_bot=False)
    assert await talk.hear(talk.telegram.adds_bot(ANA, group)) == []
    assert caplog.records == []


async def test_a_group_in_which_the_bot_was_promoted_and_demoted_hears_nothing(talk: Conversation) -> None:
    group = place(talk)
    assert await talk.hear(talk.telegram.promotes(OWNER, group, BOT)) == []
    assert await talk.hear(talk.telegram.promotes(OWNER, group, BOT, can_invite_users=True)) == []
    assert await talk.hear(talk.telegram.demotes(OWNER, group, BOT)) == []
    assert await talk.hear(silences(talk.telegram, group)) == []
    assert await talk.hear(restores(talk.telegram, group)) == []


@pytest.mark.parametrize("admin", [False, True])
async def test_a_channel_is_not_greeted(talk: Conversation, *, admin: bool) -> None:
    channel = talk.telegram.channel("Plaza", bot_is_admin=False)
    assert await talk.hear(talk.telegram.adds_bot(ANA, channel, admin=admin)) == []


async def test_who_blocks_the_bot_and_comes_back_is_not_greeted(talk: Conversation) -> None:
    await talk.say(ANA, "/start")
    assert await talk.hear(talk.telegram.removes_bot(ANA, talk.telegram.private(ANA))) == []
    assert await talk.hear(talk.telegram.adds_bot(ANA, talk.telegram.private(ANA))) == []


# Chats that are not allowed


@LANGUAGES
@pytest.mark.parametrize("basic", [False, True])
async def test_a_group_that_is_not_allowed_is_left_with_a_word(
    answers: Answers, telegram: OfflineTelegram, sqlite_store: Store, language: str, *, basic: bool
) -> None:
    talk = open_conversation(answers, telegram, sqlite_store, Config(allowed_chats=frozenset({-1})))
    async with talk.app:
        group = telegram.group("Plaza", with_bot=False, basic=basic)
        [sent] = await talk.hear(telegram.adds_bot(PEOPLE[language], group))
        assert (sent.chat, sent.plain) == (group, voice_of(talk, language).not_here)
        assert group.bot_status == "left"
        [gone] = telegram.consequences()
        assert await talk.hear(gone) == []


@LANGUAGES
async def test_the_readers_of_a_channel_that_is_not_allowed_see_nothing(
    answers: Answers, telegram: OfflineTelegram, sqlite_store: Store, language: str
) -> None:
    talk = open_conversation(answers, telegram, sqlite_store, Config(allowed_chats=frozenset({-1})))
    async with talk.app:
        person, channel = PEOPLE[language], telegram.channel("Plaza", bot_is_admin=False)
        await talk.say(person, "/start")
        sents = await talk.hear(telegram.adds_bot(person, channel, admin=True))
        assert told(sents) == [(person.id, voice_of(talk, language).not_here)]
        assert channel.bot_status == "left"


@pytest.mark.parametrize("kind", ["group", "channel"])
async def test_it_is_left_though_nothing_can_be_said(
    answers: Answers, telegram: OfflineTelegram, sqlite_store: Store, kind: str
) -> None:
    talk = open_conversation(answers, telegram, sqlite_store, Config(allowed_chats=frozenset({-1})))
    async with talk.app:
        chat = place(talk, kind)
        chat.bot_status = "left"
        telegram.fail_next("sendMessage", "Bad Request: CHAT_WRITE_FORBIDDEN", 400)
        assert await talk.hear(telegram.adds_bot(ANA, chat, admin=True)) == []
        assert chat.bot_status == "left"


async def test_allowed_chats_are_stayed_in_also_as_supergroups(
    answers: Answers, telegram: OfflineTelegram, sqlite_store: Store
) -> None:
    group = telegram.group("Plaza", with_bot=False, basic=True)
    talk = open_conversation(answers, telegram, sqlite_store, Config(allowed_chats=frozenset({group.id})))
    async with talk.app:
        await talk.hear(telegram.adds_bot(ANA, group))
        for update in telegram.migrates(group):
            await talk.hear(update)
        assert group.moved_to
        assert await talk.hear(telegram.promotes(OWNER, group.moved_to, BOT)) == []
        assert (group.bot_status, group.moved_to.bot_status) == ("member", "administrator")


# Put out


async def fill(talk: Conversation, chat: Chat) -> None:
    """Keep something of every kind of a chat."""
    await talk.store.chats.change(chat.id, budget=7, welcome=True)
    await talk.store.chats.write_rules(chat.id, "es", "Ser amables")
    await talk.store.chats.note_newcomers(chat.id, 3)
    await talk.store.requests.add(chat.id, CAL.id, NOON)
    await schedule(talk, chat)


async def is_empty(talk: Conversation, chat: Chat) -> bool:
    store = talk.store
    settings, rules = await store.chats.settings(chat.id), await store.chats.rules(chat.id)
    plan, waiting = await store.subscriptions.of(chat.id), await store.requests.waiting(chat.id, NOON)
    return (settings, rules, plan, waiting) == (Settings(), {}, None, 0)


@KINDS
@LANGUAGES
async def test_all_that_is_a_chats_is_erased_when_the_bot_is_put_out(
    talk: Conversation, kind: str, language: str
) -> None:
    chat, person = place(talk, kind), PEOPLE[language]
    await talk.say(person, "/start")
    await fill(talk, chat)
    assert not await is_empty(talk, chat)
    sents = await talk.hear(talk.telegram.removes_bot(person, chat))
    assert told(sents) == [(person.id, voice_of(talk, language).publish.stopped.format(chat=SHOWN))]
    assert await is_empty(talk, chat)


@KINDS
async def test_who_removes_the_bot_is_told_once(talk: Conversation, kind: str) -> None:
    chat = place(talk, kind)
    await talk.say(ANA, "/start")
    await fill(talk, chat)
    gone = talk.telegram.removes_bot(ANA, chat)
    assert len(await talk.hear(gone)) == 1
    assert await talk.hear(gone) == []


@KINDS
async def test_who_removes_a_bot_that_posts_nothing_is_told_nothing(talk: Conversation, kind: str) -> None:
    chat = place(talk, kind)
    await talk.say(ANA, "/start")
    await talk.store.chats.change(chat.id, budget=7)
    assert await talk.hear(talk.telegram.removes_bot(ANA, chat)) == []
    assert await is_empty(talk, chat)


@KINDS
@pytest.mark.parametrize("person", [ANA, ANONYMOUS, BOT], ids=["never wrote to it", "anonymous", "itself"])
async def test_who_cannot_be_written_to_is_not_told(
    talk: Conversation, caplog: pytest.LogCaptureFixture, kind: str, person: Person
) -> None:
    chat = place(talk, kind)
    await talk.say(OWNER, "/start")
    await fill(talk, chat)
    assert await talk.hear(by(person, talk.telegram.removes_bot(OWNER, chat))) == []
    assert await is_empty(talk, chat)
    assert caplog.records == []


async def test_a_bot_demoted_in_a_channel_is_out_of_it(talk: Conversation) -> None:
    channel = place(talk, "channel")
    await talk.say(ANA, "/start")
    await fill(talk, channel)
    assert len(await talk.hear(talk.telegram.demotes(ANA, channel, BOT))) == 1
    assert await is_empty(talk, channel)


async def test_other_chats_keep_theirs(talk: Conversation) -> None:
    chat, other = place(talk), talk.telegram.group("Other")
    await fill(talk, other)
    await talk.hear(talk.telegram.removes_bot(ANA, chat))
    assert not await is_empty(talk, other)


# The right to write


@KINDS
@LANGUAGES
async def test_without_the_right_to_write_quotes_pause_and_with_it_they_go_on(
    talk: Conversation, kind: str, language: str
) -> None:
    person, lines = PEOPLE[language], voice_of(talk, language).publish
    chat = place(talk, kind, person)
    await talk.say(person, "/start")
    await schedule(talk, chat)
    paused = await talk.hear(silences(talk.telegram, chat, person))
    assert (told(paused), await is_paused(talk, chat)) == ([(person.id, lines.paused.format(chat=SHOWN))], True)
    resumed = await talk.hear(restores(talk.telegram, chat, person))
    assert (told(resumed), await is_paused(talk, chat)) == ([(person.id, lines.resumed.format(chat=SHOWN))], False)


@KINDS
async def test_each_is_told_once(talk: Conversation, kind: str) -> None:
    chat = place(talk, kind, ANA)
    await talk.say(ANA, "/start")
    await schedule(talk, chat)
    for change in (silences, restores):
        update = change(talk.telegram, chat, ANA)
        assert len(await talk.hear(update)) == 1
        assert await talk.hear(update) == []


@KINDS
async def test_nothing_is_told_where_nothing_is_scheduled(talk: Conversation, kind: str) -> None:
    chat = place(talk, kind, ANA)
    await talk.say(ANA, "/start")
    assert await talk.hear(silences(talk.telegram, chat, ANA)) == []
    assert await talk.hear(restores(talk.telegram, chat, ANA)) == []
    assert await talk.store.subscriptions.of(chat.id) is None


@pytest.mark.parametrize(
    ("permissions", "paused"),
    [
        pytest.param({"can_send_messages": False}, True, id="no messages"),
        pytest.param({"can_send_polls": False}, False, id="no polls"),
        pytest.param({"can_invite_users": False}, False, id="nobody invited"),
    ],
)
async def test_only_the_right_to_write_counts(
    talk: Conversation, permissions: dict[str, bool], *, paused: bool
) -> None:
    group = place(talk)
    await schedule(talk, group)
    await talk.hear(talk.telegram.restricts(OWNER, group, BOT, **permissions))
    assert await is_paused(talk, group) is paused


@pytest.mark.parametrize("right", ["can_invite_users", "can_edit_messages", "can_change_info"])
async def test_other_rights_in_a_channel_do_not_count(talk: Conversation, right: str) -> None:
    channel = place(talk, "channel")
    await schedule(talk, channel)
    await talk.hear(talk.telegram.promotes(OWNER, channel, BOT, **{right: False}))
    assert not await is_paused(talk, channel)


async def test_a_group_paused_because_nobody_could_write_goes_on_when_the_bot_is_promoted(talk: Conversation) -> None:
    group = place(talk, owner=ANA)
    await talk.say(ANA, "/start")
    await schedule(talk, group)
    await talk.store.subscriptions.pause(group.id)
    assert len(await talk.hear(talk.telegram.promotes(ANA, group, BOT))) == 1
    assert not await is_paused(talk, group)


@KINDS
@pytest.mark.parametrize(
    ("actor", "reachable", "expected"),
    [
        pytest.param(ANA, [ANA, OWNER, BIA], ANA, id="who did it"),
        pytest.param(ANA, [OWNER, BIA], OWNER, id="else the owner"),
        pytest.param(ANONYMOUS, [ANA, OWNER, BIA], OWNER, id="the owner for an anonymous one"),
        pytest.param(ANA, [BIA], BIA, id="else another admin"),
        pytest.param(ANA, [CAL], None, id="no one who is none"),
        pytest.param(ANA, [], None, id="nobody"),
    ],
)
async def test_one_admin_is_told_of_a_pause(
    talk: Conversation, kind: str, actor: Person, reachable: list[Person], expected: Person | None
) -> None:
    chat = place(talk, kind)
    for admin in (BIA, ANA):
        talk.telegram.promotes(OWNER, chat, admin)
    talk.telegram.join(CAL, chat)
    for person in reachable:
        await talk.say(person, "/start")
    await schedule(talk, chat)
    sents = await talk.hear(by(actor, silences(talk.telegram, chat)))
    assert [sent.chat.id for sent in sents] == ([expected.id] if expected else [])
    assert await is_paused(talk, chat)


@LANGUAGES
async def test_another_admin_is_told_in_the_language_of_the_quotes(talk: Conversation, language: str) -> None:
    channel = place(talk, "channel")
    await talk.say(OWNER, "/start")
    await schedule(talk, channel, language)
    sents = await talk.hear(by(ANONYMOUS, silences(talk.telegram, channel)))
    assert told(sents) == [(OWNER.id, voice_of(talk, language).publish.paused.format(chat=SHOWN))]


async def test_an_admin_who_blocked_the_bot_is_passed_over(talk: Conversation) -> None:
    channel = place(talk, "channel", ANA)
    talk.telegram.promotes(ANA, channel, BIA)
    for person in (ANA, BIA):
        await talk.say(person, "/start")
    await talk.hear(talk.telegram.removes_bot(ANA, talk.telegram.private(ANA)))
    await schedule(talk, channel)
    sents = await talk.hear(silences(talk.telegram, channel, ANA))
    assert [sent.chat.id for sent in sents] == [BIA.id]


async def test_a_title_is_told_as_it_is(talk: Conversation) -> None:
    channel = talk.telegram.channel("<b>{0}</b>\u202e\n", owner=ANA)
    await talk.say(ANA, "/start")
    await schedule(talk, channel)
    [sent] = await talk.hear(silences(talk.telegram, channel, ANA))
    assert sent.plain == voice_of(talk, "es").publish.paused.format(chat="\u2068<b>{0}</b>\u2069")


async def test_a_pause_outlasts_a_restart(
    answers: Answers, talk: Conversation, telegram: OfflineTelegram, sqlite_store: Store
) -> None:
    channel = place(talk, "channel", ANA)
    await talk.say(ANA, "/start")
    await schedule(talk, channel)
    await talk.hear(silences(telegram, channel, ANA))
    second = open_conversation(answers, telegram, sqlite_store)
    async with second.app:
        assert len(await second.hear(restores(telegram, channel, ANA))) == 1
    assert not await is_paused(talk, channel)


@pytest.mark.parametrize("change", [silences, restores])
async def test_two_copies_of_the_bot_tell_it_once(
    answers: Answers, telegram: OfflineTelegram, store: Store, change: Callable[..., JsonObject | None]
) -> None:
    talk, other = (open_conversation(answers, telegram, store) for _ in range(2))
    async with talk.app, other.app:
        channel = place(talk, "channel", ANA)
        await talk.say(ANA, "/start")
        await schedule(talk, channel)
        if change is restores:
            await talk.hear(silences(telegram, channel, ANA))
        update, before = change(telegram, channel, ANA), len(telegram.from_bot)
        await asyncio.gather(talk.hear(update), other.hear(update))
        assert len(telegram.from_bot) == before + 1


# Posts that find the chat changed


async def tick(talk: Conversation, answers: Answers) -> list[Sent]:
    """Let the bot do what is due when quotes are; return what it sent."""
    return await Clockwork(talk, answers).at("2026-01-02 09:00")


async def test_a_group_that_migrated_unheard_gets_its_quote(talk: Conversation, answers: Answers) -> None:
    group = talk.telegram.group("Plaza", basic=True)
    await schedule(talk, group)
    updates = talk.telegram.migrates(group)
    assert [sent.chat for sent in await tick(talk, answers)] == [group.moved_to]
    for update in updates:
        await talk.hear(update)
    assert await tick(talk, answers) == []
    assert group.moved_to
    plan = await talk.store.subscriptions.of(group.moved_to.id)
    assert plan
    assert (plan.posts, plan.paused) == (1, False)


@LANGUAGES
async def test_when_its_topic_is_deleted_quotes_pause_and_the_owner_is_told_once(
    talk: Conversation, answers: Answers, language: str
) -> None:
    forum = talk.telegram.group("Plaza", forum=True)
    topic = talk.telegram.topic(forum, "Quotes")
    await talk.say(OWNER, "/start")
    await schedule(talk, forum, language, topic)
    talk.telegram.deletes_topic(forum, topic)
    line = voice_of(talk, language).publish.paused.format(chat=SHOWN)
    assert told(await tick(talk, answers)) == [(OWNER.id, line)]
    assert await tick(talk, answers) == []
    assert await is_paused(talk, forum)


@KINDS
async def test_a_pause_that_was_told_is_not_told_again_when_a_post_is_due(
    talk: Conversation, answers: Answers, kind: str
) -> None:
    chat = place(talk, kind)
    await talk.say(OWNER, "/start")
    await schedule(talk, chat)
    assert len(await talk.hear(silences(talk.telegram, chat))) == 1
    assert await tick(talk, answers) == []


# Supergroups


async def kept(talk: Conversation, chat: int) -> tuple[object, ...]:
    """Return all that is kept of a chat but its id."""
    plan = await talk.store.subscriptions.of(chat)
    settings, rules = await talk.store.chats.settings(chat), await talk.store.chats.rules(chat)
    waiting = await talk.store.requests.waiting(chat, NOON)
    return settings, rules, waiting, astuple(plan)[1:] if plan else None


@pytest.mark.parametrize(
    "order",
    [
        pytest.param((0, 1), id="the old group tells first"),
        pytest.param((1, 0), id="the new group tells first"),
        pytest.param((0,), id="only the old group tells"),
        pytest.param((1,), id="only the new group tells"),
        pytest.param((0, 1, 0, 1), id="both tell twice"),
    ],
)
async def test_all_moves_with_the_group(talk: Conversation, order: tuple[int, ...]) -> None:
    group = talk.telegram.group("Plaza", basic=True)
    await fill(talk, group)
    before = await kept(talk, group.id)
    updates = talk.telegram.migrates(group)
    for index in order:
        assert await talk.hear(updates[index]) == []
    assert group.moved_to
    assert await kept(talk, group.moved_to.id) == before
    assert await is_empty(talk, group)


@LANGUAGES
async def test_the_supergroup_is_answered_as_the_group_was(talk: Conversation, language: str) -> None:
    group = talk.telegram.group("Plaza", basic=True)
    await talk.store.chats.change(group.id, language=language)
    for update in talk.telegram.migrates(group):
        await talk.hear(update)
    assert group.moved_to
    assert is_answer(talk, await asked(talk, group.moved_to, "es"), language)


def discreet(telegram: OfflineTelegram) -> set[object]:
    """Return the chats in whose menu only the asker sees /ask."""
    menus = [values for name, values in telegram.calls if name == "setMyCommands" and "is_ephemeral" in str(values)]
    return {scope["chat_id"] for values in menus if isinstance(scope := as_json(values["scope"]), dict)}


def as_json(value: object) -> object:
    return json.loads(value) if isinstance(value, str) else value


@pytest.mark.parametrize("is_on", [False, True])
async def test_the_menu_of_discreet_answers_moves_too(talk: Conversation, *, is_on: bool) -> None:
    group = talk.telegram.group("Plaza", basic=True)
    await talk.store.chats.change(group.id, ephemeral=is_on)
    for update in talk.telegram.migrates(group):
        await talk.hear(update)
    assert group.moved_to
    assert discreet(talk.telegram) == ({group.moved_to.id} if is_on else set())


async def test_a_menu_that_cannot_be_moved_is_logged(talk: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    group = talk.telegram.group("Plaza", basic=True)
    await talk.store.chats.change(group.id, ephemeral=True)
    _, told_in_new = talk.telegram.migrates(group)
    talk.telegram.fail_next("setMyCommands", "Bad Request: chat not found", 400)
    await talk.hear(told_in_new)
    assert [record.levelname for record in caplog.records] == ["WARNING"]
    assert group.moved_to
    assert (await talk.store.chats.settings(group.moved_to.id)).ephemeral


@LANGUAGES
async def test_an_old_button_after_a_migration_is_refused_politely(
    talk: Conversation, caplog: pytest.LogCaptureFixture, language: str
) -> None:
    person = PEOPLE[language]
    group = talk.telegram.group("Plaza", basic=True, owner=person)
    panel = await talk.answer(person, f"/settings@{BOT.username}", group)
    for update in talk.telegram.migrates(group):
        await talk.hear(update)
    said = await notice(talk, person, panel, panel.labels[0])
    assert said == voice_of(talk, language).settings.admins_only
    assert caplog.records == []


# Newcomers, and those whom an admin lets in


async def newcomers(talk: Conversation, chat: Chat) -> int:
    due = await talk.store.chats.welcomes_due(NOON + timedelta(days=1))
    return sum(welcome.newcomers for welcome in due if welcome.chat == chat.id)


@pytest.mark.parametrize(("welcome", "count"), [(True, 3), (False, 0)])
@pytest.mark.parametrize("admin", [False, True])
async def test_newcomers_are_counted_once_where_they_are_welcomed(
    talk: Conversation, *, welcome: bool, count: int, admin: bool
) -> None:
    group = talk.telegram.group("Plaza", bot_is_admin=admin)
    await talk.store.chats.change(group.id, welcome=welcome)
    updates = [talk.telegram.joins(ANA, group, BIA), talk.telegram.joins(CAL, group)]
    for update in [*updates, *talk.telegram.consequences()]:
        assert await talk.hear(update) == []
    assert await newcomers(talk, group) == count


async def test_bots_are_no_newcomers(talk: Conversation) -> None:
    group = place(talk)
    await talk.store.chats.change(group.id, welcome=True)
    other = Person(77, "Other", is_bot=True, username="other_bot")
    await talk.hear(talk.telegram.joins(other, group, by=OWNER))
    await talk.hear(talk.telegram.announce(group, OWNER, new_chat_members=[BOT.as_json()]))
    assert await newcomers(talk, group) == 0


async def test_who_leaves_is_no_newcomer(talk: Conversation) -> None:
    group = talk.telegram.group("Plaza", bot_is_admin=True)
    await talk.store.chats.change(group.id, welcome=True)
    talk.telegram.join(ANA, group)
    for update in [talk.telegram.leaves(ANA, group), *talk.telegram.consequences()]:
        assert await talk.hear(update) == []
    assert await newcomers(talk, group) == 0


async def test_a_request_is_dropped_when_an_admin_lets_the_person_in(talk: Conversation) -> None:
    group = talk.telegram.group("Plaza", bot_is_admin=True)
    talk.telegram.requests_to_join(ANA, group)
    await talk.store.requests.add(group.id, ANA.id, NOON)
    await talk.store.requests.add(group.id, BIA.id, NOON)
    for update in [talk.telegram.lets_in(OWNER, ANA, group), *talk.telegram.consequences()]:
        await talk.hear(update)
    assert not await talk.store.requests.is_waiting(group.id, ANA.id, NOON)
    assert await talk.store.requests.is_waiting(group.id, BIA.id, NOON)
