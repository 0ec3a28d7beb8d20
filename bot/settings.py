"""The settings of a chat, by keyboard and by typed command. Whoever presses or types is checked each time."""

import re
from contextlib import suppress
from dataclasses import dataclass, replace

from telegram import Bot, CallbackQuery, Message, Update
from telegram.constants import ChatType
from telegram.error import BadRequest, TelegramError
from telegram.ext import ContextTypes

from bot.admins import is_admin, is_from_admin, may_invite, may_post, sees_all
from bot.answers import Answers
from bot.clock import Clock
from bot.command_menus import CommandMenus
from bot.door import WAIT
from bot.newer import Newer
from bot.panels import Panels, State
from bot.preferences import Changes, Speak
from bot.replies import Reply
from bot.schedules import Schedules
from bot.sending import acknowledge, client_of, delete, edit, is_unwelcome, reply_to, thread_of, topic_of
from bot.sessions import Sessions
from bot.store import Store, StoreError
from bot.wishes import BUDGET_LIMIT, HOURS_LIMIT, UnknownZoneError, Wishes
from content import Voice

RULES_LIMIT = 1500
"""Characters of the rules that applicants read: one message, with room around them."""
QUOTES = ("quotes", "weekday", "time", "in", "zone")
"""The parts of the schedule of quotes: all that a channel has of the settings."""


@dataclass(frozen=True)
class _Panel:
    """A message with settings: whose they are, and in which language it is."""

    message: Message
    chat: int
    language: str

    @property
    def bot(self) -> Bot:
        return self.message.get_bot()

    @property
    def is_in_private(self) -> bool:
        """Whether it stands in a person's chat with the bot: those of channels do."""
        return self.message.chat.type == ChatType.PRIVATE

    @property
    def thread(self) -> int | None:
        """The forum topic that scheduled quotes go to, None for General or no forum."""
        return thread_of(self.message) if self.message.chat_id == self.chat else None


class GroupSettings:
    """The command /settings, and the buttons whose data begins with `set`."""

    def __init__(
        self, answers: Answers, sessions: Sessions, store: Store, newer: Newer, menus: CommandMenus, clock: Clock
    ) -> None:
        self._answers = answers
        self._replies = answers.replies
        self._sessions = sessions
        self._store = store
        self._newer = newer
        self._menus = menus
        self._clock = clock
        self._panels = Panels(answers.knowledge)
        self._wishes = Wishes(answers.knowledge)
        self._schedules = Schedules(answers.knowledge, store.subscriptions, clock)

    async def in_private(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say where settings are: a private chat has none."""
        if message := update.message:
            session = self._sessions.of(message.chat_id)
            voice = self._replies.voice(self._answers.language(session, client_of(message)))
            line = voice.settings.in_groups.format(bot=context.bot.username)
            await reply_to(session, message, self._replies.say(line), quote=False)

    async def settings(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Show the settings of a group to its admins, or set what they typed."""
        if message := update.message:
            language = self._answers.member_language(self._sessions.of(message.chat_id), client_of(message))
            panel = _Panel(message, message.chat_id, language)
            try:
                reply = await self._said(panel)
            except StoreError:
                await self._reply(panel, self._replies.say(self._voice(panel).failed), quote=True)
                raise
            await self._reply(panel, reply, quote=True)

    async def press(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """`set:chat:language:setting:value`: set something, or show it where there is no value."""
        query = update.callback_query
        if query is None or not isinstance(context.match, re.Match):
            return
        if not isinstance(query.message, Message):
            await acknowledge(query)
            return
        chat, language, path = context.match.groups()
        session = self._sessions.of(query.message.chat_id)
        known = language in self._answers.knowledge.voices
        panel = _Panel(query.message, int(chat), language if known else self._answers.language(session, None))
        name, _, value = path.removeprefix(":").partition(":")
        if await self._obey(query, panel, name, value):
            await self._show(panel, name, value)

    async def _obey(self, query: CallbackQuery, panel: _Panel, name: str, value: str) -> bool:
        """Set what an admin presses, and answer the press of anybody; False for who is no admin."""
        lines = self._voice(panel).settings
        try:
            allowed = await _may_set(panel, query.from_user.id)
            notice = await self._pressed(panel, name, value) if allowed else lines.admins_only
        except (StoreError, TelegramError):
            await acknowledge(query, self._voice(panel).failed, alert=True)
            raise
        await acknowledge(query, notice, alert=notice not in (None, lines.saved))
        return allowed

    async def _pressed(self, panel: _Panel, name: str, value: str) -> str | None:
        """Set what a button sent; return the notice that tells what became of it, None where nothing was to be set."""
        possible = name in QUOTES or not panel.is_in_private
        return await self._set(panel, name, value) if value and possible else None

    async def _show(self, panel: _Panel, name: str, value: str) -> None:
        """Turn the message into what a press leads to; where it is gone, send that anew."""
        if name == "close":
            await self._close(panel)
        elif name == "leave" and value == "yes" and not panel.is_in_private:
            await self._leave(panel)
        else:
            page = await self._page(panel, name, value)
            if not await self._turn(panel, page):
                await self._reply(panel, page, quote=False)

    async def _reply(self, panel: _Panel, reply: Reply, *, quote: bool) -> None:
        """Reply to a command, or to the message of a press; where the bot may not write, what is set is set."""
        try:
            await reply_to(self._sessions.of(panel.message.chat_id), panel.message, reply, quote=quote)
        except BadRequest as error:
            if not is_unwelcome(error):
                raise

    async def _turn(self, panel: _Panel, page: Reply) -> bool:
        session = self._sessions.of(panel.message.chat_id)
        return await edit(session, panel.message, panel.message.message_id, page)

    async def _close(self, panel: _Panel) -> None:
        """Delete the message, or take its buttons away once Telegram no longer lets the bot delete it."""
        if not await delete(panel.message):
            await self._turn(panel, replace(await self._overview(panel), rows=()))

    async def _page(self, panel: _Panel, name: str, value: str) -> Reply:
        state = await self._state(panel)
        if name == "zone" and not value:
            return self._panels.zones(state, panel.language)
        name = "quotes" if name in QUOTES else name
        if name in self._panels.names(state, panel.language):
            return self._panels.setting(name, state, panel.language)
        return self._panels.overview(state, panel.language)

    async def _overview(self, panel: _Panel) -> Reply:
        return self._panels.overview(await self._state(panel), panel.language)

    async def _state(self, panel: _Panel) -> State:
        chat, message = panel.chat, panel.message
        return State(
            chat,
            await self._store.chats.settings(chat),
            await self._store.subscriptions.of(chat),
            await self._store.requests.waiting(chat, self._clock() - WAIT),
            is_channel=panel.is_in_private,
            is_forum=bool(message.chat.is_forum),
            topic=topic_of(message),
            ephemeral=self._newer.ephemeral,
        )

    # Typed

    async def _said(self, panel: _Panel) -> Reply:
        """Answer the command with all settings, or with what came of the words after it."""
        if not await is_from_admin(panel.message):
            return self._replies.say(self._voice(panel).settings.admins_only)
        typed = re.sub(r"^/\S+\s*", "", panel.message.text or "").strip()
        return await self._typed(panel, typed) if typed else await self._overview(panel)

    async def _typed(self, panel: _Panel, text: str) -> Reply:
        """Set what was typed; answer with the setting as it is now, or with what was wrong."""
        lines = self._voice(panel).settings
        named = self._wishes.named(text)
        if named is None:
            return self._replies.say(lines.not_understood.format(bot=panel.bot.username))
        name, rest = named
        if name == "rules":
            return await self._write_rules(panel, rest)
        if rest and name != "leave":
            problem = await (self._plan(panel, rest) if name == "quotes" else self._wish(panel, name, rest))
            if problem != lines.saved:
                return self._replies.say(problem)
        return await self._page(panel, name, "")

    async def _wish(self, panel: _Panel, name: str, rest: str) -> str:
        value = self._wishes.value(name, rest)
        done = None if value is None else await self._set(panel, name, value)
        return done or self._voice(panel).settings.not_understood.format(bot=panel.bot.username)

    async def _plan(self, panel: _Panel, rest: str) -> str:
        lines = self._voice(panel).settings
        try:
            plan = self._wishes.plan(rest)
        except UnknownZoneError:
            return lines.zone_unknown
        if plan is None:
            return lines.not_understood.format(bot=panel.bot.username)
        await self._schedules.change(panel.chat, plan, panel.language, panel.thread)
        return lines.saved

    async def _write_rules(self, panel: _Panel, rest: str) -> Reply:
        lines = self._voice(panel).settings
        found = self._wishes.language(rest)
        if found is None:
            return self._replies.say(lines.rules_usage.format(bot=panel.bot.username))
        language, text = found
        if len(text) > RULES_LIMIT:
            return self._replies.say(lines.rules_too_long.format(limit=RULES_LIMIT))
        await self._store.chats.write_rules(panel.chat, language, text or None)
        if not text:
            return self._replies.say(lines.saved)
        return self._replies.say(lines.rules_saved.format(language=self._replies.voice(language).name))

    # Set

    async def _set(self, panel: _Panel, name: str, value: str) -> str | None:
        """Set a value; return the notice that tells what became of it, None for a value that no button sends."""
        if refusal := await self._refusal(panel, name, value):
            return refusal
        if name in QUOTES:
            changed = await self._reschedule(panel, name, value)
        else:
            changes = await self._changes(panel, name, value)
            if "ephemeral" in changes and not await self._declare(panel, value):
                return self._voice(panel).failed
            await self._store.chats.change(panel.chat, **changes)
            changed = bool(changes)
        return self._voice(panel).settings.saved if changed else None

    async def _reschedule(self, panel: _Panel, name: str, value: str) -> bool:
        plan = self._schedules.read(name, value)
        if plan:
            await self._schedules.change(panel.chat, plan, panel.language, panel.thread)
        return plan is not None

    async def _declare(self, panel: _Panel, value: str) -> bool:
        """Let Telegram's menu of the group tell apps who sees /ask; False where Telegram doesn't take that now."""
        declare = self._menus.make_discreet if value == "on" else self._menus.make_public
        try:
            await declare(panel.bot, panel.chat)
        except TelegramError:
            return False
        return True

    async def _refusal(self, panel: _Panel, name: str, value: str) -> str | None:
        """Tell what keeps a value from being set, None if nothing does."""
        lines = self._voice(panel).settings
        match name, value:
            case "speak", Speak.QUESTIONS if not await sees_all(panel.bot, panel.chat):
                return lines.cannot_read
            case "join", "on" if not await may_invite(panel.bot, panel.chat):
                return lines.cannot_invite
            case "ephemeral", "on" if not self._newer.ephemeral:
                return lines.not_ephemeral
            case "topics", "here" if not panel.message.chat.is_forum:
                return lines.no_forum
        return None

    async def _changes(self, panel: _Panel, name: str, value: str) -> Changes:
        """Return what a value changes; nothing for one that no button sends."""
        number = int(value) if value.isascii() and value.isdecimal() and len(value) <= 4 else None
        match name, value:
            case "language", _ if value == "own" or value in self._answers.knowledge.voices:
                return {"language": None if value == "own" else value}
            case "speak", _ if value in set(Speak):
                return {"speak": Speak(value)}
            case "topics", "all" | "here":
                return {"topics": await self._topics(panel, value)}
            case "budget", _ if number is not None and number <= BUDGET_LIMIT:
                return {"budget": number}
            case "repeat", _ if number is not None and number <= HOURS_LIMIT:
                return {"repeat_hours": number}
            case _, "on" | "off":
                return _switched(name, on=value == "on")
        return {}

    async def _topics(self, panel: _Panel, value: str) -> frozenset[int]:
        if value == "all":
            return frozenset()
        settings = await self._store.chats.settings(panel.chat)
        left = settings.topics ^ {topic_of(panel.message)}
        return left or settings.topics  # none would mean all, which has a button of its own

    async def _leave(self, panel: _Panel) -> None:
        """Erase all that is kept of the chat, say so if Telegram lets us, and go."""
        await self._store.drop_chat(panel.chat)
        with suppress(TelegramError):
            await self._turn(panel, self._replies.say(self._voice(panel).settings.goodbye))
        self._sessions.forget(panel.chat)
        await panel.bot.leave_chat(panel.chat)

    def _voice(self, panel: _Panel) -> Voice:
        return self._replies.voice(panel.language)


async def _may_set(panel: _Panel, person: int) -> bool:
    """Tell whether somebody may change the settings of a panel: in its group its admins, of a channel those who post.

    Data from elsewhere is forged: no panel of a group stands in another.
    """
    if panel.is_in_private:
        return await may_post(panel.bot, panel.chat, person)
    return panel.message.chat_id == panel.chat and await is_admin(panel.bot, panel.chat, person)


def _switched(name: str, *, on: bool) -> Changes:
    match name:
        case "welcome":
            return {"welcome": on}
        case "join":
            return {"join_rules": on}
        case "ephemeral":
            return {"ephemeral": on}
    return {}
