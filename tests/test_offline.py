import asyncio
import json
import warnings
from collections.abc import Mapping, Sequence

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScopeAllPrivateChats,
    CopyTextButton,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Message,
    ReplyKeyboardMarkup,
    ReplyParameters,
    Update,
)
from telegram.constants import ChatAction
from telegram.error import BadRequest, Forbidden, NetworkError, RetryAfter, TimedOut
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    CommandHandler,
    ContextTypes,
    InlineQueryHandler,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.warnings import PTBUserWarning

from bot.offline import BOT, OWNER, Chat, OfflineTelegram, Person
from bot.telegram_rules import (
    Fields,
    JsonObject,
    RefusedError,
    UnsupportedCallError,
    find_entities,
    parse_html,
    url_problem,
)

ANA = Person(11, "Ana", "es", username="ana_lopez")
BRUNO = Person(12, "Bruno", "pt")
OTHER_BOT = Person(7000000002, "Other", is_bot=True, username="other_bot")
BUTTON: JsonObject = {"text": "a", "callback_data": "a"}
MORE = InlineKeyboardMarkup([[InlineKeyboardButton("More", callback_data="more")]])


@pytest.fixture
def telegram() -> OfflineTelegram:
    return OfflineTelegram()


@pytest.fixture
def bot(telegram: OfflineTelegram) -> Bot:
    return Bot("1:offline", request=telegram, get_updates_request=telegram)


@pytest.fixture
def chat(telegram: OfflineTelegram) -> Chat:
    return telegram.private(ANA)


async def raw(bot: Bot, method: str, parameters: Mapping[str, object]) -> object:
    """Call a method without the checks and defaults of the library."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", PTBUserWarning)
        return await bot.do_api_request(method, dict(parameters))


# Messages: the text.

EMPTY = "Message text is empty"
TOO_LONG = "Message is too long"


@pytest.mark.parametrize(
    ("html", "plain"),
    [
        pytest.param("Hello", "Hello", id="plain text"),
        pytest.param("a" * 4096, "a" * 4096, id="4096 characters"),
        pytest.param("😀" * 2048, "😀" * 2048, id="2048 emoji are 4096 UTF-16 units"),
        pytest.param("<b>" + "a" * 4096 + "</b>", "a" * 4096, id="tags do not count"),
        pytest.param("<i>a</i>" * 100, "a" * 100, id="100 entities"),
        pytest.param("  hello \n", "hello", id="white space around is taken off"),
    ],
)
async def test_text_is_sent(telegram: OfflineTelegram, bot: Bot, chat: Chat, html: str, plain: str) -> None:
    message = await bot.send_message(chat.id, html, parse_mode="HTML")
    assert (message.text, telegram.sent[-1].text, telegram.sent[-1].plain) == (plain, html, plain)


@pytest.mark.parametrize(
    ("html", "mode", "words"),
    [
        pytest.param("", None, EMPTY, id="nothing"),
        pytest.param("<b> </b>\n", "HTML", EMPTY, id="nothing but formatting and space"),
        pytest.param("a" * 4097, None, TOO_LONG, id="4097 characters"),
        pytest.param("😀" * 2049, None, TOO_LONG, id="2049 emoji are 4098 UTF-16 units"),
        pytest.param("<b></b>" * 5000, "HTML", "Text is too long", id="more than 32 KiB before parsing"),
        pytest.param("<i>a</i>" * 101, "HTML", "Entities_too_long", id="101 entities"),
        pytest.param("a\ud83d", None, "Strings must be encoded in utf-8", id="half an emoji"),
        pytest.param("a", "XML", "Unsupported parse_mode", id="an invented parse mode"),
    ],
)
async def test_text_is_refused(bot: Bot, chat: Chat, html: str, mode: str | None, words: str) -> None:
    with pytest.raises(BadRequest) as refused:
        await bot.send_message(chat.id, html, parse_mode=mode)
    assert refused.value.message.lower() == words.lower()


async def test_markdown_is_a_loud_failure(bot: Bot, chat: Chat) -> None:
    with pytest.raises(UnsupportedCallError, match="HTML only"):
        await bot.send_message(chat.id, "*a*", parse_mode="MarkdownV2")


# Messages: the formatting.


@pytest.mark.parametrize(
    ("html", "plain", "types"),
    [
        pytest.param("<b>a</b><strong>b</strong>", "ab", ["bold", "bold"], id="bold"),
        pytest.param("<i>a</i><em>b</em>", "ab", ["italic", "italic"], id="italic"),
        pytest.param("<u>a</u><s>b</s>", "ab", ["underline", "strikethrough"], id="underline and strike"),
        pytest.param("<tg-spoiler>a</tg-spoiler>", "a", ["spoiler"], id="spoiler"),
        pytest.param('<span class="tg-spoiler">a</span>', "a", ["spoiler"], id="spoiler as a span"),
        pytest.param("<code>a</code><pre>b</pre>", "ab", ["code", "pre"], id="code"),
        pytest.param("<blockquote>a</blockquote>", "a", ["blockquote"], id="quote"),
        pytest.param("<blockquote expandable>a</blockquote>", "a", ["expandable_blockquote"], id="long quote"),
        pytest.param('<a href="https://a.org/?b=1&amp;c=2">x</a>', "x", ["text_link"], id="link"),
        pytest.param("<a>a.org</a>", "a.org", ["text_link"], id="a link that is its own address"),
        pytest.param("<a href='tg://user?id=7'>x</a>", "x", ["text_mention"], id="a person without username"),
        pytest.param('<a href="mailto:x">x</a>', "x", [], id="a bad link is dropped, its text stays"),
        pytest.param("<b>a<i>b</i></b>", "ab", ["bold", "italic"], id="nested"),
        pytest.param("<B>a</b >", "a", ["bold"], id="capital letters and space in a tag"),
        pytest.param("<b>a</>", "a", ["bold"], id="an end tag without a name"),
        pytest.param('<tg-emoji emoji-id="5">x</tg-emoji>', "x", ["custom_emoji"], id="custom emoji"),
        pytest.param("&lt;&gt;&amp;&quot;&#33;&#x1F600;", '<>&"!😀', [], id="references"),
        pytest.param("&lt b &amp c", "< b & c", [], id="references without semicolon"),
        pytest.param("R&D &nbsp; &ltb &#0; a > b", "R&D &nbsp; &ltb &#0; a > b", [], id="what stays as it is"),
    ],
)
def test_html_is_read(html: str, plain: str, types: list[str]) -> None:
    text = parse_html(html)
    assert (text.plain, [entity["type"] for entity in text.entities]) == (plain, types)


@pytest.mark.parametrize(
    ("html", "words"),
    [
        pytest.param("<p>a</p>", 'Unsupported start tag "p" at byte offset 0', id="unknown tag"),
        pytest.param("ñ <br/>", 'Unsupported start tag "br/" at byte offset 3', id="offsets count bytes"),
        pytest.param("a < b", 'Unsupported start tag "" at byte offset 2', id="stray less-than"),
        pytest.param("a <b", "Unclosed start tag at byte offset 2", id="start tag cut off"),
        pytest.param('<a href="x', "Unclosed start tag at byte offset 0", id="attribute cut off"),
        pytest.param("<a href", 'Unclosed start tag "a" at byte offset 0', id="attribute name cut off"),
        pytest.param('<a "x">y</a>', 'Empty attribute name in the tag "a" at byte offset 0', id="no name"),
        pytest.param("<a href=x/y>z</a>", "Unexpected end of name token at byte offset 8", id="no quotes"),
        pytest.param("<b>a", 'Can\'t find end tag corresponding to start tag "b"', id="never closed"),
        pytest.param("a</b>", "Unexpected end tag at byte offset 1", id="never opened"),
        pytest.param("<b>a</b", "Unclosed end tag at byte offset 4", id="end tag cut off"),
        pytest.param(
            "<b><i>a</b></i>",
            'Unmatched end tag at byte offset 7, expected "</i>", found "</b>"',
            id="closed in the wrong order",
        ),
        pytest.param("<span>a</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0', id="span"),
        pytest.param('<tg-emoji emoji-id="x">y</tg-emoji>', "Invalid custom emoji identifier specified", id="emoji id"),
    ],
)
def test_html_is_refused(html: str, words: str) -> None:
    with pytest.raises(RefusedError) as refused:
        parse_html(html)
    assert refused.value.description == f"Bad Request: can't parse entities: {words}"


def test_half_a_character_is_refused() -> None:
    with pytest.raises(RefusedError, match="unmatched surrogate"):
        parse_html("&#xD800;")


def test_entities_count_utf16_units() -> None:
    assert parse_html("😀 <b>a</b>").entities == ({"type": "bold", "offset": 3, "length": 1},)


def test_code_in_pre_has_a_language() -> None:
    html = '<pre><code class="language-python">a</code></pre>'
    assert parse_html(html).entities == ({"type": "pre", "offset": 0, "length": 1, "language": "python"},)


async def test_trimming_moves_entities(bot: Bot, chat: Chat) -> None:
    message = await bot.send_message(chat.id, " <b> a </b> <i> </i>", parse_mode="HTML")
    assert message.text == "a"
    assert [(entity.offset, entity.length) for entity in message.entities] == [(0, 1)]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        pytest.param("/ask@offline_bot 😀 x", [("bot_command", 0, 14)], id="command"),
        pytest.param("😀 /ask", [("bot_command", 3, 4)], id="command after an emoji"),
        pytest.param("hi @offline_bot!", [("mention", 3, 10)], id="mention"),
        pytest.param("see https://a.org/x.", [("url", 4, 15)], id="address without the full stop"),
        pytest.param("see example.org", [("url", 4, 9)], id="bare address"),
        pytest.param("and/or a@b.com 1/2", [], id="nothing"),
    ],
)
def test_typed_entities_are_found(typed: str, found: list[tuple[str, int, int]]) -> None:
    entities = find_entities(typed)
    assert [(entity["type"], entity["offset"], entity["length"]) for entity in entities] == found


@pytest.mark.parametrize(
    ("url", "problem"),
    [
        pytest.param("https://example.org/a?b#c", None, id="https"),
        pytest.param("http://a.org:8080", None, id="port"),
        pytest.param("t.me/offline_bot", None, id="without scheme"),
        pytest.param("tg://resolve?domain=x", None, id="Telegram's own"),
        pytest.param("http://localhost/x", "Wrong HTTP URL", id="localhost"),
        pytest.param("https://a.org/b c", "Wrong HTTP URL", id="space"),
        pytest.param("", "Wrong HTTP URL", id="nothing"),
        pytest.param("ftp://a.org", "Unsupported URL protocol", id="ftp"),
    ],
)
def test_addresses(url: str, problem: str | None) -> None:
    assert url_problem(url) == problem


# Buttons.


def keyboard(*buttons: JsonObject, columns: int = 1) -> JsonObject:
    rows = [list(buttons[start : start + columns]) for start in range(0, len(buttons), columns)]
    decoded: JsonObject = json.loads(json.dumps({"inline_keyboard": rows}))
    return decoded


async def send_with(bot: Bot, chat: Chat, markup: JsonObject) -> None:
    await raw(bot, "sendMessage", {"chat_id": chat.id, "text": "x", "reply_markup": markup})


@pytest.mark.parametrize(
    "markup",
    [
        pytest.param(keyboard({"text": "a", "callback_data": "ñ" * 32}), id="64 bytes of data"),
        pytest.param(keyboard({"text": "a", "url": "https://a.org"}), id="link"),
        pytest.param(keyboard({"text": "a", "copy_text": {"text": "x" * 256}}), id="256 characters to copy"),
        pytest.param(keyboard({"text": "a", "switch_inline_query": ""}), id="switch to inline"),
        pytest.param(keyboard(*[BUTTON] * 96, columns=8), id="8 a row"),
        pytest.param(keyboard(*[BUTTON] * 100, columns=4), id="100 in all"),
    ],
)
async def test_buttons_are_accepted(telegram: OfflineTelegram, bot: Bot, chat: Chat, markup: JsonObject) -> None:
    await send_with(bot, chat, markup)
    assert {"inline_keyboard": telegram.sent[-1].buttons} == markup


@pytest.mark.parametrize(
    ("markup", "words"),
    [
        pytest.param(keyboard({"text": "a", "callback_data": "ñ" * 33}), "BUTTON_DATA_INVALID", id="66 bytes"),
        pytest.param(keyboard({"text": "a", "callback_data": ""}), "BUTTON_DATA_INVALID", id="empty data"),
        pytest.param(keyboard({"text": "", "callback_data": "a"}), "text must be non-empty", id="no text"),
        pytest.param(keyboard({"text": "a"}), "Text buttons are unallowed", id="no action"),
        pytest.param(
            keyboard({"text": "a", "callback_data": "a", "url": "a.org"}),
            "more than one action",
            id="two actions",
        ),
        pytest.param(
            keyboard({"text": "a", "url": "http://localhost"}),
            "button URL 'http://localhost' is invalid: Wrong HTTP URL",
            id="bad link",
        ),
        pytest.param(
            keyboard({"text": "a", "copy_text": {"text": "x" * 257}}),
            "BUTTON_COPY_TEXT_INVALID",
            id="long copy",
        ),
        pytest.param(
            keyboard(*[BUTTON] * 9, columns=9),
            "markup is too long",
            id="9 a row",
        ),
        pytest.param(keyboard(*[BUTTON] * 101), "markup is too long", id="101 buttons"),
    ],
)
async def test_buttons_are_refused(bot: Bot, chat: Chat, markup: JsonObject, words: str) -> None:
    with pytest.raises(BadRequest, match=rf"(?i){words}"):
        await send_with(bot, chat, markup)


async def test_markup_may_be_a_string(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    markup = json.dumps(keyboard({"text": "a", "callback_data": "b"}))
    await raw(bot, "sendMessage", {"chat_id": chat.id, "text": "x", "reply_markup": markup})
    assert telegram.sent[-1].labels == ["a"]


async def test_broken_markup_is_refused(bot: Bot, chat: Chat) -> None:
    with pytest.raises(BadRequest, match=r"(?i)can't parse reply_markup"):
        await raw(bot, "sendMessage", {"chat_id": chat.id, "text": "x", "reply_markup": "{"})


async def test_other_keyboards_have_no_inline_buttons(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    await bot.send_message(chat.id, "x", reply_markup=ReplyKeyboardMarkup([["a"]]))
    assert telegram.sent[-1].buttons == []


async def test_copy_button_of_the_library_is_accepted(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    button = InlineKeyboardButton("Copy", copy_text=CopyTextButton("quote"))
    await bot.send_message(chat.id, "x", reply_markup=InlineKeyboardMarkup([[button]]))
    assert telegram.sent[-1].labels == ["Copy"]


# Where a message goes.


@pytest.mark.parametrize(
    ("chat_id", "words"),
    [
        pytest.param(99, "Chat not found", id="a stranger"),
        pytest.param("@nobody_here", "Chat not found", id="an unknown username"),
        pytest.param("", "Chat_id is empty", id="nothing"),
    ],
)
async def test_unknown_chats_are_refused(bot: Bot, chat_id: int | str, words: str) -> None:
    with pytest.raises(BadRequest, match=words):
        await bot.send_message(chat_id, "x")


async def test_a_channel_has_a_name(telegram: OfflineTelegram, bot: Bot) -> None:
    telegram.channel("News", username="the_news")
    message = await bot.send_message("@the_news", "x")
    assert (message.from_user, message.chat.title) == (None, "News")


async def test_a_channel_needs_rights(telegram: OfflineTelegram, bot: Bot) -> None:
    channel = telegram.channel("News")
    telegram.adds_bot(OWNER, channel, admin=False)
    with pytest.raises(BadRequest, match="administrator rights in the channel"):
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
    with pytest.raises(BadRequest, match="private chats"):
        await bot.leave_chat(chat.id)


async def test_a_reply_needs_its_message(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    telegram.says(ANA, chat, "hi")
    asked = telegram.sent[-1]
    await bot.send_message(chat.id, "x", reply_parameters=ReplyParameters(asked.message_id))
    assert telegram.sent[-1].reply_to is asked
    asked.deleted = True
    with pytest.raises(BadRequest, match="Message to be replied not found"):
        await bot.send_message(chat.id, "x", reply_parameters=ReplyParameters(asked.message_id))
    anyway = ReplyParameters(asked.message_id, allow_sending_without_reply=True)
    await bot.send_message(chat.id, "x", reply_parameters=anyway)
    assert telegram.sent[-1].reply_to is None


@pytest.mark.parametrize(
    "thread",
    [pytest.param(1, id="General is no thread"), pytest.param(999, id="an unknown thread")],
)
async def test_threads_are_refused(telegram: OfflineTelegram, bot: Bot, thread: int) -> None:
    forum = telegram.group("Foro", forum=True)
    with pytest.raises(BadRequest, match="Message thread not found"):
        await bot.send_message(forum.id, "x", message_thread_id=thread)
    with pytest.raises(BadRequest, match="Message thread not found"):
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
    await message.edit_text(text, parse_mode="HTML", reply_markup=markup)


async def test_an_edit_that_changes_nothing(bot: Bot, chat: Chat) -> None:
    message = await bot.send_message(chat.id, "one", reply_markup=MORE)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await message.edit_text("one ", parse_mode="HTML", reply_markup=MORE)
    with pytest.raises(BadRequest, match="Message is not modified"):
        await message.edit_reply_markup(MORE)


async def test_only_own_and_living_messages_are_edited(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    telegram.says(ANA, chat, "hi")
    with pytest.raises(BadRequest, match="Message can't be edited"):
        await bot.edit_message_text("x", chat.id, telegram.sent[-1].message_id)
    message = await bot.send_message(chat.id, "one")
    await message.delete()
    with pytest.raises(BadRequest, match="Message to edit not found"):
        await message.edit_text("two")
    with pytest.raises(BadRequest, match="Message_id_invalid"):
        await bot.edit_message_text("x", inline_message_id="nothing")


async def test_deleting(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    telegram.says(ANA, chat, "hi")
    asked = telegram.sent[-1]
    await bot.delete_message(chat.id, asked.message_id)
    assert asked.deleted
    with pytest.raises(BadRequest, match="Message to delete not found"):
        await bot.delete_message(chat.id, asked.message_id)


@pytest.mark.parametrize("admin", [pytest.param(True, id="an admin may"), pytest.param(False, id="a member may not")])
async def test_deleting_what_others_wrote(telegram: OfflineTelegram, bot: Bot, *, admin: bool) -> None:
    group = telegram.group("Vecinas", bot_is_admin=admin)
    telegram.says(ANA, group, "hi")
    if admin:
        assert await bot.delete_message(group.id, telegram.sent[-1].message_id)
        return
    with pytest.raises(BadRequest, match="Message can't be deleted"):
        await bot.delete_message(group.id, telegram.sent[-1].message_id)


# Reactions and chat actions.


async def test_reactions(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    telegram.says(ANA, chat, "hi")
    asked = telegram.sent[-1]
    assert await bot.set_message_reaction(chat.id, asked.message_id, "👍")
    assert asked.reactions == ["👍"]
    for reaction, words in (("x", "Reaction_invalid"), (["👍", "👎"], "Reactions_too_many")):
        with pytest.raises(BadRequest, match=words):
            await bot.set_message_reaction(chat.id, asked.message_id, reaction)
    with pytest.raises(BadRequest, match="Message to react not found"):
        await bot.set_message_reaction(chat.id, 999, "👍")


async def test_chat_actions(bot: Bot, chat: Chat) -> None:
    assert await bot.send_chat_action(chat.id, ChatAction.TYPING)
    with pytest.raises(BadRequest, match="Wrong parameter action"):
        await bot.send_chat_action(chat.id, "dancing")


# Who is where.


async def test_members(telegram: OfflineTelegram, bot: Bot) -> None:
    group = telegram.group("Vecinas", bot_is_admin=True)
    telegram.says(ANA, group, "hi")
    telegram.says(BRUNO, group, "oi")
    group.admins.add(ANA.id)
    telegram.private(OTHER_BOT)
    people = (OWNER, ANA, BRUNO, BOT, OTHER_BOT)
    statuses = [(await bot.get_chat_member(group.id, person.id)).status for person in people]
    assert statuses == ["creator", "administrator", "member", "administrator", "left"]
    assert await bot.get_chat_member_count(group.id) == 4
    admins = await bot.get_chat_administrators(group.id)
    assert {admin.user.id for admin in admins} == {OWNER.id, ANA.id, BOT.id}
    with pytest.raises(BadRequest, match="Participant_id_invalid"):
        await bot.get_chat_member(group.id, 999)


async def test_a_private_chat_has_no_admins(bot: Bot, chat: Chat) -> None:
    with pytest.raises(BadRequest, match="no administrators"):
        await bot.get_chat_administrators(chat.id)


async def test_get_chat(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    assert (await bot.get_chat(chat.id)).first_name == "Ana"
    assert (await bot.get_chat(telegram.group("Foro", forum=True).id)).is_forum


async def test_get_me(bot: Bot) -> None:
    me = await bot.get_me()
    assert (me.username, me.can_read_all_group_messages, me.supports_guest_queries) == (
        "offline_bot",
        False,
        True,
    )


# The bot's profile.


@pytest.mark.parametrize(
    ("commands", "words"),
    [
        pytest.param([("ask", "Ask")], None, id="a command"),
        pytest.param([("a" * 32, "x" * 256)], None, id="longest command"),
        pytest.param([(f"c{number}", "x") for number in range(100)], None, id="100 commands"),
        pytest.param([(f"c{number}", "x") for number in range(101)], "Bot_commands_too_much", id="101 commands"),
        pytest.param([("a" * 33, "x")], "Command length must not exceed 32", id="33 letters"),
        pytest.param([("", "x")], "Command must be non-empty", id="no name"),
        pytest.param([("Ask", "x")], "Bot_command_invalid", id="a capital letter"),
        pytest.param([("ask", "")], "Command description must be non-empty", id="no description"),
        pytest.param([("ask", "x" * 257)], "description length must not exceed 256", id="long description"),
    ],
)
async def test_commands(bot: Bot, commands: Sequence[tuple[str, str]], words: str | None) -> None:
    call = {"commands": [{"command": name, "description": description} for name, description in commands]}
    if words is None:
        assert await raw(bot, "setMyCommands", call)
        return
    with pytest.raises(BadRequest, match=words):
        await raw(bot, "setMyCommands", call)


async def test_commands_for_some(bot: Bot) -> None:
    scope = BotCommandScopeAllPrivateChats()
    assert await bot.set_my_commands([BotCommand("ask", "Ask")], scope=scope, language_code="es")
    assert await bot.delete_my_commands(scope=scope)
    with pytest.raises(BadRequest, match=r"(?i)BotCommandScope"):
        await raw(bot, "setMyCommands", {"commands": [], "scope": {"type": "everyone"}})


@pytest.mark.parametrize(
    ("method", "call", "words"),
    [
        pytest.param("setMyName", {"name": "x" * 64}, None, id="name"),
        pytest.param("setMyName", {"name": "x" * 65}, "Name_too_long", id="long name"),
        pytest.param("setMyDescription", {"description": "x" * 512}, None, id="description"),
        pytest.param("setMyDescription", {"description": "x" * 513}, "Description_too_long", id="too long"),
        pytest.param("setMyShortDescription", {"short_description": "x" * 120}, None, id="short description"),
        pytest.param(
            "setMyShortDescription",
            {"short_description": "x" * 121},
            "Short_description_too_long",
            id="longer",
        ),
        pytest.param("setMyDescription", {"language_code": "pt"}, None, id="language"),
        pytest.param("setMyDescription", {"language_code": "pt-BR"}, "Invalid language code", id="locale"),
    ],
)
async def test_profile(bot: Bot, method: str, call: JsonObject, words: str | None) -> None:
    if words is None:
        assert await raw(bot, method, call)
        return
    with pytest.raises(BadRequest, match=words):
        await raw(bot, method, call)


# Privacy mode.


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


@pytest.mark.parametrize(
    "telegram",
    [pytest.param(OfflineTelegram(reads_everything=True), id="privacy mode off")],
)
def test_without_privacy_mode_all_is_delivered(telegram: OfflineTelegram) -> None:
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
    assert telegram.says(BRUNO, group, "oi", reply_to=telegram.sent[-1]) is None
    await bot.send_message(group.id, "x")
    spoken = telegram.from_bot[-1]
    assert telegram.says(BRUNO, group, "oi", reply_to=spoken)
    assert telegram.says(BRUNO, group, "/ask@other_bot", reply_to=spoken) is None


def test_service_messages_and_via_bot_are_delivered(telegram: OfflineTelegram) -> None:
    group = telegram.group("Vecinas")
    assert telegram.sends(ANA, group, new_chat_members=[BRUNO.as_json()])
    assert telegram.says(ANA, group, "hi", via_bot=BOT.as_json())
    assert telegram.says(ANA, group, "hi", via_bot=OTHER_BOT.as_json()) is None
    assert telegram.sends(ANA, group, sticker={"file_id": "x"}) is None


def test_captions_can_hold_commands(telegram: OfflineTelegram) -> None:
    group = telegram.group("Vecinas")
    update = telegram.sends(ANA, group, photo=[], caption="/ask@offline_bot")
    message = Fields(update or {}).inner("message") or Fields({})
    assert message.items("caption_entities")[0].text("type") == "bot_command"
    assert "text" not in message


def test_an_anonymous_admin_is_no_bot(telegram: OfflineTelegram) -> None:
    group = telegram.group("Vecinas", bot_is_admin=True)
    anonymous = Person(1087968824, "Group", is_bot=True, username="GroupAnonymousBot")
    assert telegram.says(anonymous, group, "hi", sender_chat=group.as_json())


def test_a_blocked_bot_hears_nothing(telegram: OfflineTelegram, chat: Chat) -> None:
    telegram.blocked.add(ANA.id)
    assert telegram.says(ANA, chat, "hi") is None


def test_channel_posts(telegram: OfflineTelegram) -> None:
    update = telegram.says(OWNER, telegram.channel("News"), "hi") or {}
    assert "channel_post" in update


@pytest.mark.parametrize("text", [pytest.param("", id="nothing"), pytest.param("a" * 4097, id="too much")])
def test_people_cannot_send_it(telegram: OfflineTelegram, chat: Chat, text: str) -> None:
    with pytest.raises(ValueError, match="1 to 4096"):
        telegram.says(ANA, chat, text)


def read(bot: Bot, update: JsonObject | None) -> Update:
    assert update is not None
    return Update.de_json(update, bot)


async def test_a_chain_of_replies_has_a_thread_that_is_no_topic(telegram: OfflineTelegram, bot: Bot) -> None:
    group = telegram.group("Vecinas", bot_is_admin=True)
    telegram.says(ANA, group, "one")
    first = telegram.sent[-1]
    telegram.says(BRUNO, group, "two", reply_to=first)
    message = read(bot, telegram.says(ANA, group, "three", reply_to=telegram.sent[-1])).effective_message
    assert message is not None
    assert (message.message_thread_id, message.is_topic_message) == (first.message_id, None)


async def test_a_reply_in_a_topic_stays_there(telegram: OfflineTelegram, bot: Bot) -> None:
    forum = telegram.group("Foro", forum=True, bot_is_admin=True)
    topic = telegram.topic(forum, "Privacidad", by=BRUNO)
    telegram.says(ANA, forum, "one", thread=topic)
    message = read(bot, telegram.says(BRUNO, forum, "two", reply_to=telegram.sent[-1])).effective_message
    assert message is not None
    assert (message.message_thread_id, message.is_topic_message) == (topic, True)
    assert message.reply_to_message is not None
    assert message.reply_to_message.text == "one"


async def test_people_edit(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    telegram.says(ANA, chat, "hi")
    update = read(bot, telegram.edits(telegram.sent[-1], "/ask hi"))
    assert update.edited_message is not None
    assert (update.edited_message.text, update.edited_message.edit_date is None) == ("/ask hi", False)
    telegram.sends(ANA, chat, photo=[], caption="hi")
    update = read(bot, telegram.edits(telegram.sent[-1], "bye"))
    assert update.edited_message is not None
    assert update.edited_message.caption == "bye"


async def test_adding_and_removing_the_bot(telegram: OfflineTelegram, bot: Bot) -> None:
    group = telegram.group("Vecinas", with_bot=False)
    updates = [
        telegram.adds_bot(ANA, group),
        telegram.adds_bot(ANA, group, admin=True),
        telegram.removes_bot(ANA, group),
    ]
    changes = [read(bot, update).my_chat_member for update in updates]
    statuses = [(change.old_chat_member.status, change.new_chat_member.status) for change in changes if change]
    assert statuses == [("left", "member"), ("member", "administrator"), ("administrator", "kicked")]
    with pytest.raises(ValueError, match="already"):
        telegram.removes_bot(ANA, group)


# Queries.


async def test_a_press_is_answered_once(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    await bot.send_message(chat.id, "x", reply_markup=MORE)
    query = read(bot, telegram.presses(ANA, telegram.sent[-1], "More")).callback_query
    assert query is not None
    assert query.data == "more"
    with pytest.raises(BadRequest, match=r"(?i)message_too_long"):
        await query.answer("x" * 201)
    assert await query.answer("x" * 200)
    with pytest.raises(BadRequest, match="Query is too old"):
        await query.answer()
    assert len(telegram.answers) == 3


async def test_only_real_buttons_are_pressed(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    link = InlineKeyboardButton("Open", url="https://a.org")
    await bot.send_message(chat.id, "x", reply_markup=InlineKeyboardMarkup([*MORE.inline_keyboard, [link]]))
    sent = telegram.sent[-1]
    assert telegram.presses(ANA, sent, "more")
    for label in ("Less", "Open"):
        with pytest.raises(LookupError, match=r"\['More', 'Open'\]"):
            telegram.presses(ANA, sent, label)
    sent.deleted = True
    with pytest.raises(LookupError, match="deleted"):
        telegram.presses(ANA, sent, "More")


def article(result_id: str = "a", text: str = "<b>x</b>", title: str = "Title") -> InlineQueryResultArticle:
    content = InputTextMessageContent(text, parse_mode="HTML")
    return InlineQueryResultArticle(result_id, title, content, reply_markup=MORE)


@pytest.mark.parametrize(
    ("results", "words"),
    [
        pytest.param([], None, id="nothing found"),
        pytest.param([article(str(number)) for number in range(50)], None, id="50 results"),
        pytest.param([article("a" * 64)], None, id="64 bytes of id"),
        pytest.param([article("a"), article("a")], "Result_id_duplicate", id="the same id twice"),
        pytest.param([article("")], "Result_id_empty", id="no id"),
        pytest.param([article("ñ" * 33)], "Result_id_invalid", id="66 bytes of id"),
        pytest.param([article(title="")], "Article_title_empty", id="no title"),
        pytest.param([article(text="")], EMPTY, id="no text"),
        pytest.param([article(text="<b>x")], "find end tag", id="bad formatting"),
        pytest.param([article(text="x" * 4097)], TOO_LONG, id="long text"),
    ],
)
async def test_inline_results(
    telegram: OfflineTelegram, bot: Bot, results: list[InlineQueryResultArticle], words: str | None
) -> None:
    query = read(bot, telegram.asks_inline(ANA, "treaty")).inline_query
    assert query is not None
    if words is None:
        assert await query.answer(results)
        return
    with pytest.raises(BadRequest, match=words):
        await query.answer(results)


async def test_inline_results_are_at_most_50(telegram: OfflineTelegram, bot: Bot) -> None:
    query = Fields(telegram.asks_inline(ANA, "treaty")).inner("inline_query") or Fields({})
    results = [article(str(number)).to_dict() for number in range(51)]
    with pytest.raises(BadRequest, match=r"(?i)results_too_much"):
        await raw(bot, "answerInlineQuery", {"inline_query_id": query.text("id"), "results": results})


@pytest.mark.parametrize(
    ("button", "words"),
    [
        pytest.param({"text": "Open", "start_parameter": "a_B-9"}, None, id="letters, digits, _ and -"),
        pytest.param({"text": "Open", "start_parameter": "a" * 64}, None, id="64 characters"),
        pytest.param({"text": "Open", "start_parameter": "a" * 65}, "Start_param_invalid", id="65 characters"),
        pytest.param({"text": "Open", "start_parameter": "a b"}, "Start_param_invalid", id="a space"),
        pytest.param({"text": "Open", "start_parameter": ""}, "Start_param_empty", id="empty"),
        pytest.param({"text": "Open"}, "exactly one action", id="no action"),
        pytest.param({"text": "", "start_parameter": "a"}, "text must be non-empty", id="no text"),
    ],
)
async def test_results_button(telegram: OfflineTelegram, bot: Bot, button: JsonObject, words: str | None) -> None:
    query = Fields(telegram.asks_inline(ANA, "")).inner("inline_query") or Fields({})
    call = {"inline_query_id": query.text("id"), "results": [], "button": button}
    if words is None:
        assert await raw(bot, "answerInlineQuery", call)
        return
    with pytest.raises(BadRequest, match=words):
        await raw(bot, "answerInlineQuery", call)


@pytest.mark.parametrize(
    ("result", "error"),
    [
        pytest.param({"type": "photo", "id": "a"}, UnsupportedCallError, id="a photo is a loud failure"),
        pytest.param({"type": "article", "id": "a", "title": "A"}, BadRequest, id="an article needs content"),
    ],
)
async def test_other_results(
    telegram: OfflineTelegram, bot: Bot, result: JsonObject, error: type[BaseException]
) -> None:
    query = Fields(telegram.asks_inline(ANA, "")).inner("inline_query") or Fields({})
    with pytest.raises(error):
        await raw(bot, "answerInlineQuery", {"inline_query_id": query.text("id"), "results": [result]})


async def test_a_picked_result_stands_in_the_chat(telegram: OfflineTelegram, bot: Bot) -> None:
    group = telegram.group("Vecinas")
    query = read(bot, telegram.asks_inline(ANA, "treaty")).inline_query
    assert query is not None
    await query.answer([article()], button=InlineQueryResultsButton("Open", start_parameter="a"))
    message = read(bot, telegram.picks(ANA, group, "a")).effective_message
    assert message is not None
    assert (message.text, message.via_bot and message.via_bot.id) == ("x", BOT.id)
    pressed = read(bot, telegram.presses(BRUNO, telegram.sent[-1], "More")).callback_query
    assert pressed is not None
    assert await pressed.edit_message_text("changed")
    assert telegram.sent[-1].plain == "changed"
    with pytest.raises(LookupError, match="no inline result"):
        telegram.picks(ANA, group, "b")


def test_a_long_inline_query_cannot_be_typed(telegram: OfflineTelegram) -> None:
    with pytest.raises(ValueError, match="256"):
        telegram.asks_inline(ANA, "x" * 257)


@pytest.mark.parametrize(
    ("typed", "text"),
    [
        pytest.param("what is it?", "@offline_bot what is it?", id="the mention is added"),
        pytest.param("say, @offline_bot", "say, @offline_bot", id="the mention is there"),
    ],
)
async def test_a_guest_answers_once(telegram: OfflineTelegram, bot: Bot, typed: str, text: str) -> None:
    update = read(bot, telegram.asks_as_guest(ANA, "Elsewhere", typed))
    message = update.guest_message
    assert message is not None
    assert message.text == text
    answer = await message.answer_guest_query(article())
    assert answer.inline_message_id == telegram.from_bot[-1].inline_message_id
    assert telegram.from_bot[-1].plain == "x"
    assert await bot.edit_message_text("changed", inline_message_id=answer.inline_message_id)
    with pytest.raises(BadRequest, match="Query is too old"):
        await message.answer_guest_query(article())


async def test_a_guest_cannot_write_to_the_chat(telegram: OfflineTelegram, bot: Bot) -> None:
    first = read(bot, telegram.asks_as_guest(ANA, "Elsewhere", "hi")).effective_chat
    second = read(bot, telegram.asks_as_guest(BRUNO, "Elsewhere", "oi")).effective_chat
    assert first == second
    assert first is not None
    with pytest.raises(Forbidden, match="not a member"):
        await bot.send_message(first.id, "x")


# Failures.


async def test_an_unknown_method_is_a_loud_failure(bot: Bot, chat: Chat) -> None:
    with pytest.raises(UnsupportedCallError, match="sendDice"):
        await bot.send_dice(chat.id)


async def test_a_seeded_failure_happens_once(
    telegram: OfflineTelegram, bot: Bot, chat: Chat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")
    telegram.fail_next("sendMessage", "Forbidden: user is deactivated", 403)
    telegram.fail_next("sendMessage", "Too Many Requests: retry after 7", 429, retry_after=7)
    with pytest.raises(Forbidden, match="deactivated"):
        await bot.send_message(chat.id, "x")
    with pytest.raises(RetryAfter):
        await bot.send_message(chat.id, "x")
    await bot.send_message(chat.id, "x")
    assert len(telegram.sent) == 1


@pytest.mark.parametrize(
    ("after", "error", "count"),
    [
        pytest.param(False, NetworkError, 0, id="before the call has an effect"),
        pytest.param(True, TimedOut, 1, id="after it had an effect"),
    ],
)
async def test_a_cut_connection(
    telegram: OfflineTelegram, bot: Bot, chat: Chat, *, after: bool, error: type[NetworkError], count: int
) -> None:
    telegram.cut_next("sendMessage", after=after)
    with pytest.raises(error):
        await bot.send_message(chat.id, "x")
    assert len(telegram.sent) == count


async def test_calls_are_kept(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    await bot.send_message(chat.id, "x")
    assert telegram.calls == [("sendMessage", {"chat_id": chat.id, "text": "x"})]


# Updates by polling.


async def test_updates_wait_until_they_are_confirmed(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    telegram.deliver(telegram.says(ANA, chat, "one"))
    telegram.deliver(telegram.says(ANA, chat, "two"))
    telegram.deliver(None)
    first, again = await bot.get_updates(), await bot.get_updates(limit=1)
    assert [update.update_id for update in first] == [1, 2]
    assert [update.update_id for update in again] == [1]
    assert [update.update_id for update in await bot.get_updates(offset=2)] == [2]
    assert await bot.get_updates(offset=3) == ()


async def test_a_long_poll_is_answered_at_once(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    poll = asyncio.create_task(bot.get_updates(timeout=50))
    await asyncio.sleep(0)
    telegram.deliver(telegram.says(ANA, chat, "hi"))
    assert len(await asyncio.wait_for(poll, 5)) == 1


async def test_pending_updates_can_be_dropped(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    telegram.deliver(telegram.says(ANA, chat, "hi"))
    await bot.delete_webhook()
    assert len(await bot.get_updates()) == 1
    await bot.delete_webhook(drop_pending_updates=True)
    assert await bot.get_updates() == ()


async def test_only_allowed_updates_are_kept(telegram: OfflineTelegram, bot: Bot, chat: Chat) -> None:
    await bot.get_updates(allowed_updates=["inline_query"])
    telegram.deliver(telegram.says(ANA, chat, "hi"))
    telegram.deliver(telegram.asks_inline(ANA, "hi"))
    assert [update.inline_query is not None for update in await bot.get_updates()] == [True]


# A whole application.


async def start(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    if update.effective_message:
        await update.effective_message.reply_html("<b>Hola</b>", reply_markup=MORE, do_quote=True)


async def more(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    if update.callback_query:
        await update.callback_query.answer()
        await update.callback_query.edit_message_text("More")


async def inline(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    if update.inline_query:
        await update.inline_query.answer([article()], is_personal=True)


async def guest(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
    if update.effective_message:
        await update.effective_message.answer_guest_query(article())


async def converse(telegram: OfflineTelegram, *updates: JsonObject | None, polling: bool = False) -> None:
    """Let a small bot answer these updates."""
    app = Application.builder().token("1:offline").request(telegram).get_updates_request(telegram).build()
    app.add_handler(CommandHandler("start", start, filters.UpdateType.MESSAGE))
    app.add_handler(CallbackQueryHandler(more))
    app.add_handler(InlineQueryHandler(inline))
    app.add_handler(MessageHandler(filters.UpdateType.GUEST_MESSAGE, guest))
    answered = asyncio.Semaphore(0)

    async def note(_: Update, __: ContextTypes.DEFAULT_TYPE) -> None:
        answered.release()

    app.add_handler(TypeHandler(Update, note), group=1)
    async with app:
        if not polling:
            for update in updates:
                await app.process_update(read(app.bot, update))
            return
        assert app.updater is not None
        await app.start()
        await app.updater.start_polling(poll_interval=0, allowed_updates=Update.ALL_TYPES)
        for update in updates:
            telegram.deliver(update)
        for _ in updates:
            await asyncio.wait_for(answered.acquire(), 5)
        await app.updater.stop()
        await app.stop()


@pytest.mark.parametrize("polling", [pytest.param(False, id="directly"), pytest.param(True, id="by polling")])
async def test_an_application_answers_in_private(telegram: OfflineTelegram, chat: Chat, *, polling: bool) -> None:
    await converse(telegram, telegram.says(ANA, chat, "/start"), polling=polling)
    asked, answered = telegram.sent
    assert (answered.plain, answered.text, answered.reply_to) == ("Hola", "<b>Hola</b>", asked)


@pytest.mark.parametrize("polling", [pytest.param(False, id="directly"), pytest.param(True, id="by polling")])
async def test_an_application_answers_in_a_topic(telegram: OfflineTelegram, *, polling: bool) -> None:
    forum = telegram.group("Foro", forum=True)
    topic = telegram.topic(forum, "Privacidad")
    await converse(telegram, telegram.says(ANA, forum, "/start@offline_bot", thread=topic), polling=polling)
    assert [sent.thread_id for sent in telegram.from_bot] == [topic]


async def test_an_application_answers_in_general_and_in_a_chain(telegram: OfflineTelegram) -> None:
    forum, group = telegram.group("Foro", forum=True), telegram.group("Vecinas")
    telegram.says(ANA, group, "hi")
    chained = telegram.says(ANA, group, "/start@offline_bot", reply_to=telegram.sent[-1])
    await converse(telegram, telegram.says(ANA, forum, "/start@offline_bot"), chained)
    assert [sent.thread_id for sent in telegram.from_bot] == [None, None]


async def test_an_application_answers_presses_and_queries(telegram: OfflineTelegram, chat: Chat) -> None:
    await converse(telegram, telegram.says(ANA, chat, "/start"))
    pressed = telegram.presses(ANA, telegram.from_bot[-1], "More")
    asked = telegram.asks_as_guest(ANA, "Elsewhere", "hi")
    await converse(telegram, pressed, telegram.asks_inline(ANA, "x"), asked)
    assert [sent.plain for sent in telegram.from_bot] == ["More", "x"]
    assert len(telegram.answers) == 3


async def test_a_loud_failure_is_not_swallowed_by_the_application(telegram: OfflineTelegram, chat: Chat) -> None:
    async def dice(update: Update, _: ContextTypes.DEFAULT_TYPE) -> None:
        if update.effective_message:
            await update.effective_message.reply_dice()

    app = Application.builder().token("1:offline").request(telegram).get_updates_request(telegram).build()
    app.add_handler(CommandHandler("dice", dice))
    async with app:
        with pytest.raises(UnsupportedCallError):
            await app.process_update(read(app.bot, telegram.says(ANA, chat, "/dice")))
