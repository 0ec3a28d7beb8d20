"""The transport: it answers the calls of a bot as Telegram would, without a network."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from telegram.error import NetworkError, TimedOut
from telegram.request import BaseRequest, RequestData

from bot.offline.chats import BOT, Person
from bot.offline.clock import Clock
from bot.offline.fields import JSON, Fields, JsonObject
from bot.offline.methods import METHODS
from bot.offline.people import People
from bot.offline.refusals import RefusedError, UnsupportedCallError
from bot.offline.versions import SINCE


@dataclass(frozen=True)
class _Fault:
    error: RefusedError | NetworkError
    after: bool = False
    """Whether the call has its effect all the same."""


class OfflineTelegram(People, BaseRequest):
    """Telegram for one bot: hand it to `Application.builder()` as `request` and `get_updates_request`."""

    def __init__(
        self,
        bot: Person = BOT,
        *,
        reads_everything: bool = False,
        clock: Callable[[], datetime] | Clock | None = None,
        limits: bool = False,
        version: str = "10.0",
    ) -> None:
        """Make an empty Telegram; `limits` keeps the bot to Telegram's limits for messages, by the clock.

        The server speaks a `version` of the Bot API, 10.0 to 10.3: it does not know the methods of later ones and
        ignores their parameters.
        """
        super().__init__(bot, reads_everything=reads_everything, clock=clock, limits=limits, version=version)
        self.ignored: set[str] = set()
        """The parameters that the server drops unread, whatever its version should know."""
        self.calls: list[tuple[str, JsonObject]] = []
        """Every call of the bot: the method and its parameters."""
        self._faults: dict[str, list[_Fault]] = {}

    def deliver(self, update: JsonObject | None) -> None:
        """Put an update in the queue of `getUpdates`; None (nothing to deliver) is ignored."""
        if update is not None:
            self.updates.put(update)

    def fail_next(
        self,
        method: str,
        description: str = "Internal Server Error",
        code: int = 500,
        *,
        retry_after: int | None = None,
    ) -> None:
        """Let the next call of a method be refused, without any effect."""
        fault = _Fault(RefusedError(code, description, retry_after=retry_after))
        self._faults.setdefault(method, []).append(fault)

    def cut_next(self, method: str, *, after: bool = False) -> None:
        """Cut the connection at the next call of a method: before it has an effect, or after it."""
        error = TimedOut("the answer was lost") if after else NetworkError("connection refused")
        self._faults.setdefault(method, []).append(_Fault(error, after))

    @property
    def read_timeout(self) -> float:
        """How long python-telegram-bot would wait for an answer."""
        return 1.0

    async def initialize(self) -> None:
        """Do nothing: there is no connection to open."""

    async def shutdown(self) -> None:
        """Do nothing: there is no connection to close."""

    async def do_request(
        self, url: str, method: str, request_data: RequestData | None = None, *_: object, **__: object
    ) -> tuple[int, bytes]:
        """Answer one call of the Bot API as Telegram would."""
        name = url.rpartition("/")[2]
        parameters: JsonObject = json.loads(json.dumps(request_data.parameters if request_data else {}))
        self.calls.append((name, parameters))
        try:
            answer: JsonObject = {"ok": True, "result": await self._answer(name, self._read(parameters))}
        except RefusedError as refused:
            return refused.code, json.dumps(refused.as_json()).encode()
        return 200, json.dumps(answer).encode()

    def _read(self, parameters: JsonObject) -> Fields:
        return Fields({name: value for name, value in parameters.items() if name not in self.ignored})

    async def _answer(self, name: str, call: Fields) -> JSON:
        fault = self._faults[name].pop(0) if self._faults.get(name) else None
        if fault and not fault.after:
            raise fault.error
        if not self.knows(SINCE.get(name, self.version)):
            raise RefusedError(404, "Not Found: method not found")
        if name not in METHODS and name != "getUpdates":
            raise UnsupportedCallError(f"the offline Telegram has no method {name!r}")
        result = await self.updates.take(call) if name == "getUpdates" else METHODS[name](self, call)
        if fault:
            raise fault.error
        return result
