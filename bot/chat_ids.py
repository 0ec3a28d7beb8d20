"""The Bot API's ids of supergroups and channels, and the shorter numbers that links and buttons have for them."""

_BEFORE = -(10**12)
"""An id is this less the number: a -100 in front, as long as numbers have ten digits."""


def number_of(chat: int) -> int:
    """Return the number of a supergroup or channel."""
    return _BEFORE - chat


def id_of(number: int) -> int:
    """Return the id of the supergroup or channel with a number."""
    return _BEFORE - number
