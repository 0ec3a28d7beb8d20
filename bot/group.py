"""Groups: the bot speaks when it is addressed, and is silent when in doubt."""

from telegram import ChatMember, ChatMemberRestricted, ChatMemberUpdated, Message, MessageEntity, Update
from telegram.constants import ChatType
from telegram.ext import ApplicationHandlerStop, ContextTypes

from bot.answers import Answers
from bot.inline import article
from bot.replies import Place
from bot.sending import answer, client_of, replied, unless_too_late, written
from bot.sessions import Session, Sessions

_GROUPS = (ChatType.GROUP, ChatType.SUPERGROUP)


class Group:
    """Handlers of groups, and of guest questions from groups that the bot never joined."""

    def __init__(self, answers: Answers, sessions: Sessions) -> None:
        self._answers = answers
        self._sessions = sessions

    async def gate(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Drop what is not addressed to the bot before anything looks at it."""
        message = update.message or update.edited_message
        if message is None or message.chat.type not in _GROUPS or not is_addressed(message, context.bot.username):
            raise ApplicationHandlerStop
        session = self._sessions.of(message.chat_id)
        if update.edited_message and not session.reasks(message.message_id, written(message)):
            raise ApplicationHandlerStop

    async def ask(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer the words after /ask, or the message that /ask replies to."""
        if message := update.effective_message:
            session, client, bot = self._sessions.of(message.chat_id), client_of(message), context.bot.username
            question, asker = " ".join(context.args or ()), message
            other = message.reply_to_message
            if not question and other and written(other) and replied(message, bot) is None:
                question, asker = written(other), other
            if question:
                reply = self._answers.to_command(question, session, client, bot)
            else:
                reply = self._answers.replies.ask_usage(self._answers.language(session, client), bot)
            await answer(session, message, reply, to=asker, quote=True)

    async def addressed(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a reply to the bot or a mention of it, if it surely is a question or a follow-up."""
        if message := update.effective_message:
            session, client, bot = self._sessions.of(message.chat_id), client_of(message), context.bot.username
            question = without_mentions(message)
            reply = self._answers.follow_up(question, session.meant(replied(message, bot)), Place.GROUP, bot)
            if reply := reply or self._answers.when_sure(question, session, client, bot):
                await answer(session, message, reply, to=message, quote=True)

    async def guest(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a mention in a chat that the bot never joined: one article, at once."""
        if (message := update.guest_message) and _is_from_person(message):
            question = without_mentions(message)
            if not question and message.reply_to_message:
                question = written(message.reply_to_message)
            reply = self._answers.to_guest(question, client_of(message), context.bot.username)
            with unless_too_late():
                await message.answer_guest_query(article("guest", context.bot.first_name, reply))

    async def joined(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Say once how to ask when somebody adds the bot to a group; forget a chat that it left."""
        if change := update.my_chat_member:
            if _is_new(change):
                language = self._answers.language(Session(), change.from_user.language_code)
                reply = self._answers.replies.added(language, context.bot.username)
                await context.bot.send_message(change.chat.id, reply.text)
            elif not _is_inside(change.new_chat_member):
                self._sessions.forget(change.chat.id)


def is_addressed(message: Message, bot: str) -> bool:
    """Tell whether a group message is for the bot: a command, a reply to it, a mention of it and of no other."""
    if not _is_from_person(message):
        return False
    for command, text in _entities(message, MessageEntity.BOT_COMMAND).items():
        if command.offset == 0:
            return text.partition("@")[2].casefold() in ("", bot.casefold())
    names = _mentioned(message)
    if any(name != bot.casefold() for name in names):
        return False
    return bool(names) or replied(message, bot) is not None


def without_mentions(message: Message) -> str:
    """Return a message's text or caption without the mentions and commands in it."""
    text = written(message)
    for name in _entities(message, MessageEntity.MENTION, MessageEntity.BOT_COMMAND).values():
        text = text.replace(name, " ")
    return text.strip()


def _entities(message: Message, *types: str) -> dict[MessageEntity, str]:
    """Return the parts of a text or caption that Telegram marked as one of some types."""
    return message.parse_entities([*types]) | message.parse_caption_entities([*types])


def _mentioned(message: Message) -> set[str]:
    """Return the user names mentioned, without @ and case; a person without one counts by id."""
    return {
        (entity.user.username or str(entity.user.id)).casefold() if entity.user else text.lstrip("@").casefold()
        for entity, text in _entities(message, MessageEntity.MENTION, MessageEntity.TEXT_MENTION).items()
    }


def _is_from_person(message: Message) -> bool:
    """Tell whether a member wrote a message: no bot, no channel, not sent through a bot."""
    if message.via_bot or message.is_automatic_forward or message.from_user is None:
        return False
    if message.sender_chat:  # an anonymous admin speaks as the group itself
        return message.sender_chat.id == message.chat_id
    return not message.from_user.is_bot


def _is_new(change: ChatMemberUpdated) -> bool:
    comes = _is_inside(change.new_chat_member) and not _is_inside(change.old_chat_member)
    return comes and change.chat.type in _GROUPS


def _is_inside(member: ChatMember) -> bool:
    if isinstance(member, ChatMemberRestricted):
        return member.is_member
    return member.status in (ChatMember.MEMBER, ChatMember.ADMINISTRATOR)
