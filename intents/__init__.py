"""Text in, outcome out: finds the entry that a question asks for, in whatever language, and says how surely.

Pure: knows phrases, not entries; no Telegram, no files.
"""

from intents.dictionary import LanguageWords
from intents.matcher import Matcher, Phrase
from intents.outcomes import Answer, Clarify, Match, Outcome, Unknown
from intents.text import words

__all__ = [
    "Answer",
    "Clarify",
    "LanguageWords",
    "Match",
    "Matcher",
    "Outcome",
    "Phrase",
    "Unknown",
    "words",
]
