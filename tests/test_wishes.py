"""What admins type after /settings, in any language and order; whatever is none of that is not guessed at."""

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.wishes import Plan, UnknownZoneError, Wishes, minute_of
from content import Knowledge

LANGUAGES = pytest.mark.parametrize("language", ["en", "es", "pt"])
QUIET = settings(deadline=None, derandomize=True, database=None)
VALUES = {
    "language": ("own",),
    "speak": ("commands", "replies", "questions"),
    "topics": ("everywhere", "here"),
    "budget": ("unlimited",),
    "repeat": ("off",),
    "welcome": ("on", "off"),
    "join": ("on", "off"),
    "ephemeral": ("on", "off"),
}
SENT = {"everywhere": "all", "unlimited": "0"}
"""What the buttons send for a choice, where it is not its name."""


@pytest.fixture(scope="module")
def wishes(knowledge: Knowledge) -> Wishes:
    """What the packaged knowledge lets admins type."""
    return Wishes(knowledge)


# The lines of the languages don't take words from one another


@LANGUAGES
def test_every_word_for_a_setting_names_it(wishes: Wishes, knowledge: Knowledge, language: str) -> None:
    names = knowledge.voices[language].settings.names
    typed = {word: name for name in type(names).model_fields for word in getattr(names, name).typed}
    assert {word: wishes.named(word) for word in typed} == {word: (name, "") for word, name in typed.items()}


@LANGUAGES
@pytest.mark.parametrize("name", VALUES)
def test_every_word_for_a_value_means_it(wishes: Wishes, knowledge: Knowledge, language: str, name: str) -> None:
    choices = knowledge.voices[language].settings.choices
    typed = {word: choice for choice in VALUES[name] for word in getattr(choices, choice).typed}
    found = {word: wishes.value(name, word) for word in typed}
    assert found == {word: "0" if name == "repeat" else SENT.get(choice, choice) for word, choice in typed.items()}


@LANGUAGES
def test_every_name_of_a_language_means_it(wishes: Wishes, knowledge: Knowledge, language: str) -> None:
    names = knowledge.voices[language].names
    assert {wishes.value("language", name) for name in (language, *names)} == {language}
    assert {wishes.language(f"{name.upper()} x") for name in names} == {(language, "x")}


@LANGUAGES
def test_every_word_for_a_schedule_means_it(wishes: Wishes, knowledge: Knowledge, language: str) -> None:
    lines = knowledge.voices[language].settings
    for often in ("off", "daily", "weekly"):
        assert {wishes.plan(word) for word in getattr(lines.choices, often).typed} == {Plan(often=often)}
    assert [wishes.plan(day) for day in lines.weekdays] == [Plan("weekly", weekday=day) for day in range(7)]


# Settings


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("budget 20", ("budget", "20"), id="a name and a value"),
        pytest.param("BUDGET:\n20", ("budget", "20"), id="capitals, a colon, a new line"),
        pytest.param("answers = 20", ("budget", "20"), id="a sign between"),
        pytest.param("boas vindas sim", ("welcome", "sim"), id="a name of two words"),
        pytest.param("Bóas-Vindas sim", ("welcome", "sim"), id="accents"),
        pytest.param(
            "reglas Español\n\n1. Trato amable", ("rules", "Español\n\n1. Trato amable"), id="rules as written"
        ),
        pytest.param("the budget", None, id="must not: another word before"),
        pytest.param("budgets", None, id="must not: a longer word"),
        pytest.param("budget20", None, id="must not: in one word"),
        pytest.param("...", None, id="must not: signs"),
        pytest.param("", None, id="must not: nothing"),
    ],
)
def test_the_setting_that_a_text_names(wishes: Wishes, text: str, expected: tuple[str, str] | None) -> None:
    assert wishes.named(text) == expected


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        pytest.param("budget", "0", "0", id="none"),
        pytest.param("budget", "1000", "1000", id="the most answers"),
        pytest.param("budget", "1001", None, id="must not: more"),
        pytest.param("repeat", "168", "168", id="the most hours"),
        pytest.param("repeat", "169", None, id="must not: more hours"),
        pytest.param("budget", "-1", None, id="must not: less than nothing"),
        pytest.param("budget", "1.5", None, id="must not: a half"),
        pytest.param("budget", "٣", None, id="must not: other digits"),
        pytest.param("welcome", "1", None, id="must not: a number for a switch"),
        pytest.param("speak", "on", None, id="must not: a value of another setting"),
        pytest.param("leave", "yes", None, id="must not: leave by words"),
        pytest.param("quotes", "on", None, id="must not: a schedule is no value"),
    ],
)
def test_values(wishes: Wishes, name: str, text: str, expected: str | None) -> None:
    assert wishes.value(name, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("Português\nGentileza & <b>", ("pt", "Gentileza & <b>"), id="the text as written"),
        pytest.param("english 🙂 Be kind", ("en", "🙂 Be kind"), id="an emoji is the text's"),
        pytest.param("english - no spam", ("en", "- no spam"), id="a sign is the text's"),
        pytest.param("english", ("en", ""), id="no text"),
        pytest.param("es obligatorio ser amable", None, id="must not: a code, which is a word"),
        pytest.param("be kind in english", None, id="must not: later in the text"),
    ],
)
def test_the_language_of_rules(wishes: Wishes, text: str, expected: tuple[str, str] | None) -> None:
    assert wishes.language(text) == expected


# Schedules

WEEKLY = Plan("weekly", weekday=0, minute=1110, zone="America/Bogota", language="es")


@pytest.mark.parametrize("parts", [*permutations(["weekly", "monday", "18:30", "bogota", "spanish"])], ids=" ".join)
def test_the_order_does_not_matter(wishes: Wishes, parts: tuple[str, ...]) -> None:
    assert wishes.plan(" ".join(parts)) == WEEKLY


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("semanal lunes 9h bogota", Plan("weekly", 0, 540, "America/Bogota"), id="Spanish"),
        pytest.param("todo dia 20:00 são paulo", Plan("daily", None, 1200, "America/Sao_Paulo"), id="Portuguese"),
        pytest.param("every day 9 pm mexico city", Plan("daily", None, 1260, "America/Mexico_City"), id="English"),
        pytest.param("Weekly, Monday, 18:30, America/Bogota.", Plan("weekly", 0, 1110, "America/Bogota"), id="commas"),
        pytest.param("terça-feira", Plan("weekly", 1), id="a weekday with its second half"),
        pytest.param("Buenos   Aires", Plan(zone="America/Argentina/Buenos_Aires"), id="blanks"),
        pytest.param("off", Plan("off"), id="off"),
        pytest.param("daily weekly", Plan("weekly"), id="the last word counts"),
        pytest.param("semanal lunes en bogotá", None, id="must not: `en` is no wish for English"),
        pytest.param("daily 25:00", None, id="must not: no such hour"),
        pytest.param("daily at noon", None, id="must not: words that nobody knows"),
        pytest.param("bogota banana", None, id="must not: a rest"),
    ],
)
def test_schedules(wishes: Wishes, text: str, expected: Plan | None) -> None:
    assert wishes.plan(text) == expected


@pytest.mark.parametrize("text", ["America/Atlantis", "daily 9:00 ../../etc", "/etc/passwd monday", "A/" + "x" * 4000])
def test_unknown_zones(wishes: Wishes, text: str) -> None:
    with pytest.raises(UnknownZoneError):
        wishes.plan(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("0", 0, id="midnight"),
        pytest.param("9", 540, id="an hour"),
        pytest.param("9h", 540, id="9h"),
        pytest.param("9 h", 540, id="9 h"),
        pytest.param("18h30", 1110, id="18h30"),
        pytest.param("18.30", 1110, id="18.30"),
        pytest.param("18:30 hs", 1110, id="18:30 hs"),
        pytest.param("23:59", 1439, id="the last minute"),
        pytest.param("12 am", 0, id="12 am"),
        pytest.param("12:05PM", 725, id="12:05PM"),
        pytest.param("6pm", 1080, id="6pm"),
        pytest.param("24", None, id="must not: 24"),
        pytest.param("9:60", None, id="must not: 9:60"),
        pytest.param("13pm", None, id="must not: 13pm"),
        pytest.param("0am", None, id="must not: 0am"),
        pytest.param("9:5", None, id="must not: 9:5"),
        pytest.param("900", None, id="must not: 900"),
        pytest.param("-9", None, id="must not: -9"),
        pytest.param("", None, id="must not: nothing"),
    ],
)
def test_times(text: str, expected: int | None) -> None:
    assert minute_of(text) == expected


@given(
    text=st.one_of(
        st.text(max_size=60),
        st.lists(st.sampled_from(["daily", "9", "9:00", "monday", "/", "lima", "en"])).map(" ".join),
    )
)
@settings(QUIET, max_examples=200)
def test_any_text_is_read_or_not_understood(wishes: Wishes, text: str) -> None:
    try:
        plan = wishes.plan(text.strip())
    except UnknownZoneError:
        plan = None
    assert plan is None or plan.minute is None or 0 <= plan.minute < 1440
    assert wishes.named(text) is None or text.strip()


def test_a_message_full_of_parts_is_read(wishes: Wishes) -> None:
    assert wishes.plan(" ".join(["9"] * 2000)) == Plan(minute=540)
