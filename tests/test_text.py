"""From what people type to plain words."""

import pytest

from intents import words
from intents.text import LETTER_LIMIT, TEXT_LIMIT, WORD_LIMIT, fold, sentences


@pytest.mark.parametrize(
    ("typed", "plain"),
    [
        pytest.param("TREATY", "treaty", id="capitals"),
        pytest.param("convención", "convencion", id="an accent in one character"),
        pytest.param("convencio\u0301n", "convencion", id="an accent of its own"),
        pytest.param("não à espionagem", "nao a espionagem", id="Portuguese accents"),
        pytest.param("ｔｒｅａｔｙ", "treaty", id="full-width letters"),
        pytest.param("𝐭𝐫𝐞𝐚𝐭𝐲", "treaty", id="mathematical letters"),
        pytest.param("trеаty", "treaty", id="Cyrillic letters that look Latin"),
        pytest.param("tre\u200bat\u00ady", "treaty", id="invisible characters"),
        pytest.param("trea\ud800ty 🙂", "treaty 🙂", id="half a character"),
        pytest.param("t̷r̷e̷a̷t̷y̷", "treaty", id="struck out"),
        pytest.param("¿Qué?", " que?", id="Spanish marks"),
        pytest.param("İstanbul", "istanbul", id="a capital that folds to two characters"),
    ],
)
def test_fold_leaves_plain_letters(typed: str, plain: str) -> None:
    assert fold(typed) == plain


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        pytest.param("¿Quién dirige AlSur?", ("quien", "dirige", "alsur"), id="punctuation"),
        pytest.param("who\tleads\n\nAlSur\u00a0?", ("who", "leads", "alsur"), id="white space"),
        pytest.param("siiii", ("si",), id="an elongated word"),
        pytest.param("nooooo graaaacias", ("no", "gracias"), id="elongated words"),
        pytest.param("don't", ("dont",), id="a straight apostrophe"),
        pytest.param("don’t", ("dont",), id="a curly apostrophe"),
        pytest.param("don´t", ("dont",), id="an accent for an apostrophe"),
        pytest.param("don´t 🙂", ("dont",), id="an accent for an apostrophe, and an emoji"),
        pytest.param("snake_case", ("snake", "case"), id="an underscore"),
        pytest.param("2024-25", ("2024", "25"), id="numbers"),
        pytest.param("read https://alsur.lat/carta?a=1 now", ("read", "now"), id="a link is left out"),
        pytest.param("read (www.alsur.lat) now", ("read", "now"), id="a link in brackets is left out"),
        pytest.param("write to ana@alsur.lat", ("write", "to"), id="an e-mail address is left out"),
        pytest.param("@bot who leads", ("bot", "who", "leads"), id="a mention is no address"),
        pytest.param("who leads @alsur.", ("who", "leads", "alsur"), id="a mention at the end is no address"),
        pytest.param("🙂👍🏽👍", ("🙂", "👍"), id="emoji alone, each once, without the tone of skin"),
        pytest.param("", (), id="nothing"),
        pytest.param("?!… —", (), id="punctuation alone"),
        pytest.param("\0", (), id="NUL"),
        pytest.param("ما هو", ("ما", "هو"), id="a right-to-left script"),
    ],
)
def test_words(typed: str, found: tuple[str, ...]) -> None:
    assert words(typed) == found


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("book", id="two equal letters"),
        pytest.param("2000", id="three equal digits"),
        pytest.param("dont", id="no apostrophe"),
    ],
)
def test_must_not_change_a_word(typed: str) -> None:
    assert words(typed) == (typed,)


def test_a_long_message_is_heard_at_both_ends() -> None:
    found = words(" ".join(f"w{number}" for number in range(500)))
    assert (len(found), found[0], found[99], found[100], found[-1]) == (WORD_LIMIT, "w0", "w99", "w400", "w499")


def test_a_long_word_is_cut() -> None:
    assert words("ab" * 100) == ("ab" * (LETTER_LIMIT // 2),)


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("x" * 10_000, id="ASCII"),
        pytest.param("ß" * 4096, id="letters that fold to two"),
        pytest.param("\ufdfa" * 4096, id="characters that fold to eighteen"),
        pytest.param("\u0130" * 4096 + "🙂", id="letters that fold to one and an accent"),
    ],
)
def test_no_more_is_read_than_one_message(typed: str) -> None:
    assert len(fold(typed)) <= TEXT_LIMIT


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        pytest.param("hi. who leads?", ["hi.", "who leads?"], id="a full stop and a question mark"),
        pytest.param("Hola ¿quién dirige?", ["Hola ", "quién dirige?"], id="an opening mark begins one"),
        pytest.param("no!!! why... ", ["no!!!", "why..."], id="several marks"),
        pytest.param("the U.N. treaty", ["the U.N.", "treaty"], id="an abbreviation is taken for an end"),
        pytest.param("alsur.lat", ["alsur.lat"], id="a full stop within a word is none"),
        pytest.param("who\nleads\nAlSur", ["who\nleads\nAlSur"], id="a line is none"),
        pytest.param("...", [], id="no word"),
    ],
)
def test_sentences(typed: str, found: list[str]) -> None:
    assert list(sentences(typed)) == found
