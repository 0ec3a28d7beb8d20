"""What lasts: settings of chats, subscriptions, requests to join, languages that people chose, counts. Nothing else."""

from bot.store.chats import Chats, Welcome
from bot.store.counts import Count, Counts
from bot.store.database import IN_MEMORY, StoreError, database_url, file_url
from bot.store.people import People
from bot.store.requests import JoinRequests
from bot.store.store import Store
from bot.store.subscriptions import Subscription, Subscriptions

__all__ = [
    "IN_MEMORY",
    "Chats",
    "Count",
    "Counts",
    "JoinRequests",
    "People",
    "Store",
    "StoreError",
    "Subscription",
    "Subscriptions",
    "Welcome",
    "database_url",
    "file_url",
]
