"""A webhook that takes an update only when it was handled: until then Telegram keeps it, and the order of its chat."""

import asyncio
import hashlib
import hmac
import json
import logging
import time
from collections.abc import Callable, Mapping
from urllib.parse import unquote, urlsplit

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route
from telegram import WebhookInfo
from telegram.error import BadRequest, TelegramError
from telegram.ext import ExtBot

from bot.config import WebhookConfig
from bot.intake.handling import Intake
from bot.intake.hearing import DeafError, Hearing
from bot.intake.polling import ALLOWED, FAREWELL
from bot.metrics import Metrics, UpdateOutcome
from bot.outage import Bridge, Outage
from bot.serving import Serving
from bot.stopping import unless_stopped
from bot.store import Store

CONNECTIONS = 40
"""Updates that Telegram may deliver at once, to all copies of the bot together."""
FULL = 100
"""Updates that one copy has in hand before it sends others away; more than Telegram delivers."""
PATIENCE = 3.0
"""Seconds that an update may wait for another copy of the bot before it is sent away."""
RETRY_AFTER: Mapping[UpdateOutcome, str] = {"full": "1", "busy": "5", "stopping": "1"}
"""After how many seconds Telegram is to deliver again what was sent away."""
LARGEST = 1_000_000
"""Bytes of an update; Telegram's are a hundred times smaller."""
READ_PATIENCE = 10.0
"""Seconds in which an update must have arrived."""
LOOK = 60.0
"""Seconds from one look at what Telegram says of the webhook to the next."""
SILENT_LOOKS = 3
"""Looks without a further failure until one counts no more: what could not be delivered is tried again after up to two
minutes (WEBHOOK_MAX_RESEND_TIMEOUT in Telegram's Bot API server), so that two looks between may show nothing new."""
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  # the header's name

_LOG = logging.getLogger(__name__)


class Webhook:
    """Receives updates from Telegram, and hands them on."""

    def __init__(
        self,
        bot: ExtBot[None],
        intake: Intake,
        store: Store,
        outage: Outage,
        metrics: Metrics,
        config: WebhookConfig,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._bot = bot
        self._intake = intake
        self._registrations = store.registrations
        self._bridge = Bridge(outage)
        self._metrics = metrics
        self._config = config
        self.hearing = Hearing(clock)
        self._in_hand = 0
        self._is_stopping = False
        self._was_set = False
        self._last_error = 0
        self._looks_since_error = SILENT_LOOKS
        path = urlsplit(config.url).path or "/"
        self.app = Starlette(routes=[Route(unquote(path), self._receive, methods=["POST"])])
        """What is to be served; it answers 200 only to what was handled."""

    async def run(self, stopped: asyncio.Event) -> None:
        """Serve until stopped; what is in hand then may end. Raises DeafError, ConfigError if the port is taken."""
        host, port = self._config.listen
        async with Serving(self.app, host, port, setting="BOT_WEBHOOK_LISTEN", farewell=FAREWELL):
            try:
                await unless_stopped(self._watch(), stopped)  # which only ends by itself when the bot is deaf
            finally:
                self._is_stopping = True

    # What Telegram delivers

    async def _receive(self, request: Request) -> Response:
        if not self._is_telegram(request):
            return Response(status_code=403)
        if self._is_stopping:
            return self._sent_away("stopping")
        if self._in_hand >= FULL:
            return self._sent_away("full")
        self._in_hand += 1
        try:
            return await self._take(request)
        finally:
            self._in_hand -= 1

    def _is_telegram(self, request: Request) -> bool:
        given = request.headers.get(SECRET_HEADER, "")
        return hmac.compare_digest(given.encode(), self._config.secret.encode())

    async def _take(self, request: Request) -> Response:
        try:
            async with asyncio.timeout(READ_PATIENCE):
                body = await _body(request)
        except (TimeoutError, ClientDisconnect):
            return Response(status_code=408)
        if body is None:
            return Response(status_code=413)
        update = _update(body)
        if update is None:
            return Response(status_code=400)
        self.hearing.heard()
        return Response() if await self._intake.handle(update, PATIENCE) else _come_again("busy")

    def _sent_away(self, why: UpdateOutcome) -> Response:
        self._metrics.updated("other", why)  # of what kind it is has not been read
        return _come_again(why)

    # What Telegram is told, and says

    async def _watch(self) -> None:
        """Tell Telegram where to deliver, and look again and again whether it does. Raises DeafError."""
        while True:
            try:
                await self._look()
            except TelegramError as error:
                if isinstance(error, BadRequest) and not self._was_set:
                    raise DeafError(f"Telegram refuses BOT_WEBHOOK_URL ({error.message}).") from None
                await asyncio.sleep(self.hearing.pause_after(error))
            else:
                await asyncio.sleep(LOOK)

    async def _look(self) -> None:
        info = await self._bot.get_webhook_info()
        if not await self._is_set(info):
            if self._was_set:
                _LOG.warning("The webhook is no longer what it was: another copy of the bot may poll. It is set again")
            await self._set()
        elif self._delivers(info):
            self.hearing.heard()
        self._was_set = True

    async def _is_set(self, info: WebhookInfo) -> bool:
        """Tell whether Telegram delivers here what it should, with the secret that is asked for."""
        otherwise = self._digest if self._was_set else None
        known = await self._bridge.ask(lambda: self._registrations.digest("webhook"), otherwise)
        return info.url == self._config.url and known == self._digest

    async def _set(self) -> None:
        await self._bot.set_webhook(
            self._config.url,
            allowed_updates=ALLOWED,
            max_connections=CONNECTIONS,
            secret_token=self._config.secret,
        )
        self.hearing.heard()
        await self._bridge.cross(lambda: self._registrations.keep("webhook", self._digest))

    @property
    def _digest(self) -> str:
        """Return what tells one way of setting the webhook from another, and not the secret."""
        told = json.dumps([self._config.url, CONNECTIONS, ALLOWED])
        return hmac.new(self._config.secret.encode(), told.encode(), hashlib.sha256).hexdigest()

    def _delivers(self, info: WebhookInfo) -> bool:
        """Tell whether Telegram delivers, or has nothing to deliver; log what it says went wrong."""
        failed_at = int(info.last_error_date.timestamp()) if info.last_error_date else 0
        is_new, self._last_error = failed_at > self._last_error, failed_at
        self._looks_since_error = 0 if is_new else self._looks_since_error + 1
        if is_new and info.pending_update_count:
            _LOG.warning("Telegram could not deliver (%s); %s wait", info.last_error_message, info.pending_update_count)
        return not info.pending_update_count or self._looks_since_error >= SILENT_LOOKS


async def _body(request: Request) -> bytes | None:
    """Read a request's body; None if it is too large. Raises ClientDisconnect."""
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LARGEST:
            return None
    return bytes(body)


def _update(body: bytes) -> Mapping[str, object] | None:
    """Read an update's JSON; None for what is none."""
    try:
        update = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return update if isinstance(update, dict) else None


def _come_again(why: UpdateOutcome) -> Response:
    return Response(status_code=503, headers={"Retry-After": RETRY_AFTER[why]})
