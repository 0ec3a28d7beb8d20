"""The discussion group of a channel: comments are answered in their thread, and nothing answers itself."""

import pytest

from bot.offline import BOT, Chat, Sent
from bot.preferences import Speak
from tests.conversation import ANA, CAL, PEOPLE, Conversation
from tests.members import in_full, is_answer, question

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])


async def discussed(talk: Conversation, speak: Speak = Speak.REPLIES) -> tuple[Chat, Chat]:
    """Make a channel and the group that it is discussed in, where the bot reads everything."""
    group = talk.telegram.group("Comments", bot_is_admin=True)
    await talk.store.chats.change(group.id, speak=speak)
    return talk.telegram.channel("News", discussed_in=group), group


async def posted(talk: Conversation, channel: Chat, text: str, *, by_bot: bool = False) -> Sent:
    """Post something; return its forward in the group, once the bot has heard of both, and kept silent."""
    if by_bot:
        await talk.app.bot.send_message(channel.id, text)
    else:
        assert await talk.hear(talk.telegram.says(ANA, channel, text)) == []
    post = next(sent for sent in reversed(talk.telegram.sent) if sent.chat is channel)
    for update in talk.telegram.consequences():
        assert await talk.hear(update) == []
    return talk.telegram.forward_of(post)


@LANGUAGES
@pytest.mark.parametrize("speak", list(Speak))
@pytest.mark.parametrize("by_bot", [False, True])
@pytest.mark.parametrize("form", ["{}", "@offline_bot {}", "/ask@offline_bot {}"])
async def test_a_post_is_not_answered_whoever_wrote_it(
    talk: Conversation, speak: Speak, form: str, language: str, *, by_bot: bool
) -> None:
    channel, group = await discussed(talk, speak)
    await posted(talk, channel, form.format(question(talk, language)), by_bot=by_bot)
    assert [sent for sent in talk.telegram.from_bot if sent.chat is group] == []


@LANGUAGES
@pytest.mark.parametrize("speak", list(Speak))
async def test_a_comment_is_answered_in_its_thread(talk: Conversation, speak: Speak, language: str) -> None:
    channel, group = await discussed(talk, speak)
    post = await posted(talk, channel, "Hoy")
    sent = await talk.answer(PEOPLE[language], in_full(talk, language), group, reply_to=post)
    assert is_answer(talk, sent, language)
    assert sent.reply_to is talk.telegram.sent[-2]
    assert sent.root is post


@LANGUAGES
@pytest.mark.parametrize("by_bot", [False, True])
async def test_a_comment_that_asks_nobody_is_answered_where_admins_want_that(
    talk: Conversation, language: str, *, by_bot: bool
) -> None:
    channel, group = await discussed(talk, Speak.QUESTIONS)
    post = await posted(talk, channel, "Hoy", by_bot=by_bot)
    sent = await talk.answer(PEOPLE[language], question(talk, language), group, reply_to=post)
    assert is_answer(talk, sent, language)
    assert sent.root is post


@pytest.mark.parametrize("by_bot", [False, True])
async def test_a_comment_that_asks_nobody_is_not_for_the_bot(talk: Conversation, *, by_bot: bool) -> None:
    channel, group = await discussed(talk)
    post = await posted(talk, channel, "Hoy", by_bot=by_bot)
    assert await talk.say(ANA, question(talk), group, reply_to=post) == []


async def test_a_comment_on_a_comment_is_that_members(talk: Conversation) -> None:
    channel, group = await discussed(talk, Speak.QUESTIONS)
    post = await posted(talk, channel, "Hoy")
    await talk.say(CAL, "Good morning", group, reply_to=post)
    assert await talk.say(ANA, question(talk), group, reply_to=talk.telegram.sent[-1]) == []


@LANGUAGES
async def test_an_empty_ask_below_a_post_is_no_question_about_the_post(talk: Conversation, language: str) -> None:
    channel, group = await discussed(talk)
    post = await posted(talk, channel, question(talk, language))
    sent = await talk.answer(PEOPLE[language], f"/ask@{BOT.username}", group, reply_to=post)
    assert sent.plain == talk.knowledge.voices[language].ask_usage.format(bot=BOT.username)


async def test_an_empty_ask_on_a_comment_answers_the_comment(talk: Conversation) -> None:
    channel, group = await discussed(talk)
    post = await posted(talk, channel, "Hoy")
    talk.telegram.says(CAL, group, question(talk), reply_to=post)
    comment = talk.telegram.sent[-1]
    sent = await talk.answer(ANA, f"/ask@{BOT.username}", group, reply_to=comment)
    assert is_answer(talk, sent)
    assert (sent.reply_to, sent.root) == (comment, post)


@pytest.mark.parametrize("said", ["{}", "/ask@offline_bot {}"])
async def test_a_channel_that_comments_is_not_answered(talk: Conversation, said: str) -> None:
    channel, group = await discussed(talk, Speak.QUESTIONS)
    post = await posted(talk, channel, "Hoy")
    words = said.format(question(talk))
    update = talk.telegram.says(ANA, group, words, reply_to=post, sender_chat=channel.as_json())
    assert update is not None
    assert await talk.hear(update) == []


async def test_a_follow_up_to_an_answer_stays_in_the_thread(talk: Conversation) -> None:
    channel, group = await discussed(talk)
    post = await posted(talk, channel, "Hoy")
    before = await talk.answer(ANA, in_full(talk), group, reply_to=post)
    sent = await talk.answer(CAL, "en inglés", group, reply_to=before)
    assert is_answer(talk, sent, "en")
    assert sent.root is post


async def test_the_bots_own_answer_posted_in_the_channel_causes_nothing(talk: Conversation) -> None:
    channel, group = await discussed(talk, Speak.QUESTIONS)
    [answer] = await talk.say(ANA, question(talk))
    await posted(talk, channel, answer.text, by_bot=True)
    assert [sent for sent in talk.telegram.from_bot if sent.chat is group] == []
