"""Why a question was understood as it was, for whoever edits the phrases."""

from bot.answers import Answers
from intents import Outcome, Share

COMPARED = 2
"""Entries that are explained: the one chosen, and its rival."""


def explained(question: str, outcome: Outcome, answers: Answers) -> list[str]:
    """Write, line by line, what was heard of a question and what weighed most for its best entries."""
    entries = [match.entry for match in outcome.ranked[:COMPARED]]
    why = answers.explain(question, entries)
    lines = [f"words: {' '.join(why.words) or '(none)'}", f"concepts: {' '.join(why.concepts) or '(none)'}"]
    for match in outcome.ranked[:COMPARED]:
        lines.append(f"{match.entry} {match.score:.0f}: {_weighed(why.shares[match.entry])}")
        if match.entry in why.likest:
            lines.append(f"  most like its phrase: {why.likest[match.entry]}")
    return lines


def _weighed(shares: tuple[Share, ...]) -> str:
    return ", ".join(f"{share.part} {share.weight:+.2f}" for share in shares) or "nothing known"
