"""What Telegram accepts and what it refuses in a message, a keyboard, an inline answer or a command list.

Pure rules without any state: each function takes what a bot sent, and returns it as Telegram would keep it
or raises `RefusedError` in Telegram's own words. `bot.offline` adds the chats, the people and the transport.
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"
JsonObject: TypeAlias = dict[str, JSON]
Rows: TypeAlias = list[list[JsonObject]]

_ACTIONS = {
    "url",
    "callback_data",
    "web_app",
    "login_url",
    "switch_inline_query",
    "switch_inline_query_current_chat",
    "switch_inline_query_chosen_chat",
    "copy_text",
    "callback_game",
    "pay",
}
_STYLES = {
    **dict.fromkeys(("b", "strong"), "bold"),
    **dict.fromkeys(("i", "em"), "italic"),
    **dict.fromkeys(("u", "ins"), "underline"),
    **dict.fromkeys(("s", "strike", "del"), "strikethrough"),
    **dict.fromkeys(("tg-spoiler", "span"), "spoiler"),
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_SCOPES = {
    "default",
    "all_private_chats",
    "all_group_chats",
    "all_chat_administrators",
    "chat",
    "chat_administrators",
    "chat_member",
}
_NAMED = {"lt": "<", "gt": ">", "amp": "&", "quot": '"'}
_REFERENCE = re.compile(r"&(?:#x(?P<hex>[0-9a-fA-F]{1,6})|#(?P<dec>[0-9]{1,7})|(?P<name>[a-zA-Z]+));?")
_ATTRIBUTE = re.compile(r"\s*(?P<name>[^\s=>/\"']*)\s*(?P<equals>=?)\s*")
_VALUE = re.compile(r"\"(?P<double>[^\"]*)\"|'(?P<single>[^']*)'|(?P<token>[A-Za-z0-9.-]*)(?=[\s>])")
_HOST = re.compile(r"(?:[\w-]+\.)+[\w-]+(?::\d{1,5})?")
_FOUND = re.compile(
    r"(?P<url>https?://\S+|(?<![\w@./])(?:[\w-]+\.)+(?:com|org|net|info|lat|me|ar|br|cl|co|mx|pe)\b(?:/\S*)?)"
    r"|(?P<bot_command>(?<![\w/@.])/[A-Za-z0-9_]{1,64}(?:@[A-Za-z0-9_]{3,32})?(?![\w/@]))"
    r"|(?P<mention>(?<![\w/@])@[A-Za-z][A-Za-z0-9_]{3,31}(?![\w@]))"
)


class RefusedError(Exception):
    """A call that Telegram answers with an error: the code, the words and, for 429, when to come back."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def as_json(self) -> JsonObject:
        """Return the error object that the Bot API answers."""
        answer: JsonObject = {"ok": False, "error_code": self.code, "description": self.description}
        if self.retry_after is not None:
            answer["parameters"] = {"retry_after": self.retry_after}
        return answer


class UnsupportedCallError(BaseException):
    """A call that the offline Telegram cannot imitate.

    It is no `Exception` on purpose: python-telegram-bot would turn that into a `NetworkError` and a bot that
    tolerates network errors would hide it.
    """


def bad_request(words: str) -> RefusedError:
    """Make the error 400 with these words."""
    return RefusedError(400, f"Bad Request: {words}")


def forbidden(words: str) -> RefusedError:
    """Make the error 403 with these words."""
    return RefusedError(403, f"Forbidden: {words}")


class Fields:
    """Typed reading of the parameters of a call, or of an object inside them; JSON in strings is decoded."""

    def __init__(self, values: JsonObject) -> None:
        self.values = values

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(self, name: str) -> str:
        """Return a string, empty where it is missing."""
        value = self.values.get(name)
        found = "" if value is None else value if isinstance(value, str) else json.dumps(value)
        if any("\ud800" <= character <= "\udfff" for character in found):
            raise bad_request("strings must be encoded in UTF-8")
        return found

    def number(self, name: str) -> int | None:
        """Return a whole number, None where it is missing or no number."""
        value = self.values.get(name)
        if isinstance(value, int | float):
            return int(value)
        return int(value) if isinstance(value, str) and re.fullmatch(r"-?\d+", value) else None

    def flag(self, name: str) -> bool:
        """Return whether a switch is on."""
        return self.values.get(name) in (True, "true", "True", 1)

    def inner(self, name: str) -> "Fields | None":
        """Return an object, None where it is missing."""
        value = self._decoded(name)
        return Fields(value) if isinstance(value, dict) else None

    def items(self, name: str) -> list["Fields"]:
        """Return the objects of a list."""
        return _objects(self._decoded(name))

    def rows(self, name: str) -> list[list["Fields"]]:
        """Return the objects of a list of lists."""
        value = self._decoded(name)
        return [_objects(row) for row in value] if isinstance(value, list) else []

    def _decoded(self, name: str) -> JSON:
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            decoded: JSON = json.loads(value)
        except ValueError as error:
            raise bad_request(f"can't parse {name}: expected a JSON object") from error
        return decoded


def _objects(value: JSON) -> list[Fields]:
    return [Fields(item) for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def units(text: str) -> int:
    """Return the length in UTF-16 code units, in which Telegram counts."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@dataclass(frozen=True)
class FormattedText:
    """What a person sees, and which parts of it are bold, a link and so on."""

    plain: str
    entities: tuple[JsonObject, ...] = ()

    def trimmed(self) -> "FormattedText":
        """Return it without white space around, as Telegram shows it."""
        start = units(self.plain) - units(self.plain.lstrip())
        plain = self.plain.strip()
        kept = (_clipped(entity, start, start + units(plain)) for entity in self.entities)
        return FormattedText(plain, tuple(entity for entity in kept if entity))


def _clipped(entity: JsonObject, start: int, end: int) -> JsonObject:
    fields = Fields(entity)
    offset, length = fields.number("offset") or 0, fields.number("length") or 0
    first, last = max(offset, start), min(offset + length, end)
    return {**entity, "offset": first - start, "length": last - first} if first < last else {}


def find_entities(text: str) -> tuple[JsonObject, ...]:
    """Find the commands, mentions and addresses that Telegram marks in what a person types."""
    found: list[JsonObject] = []
    for match in _FOUND.finditer(text):
        shown = match[0].rstrip(".,;:!?)\"'") if match.lastgroup == "url" else match[0]
        offset = units(text[: match.start()])
        found.append({"type": match.lastgroup, "offset": offset, "length": units(shown)})
    return tuple(found)


def parse_html(source: str) -> FormattedText:
    """Read Telegram's HTML; a tag that it does not know or that is not closed is refused."""
    return _HtmlParser(source).parse()


@dataclass(frozen=True)
class _OpenTag:
    name: str
    argument: str
    offset: int
    position: int


class _HtmlParser:
    def __init__(self, source: str) -> None:
        self._source = source
        self._at = 0
        self._plain = ""
        self._open: list[_OpenTag] = []
        self._entities: list[JsonObject] = []

    def parse(self) -> FormattedText:
        while self._at < len(self._source):
            if self._source.startswith("</", self._at):
                self._close_tag()
            elif self._source[self._at] == "<":
                self._open_tag()
            else:
                self._read_text()
        if self._open:
            raise _unparsable(f'Can\'t find end tag corresponding to start tag "{self._open[-1].name}"')
        return FormattedText(self._plain, tuple(sorted(map(_without_code_language, self._entities), key=_order)))

    def _read_text(self) -> None:
        end = self._source.find("<", self._at)
        end = len(self._source) if end < 0 else end
        self._plain += _unescaped(self._source[self._at : end])
        self._at = end

    def _open_tag(self) -> None:
        begin = self._at
        name = self._name_after(begin + 1)
        if self._at == len(self._source):
            raise self._problem("Unclosed start tag", begin)
        if name not in _STYLES:
            raise self._problem(f'Unsupported start tag "{name}"', begin)
        argument = _argument(name, self._attributes(name, begin))
        if name == "span" and argument != "tg-spoiler":
            raise self._problem('Tag "span" must have class "tg-spoiler"', begin)
        self._open.append(_OpenTag(name, argument, units(self._plain), len(self._plain)))

    def _attributes(self, tag: str, begin: int) -> dict[str, str]:
        found: dict[str, str] = {}
        while not (end := re.compile(r"\s*>").match(self._source, self._at)):
            match = _ATTRIBUTE.match(self._source, self._at)
            if not match or match.end() == len(self._source):
                raise self._problem(f'Unclosed start tag "{tag}"', begin)
            if not match["name"]:
                raise self._problem(f'Empty attribute name in the tag "{tag}"', begin)
            self._at = match.end()
            found[match["name"].lower()] = self._value(begin) if match["equals"] else ""
        self._at = end.end()
        return found

    def _value(self, begin: int) -> str:
        match = _VALUE.match(self._source, self._at)
        if not match and self._source[self._at] in "\"'":
            raise self._problem("Unclosed start tag", begin)
        if not match:
            raise self._problem("Unexpected end of name token", self._at)
        self._at = match.end()
        token: str | None = match["token"]
        return token.lower() if token is not None else _unescaped(match["double"] or match["single"] or "")

    def _close_tag(self) -> None:
        begin = self._at
        if not self._open:
            raise self._problem("Unexpected end tag", begin)
        name = self._name_after(begin + 2)
        end = re.compile(r"\s*>").match(self._source, self._at)
        if not end:
            raise self._problem("Unclosed end tag", begin)
        self._at = end.end()
        tag = self._open.pop()
        if name not in ("", tag.name):
            place = f"at byte offset {self._bytes_before(begin)}"
            raise _unparsable(f'Unmatched end tag {place}, expected "</{tag.name}>", found "</{name}>"')
        self._add_entity(tag)

    def _add_entity(self, tag: _OpenTag) -> None:
        length = units(self._plain) - tag.offset
        entity: JsonObject = {"type": _STYLES[tag.name], "offset": tag.offset, "length": length}
        if tag.name == "a":
            entity = _link(entity, tag.argument or self._plain[tag.position :])
        elif tag.name == "blockquote" and tag.argument:
            entity["type"] = "expandable_blockquote"
        elif tag.name == "tg-emoji":
            entity["custom_emoji_id"] = _emoji_id(tag.argument)
        elif tag.name == "code":
            entity["language"] = tag.argument
        elif tag.name == "pre" and self._entities and self._entities[-1].get("language"):
            entity = self._entities.pop() | entity
        if length and entity:
            self._entities.append(entity)

    def _name_after(self, start: int) -> str:
        match = re.compile(r"[^\s>]*").match(self._source, start)
        name = match[0] if match else ""
        self._at = start + len(name)
        return name.lower()

    def _bytes_before(self, position: int) -> int:
        return len(self._source[:position].encode())

    def _problem(self, words: str, position: int) -> RefusedError:
        return _unparsable(f"{words} at byte offset {self._bytes_before(position)}")


def _unparsable(words: str) -> RefusedError:
    return bad_request(f"can't parse entities: {words}")


def _order(entity: JsonObject) -> tuple[int, int]:
    fields = Fields(entity)
    return fields.number("offset") or 0, -(fields.number("length") or 0)


def _without_code_language(entity: JsonObject) -> JsonObject:
    return {key: value for key, value in entity.items() if key != "language" or entity["type"] == "pre"}


def _argument(tag: str, attributes: dict[str, str]) -> str:
    match tag:
        case "a":
            return attributes.get("href", "")
        case "code":
            value = attributes.get("class", "")
            return value.removeprefix("language-") if value.startswith("language-") else ""
        case "span":
            return attributes.get("class", "")
        case "tg-emoji":
            return attributes.get("emoji-id", "")
        case "blockquote" if "expandable" in attributes:
            return "expandable"
    return ""


def _emoji_id(argument: str) -> str:
    if not re.fullmatch(r"[1-9]\d{0,18}", argument):
        raise _unparsable("Invalid custom emoji identifier specified")
    return argument


def _link(entity: JsonObject, url: str) -> JsonObject:
    person = re.fullmatch(r"tg://user\?id=(\d+)", url)
    if person:
        user: JsonObject = {"id": int(person[1]), "is_bot": False, "first_name": "?"}
        return {**entity, "type": "text_mention", "user": user}
    return {} if url_problem(url) else {**entity, "url": url}


def _unescaped(text: str) -> str:
    return _REFERENCE.sub(_character, text)


def _character(match: re.Match[str]) -> str:
    if match["name"]:
        return _NAMED.get(match["name"], match[0])
    code = int(match["hex"], 16) if match["hex"] else int(match["dec"])
    if 0xD800 <= code <= 0xDFFF:
        raise _unparsable(
            "Text contains invalid Unicode characters after decoding HTML entities, "
            "check for unmatched surrogate code units"
        )
    return chr(code) if 0 < code < 0x10FFFF else match[0]


def url_problem(url: str) -> str | None:
    """Return why Telegram refuses an address, None where it accepts it."""
    scheme, separator, rest = url.partition("://")
    scheme, rest = (scheme.lower(), rest) if separator else ("http", url)
    if scheme not in {"http", "https", "tg", "ton"}:
        return "Unsupported URL protocol"
    host = re.split(r"[/?#]", rest, maxsplit=1)[0]
    if scheme in {"http", "https"} and not _HOST.fullmatch(host):
        return "Wrong HTTP URL"
    return "Wrong HTTP URL" if not rest or re.search(r"\s", url) else None


def read_text(source: Fields, name: str = "text") -> FormattedText:
    """Read the text of a message: 1 to 4096 UTF-16 units after the formatting is taken out."""
    raw = source.text(name)
    if len(raw.encode()) > 1 << 15:
        raise bad_request("text is too long")
    text = _formatted(source, raw).trimmed()
    if not text.plain:
        raise bad_request("message text is empty")
    if units(text.plain) > 4096:
        raise bad_request("message is too long")
    if len(text.entities) > 100:
        raise bad_request("ENTITIES_TOO_LONG")
    return text


def _formatted(source: Fields, raw: str) -> FormattedText:
    mode = source.text("parse_mode").lower()
    if mode == "html":
        return parse_html(raw)
    if mode in {"markdown", "markdownv2"}:
        raise UnsupportedCallError(f"parse_mode {mode}: the offline Telegram reads HTML only")
    if mode:
        raise bad_request("unsupported parse_mode")
    return FormattedText(raw, tuple(entity.values for entity in source.items("entities")))


def read_keyboard(markup: Fields | None) -> Rows:
    """Read the inline buttons: at most 100, at most 8 a row; other kinds of keyboard have none."""
    if markup is None:
        return []
    rows = [[_checked_button(button) for button in row] for row in markup.rows("inline_keyboard")]
    if sum(map(len, rows)) > 100 or any(len(row) > 8 for row in rows):
        raise bad_request("reply markup is too long")
    return [row for row in rows if row]


def _checked_button(button: Fields) -> JsonObject:
    if not button.text("text"):
        raise bad_request("inline keyboard button text must be non-empty")
    actions = [name for name in button.values if name in _ACTIONS]
    if not actions:
        raise bad_request("can't parse inline keyboard button: Text buttons are unallowed in the inline keyboard")
    if len(actions) > 1:
        raise bad_request(f"can't parse inline keyboard button: more than one action: {', '.join(actions)}")
    _check_action(actions[0], button)
    return button.values


def _check_action(action: str, button: Fields) -> None:
    if action == "callback_data" and not 1 <= len(button.text(action).encode()) <= 64:
        raise bad_request("BUTTON_DATA_INVALID")
    if action == "url" and (problem := url_problem(button.text(action))):
        raise bad_request(f"inline keyboard button URL '{button.text(action)}' is invalid: {problem}")
    if action == "copy_text":
        copied = button.inner(action)
        if copied is None or not 1 <= units(copied.text("text")) <= 256:
            raise bad_request("BUTTON_COPY_TEXT_INVALID")


@dataclass(frozen=True)
class Article:
    """An inline result as it would look once sent."""

    source: str
    text: FormattedText
    rows: Rows


def read_articles(results: Sequence[Fields]) -> list[Article]:
    """Read the results of an inline answer: at most 50, each with an id of its own."""
    if len(results) > 50:
        raise bad_request("RESULTS_TOO_MUCH")
    articles = [read_article(result) for result in results]
    if len({result.text("id") for result in results}) < len(results):
        raise bad_request("RESULT_ID_DUPLICATE")
    return articles


def read_article(result: Fields) -> Article:
    """Read one inline result; only articles are imitated."""
    if result.text("type") != "article":
        raise UnsupportedCallError(f"inline result of type {result.text('type')!r}")
    if not 1 <= len(result.text("id").encode()) <= 64:
        raise bad_request("RESULT_ID_INVALID" if result.text("id") else "RESULT_ID_EMPTY")
    if not result.text("title"):
        raise bad_request("ARTICLE_TITLE_EMPTY")
    content = result.inner("input_message_content")
    if content is None:
        raise bad_request("can't parse inline query result: message content must be specified")
    text = read_text(content, "message_text")
    return Article(content.text("message_text"), text, read_keyboard(result.inner("reply_markup")))


def check_results_button(button: Fields | None) -> None:
    """Check the button above the results of an inline answer."""
    if button is None:
        return
    if not button.text("text"):
        raise bad_request("can't parse inline query results button: button text must be non-empty")
    if ("start_parameter" in button) == ("web_app" in button):
        raise bad_request("can't parse inline query results button: exactly one action is needed")
    start = button.text("start_parameter")
    if "web_app" not in button and not re.fullmatch(r"[A-Za-z0-9_-]{1,64}", start):
        raise bad_request("START_PARAM_INVALID" if start else "START_PARAM_EMPTY")


def check_commands(call: Fields) -> None:
    """Check a command menu: names, descriptions, how many, for whom and in which language."""
    commands = call.items("commands")
    if len(commands) > 100:
        raise bad_request("BOT_COMMANDS_TOO_MUCH")
    for command in commands:
        _check_command(command.text("command").strip().removeprefix("/"), command.text("description").strip())
    scope = call.inner("scope")
    if scope is not None and scope.text("type") not in _SCOPES:
        raise bad_request("can't parse BotCommandScope: unsupported type specified")
    check_language(call)


def _check_command(name: str, description: str) -> None:
    if not name:
        raise bad_request("command must be non-empty")
    if len(name) > 32:
        raise bad_request("command length must not exceed 32")
    if not description:
        raise bad_request("command description must be non-empty")
    if len(description) > 256:
        raise bad_request("command description length must not exceed 256")
    if not re.fullmatch(r"[a-z0-9_]+", name):
        raise bad_request("BOT_COMMAND_INVALID")


def check_language(call: Fields) -> None:
    """Check a language code: two small letters, or empty for everybody else."""
    if not re.fullmatch(r"(?:[a-z]{2})?", call.text("language_code")):
        raise bad_request("invalid language code specified")


def check_profile(call: Fields, name: str, longest: int) -> None:
    """Check a line of the bot's profile: its name, description or short description."""
    if units(call.text(name)) > longest:
        raise bad_request(f"{name.upper()}_TOO_LONG")
    check_language(call)
