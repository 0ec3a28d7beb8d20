"""Abbreviations and synonyms."""

import pytest

from intents import words
from intents.dictionary import Dictionary

DICTIONARY = Dictionary(
    abbreviations={"pls": "please", "idk": "I do not know", "What's up": "how are you", "Q": "qué", "lol": "…"},
    synonyms=[
        ("GDC", "Global Digital Compact", "digital compact"),
        ("treaty", "convention", "UN convention"),
        ("world summit", "wsis"),
        ("…", "smile", "grin"),
    ],
)


def rewritten(dictionary: Dictionary, said: str) -> tuple[str, ...]:
    return dictionary.unify(dictionary.write_out(words(said)))


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        pytest.param("help pls", "help please", id="an abbreviation"),
        pytest.param("idk pls", "i do not know please", id="an abbreviation of several words"),
        pytest.param("whats up pls", "how are you please", id="an abbreviation that has two words"),
        pytest.param("q", "que", id="an abbreviation in capitals and with accents"),
        pytest.param("lol ok", "ok", id="an abbreviation of nothing sayable"),
        pytest.param("the convention", "the treaty", id="a synonym"),
        pytest.param("the treaty", "the treaty", id="the first of a group stands for itself"),
        pytest.param("global digital compact", "gdc", id="a name of several words"),
        pytest.param("a digital compact now", "a gdc now", id="a name within a sentence"),
        pytest.param("the un convention", "the treaty", id="the longest name wins"),
        pytest.param("wsis", "worldsummit", id="a first of two words becomes one"),
        pytest.param("world summit", "worldsummit", id="and so does itself"),
        pytest.param("a grin", "a smile", id="a first without a word is passed over"),
        pytest.param("gdc gdc", "gdc gdc", id="twice the same"),
    ],
)
def test_rewrites(said: str, meant: str) -> None:
    assert rewritten(DICTIONARY, said) == words(meant)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("", id="nothing"),
        pytest.param("plsx", id="a word that only begins like one"),
        pytest.param("global digital", id="a name that breaks off"),
        pytest.param("global warming compact", id="a name with another word in it"),
        pytest.param("up", id="the second word of an abbreviation"),
        pytest.param("whats the treaty", id="the first word of an abbreviation"),
    ],
)
def test_must_not_rewrite(said: str) -> None:
    assert rewritten(DICTIONARY, said) == words(said)


def test_an_empty_dictionary_changes_nothing() -> None:
    assert rewritten(Dictionary({}, []), "q pls") == ("q", "pls")


def test_what_has_no_word_is_ignored() -> None:
    empty = Dictionary({"…": "smile", "": "x"}, [("…", "?!")])
    assert rewritten(empty, "smile x") == ("smile", "x")
