"""What members of a group do that several tests need: ask the bot, and look at what it said."""

from bot.offline import BOT, Chat, Fields, Person, Sent
from tests.conversation import PEOPLE, Conversation

ENTRY = "secret_interception"


def question(talk: Conversation, language: str = "es", entry: str = ENTRY) -> str:
    """Return a question that asks for an entry beyond doubt."""
    return talk.knowledge.voices[language].samples[entry]


def in_full(talk: Conversation, language: str = "es", entry: str = ENTRY) -> str:
    """Return it as the command that Telegram shows to a bot everywhere."""
    return f"/ask@{BOT.username} {question(talk, language, entry)}"


async def asked(
    talk: Conversation, chat: Chat, language: str = "es", entry: str = ENTRY, person: Person | None = None
) -> Sent:
    """Let somebody ask by command; return the bot's reply."""
    return await talk.answer(person or PEOPLE[language], in_full(talk, language, entry), chat)


def is_answer(talk: Conversation, sent: Sent, language: str = "es", entry: str = ENTRY) -> bool:
    """Tell whether a message is an answer: it begins with the title of the entry."""
    return sent.plain.startswith(talk.title(entry, language)) and "\n" in sent.plain


async def notice(
    talk: Conversation, person: Person, message: Sent, button: str, sends: str | None = None
) -> str | None:
    """Press a button, which may send other data than Telegram gave it; return the notice, None for none.

    Fails unless the press is answered exactly once.
    """
    before = len(talk.telegram.answers)
    update = talk.telegram.presses(person, message, button)
    query = update["callback_query"]
    assert isinstance(query, dict)
    await talk.hear(update | {"callback_query": query | ({"data": sends} if sends else {})})
    [answer] = talk.telegram.answers[before:]
    return Fields(answer).text("text") or None
