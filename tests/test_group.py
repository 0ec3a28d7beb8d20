"""Groups, in three languages: addressed, the bot answers; else it is silent."""

import pytest

from bot.offline import BOT, JSON, Chat, JsonObject, OfflineTelegram, Person, Sent
from bot.store import Store
from content import Knowledge
from intents import Outcome
from tests.conversation import ANA, BIA, CAL, PEOPLE, Conversation
from tests.scripted import doubtful, scripted, sure

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
ANONYMOUS = Person(1087968824, "Group", is_bot=True, username="GroupAnonymousBot")
CHANNEL = Person(136817688, "Channel", is_bot=True, username="Channel_Bot")
TELEGRAM = Person(777000, "Telegram")
OTHER_BOT = Person(77, "Other", is_bot=True, username="other_bot")
SURE = "¿me pueden espiar sin avisar?"
STICKER: JsonObject = {
    "sticker": {
        "file_id": "f",
        "file_unique_id": "u",
        "type": "regular",
        "width": 9,
        "height": 9,
        "is_animated": False,
        "is_video": False,
    }
}


def is_answer(talk: Conversation, sent: Sent, language: str = "es", entry: str = "secret_interception") -> bool:
    return sent.plain.startswith(talk.title(entry, language))


def seen_by_admin(talk: Conversation) -> Chat:
    """Make a group in which Telegram shows the bot everything."""
    return talk.telegram.group("All", bot_is_admin=True)


def written(talk: Conversation, person: Person, chat: Chat, text: str, **fields: JSON) -> JsonObject:
    """Make the update of a message with unusual fields, whether or not Telegram would show it to the bot."""
    talk.telegram.says(person, chat, text)
    sent = talk.telegram.sent[-1]
    sent.extra = fields
    return {"update_id": 1, "message": sent.as_json()}


async def answered(talk: Conversation, chat: Chat, language: str = "es") -> Sent:
    """Let somebody ask, so that there is an answer of the bot to reply to."""
    person, sample = PEOPLE[language], talk.knowledge.voices[language].samples["secret_interception"]
    return await talk.answer(person, f"/ask@{BOT.username} {sample}", chat)


# /ask


@LANGUAGES
async def test_ask_is_answered_as_a_reply(talk: Conversation, language: str) -> None:
    sent = await answered(talk, talk.telegram.group("G"), language)
    assert is_answer(talk, sent, language)
    assert sent.reply_to is talk.telegram.sent[0]


@LANGUAGES
async def test_an_answer_has_few_buttons_in_a_group(talk: Conversation, language: str) -> None:
    sent = await answered(talk, talk.telegram.group("G"), language)
    voices = talk.knowledge.voices
    others = [voice.name for code, voice in voices.items() if code != language]
    buttons = voices[language].buttons
    ratings = [buttons.helpful, buttons.not_helpful]
    assert sent.labels == [buttons.copy_quote, *others, *ratings, buttons.private_chat, buttons.remove]


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(f"/ask@offline_bot {SURE}", id="in full"),
        pytest.param(f"/ASK@Offline_Bot {SURE}", id="in capitals"),
        pytest.param(f"/ask@offline_bot\n\n{SURE}", id="on a line of its own"),
        pytest.param(f"/ask@offline_bot: {SURE}", id="with a colon"),
        pytest.param(f"/ask@offline_bot, {SURE}", id="with a comma"),
        pytest.param(f"/ask@offline_bot @maria {SURE}", id="naming somebody"),
    ],
)
async def test_ask_in_many_forms(talk: Conversation, said: str) -> None:
    assert is_answer(talk, await talk.answer(ANA, said, talk.telegram.group("G")))


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(f"/ask@other_bot {SURE}", id="to another bot"),
        pytest.param(f"/ask@offline_bots {SURE}", id="to a bot with a longer name"),
        pytest.param("/nothing@offline_bot", id="a command that there is not"),
        pytest.param("/start@other_bot", id="the start of another bot"),
        pytest.param("/language@offline_bot português", id="a command for private chats only"),
        pytest.param(f"/s/{SURE}", id="no command"),
        pytest.param(f"/ñ {SURE}", id="no command either"),
        pytest.param(f"/ {SURE}", id="a slash"),
        pytest.param(f"what about /ask@offline_bot {SURE}", id="a command in the middle"),
    ],
)
async def test_other_commands_are_not_answered(talk: Conversation, said: str) -> None:
    assert await talk.say(ANA, said, seen_by_admin(talk)) == []


async def test_a_bare_ask_is_answered_after_the_bot_spoke(talk: Conversation) -> None:
    group = talk.telegram.group("G")
    assert await talk.say(CAL, "/ask ¿quién dirige AlSur?", group) == []
    await answered(talk, group)
    sent = await talk.answer(CAL, "/ask ¿quién dirige AlSur?", group)
    assert is_answer(talk, sent, entry="who_leads_alsur")


async def test_ask_in_a_basic_group(talk: Conversation) -> None:
    assert is_answer(talk, await answered(talk, talk.telegram.group("G", basic=True)))


@LANGUAGES
async def test_ask_as_a_reply_answers_that_message(talk: Conversation, language: str) -> None:
    group, sample = talk.telegram.group("G"), talk.knowledge.voices[language].samples["secret_interception"]
    await talk.say(ANA, sample, group)
    [question] = talk.telegram.sent
    sent = await talk.answer(CAL, "/ask@offline_bot", group, reply_to=question)
    assert is_answer(talk, sent, language)
    assert sent.reply_to is question


async def test_ask_as_a_reply_reads_a_caption(talk: Conversation) -> None:
    group = talk.telegram.group("G")
    talk.telegram.sends(ANA, group, caption=SURE, photo=[])
    [photo] = talk.telegram.sent
    sent = await talk.answer(CAL, "/ask@offline_bot", group, reply_to=photo)
    assert is_answer(talk, sent)
    assert sent.reply_to is photo


async def test_ask_with_words_answers_these_and_not_the_message_replied_to(talk: Conversation) -> None:
    group = talk.telegram.group("G")
    await talk.say(ANA, "¿quién dirige AlSur?", group)
    [other] = talk.telegram.sent
    sent = await talk.answer(CAL, f"/ask@offline_bot {SURE}", group, reply_to=other)
    assert is_answer(talk, sent)
    assert sent.reply_to is talk.telegram.sent[1]


@LANGUAGES
async def test_an_empty_ask_tells_its_use(talk: Conversation, language: str) -> None:
    sent = await talk.answer(PEOPLE[language], "/ask@offline_bot", talk.telegram.group("G"))
    assert sent.plain == talk.knowledge.voices[language].ask_usage.format(bot="offline_bot")
    assert sent.reply_to is talk.telegram.sent[0]


async def test_ask_as_a_reply_to_a_sticker_tells_its_use_to_who_asks(talk: Conversation) -> None:
    group = talk.telegram.group("G")
    talk.telegram.sends(BIA, group, sticker=STICKER["sticker"])
    sent = await talk.answer(ANA, "/ask@offline_bot", group, reply_to=talk.telegram.sent[0])
    assert sent.plain == talk.knowledge.voices["es"].ask_usage.format(bot="offline_bot")
    assert sent.reply_to is talk.telegram.sent[1]


async def test_ask_as_a_reply_to_the_bot_tells_its_use(talk: Conversation) -> None:
    group = talk.telegram.group("G")
    before = await answered(talk, group)
    sent = await talk.answer(ANA, "/ask@offline_bot", group, reply_to=before)
    assert sent.plain == talk.knowledge.voices["es"].ask_usage.format(bot="offline_bot")


@LANGUAGES
async def test_a_miss_gets_one_short_line(talk: Conversation, language: str) -> None:
    sent = await talk.answer(PEOPLE[language], "/ask@offline_bot xqzv wkrj", talk.telegram.group("G"))
    assert sent.plain == talk.knowledge.voices[language].unknown_group
    assert sent.labels == []


@LANGUAGES
async def test_a_doubtful_ask_gets_suggestions(
    knowledge: Knowledge, telegram: OfflineTelegram, language: str, sqlite_store: Store
) -> None:
    talk = scripted(
        knowledge, telegram, sqlite_store, {"AlSur": doubtful("what_is_alsur", "who_leads_alsur", language=language)}
    )
    async with talk.app:
        menu = await talk.answer(ANA, "/ask@offline_bot AlSur", telegram.group("G"))
        titles = [talk.title(entry, language) for entry in ("what_is_alsur", "who_leads_alsur")]
        assert menu.plain == knowledge.voices[language].clarify
        buttons = knowledge.voices[language].buttons
        assert menu.labels == [*titles, buttons.none_of_these, buttons.remove]
        assert await talk.press(BIA, menu, titles[1]) == [menu]
        assert menu.plain.startswith(titles[1])


@pytest.mark.parametrize("said", ["<b>x</b> & </i>", "😀" * 2000, "\u202e\x00", "{0} %s", "@" * 300])
async def test_any_words_after_ask_get_one_answer(talk: Conversation, said: str) -> None:
    sent = await talk.answer(ANA, f"/ask@offline_bot {said}", talk.telegram.group("G"))
    assert said not in sent.text


# Replies to the bot


@LANGUAGES
async def test_a_sure_question_in_reply_is_answered(talk: Conversation, language: str) -> None:
    group, sample = talk.telegram.group("G"), talk.knowledge.voices[language].samples["secret_interception"]
    before = await talk.answer(ANA, "/ask@offline_bot xqzv wkrj", group)
    sent = await talk.answer(CAL, sample, group, reply_to=before)
    assert is_answer(talk, sent, language)
    assert sent.reply_to is talk.telegram.sent[-2]


@pytest.mark.parametrize(
    "said",
    [
        "gracias!",
        "muchas gracias, muy útil",
        "obrigada",
        "thanks!",
        "jajaja",
        "lol",
        "ok",
        "sí",
        "👍",
        "😂😂😂",
        "???",
        "that is not true",
        "I don't think so",
        "wow I had no idea",
        "não concordo com isso",
        "más o menos",
        "no más",
        "mais ou menos",
        "vos sos un bot?",
        "hola a todos",
        "bom dia",
        "callate bot",
        "xqzv wkrj",
        "😀" * 2000,
        "\x00\u202e",
    ],
)
async def test_a_comment_in_reply_is_met_with_silence(talk: Conversation, said: str) -> None:
    group = talk.telegram.group("G")
    before = await answered(talk, group)
    update = talk.telegram.says(CAL, group, said, reply_to=before)
    assert update is not None
    assert await talk.hear(update) == []


@pytest.mark.parametrize(
    ("outcome", "replies"),
    [
        pytest.param(sure("what_is_alsur", 92.0), 1, id="surely a question"),
        pytest.param(sure("what_is_alsur", 91.9), 0, id="not so surely"),
        pytest.param(sure("ratification_today", 100.0), 0, id="a question without an answer"),
        pytest.param(sure("thanks", 100.0), 0, id="small talk"),
        pytest.param(doubtful("what_is_alsur"), 0, id="what would need a question back"),
    ],
)
async def test_how_sure_the_bot_must_be_to_speak(
    knowledge: Knowledge, telegram: OfflineTelegram, outcome: Outcome, replies: int, sqlite_store: Store
) -> None:
    talk = scripted(knowledge, telegram, sqlite_store, {"so?": outcome})
    async with talk.app:
        before = await talk.answer(ANA, "/ask@offline_bot", telegram.group("G"))
        assert len(await talk.say(CAL, "so?", before.chat, reply_to=before)) == replies


async def test_a_sticker_in_reply_is_met_with_silence(talk: Conversation) -> None:
    group = talk.telegram.group("G")
    before = await answered(talk, group)
    update = talk.telegram.sends(CAL, group, reply_to=before, sticker=STICKER["sticker"])
    assert update is not None
    assert await talk.hear(update) == []


async def test_a_reply_that_names_somebody_else_is_not_for_the_bot(talk: Conversation) -> None:
    group = talk.telegram.group("G")
    before = await answered(talk, group)
    assert await talk.say(CAL, f"@maria {SURE}", group, reply_to=before) == []


@pytest.mark.parametrize(
    ("said", "language"),
    [("¿fuente?", "es"), ("más", "es"), ("otra cita", "es"), ("source?", "en"), ("mais", "pt"), ("em inglês?", "pt")],
)
async def test_a_follow_up_in_reply_is_answered(talk: Conversation, said: str, language: str) -> None:
    group = talk.telegram.group("G")
    before = await answered(talk, group, language)
    sent = await talk.answer(CAL, said, group, reply_to=before)
    assert sent.reply_to is talk.telegram.sent[-2]


async def test_a_follow_up_to_nobody_is_not_for_the_bot(talk: Conversation) -> None:
    group = seen_by_admin(talk)
    await answered(talk, group)
    assert await talk.say(CAL, "¿fuente?", group) == []


# Mentions, delivered where the bot is an administrator


@LANGUAGES
@pytest.mark.parametrize("form", ["@offline_bot {}", "{} @offline_bot", "@OFFLINE_BOT {}", "@offline_bot: {}"])
async def test_a_mention_is_answered(talk: Conversation, form: str, language: str) -> None:
    sample = talk.knowledge.voices[language].samples["secret_interception"]
    sent = await talk.answer(CAL, form.format(sample), seen_by_admin(talk))
    assert is_answer(talk, sent, language)


async def test_a_mention_in_a_caption_is_answered(talk: Conversation) -> None:
    update = talk.telegram.sends(ANA, seen_by_admin(talk), caption=f"@offline_bot {SURE}", photo=[])
    [sent] = await talk.hear(update)
    assert is_answer(talk, sent)


async def test_a_mention_without_a_user_name_is_answered(talk: Conversation) -> None:
    entity: JsonObject = {"type": "text_mention", "offset": 0, "length": 3, "user": BOT.as_json()}
    group = seen_by_admin(talk)
    [sent] = await talk.hear(written(talk, ANA, group, f"Bot {SURE}", entities=[entity]))
    assert is_answer(talk, sent)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param(SURE, id="a question to all"),
        pytest.param(f"@maria {SURE}", id="a question to somebody"),
        pytest.param(f"@maria @offline_bot {SURE}", id="a question to somebody and the bot"),
        pytest.param(f"@offline_bot2 {SURE}", id="a mention of a longer name"),
        pytest.param(f"mail@offline_bot.org {SURE}", id="an address"),
        pytest.param("@offline_bot", id="a mention alone"),
        pytest.param("@offline_bot gracias!", id="thanks"),
        pytest.param("@offline_bot xqzv wkrj", id="nonsense to the bot"),
    ],
)
async def test_what_is_not_surely_asked_of_the_bot_is_met_with_silence(talk: Conversation, said: str) -> None:
    update = talk.telegram.says(CAL, seen_by_admin(talk), said)
    assert update is not None
    assert await talk.hear(update) == []


async def test_a_mention_of_a_person_without_user_name_is_not_for_the_bot(talk: Conversation) -> None:
    entity: JsonObject = {"type": "text_mention", "offset": 0, "length": 3, "user": Person(8, "Eva").as_json()}
    mention: JsonObject = {"type": "mention", "offset": 4, "length": 12}
    update = written(talk, ANA, seen_by_admin(talk), f"Eva @offline_bot {SURE}", entities=[entity, mention])
    assert await talk.hear(update) == []


async def test_a_caption_with_a_command_is_read_without_it(talk: Conversation) -> None:
    update = talk.telegram.sends(ANA, seen_by_admin(talk), caption=f"/ask@offline_bot {SURE}", photo=[])
    [sent] = await talk.hear(update)
    assert is_answer(talk, sent)


async def test_unaddressed_talk_costs_no_call_and_no_memory(talk: Conversation) -> None:
    group = seen_by_admin(talk)
    calls = len(talk.telegram.calls)
    for said in (SURE, "más", "hola", "/ask@other_bot x"):
        await talk.say(ANA, said, group)
    assert len(talk.telegram.calls) == calls


# Who speaks


async def test_an_anonymous_administrator_is_answered(talk: Conversation) -> None:
    group = talk.telegram.group("G")
    update = written(talk, ANONYMOUS, group, f"/ask@offline_bot {SURE}", sender_chat=group.as_json())
    [sent] = await talk.hear(update)
    assert is_answer(talk, sent)


@pytest.mark.parametrize(
    ("person", "fields"),
    [
        pytest.param(OTHER_BOT, {}, id="a bot"),
        pytest.param(CHANNEL, {"sender_chat": {"id": -1009, "type": "channel", "title": "C"}}, id="a channel"),
        pytest.param(
            TELEGRAM,
            {"sender_chat": {"id": -1009, "type": "channel", "title": "C"}, "is_automatic_forward": True},
            id="a post of the linked channel",
        ),
        pytest.param(ANONYMOUS, {}, id="the anonymous bot without the group"),
        pytest.param(ANA, {"via_bot": OTHER_BOT.as_json()}, id="a person through a bot"),
        pytest.param(ANA, {"via_bot": BOT.as_json()}, id="a person through this bot"),
    ],
)
@pytest.mark.parametrize("form", ["/ask@offline_bot {}", "@offline_bot {}", "{}"])
async def test_who_is_no_member_is_not_answered(
    talk: Conversation, person: Person, fields: JsonObject, form: str
) -> None:
    update = written(talk, person, seen_by_admin(talk), form.format(SURE), **fields)
    assert await talk.hear(update) == []


@pytest.mark.parametrize("said", [f"/ask@offline_bot {SURE}", f"@offline_bot {SURE}"])
async def test_channel_posts_and_their_edits_are_not_answered(talk: Conversation, said: str) -> None:
    update = talk.telegram.says(ANA, talk.telegram.channel("C"), said)
    assert update is not None
    assert await talk.hear(update) == []
    assert await talk.hear(talk.telegram.edits(talk.telegram.sent[0], f"{said}!")) == []


async def test_a_result_picked_in_a_group_is_not_answered(talk: Conversation) -> None:
    await talk.hear(talk.telegram.asks_inline(ANA, "¿quién dirige AlSur?"))
    update = talk.telegram.picks(ANA, talk.telegram.group("G"), "who_leads_alsur:es")
    assert update is not None
    assert await talk.hear(update) == []


# Edits


async def test_an_edited_ask_edits_its_answer(talk: Conversation) -> None:
    sent = await talk.answer(ANA, "/ask@offline_bot ¿quién dirige AlSur?", talk.telegram.group("G"))
    [changed] = await talk.hear(talk.telegram.edits(talk.telegram.sent[0], f"/ask@offline_bot {SURE}"))
    assert changed is sent
    assert is_answer(talk, changed)


async def test_an_empty_ask_can_be_completed(talk: Conversation) -> None:
    sent = await talk.answer(ANA, "/ask@offline_bot", talk.telegram.group("G"))
    [changed] = await talk.hear(talk.telegram.edits(talk.telegram.sent[0], f"/ask@offline_bot {SURE}"))
    assert changed is sent
    assert is_answer(talk, changed)


async def test_an_edited_reply_to_the_bot_edits_its_answer(talk: Conversation) -> None:
    group = talk.telegram.group("G")
    before = await answered(talk, group)
    sent = await talk.answer(CAL, "¿quién dirige AlSur?", group, reply_to=before)
    [changed] = await talk.hear(talk.telegram.edits(talk.telegram.sent[-2], "who leads AlSur?"))
    assert changed is sent
    assert is_answer(talk, changed, "en", "who_leads_alsur")


@pytest.mark.parametrize(
    ("first", "then"),
    [
        pytest.param("gracias", SURE, id="a comment that becomes a question"),
        pytest.param(SURE, SURE, id="a question that stays the same"),
        pytest.param("otra cita", "otra cita", id="a follow-up that stays the same"),
        pytest.param(SURE, "gracias", id="a question that becomes a comment"),
    ],
)
async def test_edits_that_are_met_with_silence(talk: Conversation, first: str, then: str) -> None:
    group = talk.telegram.group("G")
    before = await answered(talk, group)
    await talk.say(CAL, first, group, reply_to=before)
    asked = next(sent for sent in talk.telegram.sent if sent.plain == first)
    assert await talk.hear(talk.telegram.edits(asked, then)) == []


async def test_an_edit_of_an_unanswered_comment_does_not_move_what_follows(talk: Conversation) -> None:
    group = talk.telegram.group("G")
    before = await answered(talk, group)
    await talk.say(CAL, "gracias", group, reply_to=before)
    await talk.hear(talk.telegram.edits(talk.telegram.sent[-1], "¿quién dirige AlSur?"))
    sent = await talk.answer(CAL, "en inglés", group, reply_to=before)
    assert is_answer(talk, sent, "en")


# Topics of forums


async def test_answers_go_to_the_topic_of_the_question(talk: Conversation) -> None:
    forum = talk.telegram.group("F", forum=True)
    topic = talk.telegram.topic(forum, "Derechos")
    [sent] = await talk.hear(talk.telegram.says(ANA, forum, f"/ask@offline_bot {SURE}", thread=topic))
    assert sent.thread_id == topic


async def test_an_empty_ask_in_a_topic_is_answered_to_who_asks(talk: Conversation) -> None:
    forum = talk.telegram.group("F", forum=True)
    topic = talk.telegram.topic(forum, "Derechos")
    [sent] = await talk.hear(talk.telegram.says(ANA, forum, "/ask@offline_bot", thread=topic))
    assert sent.plain == talk.knowledge.voices["es"].ask_usage.format(bot="offline_bot")
    assert sent.reply_to is talk.telegram.sent[-2]


async def test_answers_in_general_name_no_topic(talk: Conversation) -> None:
    forum = talk.telegram.group("F", forum=True)
    sent = await answered(talk, forum)
    assert sent.thread_id is None


async def test_a_plain_message_in_a_topic_is_not_for_the_bot(talk: Conversation) -> None:
    forum = talk.telegram.group("F", forum=True, bot_is_admin=True)
    topic = talk.telegram.topic(forum, "Derechos", by=CAL)
    assert await talk.hear(talk.telegram.says(ANA, forum, SURE, thread=topic)) == []


# Coming and going


@LANGUAGES
@pytest.mark.parametrize("admin", [False, True])
async def test_one_message_when_added(talk: Conversation, language: str, *, admin: bool) -> None:
    group = talk.telegram.group("G", with_bot=False)
    [sent] = await talk.hear(talk.telegram.adds_bot(PEOPLE[language], group, admin=admin))
    voice = talk.knowledge.voices[language]
    sees = voice.sees_all if admin else voice.sees_addressed
    assert sent.plain == f"{voice.added.format(bot='offline_bot')}\n\n{sees}"
    assert await talk.hear(talk.telegram.sends(ANA, group, new_chat_members=[BOT.as_json()])) == []


async def test_no_message_when_promoted(talk: Conversation) -> None:
    assert await talk.hear(talk.telegram.adds_bot(ANA, talk.telegram.group("G"), admin=True)) == []


async def test_no_message_when_added_to_a_channel(talk: Conversation) -> None:
    channel = talk.telegram.channel("C", bot_is_admin=False)
    assert await talk.hear(talk.telegram.adds_bot(ANA, channel, admin=True)) == []


def restricted(*, is_member: bool) -> JsonObject:
    """Make the status of a bot that may not do everything, in the group or out of it."""
    rights = ("messages", "audios", "documents", "photos", "videos", "video_notes", "voice_notes", "polls")
    others = ("send_other_messages", "add_web_page_previews", "change_info", "invite_users", "pin_messages")
    names = [*(f"can_send_{name}" for name in rights), *(f"can_{name}" for name in others)]
    more: JsonObject = {"can_manage_topics": False, "can_edit_tag": False, "can_react_to_messages": True}
    status: JsonObject = {"user": BOT.as_json(), "status": "restricted", "is_member": is_member, "until_date": 0}
    return status | more | dict.fromkeys(names, True)


def changed(chat: Chat, old: JsonObject, new: JsonObject) -> JsonObject:
    """Make the update of a change of the bot's status."""
    change: JsonObject = {"chat": chat.as_json(), "from": ANA.as_json(), "date": 0}
    return {"update_id": 1, "my_chat_member": {**change, "old_chat_member": old, "new_chat_member": new}}


MEMBER: JsonObject = {"user": BOT.as_json(), "status": "member"}
LEFT: JsonObject = {"user": BOT.as_json(), "status": "left"}


@pytest.mark.parametrize(
    ("old", "new", "greetings"),
    [
        pytest.param(LEFT, restricted(is_member=True), 1, id="added with restrictions"),
        pytest.param(MEMBER, restricted(is_member=True), 0, id="restricted"),
        pytest.param(restricted(is_member=True), MEMBER, 0, id="free again"),
        pytest.param(restricted(is_member=False), MEMBER, 1, id="back after a restriction"),
        pytest.param(MEMBER, LEFT, 0, id="gone"),
    ],
)
async def test_a_greeting_is_for_coming_in(
    talk: Conversation, old: JsonObject, new: JsonObject, greetings: int
) -> None:
    group = talk.telegram.group("G")
    assert len(await talk.hear(changed(group, old, new))) == greetings


async def test_a_group_that_it_left_is_forgotten(talk: Conversation) -> None:
    group = talk.telegram.group("G")
    before = await answered(talk, group)
    assert await talk.hear(talk.telegram.removes_bot(ANA, group)) == []
    await talk.hear(talk.telegram.adds_bot(ANA, group))
    assert await talk.say(ANA, "¿fuente?", group, reply_to=before) == []


@pytest.mark.parametrize("field", ["migrate_to_chat_id", "migrate_from_chat_id"])
async def test_a_group_that_became_a_supergroup_is_served_on(talk: Conversation, field: str) -> None:
    group = talk.telegram.group("G", basic=True)
    talk.telegram.sends(ANA, group)
    talk.telegram.sent[-1].extra = {field: -1009}
    assert await talk.hear({"update_id": 1, "message": talk.telegram.sent[-1].as_json()}) == []
    assert is_answer(talk, await answered(talk, group))


@pytest.mark.parametrize(
    "service",
    [
        pytest.param({"left_chat_member": ANA.as_json()}, id="somebody left"),
        pytest.param({"new_chat_members": [ANA.as_json()]}, id="somebody came"),
        pytest.param({"new_chat_title": f"@offline_bot {SURE}"}, id="a new title"),
    ],
)
async def test_service_messages_are_ignored(talk: Conversation, service: JsonObject) -> None:
    talk.telegram.sends(ANA, talk.telegram.group("G"))
    talk.telegram.sent[-1].extra = service
    assert await talk.hear({"update_id": 1, "message": talk.telegram.sent[-1].as_json()}) == []


# Guest mode: groups that the bot never joined


@LANGUAGES
async def test_a_guest_question_is_answered_by_one_article(talk: Conversation, language: str) -> None:
    sample = talk.knowledge.voices[language].samples["secret_interception"]
    [sent] = await talk.hear(talk.telegram.asks_as_guest(PEOPLE[language], "Elsewhere", sample))
    assert is_answer(talk, sent, language)
    assert len(talk.telegram.answers) == 1


@LANGUAGES
@pytest.mark.parametrize("said", ["xqzv wkrj", "@offline_bot", "😀 & <>"])
async def test_a_guest_question_without_an_answer_gets_one_line(talk: Conversation, said: str, language: str) -> None:
    [sent] = await talk.hear(talk.telegram.asks_as_guest(PEOPLE[language], "Elsewhere", said))
    assert sent.plain == talk.knowledge.voices[language].unknown_group


@LANGUAGES
async def test_a_doubtful_guest_question_gets_links_to_choose_from(
    knowledge: Knowledge, telegram: OfflineTelegram, language: str, sqlite_store: Store
) -> None:
    talk = scripted(knowledge, telegram, sqlite_store, {"AlSur": doubtful("what_is_alsur", language=language)})
    async with talk.app:
        [sent] = await talk.hear(telegram.asks_as_guest(ANA, "Elsewhere", "AlSur"))
    assert sent.plain == f"{knowledge.voices[language].clarify}\n\n{talk.title('what_is_alsur', language)}"
    assert f"https://t.me/offline_bot?start=a_what_is_alsur_{language}" in sent.text


@pytest.mark.parametrize("field", ["text", "caption"])
async def test_an_empty_guest_question_asks_what_it_replies_to(talk: Conversation, field: str) -> None:
    update = talk.telegram.asks_as_guest(ANA, "Elsewhere", "@offline_bot")
    message = update["guest_message"]
    assert isinstance(message, dict)
    message["reply_to_message"] = {"message_id": 1, "date": 0, "chat": message["chat"], field: SURE}
    [sent] = await talk.hear(update)
    assert is_answer(talk, sent)


async def test_a_guest_question_of_a_bot_is_not_answered(talk: Conversation) -> None:
    update = talk.telegram.asks_as_guest(OTHER_BOT, "Elsewhere", SURE)
    assert await talk.hear(update) == []
    assert talk.telegram.answers == []


async def test_a_guest_question_that_expired_is_let_go(talk: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    talk.telegram.fail_next("answerGuestQuery", "Bad Request: query is too old and response timeout expired", 400)
    assert await talk.hear(talk.telegram.asks_as_guest(ANA, "Elsewhere", SURE)) == []
    assert caplog.records == []


@pytest.mark.parametrize(
    ("said", "replies"),
    [
        pytest.param("quién dirige AlSur", 1, id="a question word in Spanish"),
        pytest.param("e quem manda na AlSur", 1, id="a question word in Portuguese"),
        pytest.param("who leads AlSur", 1, id="a question word in English"),
        pytest.param("AlSur la dirige quién?", 1, id="a question mark"),
        pytest.param("el gobierno nos espía a todos", 0, id="a comment in Spanish"),
        pytest.param("o governo espiona todo mundo", 0, id="a comment in Portuguese"),
        pytest.param("the government spies on all of us", 0, id="a comment in English"),
        pytest.param("no estoy de acuerdo", 0, id="dissent"),
    ],
)
async def test_a_reply_to_the_bot_is_answered_if_it_asks(talk: Conversation, said: str, replies: int) -> None:
    group = talk.telegram.group("G")
    before = await talk.answer(ANA, "/ask@offline_bot", group)
    assert len(await talk.say(ANA, said, group, reply_to=before)) == replies


async def test_inline_results_are_in_the_language_that_a_person_chose(talk: Conversation) -> None:
    await talk.say(ANA, "/language português")
    await talk.hear(talk.telegram.asks_inline(ANA, ""))
    [*_, answer] = talk.telegram.answers
    assert talk.knowledge.voices["pt"].topics["gender"] in str(answer["results"])
