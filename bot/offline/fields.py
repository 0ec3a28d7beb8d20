"""Typed reading of JSON: the parameters of a call, and the objects inside them."""

import json
import re
from typing import TypeAlias

from bot.offline.refusals import bad_request, require

JSON: TypeAlias = "bool | int | float | str | list[JSON] | dict[str, JSON] | None"
JsonObject: TypeAlias = dict[str, JSON]
Rows: TypeAlias = list[list[JsonObject]]
"""The rows of a keyboard."""


class Fields:
    """The fields of a JSON object, each read as the type that is expected; JSON in strings is decoded."""

    def __init__(self, values: JsonObject) -> None:
        self.values = values

    def __contains__(self, name: str) -> bool:
        return self.values.get(name) is not None

    def text(self, name: str) -> str:
        """Return a string, empty where it is missing."""
        value = self.values.get(name)
        found = "" if value is None else value if isinstance(value, str) else json.dumps(value)
        require(not re.search("[\ud800-\udfff]", found), "strings must be encoded in UTF-8")
        return found

    def number(self, name: str) -> int | None:
        """Return a whole number, None where it is missing or no number."""
        value = self.values.get(name)
        if isinstance(value, int | float):
            return int(value)
        return int(value) if isinstance(value, str) and re.fullmatch(r"-?\d+", value) else None

    def flag(self, name: str) -> bool:
        """Return whether a switch is on."""
        return self.values.get(name) in (True, "true", "True", 1)

    def inner(self, name: str) -> "Fields | None":
        """Return an object, None where it is missing."""
        value = self._decoded(name)
        return Fields(value) if isinstance(value, dict) else None

    def items(self, name: str) -> list["Fields"]:
        """Return the objects of a list."""
        return _objects(self._decoded(name))

    def rows(self, name: str) -> list[list["Fields"]]:
        """Return the objects of a list of lists."""
        value = self._decoded(name)
        return [_objects(row) for row in value] if isinstance(value, list) else []

    def _decoded(self, name: str) -> JSON:
        value = self.values.get(name)
        if not isinstance(value, str):
            return value
        try:
            decoded: JSON = json.loads(value)
        except ValueError as error:
            raise bad_request(f"can't parse {name}: expected a JSON object") from error
        return decoded


def _objects(value: JSON) -> list[Fields]:
    return [Fields(item) for item in value if isinstance(item, dict)] if isinstance(value, list) else []
