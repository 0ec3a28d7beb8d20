"""Text in, outcome out: finds the entry that a question asks for, in whatever language, and says how surely.

Pure: knows phrases, not entries; no Telegram, no files.
"""

from intents.confusions import Confusion, confusions
from intents.hearing import LanguageWords
from intents.matcher import Calibration, Matcher, Phrase, Rules
from intents.outcomes import Answer, Clarify, Explanation, Match, Outcome, Share, Unknown
from intents.text import words

__all__ = [
    "Answer",
    "Calibration",
    "Clarify",
    "Confusion",
    "Explanation",
    "LanguageWords",
    "Match",
    "Matcher",
    "Outcome",
    "Phrase",
    "Rules",
    "Share",
    "Unknown",
    "confusions",
    "words",
]
