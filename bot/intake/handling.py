"""From an update as it was delivered to its handlers: claimed, in the order of its chat, within a time limit."""

import asyncio
import logging
import time
from collections.abc import Mapping
from contextlib import suppress
from contextvars import ContextVar
from weakref import WeakValueDictionary

from telegram import Update
from telegram.error import TelegramError

from bot.app import App
from bot.chat_ids import is_id
from bot.clock import Clock
from bot.intake.chats import LEASE, Chats
from bot.metrics import Metrics, UpdateOutcome, kind_of
from bot.outage import Bridge, Outage
from bot.sessions import Sessions
from bot.store import Claim, Store, Updates

PATIENCE = 25.0
"""Seconds that the handlers of an update may take."""
TO_NOTE = 3.0
"""Seconds that an update waits for a database that is slow: longer than other things, since without its claim, it would
be answered again if it came again."""
GRACE = 10.0
"""Seconds that updates wait for a database server that is away, as when it is restarted: answered without claims in
that time, some would be answered twice. SQLite's file is not waited for: nothing brings it back."""
APOLOGY = 5.0
"""Seconds that it may take to say that they took too long."""
TRIES = 8
"""How often an update is taken on that was never handled to its end, before it is set aside.

Most deaths have nothing to do with the update in hand: with 3, some questions were lost in 60 rounds of kill -9.
"""
AT_ONCE = 64
"""Updates handled at once, each of another chat."""
PAUSE = (0.05, 1.0)
"""The first and the longest pause in seconds until it is looked again whether another copy of the bot is done."""

_LOG = logging.getLogger(__name__)
_handled: ContextVar["_Handled | None"] = ContextVar("handled", default=None)


class _Handled:
    """The update that is being handled: settled from its first message on, unless Telegram refused that."""

    def __init__(self, updates: Updates, bridge: Bridge, update_id: int) -> None:
        self._updates = updates
        self._bridge = bridge
        self._id = update_id
        self._sent = 0
        self._noted: bool | None = False
        """What the database has been told; None if it is not known whether it has heard it."""

    async def begin(self) -> None:
        """Note that a message is about to be sent."""
        self._sent += 1
        if self._sent == 1:
            await self.settle(settled=True)

    async def undo(self) -> None:
        """Note that it surely was not sent."""
        self._sent -= 1
        if self._sent == 0:
            await self.settle(settled=False)

    async def settle(self, *, settled: bool) -> None:
        """Note whether the update is not to be handled again, whatever happens; what is noted is not noted again."""

        async def note() -> None:
            self._noted = None
            await self._updates.settle(self._id, settled=settled)
            self._noted = settled

        while self._noted is not settled:
            await self._bridge.cross(note)
            if not self._bridge.is_worth_waiting:
                return
            await asyncio.sleep(PAUSE[1] / 4)


class CurrentEffects:
    """Takes note of the messages that are sent for the update in hand; outside of any, of none."""

    async def begin(self) -> None:
        """Note that a message is about to be sent."""
        if handled := _handled.get():
            await handled.begin()

    async def undo(self) -> None:
        """Note that it surely was not sent."""
        if handled := _handled.get():
            await handled.undo()


class Intake:
    """Handles updates: those of one chat one after another, those of different chats side by side."""

    def __init__(
        self, app: App, store: Store, sessions: Sessions, clock: Clock, outage: Outage, metrics: Metrics
    ) -> None:
        self._app = app
        self._updates = store.updates
        self._bridge = Bridge(outage, TO_NOTE, GRACE if store.is_shared else 0.0)
        self._chats = Chats(store, sessions, clock, self._bridge)
        self._clock = clock
        self._metrics = metrics
        self._turns: WeakValueDictionary[int, asyncio.Lock] = WeakValueDictionary()
        self._slots = asyncio.Semaphore(AT_ONCE)

    async def handle(self, delivered: Mapping[str, object], patience: float) -> bool:
        """Handle an update as Telegram delivered it; calls for one chat take their turns in the order they were made.

        While another copy of the bot has the update or its chat in hand, or had when it died, that is waited for, so
        many seconds; False is returned if that was not enough.
        """
        number = delivered.get("update_id")
        if not isinstance(number, int):
            _LOG.error("Something without a number was delivered")
            return True
        began = time.monotonic()
        outcome = await self._outcome(number, delivered, began + patience)
        self._metrics.updated(kind_of(delivered), outcome, time.monotonic() - began)
        return outcome != "busy"

    async def _outcome(self, number: int, delivered: Mapping[str, object], deadline: float) -> UpdateOutcome:
        """Handle an update as soon as it is its turn; `busy` if that has not come until a deadline."""
        chat, pause = chat_of(delivered), PAUSE[0]
        with self._metrics.waiting():
            lock = self._turns.setdefault(chat, asyncio.Lock())
            await lock.acquire()
        try:
            while (outcome := await self._attempt(number, chat, delivered)) == "busy":
                if time.monotonic() + pause > deadline:
                    break
                await asyncio.sleep(pause)
                pause = min(2 * pause, PAUSE[1])
            return outcome
        finally:
            lock.release()

    async def _attempt(self, number: int, chat: int, delivered: Mapping[str, object]) -> UpdateOutcome:
        """Handle an update, unless it was handled, or another copy has it or its chat in hand."""
        async with self._slots, self._chats.turn(chat, number) as is_ours:
            match await self._claim(number) if is_ours else Claim.BUSY:
                case Claim.OURS:
                    with self._metrics.in_hand():
                        return await self._handle(number, delivered)
                case Claim.HOPELESS:
                    _LOG.error("Update %s was taken on %s times and never finished: it is set aside", number, TRIES)
                    await _Handled(self._updates, self._bridge, number).settle(settled=True)
                    return "set_aside"
                case Claim.SETTLED:
                    return "repeated"
            return "busy"

    async def _claim(self, number: int) -> Claim:
        claim = await self._bridge.ask(lambda: self._updates.claim(number, self._clock(), LEASE, TRIES), None)
        if claim is None:  # without the database for long, better answered twice than never
            return Claim.BUSY if self._bridge.is_worth_waiting else Claim.OURS
        return claim

    async def _handle(self, number: int, delivered: Mapping[str, object]) -> UpdateOutcome:
        handled = _Handled(self._updates, self._bridge, number)
        outcome: UpdateOutcome = "unreadable"
        if update := self._read(number, delivered):
            token = _handled.set(handled)
            try:
                outcome = await self._process(update)
            finally:
                _handled.reset(token)
        await handled.settle(settled=True)
        return outcome

    async def _process(self, update: Update) -> UpdateOutcome:
        """Let the handlers at an update; when they take too long, they are broken off, and the person is told."""
        try:
            async with asyncio.timeout(PATIENCE):
                await self._app.process_update(update)
        except TimeoutError as error:
            with suppress(TimeoutError):
                async with asyncio.timeout(APOLOGY):
                    await self._app.process_error(update, error)
            return "timed_out"
        return "handled"

    def _read(self, number: int, delivered: Mapping[str, object]) -> Update | None:
        """Read an update; one that the library, or a database, could not bear is logged by its number and let go."""
        try:
            update = Update.de_json(dict(delivered), self._app.bot)
        except (TelegramError, ArithmeticError, OSError, KeyError, TypeError, ValueError, AttributeError) as error:
            _LOG.error("Update %s cannot be read (%s)", number, type(error).__name__, extra={"update": number})
            return None
        if not is_id(chat_of(delivered)) or not _has_real_ids(update):
            _LOG.error("Update %s cannot be read (its ids are none of Telegram's)", number, extra={"update": number})
            return None
        return update


def _has_real_ids(update: Update) -> bool:
    """Tell whether an update's chat and person have ids that can be Telegram's; a message is always in a chat."""
    chat, user = update.effective_chat, update.effective_user
    if chat is None and update.effective_message:
        return False
    return all(is_id(place.id) for place in (chat, user) if place)


def chat_of(delivered: Mapping[str, object]) -> int:
    """Return what the order of updates is kept by: the chat they are of, else the person, else 0."""
    for content in delivered.values():
        if isinstance(content, Mapping):
            for place in (content, content.get("message")):
                chat = place.get("chat") if isinstance(place, Mapping) else None
                if isinstance(chat, Mapping) and isinstance(chat.get("id"), int):
                    return int(chat["id"])
            person = content.get("from")
            if isinstance(person, Mapping) and isinstance(person.get("id"), int):
                return int(person["id"])
    return 0
