"""The author's tools, `python -m content …`: what they print, write and refuse."""

import json
import re
import runpy
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Literal, TypeAlias, TypedDict

import pytest

from content import PACKAGED, Knowledge, load
from content.__main__ import main
from content.reader import Data, read

LIBRARY = Path(__file__).parent / "library"
Rule = TypedDict(
    "Rule",
    {
        "$defs": "dict[str, Rule]",
        "$ref": str,
        "type": str,
        "anyOf": "list[Rule]",
        "enum": list[str],
        "pattern": str,
        "items": "Rule",
        "minItems": int,
        "maxItems": int,
        "properties": "dict[str, Rule]",
        "additionalProperties": "Rule | Literal[False]",
        "required": list[str],
    },
    total=False,
)
NOTHING: Rule = {"type": "nothing"}
SCHEMA: Rule = json.loads((PACKAGED / "entry.schema.json").read_text("utf-8"))
Output: TypeAlias = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A valid content folder of another organisation; paths of problems begin there."""
    monkeypatch.chdir(tmp_path)
    return Path(shutil.copytree(LIBRARY, tmp_path, dirs_exist_ok=True))


def run(folder: Path, *arguments: str) -> int:
    return main(["--folder", str(folder), *arguments])


# check


def test_check_says_how_much_there_is(folder: Path, capsys: Output) -> None:
    assert run(folder, "check") == 0
    printed = f"3 entries, 48 phrases in en, es: no problem. Stamp {load(folder).stamp}\n"
    assert capsys.readouterr() == (printed, "")


def test_check_reads_the_packaged_folder_unless_told_otherwise(knowledge: Knowledge, capsys: Output) -> None:
    assert main(["check"]) == 0
    assert capsys.readouterr().out.endswith(f"Stamp {knowledge.stamp}\n")


def test_check_of_no_folder_is_one_sentence(folder: Path, capsys: Output) -> None:
    assert run(folder / "nowhere", "check") == 1
    assert capsys.readouterr() == ("", f"there is no content folder {folder / 'nowhere'}\n")


@pytest.mark.parametrize(
    ("removed", "status"), [pytest.param("words", 0, id="no problem"), pytest.param("sources", 1, id="problems")]
)
def test_the_exit_status_is_that_of_the_command(
    folder: Path, monkeypatch: pytest.MonkeyPatch, removed: str, status: int
) -> None:
    shutil.rmtree(folder / removed)
    monkeypatch.setattr(sys, "argv", ["content", "--folder", str(folder), "check"])
    with pytest.raises(SystemExit) as ended:
        runpy.run_path(str(PACKAGED / "__main__.py"), run_name="__main__")
    assert ended.value.code == status


def test_the_stamp_is_that_of_the_content_wherever_it_lies(folder: Path) -> None:
    assert load(folder).stamp == load(LIBRARY).stamp


@pytest.mark.parametrize("file", ["voice/en.yaml", "words/es.yaml", "sources/rules.yaml", "knowledge/talk/thanks.yaml"])
def test_the_stamp_changes_with_every_file(folder: Path, file: str) -> None:
    with (folder / file).open("a", encoding="utf-8") as opened:
        opened.write("# changed\n")
    assert load(folder).stamp != load(LIBRARY).stamp


# new


def test_new_writes_a_template_that_check_knows_to_be_empty(folder: Path, capsys: Output) -> None:
    path = folder / "knowledge" / "cards" / "lost_card.yaml"
    assert run(folder, "new", "cards", "lost_card") == 0
    assert capsys.readouterr().out == f"Written: {path}. Fill it in, then run `python -m content check`.\n"
    assert run(folder, "check") == 1
    assert re.sub(r"(?m)^\S+?:\d+: ", "", capsys.readouterr().err).splitlines() == [
        "`as_of` must be a year or a year and month, like 2024-08",
        "`quotes 1 paragraph` is empty",
        "`quotes 1 text` has fewer than 6 words, too few to be verified",
        "`en title` must have 1 to 45 characters",
        "`en answer` is empty",
        "`en quotes 1` is empty",
        "`en phrases` has 1, but needs at least 8",
        "`es title` must have 1 to 45 characters",
        "`es answer` is empty",
        "`es quotes 1` is empty",
        "`es phrases` has 1, but needs at least 8",
        "`topics cards` is missing",
        "`topics cards` is missing",
    ]


def test_the_template_explains_every_part_on_a_line_of_its_own(folder: Path) -> None:
    run(folder, "new", "cards", "lost_card")
    written = (folder / "knowledge/cards/lost_card.yaml").read_text("utf-8").splitlines()
    parts = [number for number, line in enumerate(written) if re.match(r"(kind|as_of|quotes|related|  \w+):", line)]
    assert len(parts) == 4 + 4 * len(load(LIBRARY).voices)
    assert [written[number] for number in parts if not written[number - 1].lstrip().startswith("# ")] == []


def test_the_template_filled_in_is_an_entry(folder: Path) -> None:
    run(folder, "new", "loans", "lost_book")
    path = folder / "knowledge/loans/lost_book.yaml"
    head, en, es = re.split(r"\n(?:en|es):\n", path.read_text("utf-8"))
    head = head.replace("as_of:", "as_of: 2024-05").replace("paragraph:", "paragraph: rules.02")
    head = head.replace("text: >-\n", "text: >-\n      Nobody is asked what a book is wanted for.\n")
    en = re.sub(r"(?s)  # The quotes.*?\n\n", "", en)
    es = es.replace(
        "quotes:\n    - >-\n", "quotes:\n    - >-\n      A nadie se le pregunta para qué quiere un libro.\n"
    )
    path.write_text(f"{head}\nen:\n{filled_in(en, 'lost book')}\nes:\n{filled_in(es, 'libro perdido')}", "utf-8")
    assert load(folder).entries["lost_book"].translations == {
        "en": (None,),
        "es": ("A nadie se le pregunta para qué quiere un libro.",),
    }


def filled_in(text: str, title: str) -> str:
    phrases = "".join(f"    - {title} {number}\n" for number in range(8))
    text = text.replace("title:", f"title: {title}").replace("    -\n", phrases)
    return text.replace("answer: >-\n", f"answer: >-\n    {'No. ' * 80}\n")


@pytest.mark.parametrize(
    ("topic", "entry", "problem"),
    [
        pytest.param(
            "loans", "late_books", "knowledge/loans/late_books.yaml:1: the entry late_books is here already", id="there"
        ),
        pytest.param(
            "cards",
            "late_books",
            "knowledge/loans/late_books.yaml:1: the entry late_books is here already",
            id="there in another topic",
        ),
        pytest.param(
            "loans",
            "Lost",
            "knowledge/loans/Lost.yaml:1: names of entries and topics are 1-40 of a-z, 0-9 and _, a letter first",
            id="a capital",
        ),
        pytest.param(
            "lost books",
            "lost",
            "knowledge/lost books/lost.yaml:1: names of entries and topics are 1-40 of a-z, 0-9 and _, a letter first",
            id="a topic with a space",
        ),
        pytest.param(
            "..",
            "lost",
            "knowledge/../lost.yaml:1: names of entries and topics are 1-40 of a-z, 0-9 and _, a letter first",
            id="a topic that leads out",
        ),
    ],
)
def test_new_refuses(folder: Path, capsys: Output, topic: str, entry: str, problem: str) -> None:
    before = {path: path.read_bytes() for path in folder.rglob("*.yaml")}
    assert run(folder, "new", topic, entry) == 1
    assert capsys.readouterr() == ("", f"{problem}\n")
    assert {path: path.read_bytes() for path in folder.rglob("*.yaml")} == before


def test_new_in_no_folder_writes_nothing(folder: Path, capsys: Output) -> None:
    assert run(folder / "nowhere", "new", "loans", "lost") == 1
    assert capsys.readouterr().err == "nowhere/voice:1: no language: this folder needs a file like en.yaml\n"
    assert not (folder / "nowhere").exists()


# coverage


def test_coverage_counts_the_entries_that_quote_each_paragraph(folder: Path, capsys: Output) -> None:
    assert run(folder, "coverage") == 0
    assert capsys.readouterr().out.splitlines() == [
        "rules.01       1",
        "rules.02       1  Loans",
        "rules.03       1  Loans",
        "3 of 3 paragraphs are quoted.",
    ]


def test_coverage_names_the_paragraphs_that_no_entry_quotes(folder: Path, capsys: Output) -> None:
    path = folder / "knowledge/loans/late_books.yaml"
    text = path.read_text("utf-8").replace("rules.03", "rules.02")
    path.write_text(re.sub("text: Whoever .*", "text: Nobody is asked what a book is wanted for.", text), "utf-8")
    assert run(folder, "coverage") == 0
    assert capsys.readouterr().out.splitlines() == [
        "rules.01       1",
        "rules.02       2  Loans",
        "rules.03       0  Loans",
        "2 of 3 paragraphs are quoted.",
        "No entry quotes rules.03.",
    ]


def test_every_paragraph_of_the_packaged_sources_is_quoted(knowledge: Knowledge, capsys: Output) -> None:
    assert main(["coverage"]) == 0
    paragraphs = [
        part for source in knowledge.sources.values() for part in source.paragraphs.values() if not part.aside
    ]
    assert capsys.readouterr().out.endswith(f"\n{len(paragraphs)} of {len(paragraphs)} paragraphs are quoted.\n")


# fingerprint


def test_fingerprint_makes_the_source_of_a_document(folder: Path, capsys: Output) -> None:
    assert run(folder, "fingerprint", str(folder / "document.yaml"), "--aside", "rules.04") == 0
    assert capsys.readouterr() == ((folder / "sources/rules.yaml").read_text("utf-8"), "")


def test_fingerprint_keeps_no_words_of_the_text(folder: Path, capsys: Output) -> None:
    run(folder, "fingerprint", str(folder / "document.yaml"))
    assert set(re.findall("[A-Za-z]{7,}", capsys.readouterr().out)) == {
        "publisher",
        "Library",
        "published",
        "language",
        "library",
        "example",
        "paragraphs",
        "section",
        "windows",
    }


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("title: Rules of the Town Library", "name: x", ["2: `title` is missing"], id="no title"),
        pytest.param("id: rules\n", "", ["2: `id` is missing"], id="no id"),
        pytest.param("\nparagraphs:", "\nparts:", ["2: `paragraphs` must be a list"], id="no paragraphs"),
        pytest.param(
            "language: en",
            "title: Rules\nlanguage: en",
            ["6: the key `title` stands twice (first on line 3)"],
            id="a repeated key",
        ),
        pytest.param(
            "- id: rules.01",
            "- id: laws.01",
            ["9: a paragraph needs a `text` and an `id` like rules.01"],
            id="another id",
        ),
        pytest.param(
            "text: Approved",
            "words: Approved",
            ["20: a paragraph needs a `text` and an `id` like rules.01"],
            id="no text",
        ),
        pytest.param("rules.04", "rules.02", ["20: the paragraph rules.02 stands twice"], id="a paragraph twice"),
    ],
)
def test_fingerprint_refuses(folder: Path, capsys: Output, old: str, new: str, expected: list[str]) -> None:
    document = folder / "document.yaml"
    document.write_text(document.read_text("utf-8").replace(old, new, 1), "utf-8")
    assert run(folder, "fingerprint", "document.yaml") == 1
    assert capsys.readouterr() == ("", "".join(f"document.yaml:{line}\n" for line in expected))


def test_fingerprint_refuses_to_set_aside_what_is_not_there(folder: Path, capsys: Output) -> None:
    assert run(folder, "fingerprint", "document.yaml", "--aside", "rules.9", "rules.04") == 1
    assert capsys.readouterr() == ("", "document.yaml:8: there is no paragraph rules.9 to set aside\n")


def test_fingerprint_of_no_document(folder: Path, capsys: Output) -> None:
    assert run(folder, "fingerprint", "nothing.yaml") == 1
    assert capsys.readouterr() == ("", "nothing.yaml:1: cannot be read: No such file or directory\n")


# schema


def test_the_schema_beside_the_content_is_current(capsys: Output) -> None:
    assert main(["schema"]) == 0
    assert capsys.readouterr().out == (PACKAGED / "entry.schema.json").read_text("utf-8")


def violations(value: Data, rule: Rule, at: str = "entry") -> Iterator[str]:
    """Hold a value against the schema: a reading of just those words of JSON Schema that ours uses."""
    if "$ref" in rule:
        rule = SCHEMA["$defs"][rule["$ref"].rpartition("/")[2]]
    rule = rule.get("anyOf", [rule])[0]
    match value:
        case str() if rule["type"] == "string":
            if value not in rule.get("enum", [value]) or not re.search(rule.get("pattern", ""), value):
                yield f"{at}: {value}"
        case list() if rule["type"] == "array":
            if not rule.get("minItems", 0) <= len(value) <= rule.get("maxItems", len(value)):
                yield f"{at}: {len(value)}"
            for index, part in enumerate(value):
                yield from violations(part, rule["items"], f"{at} {index + 1}")
        case dict() if rule["type"] == "object":
            yield from (f"{at} {key}: missing" for key in rule.get("required", []) if key not in value)
            for key, part in value.items():
                known = rule["properties"].get(key) or rule["additionalProperties"] or NOTHING
                yield from violations(part, known, f"{at} {key}")
        case _:
            yield f"{at}: {value}"


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param("", "", [], id="nothing changed"),
        pytest.param("kind: smalltalk", "kind: chat", ["entry kind: chat"], id="an unknown kind"),
        pytest.param("kind: smalltalk", "as_of: May", ["entry as_of: May"], id="a date in words"),
        pytest.param("kind: smalltalk", "as_of: 2024-05", [], id="a year and month"),
        pytest.param("kind: smalltalk", "related: [a, b, c, d, e]", ["entry related: 5"], id="five related"),
        pytest.param(
            "kind: smalltalk", "quotes: [{text: x}]", ["entry quotes 1 paragraph: missing"], id="half a quote"
        ),
        pytest.param(
            "title: Thanks", "titel: Thanks", ["entry en title: missing", "entry en titel: Thanks"], id="a typo"
        ),
        pytest.param("thanks, thank you", "thanks", ["entry en phrases: 7"], id="seven phrases"),
        pytest.param("title: Thanks", "title: [Thanks]", ["entry en title: ['Thanks']"], id="a list for a text"),
        pytest.param("kind: smalltalk", "related: what", ["entry related: what"], id="a text for a list"),
    ],
)
def test_the_schema_finds(folder: Path, old: str, new: str, expected: list[str]) -> None:
    path = folder / "knowledge/talk/thanks.yaml"
    path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    assert [*violations(read(path).data, SCHEMA)] == expected


def test_no_packaged_entry_violates_the_schema() -> None:
    paths = [*(PACKAGED / "knowledge").glob("*/*.yaml")]
    assert paths
    assert {path.stem: found for path in paths if (found := [*violations(read(path).data, SCHEMA)])} == {}
