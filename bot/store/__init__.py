"""What lasts: settings of chats, subscriptions, requests to join, languages that people chose, counts. Nothing else."""

from bot.store.chats import Changes, Chats, Settings, Speak, Welcome
from bot.store.counts import Count, Counts
from bot.store.database import StoreError, database_url
from bot.store.people import People
from bot.store.requests import JoinRequests
from bot.store.store import Store
from bot.store.subscriptions import Subscription, Subscriptions

__all__ = [
    "Changes",
    "Chats",
    "Count",
    "Counts",
    "JoinRequests",
    "People",
    "Settings",
    "Speak",
    "Store",
    "StoreError",
    "Subscription",
    "Subscriptions",
    "Welcome",
    "database_url",
]
