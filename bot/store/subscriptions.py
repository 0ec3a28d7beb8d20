"""Subscriptions: which chats want posts, when, and which day's was the last."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Select, and_, case, delete, or_, select, update

from bot.store.database import Database, check_chat
from bot.store.tables import SUBSCRIPTIONS

_COLUMNS = SUBSCRIPTIONS.c


@dataclass(frozen=True)
class Subscription:
    """A chat's wish for posts."""

    chat: int
    language: str
    zone: str
    """IANA's name of the time zone, such as `America/Santiago`."""
    minute: int
    """Of the local day."""
    weekday: int | None
    """0 is Monday; None means daily."""
    thread: int | None
    """The forum topic."""
    posts: int
    """How many there have been."""
    last: date | None
    """The local day of the last one, or a later one that passed before its time was chosen; no day to it is due."""
    paused: bool
    """Whether the bot waits until it may post again."""


class Subscriptions:
    """The subscriptions of all chats, at most one each."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, chat: int) -> Subscription | None:
        """Return a chat's subscription, if it has one."""
        row = await self._database.row(_all().where(_COLUMNS.chat_id == chat))
        return Subscription(*row) if row else None

    async def subscribe(
        self,
        chat: int,
        *,
        language: str,
        zone: str,
        minute: int,
        weekday: int | None,
        thread: int | None = None,
        done: date | None = None,
    ) -> None:
        """Start a subscription, or change it, and go on if it was paused. Raises StoreError for a person's chat.

        Nothing is posted for the day that is `done`, nor for any before it. Until something was posted, each change
        tells anew which day that is.
        """
        check_chat(chat)
        wish: dict[str, object] = {
            "language": language,
            "zone": zone,
            "minute": minute,
            "weekday": weekday,
            "thread": thread,
            "paused": False,
        }
        insert = self._database.insert(SUBSCRIPTIONS).values({"chat_id": chat, "posts": 0, "last": done, **wish})
        is_kept = and_(_COLUMNS.posts > 0, _COLUMNS.last >= done) if done else _COLUMNS.posts > 0
        changed = {**wish, "last": case((is_kept, _COLUMNS.last), else_=done)}
        await self._database.write(insert.on_conflict_do_update(index_elements=["chat_id"], set_=changed))

    async def cancel(self, chat: int) -> None:
        """End a subscription."""
        await self._database.write(delete(SUBSCRIPTIONS).where(_COLUMNS.chat_id == chat))

    async def active(self) -> list[Subscription]:
        """Return the subscriptions that are not paused."""
        rows = await self._database.rows(_all().where(~_COLUMNS.paused).order_by(_COLUMNS.chat_id))
        return [Subscription(*row) for row in rows]

    async def claim(self, chat: int, day: date) -> bool:
        """Take on to send a day's post; False if it was taken on already, here or by another copy of the bot."""
        claimed = await self._database.write(
            update(SUBSCRIPTIONS)
            .where(_COLUMNS.chat_id == chat, ~_COLUMNS.paused, or_(_COLUMNS.last.is_(None), _COLUMNS.last < day))
            .values(last=day, posts=_COLUMNS.posts + 1)
        )
        return claimed == 1

    async def pause(self, chat: int) -> bool:
        """Send no more posts until further notice; True only for the one call that changed it."""
        return await self._set_paused(chat, paused=True)

    async def resume(self, chat: int) -> bool:
        """Go on; True only for the one call that changed it."""
        return await self._set_paused(chat, paused=False)

    async def _set_paused(self, chat: int, *, paused: bool) -> bool:
        changed = await self._database.write(
            update(SUBSCRIPTIONS).where(_COLUMNS.chat_id == chat, _COLUMNS.paused.is_(not paused)).values(paused=paused)
        )
        return changed == 1


def _all() -> Select[int, str, str, int, int | None, int | None, int, date | None, bool]:
    """Return the statement that reads subscriptions, their columns in the order of the dataclass."""
    return select(
        _COLUMNS.chat_id,
        _COLUMNS.language,
        _COLUMNS.zone,
        _COLUMNS.minute,
        _COLUMNS.weekday,
        _COLUMNS.thread,
        _COLUMNS.posts,
        _COLUMNS.last,
        _COLUMNS.paused,
    )
