"""What an editor reads when something is wrong: a valid folder with one change, and each problem that it causes."""

import shutil
from pathlib import Path

import pytest

from content import ContentError, load
from content.__main__ import main

LIBRARY = Path(__file__).parent / "library"
BOOKS, LATE = "knowledge/loans/how_many_books.yaml", "knowledge/loans/late_books.yaml"
THANKS = "knowledge/talk/thanks.yaml"
EN, ES, SOURCE, WORDS = "voice/en.yaml", "voice/es.yaml", "sources/rules.yaml", "words/en.yaml"
QUOTE = "text: A reader may take home three books at a time, and must bring them back within four weeks."
ANOTHER_ONE = "Cuando devuelve uno, puede llevarse otro en su\n    lugar."
QUOTE_NOT_FOUND = "4: these are not the exact words and signs of rules.02"
QUOTE_TOO_LONG = "4: `quotes 1 text` is longer than the 256 characters that a copy button holds: quote less"
BAD_DATE = "1: `as_of` must be a year or a year and month, like 2024-08"
BAD_NAME = "1: names of entries, topics and sources are 1-40 of a-z, 0-9 and _, a letter first"
NO_ANCHORS = "anchors and aliases (& and *) are not allowed: write the text out"
RULES = "sources:\n  rules:"
BAD_LANGUAGE = "1: the file's name must be a language code of two or three letters, like es.yaml"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A valid content folder of another organisation, to be changed; paths of problems begin there."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(LIBRARY, tmp_path, dirs_exist_ok=True))


def change(folder: Path, file: str, old: str, new: str) -> None:
    text = (folder / file).read_text("utf-8")
    assert text.count(old) == 1, f"{old!r} must stand once in {file}"
    (folder / file).write_text(text.replace(old, new), "utf-8")


def line_of(folder: Path, file: str, beginning: str) -> int:
    """Return the number of the line that begins so; where several do, the text names lines above it too."""
    text = "\n" + (folder / file).read_text("utf-8")
    assert text.count(f"\n{beginning}") == 1, f"{beginning!r} must begin one line of {file}"
    return text[: text.index(f"\n{beginning}") + len(beginning) + 1].count("\n")


def problems(folder: Path) -> list[str]:
    try:
        load(folder)
    except ContentError as error:
        return str(error).splitlines()
    return []


def test_the_unchanged_folder_has_no_problem(folder: Path) -> None:
    assert problems(folder) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        pytest.param(
            THANKS,
            "\nes:\n",
            "\nfr:\n",
            ["1: the language es is missing", "6: unknown key `fr` (a language needs a file voice/fr.yaml)"],
            id="a language is missing and another one unknown",
        ),
        pytest.param(BOOKS, "related:", "relatd:", ["5: unknown key `relatd`"], id="an unknown key"),
        pytest.param(
            BOOKS,
            "text: A reader",
            "txt: A reader",
            ["3: `quotes 1 text` is missing", "4: unknown key `quotes 1 txt`"],
            id="an unknown key in a quote",
        ),
        pytest.param(
            BOOKS,
            "title: Cuántos libros",
            "título: Cuántos libros",
            ["21: `es title` is missing", "22: unknown key `es título`"],
            id="an unknown key in a language",
        ),
        pytest.param(
            BOOKS,
            "related:",
            "as_of: 2023\nrelated:",
            ["5: the key `as_of` stands twice (first on line 1)"],
            id="a repeated key",
        ),
        pytest.param(
            THANKS,
            "title: Thanks",
            "title: Thanks\n  title: Thank you",
            ["4: the key `title` stands twice (first on line 3)"],
            id="a repeated key in a language",
        ),
        pytest.param(
            BOOKS,
            "\nes:\n",
            "\nen:\n",
            ["1: the language es is missing", "21: the key `en` stands twice (first on line 6)"],
            id="a repeated language",
        ),
        pytest.param(THANKS, "\nes:\n", "\n<<: {kind: limit}\nes:\n", ["6: unknown key `<<`"], id="a merge key"),
        pytest.param(
            THANKS,
            "\nes:\n",
            "\nno: {}\nes:\n",
            ["6: unknown key `no` (a language needs a file voice/no.yaml)"],
            id="the key no is text",
        ),
        pytest.param(
            THANKS,
            "\nes:\n",
            '\n"a\\nb\\e[31m": {}\nes:\n',
            ["6: unknown key `a b [31m`"],
            id="a key that would break the line and colour the terminal",
        ),
        pytest.param(
            THANKS,
            "smalltalk",
            "chat",
            ["1: `kind` must be 'answer', 'smalltalk' or 'limit'"],
            id="an unknown kind",
        ),
        pytest.param(
            THANKS,
            "smalltalk",
            "[smalltalk]",
            ["1: `kind` must be 'answer', 'smalltalk' or 'limit'"],
            id="a list in place of a kind",
        ),
        pytest.param(THANKS, "Thanks\n", "[Thanks]\n", ["3: `en title` must be text"], id="a list in place of a text"),
        pytest.param(BOOKS, "[late_books]", "late_books", ["5: `related` must be a list"], id="a text for a list"),
        pytest.param(
            THANKS,
            "\nes:\n",
            "\nes: Gracias\nfr:\n",
            [
                "6: `es` must be a mapping of keys to values",
                "7: unknown key `fr` (a language needs a file voice/fr.yaml)",
            ],
            id="a text in place of a language",
        ),
        pytest.param(BOOKS, "2024-05", "2024-13", [BAD_DATE], id="a thirteenth month"),
        pytest.param(BOOKS, "2024-05", "2024-5", [BAD_DATE], id="a month of one digit"),
        pytest.param(BOOKS, "2024-05", "2024-05-01", [BAD_DATE], id="a date with a day"),
        pytest.param(BOOKS, "2024-05", "May 2024", [BAD_DATE], id="a date in words"),
        pytest.param(BOOKS, "2024-05", "", [BAD_DATE], id="an empty date"),
        pytest.param(
            BOOKS, "as_of: 2024-05\n", "", ["1: an answer needs a date: add `as_of`"], id="an answer without a date"
        ),
        pytest.param(
            THANKS,
            "smalltalk",
            "limit\nas_of: 2024-05",
            ["2: `as_of` belongs to answers, not to an entry of kind limit"],
            id="a limit with a date",
        ),
    ],
)
def test_keys_and_values(folder: Path, file: str, old: str, new: str, expected: list[str]) -> None:
    change(folder, file, old, new)
    assert problems(folder) == [f"{file}:{line}" for line in expected]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        pytest.param(BOOKS, "home three books", "home four books", [QUOTE_NOT_FOUND], id="one word changed"),
        pytest.param(BOOKS, "may take home", "may not take home", [QUOTE_NOT_FOUND], id="one word added"),
        pytest.param(BOOKS, "weeks.\nrelated", "weeks\nrelated", [QUOTE_NOT_FOUND], id="the full stop left out"),
        pytest.param(
            BOOKS,
            "rules.02",
            "rules.03",
            ["4: these are not the exact words and signs of rules.03, but those of rules.02"],
            id="the words of another paragraph",
        ),
        pytest.param(
            BOOKS, "rules.02", "rules.9", ["3: there is no paragraph rules.9 in the sources"], id="no paragraph"
        ),
        pytest.param(BOOKS, "rules.02", "laws.02", ["3: there is no paragraph laws.02 in the sources"], id="no source"),
        pytest.param(
            BOOKS, "rules.02", "rules", ["3: there is no paragraph rules in the sources"], id="a source alone"
        ),
        pytest.param(BOOKS, QUOTE, "text: A reader may take home three", [], id="six words can be verified"),
        pytest.param(
            BOOKS,
            QUOTE,
            "text: A reader may take home",
            ["4: `quotes 1 text` has fewer than 6 words, too few to be verified"],
            id="five words cannot be verified",
        ),
        pytest.param(BOOKS, QUOTE, f"text: a b c d e {'é' * 246}", [QUOTE_NOT_FOUND], id="256 units can be copied"),
        pytest.param(BOOKS, QUOTE, f"text: a b c d e {'é' * 247}", [QUOTE_TOO_LONG], id="257 units cannot be copied"),
        pytest.param(BOOKS, QUOTE, f"text: a b c d e {'📚' * 123}", [QUOTE_NOT_FOUND], id="emoji of 256 units can"),
        pytest.param(BOOKS, QUOTE, f"text: a b c d e {'📚' * 124}", [QUOTE_TOO_LONG], id="emoji of 258 units cannot"),
        pytest.param(
            LATE,
            "related:",
            2 * f"  - paragraph: rules.02\n    {QUOTE}\n" + "related:",
            ["2: `quotes` has 4, but may have at most 3"],
            id="four quotes",
        ),
        pytest.param(
            LATE,
            "    - nadie tiene que pagar por un carné.\n",
            "",
            ["29: translations of quotes in another language: 2 wanted, 1 given"],
            id="a translation is missing",
        ),
        pytest.param(
            BOOKS,
            "  phrases:\n    - how many",
            "  quotes: [Three books at a time]\n  phrases:\n    - how many",
            ["12: translations of quotes in another language: 0 wanted, 1 given"],
            id="a translation into the document's own language",
        ),
        pytest.param(
            LATE,
            "- nadie tiene que pagar por un carné.",
            '- ""',
            ["31: `es quotes 2` is empty"],
            id="an empty translation",
        ),
        pytest.param(
            THANKS,
            "\nen:\n",
            f"\nquotes:\n  - paragraph: rules.02\n    {QUOTE}\nen:\n",
            [
                "2: `quotes` belongs to answers, not to an entry of kind smalltalk",
                "9: translations of quotes in another language: 1 wanted, 0 given",
            ],
            id="small talk with a quote",
        ),
        pytest.param(
            BOOKS,
            f"quotes:\n  - paragraph: rules.02\n    {QUOTE}\n",
            "",
            [
                "1: an answer needs a quote: add `quotes`",
                "24: translations of quotes in another language: 0 wanted, 1 given",
            ],
            id="an answer without a quote",
        ),
    ],
)
def test_quotes(folder: Path, file: str, old: str, new: str, expected: list[str]) -> None:
    change(folder, file, old, new)
    assert problems(folder) == [f"{file}:{line}" for line in expected]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        pytest.param(THANKS, "title: Thanks", f"title: {'x' * 45}", [], id="a title of 45 characters"),
        pytest.param(
            THANKS,
            "title: Thanks",
            f"title: {'x' * 46}",
            ["3: `en title` must have 1 to 45 characters"],
            id="a title of 46 characters",
        ),
        pytest.param(THANKS, "title: Thanks", "title:", ["3: `en title` must have 1 to 45 characters"], id="no title"),
        pytest.param(
            LATE,
            "title: Late books",
            "title: How MANY books?",
            ["9: the entry how_many_books has the same title"],
            id="the title of another entry",
        ),
        pytest.param(
            THANKS,
            "You are welcome. Enjoy your reading.",
            "You are welcome.",
            ["4: the answer has 16 characters: write 20 to 600"],
            id="small talk too short",
        ),
        pytest.param(
            THANKS,
            "You are welcome. Enjoy your reading.",
            "é" * 601,
            ["4: the answer has 601 characters: write 20 to 600"],
            id="small talk too long",
        ),
        pytest.param(BOOKS, "Tres a la vez, por", f"Tres {'x' * 288} por", [], id="an answer of 600 characters"),
        pytest.param(
            BOOKS,
            "Tres a la vez, por",
            f"Tres {'x' * 289} por",
            ["23: the answer has 601 characters: write 280 to 600"],
            id="an answer of 601 characters",
        ),
        pytest.param(BOOKS, ANOTHER_ONE, "x" * 12, [], id="an answer of 280 characters"),
        pytest.param(
            BOOKS,
            ANOTHER_ONE,
            "x" * 11,
            ["23: the answer has 279 characters: write 280 to 600"],
            id="an answer of 279 characters",
        ),
        pytest.param(
            BOOKS,
            "phrases:\n    - how many",
            "answer: Three.\n  phrases:\n    - how many",
            ["12: the key `answer` stands twice (first on line 8)"],
            id="a second answer",
        ),
        pytest.param(
            BOOKS,
            "- Cada persona puede llevarse tres libros a la vez, y debe devolverlos en cuatro semanas.",
            f"- {'x ' * 1600}",
            ["21: answer and quote together do not fit one message of 4096 characters"],
            id="more than one message holds",
        ),
        pytest.param(THANKS, ", thank you", "", ["5: `en phrases` has 7, but needs at least 8"], id="seven phrases"),
        pytest.param(BOOKS, "- loan period", '- ""', ["19: this phrase has no words"], id="an empty phrase"),
        pytest.param(BOOKS, "- loan period", '- "¿?"', ["19: this phrase has no words"], id="a phrase of signs alone"),
        pytest.param(
            BOOKS,
            "- plazo del préstamo",
            "- ¡TAMANO del prestamo!",
            ['36: the phrase "¡TAMANO del prestamo!" stands twice in this entry'],
            id="a phrase twice but for case, accents and signs",
        ),
        pytest.param(
            LATE,
            "- overdue\n",
            "- Loan period?\n",
            ['21: the phrase "Loan period?" stands in the entry how_many_books too'],
            id="a phrase of another entry",
        ),
        pytest.param(BOOKS, "- loan period", "- hay multa", [], id="a phrase of another entry in another language"),
    ],
)
def test_texts(folder: Path, file: str, old: str, new: str, expected: list[str]) -> None:
    change(folder, file, old, new)
    assert problems(folder) == [f"{file}:{line}" for line in expected]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("[late_books]", "[late_book]", ["5: related: late_book is no entry"], id="no such entry"),
        pytest.param(
            "[late_books]",
            "[how_many_books]",
            ["5: related: how_many_books is this entry itself"],
            id="the entry itself",
        ),
        pytest.param(
            "[late_books]", "[thanks, late_books, thanks]", ["5: related: thanks stands twice"], id="an entry twice"
        ),
        pytest.param("[late_books]", '[""]', ["5: `related 1` is empty"], id="an empty name"),
        pytest.param(
            "[late_books]", "[a, b, c, d, e]", ["5: `related` has 5, but may have at most 4"], id="five entries"
        ),
        pytest.param("related: [late_books]\n", "", [], id="nothing related"),
    ],
)
def test_related(folder: Path, old: str, new: str, expected: list[str]) -> None:
    change(folder, BOOKS, old, new)
    assert problems(folder) == [f"{BOOKS}:{line}" for line in expected]


@pytest.mark.parametrize(
    ("file", "old", "new", "expected"),
    [
        pytest.param(
            EN, "start: Hello. I know the rules of the library.\n", "", {"name:": "`start` is missing"}, id="no line"
        ),
        pytest.param(
            EN, "start: Hello. I know the rules of the library.", "start:", {"start:": "`start` is empty"}, id="empty"
        ),
        pytest.param(EN, "  share: Share\n", "", {"buttons:": "`buttons share` is missing"}, id="a button is missing"),
        pytest.param(
            EN, "  share: Share", "  share: ' '", {"  share:": "`buttons share` is empty"}, id="a button is empty"
        ),
        pytest.param(
            EN, "\nfailed:", "\nfailure: x\nfailed:", {"failure:": "unknown key `failure`"}, id="an unknown line"
        ),
        pytest.param(
            ES,
            "/ask@{bot}.\nquoted",
            "/ask@{bott}.\nquoted",
            {"added:": "`added` must hold {bot}, and no other braces"},
            id="typo",
        ),
        pytest.param(
            ES,
            "@{bot} en",
            "@bot en",
            {"help:": "`help` must hold {bot}, and no other braces"},
            id="the name is left out",
        ),
        pytest.param(
            ES,
            "{month} de {year}",
            "{mes} de {year}",
            {"month_and_year:": "`month_and_year` must hold {month} and {year}, and no other braces"},
            id="the name is translated",
        ),
        pytest.param(
            ES, "No sé.", "No sé, {bot}.", {"unknown:": "`unknown` must hold no braces"}, id="a name too many"
        ),
        pytest.param(ES, "No sé.", "No sé }.", {"unknown:": "`unknown` must hold no braces"}, id="a brace alone"),
        pytest.param(
            ES,
            "@{bot} en",
            "@{bot:>9} en",
            {"help:": "`help` must hold {bot}, and no other braces"},
            id="a way to write the name",
        ),
        pytest.param(ES, "@{bot} en", "@{bot} (@{bot}) en", {}, id="a name twice"),
        pytest.param(
            EN,
            "start: Hello.",
            f"start: {'📚' * 1750}",
            {"start:": "`start` must have at most 3500 characters"},
            id="too long to send",
        ),
        pytest.param(
            EN,
            "  ask: Ask\n",
            f"  ask: {'x' * 257}\n",
            {"  ask:": "`commands ask` must have at most 256 characters"},
            id="too long for the menu",
        ),
        pytest.param(
            EN,
            "The rules of the library.\n",
            "x" * 121 + "\n",
            {"short_description:": "`short_description` must have at most 120 characters"},
            id="too long for the profile",
        ),
        pytest.param(
            EN, "  thanks: Thank you\n", "", {"samples:": "`samples` has 2, but needs at least 3"}, id="two samples"
        ),
        pytest.param(
            EN,
            "  thanks: Thank",
            "  thank: Thank",
            {"  thank:": "samples: thank is no entry"},
            id="a sample that is no entry",
        ),
        pytest.param(
            EN,
            "  loans: Loans\nsources",
            "  talk: Talk\nsources",
            {"topics:": "`topics loans` is missing", "  talk:": "unknown key `topics talk`"},
            id="a topic without answers",
        ),
        pytest.param(
            EN,
            "  loans: Loans\nsources",
            "  loans: ''\nsources",
            {"  loans:": "`topics loans` is empty"},
            id="no title",
        ),
        pytest.param(
            ES,
            "      Loans: Préstamos",
            "      Books: Libros",
            {
                "    sections:": "`sources rules sections Loans` is missing",
                "      Books:": "unknown key `sources rules sections Books`",
            },
            id="another section",
        ),
        pytest.param(
            ES,
            "  rules:\n",
            "  laws:\n",
            {"sources:": "`sources rules` is missing", "  laws:": "unknown key `sources laws`"},
            id="another source",
        ),
        pytest.param(
            ES,
            "    es: [en español]",
            "    fr: [en francés]",
            {
                "  in_language:": "`followups in_language es` is missing",
                "    fr:": "unknown key `followups in_language fr`",
            },
            id="another language",
        ),
        pytest.param(
            ES, "more: [más]", "more: []", {"  more:": "`followups more` has 0, but needs at least 1"}, id="no words"
        ),
        pytest.param(
            ES, ", diciembre]", "]", {"months:": "`months` has 11, but needs at least 12"}, id="eleven months"
        ),
        pytest.param(
            SOURCE,
            "title: Rules of the Town Library\n",
            "",
            {"publisher:": "`title` is missing"},
            id="a source without a title",
        ),
        pytest.param(
            SOURCE,
            "aside: true",
            "aside: perhaps",
            {"    aside:": "`paragraphs 04 aside` must be true or false"},
            id="perhaps",
        ),
        pytest.param(
            WORDS,
            "[book, volume]",
            "[book]",
            {"  - [book]": "`synonyms 1` has 1, but needs at least 2"},
            id="a lone synonym",
        ),
        pytest.param(
            WORDS,
            "u: you",
            "u: [you]",
            {"abbreviations:": "`abbreviations u` must be text"},
            id="an abbreviation of a list",
        ),
    ],
)
def test_voices_sources_and_words(folder: Path, file: str, old: str, new: str, expected: dict[str, str]) -> None:
    change(folder, file, old, new)
    assert problems(folder) == [f"{file}:{line_of(folder, file, line)}: {text}" for line, text in expected.items()]


NO_LINE = "must be one text, with commas between its words and expressions"
NO_ITEM = "is no word or expression; a * may end it, after two letters or more"
SPYING = "spying:\n  en: spy*, secret police\n  es: espi*, policía secreta\n"


def with_thesaurus(folder: Path, text: str, name: str = "states.yaml") -> list[str]:
    """Give the folder a file of the thesaurus; return the problems, without the path of that file."""
    (folder / "thesaurus").mkdir(exist_ok=True)
    (folder / "thesaurus" / name).write_text(text, "utf-8")
    return [problem.removeprefix("thesaurus/states.yaml:") for problem in problems(folder)]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param(SPYING, id="words and expressions, with and without a star"),
        pytest.param("spying:\n  en: spy\n", id="one word in one language"),
        pytest.param("spying:\n  en: >-\n    spy*, secret\n    police, e-mail\n", id="on several lines"),
        pytest.param("spying:\n  en: don't know, e-mail, 2fa, x, él*\n", id="apostrophes, hyphens, digits, accents"),
        pytest.param("spying:\n  en: ' spy ,  secret police '\n", id="spaces around items"),
        pytest.param("spying:\n  en: spy, spy\n", id="an item twice"),
    ],
)
def test_a_good_thesaurus(folder: Path, text: str) -> None:
    assert with_thesaurus(folder, text) == []


def test_the_items_of_a_concept_are_read_by_language(folder: Path) -> None:
    assert with_thesaurus(folder, SPYING + "law:\n  es: ' ley ,norma*'\n") == []
    assert load(folder).concepts == {
        "en": {"spying": ("spy*", "secret police")},
        "es": {"spying": ("espi*", "policía secreta"), "law": ("ley", "norma*")},
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("", ["1: the file must be a mapping of keys to values"], id="empty"),
        pytest.param("- spying\n", ["1: the file must be a mapping of keys to values"], id="a list"),
        pytest.param("spying\n", ["1: the file must be a mapping of keys to values"], id="a text"),
        pytest.param(
            f"{SPYING}law: ley, norma\n", ["4: `law` must be a mapping of keys to values"], id="a concept of a text"
        ),
        pytest.param(
            f"{SPYING}law: [ley, norma]\n", ["4: `law` must be a mapping of keys to values"], id="a concept of a list"
        ),
        pytest.param(f"{SPYING}law:\n  en: [law, '*']\n", [f"5: `law en` {NO_LINE}"], id="a list of items"),
        pytest.param(f"{SPYING}law:\n  en: {{law: rule}}\n", [f"5: `law en` {NO_LINE}"], id="a mapping of items"),
        pytest.param(
            f"{SPYING}law:\n  en: law\n  fr: loi\n",
            ["6: `law fr`: the language fr needs a file voice/fr.yaml"],
            id="an unknown language",
        ),
        pytest.param(
            f"{SPYING}law:\n  fr: loi, '*'\n",
            [
                f"""5: `law fr` "'*'" {NO_ITEM}""",
                "5: `law fr`: the language fr needs a file voice/fr.yaml",
            ],
            id="an unknown language with a bad item",
        ),
        pytest.param(
            f"{SPYING}law:\n  en: law\n  no: lov\n",
            ["6: `law no`: the language no needs a file voice/no.yaml"],
            id="the language no is text",
        ),
        pytest.param(f"{SPYING}law:\n  en: law, *rule\n", [f'5: `law en` "*rule" {NO_ITEM}'], id="a star before"),
        pytest.param(f"{SPYING}law:\n  en: la*w\n", [f'5: `law en` "la*w" {NO_ITEM}'], id="a star in the middle"),
        pytest.param(f"{SPYING}law:\n  en: law**\n", [f'5: `law en` "law**" {NO_ITEM}'], id="two stars"),
        pytest.param(f"{SPYING}law:\n  en: law *\n", [f'5: `law en` "law *" {NO_ITEM}'], id="a star by itself"),
        pytest.param(f"{SPYING}law:\n  en: l*\n", [f'5: `law en` "l*" {NO_ITEM}'], id="a star after one letter"),
        pytest.param(
            f"{SPYING}law:\n  en: rule of l*\n",
            [f'5: `law en` "rule of l*" {NO_ITEM}'],
            id="a star after one letter of an expression",
        ),
        pytest.param(f"{SPYING}law:\n  en: law, , rule\n", [f'5: `law en` "" {NO_ITEM}'], id="an empty item"),
        pytest.param(f"{SPYING}law:\n  en: law,\n", [f'5: `law en` "" {NO_ITEM}'], id="a comma at the end"),
        pytest.param(f"{SPYING}law:\n  en:\n", [f'5: `law en` "" {NO_ITEM}'], id="no items"),
        pytest.param(f"{SPYING}law:\n  en: law; rule\n", [f'5: `law en` "law; rule" {NO_ITEM}'], id="a semicolon"),
        pytest.param(f"{SPYING}law:\n  en: law 🙂\n", [f'5: `law en` "law 🙂" {NO_ITEM}'], id="an emoji"),
        pytest.param(
            f"{SPYING}spying:\n  en: snoop\n",
            ["4: the key `spying` stands twice (first on line 1)"],
            id="a concept twice",
        ),
        pytest.param(
            "spying:\n  en: spy*\n  en: snoop\n",
            ["3: the key `en` stands twice (first on line 2)"],
            id="a language twice",
        ),
        pytest.param(
            "law:\n  en: '*'\n  es: ley,\nspying:\n  fr: espion\n",
            [
                f'2: `law en` "*" {NO_ITEM}',
                f'3: `law es` "" {NO_ITEM}',
                "5: `spying fr`: the language fr needs a file voice/fr.yaml",
            ],
            id="several at once",
        ),
        pytest.param("spying:\n  en: &a spy\n", [f"2: {NO_ANCHORS}"], id="an anchor"),
    ],
)
def test_a_bad_thesaurus(folder: Path, text: str, expected: list[str]) -> None:
    assert with_thesaurus(folder, text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("law:\n  en: rule\n", [], id="another concept"),
        pytest.param(
            "law:\n  en: rule\nspying:\n  en: snoop\n",
            ["thesaurus/surveillance.yaml:3: the concept spying stands in states.yaml too"],
            id="the same concept",
        ),
    ],
)
def test_a_concept_stands_in_one_file(folder: Path, text: str, expected: list[str]) -> None:
    assert with_thesaurus(folder, SPYING) == []
    assert with_thesaurus(folder, text, "surveillance.yaml") == expected


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        pytest.param("States.yaml", f"thesaurus/States.yaml:{BAD_NAME}", id="a capital"),
        pytest.param(
            "states.yml",
            "thesaurus/states.yml:1: this file is not read: the files here are thesaurus/*.yaml",
            id="an ending that is not read",
        ),
    ],
)
def test_names_of_files_of_the_thesaurus(folder: Path, name: str, expected: str) -> None:
    assert with_thesaurus(folder, SPYING, name) == [expected]


def test_a_thesaurus_is_part_of_the_edition(folder: Path) -> None:
    before = load(folder).digest
    assert with_thesaurus(folder, SPYING) == []
    assert load(folder).digest != before


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        pytest.param(b"", "1: the file must be a mapping of keys to values", id="empty"),
        pytest.param(b"# a comment\n", "1: the file must be a mapping of keys to values", id="a comment alone"),
        pytest.param(b"{}", "1: the file must be a mapping of keys to values", id="an empty mapping"),
        pytest.param(b"- kind: limit", "1: the file must be a mapping of keys to values", id="a list"),
        pytest.param(b"Thank you", "1: the file must be a mapping of keys to values", id="a text"),
        pytest.param(
            "kind: limit\ntitle: preservação".encode("latin-1"),
            "2: not UTF-8 text: save the file in the encoding UTF-8",
            id="Latin-1",
        ),
        pytest.param(
            "kind: limit".encode("utf-16"), "1: not UTF-8 text: save the file in the encoding UTF-8", id="UTF-16"
        ),
        pytest.param(
            b"a: &a [x, x]\nb: &b [*a, *a]\nc: &c [*b, *b]",
            "1: anchors and aliases (& and *) are not allowed: write the text out",
            id="an alias bomb",
        ),
        pytest.param(
            b"kind: limit\nen: *other",
            "2: anchors and aliases (& and *) are not allowed: write the text out",
            id="an alias",
        ),
        pytest.param(
            b"kind: limit\n? &a x\n: y",
            "2: anchors and aliases (& and *) are not allowed: write the text out",
            id="an anchor on a key",
        ),
        pytest.param(
            b"kind: !!python/object/apply:os.system [ls]",
            "1: tags (!) are not allowed: every value is text",
            id="a tag",
        ),
        pytest.param(b"kind: limit\nas_of: ! x", "2: tags (!) are not allowed: every value is text", id="a bare tag"),
        pytest.param(b"kind: limit\n? [a, b]\n: c", "2: a key must be text", id="a list as key"),
        pytest.param(b"[" * 200_000, "1: nested more than 8 levels deep", id="200,000 brackets"),
        pytest.param(b"{a: " * 200_000, "1: nested more than 8 levels deep", id="200,000 braces"),
        pytest.param(b"- " * 200_000, "1: nested more than 8 levels deep", id="200,000 lists on a line"),
        pytest.param(b"? " * 200_000, "1: nested more than 8 levels deep", id="200,000 keys of keys"),
        pytest.param(b"a:\n" + b"- x\n" * 60_000, "49999: the file has more than 50,000 parts", id="too many parts"),
        pytest.param(b"a: " + b"x" * 1_000_000, "1: the file has more than 1,000,000 bytes", id="too large"),
        pytest.param(b"a: b\n---\nc: d", "2: a second document begins here: one file holds one", id="two documents"),
        pytest.param(b'a: b\nc: "\\0"', "2: half of a character or a NUL: write the character itself", id="a NUL"),
        pytest.param(b"a: b\nc: \0", "2: not YAML: a control character is not allowed here", id="a NUL as it is"),
        pytest.param(
            "título: mañana\nc: \a".encode(),
            "2: not YAML: a control character is not allowed here",
            id="a control character",
        ),
        pytest.param(
            b'a: b\nc: "\\ud83d"', "2: not YAML: found invalid Unicode character escape code", id="half of an emoji"
        ),
        pytest.param(
            b"a: b\nc: what is this: a list",
            "2: not YAML: mapping values are not allowed in this context (a text that holds `: ` needs "
            "quotes around it)",
            id="a text with a colon",
        ),
        pytest.param(
            b"a: b\nc: @bot",
            "2: not YAML: found character that cannot start any token (no line begins with a tab, and a text that "
            "begins with a sign needs quotes around it)",
            id="a text that begins with a sign",
        ),
        pytest.param(
            b"a: b\nc: 'it's'",
            "2: not YAML: did not find expected key (this line is not indented like the others, or a text needs "
            "quotes around it)",
            id="quotes within quotes",
        ),
        pytest.param(
            b'a: b\nc: "open\nd: e\nf: g\n',
            "2: not YAML: found unexpected end of stream (the quotation mark that opens here is never closed)",
            id="an open quotation mark",
        ),
        pytest.param(
            b"a: b\nc: [d, e\nf: g]",
            "2: not YAML: did not find expected ',' or ']' (the list that opens here lacks a comma or its closing "
            "bracket)",
            id="a comma is missing",
        ),
    ],
)
def test_files_that_are_refused(folder: Path, data: bytes, expected: str) -> None:
    (folder / "knowledge/talk/hostile.yaml").write_bytes(data)
    assert problems(folder) == [f"knowledge/talk/hostile.yaml:{expected}"]


def test_small_talk_taken_for_an_answer(folder: Path) -> None:
    change(folder, THANKS, "kind: smalltalk\n", "")
    assert problems(folder) == [
        f"{THANKS}:1: an answer needs a date: add `as_of`",
        f"{THANKS}:1: an answer needs a quote: add `quotes`",
        f"{THANKS}:3: the answer has 36 characters: write 280 to 600",
        f"{THANKS}:7: the answer has 33 characters: write 280 to 600",
        f"{EN}:{line_of(folder, EN, 'topics:')}: `topics talk` is missing",
        f"{ES}:{line_of(folder, ES, 'topics:')}: `topics talk` is missing",
    ]


@pytest.mark.parametrize(
    "text",
    [
        pytest.param("no", id="no is not false"),
        pytest.param("on", id="on is not true"),
        pytest.param("~", id="a tilde is not nothing"),
        pytest.param("0111", id="an octal number"),
        pytest.param("12:30", id="a number in base 60"),
        pytest.param("1_000", id="a number with an underscore"),
        pytest.param("2024-05-01", id="a date"),
        pytest.param(".inf", id="infinity"),
        pytest.param("<<", id="a merge key"),
    ],
)
def test_every_value_is_text(folder: Path, text: str) -> None:
    change(folder, THANKS, "title: Thanks", f"title: {text}")
    assert load(folder).entries["thanks"].texts["en"].title == text


@pytest.mark.parametrize(
    ("file", "copy", "expected"),
    [
        pytest.param(BOOKS, "knowledge/loans/Books.yaml", [f"knowledge/loans/Books.yaml:{BAD_NAME}"], id="a capital"),
        pytest.param(BOOKS, "knowledge/loans/2_books.yaml", [f"knowledge/loans/2_books.yaml:{BAD_NAME}"], id="a digit"),
        pytest.param(BOOKS, "knowledge/my loans/x.yaml", [f"knowledge/my loans/x.yaml:{BAD_NAME}"], id="a space"),
        pytest.param(
            BOOKS, f"knowledge/loans/{'x' * 41}.yaml", [f"knowledge/loans/{'x' * 41}.yaml:{BAD_NAME}"], id="a long name"
        ),
        pytest.param(
            BOOKS,
            "knowledge/talk/how_many_books.yaml",
            ["knowledge/talk/how_many_books.yaml:1: there is an entry how_many_books in the topic loans already"],
            id="one id in two topics",
        ),
        pytest.param(
            BOOKS,
            "knowledge/loans/books.yml",
            ["knowledge/loans/books.yml:1: this file is not read: the files here are knowledge/*/*.yaml"],
            id="an ending that is not read",
        ),
        pytest.param(
            BOOKS,
            "knowledge/books.yaml",
            ["knowledge/books.yaml:1: this file is not read: the files here are knowledge/*/*.yaml"],
            id="an entry without a topic",
        ),
        pytest.param(EN, "voice/english.yaml", [f"voice/english.yaml:{BAD_LANGUAGE}"], id="a language's name"),
        pytest.param(EN, "voice/EN.yaml", [f"voice/EN.yaml:{BAD_LANGUAGE}"], id="a language in capitals"),
        pytest.param(
            SOURCE, "sources/town.rules.yaml", [f"sources/town.rules.yaml:{BAD_NAME}"], id="a dot in a source"
        ),
        pytest.param(
            WORDS,
            "words/fr.yaml",
            ["words/fr.yaml:1: the language fr needs a file voice/fr.yaml"],
            id="words of no voice",
        ),
        pytest.param(BOOKS, "knowledge/loans/books.yaml~", [], id="an editor's backup is passed over"),
        pytest.param(BOOKS, "drafts/books.yaml", [], id="another folder is passed over"),
    ],
)
def test_names_of_files(folder: Path, file: str, copy: str, expected: list[str]) -> None:
    (folder / copy).parent.mkdir(exist_ok=True)
    shutil.copy(folder / file, folder / copy)
    assert problems(folder) == expected


@pytest.mark.parametrize(
    ("removed", "expected"),
    [
        pytest.param(["voice"], ["voice:1: no language: this folder needs a file like en.yaml"], id="no languages"),
        pytest.param(
            ["knowledge"], ["knowledge:1: no entries: this folder needs files like topic/entry.yaml"], id="no entries"
        ),
        pytest.param(
            ["voice", "knowledge", "words", "sources"],
            [
                "knowledge:1: no entries: this folder needs files like topic/entry.yaml",
                "voice:1: no language: this folder needs a file like en.yaml",
            ],
            id="nothing at all",
        ),
        pytest.param(
            ["sources"],
            [
                f"{BOOKS}:3: there is no paragraph rules.02 in the sources",
                f"{LATE}:3: there is no paragraph rules.03 in the sources",
                f"{LATE}:5: there is no paragraph rules.01 in the sources",
                f"{EN}:{line_of(LIBRARY, EN, RULES)}: unknown key `sources rules`",
                f"{ES}:{line_of(LIBRARY, ES, RULES)}: unknown key `sources rules`",
            ],
            id="no sources",
        ),
        pytest.param(["words"], [], id="words are optional"),
    ],
)
def test_parts_that_are_missing(folder: Path, removed: list[str], expected: list[str]) -> None:
    for part in removed:
        shutil.rmtree(folder / part)
    assert problems(folder) == expected


def test_no_such_folder(folder: Path) -> None:
    with pytest.raises(NotADirectoryError, match=r"^there is no content folder nowhere$"):
        load(Path("nowhere"))


@pytest.mark.parametrize("file", [BOOKS, THANKS, ES, SOURCE, WORDS])
def test_a_file_that_cannot_be_read_is_the_only_problem(folder: Path, file: str) -> None:
    (folder / file).write_bytes(b"\xff")
    assert problems(folder) == [f"{file}:1: not UTF-8 text: save the file in the encoding UTF-8"]


def test_a_folder_in_place_of_a_file(folder: Path) -> None:
    (folder / "words/pt.yaml").mkdir()
    assert problems(folder) == [
        "words/pt.yaml:1: cannot be read: Is a directory",
        "words/pt.yaml:1: the language pt needs a file voice/pt.yaml",
    ]


def test_all_problems_are_reported_together_in_the_order_of_files_and_lines(folder: Path) -> None:
    change(folder, THANKS, "[gracias,", "[hay multa, gracias, GRACIAS,")
    change(folder, THANKS, "\nen:\n", "\nkind: limit\nrelated: [nobody]\nen:\n")
    change(folder, THANKS, "title: Thanks", "titel: Thanks")
    change(folder, BOOKS, "three books", "four books")
    change(folder, BOOKS, "- loan period", "- is there a fine")
    change(folder, BOOKS, "2024-05", "May")
    change(folder, BOOKS, "[late_books]", "[lost_books]")
    (folder / LATE).write_bytes(b"as_of: \xff")
    change(folder, ES, "No sé.", "")
    assert problems(folder) == [
        f"{BOOKS}:{BAD_DATE}",
        f"{BOOKS}:{QUOTE_NOT_FOUND}",
        f"{BOOKS}:5: related: lost_books is no entry",
        f"{LATE}:1: not UTF-8 text: save the file in the encoding UTF-8",
        f"{THANKS}:2: the key `kind` stands twice (first on line 1)",
        f"{THANKS}:3: related: nobody is no entry",
        f"{THANKS}:4: `en title` is missing",
        f"{THANKS}:5: unknown key `en titel`",
        f'{THANKS}:11: the phrase "GRACIAS" stands twice in this entry',
        f"{ES}:{line_of(folder, ES, 'unknown:')}: `unknown` is empty",
    ]


def test_check_prints_problems_to_standard_error(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    change(folder, BOOKS, "home three books", "home four books")
    assert main(["--folder", str(folder), "check"]) == 1
    assert capsys.readouterr() == ("", f"{BOOKS}:{QUOTE_NOT_FOUND}\n")


def test_paths_are_whole_where_the_folder_is_elsewhere(
    folder: Path, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    change(folder, BOOKS, "home three books", "home four books")
    assert problems(folder) == [f"{folder / BOOKS}:{QUOTE_NOT_FOUND}"]
