"""/community: the groups and channels that the content lists, in everybody's language, with the way in."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.answers import Answers
from bot.offline import BOT, Fields, OfflineTelegram, Sent
from bot.replies import Replies
from bot.store import Store
from content import Community, CommunityChat, Knowledge
from content.community import ChatKind, ChatText
from tests.conversation import ANA, CAL, PEOPLE, Conversation, open_conversation
from tests.scripted import Scripted

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
PLACES = pytest.mark.parametrize("place", ["private", "group"])
HOSTILE = "<b>&amp; {bot} %s"


def listed(name: str, *languages: str, kind: ChatKind = ChatKind.GROUP) -> CommunityChat:
    """Make a chat whose texts tell their language."""
    texts = {code: ChatText(name=f"{name} {code}", description=f"About {name} ({code})") for code in ("en", "es", "pt")}
    return CommunityChat(f"https://t.me/{name.casefold()}", kind, languages, texts)


SPANISH, PORTUGUESE = listed("Vecinas", "es"), listed("Vizinhas", "pt", kind=ChatKind.CHANNEL)
BOTH = listed("Todas", "es", "pt")


def knowing(knowledge: Knowledge, *chats: CommunityChat) -> Answers:
    """Return an engine that hears nothing and knows these chats."""
    known = replace(knowledge, community=Community(chats=chats))
    return Answers(known, Scripted({}), Replies(known, "0"))


@pytest.fixture
async def talk(knowledge: Knowledge, telegram: OfflineTelegram, sqlite_store: Store) -> AsyncIterator[Conversation]:
    """The bot of a community with three chats."""
    conversation = open_conversation(knowing(knowledge, SPANISH, PORTUGUESE, BOTH), telegram, sqlite_store)
    async with conversation.app:
        yield conversation


async def community(talk: Conversation, language: str, place: str = "private") -> Sent:
    """Ask for the list; return it."""
    chat = None if place == "private" else talk.telegram.group("G")
    return await talk.answer(PEOPLE[language], f"/community@{BOT.username}", chat)


def links(sent: Sent) -> list[str]:
    return [url for row in sent.buttons for button in row if (url := Fields(button).text("url"))]


def add_link() -> str:
    return f"https://t.me/{BOT.username}?startgroup=new"


@LANGUAGES
@PLACES
@pytest.mark.parametrize("empty", [False, True])
async def test_the_list_in_three_languages(
    knowledge: Knowledge, telegram: OfflineTelegram, sqlite_store: Store, language: str, place: str, *, empty: bool
) -> None:
    chats = () if empty else (BOTH,)
    talk = open_conversation(knowing(knowledge, *chats), telegram, sqlite_store)
    voices = talk.knowledge.voices
    async with talk.app:
        sent = await community(talk, language, place)
    told = f"Todas {language}\nAbout Todas ({language})\n{voices['es'].name}, {voices['pt'].name}"
    lines = voices[language].join
    assert sent.plain == (lines.no_chats if empty else f"{lines.chats}\n\n{told}")
    assert links(sent) == [*(chat.link for chat in chats), add_link()]
    removable = [voices[language].buttons.remove] if place == "group" else []
    assert sent.labels == [
        *(f"Todas {language}" for _ in chats),
        voices[language].buttons.add_to_group,
        *removable,
    ]


@pytest.mark.parametrize(
    ("language", "chats"),
    [
        pytest.param("es", [SPANISH, BOTH, PORTUGUESE], id="Spanish"),
        pytest.param("pt", [PORTUGUESE, BOTH, SPANISH], id="Portuguese"),
        pytest.param("en", [SPANISH, PORTUGUESE, BOTH], id="a language that none speaks"),
    ],
)
async def test_chats_of_the_persons_language_come_first(
    talk: Conversation, language: str, chats: list[CommunityChat]
) -> None:
    sent = await community(talk, language)
    assert links(sent) == [*(chat.link for chat in chats), add_link()]
    assert [sent.plain.index(chat.texts[language].name) for chat in chats] == sorted(
        sent.plain.index(chat.texts[language].name) for chat in chats
    )


@LANGUAGES
async def test_a_chosen_language_counts(talk: Conversation, language: str) -> None:
    await talk.store.people.choose(ANA.id, language)
    sent = await talk.answer(ANA, "/community")
    assert sent.plain.startswith(talk.knowledge.voices[language].join.chats)


@LANGUAGES
async def test_a_groups_language_counts(talk: Conversation, language: str) -> None:
    group = talk.telegram.group("G")
    await talk.store.chats.change(group.id, language=language)
    sent = await talk.answer(ANA, "/community@offline_bot", group)
    assert sent.plain.startswith(talk.knowledge.voices[language].join.chats)


async def test_hostile_names_stay_names(knowledge: Knowledge, telegram: OfflineTelegram, sqlite_store: Store) -> None:
    texts = dict.fromkeys(("en", "es", "pt"), ChatText(name=HOSTILE, description=HOSTILE))
    hostile = CommunityChat("https://t.me/x_y_z", ChatKind.GROUP, ("en",), texts)
    talk = open_conversation(knowing(knowledge, hostile), telegram, sqlite_store)
    async with talk.app:
        sent = await community(talk, "en")
    assert sent.plain.endswith(f"\n\n{HOSTILE}\n{HOSTILE}\n{knowledge.voices['en'].name}")
    assert sent.labels[0] == HOSTILE


@LANGUAGES
async def test_a_list_that_fills_a_message_is_sent(
    knowledge: Knowledge, telegram: OfflineTelegram, sqlite_store: Store, language: str
) -> None:
    texts = dict.fromkeys(("en", "es", "pt"), ChatText(name="n" * 40, description="d" * 160))
    many = [CommunityChat(f"https://t.me/name_{n}", ChatKind.GROUP, ("en", "es", "pt"), texts) for n in range(15)]
    talk = open_conversation(knowing(knowledge, *many), telegram, sqlite_store)
    async with talk.app:
        assert len(links(await community(talk, language))) == 16


async def test_the_list_in_a_group_is_a_reply_that_its_asker_removes(talk: Conversation) -> None:
    group = talk.telegram.group("G")
    sent = await talk.answer(ANA, "/community@offline_bot", group)
    assert sent.reply_to is talk.telegram.sent[0]
    await talk.press(CAL, sent, "remove")
    assert not sent.deleted
    await talk.press(ANA, sent, "remove")
    assert sent.deleted


async def test_the_list_in_a_group_is_one_of_the_hours_answers(talk: Conversation) -> None:
    group = talk.telegram.group("G")
    await talk.store.chats.change(group.id, budget=1)
    assert len(await talk.say(ANA, "/community@offline_bot", group)) == 1
    assert await talk.say(ANA, "/community@offline_bot", group) == []


@pytest.mark.parametrize("said", ["/community", "/community@other_bot"])
async def test_a_group_is_silent_where_another_bot_is_asked(talk: Conversation, said: str) -> None:
    assert await talk.say(ANA, said, talk.telegram.group("G")) == []
