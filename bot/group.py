"""Groups: the bot speaks when it is addressed, and is silent when in doubt."""

from telegram import Message, Update
from telegram.ext import ContextTypes

from bot.answers import GROUP_SCORE, OVERHEARD_SCORE, Answers
from bot.clock import Clock
from bot.counting import Counting
from bot.ephemeral import Ephemeral, is_ephemeral
from bot.gate import is_addressed, is_from_person, without_mentions
from bot.inline import article
from bot.manners import Manners
from bot.replies import Place, Reply
from bot.sending import client_of, link_to, replied, thread_of, unless_too_late, written
from bot.sessions import Given, Session, Sessions


class Group:
    """Handlers of groups, and of guest questions from groups that the bot never joined."""

    def __init__(
        self,
        answers: Answers,
        sessions: Sessions,
        manners: Manners,
        ephemeral: Ephemeral,
        counting: Counting,
        clock: Clock,
    ) -> None:
        self._answers = answers
        self._replies = answers.replies
        self._sessions = sessions
        self._manners = manners
        self._ephemeral = ephemeral
        self._counting = counting
        self._clock = clock

    async def ask(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer the words after /ask, or the message that /ask replies to."""
        if message := update.effective_message:
            session, client, bot = self._sessions.of(message.chat_id), client_of(message), context.bot.username
            question, asker = " ".join(context.args or ()), message
            other = message.reply_to_message
            if not question and other and _may_ask(other) and replied(message, bot) is None:
                question, asker = written(other), other
            language = self._answers.language(session, client)
            usage = self._replies.ask_usage(language, bot)
            reply = self._answers.to_command(question, session, client, bot) if question else usage
            if is_ephemeral(message):
                if await self._ephemeral.answer(message, reply):
                    await self._counting.answered(reply, "group")
            elif question:
                await self._answer(session, message, reply, to=asker)
            else:
                await self._manners.say(session, message, usage, language, to=message)

    async def heard(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer what surely is a question for the bot; about its replies, follow-ups too."""
        if message := update.effective_message:
            session, client, bot = self._sessions.of(message.chat_id), client_of(message), context.bot.username
            question, addressed = without_mentions(message), is_addressed(message, bot)
            shown = session.meant(replied(message, bot)) if addressed else None
            if shown and (followed := self._answers.follow_up(question, shown, Place.GROUP, bot)):
                await self._manners.say(session, message, followed, shown.language, to=message)
                return
            least = GROUP_SCORE if addressed else OVERHEARD_SCORE
            if reply := self._answers.when_sure(question, session, client, bot, least):
                await self._answer(session, message, reply, to=message)

    async def guest(self, update: Update, context: ContextTypes.DEFAULT_TYPE) -> None:
        """Answer a mention in a chat that the bot never joined: one article, at once."""
        if (message := update.guest_message) and is_from_person(message):
            question = without_mentions(message)
            if not question and message.reply_to_message:
                question = written(message.reply_to_message)
            reply = self._answers.to_guest(question, client_of(message), context.bot.username)
            with unless_too_late():
                await message.answer_guest_query(article("guest", context.bot.first_name, reply))
            await self._counting.answered(reply, "guest")

    async def _answer(self, session: Session, message: Message, reply: Reply, *, to: Message) -> None:
        """Answer a question; where the same answer stands already, lead to it with one line."""
        shown, now = reply.shown, self._clock()
        language = shown.language if shown else self._answers.language(session, client_of(message))
        edited = session.answered.get(message.message_id)
        given = session.earlier(shown, now) if shown and not edited and not reply.also else None
        url = link_to(message.chat, given.message, given.topic) if given else ""
        # A basic group has no links: there the answer is given again
        said = self._replies.repeated(shown, url) if shown and url else reply
        sent = await self._manners.say(session, message, said, language, to=to)
        if sent is None:
            return
        if said.shown:
            session.given.put((said.shown.entry, language), Given(sent, thread_of(message), now))
        await self._counting.answered(reply, "group")


def _may_ask(message: Message) -> bool:
    """Tell whether a message that /ask replies to can be the question; each comment replies to its channel's post."""
    return bool(written(message)) and not message.is_automatic_forward
