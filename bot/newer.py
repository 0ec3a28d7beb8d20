"""What Telegram's server can do beyond the library's Bot API 10.0. It is asked; in doubt, we do without."""

import logging

from telegram import Bot, ChatJoinRequest
from telegram.error import BadRequest, TelegramError

_LOG = logging.getLogger(__name__)


class Newer:
    """Newer abilities of the server."""

    def __init__(self) -> None:
        self.ephemeral = False
        """Whether it knows messages that only one member of a group sees (Bot API 10.2)."""
        self.guards = False
        """Whether it lets admins make the bot the guard of a group, who is asked about join requests (Bot API 10.1)."""

    async def probe(self, bot: Bot) -> None:
        """Ask the server for what has no effect: it says 404 to what it does not know, 400 to what lacks parameters.

        The bot must be initialized.
        """
        self.guards = bot.bot.api_kwargs.get("supports_join_request_queries") is True
        self.ephemeral = False
        try:
            await bot.do_api_request("deleteEphemeralMessage")
        except BadRequest:
            self.ephemeral = True
        except TelegramError as error:  # not known, or not to be reached: then without
            _LOG.debug("No messages for one (%s)", type(error).__name__)

    async def queue(self, bot: Bot, request: ChatJoinRequest) -> None:
        """Tell Telegram within its ten seconds that a request is for the admins, where the bot guards the group.

        Only such a request has a `query_id` (Bot API 10.1). It can still be approved afterwards, like any other.
        """
        query = request.api_kwargs.get("query_id")
        if not (self.guards and query):
            return
        answer = {"chat_join_request_query_id": query, "result": "queue"}
        try:
            await bot.do_api_request("answerChatJoinRequestQuery", answer)
        except TelegramError as error:  # too late, or not the bot's to answer: it is the admins' then
            _LOG.info("A guarded request could not be queued (%s)", type(error).__name__)
