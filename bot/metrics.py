"""What the bot does, in numbers for Prometheus: of nobody in particular, without ids and without words.

No label's value comes from outside: kinds and outcomes are named here, languages are those of the content.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from itertools import product
from typing import Literal, TypeAlias, get_args

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    Info,
    PlatformCollector,
    ProcessCollector,
)
from telegram.error import RetryAfter, TelegramError

from bot.replies import Finding

UpdateKind: TypeAlias = Literal[
    "message",
    "edited_message",
    "guest_message",
    "callback_query",
    "inline_query",
    "my_chat_member",
    "chat_member",
    "chat_join_request",
    "other",
]
"""Telegram's names of the kinds of updates that the bot asks for, and whatever else."""
UpdateOutcome: TypeAlias = Literal[
    "handled", "repeated", "unreadable", "timed_out", "set_aside", "busy", "full", "stopping"
]
"""`repeated` was handled before; `set_aside` never came to its end; the last three were sent away for a while."""
Seat: TypeAlias = Literal["private", "group", "guest", "inline"]
"""Where a question is asked."""
CallKind: TypeAlias = Literal["send", "copy", "forward", "edit", "answer", "other"]
"""What a call of the Bot API is for, by the first word of its name; `answer` is of presses and queries."""
CallOutcome: TypeAlias = Literal["sent", "dropped", "refused", "failed"]
"""`dropped` would have come too late, `refused` is to come later (429), `failed` is every other error."""
ErrorKind: TypeAlias = Literal["network", "telegram", "database", "timeout", "defect"]
"""Whose fault it was: `defect` is the bot's."""
ReloadOutcome: TypeAlias = Literal["renewed", "refused", "failed"]
"""`refused` is content with problems, `failed` a check that came to no end."""
PostOutcome: TypeAlias = Literal["posted", "paused", "left_out"]
"""`paused` is a chat where the bot may not post any more, `left_out` a post that Telegram failed."""

HANDLING = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 25.0)
"""In seconds; the last is as long as handlers may take."""
WAITING = (0.0, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 20.0, 60.0, 600.0)
"""In seconds; answers wait 20 at most, posts 600."""
SCORES = (10.0, 20.0, 30.0, 40.0, 50.0, 60.0, 70.0, 80.0, 90.0, 95.0, 99.0, 100.0)


class Metrics:
    """The numbers of one bot, in a registry of their own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        ProcessCollector(registry=self.registry)
        PlatformCollector(registry=self.registry)
        self._updates = self._counter("updates", "Updates from Telegram", kind=UpdateKind, outcome=UpdateOutcome)
        self._handling = self._histogram("update_seconds", "Seconds that updates were handled", HANDLING, "kind")
        self._in_hand = self._gauge("updates_in_hand", "Updates that handlers are at")
        self._waiting = self._gauge("updates_waiting", "Updates that wait for their turn")
        self._questions = Counter(
            "bot_questions", "Questions answered", ("outcome", "language", "seat"), registry=self.registry
        )
        self._scores = self._histogram("match_score", "How sure the best match of a question was", SCORES, "outcome")
        self._calls = self._counter("calls", "Calls of the Bot API", kind=CallKind, outcome=CallOutcome)
        self._unsent = self._gauge("messages_unsent", "Messages that wait for their turn or for Telegram's answer")
        self._pace = self._histogram("message_wait_seconds", "Seconds that messages waited for their turn", WAITING)
        self._errors = self._counter("errors", "Errors in handlers", kind=ErrorKind)
        self._reloads = self._counter("content_reloads", "Changes of the content", outcome=ReloadOutcome)
        self._posts = self._counter("scheduled_posts", "Scheduled posts", outcome=PostOutcome)
        self._content = Info("bot_content", "The program and the content it answers from", registry=self.registry)
        self._heard = self._gauge("heard_timestamp_seconds", "When Telegram was last heard")
        self._database = self._gauge("database_failing", "1 while the database fails and the bot does without it")

    # Updates

    def waiting(self) -> AbstractContextManager[None]:
        """Count an update as waiting for its turn, within."""
        return _counted(self._waiting)

    def in_hand(self) -> AbstractContextManager[None]:
        """Count an update as being handled, within."""
        return _counted(self._in_hand)

    def updated(self, kind: UpdateKind, outcome: UpdateOutcome, seconds: float | None = None) -> None:
        """Count what became of an update, and how long handlers were at it, if they were."""
        self._updates.labels(kind, outcome).inc()
        if seconds is not None:
            self._handling.labels(kind).observe(seconds)

    def failed(self, kind: ErrorKind) -> None:
        """Count an error in a handler."""
        self._errors.labels(kind).inc()

    # Questions

    def answered(self, finding: Finding, seat: Seat) -> None:
        """Count a question that is answered."""
        self._questions.labels(finding.outcome, finding.language, seat).inc()
        self._scores.labels(finding.outcome).observe(finding.score)

    # What is sent

    def sending(self) -> AbstractContextManager[None]:
        """Count a message as not yet sent, within."""
        return _counted(self._unsent)

    def waited(self, seconds: float) -> None:
        """Count how long a message waited before it was sent."""
        self._pace.observe(seconds)

    def dropped(self, kind: CallKind) -> None:
        """Count a message that was not sent, since it would have come too late."""
        self._calls.labels(kind, "dropped").inc()

    @contextmanager
    def calling(self, kind: CallKind) -> Iterator[None]:
        """Count what becomes of the call that is made within."""
        outcome: CallOutcome | None = "sent"
        try:
            yield
        except RetryAfter:
            outcome = "refused"
            raise
        except TelegramError:
            outcome = "failed"
            raise
        except BaseException:  # broken off: nobody knows what became of it
            outcome = None
            raise
        finally:
            if outcome:
                self._calls.labels(kind, outcome).inc()

    # What happens unasked

    def posted(self, outcome: PostOutcome) -> None:
        """Count a scheduled post."""
        self._posts.labels(outcome).inc()

    def reloaded(self, outcome: ReloadOutcome) -> None:
        """Count a change of the content."""
        self._reloads.labels(outcome).inc()

    def answers_from(self, version: str, stamp: str) -> None:
        """Note the program's version and the content's stamp."""
        self._content.info({"version": version, "stamp": stamp})

    def look_at(self, heard_at: Callable[[], float], is_database_failing: Callable[[], bool]) -> None:
        """Take two figures from others whenever somebody looks: the first in seconds since 1970."""
        self._heard.set_function(heard_at)
        self._database.set_function(lambda: float(is_database_failing()))

    def _counter(self, name: str, told: str, **labels: object) -> Counter:
        """Make a counter whose labels have the values of some Literals; all begin at 0, so that a first one shows."""
        counter = Counter(f"bot_{name}", told, tuple(labels), registry=self.registry)
        for values in product(*map(get_args, labels.values())):
            counter.labels(*values)
        return counter

    def _histogram(self, name: str, told: str, buckets: tuple[float, ...], *labels: str) -> Histogram:
        return Histogram(f"bot_{name}", told, labels, buckets=buckets, registry=self.registry)

    def _gauge(self, name: str, told: str) -> Gauge:
        return Gauge(f"bot_{name}", told, registry=self.registry)


@contextmanager
def _counted(gauge: Gauge) -> Iterator[None]:
    gauge.inc()
    try:
        yield
    finally:
        gauge.dec()


def kind_of(delivered: Mapping[str, object]) -> UpdateKind:
    """Return the kind of an update as Telegram delivered it."""
    for kind in get_args(UpdateKind):
        if kind in delivered:
            known: UpdateKind = kind
            return known
    return "other"


def kind_of_call(endpoint: str) -> CallKind:
    """Return the kind of a call by the name of its endpoint, such as sendMessage."""
    for kind in get_args(CallKind):
        if endpoint.startswith(kind):
            known: CallKind = kind
            return known
    return "other"
