"""What lasts: settings of chats, subscriptions, requests to join, languages that people chose, counts. Nothing else."""

from bot.store.backup import back_up, restore
from bot.store.chats import Chats, Welcome
from bot.store.counts import Count, Counts
from bot.store.database import IN_MEMORY, database_url, file_url
from bot.store.faults import StoreError, explained
from bot.store.people import People
from bot.store.registrations import Registrations
from bot.store.requests import JoinRequests
from bot.store.store import Store
from bot.store.subscriptions import Subscription, Subscriptions
from bot.store.turns import Turn, Turns
from bot.store.updates import Claim, Updates

__all__ = [
    "IN_MEMORY",
    "Chats",
    "Claim",
    "Count",
    "Counts",
    "JoinRequests",
    "People",
    "Registrations",
    "Store",
    "StoreError",
    "Subscription",
    "Subscriptions",
    "Turn",
    "Turns",
    "Updates",
    "Welcome",
    "back_up",
    "database_url",
    "explained",
    "file_url",
    "restore",
]
