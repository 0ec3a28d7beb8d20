"""What people and groups send: each kind of message and sign, each way to pretend, survived by the real application."""

import ast
import inspect
import json
import re
import subprocess
import sys
import typing
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import telegram as library
from sqlalchemy import BigInteger
from telegram import Message, TelegramObject

from bot.command_menus import ADMIN_COMMANDS, MEMBER_COMMANDS
from bot.markup import MARKS, isolated
from bot.offline import ANONYMOUS, BOT, JSON, OWNER, Chat, Fields, JsonObject, Person, Sent
from bot.preferences import Settings
from bot.store import Store
from bot.store.tables import METADATA
from tests.conversation import ANA, BIA, CAL, DRU, PEOPLE, Conversation

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
ROOT = Path(__file__).parent.parent
SURE, ENTRY = "¿me pueden espiar sin avisar?", "secret_interception"


# Every field that a message can have

NAMES = {**vars(library), "dtm": sys.modules["datetime"], "Sequence": Sequence, "JSONDict": dict, "TimePeriod": int}
OF_EVERY_MESSAGE = {"message_id", "date", "chat", "from_user", "api_kwargs"}
SERVICE = {
    "channel_chat_created",
    "chat_background_set",
    "chat_owner_changed",
    "chat_owner_left",
    "checklist_tasks_added",
    "checklist_tasks_done",
    "connected_website",
    "delete_chat_photo",
    "direct_message_price_changed",
    "forum_topic_closed",
    "forum_topic_created",
    "forum_topic_edited",
    "forum_topic_reopened",
    "general_forum_topic_hidden",
    "general_forum_topic_unhidden",
    "gift",
    "gift_upgrade_sent",
    "giveaway_completed",
    "giveaway_created",
    "group_chat_created",
    "left_chat_member",
    "managed_bot_created",
    "message_auto_delete_timer_changed",
    "migrate_from_chat_id",
    "migrate_to_chat_id",
    "new_chat_members",
    "new_chat_photo",
    "new_chat_title",
    "paid_message_price_changed",
    "pinned_message",
    "poll_option_added",
    "poll_option_deleted",
    "proximity_alert_triggered",
    "refunded_payment",
    "suggested_post_approval_failed",
    "suggested_post_approved",
    "suggested_post_declined",
    "suggested_post_paid",
    "suggested_post_refunded",
    "supergroup_chat_created",
    "unique_gift",
    "users_shared",
    "video_chat_ended",
    "video_chat_participants_invited",
    "video_chat_scheduled",
    "video_chat_started",
    "web_app_data",
    "write_access_allowed",
}
"""What Telegram itself tells in a chat: nobody waits for an answer to that."""
NEEDED: dict[str, JsonObject] = {
    "Poll": {"allows_revoting": False, "members_only": False},
    "PollOption": {"persistent_id": "x"},
}
"""What a class needs although its constructor does not say so."""


def hints(kind: type) -> dict[str, object]:
    """Return what a class of the library is made of, by the names of its constructor's parameters."""
    owner = next(base for base in kind.__mro__ if "__init__" in vars(base))
    names = {**vars(sys.modules[owner.__module__]), **NAMES}
    return typing.get_type_hints(vars(owner)["__init__"], names, names)


def sample(hint: object) -> JSON:
    """Return the least that a value of a type can be in JSON: of an object, only what it must have."""
    options = [option for option in typing.get_args(hint) if option is not type(None)]
    if typing.get_origin(hint) in (Sequence, tuple, list):
        return [sample(options[0])]
    if options:
        return sample(options[0])
    if isinstance(hint, type) and issubclass(hint, TelegramObject):
        return sample_of(hint)
    plain: dict[object, JSON] = {bool: True, int: -5, float: 1.0, str: "x", datetime: 0, timedelta: 1}
    return plain.get(hint, {})


def sample_of(kind: type[TelegramObject]) -> JsonObject:
    needed = [
        name
        for name, parameter in inspect.signature(kind).parameters.items()
        if parameter.default is parameter.empty and parameter.kind is not parameter.VAR_KEYWORD
    ]
    found = hints(kind)
    least: JsonObject = {name.replace("from_user", "from"): sample(found[name]) for name in needed}
    return least | NEEDED.get(kind.__name__, {})


FIELDS = {name: sample(hint) for name, hint in hints(Message).items() if name not in OF_EVERY_MESSAGE}


def arrived(chat: Chat, person: Person, kind: str, fields: JsonObject) -> JsonObject:
    """Make the update of a message with some fields, as Telegram delivers it."""
    message: JsonObject = {"message_id": 900, "date": 0, "chat": chat.as_json(), "from": person.as_json()}
    return {"update_id": 1, kind: message | fields}


def test_the_fields_of_messages_are_those_of_the_library() -> None:
    assert len(FIELDS) > 100
    assert set(FIELDS) >= SERVICE


@pytest.fixture(autouse=True)
def _spans_of_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the library be silent about a change to come."""
    monkeypatch.setenv("PTB_TIMEDELTA", "1")


@pytest.mark.parametrize("field", FIELDS)
async def test_any_field_of_a_message_in_private_gets_one_line_and_a_service_message_none(
    talk: Conversation, caplog: pytest.LogCaptureFixture, field: str
) -> None:
    sent = await talk.hear(arrived(talk.telegram.private(ANA), ANA, "message", {field: FIELDS[field]}))
    assert (len(sent), caplog.records) == (field not in SERVICE, [])


@pytest.mark.parametrize("field", FIELDS)
async def test_any_field_of_an_edit_a_post_or_a_business_message_is_met_with_silence(
    talk: Conversation, caplog: pytest.LogCaptureFixture, field: str
) -> None:
    private, channel = talk.telegram.private(ANA), talk.telegram.channel("C")
    for chat, kinds in (
        (private, ("edited_message", "business_message", "edited_business_message")),
        (channel, ("channel_post", "edited_channel_post")),
    ):
        for kind in kinds:
            assert await talk.hear(arrived(chat, ANA, kind, {field: FIELDS[field]})) == []
    assert caplog.records == []


@pytest.mark.parametrize("field", FIELDS)
async def test_any_field_of_a_message_in_a_group_is_met_with_silence(
    talk: Conversation, caplog: pytest.LogCaptureFixture, field: str
) -> None:
    group = talk.telegram.group("G", bot_is_admin=True)
    for kind in ("message", "edited_message"):
        assert await talk.hear(arrived(group, ANA, kind, {field: FIELDS[field]})) == []
    assert caplog.records == []


@LANGUAGES
async def test_a_kind_of_message_newer_than_the_library_gets_one_line_in_private_and_none_in_a_group(
    talk: Conversation, language: str
) -> None:
    person = PEOPLE[language]
    newer: JsonObject = {"hologram": {"file_id": "x", "depth": 3}}
    [sent] = await talk.hear(arrived(talk.telegram.private(person), person, "message", newer))
    assert sent.plain == talk.knowledge.voices[language].only_text
    assert await talk.hear(arrived(talk.telegram.group("G", bot_is_admin=True), person, "message", newer)) == []


# Who pretends


async def test_anonymous_admins_of_two_groups_are_not_taken_for_one_person(talk: Conversation) -> None:
    one, other = talk.telegram.group("One"), talk.telegram.group("Other")
    for group, times in ((one, 40), (other, 1)):
        as_group: JsonObject = {"text": f"/about@{BOT.username}", "sender_chat": group.as_json()}
        as_group["entities"] = [{"type": "bot_command", "offset": 0, "length": 6 + len(f"@{BOT.username}")}]
        for _ in range(times):
            sent = await talk.hear(arrived(group, ANONYMOUS, "message", as_group))
    assert [message.chat for message in sent] == [other]


async def test_an_anonymous_admin_of_another_group_is_no_admin_here(talk: Conversation) -> None:
    here, elsewhere = talk.telegram.group("Here"), talk.telegram.group("Elsewhere")
    said = f"/settings@{BOT.username} budget 5"
    update = talk.telegram.says(ANONYMOUS, here, said, sender_chat=elsewhere.as_json())
    assert await talk.hear(update) == []
    assert await talk.store.chats.settings(here.id) == Settings()


FORGERS = pytest.mark.parametrize("who", ["a member", "a stranger", "an admin of before"])


def forger(talk: Conversation, group: Chat, who: str) -> Person:
    """Let somebody be no admin of a group."""
    if who == "a stranger":
        return DRU
    talk.telegram.join(CAL, group)
    if who == "an admin of before":
        talk.telegram.promotes(OWNER, group, CAL)
        talk.telegram.demotes(OWNER, group, CAL)
    return CAL


async def every_setting(talk: Conversation, panel: Sent) -> list[str]:
    """Return the data of every button of the settings, found by pressing those that set nothing."""
    assert panel.chat.owner
    found, visited, waiting = set[str](), set[str](), [f"set:{panel.chat.id}:es"]
    while waiting:
        here = waiting.pop()
        visited.add(here)
        panel.buttons = [[{"text": "x", "callback_data": here}]]
        await talk.press(panel.chat.owner, panel, "x")
        shown = {Fields(button).text("callback_data") for row in panel.buttons for button in row}
        found |= shown
        waiting += [data for data in shown - visited if data.count(":") < 4 and not data.endswith(":close")]
    return sorted(found)


@FORGERS
async def test_no_button_of_the_settings_obeys_a_fake_admin(talk: Conversation, who: str) -> None:
    group = talk.telegram.group("G", owner=ANA, forum=True, bot_is_admin=True)
    panel = await talk.answer(ANA, f"/settings@{BOT.username}", group)
    buttons, person = await every_setting(talk, panel), forger(talk, group, who)
    panel.buttons = [[{"text": data, "callback_data": data}] for data in buttons]
    before = panel.text
    for data in buttons:
        assert await talk.press(person, panel, data) == []
    told = {Fields(answer).text("text") for answer in talk.telegram.answers[-len(buttons) :]}
    assert len(buttons) > 30
    assert told == {talk.knowledge.voices["es"].settings.admins_only}
    assert (await talk.store.chats.settings(group.id), panel.text, group.has_bot) == (Settings(), before, True)
    assert await talk.store.subscriptions.of(group.id) is None


TYPED = (
    "language spanish",
    "speak questions",
    "topics here",
    "answers 5",
    "repeat off",
    "discreet on",
    "welcome on",
    "join on",
    "rules english Be kind",
    "quotes weekly monday 18:30 America/Bogota",
    "leave",
)


@pytest.mark.parametrize("command", sorted({*ADMIN_COMMANDS} - {*MEMBER_COMMANDS}))
@pytest.mark.parametrize("typed", ["", *TYPED])
@FORGERS
async def test_no_command_for_admins_obeys_a_fake_one(talk: Conversation, command: str, typed: str, who: str) -> None:
    group = talk.telegram.group("G", owner=OWNER, forum=True, bot_is_admin=True)
    person = forger(talk, group, who)
    sent = await talk.answer(person, f"/{command}@{BOT.username} {typed}".strip(), group)
    assert (sent.plain, sent.labels) == (talk.knowledge.voices["en"].settings.admins_only, [])
    assert await talk.store.chats.settings(group.id) == Settings()
    assert (await talk.store.chats.rules(group.id), await talk.store.subscriptions.of(group.id)) == ({}, None)


# Signs that are not seen, or turn what is around them

UNSEEN = {
    "U+00AD, a soft hyphen": "\u00ad",
    "U+034F, a joiner of graphemes": "\u034f",
    "U+061C, an Arabic mark": "\u061c",
    "U+180E, a Mongolian separator": "\u180e",
    "U+200B, a space of no width": "\u200b",
    "U+200C, a non-joiner": "\u200c",
    "U+200D, a joiner": "\u200d",
    "U+200E, left to right": "\u200e",
    "U+200F, right to left": "\u200f",
    "U+202A, an embedding": "\u202a",
    "U+202D, an override": "\u202d",
    "U+202E, an override to the left": "\u202e",
    "U+2060, a word joiner": "\u2060",
    "U+2066, an isolate": "\u2066",
    "U+2069, its end": "\u2069",
    "U+FE0F, a variation": "\ufe0f",
    "U+FEFF, a byte order mark": "\ufeff",
    "U+0301 thrice, zalgo": "\u0301\u0336\u0489",
    "U+E0041, a tag": "\U000e0041",
}
PLACES: dict[str, Callable[[str, str], str]] = {
    "in every word": lambda text, sign: re.sub(r"(?<=\w)(?=\w)", sign, text),
    "after every word": lambda text, sign: re.sub(r"(?<=\w)\b", sign, text),
    "around it": lambda text, sign: sign + text + sign,
}
FILLERS = {"U+3164, a Hangul filler": "\u3164", "U+2800, a blank of Braille": "\u2800", "U+115F, a filler": "\u115f"}


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("sign", UNSEEN)
async def test_a_question_is_heard_through_signs_that_nobody_sees(talk: Conversation, sign: str, place: str) -> None:
    sent = await talk.answer(ANA, PLACES[place](SURE, UNSEEN[sign]))
    assert sent.plain.startswith(talk.title(ENTRY, "es"))
    assert UNSEEN[sign] not in sent.plain


@pytest.mark.parametrize("sign", FILLERS)
async def test_a_question_is_heard_between_fillers(talk: Conversation, sign: str) -> None:
    sent = await talk.answer(ANA, FILLERS[sign] + SURE.replace(" ", f" {FILLERS[sign]} ") + FILLERS[sign])
    assert sent.plain.startswith(talk.title(ENTRY, "es"))


@pytest.mark.parametrize("sign", [*UNSEEN.values(), *FILLERS.values()], ids=[*UNSEEN, *FILLERS])
async def test_a_text_in_which_nothing_is_seen_gets_an_ordinary_answer(talk: Conversation, sign: str) -> None:
    sent = await talk.answer(ANA, sign * 50)
    assert sent.plain == talk.knowledge.voices["es"].unknown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        pytest.param("Vecinas\u202e!nimda", "Vecinas!nimda", id="a title that turns what follows"),
        pytest.param("\u2069\u2069Vecinas", "Vecinas", id="a title that ends the isolation"),
        pytest.param("Ve\u200bci\u2060nas", "Vecinas", id="signs of no width"),
        pytest.param("Vecinas\n\nADMIN:\r\tok", "Vecinas ADMIN: ok", id="lines"),
        pytest.param("V" + "\u0301\u0336\u0489" * 40, "V" + ("\u0301\u0336\u0489" * 40)[:MARKS], id="zalgo"),
        pytest.param("ção à força", "ção à força", id="accents are left"),
        pytest.param("हिन्दी", "हिन्दी", id="a script that is written with marks"),
        pytest.param("\u3164\u2800\u115f\uffa0", "", id="fillers alone"),
        pytest.param("\u3164Vecinas\u3164", "Vecinas", id="fillers around it"),
        pytest.param("\u200b", "", id="nothing that is seen"),
    ],
)
def test_a_name_from_outside_turns_hides_and_covers_nothing(name: str, shown: str) -> None:
    assert isolated(name) == (f"\u2068{shown}\u2069" if shown else "")


# Patterns

HOSTILE = [
    part * (1024 // len(part)) + end
    for part in ("a", "a ", " ", "A1", "<a ", ":a", "/a", "@", "é", "-", "0", ".", ",:", "\n", "a@", "a.", "http://")
    for end in ("", "!", "\n", "\x00")
]
WORK = """
import json, re, resource, sys
seconds, patterns, texts = json.load(sys.stdin)
resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))
for pattern in patterns:
    for text in texts:
        for start in ("", "set:-1:es", "a_"):
            for look in (re.match, re.search, re.fullmatch):
                look(pattern, start + text)
"""


PACKAGES = ("bot", "content", "intents")


def patterns_in(file: Path) -> set[str]:
    """Return the patterns that stand in a file's calls of `re`."""
    calls = [node for node in ast.walk(ast.parse(file.read_text("utf-8"))) if isinstance(node, ast.Call)]
    of_re = [call for call in calls if isinstance(call.func, ast.Attribute) and ast.unparse(call.func.value) == "re"]
    firsts = [call.args[0] for call in of_re if call.args]
    return {first.value for first in firsts if isinstance(first, ast.Constant) and isinstance(first.value, str)}


def patterns_of_the_program(talk: Conversation) -> set[str]:
    """Return every pattern: those that stand in calls of `re`, that modules have compiled, or that route presses."""
    written = {pattern for name in PACKAGES for file in (ROOT / name).rglob("*.py") for pattern in patterns_in(file)}
    routed = [getattr(handler, "pattern", None) for group in talk.app.handlers.values() for handler in group]
    read = [module for name, module in sys.modules.items() if name.partition(".")[0] in PACKAGES]
    values = [*routed, *(value for module in read for value in vars(module).values())]
    compiled = {value.pattern for value in values if isinstance(value, re.Pattern)}
    return written | {pattern for pattern in compiled if isinstance(pattern, str)}


def work(patterns: list[str], seconds: int) -> int:
    """Try patterns on hostile texts in a process with so many seconds of CPU; return its status."""
    asked = json.dumps([seconds, patterns, HOSTILE])
    done = subprocess.run([sys.executable, "-c", WORK], input=asked, text=True, capture_output=True, check=False)  # noqa: S603
    return done.returncode


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not bound the time of a process")
async def test_no_pattern_of_the_bot_takes_for_ever(talk: Conversation) -> None:
    patterns = sorted(patterns_of_the_program(talk))
    assert len(patterns) > 25
    assert work(patterns, 15) == 0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows does not bound the time of a process")
def test_a_pattern_that_takes_for_ever_would_be_found() -> None:
    assert work([r"(\w+\s?)*$"], 1) != 0


# Ids

LONG = 2**52 - 1


def test_every_column_for_an_id_of_telegrams_holds_64_bits() -> None:
    columns = [column for table in METADATA.sorted_tables for column in table.c]
    ids = [column for column in columns if column.name.endswith("_id") or column.name in ("thread", "welcome_message")]
    assert len(ids) > 5
    assert [str(column) for column in ids if not isinstance(column.type, BigInteger)] == []


async def test_ids_of_52_bits_are_kept_on_both_databases(store: Store) -> None:
    now = datetime.fromisoformat("2026-03-02T14:00:00+00:00")
    await store.people.choose(LONG, "es")
    await store.requests.add(-LONG, LONG, now)
    await store.subscriptions.subscribe(
        -LONG, language="es", zone="UTC", minute=540, weekday=None, thread=LONG, done=None
    )
    await store.updates.claim(LONG, now, timedelta(seconds=40), 8)
    plan = await store.subscriptions.of(-LONG)
    assert await store.people.language(LONG) == "es"
    assert await store.requests.is_waiting(-LONG, LONG, now - timedelta(days=1))
    assert plan
    assert plan.thread == LONG


@LANGUAGES
async def test_a_person_and_a_group_with_ids_of_52_bits_are_answered(talk: Conversation, language: str) -> None:
    person = Person(LONG, "Ana", language)
    sample_question = talk.knowledge.voices[language].samples[ENTRY]
    assert (await talk.answer(person, sample_question)).plain.startswith(talk.title(ENTRY, language))
    group = Chat(-LONG, "supergroup", "G")
    talk.telegram.chats[group.id] = group
    talk.telegram.join(person, group)
    sent = await talk.answer(person, f"/ask@{BOT.username} {sample_question}", group)
    assert sent.plain.startswith(talk.title(ENTRY, language))


# Other bots


@pytest.mark.parametrize("said", [SURE, "/start", "/ask", "/help", "hola", "/about"])
async def test_another_bot_that_writes_in_private_begins_no_endless_talk(talk: Conversation, said: str) -> None:
    other = Person(7000000003, "Parrot", "es", is_bot=True, username="parrot_bot")
    assert await talk.say(other, said) == []
    assert len(await talk.say(BIA, said)) == 1
