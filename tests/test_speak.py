"""When the bot speaks in a group: as its admins chose, and to nobody in particular only when nearly certain."""

import pytest

from bot.answers import GROUP_SCORE, OVERHEARD_SCORE, Answers
from bot.offline import BOT, OWNER, Chat, JsonObject, OfflineTelegram, Person, Sent
from bot.preferences import Speak
from bot.sessions import Session
from bot.store import Store
from content import Knowledge
from intents import Outcome
from tests.bot_api import OTHER_BOT
from tests.conversation import ANA, BIA, CAL, PEOPLE, Conversation
from tests.members import asked, in_full, is_answer, question
from tests.overheard import ASKED_OF_MEMBERS
from tests.scripted import doubtful, scripted, sure

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
CHANNEL: JsonObject = {"id": -1009, "type": "channel", "title": "News"}


async def plaza(talk: Conversation, speak: Speak, *, forum: bool = False) -> Chat:
    """Make a group where the bot reads everything, and speaks when the admins want that."""
    chat = talk.telegram.group("Plaza", bot_is_admin=True, forum=forum)
    await talk.store.chats.change(chat.id, speak=speak)
    return chat


async def say(talk: Conversation, how: str, chat: Chat, language: str) -> list[Sent]:
    """Ask by command, in reply to the bot, by a mention, or nobody in particular."""
    words, person = question(talk, language), PEOPLE[language]
    match how:
        case "command":
            return await talk.say(person, in_full(talk, language), chat)
        case "reply":
            before = await talk.answer(person, f"/about@{BOT.username}", chat)
            return await talk.say(person, words, chat, reply_to=before)
        case "mention":
            return await talk.say(person, f"@{BOT.username} {words}", chat)
    return await talk.say(person, words, chat)


@LANGUAGES
@pytest.mark.parametrize(
    ("speak", "how", "replies"),
    [
        (Speak.COMMANDS, "command", 1),
        (Speak.COMMANDS, "reply", 0),
        (Speak.COMMANDS, "mention", 0),
        (Speak.COMMANDS, "to all", 0),
        (Speak.REPLIES, "command", 1),
        (Speak.REPLIES, "reply", 1),
        (Speak.REPLIES, "mention", 1),
        (Speak.REPLIES, "to all", 0),
        (Speak.QUESTIONS, "command", 1),
        (Speak.QUESTIONS, "reply", 1),
        (Speak.QUESTIONS, "mention", 1),
        (Speak.QUESTIONS, "to all", 1),
    ],
)
async def test_the_bot_speaks_when_the_admins_want_that(
    talk: Conversation, speak: Speak, how: str, replies: int, language: str
) -> None:
    sent = await say(talk, how, await plaza(talk, speak), language)
    assert [is_answer(talk, reply, language) for reply in sent] == [True] * replies


async def test_a_change_of_mind_counts_at_once(talk: Conversation) -> None:
    chat = await plaza(talk, Speak.QUESTIONS)
    await talk.store.chats.change(chat.id, speak=Speak.REPLIES)
    assert await talk.say(ANA, question(talk), chat) == []


@LANGUAGES
async def test_a_group_that_chose_a_language_is_answered_in_it(talk: Conversation, language: str) -> None:
    chat = await plaza(talk, Speak.QUESTIONS)
    await talk.store.chats.change(chat.id, language=language)
    [sent] = await talk.say(CAL, question(talk, "pt"), chat)
    assert is_answer(talk, sent, language)


# To nobody in particular: how sure the bot must be


@pytest.mark.parametrize(
    ("outcome", "replies"),
    [
        pytest.param(sure("what_is_alsur", OVERHEARD_SCORE), 1, id="nearly certain"),
        pytest.param(sure("what_is_alsur", OVERHEARD_SCORE - 0.1), 0, id="less certain"),
        pytest.param(sure("what_is_alsur", GROUP_SCORE), 0, id="sure enough for a reply to the bot"),
        pytest.param(sure("ratification_today", 100.0), 0, id="a question without an answer"),
        pytest.param(sure("thanks", 100.0), 0, id="small talk"),
        pytest.param(doubtful("what_is_alsur"), 0, id="what would need a question back"),
    ],
)
async def test_how_sure_the_bot_must_be_to_answer_everybody(
    knowledge: Knowledge, telegram: OfflineTelegram, sqlite_store: Store, outcome: Outcome, replies: int
) -> None:
    talk = scripted(knowledge, telegram, sqlite_store, {"so?": outcome})
    async with talk.app:
        assert len(await talk.say(CAL, "so?", await plaza(talk, Speak.QUESTIONS))) == replies


@pytest.mark.parametrize("said", [said for asked in ASKED_OF_MEMBERS.values() for said in asked])
def test_what_members_ask_each_other_is_not_answered(answers: Answers, said: str) -> None:
    assert answers.when_sure(said, Session(), None, "offline_bot", OVERHEARD_SCORE) is None


# To nobody in particular: what is and what is not


@pytest.mark.parametrize("is_anonymous", [False, True])
async def test_an_admin_is_overheard_too(talk: Conversation, *, is_anonymous: bool) -> None:
    chat = await plaza(talk, Speak.QUESTIONS)
    talk.telegram.promotes(OWNER, chat, ANA, is_anonymous=is_anonymous)
    assert is_answer(talk, await talk.answer(ANA, question(talk), chat))


async def test_a_caption_is_overheard(talk: Conversation) -> None:
    chat = await plaza(talk, Speak.QUESTIONS)
    [sent] = await talk.hear(talk.telegram.sends(ANA, chat, caption=question(talk), photo=[]))
    assert is_answer(talk, sent)


@LANGUAGES
@pytest.mark.parametrize(
    ("person", "fields"),
    [
        pytest.param(OTHER_BOT, {}, id="another bot"),
        pytest.param(ANA, {"via_bot": OTHER_BOT.as_json()}, id="a member through a bot"),
        pytest.param(ANA, {"sender_chat": CHANNEL}, id="a channel"),
        pytest.param(ANA, {"sender_chat": CHANNEL, "is_automatic_forward": True}, id="a post of the linked channel"),
        pytest.param(
            ANA,
            {"forward_origin": {"type": "hidden_user", "date": 0, "sender_user_name": "X"}},
            id="what somebody said elsewhere",
        ),
        pytest.param(
            ANA,
            {"external_reply": {"origin": {"type": "hidden_user", "date": 0, "sender_user_name": "X"}}},
            id="a reply to what was said elsewhere",
        ),
        pytest.param(ANA, {"reply_to_story": {"chat": {"id": 9, "type": "private"}, "id": 1}}, id="a reply to a story"),
        pytest.param(
            ANA,
            {"entities": [{"type": "text_mention", "offset": 0, "length": 3, "user": BIA.as_json()}]},
            id="a question to somebody without a user name",
        ),
    ],
)
async def test_who_is_not_overheard(talk: Conversation, person: Person, fields: JsonObject, language: str) -> None:
    chat = await plaza(talk, Speak.QUESTIONS)
    talk.telegram.says(person, chat, question(talk, language))
    assert await talk.hear({"update_id": 1, "message": talk.telegram.sent[-1].as_json() | fields}) == []


@LANGUAGES
@pytest.mark.parametrize("form", ["@maria {}", "{} @maria", "@other_bot {}", "/ask@other_bot {}"])
async def test_a_question_to_somebody_else_is_left_to_them(talk: Conversation, form: str, language: str) -> None:
    chat = await plaza(talk, Speak.QUESTIONS)
    assert await talk.say(CAL, form.format(question(talk, language)), chat) == []


@LANGUAGES
async def test_a_reply_to_another_member_is_theirs(talk: Conversation, language: str) -> None:
    chat = await plaza(talk, Speak.QUESTIONS)
    await talk.say(ANA, "Buen día", chat)
    assert await talk.say(CAL, question(talk, language), chat, reply_to=talk.telegram.sent[-1]) == []


@pytest.mark.parametrize("said", ["¿fuente?", "source?", "mais", "el gobierno nos espía", "gracias", "GDC"])
async def test_remarks_to_nobody_are_met_with_silence(talk: Conversation, said: str) -> None:
    chat = await plaza(talk, Speak.QUESTIONS)
    await asked(talk, chat)
    assert await talk.say(CAL, said, chat) == []


async def test_an_edit_of_an_overheard_question_edits_its_answer(talk: Conversation) -> None:
    chat = await plaza(talk, Speak.QUESTIONS)
    [sent] = await talk.say(ANA, question(talk), chat)
    said = talk.telegram.sent[-2]
    assert await talk.hear(talk.telegram.edits(said, question(talk, "es", "year_2024"))) == [sent]
    assert is_answer(talk, sent, "es", "year_2024")


async def test_an_edit_does_not_make_the_bot_overhear(talk: Conversation) -> None:
    chat = await plaza(talk, Speak.QUESTIONS)
    await talk.say(ANA, "Buen día", chat)
    assert await talk.hear(talk.telegram.edits(talk.telegram.sent[-1], question(talk))) == []


# Topics of a forum


@LANGUAGES
@pytest.mark.parametrize("how", ["command", "to all"])
async def test_an_overheard_question_is_answered_in_its_topic(talk: Conversation, how: str, language: str) -> None:
    forum = await plaza(talk, Speak.QUESTIONS, forum=True)
    topic = talk.telegram.topic(forum, "Preguntas")
    words = in_full(talk, language) if how == "command" else question(talk, language)
    [sent] = await talk.hear(talk.telegram.says(PEOPLE[language], forum, words, thread=topic))
    assert is_answer(talk, sent, language)
    assert sent.thread_id == topic


@LANGUAGES
@pytest.mark.parametrize("speak", [Speak.COMMANDS, Speak.QUESTIONS])
@pytest.mark.parametrize(
    ("allowed", "said_in", "replies"),
    [
        pytest.param("one", "one", 1, id="where it may"),
        pytest.param("one", "other", 0, id="where it may not"),
        pytest.param("one", "general", 0, id="in General where it may not"),
        pytest.param("general", "general", 1, id="in General where it may"),
        pytest.param("general", "one", 0, id="elsewhere than in General"),
    ],
)
async def test_the_bot_speaks_in_the_topics_that_admins_allow(
    talk: Conversation, speak: Speak, allowed: str, said_in: str, replies: int, language: str
) -> None:
    forum = await plaza(talk, speak, forum=True)
    ids = {"one": talk.telegram.topic(forum, "One"), "other": talk.telegram.topic(forum, "Other"), "general": None}
    await talk.store.chats.change(forum.id, topics=frozenset({ids[allowed] or 1}))
    update = talk.telegram.says(PEOPLE[language], forum, in_full(talk, language), thread=ids[said_in])
    assert len(await talk.hear(update)) == replies


async def test_allowed_topics_are_moot_in_a_group_that_is_no_forum_any_more(talk: Conversation) -> None:
    forum = await plaza(talk, Speak.REPLIES, forum=True)
    await talk.store.chats.change(forum.id, topics=frozenset({77}))
    forum.is_forum = False
    assert is_answer(talk, await asked(talk, forum))


async def test_a_reply_to_the_bot_in_a_topic_that_is_not_allowed_any_more_gets_silence(talk: Conversation) -> None:
    forum = await plaza(talk, Speak.REPLIES, forum=True)
    before = await asked(talk, forum)
    await talk.store.chats.change(forum.id, topics=frozenset({77}))
    assert await talk.say(CAL, "¿fuente?", forum, reply_to=before) == []


@pytest.mark.parametrize("command", ["settings", "privacy", "remove", "forget"])
async def test_people_keep_control_in_every_topic(talk: Conversation, command: str) -> None:
    forum = await plaza(talk, Speak.COMMANDS, forum=True)
    await talk.store.chats.change(forum.id, topics=frozenset({77}))
    assert len(await talk.say(ANA, f"/{command}@{BOT.username}", forum)) == 1
