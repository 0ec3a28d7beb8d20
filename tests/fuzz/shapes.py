"""JSON objects made from the library's own types: every field that a class takes, each present or absent."""

import sys
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from enum import Enum
from functools import cache
from types import MappingProxyType
from typing import Literal, get_args, get_origin, get_type_hints

import telegram
from telegram import InaccessibleMessage, MaybeInaccessibleMessage, Message, TelegramObject
from telegram.constants import MessageEntityType

from bot.offline import JSON, JsonObject
from tests.fuzz.values import Values

DEEPEST = 4
"""Levels below which no field is present that need not be."""
_RENAMED = {"from_user": "from"}
"""Fields that the Bot API calls otherwise."""
_TAGS = ("status", "source", "type")
"""The fields that tell which of several classes an object is; the library's classes set them by themselves."""
_DEMANDED = {"persistent_id", "allows_revoting", "option_persistent_ids", "can_react_to_messages", "members_only"}
"""Fields that the library's classes declare as optional and refuse to do without."""
_UNSENT = {"self", "api_kwargs", "return"}

Special = Mapping[type, Callable[[int], JsonObject | None]]
"""How objects of some classes are made, given their depth; None leaves one to its type."""


class Shapes:
    """Makes objects of any class of the Bot API."""

    def __init__(self, values: Values, special: Special = MappingProxyType({})) -> None:
        self._values = values
        self._special = special
        self._random = values.random
        self._known: dict[type[TelegramObject], dict[str, object]] = {}

    def of(self, kind: type[TelegramObject], depth: int = 0, share: float | None = None) -> JsonObject:
        """Make an object, with this share of the fields that it need not have (fewer, the deeper it is)."""
        if depth and (make := self._special.get(kind)) and (made := make(depth)) is not None:
            return made
        real = self._random.choice(_kinds(kind))
        share = share if share is not None else 0.4 / (1 + depth)
        fields = {
            name: hint
            for name, hint in self._fields(real).items()
            if name in _required(real) or self._is_in(share, depth)
        }
        made = {_RENAMED.get(name, name): self._value(hint, name, depth + 1) for name, hint in fields.items()}
        return made | _tag(kind, real)

    def _fields(self, kind: type[TelegramObject]) -> dict[str, object]:
        if kind not in self._known:
            self._known[kind] = _fields(kind)
        return self._known[kind]

    def _is_in(self, share: float, depth: int) -> bool:
        return depth < DEEPEST and self._values.chance(share)

    def _value(self, hint: object, name: str, depth: int) -> JSON:
        origin, arguments = get_origin(hint), get_args(hint)
        if origin is Literal:
            return str(self._random.choice(arguments))
        if origin in (Sequence, tuple, list):
            return [self._value(arguments[0], name, depth) for _ in range(self._random.randrange(0, 4))]
        if arguments:
            known = [part for part in arguments if part is not type(None)]
            known = [timedelta] if timedelta in known else known
            return self._value(self._random.choice(known), name, depth) if known else None
        return self._object_or_plain(hint, name, depth)

    def _object_or_plain(self, hint: object, name: str, depth: int) -> JSON:
        if isinstance(hint, type) and issubclass(hint, TelegramObject):
            return self.of(hint, depth)
        if isinstance(hint, type) and issubclass(hint, Enum):
            return str(self._random.choice(list(hint)).value)
        return self._plain(hint, name)

    def _plain(self, hint: object, name: str) -> JSON:
        if hint is bool:
            return self._values.chance(0.5)
        if hint is int:
            return self._values.number()
        if hint is timedelta:
            return self._values.duration()
        if hint is float:
            return self._random.choice((0.0, -1.5, 1e308, 90.0))
        if hint is datetime:
            return self._values.date()
        return self._string(name)

    def _string(self, name: str) -> str:
        if name == "type":
            return str(self._random.choice(list(MessageEntityType)).value)
        if name == "id" or name.endswith("_id"):
            return str(self._values.number())
        return self._values.text() if name in ("text", "caption") else self._values.line()


def is_wrong(values: Values, made: JSON, share: float = 0.03) -> JSON:
    """Return an object with some of its values, however deep, of another type than they should be."""
    if values.chance(share):
        others: list[JSON] = [[], {}, "", None, True, -1, 1.5, "x", [[]], {"id": {}}, values.number()]
        return values.random.choice(others)
    if isinstance(made, dict):
        return {name: is_wrong(values, value, share) for name, value in made.items()}
    return [is_wrong(values, item, share) for item in made] if isinstance(made, list) else made


@cache
def _names() -> dict[str, object]:
    """Return every name in the library's modules: its annotations are in part names that a module does not import."""
    modules = [module for name, module in sys.modules.items() if name.startswith("telegram.")]
    found = {name: value for module in modules for name, value in vars(module).items()}
    return found | {name: getattr(telegram, name) for name in telegram.__all__}


def _fields(kind: type[TelegramObject]) -> dict[str, object]:
    """Return the fields of a class and the types of their values."""
    hints: dict[str, object] = get_type_hints(kind.__init__, globalns=_names())
    return {name: hint for name, hint in hints.items() if name not in _UNSENT}


def _required(kind: type[TelegramObject]) -> frozenset[str]:
    """Return the fields that an object always has."""
    code, defaults = kind.__init__.__code__, kind.__init__.__defaults__ or ()
    names = code.co_varnames[: code.co_argcount]
    return frozenset(names[: len(names) - len(defaults)]) | (_DEMANDED & {*names})


def _kinds(kind: type[TelegramObject]) -> list[type[TelegramObject]]:
    """Return the classes that an object of a class can be of."""
    if kind is MaybeInaccessibleMessage:
        return [Message, Message, InaccessibleMessage]
    below = kind.__subclasses__() if kind is not Message else []
    return below or [kind]


def _tag(kind: type[TelegramObject], real: type[TelegramObject]) -> JsonObject:
    """Return the field that tells of which class an object is."""
    if real is InaccessibleMessage:
        return {"date": 0}
    base = next((above for above in real.__mro__[1:] if issubclass(above, TelegramObject)), kind)
    field = next((tag for tag in _TAGS if tag in _fields(base)), None)
    if field is None or field in _fields(real) or not real.__name__.startswith(base.__name__):
        return {}
    words = real.__name__.removeprefix(base.__name__)
    constant = "".join(f"_{sign}" if sign.isupper() else sign.upper() for sign in words).strip("_")
    return {field: str(getattr(base, constant).value)}
