"""Telegram in memory: the people, the chats and the Bot API, without a network.

The tests and the terminal chat build the real `Application` over `OfflineTelegram`. What people do makes
the update that Telegram would deliver, or None where it would deliver nothing (privacy mode); what Telegram
does by itself then is among its `consequences()`. What the bot does is checked as Telegram checks it, and
lands in `OfflineTelegram.sent`.
"""

from bot.offline.chats import ANONYMOUS, BOT, OWNER, TELEGRAM, Chat, Person, Sent
from bot.offline.clock import START, Clock
from bot.offline.fields import JSON, Fields, JsonObject
from bot.offline.refusals import RefusedError, UnsupportedCallError
from bot.offline.telegram import OfflineTelegram

__all__ = [
    "ANONYMOUS",
    "BOT",
    "JSON",
    "OWNER",
    "START",
    "TELEGRAM",
    "Chat",
    "Clock",
    "Fields",
    "JsonObject",
    "OfflineTelegram",
    "Person",
    "RefusedError",
    "Sent",
    "UnsupportedCallError",
]
