"""Which language a question is in."""

import pytest

from bot.answers import Answers
from intents import words
from intents.language import LanguageGuesser

GUESSER = LanguageGuesser(
    [
        ("en", words("who leads the consortium and what does it do")),
        ("en", words("the convention and the legislation, the protection and the discussion")),
        ("en", words("are they allowed to read my messages without a judge")),
        ("es", words("quién dirige el consorcio y qué hace")),
        ("es", words("la convención y la legislación, la protección y la discusión")),
        ("es", words("pueden leer mis mensajes sin la orden de un juez")),
        ("pt", words("quem dirige o consórcio e o que ele faz")),
        ("pt", words("a convenção e a legislação, a proteção e a discussão")),
        ("pt", words("podem ler minhas mensagens sem a ordem de um juiz")),
    ]
)


@pytest.mark.parametrize(
    ("said", "language"),
    [
        pytest.param("what are they allowed to read", "en", id="English words"),
        pytest.param("¿quién puede leer mis mensajes?", "es", id="Spanish words"),
        pytest.param("quem pode ler minhas mensagens?", "pt", id="Portuguese words"),
        pytest.param("nation, relation, station", "en", id="English letters in unseen words"),
        pytest.param("nación, canción, relación", "es", id="Spanish letters in unseen words"),
        pytest.param("nação, canção, relação", "pt", id="Portuguese letters in unseen words"),
        pytest.param("who can read mis mensajes sin la orden de un juez", "es", id="mixed, most of it Spanish"),
    ],
)
def test_guesses_surely(said: str, language: str) -> None:
    assert GUESSER.guess(words(said)) == (language, True)


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("", id="nothing"),
        pytest.param("2024", id="a number"),
        pytest.param("dirige", id="a word that two languages share"),
        pytest.param("dirige 2024", id="and a number tells no more"),
    ],
)
def test_must_not_be_sure(said: str) -> None:
    assert not GUESSER.guess(words(said))[1]


def test_no_language_is_known() -> None:
    assert LanguageGuesser([]).guess(("who",)) == ("", False)


def test_the_only_language_is_sure() -> None:
    assert LanguageGuesser([("en", ("who",))]).guess(("quien",)) == ("en", True)


@pytest.mark.parametrize(
    ("said", "language"),
    [
        pytest.param("does AlSur support the treaty?", "en", id="English"),
        pytest.param("¿AlSur apoya el tratado?", "es", id="Spanish"),
        pytest.param("a AlSur apoia o tratado?", "pt", id="Portuguese"),
        pytest.param("hola, como estas", "es", id="a Spanish greeting without accents"),
        pytest.param("oi, tudo bem?", "pt", id="a Portuguese greeting"),
        pytest.param("y q dijo d la vigilancia", "es", id="Spanish abbreviations"),
        pytest.param("vcs sabem pq eh ruim?", "pt", id="Portuguese abbreviations"),
    ],
)
def test_the_packaged_knowledge_tells_languages_apart(answers: Answers, said: str, language: str) -> None:
    outcome = answers.hear(said)
    assert (outcome.language, outcome.language_sure) == (language, True)


@pytest.mark.parametrize("said", ["GDC", "AlSur", "internet", "2024", "🙂", "OSINT"])
def test_what_all_languages_say_is_in_none_surely(answers: Answers, said: str) -> None:
    assert not answers.hear(said).language_sure
