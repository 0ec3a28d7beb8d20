"""A load balancer for webhooks: to each replica in turn, past those that do not listen."""

from collections.abc import Sequence
from itertools import count

from aiohttp import ClientConnectorError, ClientError, ClientSession, ClientTimeout, web

_PATIENCE = ClientTimeout(total=60)
_OWN = {"host", "content-length", "transfer-encoding", "connection"}


class Balancer:
    """Forwards what it gets to one of some ports; use it with `async with`."""

    def __init__(self, ports: Sequence[int]) -> None:
        self.port = 0
        self._ports = ports
        self._turns = count()
        self._session: ClientSession | None = None
        self._runner: web.ServerRunner | None = None

    async def __aenter__(self) -> "Balancer":
        self._session = ClientSession(timeout=_PATIENCE)
        self._runner = web.ServerRunner(web.Server(self._forward, access_log=None), shutdown_timeout=0.1)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.port = self._runner.addresses[0][1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._runner:
            await self._runner.cleanup()
        if self._session:
            await self._session.close()

    async def _forward(self, request: web.BaseRequest) -> web.StreamResponse:
        body, turn = await request.read(), next(self._turns)
        for place in range(len(self._ports)):
            port = self._ports[(turn + place) % len(self._ports)]
            try:
                return await self._ask(port, request, body)
            except ClientConnectorError:  # nobody is there: the next one
                continue
            except (ClientError, OSError, TimeoutError):  # it died on this: who knows what it did
                break
        return web.Response(status=502, text="<html>Bad Gateway</html>", content_type="text/html")

    async def _ask(self, port: int, request: web.BaseRequest, body: bytes) -> web.Response:
        assert self._session is not None
        headers = {name: value for name, value in request.headers.items() if name.lower() not in _OWN}
        url = f"http://127.0.0.1:{port}{request.rel_url}"
        async with self._session.request(request.method, url, data=body, headers=headers) as response:
            kept = {name: response.headers[name] for name in ("Retry-After",) if name in response.headers}
            return web.Response(status=response.status, body=await response.read(), headers=kept)
