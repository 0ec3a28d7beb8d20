"""The engine: from a question to an outcome."""

from dataclasses import replace
from itertools import pairwise, product

import pytest

from bot.answers import CALIBRATION, Answers
from intents import Answer, Calibration, Clarify, LanguageWords, Matcher, Outcome, Phrase, Rules, Unknown

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
    matcher = Matcher([Phrase("…", "smile", "en"), Phrase("opening hours", "hours", "en")])
    assert entry_of(matcher.match("opening hours")) == "hours"
    assert entry_of(matcher.match("…")) is None


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


# Rules: what must be the whole of a message, and what are no rivals

TALK = [
    Phrase(text, entry, language)
    for entry, language, texts in [
        ("loans", "pt", ["quantos livros posso levar", "por quanto tempo emprestam um romance"]),
        ("fines", "pt", ["tem multa por atraso", "o que acontece se devolvo tarde"]),
        ("hours", "pt", ["que horas abre o prédio", "horário de domingo"]),
        ("card", "pt", ["como faço a carteirinha", "inscrever meu filho"]),
        ("greeting", "en", ["hello", "good morning"]),
        ("greeting", "es", ["hola", "buenos días"]),
        ("greeting", "pt", ["oi", "bom dia"]),
    ]
    for text in texts
]
ASKING = {
    "en": replace(WORDS["en"], questions=("how", "when", "who", "is", "what"), joiners=("and", "also")),
    "es": replace(WORDS["es"], questions=("cuántos", "hay", "a", "qué", "cuándo", "cómo"), joiners=("y",)),
    "pt": LanguageWords(common=("o", "de", "por"), questions=("quantos", "tem", "que", "como"), joiners=("e",)),
}


def library_with(**rules: Rules) -> Matcher:
    return Matcher([*PHRASES, *TALK], ASKING, rules, CALIBRATION)


POLITE = library_with(greeting=Rules(50.0, whole=True))


@pytest.mark.parametrize(
    ("said", "entry"),
    [
        pytest.param("hello", "greeting", id="a greeting in English"),
        pytest.param("¡hola, buenos días!", "greeting", id="a greeting in Spanish"),
        pytest.param("oi, bom dia", "greeting", id="a greeting in Portuguese"),
        pytest.param("Hello! Good morning?", "greeting", id="two greetings"),
        pytest.param("hello giraffe", "greeting", id="a greeting and an unknown word"),
        pytest.param("hello, is there a fine for a late return?", "fines", id="a question in English"),
        pytest.param("Hola. ¿Hay multa por atraso?", "fines", id="a question in Spanish"),
        pytest.param("oi, tem multa por atraso?", "fines", id="a question in Portuguese"),
        pytest.param("hello overdue", "fines", id="a greeting and one word"),
    ],
)
def test_a_greeting_is_heard_where_it_is_the_whole(said: str, entry: str) -> None:
    assert entry_of(POLITE.match(said)) == entry


def test_without_that_rule_a_greeting_speaks_for_a_message() -> None:
    said = "hello overdue"
    [strict, free] = [
        next(match.score for match in matcher.match(said).ranked if match.entry == "greeting")
        for matcher in (POLITE, library_with(greeting=Rules(50.0)))
    ]
    assert strict < free


LATE = [
    Phrase("penalty for being overdue", "fines", "en"),
    Phrase("is there a fee", "fines", "en"),
    Phrase("charge for being overdue", "charges", "en"),
    Phrase("opening hours on sunday", "hours", "en"),
    Phrase("who gets a card", "card", "en"),
]


def late(fines: set[str], charges: set[str]) -> Matcher:
    """Make an engine with two entries on nearly the same, by the subjects of each."""
    subjects = {"fines": fines, "charges": charges, "hours": {"building"}}
    return Matcher(
        LATE, None, {entry: Rules(subjects=frozenset(names)) for entry, names in subjects.items()}, CALIBRATION
    )


@pytest.mark.parametrize(
    ("fines", "charges", "expected"),
    [
        pytest.param({"rules.03"}, {"rules.03"}, Answer, id="the same subject"),
        pytest.param({"rules.01", "rules.03"}, {"rules.03", "rules.04"}, Answer, id="one of two subjects in common"),
        pytest.param({"rules.03"}, {"rules.04"}, Clarify, id="other subjects"),
        pytest.param({"rules.03"}, set(), Clarify, id="no subject beside one"),
        pytest.param(set(), set(), Clarify, id="no subject at all is none in common"),
    ],
)
def test_entries_with_a_subject_in_common_are_no_rivals(
    fines: set[str], charges: set[str], expected: type[Outcome]
) -> None:
    outcome = late(fines, charges).match("being overdue")
    assert isinstance(outcome, expected)
    assert {match.entry for match in outcome.ranked[:2]} == {"fines", "charges"}


def test_where_all_entries_are_fellows_the_best_is_the_answer() -> None:
    same = {phrase.entry: Rules(subjects=frozenset({"x"})) for phrase in LATE}
    assert entry_of(Matcher(LATE, None, same, CALIBRATION).match("who gets a card")) == "card"


# Calibration

STEPS = [-1e9, -60.0, -2.0, -0.5, 0.0, 0.1, 0.5, 1.0, 3.0, 60.0, 1e9]


@pytest.mark.parametrize(
    ("calibration", "score", "lead", "sureness"),
    [
        pytest.param(Calibration(0, 1, 1), 0, 0, 50.0, id="even odds"),
        pytest.param(Calibration(0, 1, 0), 1, 9, 73.1, id="the score alone"),
        pytest.param(Calibration(0, 0, 1), 9, 1, 73.1, id="the lead alone"),
        pytest.param(Calibration(-2, 1, 1), 1, 1, 50.0, id="both against the bias"),
        pytest.param(Calibration(0, 2, 0), -1, 0, 11.9, id="less than a stranger's"),
        pytest.param(Calibration(), 1e9, 1e9, 100.0, id="beyond all measure"),
        pytest.param(Calibration(), -1e9, -1e9, 0.0, id="below all measure"),
        pytest.param(Calibration(), 0, 0, 7.6, id="a stranger's, where nothing is known"),
        pytest.param(Calibration(), 1, 1, 97.1, id="an own one, where nothing is known"),
    ],
)
def test_sureness(calibration: Calibration, score: float, lead: float, sureness: float) -> None:
    assert calibration.sureness(score, lead) == sureness


@pytest.mark.parametrize("calibration", [Calibration(), CALIBRATION], ids=["common", "measured"])
def test_sureness_grows_with_score_and_lead_from_0_to_100(calibration: Calibration) -> None:
    by_score = [[calibration.sureness(score, lead) for score in STEPS] for lead in STEPS]
    by_lead = [*zip(*by_score, strict=True)]
    assert all(less <= more for row in [*by_score, *by_lead] for less, more in pairwise(row))
    assert (min(map(min, by_score)), max(map(max, by_score))) == (0, 100)


# Two questions in one message


@pytest.mark.parametrize(
    ("said", "entries"),
    [
        pytest.param(
            "Is there a fine for a late return? When does the building open?", {"fines", "hours"}, id="two in English"
        ),
        pytest.param("¿Hay multa por atraso? ¿A qué hora abren?", {"fines", "hours"}, id="two in Spanish"),
        pytest.param("Tem multa por atraso? Que horas abre o prédio?", {"fines", "hours"}, id="two in Portuguese"),
        pytest.param(
            "how many books can I borrow and when does the building open", {"loans", "hours"}, id="joined in English"
        ),
        pytest.param("hay multa por atraso y a qué hora abren", {"fines", "hours"}, id="joined in Spanish"),
        pytest.param("tem multa por atraso e que horas abre o prédio", {"fines", "hours"}, id="joined in Portuguese"),
        pytest.param(
            "Hello! Is there a fine for a late return? When does the building open? Hello!",
            {"fines", "hours"},
            id="two, and greetings that are not offered",
        ),
        pytest.param(
            "Is there a fine for a late return? Who gets a reader's card? When does the building open?",
            {"fines", "card", "hours"},
            id="three",
        ),
        pytest.param(
            "Is there a fine for a late return? When does the building open? A penalty for being overdue?",
            {"fines", "hours"},
            id="one of them asked twice",
        ),
        pytest.param(
            "Is there a fine? When does the building open? A penalty for being overdue? When are the hours on sunday?",
            {"fines", "hours"},
            id="both asked twice",
        ),
        pytest.param(
            "Is there a fine for a late return? When does the building open? What is a zebra?",
            {"fines", "hours"},
            id="two, and one that nothing is known about",
        ),
    ],
)
def test_the_other_questions_of_a_message_are_offered(said: str, entries: set[str]) -> None:
    outcome = POLITE.match(said)
    assert isinstance(outcome, Answer)
    assert outcome.entry == outcome.ranked[0].entry
    assert len(outcome.also) == len(entries) - 1
    assert {outcome.entry, *outcome.also} == entries


@pytest.mark.parametrize(
    "said",
    [
        pytest.param("Is there a fine for a late return?", id="one question"),
        pytest.param("Is there a fine? A penalty for being overdue?", id="the same one twice"),
        pytest.param("My son wants a reader's card. Is there a fine for a late return?", id="after a story in English"),
        pytest.param("Mi hijo sacó el carné. ¿Hay multa por atraso?", id="after a story in Spanish"),
        pytest.param("Meu filho fez a carteirinha. Tem multa por atraso?", id="after a story in Portuguese"),
        pytest.param("Hello? Is there a fine for a late return?", id="after a greeting"),
        pytest.param("Hello, good morning? Is there a fine?", id="after a greeting that says as much"),
        pytest.param(
            "Is there a fine for a late return? What is a zebra?", id="beside one that nothing is known about"
        ),
        pytest.param("Is there a fine for a late return? Sunday?", id="beside one that says little"),
    ],
)
def test_must_not_offer_another(said: str) -> None:
    outcome = POLITE.match(said)
    assert isinstance(outcome, Answer)
    assert (outcome.entry, outcome.also) == ("fines", ())


QUESTIONS = ["how many books can I borrow?", "is there a penalty?", "when on sunday does it open?", "who gets a card?"]


@pytest.mark.parametrize(("one", "other"), [pair for pair in product(QUESTIONS, QUESTIONS) if pair[0] < pair[1]])
def test_the_better_covered_question_is_answered_whichever_comes_first(one: str, other: str) -> None:
    outcome, turned = POLITE.match(f"{one} {other}"), POLITE.match(f"{other} {one}")
    sureness = {match.entry: match.score for said in (one, other) for match in POLITE.match(said).ranked[:1]}
    assert isinstance(outcome, Answer)
    assert isinstance(turned, Answer)
    assert {outcome.entry, *outcome.also} == sureness.keys() == {turned.entry, *turned.also}
    assert sureness[outcome.entry] == sureness[turned.entry] == max(sureness.values())


@pytest.mark.parametrize(
    ("subjects", "also"),
    [
        pytest.param({"rules.03"}, set(), id="a fellow is not offered"),
        pytest.param({"rules.04"}, {"fines", "charges"}, id="another one is"),
    ],
)
def test_fellows_are_not_offered(subjects: set[str], also: set[str]) -> None:
    outcome = late({"rules.03"}, subjects).match("Penalty for being overdue? Charge for being overdue?")
    assert isinstance(outcome, Answer)
    assert {*outcome.also} == also - {outcome.entry}


@pytest.mark.parametrize(
    ("score", "also"),
    [pytest.param(63.0, ("hours",), id="sure enough"), pytest.param(101.0, (), id="not sure enough")],
)
def test_what_is_offered_must_be_an_answer_by_itself(score: float, also: tuple[str, ...]) -> None:
    outcome = library_with(hours=Rules(score)).match("Is there a fine for a late return? What are the hours on sunday?")
    assert isinstance(outcome, Answer)
    assert (outcome.entry, outcome.also) == ("fines", also)
