"""How Telegram says no: the errors that a call is answered with, in Telegram's own words."""


class RefusedError(Exception):
    """A call that Telegram answers with an error: the code, the words and, for 429, when to come back."""

    def __init__(self, code: int, description: str, *, retry_after: int | None = None) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.retry_after = retry_after

    def as_json(self) -> dict[str, object]:
        """Return the error object that the Bot API answers."""
        answer: dict[str, object] = {"ok": False, "error_code": self.code, "description": self.description}
        return answer if self.retry_after is None else answer | {"parameters": {"retry_after": self.retry_after}}


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
