"""The texts that Telegram accepts, and its HTML."""

import pytest
from telegram import Bot

from bot.offline import Chat, OfflineTelegram, RefusedError, UnsupportedCallError
from bot.offline.html import parse_html
from bot.offline.text import find_entities, url_problem
from tests.bot_api import refused

EMPTY = "message text is empty"
TOO_LONG = "message is too long"


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
        pytest.param("<b></b>" * 5000, "HTML", "text is too long", id="more than 32 KiB before parsing"),
        pytest.param("<i>a</i>" * 101, "HTML", "ENTITIES_TOO_LONG", id="101 entities"),
        pytest.param("a\ud83d", None, "strings must be encoded in UTF-8", id="half an emoji"),
        pytest.param("a", "XML", "unsupported parse_mode", id="an invented parse mode"),
    ],
)
async def test_text_is_refused(bot: Bot, chat: Chat, html: str, mode: str | None, words: str) -> None:
    with refused(f"^{words}$"):
        await bot.send_message(chat.id, html, parse_mode=mode)


async def test_markdown_is_a_loud_failure(bot: Bot, chat: Chat) -> None:
    with pytest.raises(UnsupportedCallError, match="HTML only"):
        await bot.send_message(chat.id, "*a*", parse_mode="MarkdownV2")


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
    with pytest.raises(RefusedError) as error:
        parse_html(html)
    assert error.value.description == f"Bad Request: can't parse entities: {words}"


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
        pytest.param("/ask@offline_bot 😀 x", [("bot_command", 0, 16)], id="command"),
        pytest.param("😀 /ask", [("bot_command", 3, 4)], id="command after an emoji"),
        pytest.param("hi @offline_bot!", [("mention", 3, 12)], id="mention"),
        pytest.param("see https://a.org/x.", [("url", 4, 15)], id="address without the full stop"),
        pytest.param("see example.org", [("url", 4, 11)], id="bare address"),
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
