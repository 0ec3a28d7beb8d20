"""An engine that hears what a test says it hears, for outcomes that tuning must not move."""

from collections.abc import Mapping

from bot.answers import Answers
from bot.offline import OfflineTelegram
from bot.replies import Replies
from bot.store import Store
from content import Knowledge
from intents import Answer, Clarify, Match, Matcher, Outcome, Unknown
from tests.conversation import Conversation, open_conversation


class Scripted(Matcher):
    """Knows some questions by heart, and nothing else."""

    def __init__(self, outcomes: Mapping[str, Outcome]) -> None:
        self._outcomes = outcomes

    def match(self, question: str) -> Outcome:
        """Return the outcome in the script."""
        return self._outcomes.get(question, Unknown("", False, ()))


def sure(entry: str, score: float = 99.0, language: str = "") -> Answer:
    """Make the outcome of a question that asks for an entry; no language is that of names and acronyms."""
    return Answer(language, bool(language), (Match(entry, score),))


def doubtful(*entries: str, language: str = "") -> Clarify:
    """Make the outcome of a question that may ask for any of some entries."""
    return Clarify(language, bool(language), tuple(Match(entry, 40.0) for entry in entries), len(entries))


def scripted(
    knowledge: Knowledge, telegram: OfflineTelegram, store: Store, outcomes: Mapping[str, Outcome]
) -> Conversation:
    """Build the application with a scripted engine; to be entered as `async with talk.app`."""
    return open_conversation(Answers(knowledge, Scripted(outcomes), Replies(knowledge, "0")), telegram, store)
