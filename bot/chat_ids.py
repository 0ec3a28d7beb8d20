"""The Bot API's ids of people and chats, and the shorter numbers that links and buttons have for supergroups."""

_BEFORE = -(10**12)
"""An id is this less the number: a -100 in front, as long as numbers have ten digits."""


def number_of(chat: int) -> int:
    """Return the number of a supergroup or channel."""
    return _BEFORE - chat


def id_of(number: int) -> int:
    """Return the id of the supergroup or channel with a number."""
    return _BEFORE - number


def is_id(number: object) -> bool:
    """Tell whether something can be an id of Telegram's: they have 52 bits at most (Bot API, User and Chat)."""
    return isinstance(number, int) and abs(number) < 1 << 52
