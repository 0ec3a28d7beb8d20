"""Secrets, cut out of what is written."""

import json
import re
from collections.abc import Collection
from urllib.parse import quote, quote_plus, unquote

TOKEN = r"\d{6,}(?::|%3A)[\w-]{30,}"  # noqa: S105  # what any bot's looks like
CUT = "[secret]"


class Redactor:
    """Cuts secrets out of texts: those that it was given, as they are or quoted, and any bot's token."""

    def __init__(self, secrets: Collection[str]) -> None:
        forms = {form for secret in secrets for part in _parts(secret) for form in _forms(part)} - {""}
        longest_first = sorted(forms, key=len, reverse=True)
        self._pattern = re.compile("|".join([*map(re.escape, longest_first), TOKEN]), re.IGNORECASE)

    def cut(self, text: str) -> str:
        """Return a text without secrets."""
        return self._pattern.sub(CUT, text)


def _parts(secret: str) -> set[str]:
    """Return a secret and, if it is a token, the half that matters, also without the word for the test servers."""
    number, _, half = secret.partition(":")
    return {secret, half, half.removesuffix("/test")} if number.isdecimal() else {secret}


def _forms(secret: str) -> set[str]:
    """Return a secret as it can be met: in an address, out of one, in a form, and between Python's or JSON's quotes."""
    quoted = {form for text in (secret, unquote(secret)) for form in (text, quote(text), quote(text, safe=""))}
    return quoted | {quote_plus(secret), repr(secret)[1:-1], json.dumps(secret)[1:-1]}
