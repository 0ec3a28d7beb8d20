"""Typing errors."""

import pytest

from intents.spelling import Speller

SPELLER = Speller(["treaty", "treated", "surveillance", "judge", "vigilancia", "2024", "law"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        pytest.param("treety", "treaty", id="a wrong letter"),
        pytest.param("teraty", "treaty", id="two letters swapped"),
        pytest.param("treay", "treaty", id="a letter missing"),
        pytest.param("treatty", "treaty", id="a letter too many"),
        pytest.param("survelance", "surveillance", id="two slips in a long word"),
        pytest.param("bijilancia", "vigilancia", id="as it sounds"),
        pytest.param("jugde", "judge", id="a short word"),
    ],
)
def test_corrects(typed: str, meant: str) -> None:
    assert SPELLER.correct(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("treaty", id="a known word"),
        pytest.param("trotty", id="two slips in a short word"),
        pytest.param("sruvelance", id="three slips in a long word"),
        pytest.param("low", id="a word too short to tell"),
        pytest.param("2025", id="a number"),
        pytest.param("giraffe", id="an unknown word"),
        pytest.param("x" * 30, id="longer than all known words"),
        pytest.param("", id="nothing"),
    ],
)
def test_must_not_correct(typed: str) -> None:
    assert SPELLER.correct(typed) == typed


def test_of_two_equally_near_words_the_first_known_wins() -> None:
    assert Speller(["taxes", "tales"]).correct("tares") == "taxes"
    assert Speller(["tales", "taxes"]).correct("tares") == "tales"


def test_knowing_nothing_corrects_nothing() -> None:
    assert Speller([]).correct("treaty") == "treaty"
