"""The menus of commands that Telegram shows: what members can do, admins, and people in private, in every language."""

import hashlib
import json
import logging

from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllChatAdministrators,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatAdministrators,
)
from telegram.error import TelegramError

from bot.outage import Bridge
from bot.store import Registrations
from content import Knowledge, Voice

MEMBER_COMMANDS = ("ask", "topics", "quote", "sources", "community", "remove", "privacy", "forget", "about", "help")
ADMIN_COMMANDS = ("settings", *MEMBER_COMMANDS)
"""An admin's menu replaces the members': Telegram shows the first that it finds."""
PRIVATE_COMMANDS = (
    "topics",
    "quote",
    "sources",
    "community",
    "publish",
    "language",
    "privacy",
    "forget",
    "about",
    "help",
    "start",
)

_LOG = logging.getLogger(__name__)


class CommandMenus:
    """Registers menus; a failure is logged, and the bot runs on."""

    def __init__(self, knowledge: Knowledge) -> None:
        default = next(iter(knowledge.voices.values()))
        self._voices: dict[str | None, Voice] = {None: default}  # for everybody who speaks no language of ours
        # Telegram has menus for two-letter codes only
        self._voices.update((code, voice) for code, voice in knowledge.voices.items() if len(code) == 2)

    async def register(self, bot: Bot, registrations: Registrations, bridge: Bridge) -> None:
        """Tell Telegram the menus and descriptions of all chats, unless it was told just these before."""
        digest = self._digest(bot)
        known = await bridge.ask(lambda: registrations.digest("menus"), None)
        if known != digest and await self._tell(bot):
            await bridge.cross(lambda: registrations.keep("menus", digest))

    def _digest(self, bot: Bot) -> str:
        """Return what tells one set of menus, of one bot, from another."""
        texts = [
            (language, voice.commands.model_dump(), voice.description, voice.short_description)
            for language, voice in self._voices.items()
        ]
        number, _, _ = bot.token.partition(":")
        told = json.dumps([number, PRIVATE_COMMANDS, MEMBER_COMMANDS, ADMIN_COMMANDS, texts])
        return hashlib.sha256(told.encode()).hexdigest()

    async def _tell(self, bot: Bot) -> bool:
        """Tell Telegram everything; False if it failed."""
        try:
            await self._set(bot, PRIVATE_COMMANDS, BotCommandScopeAllPrivateChats())
            await self._set(bot, MEMBER_COMMANDS, BotCommandScopeAllGroupChats())
            await self._set(bot, ADMIN_COMMANDS, BotCommandScopeAllChatAdministrators())
            for language, voice in self._voices.items():
                await bot.set_my_description(voice.description, language)
                await bot.set_my_short_description(voice.short_description, language)
        except TelegramError as error:
            _LOG.warning("The command menus could not be registered: %s", type(error).__name__)
            return False
        return True

    async def make_discreet(self, bot: Bot, chat: int) -> None:
        """Let /ask in one group be seen by the asker only (Bot API 10.2). Raises TelegramError."""
        await self._set(bot, MEMBER_COMMANDS, BotCommandScopeChat(chat), discreet=True)
        await self._set(bot, ADMIN_COMMANDS, BotCommandScopeChatAdministrators(chat), discreet=True)

    async def make_public(self, bot: Bot, chat: int) -> None:
        """Let /ask in one group be seen by everybody again. Raises TelegramError."""
        for language in self._voices:
            await bot.delete_my_commands(BotCommandScopeChat(chat), language)
            await bot.delete_my_commands(BotCommandScopeChatAdministrators(chat), language)

    async def _set(self, bot: Bot, names: tuple[str, ...], scope: BotCommandScope, *, discreet: bool = False) -> None:
        for language, voice in self._voices.items():
            texts = voice.commands.model_dump()
            menu = [
                BotCommand(name, texts[name], api_kwargs={"is_ephemeral": True} if discreet and name == "ask" else None)
                for name in names
            ]
            await bot.set_my_commands(menu, scope, language)
