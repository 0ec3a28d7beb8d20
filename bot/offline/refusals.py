"""How Telegram says no: the errors that a call is answered with, in Telegram's own words."""


class RefusedError(Exception):
    """A call that Telegram answers with an error: the code, the words and what the bot can do about it."""

    def __init__(
        self, code: int, description: str, *, retry_after: int | None = None, migrate_to: int | None = None
    ) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after
        """In how many seconds the call would be accepted."""
        self.migrate_to = migrate_to
        """The id of the supergroup that the chat became."""

    def as_json(self) -> dict[str, object]:
        """Return the error object that the Bot API answers."""
        answer: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        hints = {"retry_after": self.retry_after, "migrate_to_chat_id": self.migrate_to}
        parameters = {name: value for name, value in hints.items() if value is not None}
        return answer | {"parameters": parameters} if parameters else answer


class UnsupportedCallError(BaseException):
    """A call that the offline Telegram cannot imitate.

    It is no `Exception` on purpose: python-telegram-bot would turn that into a `NetworkError` and a bot that
    tolerates network errors would hide it.
    """


def bad_request(words: str) -> RefusedError:
    """Make the error 400 with these words."""
    return RefusedError(400, f"Bad Request: {words}")


def unparsable(words: str) -> RefusedError:
    """Make the error of a formatted text that cannot be read."""
    return bad_request(f"can't parse entities: {words}")


def forbidden(words: str) -> RefusedError:
    """Make the error 403 with these words."""
    return RefusedError(403, f"Forbidden: {words}")


def require(condition: object, words: str) -> None:
    """Refuse a call with the error 400 unless the condition holds."""
    if not condition:
        raise bad_request(words)


def too_many_requests(seconds: int) -> RefusedError:
    """Make the error 429: the bot may come back in so many seconds."""
    return RefusedError(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def upgraded(supergroup: int) -> RefusedError:
    """Make the error of a group that has become the supergroup with this id."""
    words = "Bad Request: group chat was upgraded to a supergroup chat"
    return RefusedError(400, words, migrate_to=supergroup)
