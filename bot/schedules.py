"""When quotes are posted in a chat: what admins press or type, made into a subscription."""

from dataclasses import replace

from bot.clock import Clock
from bot.store import Subscription, Subscriptions
from bot.timetable import due, known_zone
from bot.wishes import Plan
from content import Knowledge

MORNING = 9 * 60
"""The minute of the day until admins choose another."""
MINUTES = 24 * 60


class Schedules:
    """Changes subscriptions; what admins have not chosen yet has a default."""

    def __init__(self, knowledge: Knowledge, subscriptions: Subscriptions, clock: Clock) -> None:
        self._knowledge = knowledge
        self._subscriptions = subscriptions
        self._clock = clock

    def read(self, name: str, value: str) -> Plan | None:
        """Return what a button of the schedule sets; None for data that no button has."""
        number = int(value) if value.isascii() and value.isdecimal() and len(value) <= 4 else MINUTES
        match name:
            case "quotes" if value in ("off", "daily", "weekly"):
                return Plan(often=value)
            case "weekday" if number < 7:
                return Plan(often="weekly", weekday=number)
            case "time" if number < MINUTES:
                return Plan(minute=number)
            case "in" if value in self._knowledge.voices:
                return Plan(language=value)
            case "zone" if zone := known_zone(value):
                return Plan(zone=zone)
        return None

    async def change(self, chat: int, plan: Plan, language: str, thread: int | None) -> None:
        """Subscribe a chat, change its subscription or end it; `language` and `thread` are for a first one.

        Whatever changes, nothing is posted at once: what is due already counts as done.
        """
        if plan.often == "off":
            await self._subscriptions.cancel(chat)
            return
        known = await self._subscriptions.of(chat) or replace(self._first(chat, language), thread=thread)
        wanted = replace(
            known,
            language=plan.language or known.language,
            zone=plan.zone or known.zone,
            minute=known.minute if plan.minute is None else plan.minute,
            weekday=_weekday(known, plan),
        )
        await self._subscriptions.subscribe(
            chat,
            language=wanted.language,
            zone=wanted.zone,
            minute=wanted.minute,
            weekday=wanted.weekday,
            thread=wanted.thread,
            done=due(self._clock(), wanted.minute, wanted.weekday, wanted.zone, last=None),
        )

    def _first(self, chat: int, language: str) -> Subscription:
        zone = self._knowledge.community.time_zones[0]
        return Subscription(chat, language, zone, MORNING, weekday=0, thread=None, posts=0, last=None, paused=False)


def _weekday(known: Subscription, plan: Plan) -> int | None:
    if plan.often == "daily":
        return None
    if plan.weekday is not None:
        return plan.weekday
    return known.weekday or 0 if plan.often == "weekly" else known.weekday
