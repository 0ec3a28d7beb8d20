"""What the bot knows and says: the files of this folder, and the code that reads and checks them."""

from content.community import ChatKind, ChatText, Community, CommunityChat
from content.folder import Folder
from content.lines import PublishLines, Setting, SettingsLines
from content.loader import PACKAGED, Knowledge, load
from content.model import COPY_LIMIT, MESSAGE_LIMIT, Entry, EntryText, Kind, Quote, Source, Words, utf16_units
from content.problems import ContentError, Problem
from content.voice import Voice

__all__ = [
    "COPY_LIMIT",
    "MESSAGE_LIMIT",
    "PACKAGED",
    "ChatKind",
    "ChatText",
    "Community",
    "CommunityChat",
    "ContentError",
    "Entry",
    "EntryText",
    "Folder",
    "Kind",
    "Knowledge",
    "Problem",
    "PublishLines",
    "Quote",
    "Setting",
    "SettingsLines",
    "Source",
    "Voice",
    "Words",
    "load",
    "utf16_units",
]
