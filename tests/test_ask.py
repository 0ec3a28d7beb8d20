"""`ask`: the format on which other programs depend."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from threading import Timer
from typing import IO

import pytest

from bot.answers import Answers
from bot.ask import Asker
from bot.explain import explained
from bot.markup import plain
from bot.replies import Place
from content import Kind
from intents import Answer, Clarify, Match, Outcome, Unknown

ROOT = Path(__file__).parent.parent
KEYS = ["q", "outcome", "kind", "entry", "lang", "score", "ranked", "paragraphs", "text"]


@pytest.fixture
def asker(answers: Answers) -> Asker:
    return Asker(answers.knowledge, answers)


def ask(asker: Asker, *lines: str, language: str | None = None) -> list[dict[str, object]]:
    return [json.loads(line) for line in asker.answer_lines(lines, language)]


def question(text: str, **more: object) -> str:
    return json.dumps({"q": text, **more})


def test_an_answer_has_every_key_in_order(asker: Asker, answers: Answers) -> None:
    [line] = ask(asker, question("¿quién dirige AlSur?"))
    entry = answers.knowledge.entries["who_leads_alsur"]
    ranked = answers.hear("¿quién dirige AlSur?").ranked
    assert list(line) == KEYS
    assert line == {
        "q": "¿quién dirige AlSur?",
        "outcome": "answer",
        "kind": "answer",
        "entry": "who_leads_alsur",
        "lang": "es",
        "score": ranked[0].score,
        "ranked": [[match.entry, match.score] for match in ranked],
        "paragraphs": [quote.paragraph for quote in entry.quotes],
        "text": plain(answers.replies.answer("who_leads_alsur", "es", Place.PRIVATE, "").text),
    }


@pytest.mark.parametrize(
    ("said", "outcome", "kind"),
    [
        pytest.param("who is in charge of AlSur?", "answer", "answer", id="an answer"),
        pytest.param("muchas gracias", "answer", "smalltalk", id="small talk"),
        pytest.param("¿ya ratificó México la convención?", "answer", "limit", id="a limit"),
        pytest.param("xqzv wkrj", "unknown", None, id="nonsense"),
        pytest.param("", "unknown", None, id="nothing"),
        pytest.param("🦒", "unknown", None, id="an emoji that nobody foresaw"),
        pytest.param("👍", "answer", "smalltalk", id="an emoji"),
    ],
)
def test_outcome_and_kind(asker: Asker, said: str, outcome: str, kind: str | None) -> None:
    [line] = ask(asker, question(said))
    assert (line["outcome"], line["kind"]) == (outcome, kind)
    assert list(line) == KEYS
    assert (line["entry"] is None) == (outcome == "unknown")


def test_what_is_no_answer_quotes_no_paragraph(asker: Asker, answers: Answers) -> None:
    limit = next(entry.id for entry in answers.knowledge.entries.values() if entry.kind == Kind.LIMIT)
    facts = asker.facts(Answer("en", True, (Match(limit, 90.0),)))
    assert (facts["kind"], facts["entry"], facts["paragraphs"]) == ("limit", limit, [])


def test_clarify_says_how_many_are_shown_and_ranks_them_first(asker: Asker, answers: Answers) -> None:
    ranked = tuple(Match(entry, 60.0 - place) for place, entry in enumerate([*answers.knowledge.entries][:4]))
    facts = asker.facts(Clarify("pt", True, ranked, 2))
    assert list(facts) == [*KEYS[1:], "shown"]
    assert facts == {
        "outcome": "clarify",
        "kind": None,
        "entry": None,
        "lang": "pt",
        "score": 60.0,
        "ranked": [[match.entry, match.score] for match in ranked],
        "paragraphs": [],
        "text": answers.knowledge.voices["pt"].clarify,
        "shown": 2,
    }


def test_unknown_keeps_its_ranking(asker: Asker, answers: Answers) -> None:
    entry = next(iter(answers.knowledge.entries))
    facts = asker.facts(Unknown("en", True, (Match(entry, 4.5),)))
    assert (facts["score"], facts["ranked"]) == (4.5, [[entry, 4.5]])
    assert facts["text"] == answers.knowledge.voices["en"].unknown
    assert "shown" not in facts


def test_nothing_ranked_scores_nothing(asker: Asker) -> None:
    facts = asker.facts(Unknown("", False, ()))
    assert (facts["score"], facts["ranked"]) == (0.0, [])


@pytest.mark.parametrize(
    ("line", "command_line", "language"),
    [
        pytest.param(question("who leads AlSur?"), None, "en", id="of the question"),
        pytest.param(question("who leads AlSur?", lang="pt"), None, "pt", id="of the line"),
        pytest.param(question("who leads AlSur?"), "es", "es", id="of the command line"),
        pytest.param(question("who leads AlSur?", lang="pt"), "es", "pt", id="of the line before the command line's"),
        pytest.param(question("who leads AlSur?", lang=None), None, "en", id="null is none"),
        pytest.param(question("who leads AlSur?", lang=""), "es", "es", id="empty is none"),
    ],
)
def test_the_language_of_the_reply(
    asker: Asker, answers: Answers, line: str, command_line: str | None, language: str
) -> None:
    [reply] = ask(asker, line, language=command_line)
    assert reply["lang"] == language
    assert str(reply["text"]).startswith(answers.replies.title("who_leads_alsur", language))


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        pytest.param("who leads?", "not a JSON object", id="no JSON"),
        pytest.param('{"q": "who', "not a JSON object", id="broken off"),
        pytest.param("[" * 100_000, "not a JSON object", id="nested without end"),
        pytest.param("1" * 5_000, "not a JSON object", id="a number without end"),
        pytest.param('"who leads?"', 'not an object with a text "q"', id="a text"),
        pytest.param('["q"]', 'not an object with a text "q"', id="a list"),
        pytest.param("null", 'not an object with a text "q"', id="null"),
        pytest.param("{}", 'not an object with a text "q"', id="no question"),
        pytest.param('{"q": 1}', 'not an object with a text "q"', id="a number for a question"),
        pytest.param('{"q": null}', 'not an object with a text "q"', id="null for a question"),
        pytest.param('{"q": "a", "lang": "fr"}', '"lang" must be one of en, es, pt', id="no such language"),
        pytest.param('{"q": "a", "lang": 1}', '"lang" must be one of en, es, pt', id="a number for a language"),
        pytest.param('{"q": "a", "lang": ["es"]}', '"lang" must be one of en, es, pt', id="a list for a language"),
        pytest.param('{"q": "a", "lang": {"es": 1}}', '"lang" must be one of en, es, pt', id="an object for one"),
        pytest.param('{"q": "a", "lang": []}', '"lang" must be one of en, es, pt', id="an empty list for one"),
    ],
)
def test_a_bad_line_gets_an_error_and_the_run_goes_on(asker: Asker, line: str, problem: str) -> None:
    bad, good = ask(asker, line, question("who leads AlSur?"))
    assert bad == {"error": problem}
    assert good["entry"] == "who_leads_alsur"


def test_order_is_kept_and_empty_lines_are_skipped(asker: Asker) -> None:
    lines = [question("uno"), "", question("two"), "  \n", "bad", question("três")]
    assert [line.get("q", "error") for line in ask(asker, *lines)] == ["uno", "two", "error", "três"]


def test_other_keys_are_ignored(asker: Asker) -> None:
    [line] = ask(asker, question("who leads AlSur?", gold=["letter.02"], id=7))
    assert list(line) == KEYS


def test_half_a_character_is_replaced(asker: Asker) -> None:
    [line] = asker.answer_lines(['{"q": "who \\ud83d leads AlSur?"}'])
    assert json.loads(line)["q"] == "who ? leads AlSur?"
    assert line.encode()


def test_accents_are_written_as_such_and_lines_within_a_text_are_not(asker: Asker) -> None:
    [line] = asker.answer_lines([question("¿quién\ndirige AlSur?")])
    assert line.startswith('{"q": "¿quién\\ndirige AlSur?"')
    assert "\n" not in line


def test_a_line_of_a_million_characters_is_read_like_one_message(asker: Asker) -> None:
    text = f"who leads AlSur? {' ' * 4096}" + "¿pueden espiarme? " * 60_000
    [line] = ask(asker, question(text))
    assert (line["q"], line["entry"]) == (text, "who_leads_alsur")


@pytest.mark.parametrize("language", ["en", "es", "pt"])
def test_text_is_plain(asker: Asker, answers: Answers, language: str) -> None:
    for entry in answers.knowledge.entries:
        text = str(asker.facts(Answer(language, True, (Match(entry, 99.0),)), language)["text"])
        assert answers.knowledge.entries[entry].texts[language].answer in text
        assert not any(markup in text for markup in ("<b>", "<i>", "<a ", "<blockquote", "&amp;", "&lt;", "&#"))


def test_one_question_gets_its_reply_and_what_may_be_asked_next(asker: Asker, answers: Answers) -> None:
    text = asker.text("who is in charge of AlSur?")
    entry = answers.knowledge.entries["who_leads_alsur"]
    assert text.startswith(f"{entry.texts['en'].title}\n\n{entry.texts['en'].answer}")
    assert f"· {answers.replies.title(entry.related[0], 'en')}" in text.splitlines()


def test_one_question_in_a_chosen_language(asker: Asker, answers: Answers) -> None:
    assert asker.text("xqzv wkrj", "pt").startswith(answers.knowledge.voices["pt"].unknown)


LED = Match("who_leads_alsur", 61.0)


@pytest.mark.parametrize(
    ("outcome", "heading"),
    [
        pytest.param(Answer("es", True, (LED,)), "answer, in es", id="an answer"),
        pytest.param(Answer("pt", False, (LED,)), "answer, in pt (unsure)", id="in a doubtful language"),
        pytest.param(Clarify("en", True, (LED,), 1), "clarify, in en", id="suggestions"),
        pytest.param(Unknown("en", False, ()), "unknown, in en (unsure)", id="nothing known"),
    ],
)
def test_an_explanation_begins_with_the_outcome(
    asker: Asker, answers: Answers, monkeypatch: pytest.MonkeyPatch, outcome: Outcome, heading: str
) -> None:
    monkeypatch.setattr(answers, "hear", lambda _: outcome)
    assert asker.explanation("GDC").splitlines() == [heading, *explained("GDC", outcome, answers)]


@pytest.mark.parametrize(
    ("said", "heading"),
    [
        pytest.param("who is in charge of AlSur?", "answer, in en", id="English"),
        pytest.param("¿quién dirige AlSur?", "answer, in es", id="Spanish"),
        pytest.param("quem manda na AlSur?", "answer, in pt", id="Portuguese"),
    ],
)
def test_the_explanation_of_a_question_names_the_entry_first(asker: Asker, said: str, heading: str) -> None:
    lines = asker.explanation(said).splitlines()
    assert lines[0] == heading
    assert lines[3].startswith("who_leads_alsur ")


@pytest.fixture
def running() -> Iterator["subprocess.Popen[str]"]:
    """`ask --jsonl` on the small library, as another program runs it; killed if it never answers."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONUNBUFFERED"}
    process = subprocess.Popen(
        [sys.executable, "-m", "bot", "ask", "--jsonl"],
        cwd=ROOT,
        env=environment | {"BOT_CONTENT_DIR": "tests/library"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        errors="surrogateescape",
    )
    timer = Timer(30, process.kill)
    timer.start()
    with process:
        yield process
    timer.cancel()


def piped(process: "subprocess.Popen[str]") -> tuple[IO[str], IO[str]]:
    assert process.stdin
    assert process.stdout
    return process.stdin, process.stdout


def test_each_line_is_answered_before_the_next_is_asked(running: "subprocess.Popen[str]") -> None:
    said, answered = piped(running)
    replies = []
    for line in ("\ufeff" + question("is there a fine?"), "\udcff{", question("¿cuántos libros puedo llevar?")):
        said.write(f"{line}\n")
        said.flush()
        replies.append(json.loads(answered.readline()))
    said.close()
    assert [reply.get("entry", reply.get("error")) for reply in replies] == [
        "late_books",
        "not a JSON object",
        "how_many_books",
    ]
    assert running.wait() == 0


def test_a_reader_that_goes_away_is_no_failure_to_show(running: "subprocess.Popen[str]") -> None:
    said, answered = piped(running)
    said.write(f"{question('is there a fine?')}\n")
    said.flush()
    answered.readline()
    answered.close()
    _, errors = running.communicate(f"{question('thanks')}\n" * 3)
    assert errors == ""
