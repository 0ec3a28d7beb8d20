"""The server: reads calls as the Bot API server does, lets them meet faults, and answers."""

import asyncio
import json
import re
from datetime import UTC, datetime

from aiohttp import web

from bot.offline import JSON, Chat, Fields, JsonObject, OfflineTelegram, Person, RefusedError, Sent
from bot.offline.methods import METHODS
from tests.fake_telegram.calls import Call, Moment, Trap
from tests.fake_telegram.faults import Fault, Faults
from tests.fake_telegram.polls import Polls
from tests.fake_telegram.queues import Queues, Retries
from tests.fake_telegram.webhooks import Webhooks

TOKEN = "7000000001:fake-half"  # noqa: S105  # opens nothing
_ADDRESS = re.compile(r"/?(?P<caller>[\w-]*)/bot(?P<token>[^/]+)/(?P<method>\w+)")
_HTML = "<html><head><title>{0}</title></head><body><h1>{0}</h1><hr>nginx</body></html>"


class _CutError(Exception):
    """The connection is cut."""


class FakeTelegram:
    """Telegram for one bot, on a free port; use it with `async with`."""

    def __init__(
        self,
        token: str = TOKEN,
        *,
        faults: Faults | None = None,
        limits: bool = False,
        retries: Retries | None = None,
    ) -> None:
        self.token = token
        self.faults = faults or Faults()
        self.world = OfflineTelegram(clock=lambda: datetime.now(UTC), limits=limits)
        """The people and the chats; what they do is delivered by `deliver`."""
        self.calls: list[Call] = []
        """Every call with the right token, in order."""
        self.unsupported: set[str] = set()
        """The methods that were called and are not imitated."""
        self._polls = Polls(self.world, self.faults)
        self._webhooks = Webhooks(self.world, self._polls, self.faults, retries or Retries())
        self._traps: list[Trap] = []
        self._runner: web.AppRunner | None = None
        self.port = 0

    async def __aenter__(self) -> "FakeTelegram":
        app = web.Application()
        app.router.add_route("*", "/{address:.*}", self._serve)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        self._polls.end()
        await self._webhooks.close()
        if self._runner:
            await self._runner.cleanup()

    @property
    def url(self) -> str:
        """What the bot takes for TELEGRAM_API_URL; more may be added to tell callers apart: `/one`."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def queues(self) -> Queues | None:
        """The queues of the webhook, None while none is set."""
        return self._webhooks.queues

    async def waiting(self) -> list[JSON]:
        """Return the updates that are neither confirmed nor taken."""
        return await self._webhooks.waiting()

    # People

    def ask(self, person: Person, text: str, chat: Chat | None = None) -> Sent:
        """Let a person write, in the private chat with the bot by default."""
        self.deliver(self.world.says(person, chat or self.world.private(person), text))
        return self.world.sent[-1]

    def deliver(self, update: JsonObject | None) -> None:
        """Hand an update to the bot, by whichever way it gets them; None (nothing to deliver) is ignored."""
        self.world.deliver(update)

    def trap(self, method: str, moment: Moment) -> Trap:
        """Hold the next call of a method that has no trap yet."""
        self._traps.append(trap := Trap(method, moment))
        return trap

    def open_trap(self, trap: Trap) -> None:
        """Take a trap away; a call that it holds goes on."""
        trap.let_go(cut=False)
        if trap in self._traps:
            self._traps.remove(trap)

    # Calls

    async def _serve(self, request: web.Request) -> web.StreamResponse:
        address = _ADDRESS.fullmatch(request.path)
        if address is None:
            return _answer(RefusedError(404, "Not Found").as_json(), 404)
        try:
            parameters = await _parameters(request)
        except ConnectionError:  # the caller died before it had said everything
            return web.Response()
        if address["token"] != self.token:
            return _answer(RefusedError(401, "Unauthorized").as_json(), 401)
        call = Call(address["method"], parameters, address["caller"], self.faults.draw(address["method"]))
        self.calls.append(call)
        try:
            response = await self._respond(call)
        except _CutError:
            return _cut(request)
        call.status = response.status
        return response

    async def _respond(self, call: Call) -> web.Response:
        if (fault := call.fault) and fault.prevents:
            return self._disturbed(fault)
        await self._hold(call, Moment.BEFORE)
        try:
            result = await self._result(call)
        except RefusedError as refused:
            return _answer(refused.as_json(), refused.code)
        call.has_effect = True
        await self._hold(call, Moment.AFTER)
        if fault is Fault.CUT_AFTER:
            raise _CutError
        if fault is Fault.DELAY:
            await asyncio.sleep(self.faults.delay(call.method))
        return _answer({"ok": True, "result": result}, 200)

    def _disturbed(self, fault: Fault) -> web.Response:
        wait = self.faults.retry_after
        match fault:
            case Fault.CUT_BEFORE:
                raise _CutError
            case Fault.GATEWAY:
                return web.Response(status=502, text=_HTML.format("502 Bad Gateway"), content_type="text/html")
            case Fault.TOO_MANY:
                error = RefusedError(429, f"Too Many Requests: retry after {wait}", retry_after=wait)
            case Fault.FORBIDDEN:
                error = RefusedError(403, "Forbidden: bot was blocked by the user")
            case _:
                error = RefusedError(500, "Internal Server Error")
        return _answer(error.as_json(), error.code)

    async def _hold(self, call: Call, moment: Moment) -> None:
        for trap in self._traps:
            if (trap.method, trap.moment) == (call.method, moment):
                self._traps.remove(trap)
                if await trap.hold(call):
                    raise _CutError
                return

    async def _result(self, call: Call) -> JSON:
        fields = Fields(call.parameters)
        if call.method == "getUpdates":
            return await self._webhooks.poll(fields)
        if (result := await self._webhooks.answer(call.method, fields)) is not None:
            return result
        if call.method not in METHODS:
            self.unsupported.add(call.method)
            raise RefusedError(404, "Not Found: method not found")
        return METHODS[call.method](self.world, fields)


async def _parameters(request: web.Request) -> JsonObject:
    """Read a call: the address, and a body that is a form or JSON."""
    parameters: JsonObject = dict(request.query)
    if request.content_type == "application/json":
        try:
            sent = json.loads(await request.read() or b"{}")
        except ValueError:
            sent = {}
        return parameters | (sent if isinstance(sent, dict) else {})
    form = await request.post()
    return parameters | {name: value for name, value in form.items() if isinstance(value, str)}


def _answer(body: object, status: int) -> web.Response:
    return web.Response(status=status, body=json.dumps(body).encode(), content_type="application/json")


def _cut(request: web.Request) -> web.StreamResponse:
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
