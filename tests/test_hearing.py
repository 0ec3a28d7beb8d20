"""What is heard of a text: its language, its words spelt right, the concepts behind them, and each question in it."""

from itertools import product

import pytest

from intents import LanguageWords
from intents.hearing import CORRECTIONS, Hearing

WORDS = {
    "en": LanguageWords(
        abbreviations={"u": "you", "wat": "what", "whats up": "how are you"},
        synonyms=[("fine", "sanction", "late fee")],
        common=("the", "a", "is", "for", "and"),
        concepts={"late": ["overdue", "delay*", "after the date"], "book": ["novel*"]},
        questions=("who", "what", "wat", "when", "how"),
        joiners=("and", "also"),
    ),
    "es": LanguageWords(
        abbreviations={"xq": "porque"},
        synonyms=[("multa", "sanción")],
        common=("el", "la", "hay", "por"),
        concepts={"late": ["atras*", "fuera de plazo"]},
        questions=("quién", "qué", "cuándo", "cuánto", "xq"),
        joiners=("y", "también"),
    ),
    "pt": LanguageWords(
        abbreviations={"vc": "você"},
        synonyms=[("multa", "sanção")],
        common=("o", "a", "tem", "por"),
        concepts={"late": ["atras*", "fora do prazo"], "leader": ["quem dirig*"]},
        questions=("quem", "que", "quando", "quanto"),
        joiners=("e", "também"),
    ),
}
PHRASES = [
    ("en", "is there a fine for a late novel"),
    ("en", "when does the building open"),
    ("en", "who leads the house and what is it"),
    ("en", "delayed borrowing of paperbacks"),
    ("es", "hay multa por una novela atrasada"),
    ("es", "cuándo abre el edificio"),
    ("es", "quién dirige la casa y qué es"),
    ("pt", "tem multa por um romance atrasado"),
    ("pt", "quando abre o prédio"),
    ("pt", "quem dirige a casa e o que é"),
]


def hearing_of(phrases: list[tuple[str, str]], words: dict[str, LanguageWords] | None = None) -> Hearing:
    hearing = Hearing(WORDS if words is None else words)
    hearing.learn(phrases)
    return hearing


HEARING = hearing_of(PHRASES)


# Languages


@pytest.mark.parametrize(
    ("said", "language"),
    [
        pytest.param("who leads the house?", "en", id="English"),
        pytest.param("¿quién dirige la casa?", "es", id="Spanish"),
        pytest.param("quem dirige o prédio?", "pt", id="Portuguese"),
        pytest.param("for the", "en", id="words that are only common ones in English"),
        pytest.param("hay el", "es", id="words that are only common ones in Spanish"),
    ],
)
def test_the_language_stands_out(said: str, language: str) -> None:
    heard = HEARING.hear(said)
    assert (heard.language, heard.language_sure) == (language, True)


@pytest.mark.parametrize("said", ["", "🙂", "multa", "2024"])
def test_must_not_be_sure_of_the_language(said: str) -> None:
    assert not HEARING.hear(said).language_sure


def test_with_no_language_words_are_heard_as_they_are() -> None:
    heard = hearing_of([], {}).hear("Is there a FINE? And xq?")
    assert (heard.language, heard.language_sure) == ("", False)
    assert heard.whole.words == ("is", "there", "a", "fine", "and", "xq")


def test_phrases_in_a_language_of_which_nothing_is_known_teach_their_words() -> None:
    hearing = Hearing({})
    [learnt] = hearing.learn([("fr", "Où est la bibliothèque ?")])
    assert learnt.words == ("ou", "est", "la", "bibliotheque")
    assert hearing.hear("biblioteque").whole.words == ("bibliotheque",)


# Words and concepts


@pytest.mark.parametrize(
    ("said", "words", "concepts"),
    [
        pytest.param("", "", "", id="nothing"),
        pytest.param("Is there a FINE?", "is there a fine", "", id="known words"),
        pytest.param("wat is the fine for u", "what is the fine for you", "", id="abbreviations written out"),
        pytest.param("is there a late fee", "is there a fine", "", id="a synonym in English"),
        pytest.param("hay sanción por la novela", "hay multa por la novela", "", id="a synonym in Spanish"),
        pytest.param("tem sanção por um romance", "tem multa por um romance", "", id="a synonym in Portuguese"),
        pytest.param("is there a fyne", "is there a fine", "", id="a typing error becomes the known word"),
        pytest.param("when is a novel overdue", "when is a novel overdue", "book late", id="concepts in their order"),
        pytest.param("is it overdeu", "is it overdue", "late", id="a typing error in a word of the thesaurus"),
        pytest.param("hay multa fuera de plazo", "hay multa fuera de plazo", "late", id="an expression in Spanish"),
        pytest.param("e quem dirige a casa", "e quem dirige a casa", "leader", id="an expression in Portuguese"),
        pytest.param("who leads the giraffe", "who leads the giraffe", "", id="an unknown word stays"),
    ],
)
def test_a_text_is_heard_as_its_words_and_concepts(said: str, words: str, concepts: str) -> None:
    whole = HEARING.hear(said).whole
    assert (whole.words, whole.concepts) == (tuple(words.split()), tuple(concepts.split()))


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase[1])
def test_a_question_is_heard_as_the_phrase_was(phrase: tuple[str, str]) -> None:
    [learnt] = Hearing(WORDS).learn([phrase])
    assert HEARING.hear(phrase[1]).whole == learnt


# Typing errors


@pytest.mark.parametrize(
    ("said", "words", "concepts"),
    [
        pytest.param("is there a sanction", "is there a fine", "", id="a synonym is not near a known word"),
        pytest.param("tem multa fora do prazo", "tem multa fora do prazo", "late", id="nor a word of an expression"),
    ],
)
def test_a_known_name_is_no_typing_error(said: str, words: str, concepts: str) -> None:
    whole = hearing_of([*PHRASES, ("en", "the function of it")]).hear(said).whole
    assert (whole.words, whole.concepts) == (tuple(words.split()), tuple(concepts.split()))


@pytest.mark.parametrize(
    ("item", "heard"),
    [
        pytest.param("delay", "delayed", id="a word is corrected"),
        pytest.param("delay*", "delayes", id="a word with a known stem is not"),
        pytest.param("long delay*", "delayed", id="a word that an expression ends with is corrected"),
    ],
)
def test_a_word_with_a_known_stem_is_no_typing_error(item: str, heard: str) -> None:
    hearing = hearing_of([("en", "delayed")], {"en": LanguageWords(concepts={"late": [item]})})
    assert hearing.hear("delayes").whole.words == (heard,)


KNOWN = [f"{b}a{b}e{c}i{c}o" for b, c in product("bdfgm", "ptrslnkz")]
TYPED = [f"{word}q" for word in KNOWN]


@pytest.mark.parametrize(
    "before",
    [
        pytest.param([], id="alone"),
        pytest.param(KNOWN, id="after words that are known"),
        pytest.param(TYPED[:1] * 9, id="after one that is typed again and again"),
    ],
)
def test_a_bounded_number_of_words_is_corrected(before: list[str]) -> None:
    hearing = hearing_of([("en", " ".join(KNOWN))])
    heard = hearing.hear(" ".join(before + TYPED)).whole.words
    assert heard[len(before) :] == (*KNOWN[:CORRECTIONS], *TYPED[CORRECTIONS:])


# Sentences and joined questions


@pytest.mark.parametrize(
    ("said", "parts"),
    [
        pytest.param(
            "Who leads it? When does it open?",
            [("who leads it", True), ("when does it open", True)],
            id="two sentences",
        ),
        pytest.param(
            "who leads it and when does it open",
            [("who leads it", True), ("and when does it open", True)],
            id="joined in English",
        ),
        pytest.param(
            "quién la dirige y cuándo abre",
            [("quien la dirige", True), ("y cuando abre", True)],
            id="joined in Spanish",
        ),
        pytest.param(
            "quem dirige a casa e quando abre o prédio",
            [("quem dirige a casa", True), ("e quando abre o predio", True)],
            id="joined in Portuguese",
        ),
        pytest.param(
            "is there a fine and what is it and when does it open?",
            [("is there a fine", False), ("and what is it", True), ("and when does it open", True)],
            id="three joined questions",
        ),
        pytest.param(
            "who leads it also wat is the fine",
            [("who leads it", True), ("also what is the fine", True)],
            id="joined to a chat spelling",
        ),
        pytest.param(
            "My novel is late. How much is the fine?",
            [("my novel is late", False), ("how much is the fine", True)],
            id="a story before the question",
        ),
        pytest.param(
            "Is there a fine? My novel is late.",
            [("is there a fine", True), ("my novel is late", False)],
            id="a story after the question",
        ),
        pytest.param(
            "Hay una novela. El edificio cuándo abre",
            [("hay una novela", False), ("el edificio cuando abre", False)],
            id="a question word late in a sentence asks nothing",
        ),
        pytest.param(
            "Tem multa. E quando abre",
            [("tem multa", False), ("e quando abre", True)],
            id="a question word after one that joins",
        ),
        pytest.param(
            "Tem multa. Abre quando?",
            [("tem multa", False), ("abre quando", True)],
            id="a question mark asks",
        ),
        pytest.param(
            "Is there a late fee? When does the bilding open?",
            [("is there a fine", True), ("when does the building open", True)],
            id="synonyms and typing errors as in the whole",
        ),
    ],
)
def test_each_question_is_heard_by_itself(said: str, parts: list[tuple[str, bool]]) -> None:
    heard = HEARING.hear(said)
    assert [(" ".join(part.words), part.asks) for part in heard.parts] == parts
    assert heard.whole.words == tuple(word for part in heard.parts for word in part.words)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("", id="nothing"),
        pytest.param("🙂! 🙂?", id="sentences without words"),
        pytest.param("who leads it?", id="one question"),
        pytest.param("who leads it? 🙂", id="one question and an emoji"),
        pytest.param("who leads it? https://example.org/when", id="one question and an address"),
        pytest.param("who leads and opens it", id="a joined word that asks nothing"),
        pytest.param("and who leads it", id="a joiner at the beginning"),
        pytest.param("who leads it and", id="a joiner at the end"),
        pytest.param("who leads it when", id="a question word that nothing joins"),
    ],
)
def test_must_not_be_heard_in_parts(said: str) -> None:
    assert HEARING.hear(said).parts == ()


def test_each_part_has_its_own_concepts() -> None:
    parts = HEARING.hear("My novel is overdue. Who leads the house?").parts
    assert [part.concepts for part in parts] == [("book", "late"), ()]
