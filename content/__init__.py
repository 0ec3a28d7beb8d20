"""What the bot knows and says: the files of this folder, and the code that reads and checks them."""

from content.loader import PACKAGED, Knowledge, load
from content.model import COPY_LIMIT, MESSAGE_LIMIT, Entry, EntryText, Kind, Quote, Source, Words, utf16_units
from content.problems import ContentError, Problem
from content.voice import Voice

__all__ = [
    "COPY_LIMIT",
    "MESSAGE_LIMIT",
    "PACKAGED",
    "ContentError",
    "Entry",
    "EntryText",
    "Kind",
    "Knowledge",
    "Problem",
    "Quote",
    "Source",
    "Voice",
    "Words",
    "load",
    "utf16_units",
]
