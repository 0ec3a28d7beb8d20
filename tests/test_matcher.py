"""The engine: from a question to an outcome."""

import pytest

from bot.answers import CALIBRATION, Answers
from intents import Answer, Clarify, LanguageWords, Matcher, Outcome, Phrase, Rules, Unknown

PHRASES = [
    Phrase(text, entry, language)
    for entry, language, texts in [
        ("loans", "en", ["how many books can I borrow", "size of a loan", "for how long may I keep a novel"]),
        ("loans", "es", ["cuántos libros puedo llevar", "por cuánto tiempo se presta una novela"]),
        ("fines", "en", ["is there a fine for a late return", "penalty for being overdue"]),
        ("fines", "es", ["hay multa por atraso", "qué pasa si devuelvo tarde"]),
        ("hours", "en", ["when does the building open", "opening hours on sunday"]),
        ("hours", "es", ["a qué hora abren", "horario del domingo"]),
        ("card", "en", ["who gets a reader's card", "enrol my child as a reader"]),
        ("card", "es", ["cómo saco el carné", "inscribir a mi hijo"]),
    ]
    for text in texts
]
WORDS = {
    "en": LanguageWords({"hrs": "hours"}, [("fine", "sanction")], ("is", "the", "of", "a", "for", "how", "can", "i")),
    "es": LanguageWords({"xq": "por qué"}, [("multa", "sanción")], ("el", "la", "que", "de", "hay", "por", "si")),
}
LIBRARY = Matcher(PHRASES, WORDS, calibration=CALIBRATION)


def entry_of(outcome: Outcome) -> str | None:
    return outcome.entry if isinstance(outcome, Answer) else None


@pytest.mark.parametrize("phrase", PHRASES, ids=lambda phrase: phrase.text)
def test_every_phrase_is_answered_with_its_entry(phrase: Phrase) -> None:
    assert entry_of(LIBRARY.match(phrase.text)) == phrase.entry


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        pytest.param("HOW MANY BOOKS CAN I BORROW?!", "loans", id="in capitals"),
        pytest.param("how many books for my novel loan", "loans", id="words of several phrases"),
        pytest.param("overdue", "fines", id="one word"),
        pytest.param("domingo", "hours", id="one word in another language"),
        pytest.param("is there a sanction", "fines", id="a synonym"),
        pytest.param("hay sanción", "fines", id="a synonym in another language"),
        pytest.param("sunday hrs", "hours", id="an abbreviation"),
        pytest.param("how meny boks can I borow", "loans", id="typing errors"),
        pytest.param("openning horus on sundai", "hours", id="typing errors in every telling word"),
        pytest.param("orario del dominjo", "hours", id="written as it sounds"),
        pytest.param("is there a fine, que paso si devuelvo tarde", "fines", id="two languages at once"),
        pytest.param("Hello. I have a question. Is there a fine for a late return? Thanks.", "fines", id="sentences"),
        pytest.param("penalty for being overdue " * 157, "fines", id="4096 characters of one question"),
    ],
)
def test_answers(question: str, entry: str) -> None:
    assert entry_of(LIBRARY.match(question)) == entry


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("", id="nothing"),
        pytest.param("   \n", id="white space"),
        pytest.param("?", id="a question mark"),
        pytest.param("🙂", id="an emoji"),
        pytest.param("🙂" * 4096, id="4096 emoji"),
        pytest.param("\0" * 4096, id="4096 NULs"),
        pytest.param("ما هو", id="a script without phrases"),
    ],
)
def test_must_not_answer_nor_suggest(question: str) -> None:
    outcome = LIBRARY.match(question)
    assert isinstance(outcome, Unknown)
    assert not outcome.language_sure


def test_what_says_nothing_ranks_all_alike_in_the_order_of_the_phrases() -> None:
    ranked = LIBRARY.match("🙂").ranked
    assert [match.entry for match in ranked] == ["loans", "fines", "hours", "card"]
    assert len({match.score for match in ranked}) == 1


@pytest.mark.parametrize("question", ["novel", "reader", "late novel on sunday", "weather in paris", "🙂"])
def test_matches_are_ranked_between_0_and_100(question: str) -> None:
    scores = [match.score for match in LIBRARY.match(question).ranked]
    assert scores == sorted(scores, reverse=True)
    assert 0 <= scores[-1] <= scores[0] <= 100


def test_at_most_five_entries_are_ranked() -> None:
    many = Matcher(Phrase(f"word{number}", f"entry{number}", "en") for number in range(9))
    assert len(many.match("word3").ranked) == 5
    assert many.match("word3").ranked[0].entry == "entry3"


@pytest.mark.parametrize("question", [phrase.text for phrase in PHRASES[:3]] + ["late novel on sunday", "🙂"])
def test_the_same_question_has_the_same_outcome(question: str) -> None:
    assert (
        LIBRARY.match(question)
        == LIBRARY.match(question)
        == Matcher(PHRASES, WORDS, calibration=CALIBRATION).match(question)
    )


def test_unknown_words_dilute_a_question() -> None:
    scores = [LIBRARY.match(f"novel{strange}").ranked[0].score for strange in ("", " giraffe zebra lion tiger")]
    assert scores[0] > scores[1]


def library_that_answers_from(score: float) -> Matcher:
    rules = {phrase.entry: Rules(score) for phrase in PHRASES}
    return Matcher(PHRASES, WORDS, rules, CALIBRATION)


@pytest.mark.parametrize(
    ("answer_score", "suggest_score", "expected"),
    [
        pytest.param(50.0, 20.0, Answer, id="sure enough"),
        pytest.param(101.0, 50.0, Clarify, id="not sure enough, but worth suggesting"),
        pytest.param(101.0, 101.0, Unknown, id="not even worth suggesting"),
    ],
)
def test_the_best_score_decides(
    monkeypatch: pytest.MonkeyPatch, answer_score: float, suggest_score: float, expected: type[Outcome]
) -> None:
    monkeypatch.setattr("intents.matcher.SUGGEST_SCORE", suggest_score)
    assert isinstance(library_that_answers_from(answer_score).match("opening hours on sunday"), expected)


def test_each_entry_has_its_own_score() -> None:
    matcher = Matcher(PHRASES, WORDS, {"hours": Rules(score=101.0)}, CALIBRATION)
    assert isinstance(matcher.match("opening hours on sunday"), Clarify)
    assert entry_of(matcher.match("penalty for being overdue")) == "fines"


def test_suggestions_are_the_first_three() -> None:
    outcome = library_that_answers_from(101.0).match("late novel on sunday")
    assert isinstance(outcome, Clarify)
    assert outcome.suggestions == tuple(match.entry for match in outcome.ranked[:3])


@pytest.mark.parametrize("question", ["", "who", "🙂"])
@pytest.mark.parametrize("words", [{}, WORDS], ids=["no words", "words"])
def test_without_phrases_nothing_is_known(question: str, words: dict[str, LanguageWords]) -> None:
    outcome = Matcher([], words).match(question)
    assert isinstance(outcome, Unknown)
    assert outcome.ranked == ()


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("opening hours", Answer, id="it is asked for"),
        pytest.param("🙂", Unknown, id="it is not asked for"),
    ],
)
def test_one_entry_alone(question: str, expected: type[Outcome]) -> None:
    outcome = Matcher([Phrase("opening hours", "hours", "en")]).match(question)
    assert isinstance(outcome, expected)
    assert [match.entry for match in outcome.ranked] == ["hours"]


def test_a_phrase_without_words_does_no_harm() -> None:
    matcher = Matcher([Phrase("🙂", "smile", "en"), Phrase("opening hours", "hours", "en")])
    assert entry_of(matcher.match("opening hours")) == "hours"
    assert entry_of(matcher.match("🙂")) is None


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("does AlSur support the UN treaty?", id="for it, in English"),
        pytest.param("is AlSur in favour of the cybercrime convention?", id="in favour, in English"),
        pytest.param("why is AlSur against the treaty?", id="against it, in English"),
        pytest.param("does AlSur oppose the UN convention?", id="opposed, in English"),
        pytest.param("¿AlSur apoya el tratado de la ONU?", id="for it, in Spanish"),
        pytest.param("¿está AlSur a favor de la convención?", id="in favour, in Spanish"),
        pytest.param("¿por qué AlSur está en contra del tratado?", id="against it, in Spanish"),
        pytest.param("¿AlSur se opone a la convención?", id="opposed, in Spanish"),
        pytest.param("a AlSur apoia o tratado da ONU?", id="for it, in Portuguese"),
        pytest.param("a AlSur é a favor da convenção?", id="in favour, in Portuguese"),
        pytest.param("por que a AlSur é contra o tratado?", id="against it, in Portuguese"),
        pytest.param("a AlSur se opõe à convenção?", id="opposed, in Portuguese"),
    ],
)
def test_a_position_is_asked_for_from_either_side(answers: Answers, question: str) -> None:
    assert entry_of(answers.hear(question)) == "treaty_position"
