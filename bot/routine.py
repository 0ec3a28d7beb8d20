"""What the bot does unasked, each minute: scheduled quotes, welcomes, and forgetting join requests that are too old."""

import asyncio
import logging
from collections.abc import Awaitable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfoNotFoundError

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, TelegramError

from bot.answers import Answers
from bot.clock import Clock
from bot.door import WAIT
from bot.limiter import broadcasting
from bot.markup import isolated
from bot.membership import write_to_admin
from bot.metrics import Metrics
from bot.outage import Outage
from bot.posters import Posters
from bot.replies import Replies
from bot.sending import keyboard
from bot.sessions import Session, Sessions, Shown
from bot.store import Store, StoreError, Subscription, Welcome
from bot.timetable import due
from bot.traces import places

TICK = 60.0
"""Seconds from one look at what is due to the next; posts are due to the minute."""
REOPEN = 2.0
"""Seconds until a database server that could not be opened is tried again, as when it starts at the same time."""
STOP_PATIENCE = 3.0
"""Seconds that what is under way has to end when the bot stops: containers are killed ten seconds after that."""
REPEATED = timedelta(days=2)
"""How long it is kept which updates were handled: Telegram delivers none again that is older than a day."""
REMEMBERED = timedelta(days=1)
"""How long a copy of the bot finds what another remembered of a chat."""
WELCOME_PAUSE = timedelta(hours=1)
"""The least time between two welcomes in a group."""
NAME_PAUSE = timedelta(hours=1)
"""How long the bot goes by the name that Telegram told it last: its owner can change that while it runs."""

_LOG = logging.getLogger(__name__)


class Routine:
    """The clockwork; several copies of the bot may run it, since a claim in the database decides who acts."""

    def __init__(
        self,
        answers: Answers,
        sessions: Sessions,
        store: Store,
        clock: Clock,
        outage: Outage,
        metrics: Metrics | None = None,
    ) -> None:
        self._answers = answers
        self._sessions = sessions
        self._store = store
        self._clock = clock
        self._outage = outage
        self._metrics = metrics or Metrics()
        self._is_shut = False
        self._named_at: datetime | None = None
        self._stopping = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def _replies(self) -> Replies:
        return self._answers.replies

    @property
    def _posters(self) -> Posters:
        return Posters(self._answers.knowledge, self._answers.replies)

    async def open(self) -> None:
        """Bring the database up to date; if it fails, that is tried again each minute. Raises OSError if none is made.

        A file that is damaged or another program's stays as it is, and where it is.
        """
        try:
            await self._store.migrate()
        except StoreError as error:
            self._outage.note(error)
            self._is_shut = True
        else:
            self._is_shut = False

    def start(self, bot: Bot) -> None:
        """Look at what is due now and each minute, until stopped."""
        self._stopping.clear()
        self._task = asyncio.create_task(self._run(bot))

    async def stop(self) -> None:
        """Stop, also if it never began; what is under way may end, lest a quote that is claimed goes unposted."""
        self._stopping.set()
        if self._task:
            await asyncio.wait({self._task}, timeout=STOP_PATIENCE)
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self, bot: Bot) -> None:
        while not self._stopping.is_set():
            await self.tick(bot)
            await self._rest()

    async def _rest(self) -> None:
        """Wait for the next look, or the end; a database that could not be opened is tried more often."""
        for _ in range(round(TICK / REOPEN)):
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stopping.wait(), REOPEN)
            if self._stopping.is_set():
                return
            if self._is_shut and self._store.is_shared:
                await self._attempt(self.open())

    async def tick(self, bot: Bot) -> None:
        """Do what is due now."""
        now = self._clock()
        if self._is_shut:
            await self._attempt(self.open())
        with broadcasting():
            for deed in (self._post_quotes, self._welcome, self._forget, self._ask_name):
                await self._attempt(deed(bot, now))
        self._outage.look_up()

    async def _ask_name(self, bot: Bot, now: datetime) -> None:
        """Ask who the bot is: by its user name it knows which commands and mentions are for it, and makes links."""
        if self._named_at is None or now - self._named_at >= NAME_PAUSE:
            await bot.get_me()  # which the library keeps
            self._named_at = now

    async def _post_quotes(self, bot: Bot, now: datetime) -> None:
        for plan in await self._store.subscriptions.active():
            await self._attempt(self._post_due(bot, plan, now))

    async def _post_due(self, bot: Bot, plan: Subscription, now: datetime) -> None:
        try:
            day = due(now, plan.minute, plan.weekday, plan.zone, plan.last)
        except ZoneInfoNotFoundError:  # a zone that this machine's database of zones has no longer
            _LOG.error("A chat's time zone is unknown: its quotes wait")
            return
        # Claimed before it is sent: after a crash in between, one quote is missing, and none is posted twice.
        if day and await self._store.subscriptions.claim(plan.chat, day):
            await self._post(bot, plan)

    async def _post(self, bot: Bot, plan: Subscription) -> None:
        entry, part = self._next_quote(plan)
        language = plan.language if plan.language in self._answers.knowledge.voices else self._default
        reply = self._posters.post(entry, language, part, bot.username)
        markup = keyboard(reply.rows)
        try:
            sent = await bot.send_message(plan.chat, reply.text, reply_markup=markup, message_thread_id=plan.thread)
            self._sessions.of(plan.chat).note(sent.message_id, Shown(entry, language, int(part)))
            self._metrics.posted("posted")
        except ChatMigrated as moved:
            await self._store.move_chat(plan.chat, moved.new_chat_id)
            await self._post(bot, replace(plan, chat=moved.new_chat_id, thread=None))
        except (BadRequest, Forbidden) as error:
            _LOG.info("A chat's quotes are paused (%s)", type(error).__name__)
            self._metrics.posted("paused")
            if await self._store.subscriptions.pause(plan.chat):
                await self._tell_admin(bot, plan.chat, language)
        except TelegramError as error:
            _LOG.warning("A quote was left out (%s)", type(error).__name__)
            self._metrics.posted("left_out")

    def _next_quote(self, plan: Subscription) -> tuple[str, str]:
        """Return the quote whose turn it is: each chat gets all, in an order of its own, before any comes again.

        The order stays: with another for each turn, the last quote of one could come again as the first of the next.
        """
        quotes = self._posters.quotes()
        order = Random(str(plan.chat))  # noqa: S311  # no secret, but the same in every copy of the bot
        return order.sample(quotes, len(quotes))[plan.posts % len(quotes)]

    async def _tell_admin(self, bot: Bot, chat: int, language: str) -> None:
        """Tell one admin who can be written to that a chat's quotes are paused: its owner, else another."""
        try:
            title = (await bot.get_chat(chat)).title or ""
        except (BadRequest, Forbidden):  # removed, and so blind: whoever removed it was told then
            return
        paused = self._replies.voice(language).publish.paused.format(chat=isolated(title))
        await write_to_admin(bot, chat, self._replies.say(paused))

    async def _welcome(self, bot: Bot, now: datetime) -> None:
        for welcome in await self._store.chats.welcomes_due(now - WELCOME_PAUSE):
            await self._attempt(self._welcome_once(bot, welcome, now))

    async def _welcome_once(self, bot: Bot, welcome: Welcome, now: datetime) -> None:
        if await self._store.chats.claim_welcome(welcome, now):
            await self._greet(bot, welcome)

    async def _greet(self, bot: Bot, welcome: Welcome) -> None:
        settings = await self._store.chats.settings(welcome.chat)
        spoken = self._sessions.of(welcome.chat).spoken
        language = self._answers.language(Session(language=settings.language, spoken=spoken), None)
        reply = self._replies.welcome(welcome.newcomers, language, bot.username)
        topic = min(settings.topics, default=None)
        try:
            sent = await bot.send_message(welcome.chat, reply.text, message_thread_id=topic if topic != 1 else None)
            await self._store.chats.welcomed(welcome.chat, sent.message_id)
            if welcome.last_message:
                await bot.delete_message(welcome.chat, welcome.last_message)
        except TelegramError as error:  # no right to write, or the welcome before is gone: nobody waits for this
            _LOG.info("A welcome did not go as planned (%s)", type(error).__name__)

    async def _forget(self, _: Bot, now: datetime) -> None:
        await self._store.requests.purge(now - WAIT)
        await self._store.updates.purge(now - REPEATED)
        await self._store.turns.purge(now - REMEMBERED)

    async def _attempt(self, deed: Awaitable[None]) -> None:
        """Do one thing; what goes wrong with it is logged, without the text of the error, and the rest goes on."""
        try:
            await deed
        except StoreError as error:
            self._outage.note(error)
        except TelegramError as error:
            _LOG.warning("Telegram failed the routine (%s)", type(error).__name__)
        except Exception as error:  # noqa: BLE001  # a defect that shows in one chat must not stop the clock for all
            _LOG.error("The routine failed: %s", type(error).__name__, extra={"trace": places(error)})

    @property
    def _default(self) -> str:
        return next(iter(self._answers.knowledge.voices))
