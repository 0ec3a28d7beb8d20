"""Every handler in its order: what the bot does, on one screen."""

from collections.abc import Callable, Coroutine, Sequence
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeAlias

from telegram import LinkPreviewOptions, Update
from telegram.constants import ParseMode
from telegram.ext import (
    Application,
    CallbackContext,
    CallbackQueryHandler,
    ChatJoinRequestHandler,
    ChatMemberHandler,
    CommandHandler,
    Defaults,
    ExtBot,
    InlineQueryHandler,
    JobQueue,
    MessageHandler,
    TypeHandler,
    filters,
)
from telegram.request import BaseRequest

from bot import __version__
from bot.answers import Answers
from bot.clock import Clock, now
from bot.command_menus import CommandMenus
from bot.commands import Commands
from bot.config import OFFLINE_TOKEN, Config
from bot.counting import Counting
from bot.door import Door
from bot.ephemeral import EVERYONE, Ephemeral
from bot.errors import Errors
from bot.feedback import Feedback
from bot.gate import Gate
from bot.group import Group
from bot.inline import Inline
from bot.limiter import Limiter
from bot.manners import Manners
from bot.markup import escape
from bot.membership import Membership
from bot.menus import ENTRY, LANGUAGE, Menus
from bot.metrics import Metrics
from bot.newer import Newer
from bot.outage import Bridge, Outage
from bot.panels import SETTING
from bot.private import Private
from bot.publish import CHANNEL, PART, Publish
from bot.reload import ContentWatch
from bot.removal import Removal
from bot.routine import Routine
from bot.sessions import Sessions
from bot.settings import GroupSettings
from bot.store import Store
from content import Problem

_Data: TypeAlias = dict[Any, Any]  # python-telegram-bot's stores of data, which this bot leaves empty
_Context: TypeAlias = CallbackContext[ExtBot[None], _Data, _Data, _Data]
PROBLEMS = 10
"""Problems of changed content that the editors are told at once."""
PROBLEM = 200
"""Characters of each that they are told: a key can be as long as a file. The log has all; one message holds 4096."""

App: TypeAlias = Application[ExtBot[None], _Context, _Data, _Data, _Data, JobQueue[_Context]]


class _Forgetful(Application[ExtBot[None], _Context, _Data, _Data, _Data, JobQueue[_Context]]):
    """The library's application, which would remember the id of everyone for ever, in case it is to write them down."""

    __slots__ = ()

    def _mark_for_persistence_update(self, *, update: object | None = None, job: object | None = None) -> None:
        """Remember nobody."""


_Deed: TypeAlias = Callable[[App], Coroutine[Any, Any, None]]


@dataclass(frozen=True)
class Parts:
    """What handlers are made from, and what outlasts them."""

    answers: Answers
    store: Store
    config: Config
    random: Random
    clock: Clock
    outage: Outage
    allowed: set[int]
    """The only groups and channels to be in, by the ids that they have now; none means all."""
    sessions: Sessions
    metrics: Metrics
    newer: Newer = field(default_factory=Newer)


def build_app(
    answers: Answers,
    store: Store,
    config: Config,
    request: BaseRequest | None = None,
    limiter: Limiter | None = None,
    outage: Outage | None = None,
    sessions: Sessions | None = None,
    metrics: Metrics | None = None,
    random: Random | None = None,
    clock: Clock = now,
) -> App:
    """Return the bot, ready to run on a store that is migrated; `limiter` minds Telegram's limits.

    `request` replaces the network, `random` the choice of quotes, `clock` the time; `outage` is told of a failing
    database, `sessions` is what is remembered of chats, and `metrics` counts what happens, if others tell of the
    first, share the second, or look at the third.
    """
    parts = Parts(
        answers,
        store,
        config,
        random or Random(),  # noqa: S311  # a choice of quotes is no secret
        clock,
        outage or Outage(),
        set(config.allowed_chats),
        sessions or Sessions(),
        metrics or Metrics(),
    )
    parts.metrics.answers_from(__version__, answers.knowledge.stamp)
    routine = Routine(answers, parts.sessions, store, clock, parts.outage, parts.metrics)

    async def register_menus() -> None:
        await CommandMenus(answers.knowledge).register(app.bot, store.registrations, Bridge(parts.outage))

    async def renewed() -> None:
        route(app, parts)
        await register_menus()

    async def told(problems: Sequence[Problem]) -> None:
        if config.editors is not None:
            lines = [str(problem)[:PROBLEM] for problem in problems[:PROBLEMS]]
            await app.bot.send_message(config.editors, escape("\n".join(lines)))

    folder = config.content_folder
    watch = ContentWatch(answers, folder, told, renewed, metrics=parts.metrics) if folder else None

    async def begin(app: App) -> None:
        await routine.open()
        await register_menus()
        await parts.newer.probe(app.bot)
        routine.start(app.bot)
        if watch:
            watch.start()

    async def end(_: App) -> None:
        if watch:
            await watch.stop()
        await routine.stop()

    app = _built(config, request, limiter, begin, end)
    route(app, parts)
    return app


def _built(config: Config, request: BaseRequest | None, limiter: Limiter | None, begin: _Deed, end: _Deed) -> App:
    builder = Application.builder().application_class(_Forgetful).token(config.token or OFFLINE_TOKEN)
    builder = builder.post_init(begin).post_stop(end)
    builder = builder.base_url(f"{config.api_url}/bot").base_file_url(f"{config.api_url}/file/bot")
    if request:
        builder = builder.request(request).get_updates_request(request)
    if limiter:
        builder = builder.rate_limiter(limiter)
    builder = builder.defaults(
        Defaults(
            parse_mode=ParseMode.HTML,
            link_preview_options=LinkPreviewOptions(is_disabled=True),
            allow_sending_without_reply=True,
        )
    )
    return builder.build()


def route(app: App, parts: Parts) -> None:
    """Register every handler, in place of those there were: for the knowledge as it is now."""
    answers, sessions, store, clock = parts.answers, parts.sessions, parts.store, parts.clock
    newer, outage, config, metrics = parts.newer, parts.outage, parts.config, parts.metrics
    counting = Counting(store.counts, outage, metrics)
    manners = Manners(answers.replies, store.people, clock)
    gate = Gate(answers, sessions, store, clock, outage, parts.allowed)
    private = Private(answers, sessions, counting, to_editors=config.editors is not None)
    ephemeral, inline = Ephemeral(answers, sessions, store.people, newer, clock), Inline(answers, sessions, metrics)
    group = Group(answers, sessions, manners, ephemeral, counting, clock)
    commands = Commands(answers, sessions, store, manners, parts.random)
    menus, removal = Menus(answers, sessions, store, counting), Removal(answers, sessions, store.people)
    feedback = Feedback(answers, sessions, counting, config.editors)
    settings = GroupSettings(answers, sessions, store, newer, CommandMenus(answers.knowledge), clock)
    publish, door = Publish(answers, sessions), Door(answers, sessions, store, manners, newer, clock)
    membership = Membership(answers, sessions, store, parts.allowed)

    app.handlers.clear()
    app.error_handlers.clear()
    add, new = app.add_handler, filters.UpdateType.MESSAGE
    new_or_edited = new | filters.UpdateType.EDITED_MESSAGE
    in_private, in_groups = filters.ChatType.PRIVATE, filters.ChatType.GROUPS

    # First the gate: what is not for the bot goes no further
    add(TypeHandler(Update, gate.admit), group=-1)

    # Commands
    add(CommandHandler("start", private.start, new & in_private))
    add(CommandHandler("start", commands.help, new & in_groups, has_args=False))  # a link that adds the bot sends one
    add(CommandHandler("help", commands.help, new))
    add(CommandHandler("topics", commands.topics, new))
    add(CommandHandler("quote", commands.quote, new))
    add(CommandHandler("sources", commands.sources, new))
    add(CommandHandler("community", door.community, new))
    add(CommandHandler("publish", publish.publish, new & in_private))
    add(CommandHandler("language", commands.language, new & in_private))
    add(CommandHandler("settings", settings.settings, new & in_groups))
    add(CommandHandler("settings", settings.in_private, new & in_private))
    add(CommandHandler("remove", removal.remove, new))
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

    add(MessageHandler(new & in_private & filters.StatusUpdate.CHAT_SHARED, publish.shared))

    # Groups: what the gate lets through; guest questions from groups it never joined
    add(MessageHandler(new & in_groups & filters.StatusUpdate.NEW_CHAT_MEMBERS, membership.joined))
    add(MessageHandler(new & in_groups & filters.StatusUpdate.MIGRATE, membership.migrated))
    add(MessageHandler(new_or_edited & in_groups & written & ~filters.COMMAND, group.heard))
    add(MessageHandler(filters.UpdateType.GUEST_MESSAGE, group.guest))

    # Members: the bot itself, others, and those who ask to join
    add(ChatMemberHandler(membership.changed, ChatMemberHandler.MY_CHAT_MEMBER))
    add(ChatMemberHandler(membership.member, ChatMemberHandler.CHAT_MEMBER))
    add(ChatJoinRequestHandler(door.request))

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
    add(CallbackQueryHandler(feedback.rate, rf"^rate:{ENTRY}:([01])$"))
    add(CallbackQueryHandler(feedback.to_editors, r"^editors:(\d{1,10})$"))
    add(CallbackQueryHandler(ephemeral.show, EVERYONE))
    add(CallbackQueryHandler(removal.press, r"^remove$"))
    add(CallbackQueryHandler(settings.press, rf"^{SETTING}$"))
    add(CallbackQueryHandler(publish.channel, rf"^channel:{CHANNEL}$"))
    add(CallbackQueryHandler(publish.pick, rf"^pick:{CHANNEL}(?::([a-z0-9_]{{1,40}}))?$"))
    add(CallbackQueryHandler(publish.view, rf"^view:{CHANNEL}:{PART}$"))
    add(CallbackQueryHandler(publish.post, rf"^post:{CHANNEL}:{PART}$"))
    add(CallbackQueryHandler(door.agree, r"^join:(-\d{1,16})$"))
    add(CallbackQueryHandler(menus.other))

    app.add_error_handler(Errors(answers, sessions, outage, metrics).handle)
