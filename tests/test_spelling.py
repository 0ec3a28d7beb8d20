"""Typing errors."""

from collections.abc import Iterator
from random import Random
from string import ascii_lowercase

import pytest
from rapidfuzz.distance import OSA

from content import Knowledge
from intents import words
from intents.spelling import LONG, REACH, SHORTEST, Speller

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


# Slips of each kind, at each place, in words of each length


ORCHARD = Speller(["pear", "apple", "cherry", "orchard", "aubergine", "watermelon", "blackberry", "pomegranate"])


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        # one slip in words of four to seven letters
        pytest.param("bear", "pear", id="four letters, the first one wrong"),
        pytest.param("paar", "pear", id="four letters, a middle one wrong"),
        pytest.param("peaf", "pear", id="four letters, the last one wrong"),
        pytest.param("spear", "pear", id="four letters, one too many at the beginning"),
        pytest.param("peear", "pear", id="four letters, one too many in the middle"),
        pytest.param("pears", "pear", id="four letters, one too many at the end"),
        pytest.param("epar", "pear", id="four letters, swapped at the beginning"),
        pytest.param("paer", "pear", id="four letters, swapped in the middle"),
        pytest.param("pera", "pear", id="four letters, swapped at the end"),
        pytest.param("pple", "apple", id="five letters, the first one missing"),
        pytest.param("aple", "apple", id="five letters, a middle one missing"),
        pytest.param("appl", "apple", id="five letters, the last one missing"),
        pytest.param("hcerry", "cherry", id="six letters, swapped at the beginning"),
        pytest.param("chrery", "cherry", id="six letters, swapped where two thirds meet"),
        pytest.param("cherrx", "cherry", id="six letters, the last one wrong"),
        pytest.param("rchard", "orchard", id="seven letters, the first one missing"),
        pytest.param("orcchard", "orchard", id="seven letters, one too many in the middle"),
        pytest.param("orchadr", "orchard", id="seven letters, swapped at the end"),
        # two slips in words of eight letters and more
        pytest.param("obbergine", "aubergine", id="both at the beginning"),
        pytest.param("aubxrxine", "aubergine", id="both in the middle"),
        pytest.param("aubergxnx", "aubergine", id="both at the end"),
        pytest.param("xubergjne", "aubergine", id="one wrong at the beginning, one at the end"),
        pytest.param("termelon", "watermelon", id="two missing at the beginning"),
        pytest.param("watrelon", "watermelon", id="two missing in the middle"),
        pytest.param("watermel", "watermelon", id="two missing at the end"),
        pytest.param("atermelo", "watermelon", id="one missing at each end"),
        pytest.param("xyblackberry", "blackberry", id="two too many at the beginning"),
        pytest.param("blackyxberry", "blackberry", id="two too many in the middle"),
        pytest.param("blackberryxy", "blackberry", id="two too many at the end"),
        pytest.param("xblackberryx", "blackberry", id="one too many at each end"),
        pytest.param("opmegranaet", "pomegranate", id="swapped at both ends"),
        pytest.param("pomgeranaet", "pomegranate", id="swapped where two thirds meet, and at the end"),
        pytest.param("omegranatte", "pomegranate", id="one missing and one too many"),
    ],
)
def test_forgives_slips_wherever_they_are(typed: str, meant: str) -> None:
    assert ORCHARD.correct(typed) == meant


@pytest.mark.parametrize(
    "typed",
    [
        pytest.param("ear", id="a word of three letters"),
        pytest.param("baer", id="two slips in four letters"),
        pytest.param("orcahdr", id="two slips in seven letters"),
        pytest.param("xurbergjne", id="three slips in nine letters"),
        pytest.param("ermelon", id="three missing at the beginning"),
        pytest.param("theblackberry", id="three too many at the beginning"),
        pytest.param("berryblack", id="the same thirds elsewhere"),
        pytest.param("nolemretaw", id="the same letters the other way round"),
    ],
)
def test_must_not_forgive(typed: str) -> None:
    assert ORCHARD.correct(typed) == typed


@pytest.mark.parametrize(
    ("typed", "corrected"),
    [
        pytest.param("ccat", "cat", id="a known word of three letters, one too many at its beginning"),
        pytest.param("cats", "cat", id="or at its end"),
        pytest.param("caat", "cat", id="or in its middle"),
        pytest.param("cax", "cax", id="a word of three letters is not corrected"),
        pytest.param("oxen", "oxen", id="known words of two letters are out of reach"),
    ],
)
def test_short_known_words(typed: str, corrected: str) -> None:
    assert Speller(["cat", "ox", "o"]).correct(typed) == corrected


def test_the_one_exception_is_a_slip_beside_a_swap_across_two_thirds() -> None:
    assert Speller(["abcdefghi"]).correct("abdcefghx") == "abdcefghx"
    assert Speller(["abcdefghi"]).correct("abdcefghi") == "abcdefghi"


# Against a search through all words


def slipped(word: str, slips: int, random: Random) -> str:
    """Return a word with slips of any kind at any place."""
    for _ in range(slips):
        at, letter = random.randrange(len(word)), random.choice(ascii_lowercase)
        before, here, after = word[:at], word[at], word[at + 1 :]
        kinds = (letter + after, letter + here + after, after, after[:1] + here + after[1:])
        word = before + random.choice(kinds)
    return word


def is_swap_across_thirds(typed: str, known: str) -> bool:
    """Tell whether two slips are one, and two letters swapped where two thirds of the known word meet."""
    ends = len(known) // 3, 2 * len(known) // 3
    swapped = [known[: end - 1] + known[end] + known[end - 1] + known[end + 1 :] for end in ends]
    return min(OSA.distance(typed, word) for word in swapped) == 1


def missed(vocabulary: list[str], typed: list[str]) -> Iterator[tuple[str, str]]:
    """Yield each word that is corrected to less than the best within reach, with every known word that is as near."""
    speller = Speller(vocabulary)
    for word in typed:
        distances = {known: OSA.distance(word, known) for known in vocabulary}
        best = min(distances.values())
        reach = REACH if len(word) >= LONG else 1
        if len(word) >= SHORTEST and best <= reach and distances.get(speller.correct(word)) != best:
            yield from ((word, known) for known in vocabulary if distances[known] == best)


def vocabulary_of(knowledge: Knowledge, language: str) -> list[str]:
    """Return the first few hundred words of the phrases in a language."""
    phrases = (text for entry in knowledge.entries.values() for text in entry.texts[language].phrases)
    return [*dict.fromkeys(word for phrase in phrases for word in words(phrase) if len(word) >= SHORTEST - 1)][:400]


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_finds_what_a_search_through_all_words_finds(knowledge: Knowledge, language: str) -> None:
    vocabulary, random = vocabulary_of(knowledge, language), Random(language)
    typed = [slipped(word, slips, random) for word in vocabulary if len(word) >= SHORTEST for slips in (1, 1, 2, 3)]
    assert [pair for pair in missed(vocabulary, typed) if not is_swap_across_thirds(*pair)] == []


@pytest.mark.parametrize("word", ["abcdefgh", "abcdefghi", "abcdefghij", "abcdefghijklmno"])
def test_finds_every_word_two_slips_away_but_for_the_exception(word: str) -> None:
    random = Random(word)
    typed = sorted({slipped(word, 2, random) for _ in range(2000)})
    assert [pair for pair in missed([word], typed) if not is_swap_across_thirds(*pair)] == []
