"""Chats in hand: one update of a chat at a time, in all copies of the bot, each of which goes on where another was."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from bot.clock import Clock
from bot.memory import remind, written_down
from bot.outage import Bridge
from bot.sessions import CHATS, Recent, Sessions
from bot.store import Store, Turn

LEASE = timedelta(seconds=50)
"""How long an update and its chat are one copy's; longer than it can take."""

_UNHEARD: Turn | None = Turn(None)
"""A turn that the database did not answer for."""


class Chats:
    """The chats in hand; where no other copy can share the database, this one's memory is enough."""

    def __init__(self, store: Store, sessions: Sessions, clock: Clock, bridge: Bridge) -> None:
        self._store = store
        self._sessions = sessions
        self._clock = clock
        self._bridge = bridge
        self._kept: Recent[int, int] = Recent(CHATS)
        """By chat: the update that it may be in hand for still: the database did not hear that it no longer is."""

    @asynccontextmanager
    async def turn(self, chat: int, update_id: int) -> AsyncIterator[bool]:
        """Have a chat in hand for an update, with what is remembered of it; False if that is to be tried again.

        It is while another copy has it, or while the database fails and that may be over soon. After that, the order is
        kept in this copy alone, and what it remembers is what it could not give back.
        """
        if not self._store.is_shared:
            yield True
            return
        take, kept = self._store.turns.take, self._kept.get(chat)
        taken = await self._bridge.ask(lambda: take(chat, update_id, self._clock(), LEASE, kept), _UNHEARD)
        if taken:  # or nobody knows: it may have been taken all the same
            self._kept.put(chat, update_id)
        if taken is None or self._bridge.is_worth_waiting:
            yield False
            return
        if taken is not _UNHEARD:
            remind(self._sessions.of(chat), taken.memory)
        yield True
        session = self._sessions.of(chat)
        memory = written_down(session)

        async def give_back() -> None:
            await self._store.turns.give_back(chat, update_id, self._clock(), memory)
            self._kept.forget(chat)
            remind(session, None)  # else who asks another copy to forget would still be remembered here

        await self._bridge.cross(give_back)
