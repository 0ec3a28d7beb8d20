"""What people ask, and how its answer is known: the questions of the tests' own library."""

from dataclasses import dataclass
from pathlib import Path

from bot.offline import Chat

LIBRARY = Path(__file__).parent.parent / "library"
"""A small knowledge base, so that the bot starts fast."""


@dataclass(frozen=True)
class Question:
    """A question that the library answers with certainty, and the title of the answer."""

    text: str
    title: str

    def is_answered_by(self, text: str) -> bool:
        """Tell whether a message of the bot, in HTML, is the answer."""
        return f"<b>{self.title}</b>" in text


QUESTIONS = (
    Question("is there a fine?", "Late books"),
    Question("cuántos libros puedo llevar?", "Cuántos libros"),
    Question("how many books can I borrow?", "How many books"),
    Question("hay multa?", "Libros atrasados"),
)
"""In a chat each is asked once only, so that an answer belongs to one question."""


@dataclass(frozen=True)
class Asked:
    """A question that was put to the bot."""

    question: Question
    chat: Chat
    message: int
    update: int
