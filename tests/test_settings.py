"""The settings of a group, by button and by typed words: admins change them, nobody else, and nothing breaks them."""

import re
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bot.answers import Answers
from bot.offline import BOT, OWNER, Chat, Fields, JsonObject, OfflineTelegram, Sent
from bot.panels import CURRENT, SETTING
from bot.preferences import Changes, Settings, Speak
from bot.settings import RULES_LIMIT
from bot.store import Store, StoreError, Subscription
from content import SettingsLines
from tests.conversation import ANA, BIA, DRU, PEOPLE, Conversation, open_conversation

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
NOBODY_PRESSES = ("close", "leave:yes")
HUGE = "9" * 17


def lines_of(talk: Conversation, language: str) -> SettingsLines:
    return talk.knowledge.voices[language].settings


def line(text: str) -> str:
    return text.format(bot=BOT.username)


def group_of(talk: Conversation, language: str = "es", **how: bool) -> Chat:
    """Make a group whose owner speaks a language."""
    return talk.telegram.group("G", owner=PEOPLE[language], **how)


async def typed(talk: Conversation, group: Chat, text: str = "") -> Sent:
    """Let the owner of a group type the command, with words after it."""
    assert group.owner
    return await talk.answer(group.owner, f"/settings@{BOT.username} {text}".strip(), group)


async def kept(talk: Conversation, group: Chat) -> Settings:
    return await talk.store.chats.settings(group.id)


def forged(telegram: OfflineTelegram, person: object, message: Sent, data: str) -> JsonObject:
    """Make the update of a press on a button that the message does not have."""
    assert isinstance(person, type(ANA))
    update = telegram.presses(person, message, Fields(message.buttons[0][0]).text("callback_data"))
    query = update["callback_query"]
    assert isinstance(query, dict)
    query["data"] = data
    return update


async def sends(talk: Conversation, message: Sent, path: str, chat: Chat | None = None, language: str = "es") -> str:
    """Let the owner of a group press whatever button; return the notice that it shows."""
    where = chat or message.chat
    await talk.hear(forged(talk.telegram, message.chat.owner, message, f"set:{where.id}:{language}:{path}"))
    return notice(talk)


def notice(talk: Conversation) -> str:
    return Fields(talk.telegram.answers[-1]).text("text")


def is_alert(talk: Conversation) -> bool:
    return Fields(talk.telegram.answers[-1]).flag("show_alert")


def data_of(sent: Sent) -> set[str]:
    return {Fields(button).text("callback_data") for row in sent.buttons for button in row}


def current(sent: Sent) -> set[str]:
    """Return the data behind the buttons that are marked as set."""
    buttons = [Fields(button) for row in sent.buttons for button in row]
    return {button.text("callback_data") for button in buttons if button.text("text").endswith(CURRENT)}


# The keyboard


@LANGUAGES
async def test_the_overview_shows_each_setting_and_leads_to_it(talk: Conversation, language: str) -> None:
    panel, names = await typed(talk, group_of(talk, language)), lines_of(talk, language).names
    assert names.budget.name in panel.plain
    assert names.leave.name in panel.labels
    assert names.topics.name not in panel.labels  # no forum
    assert names.ephemeral.name not in panel.labels  # Telegram's server does not know it


@LANGUAGES
async def test_every_button_leads_somewhere_and_shows_what_is_set(talk: Conversation, language: str) -> None:
    group = group_of(talk, language, forum=True, bot_is_admin=True)
    panel = await typed(talk, group)
    begin = f"set:{group.id}:{language}"
    seen = {f"{begin}:{name}" for name in NOBODY_PRESSES}
    waiting = data_of(panel) - seen
    while waiting:
        seen.add(data := min(waiting))
        await talk.hear(forged(talk.telegram, group.owner, panel, data))
        assert notice(talk) in ("", lines_of(talk, language).saved)
        is_value = data.count(":") == 4 and ":zone:" not in data
        assert not is_value or data in current(panel)
        waiting = (waiting | data_of(panel)) - seen
    assert len(seen) > 60
    assert len(talk.telegram.answers) == len(seen) - len(NOBODY_PRESSES)


@LANGUAGES
async def test_a_setting_is_two_presses_away(talk: Conversation, language: str) -> None:
    group, lines = group_of(talk, language), lines_of(talk, language)
    panel = await typed(talk, group)
    await talk.press(PEOPLE[language], panel, lines.names.welcome.name)
    assert lines.names.welcome.meaning in panel.plain
    await talk.press(PEOPLE[language], panel, lines.choices.on.label)
    assert (await kept(talk, group)).welcome
    assert (notice(talk), is_alert(talk)) == (lines.saved, False)
    assert f"{lines.choices.on.label} {CURRENT}" in panel.labels
    await talk.press(PEOPLE[language], panel, lines.back)
    assert panel.plain.startswith(lines.heading)


@LANGUAGES
async def test_two_quick_presses_set_it_once(talk: Conversation, language: str) -> None:
    group = group_of(talk, language)
    panel = await typed(talk, group, "budget")
    presses = [talk.telegram.presses(PEOPLE[language], panel, "5") for _ in range(2)]
    for press in presses:
        await talk.hear(press)
    assert (await kept(talk, group)).budget == 5
    assert notice(talk) == lines_of(talk, language).saved


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        pytest.param("language:pt", Settings(language="pt"), id="a language"),
        pytest.param("speak:commands", Settings(speak=Speak.COMMANDS), id="commands only"),
        pytest.param("budget:0", Settings(budget=0), id="no limit"),
        pytest.param("repeat:24", Settings(repeat_hours=24), id="a day without repetition"),
        pytest.param("repeat:0", Settings(repeat_hours=0), id="repetition"),
        pytest.param("welcome:on", Settings(welcome=True), id="welcome"),
        pytest.param("topics:all", Settings(), id="all topics"),
    ],
)
async def test_each_setting_by_button(talk: Conversation, path: str, expected: Settings) -> None:
    group = group_of(talk)
    assert await sends(talk, await typed(talk, group), path) == lines_of(talk, "es").saved
    assert await kept(talk, group) == expected


@pytest.mark.parametrize("path", ["language:own", "speak:replies", "budget:30", "repeat:1", "welcome:off"])
async def test_each_setting_can_be_set_back(talk: Conversation, path: str) -> None:
    group = group_of(talk)
    await talk.store.chats.change(group.id, language="pt", speak=Speak.COMMANDS, budget=5, repeat_hours=6, welcome=True)
    before = await kept(talk, group)
    await sends(talk, await typed(talk, group), path)
    assert before != await kept(talk, group)
    assert not {"pt", Speak.COMMANDS, 5, 6, True} <= set(vars(await kept(talk, group)).values())


# Typed


@pytest.mark.parametrize("panel", ["en", "es", "pt"])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("language portuguese", {"language": "pt"}, id="English: a language"),
        pytest.param("idioma inglés", {"language": "en"}, id="Spanish: a language"),
        pytest.param("IDIOMA ESPANHOL", {"language": "es"}, id="Portuguese: a language, in capitals"),
        pytest.param("language es", {"language": "es"}, id="a code"),
        pytest.param("speak commands", {"speak": Speak.COMMANDS}, id="English: when to speak"),
        pytest.param("cuando comandos", {"speak": Speak.COMMANDS}, id="Spanish: when to speak, without an accent"),
        pytest.param("quando: comandos", {"speak": Speak.COMMANDS}, id="Portuguese: when to speak, with a colon"),
        pytest.param("answers 12", {"budget": 12}, id="English: a number"),
        pytest.param("límite sin limite", {"budget": 0}, id="Spanish: no limit"),
        pytest.param("limite Sem Limite", {"budget": 0}, id="Portuguese: no limit"),
        pytest.param("budget\n1000", {"budget": 1000}, id="the greatest number, on a line of its own"),
        pytest.param("repeated 48", {"repeat_hours": 48}, id="English: hours"),
        pytest.param("repetidas no", {"repeat_hours": 0}, id="Spanish: no hours"),
        pytest.param("repetir não", {"repeat_hours": 0}, id="Portuguese: no hours"),
        pytest.param("welcome ON", {"welcome": True}, id="English: welcome"),
        pytest.param("bienvenida sí", {"welcome": True}, id="Spanish: welcome"),
        pytest.param("boas-vindas sim", {"welcome": True}, id="Portuguese: welcome"),
    ],
)
async def test_each_setting_by_words_of_any_language(
    talk: Conversation, panel: str, text: str, expected: Changes
) -> None:
    group = group_of(talk, panel)
    sent = await typed(talk, group, text)
    assert await kept(talk, group) == Settings(**expected)
    assert sent.labels[-1] == lines_of(talk, panel).back


@LANGUAGES
@pytest.mark.parametrize("words", ["budget", "respuestas", "LIMITE", "respostas  "])
async def test_a_setting_without_a_value_shows_its_panel(talk: Conversation, language: str, words: str) -> None:
    group = group_of(talk, language)
    assert lines_of(talk, language).names.budget.meaning in (await typed(talk, group, words)).plain
    assert await kept(talk, group) == Settings()


@LANGUAGES
@pytest.mark.parametrize(
    "words",
    [
        "banana",
        "budget 1001",
        "budget -5",
        "budget many",
        "budget 99999999999999999999",
        "repeat 169",
        "language klingon",
        "welcome perhaps",
        "🙂",
        "<b>budget</b> &",
        "quotes whenever",
        "citas semanal lunes 25:00",
        "budget " + "9" * 4000,
    ],
)
async def test_nonsense_gets_a_polite_line(talk: Conversation, language: str, words: str) -> None:
    group = group_of(talk, language)
    assert (await typed(talk, group, words)).plain == line(lines_of(talk, language).not_understood)
    assert await kept(talk, group) == Settings()
    assert await talk.store.subscriptions.of(group.id) is None


# Who may


@LANGUAGES
async def test_a_member_is_told_that_only_admins_can(talk: Conversation, language: str) -> None:
    group = talk.telegram.group("G")
    sent = await talk.answer(PEOPLE[language], f"/settings@{BOT.username} budget 5", group)
    assert (sent.plain, sent.labels) == (lines_of(talk, language).admins_only, [])
    assert await kept(talk, group) == Settings()


@LANGUAGES
async def test_a_press_of_a_member_or_stranger_changes_nothing(talk: Conversation, language: str) -> None:
    group = group_of(talk, language)
    panel = await typed(talk, group, "budget")
    talk.telegram.join(DRU, group)
    for person in (DRU, *(other for other in PEOPLE.values() if other != group.owner)):
        before = panel.text
        assert await talk.press(person, panel, "5") == []
        assert (notice(talk), is_alert(talk)) == (lines_of(talk, language).admins_only, True)
        assert panel.text == before
    assert await kept(talk, group) == Settings()


@LANGUAGES
async def test_an_admin_who_is_none_any_more_is_refused(talk: Conversation, language: str) -> None:
    group, admin = talk.telegram.group("G"), PEOPLE[language]
    talk.telegram.promotes(OWNER, group, admin, can_delete_messages=True)
    panel = await talk.answer(admin, f"/settings@{BOT.username} budget", group)
    await talk.press(admin, panel, "5")
    talk.telegram.demotes(OWNER, group, admin)
    await talk.press(admin, panel, "10")
    assert (notice(talk), is_alert(talk)) == (lines_of(talk, language).admins_only, True)
    assert (await kept(talk, group)).budget == 5


@pytest.mark.parametrize("bot_is_admin", [True, False])
async def test_an_anonymous_admin_types_as_the_group_and_presses_as_themselves(
    talk: Conversation, bot_is_admin: bool
) -> None:
    group = talk.telegram.group("G", bot_is_admin=bot_is_admin)
    talk.telegram.promotes(OWNER, group, ANA, is_anonymous=True, can_delete_messages=True)
    panel = await talk.answer(ANA, f"/settings@{BOT.username} budget 9", group)
    assert (await kept(talk, group)).budget == 9
    await talk.press(ANA, panel, "5")
    assert (await kept(talk, group)).budget == 5


async def test_a_channel_that_writes_in_a_group_is_no_admin(talk: Conversation) -> None:
    group, channel = talk.telegram.group("G", bot_is_admin=True), talk.telegram.channel("C")
    said = talk.telegram.says(ANA, group, f"/settings@{BOT.username} budget 9", sender_chat=channel.as_json())
    assert await talk.hear(said) == []
    assert await kept(talk, group) == Settings()


@LANGUAGES
async def test_in_private_the_way_to_a_group_is_told(talk: Conversation, language: str) -> None:
    sent = await talk.answer(PEOPLE[language], "/settings budget 5")
    assert sent.plain == line(lines_of(talk, language).in_groups)


# Data that no button has


@pytest.mark.parametrize(
    "path",
    [
        "budget:9999",
        "budget:-5",
        "budget:" + HUGE,
        "budget:٣",
        "repeat:169",
        "language:xx",
        "language:" + "x" * 30,
        "speak:always",
        "welcome:maybe",
        "join:maybe",
        "ephemeral:maybe",
        "topics:7",
        "weekday:7",
        "time:1440",
        "time:" + HUGE,
        "in:xx",
        "zone:../../etc",
        "zone:America/Atlantis",
        "zone:EST",
        "quotes:hourly",
        "leave:maybe",
        "close:yes",
        "unknown:on",
        "a:b:c:d",
    ],
)
async def test_forged_values_change_nothing_and_are_not_called_saved(talk: Conversation, path: str) -> None:
    group = group_of(talk, forum=True, bot_is_admin=True)
    await talk.store.chats.change(group.id, welcome=True, topics=frozenset({3}))
    before = await kept(talk, group)
    assert await sends(talk, await typed(talk, group), path) == ""
    assert await kept(talk, group) == before
    assert await talk.store.subscriptions.of(group.id) is None


async def test_data_of_another_group_is_refused(talk: Conversation) -> None:
    mine, theirs = group_of(talk, "es"), group_of(talk, "pt")
    panel = await typed(talk, mine)
    for path in ("budget:5", "leave:yes", "quotes:daily", "speak"):
        assert await sends(talk, panel, path, theirs) == lines_of(talk, "es").admins_only
    assert await kept(talk, theirs) == Settings()
    assert theirs.bot_status == "member"


async def test_data_of_another_group_is_refused_to_the_admin_of_both(talk: Conversation) -> None:
    here, there = group_of(talk, "es", forum=True), group_of(talk, "es")
    panel = await typed(talk, here)
    assert await sends(talk, panel, "topics:here", there) == lines_of(talk, "es").admins_only
    assert await kept(talk, there) == Settings()


@pytest.mark.parametrize("chat", ["-1", "-9999999999999999", "-1001", "-٣٣"])
async def test_data_of_no_chat_is_refused(talk: Conversation, chat: str) -> None:
    panel = await typed(talk, group_of(talk))
    await talk.hear(forged(talk.telegram, ANA, panel, f"set:{chat}:es:budget:5"))
    assert (notice(talk), is_alert(talk)) == (lines_of(talk, "es").admins_only, True)


async def test_a_panel_in_a_language_that_is_gone_still_works(talk: Conversation) -> None:
    group = group_of(talk)
    panel = await typed(talk, group)
    await sends(talk, panel, "budget:5", language="qu")
    assert (await kept(talk, group)).budget == 5


PIECES = st.sampled_from(
    [
        "",
        "5",
        "-1",
        "es",
        "xx",
        "budget",
        "topics",
        "here",
        "zone",
        "quotes",
        "daily",
        "time",
        "join",
        "on",
        "yes",
        "leave",
    ]
)


@given(path=st.one_of(st.lists(PIECES, max_size=5).map(":".join), st.text(max_size=40)), as_owner=st.booleans())
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
async def test_any_data_ends_in_one_answer_and_only_admins_change_anything(
    talk: Conversation, path: str, as_owner: bool
) -> None:
    group = talk.telegram.group("G", owner=ANA)
    panel = await typed(talk, group)
    before, answered = panel.text, len(talk.telegram.answers)
    data = f"set:{group.id}:es:{path}" if path.isprintable() else f"set:{path}"
    await talk.hear(forged(talk.telegram, ANA if as_owner else BIA, panel, data))
    assert len(talk.telegram.answers) == answered + 1
    if not as_owner:
        assert (await kept(talk, group), group.bot_status) == (Settings(), "member")
        assert await talk.store.subscriptions.of(group.id) is None
        assert panel.text == before or not re.fullmatch(SETTING, data)


# Rights


@LANGUAGES
async def test_questions_only_where_the_bot_can_read_the_group(talk: Conversation, language: str) -> None:
    group, lines = group_of(talk, language), lines_of(talk, language)
    panel = await typed(talk, group, "speak")
    await talk.press(PEOPLE[language], panel, lines.choices.questions.label)
    assert (notice(talk), is_alert(talk)) == (lines.cannot_read, True)
    assert (await typed(talk, group, f"speak {lines.choices.questions.typed[0]}")).plain == lines.cannot_read
    assert (await kept(talk, group)).speak is Speak.REPLIES
    talk.telegram.promotes(PEOPLE[language], group, BOT, can_delete_messages=True)
    await talk.press(PEOPLE[language], panel, lines.choices.questions.label)
    assert (await kept(talk, group)).speak is Speak.QUESTIONS


async def test_questions_where_privacy_mode_is_off(talk: Conversation) -> None:
    talk.telegram.reads_everything = True
    group = group_of(talk)
    await typed(talk, group, "speak questions")
    assert (await kept(talk, group)).speak is Speak.QUESTIONS


@LANGUAGES
@pytest.mark.parametrize("rights", [None, {"can_invite_users": False}])
async def test_join_requests_need_the_right_to_invite(
    talk: Conversation, language: str, rights: dict[str, bool] | None
) -> None:
    group, lines = group_of(talk, language), lines_of(talk, language)
    if rights:
        talk.telegram.promotes(PEOPLE[language], group, BOT, **rights)
    panel = await typed(talk, group, "join")
    assert lines.names.join.meaning in panel.plain  # tells what an admin bot sees
    await talk.press(PEOPLE[language], panel, lines.choices.on.label)
    assert (notice(talk), is_alert(talk)) == (lines.cannot_invite, True)
    assert not (await kept(talk, group)).join_rules


@LANGUAGES
async def test_join_requests_with_the_right_to_invite(talk: Conversation, language: str) -> None:
    group, lines = group_of(talk, language), lines_of(talk, language)
    talk.telegram.promotes(PEOPLE[language], group, BOT, can_invite_users=True)
    panel = await typed(talk, group, "join on")
    assert (await kept(talk, group)).join_rules
    assert lines.waiting.format(value=lines.choices.on.label, count=0) in panel.plain


@LANGUAGES
async def test_what_only_the_asker_sees_needs_a_server_that_can(talk: Conversation, language: str) -> None:
    group = group_of(talk, language)
    assert (await typed(talk, group, "ephemeral on")).plain == lines_of(talk, language).not_ephemeral
    assert not (await kept(talk, group)).ephemeral


# Forums


@LANGUAGES
async def test_this_topic_is_added_and_taken_away_again(talk: Conversation, language: str) -> None:
    group, lines = group_of(talk, language, forum=True), lines_of(talk, language)
    topic = talk.telegram.topic(group, "Rights")
    said = talk.telegram.says(PEOPLE[language], group, f"/settings@{BOT.username} topics", thread=topic)
    [panel] = await talk.hear(said)
    await talk.press(PEOPLE[language], panel, lines.choices.here.label)
    assert (await kept(talk, group)).topics == {topic}
    assert f"{lines.choices.here.label} {CURRENT}" in panel.labels
    await typed(talk, group, f"topics {lines.choices.here.typed[0]}")  # in General
    assert (await kept(talk, group)).topics == {topic, 1}
    await talk.press(PEOPLE[language], panel, f"{lines.choices.here.label} {CURRENT}")
    assert (await kept(talk, group)).topics == {1}
    await talk.press(PEOPLE[language], panel, lines.choices.everywhere.label)
    assert (await kept(talk, group)).topics == frozenset()


@LANGUAGES
async def test_settings_are_open_in_a_topic_where_the_bot_is_silent(talk: Conversation, language: str) -> None:
    group = group_of(talk, language, forum=True)
    topic = talk.telegram.topic(group, "Rights")
    await talk.store.chats.change(group.id, topics=frozenset({topic}), speak=Speak.COMMANDS)
    assert (await typed(talk, group)).plain.startswith(lines_of(talk, language).heading)


@LANGUAGES
async def test_a_group_without_topics_has_none_to_choose(talk: Conversation, language: str) -> None:
    group = group_of(talk, language)
    assert (await typed(talk, group, "topics here")).plain == lines_of(talk, language).no_forum
    assert await kept(talk, group) == Settings()


# Rules


@LANGUAGES
@pytest.mark.parametrize(
    "rules",
    [
        "Be kind.\n\n1. No spam\n2. No <b>bold</b> &amp; [links](x)",
        "🙂" * 750,
        "x" * RULES_LIMIT,
        "\u202eabc</blockquote><a href='tg://user?id=1'>x</a>",
    ],
)
async def test_rules_are_kept_as_they_are_written(talk: Conversation, language: str, rules: str) -> None:
    group, voice = group_of(talk, language), talk.knowledge.voices[language]
    sent = await typed(talk, group, f"{voice.settings.rules_typed[0]} {voice.names[0].upper()} {rules}")
    assert sent.plain == voice.settings.rules_saved.format(language=voice.name)
    assert await talk.store.chats.rules(group.id) == {language: rules}


@LANGUAGES
async def test_rules_without_a_text_are_taken_away(talk: Conversation, language: str) -> None:
    group, lines = group_of(talk, language), lines_of(talk, language)
    await talk.store.chats.write_rules(group.id, "es", "Trato amable.")
    await talk.store.chats.write_rules(group.id, "pt", "Gentileza.")
    assert (await typed(talk, group, "rules spanish")).plain == lines.saved
    assert await talk.store.chats.rules(group.id) == {"pt": "Gentileza."}


@LANGUAGES
@pytest.mark.parametrize(
    "rest",
    [
        pytest.param("", id="nothing"),
        pytest.param("Be kind.", id="no language"),
        pytest.param("en este grupo no se insulta", id="a Spanish text that begins like a code"),
    ],
)
async def test_rules_without_a_language_are_explained(talk: Conversation, language: str, rest: str) -> None:
    group = group_of(talk, language)
    assert (await typed(talk, group, f"rules {rest}")).plain == line(lines_of(talk, language).rules_usage)
    assert await talk.store.chats.rules(group.id) == {}


@LANGUAGES
async def test_rules_that_are_too_long_are_refused(talk: Conversation, language: str) -> None:
    group = group_of(talk, language)
    sent = await typed(talk, group, f"reglas español {'x' * (RULES_LIMIT + 1)}")
    assert sent.plain == lines_of(talk, language).rules_too_long.format(limit=RULES_LIMIT)
    assert await talk.store.chats.rules(group.id) == {}


# The schedule of quotes


def plan(group: Chat, **parts: object) -> Subscription:
    """Return the subscription that a first choice makes, but for these parts."""
    first: dict[str, object] = {"language": "es", "zone": "America/Asuncion", "minute": 540, "weekday": 0}
    known = first | parts
    return Subscription(
        group.id,
        str(known["language"]),
        str(known["zone"]),
        int(str(known["minute"])),
        None if known["weekday"] is None else int(str(known["weekday"])),
        thread=None,
        posts=0,
        last=None,
        paused=False,
    )


@LANGUAGES
@pytest.mark.parametrize(
    ("text", "parts"),
    [
        pytest.param(
            "quotes weekly monday 18:30 America/Bogota",
            {"minute": 1110, "weekday": 0, "zone": "America/Bogota"},
            id="English",
        ),
        pytest.param(
            "citas semanal lunes 9h bogotá", {"minute": 540, "weekday": 0, "zone": "America/Bogota"}, id="Spanish"
        ),
        pytest.param(
            "citações todo dia 20:00 são paulo",
            {"minute": 1200, "weekday": None, "zone": "America/Sao_Paulo"},
            id="Portuguese",
        ),
        pytest.param(
            "QUOTES AMERICA/LIMA 7 FRIDAY english",
            {"minute": 420, "weekday": 4, "zone": "America/Lima", "language": "en"},
            id="in any order",
        ),
        pytest.param("citas miercoles", {"weekday": 2}, id="a day only"),
        pytest.param("citações sexta-feira 18h30", {"weekday": 4, "minute": 1110}, id="a day of two words"),
        pytest.param("quotes daily 6:15 pm", {"weekday": None, "minute": 1095}, id="half a day's clock"),
    ],
)
async def test_a_schedule_is_typed(talk: Conversation, language: str, text: str, parts: dict[str, object]) -> None:
    group = group_of(talk, language)
    panel = await typed(talk, group, text)
    expected = plan(group, **({"language": language} | parts))
    assert await talk.store.subscriptions.of(group.id) == expected
    assert expected.zone in panel.plain


@LANGUAGES
@pytest.mark.parametrize("zone", ["America/Atlantis", "../../etc/passwd", "Europe/" + "x" * 200])
async def test_an_unknown_zone_is_told(talk: Conversation, language: str, zone: str) -> None:
    group = group_of(talk, language)
    assert (await typed(talk, group, f"quotes daily {zone}")).plain == lines_of(talk, language).zone_unknown
    assert await talk.store.subscriptions.of(group.id) is None


@LANGUAGES
async def test_a_schedule_is_pressed(talk: Conversation, language: str) -> None:
    group, lines, person = group_of(talk, language), lines_of(talk, language), PEOPLE[language]
    panel = await typed(talk, group, "quotes")
    for label in (lines.choices.weekly.label, lines.weekdays[6], "18:00", "America/Asuncion", "Buenos Aires"):
        await talk.press(person, panel, label)
    await talk.press(person, panel, f"set:{group.id}:{language}:in:pt")
    zone = "America/Argentina/Buenos_Aires"
    made = plan(group, language="pt", zone=zone, minute=1080, weekday=6)
    assert await talk.store.subscriptions.of(group.id) == made
    assert lines.every_week.format(weekday=lines.weekdays[6], time="18:00", zone=zone) in panel.plain
    await talk.press(person, panel, lines.choices.off.label)
    assert await talk.store.subscriptions.of(group.id) is None


@pytest.mark.parametrize("off", ["quotes off", "citas no", "citações não"])
async def test_a_schedule_is_ended_by_words(talk: Conversation, off: str) -> None:
    group = group_of(talk)
    await typed(talk, group, "quotes daily")
    await typed(talk, group, off)
    assert await talk.store.subscriptions.of(group.id) is None


async def test_a_change_keeps_the_rest_of_a_schedule(talk: Conversation) -> None:
    group = group_of(talk)
    await typed(talk, group, "quotes friday 18:00 lima english")
    await talk.store.subscriptions.claim(group.id, date(2026, 1, 2))
    await typed(talk, group, "quotes 20:00")
    known = await talk.store.subscriptions.of(group.id)
    assert known
    assert (known.minute, known.weekday, known.zone, known.language) == (1200, 4, "America/Lima", "en")
    assert (known.posts, known.last) == (1, date(2026, 1, 2))


async def test_quotes_come_to_the_topic_in_which_they_were_set(talk: Conversation) -> None:
    group = group_of(talk, forum=True)
    topic = talk.telegram.topic(group, "Quotes")
    await talk.hear(talk.telegram.says(ANA, group, f"/settings@{BOT.username} quotes daily", thread=topic))
    known = await talk.store.subscriptions.of(group.id)
    assert known
    assert known.thread == topic


# Channels


@LANGUAGES
async def test_a_channels_schedule_is_set_in_private(talk: Conversation, language: str) -> None:
    channel = talk.telegram.channel("Rights", username="rights", owner=PEOPLE[language])
    menu = await talk.answer(PEOPLE[language], "/publish @rights")
    await talk.press(PEOPLE[language], menu, lines_of(talk, language).names.quotes.name)
    await talk.press(PEOPLE[language], menu, lines_of(talk, language).choices.daily.label)
    known = await talk.store.subscriptions.of(channel.id)
    assert known
    assert replace(known, last=None) == plan(channel, language=language, weekday=None)


@pytest.mark.parametrize("path", ["quotes:daily", "time:600", "zone:America/Lima"])
async def test_an_admin_who_may_not_post_schedules_nothing(talk: Conversation, path: str) -> None:
    channel = talk.telegram.channel("Rights", username="rights")
    talk.telegram.promotes(OWNER, channel, ANA, can_invite_users=True)
    message = await talk.answer(ANA, "/topics")
    await talk.hear(forged(talk.telegram, ANA, message, f"set:{channel.id}:es:{path}"))
    assert (notice(talk), is_alert(talk)) == (lines_of(talk, "es").admins_only, True)
    assert await talk.store.subscriptions.of(channel.id) is None


async def test_a_topic_of_a_private_chat_is_none_of_the_channel(talk: Conversation) -> None:
    channel = talk.telegram.channel("Rights", username="rights", owner=ANA)
    message = await talk.answer(ANA, "/topics")
    message.extra = {"message_thread_id": 5, "is_topic_message": True}
    await talk.hear(forged(talk.telegram, ANA, message, f"set:{channel.id}:es:quotes:daily"))
    known = await talk.store.subscriptions.of(channel.id)
    assert known
    assert known.thread is None


@pytest.mark.parametrize("path", ["leave:yes", "budget:5", "language:pt", "welcome:on"])
async def test_a_channel_has_no_other_settings(talk: Conversation, path: str) -> None:
    channel = talk.telegram.channel("Rights", username="rights", owner=ANA)
    message = await talk.answer(ANA, "/publish @rights")
    await talk.hear(forged(talk.telegram, ANA, message, f"set:{channel.id}:es:{path}"))
    assert notice(talk) == ""
    assert await kept(talk, channel) == Settings()
    assert channel.bot_status == "administrator"


# The way out, and what goes wrong


@LANGUAGES
async def test_leave_erases_everything_and_goes(talk: Conversation, language: str) -> None:
    group, lines = group_of(talk, language), lines_of(talk, language)
    await talk.store.chats.change(group.id, budget=5)
    await talk.store.chats.write_rules(group.id, "es", "Trato amable.")
    await typed(talk, group, "quotes daily")
    panel = await typed(talk, group, "leave")
    assert (panel.plain, group.bot_status) == (lines.leave_question, "member")
    await talk.press(PEOPLE[language], panel, lines.leave_yes)
    assert (panel.plain, panel.labels, group.bot_status) == (lines.goodbye, [], "left")
    assert await kept(talk, group) == Settings()
    assert await talk.store.chats.rules(group.id) == {}
    assert await talk.store.subscriptions.of(group.id) is None


@LANGUAGES
async def test_leave_can_be_thought_over(talk: Conversation, language: str) -> None:
    group, lines = group_of(talk, language), lines_of(talk, language)
    panel = await typed(talk, group, "leave yes")
    await talk.press(PEOPLE[language], panel, lines.back)
    assert (panel.plain.startswith(lines.heading), group.bot_status) == (True, "member")


async def test_leave_goes_without_a_goodbye_where_telegram_takes_none(talk: Conversation) -> None:
    group = group_of(talk)
    await talk.store.chats.change(group.id, budget=5)
    panel = await typed(talk, group, "leave")
    talk.telegram.fail_next("editMessageText", "Forbidden: bot was kicked from the supergroup chat", 403)
    await talk.press(ANA, panel, lines_of(talk, "es").leave_yes)
    assert (await kept(talk, group), group.bot_status) == (Settings(), "left")


async def test_a_second_press_on_leave_is_answered(talk: Conversation) -> None:
    panel = await typed(talk, group_of(talk), "leave")
    presses = [talk.telegram.presses(ANA, panel, lines_of(talk, "es").leave_yes) for _ in range(2)]
    for press in presses:
        await talk.hear(press)
    assert len(talk.telegram.answers) == 2


@LANGUAGES
async def test_close_takes_the_panel_away(talk: Conversation, language: str) -> None:
    panel = await typed(talk, group_of(talk, language))
    await talk.press(PEOPLE[language], panel, lines_of(talk, language).close)
    assert panel.deleted


async def test_close_takes_the_buttons_of_an_old_panel_away(talk: Conversation) -> None:
    panel = await typed(talk, group_of(talk))
    talk.telegram.fail_next("deleteMessage", "Bad Request: message can't be deleted for everyone", 400)
    await talk.press(ANA, panel, lines_of(talk, "es").close)
    assert (panel.deleted, panel.labels) == (False, [])


@LANGUAGES
async def test_a_panel_that_is_gone_comes_anew(talk: Conversation, language: str) -> None:
    group, person = group_of(talk, language), PEOPLE[language]
    panel = await typed(talk, group, "budget")
    press = talk.telegram.presses(person, panel, "5")
    panel.deleted = True
    [fresh] = await talk.hear(press)
    assert f"5 {CURRENT}" in fresh.labels
    assert (await kept(talk, group)).budget == 5


async def test_a_press_on_a_message_that_telegram_no_longer_shows_is_answered(talk: Conversation) -> None:
    group = group_of(talk)
    press = talk.telegram.presses(ANA, await typed(talk, group, "budget"), "5")
    query = press["callback_query"]
    assert isinstance(query, dict)
    query["message"] = {"chat": group.as_json(), "message_id": 3, "date": 0}
    await talk.hear(press)
    assert len(talk.telegram.answers) == 1


@LANGUAGES
async def test_a_failing_database_is_admitted(
    talk: Conversation, language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(*_: object, **__: object) -> None:
        raise StoreError("gone")

    group, failed = group_of(talk, language), talk.knowledge.voices[language].failed
    panel = await typed(talk, group, "budget")
    monkeypatch.setattr(talk.store.chats, "change", fail)
    await talk.press(PEOPLE[language], panel, "5")
    assert (notice(talk), is_alert(talk)) == (failed, True)
    assert (await typed(talk, group, "budget 5")).plain == failed


@pytest.mark.parametrize("method", ["getChatMember", "answerCallbackQuery", "editMessageText"])
async def test_after_an_error_of_telegrams_the_next_press_works(talk: Conversation, method: str) -> None:
    group = group_of(talk)
    panel = await typed(talk, group, "budget")
    talk.telegram.fail_next(method)
    await talk.press(ANA, panel, "5")
    await talk.press(ANA, panel, "10")
    assert (await kept(talk, group)).budget == 10
    assert f"10 {CURRENT}" in panel.labels


async def test_a_muted_bot_obeys_in_silence(talk: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    group = group_of(talk)
    talk.telegram.restricts(ANA, group, BOT, can_send_messages=False)
    assert await talk.say(ANA, f"/settings@{BOT.username} budget 5", group) == []
    assert (await kept(talk, group)).budget == 5
    assert not caplog.records


async def test_no_word_of_an_admin_is_logged(talk: Conversation, caplog: pytest.LogCaptureFixture) -> None:
    group = group_of(talk)
    for words in ("rules english Hibiscus", "quotes daily Hibiscus/Town", "hibiscus", "budget hibiscus"):
        talk.telegram.fail_next("sendMessage")
        await talk.say(ANA, f"/settings@{BOT.username} {words}", group)
    assert "hibiscus" not in caplog.text.lower()
    assert str(ANA.id) not in caplog.text


async def test_a_late_press_is_obeyed(talk: Conversation) -> None:
    group = group_of(talk)
    panel = await typed(talk, group, "budget")
    talk.telegram.fail_next("answerCallbackQuery", "Bad Request: query is too old and response timeout expired", 400)
    await talk.press(ANA, panel, "5")
    assert (await kept(talk, group)).budget == 5


@LANGUAGES
async def test_settings_and_panels_survive_a_restart(answers: Answers, store: Store, language: str) -> None:
    telegram = OfflineTelegram()
    first = open_conversation(answers, telegram, store)
    async with first.app:
        group = group_of(first, language)
        panel = await typed(first, group, "budget 5")
        await typed(first, group, "quotes daily 18:30 lima")
    second = open_conversation(answers, telegram, store)
    async with second.app:
        await second.press(PEOPLE[language], panel, "10")
        assert await kept(second, group) == Settings(budget=10)
        assert "America/Lima" in (await typed(second, group)).plain


@LANGUAGES
async def test_a_group_that_became_a_supergroup_keeps_its_settings(talk: Conversation, language: str) -> None:
    group = group_of(talk, language, basic=True)
    panel = await typed(talk, group, "budget 5")
    await typed(talk, group, "quotes daily lima")
    press = talk.telegram.presses(PEOPLE[language], panel, "10")
    for update in talk.telegram.migrates(group):
        await talk.hear(update)
    assert group.moved_to
    assert (await kept(talk, group.moved_to)).budget == 5
    assert "America/Lima" in (await typed(talk, group.moved_to)).plain
    await talk.hear(press)  # a button from before
    assert len(talk.telegram.answers) == 1
    assert (await kept(talk, group), (await kept(talk, group.moved_to)).budget) == (Settings(), 5)
