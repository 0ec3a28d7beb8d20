"""What the admins of a chat can choose."""

from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict


class Speak(StrEnum):
    """When the bot speaks in a group."""

    COMMANDS = "commands"
    """When a command asks it to."""
    REPLIES = "replies"
    """To replies and mentions, too."""
    QUESTIONS = "questions"
    """To questions that nobody is asked in particular, too, when it is nearly certain."""


@dataclass(frozen=True)
class Settings:
    """What the admins of a chat chose; the defaults are those of a chat whose admins chose nothing."""

    language: str | None = None
    """Of all answers; None means that of each question."""
    speak: Speak = Speak.REPLIES
    topics: frozenset[int] = frozenset()
    """The forum topics where the bot may speak; empty means all, and General is 1."""
    budget: int = 30
    """Answers an hour; 0 means no limit."""
    repeat_hours: int = 1
    """How long an answer is not repeated but pointed to; 0 means that it is repeated."""
    welcome: bool = False
    join_rules: bool = False
    ephemeral: bool = False
    """Whether only who asks sees the answer, where Telegram can."""


class Changes(TypedDict, total=False):
    """Some of the settings."""

    language: str | None
    speak: Speak
    topics: frozenset[int]
    budget: int
    repeat_hours: int
    welcome: bool
    join_rules: bool
    ephemeral: bool
