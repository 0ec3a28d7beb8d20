"""Which way updates go: to `getUpdates`, or to the webhook that `setWebhook` sets."""

import json
import re
import sys
from dataclasses import replace

from bot.offline import JSON, Fields, JsonObject, OfflineTelegram, RefusedError
from bot.offline.refusals import require
from tests.fake_telegram.faults import Faults
from tests.fake_telegram.polls import Polls
from tests.fake_telegram.queues import Queues, Retries, Webhook

WEBHOOK_IS_SET = (
    "Conflict: can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first"
)
_SECRET = re.compile(r"[\w-]{0,256}", re.ASCII)


class Webhooks:
    """The methods that have to do with the webhook; the real server wants HTTPS, this one does not."""

    def __init__(self, world: OfflineTelegram, polls: Polls, faults: Faults, retries: Retries) -> None:
        self.queues: Queues | None = None
        self._world = world
        self._polls = polls
        self._faults = faults
        self._retries = retries

    async def poll(self, call: Fields) -> JSON:
        """Answer `getUpdates`."""
        if self.queues:
            raise RefusedError(409, WEBHOOK_IS_SET)
        return await self._polls.take(Fields(call.values | _allowed(call)))

    async def answer(self, method: str, call: Fields) -> JSON:
        """Answer a method that has to do with the webhook; None if it has not."""
        match method:
            case "setWebhook":
                return await self._set(call)
            case "deleteWebhook":
                await self.close(drop=call.flag("drop_pending_updates"))
                return True
            case "getWebhookInfo":
                return await self._info()
        return None

    async def waiting(self) -> list[JSON]:
        """Return the updates that are neither confirmed nor taken."""
        offset, pending = (self.queues.offset, self.queues.pending) if self.queues else (0, [])
        updates = await self._world.updates.take(Fields({"limit": sys.maxsize, "offset": offset}))
        return [*pending, *(updates if isinstance(updates, list) else [])]

    async def close(self, *, drop: bool = False) -> None:
        """Remove the webhook; what it did not take waits for `getUpdates`, unless it is dropped."""
        queues, self.queues = self.queues, None
        if queues:
            await queues.close()
            for update in queues.pending:
                self._world.updates.put(update)
        if drop:
            self._world.updates.clear()

    async def _set(self, call: Fields) -> JSON:
        secret, connections = call.text("secret_token"), call.number("max_connections") or 40
        require(_SECRET.fullmatch(secret), "secret token contains unallowed characters")
        require(1 <= connections <= 100, "invalid max_connections specified")
        if url := call.text("url"):
            await self._open(Webhook(url, secret, connections, self._kinds(call)), call)
        else:
            await self.close(drop=call.flag("drop_pending_updates"))
        return True

    async def _open(self, webhook: Webhook, call: Fields) -> None:
        """Begin to deliver to a webhook; one that is set already is not disturbed by being set again."""
        drop = call.flag("drop_pending_updates")
        if self.queues and not drop and replace(self.queues.webhook, allowed=webhook.allowed) == webhook:
            self.queues.webhook = webhook
            return
        await self.close(drop=drop)
        self._polls.end()
        self.queues = Queues(self._world, webhook, self._faults, self._retries)
        self.queues.open()

    def _kinds(self, call: Fields) -> tuple[str, ...]:
        """Return which kinds of updates are wanted: if the call does not say, those that were."""
        names = _allowed(call).get("allowed_updates")
        if isinstance(names, list):
            return tuple(map(str, names))
        return self.queues.webhook.allowed if self.queues else ()

    async def _info(self) -> JSON:
        if self.queues is None:
            waiting = len(await self.waiting())
            return {"url": "", "has_custom_certificate": False, "pending_update_count": waiting}
        webhook, error = self.queues.webhook, self.queues.last_error
        info: JsonObject = {"url": webhook.url, "has_custom_certificate": False}
        info |= {"pending_update_count": len(self.queues.pending), "max_connections": webhook.connections}
        info |= {"allowed_updates": [*webhook.allowed]} if webhook.allowed else {}
        return info | ({"last_error_date": error[0], "last_error_message": error[1]} if error else {})


def _allowed(call: Fields) -> JsonObject:
    """Return `allowed_updates` as a list: in a form it is JSON."""
    names = call.values.get("allowed_updates")
    if isinstance(names, str):
        try:
            names = json.loads(names)
        except ValueError:
            names = []
    return {"allowed_updates": names} if isinstance(names, list) else {}
