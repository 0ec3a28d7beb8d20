"""What holds of the engine for every text, whoever sends it."""

import os
import pickle
import re
import subprocess
import sys
import unicodedata
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import intents.text
from bot.answers import Answers
from intents import words
from intents.spelling import Speller
from intents.text import LETTER_LIMIT, TEXT_LIMIT, WORD_LIMIT, fold, sentences, words_of_each
from tests.test_matcher import LIBRARY

ROOT = Path(__file__).parent.parent
HOSTILE = [
    pytest.param("\ufdfa" * 4096, id="characters of eighteen letters"),
    pytest.param("\ufdfa. " * 1365, id="sentences of one such character"),
    pytest.param("a. " * 1365, id="sentences of one letter"),
    pytest.param("loan? " * 682, id="sentences of one known word"),
    pytest.param(" ".join(f"bok{number}" for number in range(585)), id="words that are nearly known"),
    pytest.param("a\u0315\u0300\u0328" * 1024, id="accents in the wrong order"),
    pytest.param("a@a-" * 1024, id="beginnings of addresses"),
    pytest.param("a'" * 2048, id="apostrophes"),
    pytest.param("idk " * 1024, id="abbreviations"),
    pytest.param("x" * 1_000_000, id="a million letters"),
]
QUIET = settings(deadline=None, derandomize=True, database=None)

characters = st.one_of(
    st.characters(),
    st.sampled_from("aeiou .?!¿¡\n'’´@:/_-0123456789"),
    st.characters(categories=["Cs"]),  # halves of characters
    st.characters(categories=["Mn", "Me", "Cf", "Cc"]),  # accents, directions, controls, NUL
    st.characters(categories=["So", "Sk"]),  # emoji
    st.characters(min_codepoint=0x590, max_codepoint=0x8FF),  # right to left
)
texts = st.one_of(
    st.text(characters, max_size=200),
    st.builds(lambda unit, times: (unit * times)[:4096], st.text(characters, max_size=12), st.integers(1, 4096)),
)
punctuation = st.text(st.characters(categories=["P", "Zs"]), max_size=5)
white_space = st.text(st.sampled_from(" \t\n\r\f\v\u00a0\u2003\u2028\u3000"), min_size=1, max_size=3)
accents = st.text(st.characters(min_codepoint=0x300, max_codepoint=0x36F), max_size=2)


def without_accents(text: str) -> str:
    return "".join(char for char in unicodedata.normalize("NFD", text) if not unicodedata.combining(char))


@given(text=texts)
@settings(QUIET, max_examples=100)
def test_it_never_raises_and_is_deterministic(answers: Answers, text: str) -> None:
    assert answers.hear(text) == answers.hear(text)


@given(text=texts)
@settings(QUIET, max_examples=200)
def test_no_text_makes_more_words_than_the_limits(text: str) -> None:
    found = words(text)
    assert len(fold(text)) <= TEXT_LIMIT
    assert len(found) <= WORD_LIMIT
    assert all(0 < len(word) <= LETTER_LIMIT for word in found)
    assert sum(map(len, sentences(text))) <= TEXT_LIMIT


@given(text=texts)
@settings(QUIET, max_examples=200)
def test_words_are_words_already(text: str) -> None:
    found = words(text)
    assert words(" ".join(found)) == found or len(" ".join(found)) > TEXT_LIMIT


@given(many=st.lists(st.text(characters, max_size=30), max_size=5))
@settings(QUIET, max_examples=200)
def test_many_texts_have_the_words_of_each(many: list[str]) -> None:
    found = [tuple(word[:LETTER_LIMIT] for word in text) for text in words_of_each(many)]
    assert found == [words(text) for text in many]


@given(data=st.data())
@settings(QUIET, max_examples=100)
def test_case_changes_nothing(answers: Answers, data: st.DataObject) -> None:
    phrase = data.draw(phrases_of(answers))
    change = data.draw(st.sampled_from([str.upper, str.lower, str.swapcase, str.title, str.capitalize]))
    assert answers.hear(change(phrase)) == answers.hear(phrase)


@given(data=st.data())
@settings(QUIET, max_examples=60)
def test_accents_change_nothing(answers: Answers, data: st.DataObject) -> None:
    phrase = data.draw(phrases_of(answers))
    accented = "".join(char + data.draw(accents) if char.isalpha() else char for char in phrase)
    assert answers.hear(phrase) == answers.hear(without_accents(phrase)) == answers.hear(accented)


@given(data=st.data(), before=punctuation, after=punctuation)
@settings(QUIET, max_examples=100)
def test_surrounding_punctuation_changes_nothing(
    answers: Answers, data: st.DataObject, before: str, after: str
) -> None:
    phrase = data.draw(phrases_of(answers))
    assert answers.hear(f"{before}{phrase}{after}") == answers.hear(phrase)


@given(data=st.data())
@settings(QUIET, max_examples=100)
def test_white_space_changes_nothing(answers: Answers, data: st.DataObject) -> None:
    phrase = data.draw(phrases_of(answers))
    spread = "".join(data.draw(white_space) if char == " " else char for char in f" {phrase} ")
    assert answers.hear(spread) == answers.hear(phrase)


def phrases_of(answers: Answers) -> st.SearchStrategy[str]:
    entries = answers.knowledge.entries.values()
    return st.sampled_from([phrase for entry in entries for text in entry.texts.values() for phrase in text.phrases])


@pytest.mark.parametrize("text", HOSTILE)
def test_work_is_bounded(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    corrected = Counter[str]()
    monkeypatch.setattr(Speller, "correct", lambda _, word: [word, corrected.update([word])][0])
    LIBRARY.match(text)
    assert corrected.total() <= 2 * TEXT_LIMIT
    assert len(words(text)) <= WORD_LIMIT


def test_nothing_of_a_question_is_kept() -> None:
    before = pickle.dumps(LIBRARY)
    LIBRARY.match("my name is Giraffe Zebraman and I borowed a novell, is there a sanction?")
    assert pickle.dumps(LIBRARY) == before


NESTED = re.compile(r"\([^()]*[*+}][^()]*\)[*+{]")
"""A repeated group that repeats something itself: what makes a regular expression take for ever."""
PATTERNS = [value.pattern for value in vars(intents.text).values() if isinstance(value, re.Pattern)]


@pytest.mark.parametrize("pattern", PATTERNS)
def test_no_pattern_takes_for_ever(pattern: str) -> None:
    assert not NESTED.search(pattern)


@pytest.mark.parametrize("pattern", [r"(a+)+", r"(?:\w*,)*", r"(a{2,}b){3}"])
def test_patterns_that_take_for_ever_would_be_found(pattern: str) -> None:
    assert NESTED.search(pattern)


def test_another_process_decides_the_same() -> None:
    questions = ["novel", "how many boks can I borow", "late novel on sunday", "hay sancion", "", "giraffe"]
    script = f"from tests.test_matcher import LIBRARY\nprint([LIBRARY.match(q) for q in {questions!r}])"
    there = subprocess.run(  # noqa: S603  # the text of this test
        [sys.executable, "-c", script],
        cwd=ROOT,
        env={**os.environ, "PYTHONHASHSEED": "1"},
        capture_output=True,
        check=True,
        encoding="utf-8",
    )
    assert there.stdout.strip() == str([LIBRARY.match(question) for question in questions])
