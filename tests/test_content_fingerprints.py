"""The proof that quotes stand in a document: what it accepts, what it must not, and that the packaged one is right."""

from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from content import Knowledge
from content.fingerprints import WINDOW, fold, stands_in, windows

DOCUMENTS = Path(__file__).parents[2] / "shared" / "sources"
LETTER = "States must not ratify the treaty, which allows interception of data “without notice” in São Paulo."
OTHER = "States must now ratify the treaty, which allows interception of data after a judge has agreed to it."

texts = st.lists(st.text("abcé,.", min_size=1, max_size=3), min_size=WINDOW, max_size=30)
babble = st.lists(st.sampled_from(["to", "be"]), min_size=WINDOW, max_size=12)


@pytest.mark.parametrize(
    "quote",
    [
        pytest.param(LETTER, id="the whole paragraph"),
        pytest.param("States must not ratify the treaty,", id="its beginning"),
        pytest.param("of data “without notice” in São Paulo.", id="its end"),
        pytest.param("not ratify the treaty, which allows interception", id="its middle"),
        pytest.param("  States\tmust\u00a0not\n  ratify   the treaty, ", id="other white space"),
        pytest.param("of data “without notice” in Sa\u0303o Paulo.", id="an accent written as a character of its own"),
    ],
)
def test_a_quote_that_stands_in_the_paragraph(quote: str) -> None:
    assert stands_in(quote, windows(LETTER))


@pytest.mark.parametrize(
    "quote",
    [
        pytest.param("States must now ratify the treaty, which allows interception", id="one word changed"),
        pytest.param("States must ratify the treaty, which allows interception", id="the negation dropped"),
        pytest.param("States must not ratify the bad treaty, which", id="a word added"),
        pytest.param("ratify the treaty, which allows of data", id="a word left out"),
        pytest.param("not States must ratify the treaty,", id="another order"),
        pytest.param(
            "States must not ratify the treaty, […] of data “without notice” in São Paulo.", id="a gap, shown"
        ),
        pytest.param("States must not ratify the treaty, of data “without notice” in São Paulo.", id="a gap, hidden"),
        pytest.param("in São Paulo. States must not ratify the treaty,", id="its end before its beginning"),
        pytest.param("states must not ratify the treaty,", id="another case"),
        pytest.param("States must not ratify the treaty", id="the comma left out"),
        pytest.param('of data "without notice" in São Paulo.', id="other quotation marks"),
        pytest.param("of data “without notice” in Sao Paulo.", id="an accent left out"),
        pytest.param("States must not ratify the treat", id="half a word"),
        pytest.param("St\u200bates must not ratify the treaty,", id="a character that nobody sees"),
        pytest.param(f"{LETTER} Never.", id="more than the paragraph"),
        pytest.param(OTHER, id="another paragraph"),
        pytest.param("", id="nothing"),
    ],
)
def test_a_quote_that_does_not_stand_in_the_paragraph(quote: str) -> None:
    assert not stands_in(quote, windows(LETTER))


def test_nothing_stands_in_a_paragraph_without_words() -> None:
    assert not stands_in(LETTER, ())


@pytest.mark.parametrize(
    ("text", "count"),
    [
        pytest.param("one two three four five six", 1, id="as many words as a window"),
        pytest.param("one two three four five six seven", 2, id="one more"),
        pytest.param("one two", 1, id="fewer words than a window"),
        pytest.param("", 1, id="no words"),
    ],
)
def test_a_paragraph_has_a_window_for_each_run_of_words(text: str, count: int) -> None:
    assert len(windows(text)) == count


@given(texts, st.data())
def test_every_run_of_words_stands_in_its_text(words: list[str], data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(words) - WINDOW))
    end = data.draw(st.integers(start + WINDOW, len(words)))
    assert stands_in(" ".join(words[start:end]), windows(" ".join(words)))


@given(texts, st.data())
def test_no_text_with_one_word_replaced_stands_in_it(words: list[str], data: st.DataObject) -> None:
    place = data.draw(st.integers(0, len(words) - 1))
    replaced = [*words[:place], "not", *words[place + 1 :]]
    assert not stands_in(" ".join(replaced), windows(" ".join(words)))


@given(babble, babble)
def test_a_quote_stands_in_a_text_just_when_its_words_are_there_in_a_row(words: list[str], quote: list[str]) -> None:
    there = any(words[start : start + len(quote)] == quote for start in range(len(words)))
    assert stands_in(" ".join(quote), windows(" ".join(words))) == there


@pytest.mark.parametrize(
    ("file", "source"), [("annual-report-2024.yaml", "report"), ("open-letter-cybercrime-2024.yaml", "letter")]
)
def test_the_packaged_fingerprints_are_those_of_the_documents(knowledge: Knowledge, file: str, source: str) -> None:
    if not (DOCUMENTS / file).exists():
        pytest.skip(f"the document is quoted here, not republished: there is no {DOCUMENTS / file}")
    document = yaml.safe_load((DOCUMENTS / file).read_text("utf-8"))
    proof = knowledge.sources[source]
    assert [proof.title, proof.publisher, proof.published, proof.language] == [
        document[key] for key in ("title", "publisher", "published", "language")
    ]
    assert [(f"{source}.{number}", part.section, part.windows) for number, part in proof.paragraphs.items()] == [
        (part["id"], part["section"] or "", windows(part["text"])) for part in document["paragraphs"]
    ]


def test_every_packaged_quote_is_in_the_documents_text(knowledge: Knowledge) -> None:
    files = sorted(DOCUMENTS.glob("*.yaml"))
    if not files:
        pytest.skip(f"the documents are quoted here, not republished: there is no {DOCUMENTS}")
    parts = [part for file in files for part in yaml.safe_load(file.read_text("utf-8"))["paragraphs"]]
    said = {part["id"]: fold(part["text"]) for part in parts}
    quotes = [quote for entry in knowledge.entries.values() for quote in entry.quotes]
    assert quotes
    assert [quote for quote in quotes if fold(quote.text) not in said[quote.paragraph]] == []
