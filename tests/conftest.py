"""What tests share: the packaged knowledge, read once, and a conversation with nobody in it yet."""

from collections.abc import AsyncIterator

import pytest
from telegram import Bot

from bot.answers import Answers, matcher_of
from bot.offline import Chat, OfflineTelegram
from bot.replies import Replies
from content import Knowledge, load
from tests.conversation import ANA, Conversation, open_conversation


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The packaged knowledge."""
    return load()


@pytest.fixture(scope="session")
def answers(knowledge: Knowledge) -> Answers:
    """The engine on the packaged knowledge: it keeps nothing of a question, so that tests can share it."""
    return Answers(knowledge, matcher_of(knowledge), Replies(knowledge, "0"))


@pytest.fixture
def telegram() -> OfflineTelegram:
    """An empty Telegram."""
    return OfflineTelegram()


@pytest.fixture
def bot(telegram: OfflineTelegram) -> Bot:
    """The Bot API, without any handlers."""
    return Bot("1:offline", request=telegram, get_updates_request=telegram)


@pytest.fixture
def chat(telegram: OfflineTelegram) -> Chat:
    """Ana's private chat with the bot."""
    return telegram.private(ANA)


@pytest.fixture
async def talk(answers: Answers, telegram: OfflineTelegram) -> AsyncIterator[Conversation]:
    """The bot, initialized, in an empty Telegram."""
    conversation = open_conversation(answers, telegram)
    async with conversation.app:
        yield conversation
