"""Concepts behind words and expressions."""

import pickle

import pytest

from intents import words
from intents.thesaurus import Thesaurus

THESAURUS = Thesaurus(
    {
        "spying": ["espi*", "vigilar", "E-MAIL", "pinchar el teléfono", "spy on"],
        "law": ["ley", "lei", "ley mordaza", "ley de*"],
        "silence": ["mordaza", "ley mordaza"],
        "press": ["ley mordaza de prensa", "prens*"],
        "rights": ["derechos human*", "direitos human*", "human right*"],
        "everybody": ["todo el mund*", "todo mundo"],
        "month": ["march", "marzo"],
        "protest": ["march*"],
        "act": ["act*"],
        "activism": ["activis*"],
    }
)


@pytest.mark.parametrize(
    ("said", "concepts"),
    [
        pytest.param("vigilar", ["spying"], id="a word"),
        pytest.param("¿VIGILAR?", ["spying"], id="a word in other letters"),
        pytest.param("quieren vigilar marzo", ["spying", "month"], id="words in their order"),
        pytest.param("vigilar vigilar", ["spying", "spying"], id="a word twice"),
        pytest.param("espiaron", ["spying"], id="a stem that goes on"),
        pytest.param("espían", ["spying"], id="a stem with accents"),
        pytest.param("espi", ["spying"], id="a stem by itself"),
        pytest.param("march", ["month", "protest"], id="a word of two concepts, by itself and by its stem"),
        pytest.param("marching", ["protest"], id="a word that goes on is another one"),
        pytest.param("activists", ["activism"], id="the longest stem wins"),
        pytest.param("actual", ["act"], id="a shorter stem"),
        pytest.param("e-mail", ["spying"], id="a word with a hyphen is an expression"),
        pytest.param("pinchar el telefono", ["spying"], id="an expression in Spanish"),
        pytest.param("todo mundo", ["everybody"], id="an expression in Portuguese"),
        pytest.param("they spy on me", ["spying"], id="an expression in English, within a sentence"),
        pytest.param("ley mordaza", ["law", "silence"], id="an expression of two concepts"),
        pytest.param("mordaza ley", ["silence", "law"], id="its words the other way round"),
        pytest.param("derechos humanos", ["rights"], id="an open expression of two words"),
        pytest.param("direitos humanas", ["rights"], id="an open expression goes on"),
        pytest.param("human right", ["rights"], id="an open expression by itself"),
        pytest.param("todo el mundo", ["everybody"], id="an open expression of three words"),
        pytest.param("ley mordaza de prensa", ["press"], id="the longest expression stands for all its words"),
        pytest.param("ley mordaza de radio", ["law", "silence"], id="a shorter expression if the longest breaks off"),
        pytest.param("ley de prensa", ["law", "press"], id="an open expression, and a word after it"),
        pytest.param("ley sobre prensa", ["law", "press"], id="words if no expression goes on"),
        pytest.param("ley mordaza derechos humanos ley", ["law", "silence", "rights", "law"], id="one after another"),
        pytest.param("ley ley mordaza", ["law", "law", "silence"], id="an expression after its own first word"),
    ],
)
def test_finds(said: str, concepts: list[str]) -> None:
    assert THESAURUS.concepts(words(said)) == tuple(concepts)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("", id="nothing"),
        pytest.param("esp", id="less than a stem"),
        pytest.param("desespiar", id="a stem in the middle of a word"),
        pytest.param("vigilaron", id="a word without a star does not go on"),
        pytest.param("derechos", id="the first word of an expression"),
        pytest.param("humanos", id="its last word"),
        pytest.param("humanos derechos", id="its words the other way round"),
        pytest.param("derechos muy humanos", id="another word in between"),
        pytest.param("pinchar el", id="an expression that breaks off"),
        pytest.param("pinchar el telefonos", id="an expression without a star does not go on"),
        pytest.param("todos el mundo", id="only the last word goes on"),
        pytest.param("email", id="an expression is not one word"),
    ],
)
def test_must_not_find(said: str) -> None:
    assert THESAURUS.concepts(words(said)) == ()


@pytest.mark.parametrize(
    ("word", "concepts"),
    [
        pytest.param("march", ("month", "protest"), id="of two concepts"),
        pytest.param("espiaron", ("spying",), id="by its stem"),
        pytest.param("derechos", (), id="of an expression"),
        pytest.param("giraffe", (), id="unknown"),
        pytest.param("", (), id="empty"),
    ],
)
def test_a_word_by_itself(word: str, concepts: tuple[str, ...]) -> None:
    assert THESAURUS.concepts_of(word) == THESAURUS.concepts_of(word) == concepts


def test_a_concept_is_found_once_where_two_of_its_items_fit() -> None:
    assert Thesaurus({"spying": ["spy", "spy*", "sp*"]}).concepts(("spy",)) == ("spying",)


def test_the_vocabulary_is_the_words_that_are_known_whole() -> None:
    assert Thesaurus({"spying": ["spy", "espi*", "listen in", "plant a bug*", "spy"]}).vocabulary == (
        *("spy", "listen", "in"),
        *("plant", "a"),
    )


@pytest.mark.parametrize("item", ["", "*", " ", "?!"])
def test_what_has_no_word_is_ignored(item: str) -> None:
    thesaurus = Thesaurus({"smile": [item], "law": ["ley"]})
    assert thesaurus.vocabulary == ("ley",)
    assert thesaurus.concepts(("ley", "smile", "")) == ("law",)


def test_knowing_nothing_finds_nothing() -> None:
    assert Thesaurus({}).concepts(("ley", "mordaza")) == ()
    assert Thesaurus({"law": []}).concepts(("ley",)) == ()


def test_what_is_asked_is_not_kept() -> None:
    thesaurus = Thesaurus({"spying": ["espi*"]})
    thesaurus.keep_at_hand(["espia"])
    before = pickle.dumps(thesaurus)
    assert thesaurus.concepts(("espiaron", "espia", "giraffe")) == ("spying", "spying")
    assert pickle.dumps(thesaurus) == before
