"""Every handler in its order: what the bot does, on one screen."""

import logging
from random import Random
from typing import Any, TypeAlias

from telegram import (
    BotCommand,
    BotCommandScopeAllGroupChats,
    BotCommandScopeAllPrivateChats,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode
from telegram.error import TelegramError
from telegram.ext import (
    Application,
    CallbackContext,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    Defaults,
    ExtBot,
    InlineQueryHandler,
    JobQueue,
    MessageHandler,
    filters,
)
from telegram.request import BaseRequest

from bot.answers import Answers
from bot.commands import Commands
from bot.config import TELEGRAM_API_URL
from bot.errors import Errors
from bot.group import Group
from bot.inline import Inline
from bot.menus import ENTRY, LANGUAGE, Menus
from bot.private import Private
from bot.sessions import Sessions
from content import Knowledge

_Data: TypeAlias = dict[Any, Any]  # python-telegram-bot's stores of data, which this bot leaves empty
_Context: TypeAlias = CallbackContext[ExtBot[None], _Data, _Data, _Data]
App: TypeAlias = Application[ExtBot[None], _Context, _Data, _Data, _Data, JobQueue[_Context]]

_LOG = logging.getLogger(__name__)

GROUP_COMMANDS = ("ask", "topics", "quote", "sources", "privacy", "about", "help")
PRIVATE_COMMANDS = ("topics", "quote", "sources", "language", "privacy", "forget", "about", "help", "start")


def build_app(
    answers: Answers,
    token: str,
    api_url: str = TELEGRAM_API_URL,
    request: BaseRequest | None = None,
    random: Random | None = None,
) -> App:
    """Return the bot, ready to run; `request` replaces the network, `random` the choice of quotes."""
    sessions = Sessions()
    private, group, inline = Private(answers, sessions), Group(answers, sessions), Inline(answers, sessions)
    commands = Commands(answers, sessions, random or Random())  # noqa: S311  # a choice of quotes is no secret
    menus = Menus(answers, sessions)

    async def register(app: App) -> None:
        await register_commands(app, answers.knowledge)

    builder = Application.builder().token(token).post_init(register)
    builder = builder.base_url(f"{api_url}/bot").base_file_url(f"{api_url}/file/bot")
    if request:
        builder = builder.request(request).get_updates_request(request)
    builder = builder.defaults(
        Defaults(
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            allow_sending_without_reply=True,
        )
    )
    app = builder.build()
    add, new = app.add_handler, filters.UpdateType.MESSAGE
    new_or_edited = new | filters.UpdateType.EDITED_MESSAGE
    in_private, in_groups = filters.ChatType.PRIVATE, filters.ChatType.GROUPS

    # First the gate: outside private chats, what is not addressed to the bot goes no further.
    add(MessageHandler(~in_private & ~filters.UpdateType.GUEST_MESSAGE, group.gate), group=-1)

    # Commands
    add(CommandHandler("start", private.start, new & in_private))
    add(CommandHandler(("help", "start"), commands.help, new))
    add(CommandHandler("topics", commands.topics, new))
    add(CommandHandler("quote", commands.quote, new))
    add(CommandHandler("sources", commands.sources, new))
    add(CommandHandler("language", commands.language, new & in_private))
    add(CommandHandler("privacy", commands.privacy, new))
    add(CommandHandler("forget", commands.forget, new))
    add(CommandHandler("about", commands.about, new))
    add(CommandHandler("ask", private.ask, new_or_edited & in_private))
    add(CommandHandler("ask", group.ask, new_or_edited & in_groups))

    # Private chats: every message gets an answer
    add(MessageHandler(new & in_private & filters.COMMAND, commands.help))
    written = (filters.TEXT | filters.CAPTION) & ~filters.VIA_BOT  # what a bot wrote, this one even, is no question
    add(MessageHandler(new_or_edited & in_private & written & ~filters.COMMAND, private.text))
    add(MessageHandler(new & in_private & ~filters.TEXT & ~filters.StatusUpdate.ALL, private.no_text))

    # Groups: replies to the bot and mentions of it; guest questions from groups it never joined
    add(MessageHandler(new_or_edited & in_groups & ~filters.COMMAND, group.addressed))
    add(MessageHandler(filters.UpdateType.GUEST_MESSAGE, group.guest))
    add(ChatMemberHandler(group.joined, ChatMemberHandler.MY_CHAT_MEMBER))

    # Inline mode
    add(InlineQueryHandler(inline.search))

    # Buttons; no data at all comes first, since the library takes it for a match of every pattern
    add(CallbackQueryHandler(menus.other, r"^$"))
    add(CallbackQueryHandler(menus.show, rf"^show:{ENTRY}$"))
    add(CallbackQueryHandler(menus.next, rf"^next:{ENTRY}$"))
    add(CallbackQueryHandler(menus.quote, rf"^quote:{ENTRY}:(\d)$"))
    add(CallbackQueryHandler(menus.topic, rf"^topic:{ENTRY}$"))
    add(CallbackQueryHandler(menus.topics, rf"^topics:{LANGUAGE}$"))
    add(CallbackQueryHandler(menus.none, rf"^none:{LANGUAGE}$"))
    add(CallbackQueryHandler(menus.languages, rf"^languages:{LANGUAGE}$"))
    add(CallbackQueryHandler(menus.language, rf"^language:{LANGUAGE}$"))
    add(CallbackQueryHandler(menus.other))

    app.add_error_handler(Errors(answers, sessions).handle)
    return app


async def register_commands(app: App, knowledge: Knowledge) -> None:
    """Tell Telegram the menus and descriptions in every language; a failure is logged, and the bot runs on."""
    default = next(iter(knowledge.voices))
    scopes = (
        (PRIVATE_COMMANDS, BotCommandScopeAllPrivateChats()),
        (GROUP_COMMANDS, BotCommandScopeAllGroupChats()),
    )
    try:
        for language, voice in [(None, knowledge.voices[default]), *knowledge.voices.items()]:
            if language and len(language) > 2:  # Telegram has menus for two-letter codes only
                continue
            texts = voice.commands.model_dump()
            for names, scope in scopes:
                menu = [BotCommand(name, texts[name]) for name in names]
                await app.bot.set_my_commands(menu, scope, language)
            await app.bot.set_my_description(voice.description, language)
            await app.bot.set_my_short_description(voice.short_description, language)
    except TelegramError as error:
        _LOG.warning("The command menus could not be registered: %s", type(error).__name__)
