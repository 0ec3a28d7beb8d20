"""Channels: an admin chooses in private what is posted there, sees it first, and finds it posted once."""

from collections.abc import Callable
from typing import TypeAlias

import pytest

from bot.answers import Answers
from bot.offline import BOT, OWNER, Chat, Fields, JsonObject, OfflineTelegram, Person, Sent
from bot.store import Store
from content import Knowledge, PublishLines
from intents import Answer, Match, Outcome
from tests.conversation import ANA, BIA, CAL, DRU, PEOPLE, Conversation, open_conversation
from tests.members import ENTRY, notice, question
from tests.scripted import doubtful, scripted

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
TOPIC = "surveillance"
Happening: TypeAlias = Callable[[OfflineTelegram, Chat], None]
SHOWN = "\u2068Rights\u2069"
"""The title of the channel as it stands in sentences: isolated, whatever it holds."""


def lines_of(talk: Conversation, language: str) -> PublishLines:
    return talk.knowledge.voices[language].publish


def channel_of(talk: Conversation, owner: Person = ANA, title: str = "Rights") -> Chat:
    return talk.telegram.channel(title, username="rights", owner=owner)


def posts(talk: Conversation, channel: Chat) -> list[Sent]:
    return [sent for sent in talk.telegram.from_bot if sent.chat is channel]


def data(verb: str, channel: Chat, *path: str, language: str = "es") -> str:
    return ":".join((verb, language, str(channel.id).removeprefix("-100"), *path))


def urls(sent: Sent) -> dict[str, str]:
    buttons = [Fields(button) for row in sent.buttons for button in row]
    return {button.text("text"): button.text("url") for button in buttons if "url" in button}


def forged(talk: Conversation, person: Person, message: Sent, sends: str) -> JsonObject:
    """Make the update of a press that sends other data than Telegram gave the button."""
    update = talk.telegram.presses(person, message, message.labels[-1])
    query = update["callback_query"]
    assert isinstance(query, dict)
    return update | {"callback_query": query | {"data": sends}}


def two_quotes(knowledge: Knowledge) -> str:
    """Return an entry with two quotes at least."""
    return next(entry.id for entry in knowledge.entries.values() if len(entry.quotes) > 1)


async def previewed(talk: Conversation, language: str = "es", entry: str = ENTRY) -> tuple[Chat, Sent]:
    """Let the owner of a channel look at an answer; return the channel and the preview."""
    channel, person = channel_of(talk, PEOPLE[language]), PEOPLE[language]
    menu = await talk.answer(person, "/publish @rights")
    [preview] = await talk.hear(forged(talk, person, menu, data("view", channel, entry, "a", language=language)))
    return channel, preview


# From the channel to the post


@LANGUAGES
async def test_an_answer_is_chosen_seen_and_posted(talk: Conversation, language: str) -> None:
    person, lines, voice = PEOPLE[language], lines_of(talk, language), talk.knowledge.voices[language]
    channel = channel_of(talk, person)
    assert (await talk.answer(person, "/publish")).plain == lines.choose
    [menu] = await talk.hear(talk.telegram.shares_chat(person, channel, 1))
    assert menu.plain == lines.menu.format(channel=SHOWN)
    for label in (lines.pick, voice.topics[TOPIC], talk.title(ENTRY, language)):
        assert await talk.press(person, menu, label) == [menu]
    assert posts(talk, channel) == []
    preview, post, told = await talk.press(person, menu, lines.post)
    assert posts(talk, channel) == [post]
    assert preview.plain == f"{lines.preview.format(channel=SHOWN)}\n\n{post.plain}"
    assert told.plain == lines.posted.format(channel=SHOWN)
    assert urls(told) == {SHOWN: f"https://t.me/rights/{post.message_id}"}


@LANGUAGES
async def test_the_list_offers_only_channels_where_both_may_post(talk: Conversation, language: str) -> None:
    await talk.say(PEOPLE[language], "/publish")
    [[key]] = talk.telegram.private(PEOPLE[language]).keyboard
    wanted = Fields(key).inner("request_chat")
    assert Fields(key).text("text") == lines_of(talk, language).choose_button
    assert wanted
    assert wanted.flag("chat_is_channel")
    # Telegram refuses a button whose rights for the bot are more than those for the person
    assert wanted.values["user_administrator_rights"] == wanted.values["bot_administrator_rights"]


@LANGUAGES
async def test_a_post_is_the_answer_its_quote_and_the_way_to_ask_more(talk: Conversation, language: str) -> None:
    channel, preview = await previewed(talk, language)
    await talk.press(PEOPLE[language], preview, lines_of(talk, language).post)
    [post] = posts(talk, channel)
    entry = talk.knowledge.entries[ENTRY]
    assert post.plain.startswith(f"{talk.title(ENTRY, language)}\n\n{entry.texts[language].answer}\n\n")
    assert entry.quotes[0].text in post.plain
    link = f"https://t.me/{BOT.username}?start=a_{ENTRY}_{language}"
    assert urls(post) == {talk.knowledge.voices[language].buttons.private_chat: link}
    assert len(post.labels) == 1


@LANGUAGES
async def test_each_quote_can_be_posted_alone(talk: Conversation, language: str) -> None:
    person, lines, entry = PEOPLE[language], lines_of(talk, language), two_quotes(talk.knowledge)
    channel, preview = await previewed(talk, language, entry)
    for number, quote in enumerate(talk.knowledge.entries[entry].quotes, 1):
        [seen] = await talk.press(person, preview, lines.quote.format(number=number))
        assert lines.quote.format(number=number) not in seen.labels
        await talk.press(person, seen, lines.post)
        assert quote.text in posts(talk, channel)[-1].plain
        assert talk.knowledge.entries[entry].texts[language].answer not in posts(talk, channel)[-1].plain


@LANGUAGES
async def test_a_preview_can_be_turned_into_each_language(talk: Conversation, language: str) -> None:
    channel, preview = await previewed(talk, "es" if language != "es" else "pt")
    person = ANA if language != "es" else BIA
    await talk.press(person, preview, talk.knowledge.voices[language].name)
    await talk.press(person, preview, lines_of(talk, language).post)
    [post] = posts(talk, channel)
    assert post.plain.startswith(talk.title(ENTRY, language))


async def test_a_quote_stays_a_quote_in_another_language(talk: Conversation) -> None:
    channel, preview = await previewed(talk)
    await talk.press(ANA, preview, lines_of(talk, "es").quote.format(number=1))
    await talk.press(ANA, preview, talk.knowledge.voices["pt"].name)
    await talk.press(ANA, preview, lines_of(talk, "pt").post)
    [post] = posts(talk, channel)
    assert talk.knowledge.entries[ENTRY].texts["pt"].answer not in post.plain
    assert talk.title(ENTRY, "pt") in post.plain


async def test_the_menus_lead_back(talk: Conversation) -> None:
    channel, preview = await previewed(talk)
    back = preview.labels[-1]
    for expected in (lines_of(talk, "es").topics, lines_of(talk, "es").menu):
        assert await talk.press(ANA, preview, back) == [preview]
        assert preview.plain == expected.format(channel=SHOWN)
    assert posts(talk, channel) == []


async def test_every_answer_of_every_topic_can_be_chosen(talk: Conversation) -> None:
    channel_of(talk)
    menu = await talk.answer(ANA, "/publish @rights")
    await talk.press(ANA, menu, lines_of(talk, "es").pick)
    shown: set[str] = set()
    for topic in talk.knowledge.voices["es"].topics.values():
        await talk.press(ANA, menu, topic)
        shown |= set(menu.labels[:-1])
        await talk.press(ANA, menu, menu.labels[-1])
    answers = {entry.id for entry in talk.knowledge.entries.values() if entry.kind == "answer"}
    assert shown == {talk.title(entry, "es") for entry in answers}


async def test_a_private_channel_is_posted_in_and_linked(talk: Conversation) -> None:
    channel = talk.telegram.channel("Rights", owner=ANA)
    await talk.say(ANA, "/publish")
    [menu] = await talk.hear(talk.telegram.shares_chat(ANA, channel, 1))
    [preview] = await talk.hear(forged(talk, ANA, menu, data("view", channel, ENTRY, "a")))
    *_, told = await talk.press(ANA, preview, lines_of(talk, "es").post)
    [post] = posts(talk, channel)
    assert list(urls(told).values()) == [f"https://t.me/c/{str(channel.id)[4:]}/{post.message_id}"]


# By name, and words


@LANGUAGES
async def test_words_after_the_name_choose_the_answer(talk: Conversation, language: str) -> None:
    channel, person = channel_of(talk, PEOPLE[language]), PEOPLE[language]
    preview = await talk.answer(person, f"/publish @rights {question(talk, language)}")
    await talk.press(person, preview, lines_of(talk, language).post)
    [post] = posts(talk, channel)
    assert post.plain.startswith(talk.title(ENTRY, language))


async def test_words_are_previewed_in_their_language(talk: Conversation) -> None:
    channel_of(talk)
    preview = await talk.answer(ANA, f"/publish @rights {question(talk, 'pt')}")
    assert preview.plain.startswith(lines_of(talk, "pt").preview.format(channel=SHOWN))


@LANGUAGES
@pytest.mark.parametrize("said", ["xqzv wkrj", "{0} <b>", "😀"])
async def test_words_that_mean_nothing_known(talk: Conversation, language: str, said: str) -> None:
    channel_of(talk, PEOPLE[language])
    sent = await talk.answer(PEOPLE[language], f"/publish @rights {said}")
    assert sent.plain == lines_of(talk, language).none_found


async def test_what_is_no_answer_is_not_posted(
    knowledge: Knowledge, telegram: OfflineTelegram, sqlite_store: Store
) -> None:
    other = next(entry.id for entry in knowledge.entries.values() if entry.kind != "answer")
    script: dict[str, Outcome] = {
        "hola": Answer("", False, (Match(other, 99.0), Match(ENTRY, 20.0))),
        "duda": doubtful(other, ENTRY),
    }
    talk = scripted(knowledge, telegram, sqlite_store, script)
    async with talk.app:
        channel_of(talk)
        assert (await talk.answer(ANA, "/publish @rights hola")).plain == lines_of(talk, "es").none_found
        assert talk.title(ENTRY, "es") in (await talk.answer(ANA, "/publish @rights duda")).plain


async def test_words_without_a_name_ask_for_the_channel(talk: Conversation) -> None:
    assert (await talk.answer(ANA, f"/publish {question(talk)}")).plain == lines_of(talk, "es").choose


async def test_publish_is_for_private_chats(talk: Conversation) -> None:
    channel_of(talk)
    assert await talk.say(ANA, f"/publish@{BOT.username} @rights", talk.telegram.group("G", owner=ANA)) == []


# Rights


def with_group(talk: Conversation) -> None:
    talk.telegram.group("Rights", owner=ANA, bot_is_admin=True).username = "rights"


@LANGUAGES
@pytest.mark.parametrize(
    ("owner", "bot_is_admin", "line"),
    [
        pytest.param(OWNER, True, "not_admin", id="somebody else's channel"),
        pytest.param(None, False, "bot_not_admin", id="a channel that the bot is not in"),
        pytest.param(OWNER, False, "bot_not_admin", id="a channel that neither is in"),
    ],
)
async def test_a_channel_is_opened_only_where_both_may_post(
    talk: Conversation, language: str, owner: Person | None, *, bot_is_admin: bool, line: str
) -> None:
    person = PEOPLE[language]
    talk.telegram.channel("Rights", username="rights", owner=owner or person, bot_is_admin=bot_is_admin)
    sent = await talk.answer(person, f"/publish @rights {question(talk, language)}")
    assert sent.plain == getattr(lines_of(talk, language), line)
    assert urls(sent) == {
        lines_of(talk, language).add_button: f"https://t.me/{BOT.username}?startchannel&admin=post_messages"
    }


@pytest.mark.parametrize(
    "name", ["@nobody", "@", "@@", "@ana", "@<b>", "@rights", "@-1001", "@1", "@offline_bot"], ids=str
)
async def test_what_is_no_channel_is_not_opened(talk: Conversation, name: str) -> None:
    with_group(talk)
    assert (await talk.answer(ANA, f"/publish {name}")).plain == lines_of(talk, "es").bot_not_admin


@LANGUAGES
async def test_a_channel_chosen_from_the_list_makes_the_bot_its_admin(talk: Conversation, language: str) -> None:
    person = PEOPLE[language]
    channel = talk.telegram.channel("Rights", owner=person, bot_is_admin=False)
    await talk.say(person, "/publish")
    [menu] = await talk.hear(talk.telegram.shares_chat(person, channel, 1))
    assert menu.plain == lines_of(talk, language).menu.format(channel=SHOWN)
    for update in talk.telegram.consequences():
        assert await talk.hear(update) == []


@LANGUAGES
async def test_rights_are_checked_though_telegram_offered_the_channel(talk: Conversation, language: str) -> None:
    person, channel = PEOPLE[language], channel_of(talk, OWNER)
    talk.telegram.promotes(OWNER, channel, person)
    await talk.say(person, "/publish")
    chosen = talk.telegram.shares_chat(person, channel, 1)
    talk.telegram.demotes(OWNER, channel, person)
    assert [sent.plain for sent in await talk.hear(chosen)] == [lines_of(talk, language).not_admin]


def demoted(telegram: OfflineTelegram, channel: Chat) -> None:
    telegram.demotes(OWNER, channel, ANA)


def disarmed(telegram: OfflineTelegram, channel: Chat) -> None:
    telegram.promotes(OWNER, channel, ANA, can_invite_users=True)


def gone(telegram: OfflineTelegram, channel: Chat) -> None:
    telegram.leaves(ANA, channel)


def bot_disarmed(telegram: OfflineTelegram, channel: Chat) -> None:
    telegram.promotes(OWNER, channel, BOT, can_invite_users=True)


def bot_demoted(telegram: OfflineTelegram, channel: Chat) -> None:
    telegram.demotes(OWNER, channel, BOT)


def bot_removed(telegram: OfflineTelegram, channel: Chat) -> None:
    telegram.removes_bot(OWNER, channel)


STEPS = pytest.mark.parametrize(
    ("verb", "path"),
    [
        pytest.param("channel", (), id="the menu"),
        pytest.param("pick", (), id="the topics"),
        pytest.param("pick", (TOPIC,), id="a topic"),
        pytest.param("view", (ENTRY, "a"), id="a preview"),
        pytest.param("post", (ENTRY, "a"), id="the post"),
    ],
)


@STEPS
@pytest.mark.parametrize(
    ("happens", "line"),
    [
        pytest.param(demoted, "not_admin", id="the person is no admin any more"),
        pytest.param(disarmed, "not_admin", id="the person may not post any more"),
        pytest.param(gone, "not_admin", id="the person left"),
        pytest.param(bot_disarmed, "bot_not_admin", id="the bot may not post any more"),
        pytest.param(bot_demoted, "bot_not_admin", id="the bot is no admin any more"),
        pytest.param(bot_removed, "bot_not_admin", id="the bot was removed"),
    ],
)
@LANGUAGES
async def test_rights_are_checked_at_every_step(
    talk: Conversation, verb: str, path: tuple[str, ...], happens: Happening, line: str, language: str
) -> None:
    channel = channel_of(talk, OWNER)
    talk.telegram.promotes(OWNER, channel, ANA)
    preview = await talk.answer(ANA, f"/publish @rights {question(talk)}")
    happens(talk.telegram, channel)
    said = await notice(talk, ANA, preview, preview.labels[-1], data(verb, channel, *path, language=language))
    assert said == getattr(lines_of(talk, language), line)
    assert posts(talk, channel) == []


@STEPS
async def test_who_was_never_an_admin_gets_nowhere_with_forged_data(
    talk: Conversation, verb: str, path: tuple[str, ...]
) -> None:
    channel = channel_of(talk, OWNER)
    topics = await talk.answer(CAL, "/topics")
    before = topics.plain
    said = await notice(talk, CAL, topics, topics.labels[0], data(verb, channel, *path, language="en"))
    assert (said, topics.plain, posts(talk, channel)) == (lines_of(talk, "en").not_admin, before, [])


async def test_an_admin_who_was_given_the_right_again_goes_on(talk: Conversation) -> None:
    channel = channel_of(talk, OWNER)
    talk.telegram.promotes(OWNER, channel, ANA)
    preview = await talk.answer(ANA, f"/publish @rights {question(talk)}")
    talk.telegram.demotes(OWNER, channel, ANA)
    await talk.press(ANA, preview, lines_of(talk, "es").post)
    talk.telegram.promotes(OWNER, channel, ANA)
    await talk.press(ANA, preview, lines_of(talk, "es").post)
    assert len(posts(talk, channel)) == 1


# Data that no button has, or has no more


@pytest.mark.parametrize("verb", ["view", "post"])
@pytest.mark.parametrize(
    "path",
    [
        pytest.param(("nothing", "a"), id="an entry that there is not"),
        pytest.param((ENTRY, "9"), id="a quote that there is not"),
        pytest.param(("greeting", "a"), id="an entry that is no answer"),
        pytest.param(("x" * 40, "0"), id="a long name"),
    ],
)
async def test_what_is_not_known_leads_to_the_menu(talk: Conversation, verb: str, path: tuple[str, ...]) -> None:
    channel, preview = await previewed(talk)
    await talk.hear(forged(talk, ANA, preview, data(verb, channel, *path)))
    assert preview.plain == lines_of(talk, "es").menu.format(channel=SHOWN)
    assert posts(talk, channel) == []


async def test_a_topic_that_there_is_not_leads_to_the_topics(talk: Conversation) -> None:
    channel, preview = await previewed(talk)
    await talk.hear(forged(talk, ANA, preview, data("pick", channel, "nothing")))
    assert preview.labels[:-1] == list(talk.knowledge.voices["es"].topics.values())


@pytest.mark.parametrize("person", [ANA, BIA, CAL, DRU])
async def test_a_language_that_there_is_not_is_the_persons(talk: Conversation, person: Person) -> None:
    channel = channel_of(talk, person)
    menu = await talk.answer(person, "/publish @rights")
    said, back = menu.plain, forged(talk, person, menu, data("channel", channel, language="xx"))
    await talk.press(person, menu, menu.labels[0])
    assert [sent.plain for sent in await talk.hear(back)] == [said]


@pytest.mark.parametrize("number", ["0", "9" * 13, "0000000000001"])
async def test_a_channel_that_there_is_not_is_not_opened(talk: Conversation, number: str) -> None:
    topics = await talk.answer(ANA, "/topics")
    assert (
        await notice(talk, ANA, topics, topics.labels[0], f"channel:es:{number}") == lines_of(talk, "es").bot_not_admin
    )


async def test_a_post_that_no_preview_shows_is_not_posted(talk: Conversation) -> None:
    channel = channel_of(talk)
    menu = await talk.answer(ANA, "/publish @rights")
    assert await talk.hear(forged(talk, ANA, menu, data("post", channel, ENTRY, "a"))) == []
    assert posts(talk, channel) == []


@pytest.mark.parametrize("verb", ["channel", "view", "post"])
async def test_a_button_of_a_message_that_telegram_shows_no_more(talk: Conversation, verb: str) -> None:
    channel, preview = await previewed(talk)
    path = () if verb == "channel" else (ENTRY, "0")
    update = forged(talk, ANA, preview, data(verb, channel, *path))
    query = update["callback_query"]
    assert isinstance(query, dict)
    query["message"] = {"message_id": preview.message_id, "date": 0, "chat": preview.chat.as_json()}
    assert await talk.hear(update)
    assert len(posts(talk, channel)) == (verb == "post")


async def test_a_deleted_menu_is_sent_anew(talk: Conversation) -> None:
    _, preview = await previewed(talk)
    press = talk.telegram.presses(ANA, preview, preview.labels[-1])
    preview.deleted = True
    [sent] = await talk.hear(press)
    assert sent is not preview
    assert sent.plain == lines_of(talk, "es").topics.format(channel=SHOWN)


# Once


async def test_two_quick_presses_post_once(talk: Conversation) -> None:
    channel, preview = await previewed(talk)
    presses = [talk.telegram.presses(ANA, preview, lines_of(talk, "es").post) for _ in range(2)]
    for press in presses:
        await talk.hear(press)
    assert len(posts(talk, channel)) == 1
    assert len(talk.telegram.answers) == 3  # each press is acknowledged, and that for the preview was


async def test_a_press_that_comes_after_a_restart_posts_nothing_again(
    answers: Answers, talk: Conversation, telegram: OfflineTelegram, sqlite_store: Store
) -> None:
    channel, preview = await previewed(talk)
    presses = [telegram.presses(ANA, preview, lines_of(talk, "es").post) for _ in range(2)]
    await talk.hear(presses[0])
    second = open_conversation(answers, telegram, sqlite_store)
    async with second.app:
        assert await second.hear(presses[1]) == []
    assert len(posts(talk, channel)) == 1


async def test_a_preview_seen_before_a_restart_can_be_posted(
    answers: Answers, talk: Conversation, telegram: OfflineTelegram, sqlite_store: Store
) -> None:
    channel, preview = await previewed(talk)
    second = open_conversation(answers, telegram, sqlite_store)
    async with second.app:
        await second.press(ANA, preview, lines_of(talk, "es").post)
    assert len(posts(talk, channel)) == 1


async def test_the_same_can_be_posted_again_on_purpose(talk: Conversation) -> None:
    channel, preview = await previewed(talk)
    await talk.press(ANA, preview, lines_of(talk, "es").post)
    await talk.press(ANA, preview, lines_of(talk, "es").quote.format(number=1))
    await talk.press(ANA, preview, lines_of(talk, "es").answer)
    await talk.press(ANA, preview, lines_of(talk, "es").post)
    assert len(posts(talk, channel)) == 2


# Failures


@LANGUAGES
@pytest.mark.parametrize(
    ("code", "words"),
    [
        pytest.param(400, "Bad Request: need administrator rights in the channel chat", id="no right"),
        pytest.param(400, "Bad Request: chat not found", id="no channel"),
        pytest.param(403, "Forbidden: bot is not a member of the channel chat", id="not in it"),
    ],
)
async def test_a_refused_post_is_admitted(talk: Conversation, language: str, code: int, words: str) -> None:
    channel, preview = await previewed(talk, language)
    talk.telegram.fail_next("sendMessage", words, code)
    *_, told = await talk.press(PEOPLE[language], preview, lines_of(talk, language).post)
    assert told.plain == lines_of(talk, language).failed.format(channel=SHOWN)
    assert posts(talk, channel) == []


@LANGUAGES
@pytest.mark.parametrize("after", [False, True])
async def test_a_post_whose_answer_was_lost_is_not_sent_again(
    talk: Conversation, language: str, *, after: bool
) -> None:
    channel, preview = await previewed(talk, language)
    press = talk.telegram.presses(PEOPLE[language], preview, lines_of(talk, language).post)
    talk.telegram.cut_next("sendMessage", after=after)
    *_, told = await talk.hear(press)
    assert told.plain == talk.knowledge.voices[language].failed
    assert await talk.hear(press) == []
    assert len(posts(talk, channel)) == after


@pytest.mark.parametrize("method", ["getChat", "getChatMember"])
@pytest.mark.parametrize("button", ["pick", "post"])
async def test_a_press_is_acknowledged_though_rights_cannot_be_asked(
    talk: Conversation, method: str, button: str
) -> None:
    channel, preview = await previewed(talk)
    talk.telegram.cut_next(method)
    said = await notice(
        talk, ANA, preview, preview.labels[-1], data(button, channel, *((ENTRY, "a") * (button == "post")))
    )
    assert said is None
    assert posts(talk, channel) == []


async def test_a_press_too_old_to_be_acknowledged_is_obeyed(talk: Conversation) -> None:
    channel, preview = await previewed(talk)
    talk.telegram.fail_next("answerCallbackQuery", "Bad Request: query is too old and response timeout expired", 400)
    await talk.press(ANA, preview, lines_of(talk, "es").post)
    assert len(posts(talk, channel)) == 1


# Titles


@LANGUAGES
@pytest.mark.parametrize(
    ("title", "shown"),
    [
        pytest.param("<b>A</b> & {0} %s", "\u2068<b>A</b> & {0} %s\u2069", id="markup and places to fill in"),
        pytest.param("\u202eA\u2067", "\u2068A\u2069", id="signs that turn the writing"),
        pytest.param("A\n\nB", "\u2068A B\u2069", id="lines"),
        pytest.param("حقوق", "\u2068حقوق\u2069", id="right to left"),
        pytest.param("\u200b\u202e", "", id="nothing to see"),
        pytest.param("A" * 128, f"\u2068{'A' * 128}\u2069", id="long"),
    ],
)
async def test_any_title_is_shown_as_it_is(talk: Conversation, language: str, title: str, shown: str) -> None:
    person, lines = PEOPLE[language], lines_of(talk, language)
    channel = channel_of(talk, person, title)
    menu = await talk.answer(person, "/publish @rights")
    assert menu.plain == lines.menu.format(channel=shown)
    [preview] = await talk.hear(forged(talk, person, menu, data("view", channel, ENTRY, "a", language=language)))
    assert preview.plain.startswith(lines.preview.format(channel=shown))
    *_, told = await talk.press(person, preview, lines.post)
    assert told.plain == lines.posted.format(channel=shown)
    assert list(urls(told)) == ([shown] if shown else [])
