"""The account: what became of each question, by what Telegram saw and by what the bot had noted when it died."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from enum import StrEnum

from bot.offline import Fields, Sent
from tests.chaos.questions import Asked
from tests.fake_telegram import Call, Fault


class Verdict(StrEnum):
    """What became of a question."""

    ONCE = "answered once"
    TWICE = "answered twice"
    LOST = "lost"
    REFUSED = "refused by Telegram (403)"
    UNKNOWN = "not repeated: the answer to the send was lost"
    MARKED = "not repeated: the process died between its mark and the send"


EXCEPTIONS = (Verdict.REFUSED, Verdict.UNKNOWN, Verdict.MARKED)
"""What the guarantee excepts: a send whose answer was lost is not repeated, and who blocked the bot gets nothing."""


class Ledger:
    """Every question, in the order in which they were asked."""

    def __init__(self, sent: Sequence[Sent], calls: Sequence[Call]) -> None:
        """Take the lists of all messages and calls, which may grow."""
        self.asked: list[Asked] = []
        self._sent = sent
        self._calls = calls
        self._marked: set[int] = set()

    def note_death(self, settled: set[int]) -> None:
        """Note which updates the database calls settled right after a process died: they will not be handled again."""
        answers = self._answers()
        self._marked |= {asked.update for asked in self.asked if asked.update in settled and not answers[asked]}

    def verdicts(self) -> dict[Asked, Verdict]:
        """Return what became of each question until now."""
        answers, sends = self._answers(), self._sends()
        return {asked: self._verdict(asked, answers[asked], sends[asked.chat.id]) for asked in self.asked}

    def tally(self) -> Counter[Verdict]:
        """Count the verdicts."""
        return Counter(self.verdicts().values())

    def is_settled(self) -> bool:
        """Tell whether every question is answered or excepted."""
        return Verdict.LOST not in self.tally()

    def out_of_order(self) -> int:
        """Count the questions that were answered before an earlier one of the same chat."""
        answers, latest, count = self._answers(), defaultdict[int, int](int), 0
        for asked in self.asked:
            if first := min(answers[asked], default=0):
                count += first < latest[asked.chat.id]
                latest[asked.chat.id] = max(latest[asked.chat.id], first)
        return count

    def _verdict(self, asked: Asked, answers: list[int], sends: Iterable[Call]) -> Verdict:
        if answers:
            return Verdict.ONCE if len(answers) == 1 else Verdict.TWICE
        own = [call for call in sends if asked.question.is_answered_by(Fields(call.parameters).text("text"))]
        if any(call.fault is Fault.FORBIDDEN for call in own):
            return Verdict.REFUSED
        if any(call.is_unknown for call in own):
            return Verdict.UNKNOWN
        return Verdict.MARKED if asked.update in self._marked else Verdict.LOST

    def _answers(self) -> dict[Asked, list[int]]:
        """Return the ids of the messages that answer each question."""
        by_chat = defaultdict[int, list[Sent]](list)
        for sent in self._sent:
            by_chat[sent.chat.id].append(sent)
        return {asked: [s.message_id for s in by_chat[asked.chat.id] if _answers(s, asked)] for asked in self.asked}

    def _sends(self) -> dict[int, list[Call]]:
        by_chat = defaultdict[int, list[Call]](list)
        for call in self._calls:
            if call.method == "sendMessage":
                by_chat[Fields(call.parameters).number("chat_id") or 0].append(call)
        return by_chat


def _answers(sent: Sent, asked: Asked) -> bool:
    return sent.by_bot and asked.question.is_answered_by(sent.text)
