"""Chats: what their admins chose, the rules they wrote, and their welcome."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Unpack

from sqlalchemy import delete, or_, select, update

from bot.preferences import Changes, Settings, Speak
from bot.store.database import Database, check_chat, seconds
from bot.store.gathering import Gathering
from bot.store.tables import CHATS, RULES


@dataclass(frozen=True)
class Welcome:
    """People whom a chat has not welcomed yet."""

    chat: int
    newcomers: int
    """How many; who they are is not kept."""
    last_message: int | None
    """The message that welcomed those before them."""
    last: int | None = None
    """When that was, in seconds since 1970: who claims a welcome must have seen the last one."""


class Chats:
    """The settings, the rules and the welcome of each chat. All ids are of groups and channels."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._looks = Gathering(self._settings)

    async def settings(self, chat: int) -> Settings:
        """Return what the admins of a chat chose."""
        return await self._looks.add(chat)

    async def _settings(self, chats: Sequence[int]) -> list[Settings]:
        columns = CHATS.c
        rows = await self._database.rows(
            select(
                columns.chat_id,
                columns.language,
                columns.speak,
                columns.topics,
                columns.budget,
                columns.repeat_hours,
                columns.welcome,
                columns.join_rules,
                columns.ephemeral,
            ).where(columns.chat_id.in_(chats))
        )
        chosen = {
            chat: Settings(language, Speak(speak), frozenset(topics), budget, hours, welcome, join_rules, ephemeral)
            for chat, language, speak, topics, budget, hours, welcome, join_rules, ephemeral in rows
        }
        return [chosen.get(chat) or Settings() for chat in chats]

    async def change(self, chat: int, **changes: Unpack[Changes]) -> None:
        """Change these settings of a chat and no others. Raises StoreError for the chat of a person."""
        check_chat(chat)
        if not changes:
            return
        changed = _columns(changes)
        insert = self._database.insert(CHATS).values(
            {"chat_id": chat, "newcomers": 0, **_columns(_defaults()), **changed}
        )
        await self._database.write(insert.on_conflict_do_update(index_elements=["chat_id"], set_=changed))

    async def rules(self, chat: int) -> dict[str, str]:
        """Return, by language, the rules that the admins of a chat wrote for those who ask to join."""
        rows = await self._database.rows(
            select(RULES.c.language, RULES.c.text).where(RULES.c.chat_id == chat).order_by(RULES.c.language)
        )
        return {row.language: row.text for row in rows}

    async def write_rules(self, chat: int, language: str, text: str | None) -> None:
        """Keep a chat's rules in one language; None removes them. Raises StoreError for the chat of a person."""
        check_chat(chat)
        if text is None:
            await self._database.write(delete(RULES).where(RULES.c.chat_id == chat, RULES.c.language == language))
            return
        text = _writable(text)
        insert = self._database.insert(RULES).values(chat_id=chat, language=language, text=text)
        await self._database.write(
            insert.on_conflict_do_update(index_elements=["chat_id", "language"], set_={"text": text})
        )

    async def note_newcomers(self, chat: int, number: int) -> None:
        """Count people who came, if the chat welcomes any."""
        await self._database.write(
            update(CHATS).where(CHATS.c.chat_id == chat, CHATS.c.welcome).values(newcomers=CHATS.c.newcomers + number)
        )

    async def welcomes_due(self, before: datetime) -> list[Welcome]:
        """Return the chats with people to welcome, if the last welcome there was before a time, or there was none."""
        columns = CHATS.c
        rows = await self._database.rows(
            select(columns.chat_id, columns.newcomers, columns.welcome_message, columns.welcomed_at)
            .where(columns.welcome, columns.newcomers > 0)
            .where(or_(columns.welcomed_at.is_(None), columns.welcomed_at < seconds(before)))
            .order_by(columns.chat_id)
        )
        return [Welcome(*row) for row in rows]

    async def claim_welcome(self, welcome: Welcome, now: datetime) -> bool:
        """Take on to send a welcome; False if another copy of the bot did. Who came meanwhile stays counted."""
        columns = CHATS.c
        claimed = await self._database.write(
            update(CHATS)
            .where(columns.chat_id == welcome.chat, columns.welcome, columns.newcomers >= welcome.newcomers)
            .where(columns.welcomed_at.is_not_distinct_from(welcome.last))
            .values(newcomers=columns.newcomers - welcome.newcomers, welcomed_at=seconds(now))
        )
        return claimed == 1

    async def welcomed(self, chat: int, message: int) -> None:
        """Keep which message welcomed, so that the next one can replace it."""
        await self._database.write(update(CHATS).where(CHATS.c.chat_id == chat).values(welcome_message=message))


def _defaults() -> Changes:
    """Return the settings of a chat whose admins chose nothing."""
    settings = Settings()
    return {
        "language": settings.language,
        "speak": settings.speak,
        "topics": settings.topics,
        "budget": settings.budget,
        "repeat_hours": settings.repeat_hours,
        "welcome": settings.welcome,
        "join_rules": settings.join_rules,
        "ephemeral": settings.ephemeral,
    }


def _columns(changes: Changes) -> dict[str, object]:
    """Return what stands in the table for some settings; without a welcome there is nobody to welcome."""
    columns: dict[str, object] = dict(changes)
    if "topics" in changes:
        columns["topics"] = sorted(changes["topics"])
    if changes.get("welcome") is False:
        columns["newcomers"] = 0
    return columns


def _writable(text: str) -> str:
    """Return a text without what PostgreSQL cannot hold or UTF-8 cannot write: NUL, and halves of a character."""
    return text.replace("\0", "").encode(errors="ignore").decode()
