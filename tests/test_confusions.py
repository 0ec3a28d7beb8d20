"""Entries that are easily taken for each other."""

from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console

from bot.__main__ import main
from bot.report import report_confusions
from intents import Confusion, Phrase, Rules, confusions
from tests.test_matcher import PHRASES, WORDS

LIBRARY = str(Path(__file__).parent / "library")
STRAY = Phrase("is there a penalty for a late return or for being overdue", "hours", "en")


def pairs(rules: dict[str, Rules]) -> list[tuple[Phrase, str]]:
    return [(one.phrase, one.taken_for) for one in confusions([*PHRASES, STRAY], WORDS, rules)]


def test_a_phrase_that_stands_in_the_wrong_entry_is_found() -> None:
    assert (STRAY, "fines") in pairs({})


def test_leads_are_in_order_and_no_entry_is_taken_for_itself() -> None:
    found = confusions([*PHRASES, STRAY], WORDS, {})
    assert found
    assert [one.lead for one in found] == sorted((one.lead for one in found), reverse=True)
    assert [one for one in found if one.phrase.entry == one.taken_for] == []


def test_entries_with_a_subject_in_common_are_not_confused() -> None:
    rules = {entry: Rules(subjects=frozenset({"money"})) for entry in ("fines", "hours")}
    assert (STRAY, "fines") not in pairs(rules)


@pytest.mark.parametrize(
    "phrases",
    [
        pytest.param([], id="no phrase"),
        pytest.param(PHRASES[:1], id="one phrase"),
        pytest.param(PHRASES[:3], id="one entry"),
    ],
)
def test_nothing_can_be_confused(phrases: list[Phrase]) -> None:
    assert confusions(phrases, WORDS, {}) == []


def test_the_report_counts_pairs_and_names_phrases() -> None:
    page = StringIO()
    report_confusions([Confusion(STRAY, "fines", 1.25)] * 2, Console(file=page, width=120))
    rows = [" ".join(line.replace("│", " ").split()) for line in page.getvalue().splitlines()]
    assert "hours fines 2" in rows
    assert rows.count(f"en hours → fines (1.2): {STRAY.text}") == 2


def test_it_is_a_command(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["confusions"], {"BOT_CONTENT_DIR": LIBRARY}) == 0
    assert "Confusable entries" in capsys.readouterr().out


def test_only_languages_that_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["confusions", "--lang", "fr"], {"BOT_CONTENT_DIR": LIBRARY}) == 1
    assert capsys.readouterr().err == "--lang must be one of en, es.\n"
