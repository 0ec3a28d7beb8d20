"""The webhook: only Telegram is let in, and an update is taken only when it was handled."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from functools import partial
from itertools import count

import pytest
from aiohttp import ClientError, ClientSession, ClientTimeout
from aiohttp.test_utils import unused_port
from starlette.types import ASGIApp
from telegram import WebhookInfo

from bot.config import WebhookConfig
from bot.intake import LEASE, DeafError, Webhook, hearing, webhook
from bot.intake.handling import TRIES
from bot.intake.polling import ALLOWED
from bot.metrics import Metrics
from bot.offline import Fields, JsonObject
from bot.outage import Outage
from bot.serving import Serving
from tests.conversation import ANA, BIA, Conversation, until

SECRET = "half-a-secret"  # noqa: S105  # guards nothing
URL = "https://bot.example.org/telegram"
HEADER = webhook.SECRET_HEADER
pytestmark = pytest.mark.filterwarnings("ignore:Deprecated since version v22.2")  # of the seconds in RetryAfter


def made(talk: Conversation, clock: Callable[[], float] = lambda: 0.0, port: int = 0, url: str = URL) -> Webhook:
    """A webhook of the bot's."""
    config = WebhookConfig(url, SECRET, ("127.0.0.1", port))
    return Webhook(talk.app.bot, talk.intake, talk.store, Outage(), Metrics(), config, clock)


class Caller:
    """Somebody who finds the webhook."""

    def __init__(self, session: ClientSession, port: int) -> None:
        self._session = session
        self._url = f"http://127.0.0.1:{port}"

    async def __call__(
        self,
        body: object,
        *,
        secret: str | None = SECRET,
        path: str = "/telegram",
        method: str = "POST",
        headers: dict[str, str] | None = None,
    ) -> tuple[int, str | None]:
        """Deliver something; return the status, and after how many seconds to come again."""
        sent = {"json": body} if isinstance(body, dict | list) else {"data": body}
        own = ({HEADER: secret} if secret is not None else {}) | (headers or {})
        async with self._session.request(method, self._url + path, headers=own, **sent) as response:
            return response.status, response.headers.get("Retry-After")


@asynccontextmanager
async def served(app: ASGIApp) -> AsyncIterator[Caller]:
    async with (
        Serving(app, "127.0.0.1", 0, setting="X") as serving,
        ClientSession(timeout=ClientTimeout(total=20)) as session,
    ):
        yield Caller(session, serving.port)


@pytest.fixture
async def deliver(talk: Conversation) -> AsyncIterator[Caller]:
    """Deliver to a webhook that listens."""
    async with served(made(talk).app) as caller:
        yield caller


def asked(talk: Conversation, text: str = "/about") -> JsonObject:
    update = talk.telegram.says(ANA, talk.telegram.private(ANA), text)
    assert update is not None
    return update


# Who is let in


async def test_what_telegram_delivers_is_answered(talk: Conversation, deliver: Caller) -> None:
    assert await deliver(asked(talk)) == (200, None)
    assert len(talk.telegram.from_bot) == 1


@pytest.mark.parametrize(
    ("how", "status"),
    [
        pytest.param({"secret": None}, 403, id="no secret"),
        pytest.param({"secret": ""}, 403, id="an empty secret"),
        pytest.param({"secret": "half-a-secreT"}, 403, id="almost the secret"),
        pytest.param({"secret": SECRET + "x"}, 403, id="more than the secret"),
        pytest.param({"secret": "half-a-sécret"}, 403, id="a secret that is not ASCII"),
        pytest.param({"method": "GET"}, 405, id="a look"),
        pytest.param({"method": "PUT"}, 405, id="another method"),
        pytest.param({"path": "/"}, 404, id="another path"),
        pytest.param({"path": "/telegram/x"}, 404, id="a path below"),
        pytest.param({"path": "/../telegram?x=1"}, 200, id="a path with more, which is the same"),
        pytest.param({"headers": {"Content-Type": "application/json; charset=utf-8"}}, 200, id="a charset"),
        pytest.param({"headers": {"Content-Type": "text/plain"}}, 200, id="another type: it is JSON all the same"),
    ],
)
async def test_who_is_let_in(talk: Conversation, deliver: Caller, how: dict[str, str], status: int) -> None:
    caller: Callable[..., Awaitable[tuple[int, str | None]]] = deliver
    assert (await caller(asked(talk), **how))[0] == status
    assert len(talk.telegram.from_bot) == (status == 200)


@pytest.mark.parametrize(
    "path",
    [
        pytest.param("", id="none"),
        pytest.param("/a/b", id="a long one"),
        pytest.param("/bot%3Ax", id="with an encoded sign"),
        pytest.param("/%C3%A1rbol", id="with an encoded letter"),
    ],
)
async def test_any_path_is_found(talk: Conversation, path: str) -> None:
    async with Serving(made(talk, url=f"https://bot.example.org{path}").app, "127.0.0.1", 0, setting="X") as serving:
        reader, writer = await asyncio.open_connection("127.0.0.1", serving.port)
        writer.write(f"POST {path or '/'} HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n".encode())
        assert b" 403 " in await reader.readline()  # it is there, and asks for the secret
        writer.close()


@pytest.mark.parametrize(
    ("body", "status"),
    [
        pytest.param(b"", 400, id="nothing"),
        pytest.param(b"{", 400, id="half of it"),
        pytest.param(b"\xff\xfe", 400, id="no text"),
        pytest.param(b"[1]", 400, id="a list"),
        pytest.param(b"null", 400, id="null"),
        pytest.param(b"[" * 200_000, 400, id="a deep one"),
        pytest.param(b" " * 1_000_001, 413, id="more than a megabyte"),
        pytest.param(b'{"update_id": 5, "message": 7}', 200, id="an update that cannot be read"),
        pytest.param(b"{}", 200, id="an update without a number"),
    ],
)
async def test_what_is_taken(deliver: Caller, body: bytes, status: int) -> None:
    assert (await deliver(body))[0] == status


async def test_a_body_that_does_not_arrive_is_not_waited_for(
    talk: Conversation, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "READ_PATIENCE", 0.05)
    async with Serving(made(talk).app, "127.0.0.1", 0, setting="X") as serving:
        reader, writer = await asyncio.open_connection("127.0.0.1", serving.port)
        head = f"POST /telegram HTTP/1.1\r\nHost: x\r\n{HEADER}: {SECRET}\r\nContent-Length: 100\r\n\r\n"
        writer.write(head.encode())
        async with asyncio.timeout(10):
            assert b" 408 " in await reader.readline()
        writer.close()


# When it is taken


async def test_an_update_that_comes_again_is_taken_and_not_answered_again(talk: Conversation, deliver: Caller) -> None:
    update = asked(talk)
    assert [await deliver(update) for _ in range(3)] == [(200, None)] * 3
    assert len(talk.telegram.from_bot) == 1


async def test_an_update_that_comes_a_hundred_times_at_once_is_answered_once(talk: Conversation) -> None:
    update = asked(talk)
    async with served(made(talk).app) as deliver:
        await asyncio.gather(*(deliver(update) for _ in range(90)))
    assert len(talk.telegram.from_bot) == 1


async def test_what_another_copy_has_in_hand_is_to_come_again(
    talk: Conversation, deliver: Caller, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(webhook, "PATIENCE", 0.0)
    update = asked(talk)
    number = Fields(update).number("update_id") or 0
    await talk.store.updates.claim(number, talk.telegram.now(), LEASE, TRIES)
    assert await deliver(update) == (503, "5")
    assert talk.telegram.from_bot == []


async def test_when_it_is_full_others_are_to_come_again(talk: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(webhook, "FULL", 2)
    ours = made(talk)
    async with held(talk) as hold, served(ours.app) as deliver:
        first = [asyncio.create_task(deliver(asked(talk))) for _ in range(2)]
        await hold.begun()
        await until(lambda: ours._in_hand == 2)
        assert await deliver(said_by_bia(talk)) == (503, "1")
        hold.let_go()
        assert await asyncio.gather(*first) == [(200, None)] * 2
        assert await deliver(said_by_bia(talk)) == (200, None)


async def test_what_is_in_hand_at_the_end_is_answered_and_no_more_is_taken(talk: Conversation) -> None:
    stopped, port = asyncio.Event(), unused_port()
    ours = made(talk, port=port)
    async with held(talk) as hold, ClientSession() as session:
        running = asyncio.create_task(ours.run(stopped))
        await until(lambda: bool(told(talk)))
        first = asyncio.create_task(Caller(session, port)(asked(talk)))
        await hold.begun()
        stopped.set()
        await until(lambda: ours._is_stopping)
        assert await ours_refuses(session, port, talk)
        hold.let_go()
        assert await first == (200, None)
        await running


async def ours_refuses(session: ClientSession, port: int, talk: Conversation) -> bool:
    """Tell whether one more update is sent away, by whatever way."""
    try:
        return (await Caller(session, port)(said_by_bia(talk))) == (503, "1")
    except ClientError:
        return True


class Hold:
    """Keeps the handlers of Ana's chat waiting."""

    def __init__(self) -> None:
        self._begun, self._free = asyncio.Event(), asyncio.Event()

    async def begun(self) -> None:
        await self._begun.wait()

    def let_go(self) -> None:
        self._free.set()

    async def __call__(self) -> None:
        self._begun.set()
        await self._free.wait()


@asynccontextmanager
async def held(talk: Conversation) -> AsyncIterator[Hold]:
    """Let whatever the bot sends to Ana wait."""
    hold, send = Hold(), talk.telegram.do_request

    async def slow(url: str, *args: object, **kwargs: object) -> tuple[int, bytes]:
        if url.endswith("/sendMessage"):
            await hold()
        return await send(url, *args, **kwargs)  # type: ignore[arg-type]  # passed on as it came

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(talk.telegram, "do_request", slow)
        yield hold


def said_by_bia(talk: Conversation) -> JsonObject:
    update = talk.telegram.says(BIA, talk.telegram.private(BIA), "?")
    assert update is not None
    return update


# What Telegram is told


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let pauses be short: nothing here is about their length."""
    monkeypatch.setattr(hearing, "BACK_OFF", (0.001, 0.002))
    monkeypatch.setattr(webhook, "LOOK", 0.005)


@asynccontextmanager
async def running(talk: Conversation, clock: Callable[[], float] = lambda: 0.0) -> AsyncIterator[Webhook]:
    """Run a webhook within; stop it afterwards, as at SIGTERM."""
    stopped, ours = asyncio.Event(), made(talk, clock, unused_port())
    task = asyncio.create_task(ours.run(stopped))
    try:
        yield ours
    finally:
        stopped.set()
        await task


def told(talk: Conversation) -> list[JsonObject]:
    return [parameters for name, parameters in talk.telegram.calls if name == "setWebhook"]


def looks(talk: Conversation) -> int:
    return sum(name == "getWebhookInfo" for name, _ in talk.telegram.calls)


async def test_telegram_is_told_once_where_to_deliver(talk: Conversation) -> None:
    async with running(talk):
        await until(lambda: looks(talk) >= 4)
    [call] = told(talk)
    assert (call["url"], call["secret_token"], call["max_connections"]) == (URL, SECRET, 40)
    assert call["allowed_updates"] == ALLOWED


async def test_the_next_copy_tells_it_nothing_new(talk: Conversation) -> None:
    for _ in range(3):
        before = looks(talk)
        async with running(talk):
            await until(partial(looked_since, talk, before))
    assert len(told(talk)) == 1


def looked_since(talk: Conversation, before: int) -> bool:
    return looks(talk) >= before + 2


async def test_another_secret_is_told(talk: Conversation, monkeypatch: pytest.MonkeyPatch) -> None:
    async with running(talk):
        await until(lambda: looks(talk) >= 2)
    monkeypatch.setattr("tests.test_webhook.SECRET", "another")
    async with running(talk):
        await until(lambda: len(told(talk)) == 2)
    assert told(talk)[1]["secret_token"] == "another"  # noqa: S105  # guards nothing


async def test_who_stops_leaves_the_webhook_to_the_others(talk: Conversation) -> None:
    async with running(talk):
        await until(lambda: looks(talk) >= 2)
    assert "deleteWebhook" not in [name for name, _ in talk.telegram.calls]


async def test_a_webhook_that_somebody_removed_is_set_again(
    talk: Conversation, caplog: pytest.LogCaptureFixture
) -> None:
    async with running(talk):
        await until(lambda: looks(talk) >= 2)
        await talk.app.bot.delete_webhook()
        await until(lambda: len(told(talk)) == 2)
    [line] = [message for message in caplog.messages if "webhook" in message]
    assert line.endswith("It is set again")


async def test_an_address_that_telegram_refuses_ends_the_bot(talk: Conversation) -> None:
    talk.telegram.fail_next("setWebhook", "Bad Request: bad webhook: failed to resolve host", 400)
    with pytest.raises(DeafError, match=r"BOT_WEBHOOK_URL \(.*failed to resolve host\)"):
        await made(talk, port=unused_port()).run(asyncio.Event())


async def test_an_address_that_was_good_is_tried_again(talk: Conversation) -> None:
    async with running(talk):
        await until(lambda: looks(talk) >= 2)
        talk.telegram.fail_next("setWebhook", "Bad Request: bad webhook: failed to resolve host", 400)
        await talk.app.bot.delete_webhook()
        await until(lambda: talk.telegram.webhook == URL)


@pytest.mark.parametrize(("code", "words"), [(500, "Internal Server Error"), (429, "Too Many Requests")])
async def test_a_telegram_that_fails_is_told_again(talk: Conversation, code: int, words: str) -> None:
    talk.telegram.fail_next("setWebhook", words, code, **({"retry_after": 0} if code == 429 else {}))
    async with running(talk):
        await until(lambda: looks(talk) >= 3)
    assert len(told(talk)) == 2


async def test_who_is_refused_for_long_ends(talk: Conversation) -> None:
    for _ in range(5):
        talk.telegram.fail_next("getWebhookInfo", "Unauthorized", 401)
    with pytest.raises(DeafError, match="token"):
        await made(talk, count(0, hearing.PATIENCE / 2).__next__, unused_port()).run(asyncio.Event())


async def test_telegram_is_heard_when_it_delivers(talk: Conversation) -> None:
    seconds = 0.0
    ours = made(talk, lambda: seconds)
    async with served(ours.app) as deliver:
        seconds = 77.0
        await deliver(asked(talk), secret=None)
        assert ours.hearing.heard_at == 0.0
        await deliver(asked(talk))
        assert ours.hearing.heard_at == 77.0


@pytest.mark.parametrize(
    ("looks", "is_heard"),
    [
        pytest.param([(0, 0)], True, id="nothing to deliver"),
        pytest.param([(0, 3)], True, id="nothing failed"),
        pytest.param([(100, 3)], False, id="a failure"),
        pytest.param([(100, 0)], True, id="a failure that was made good"),
        pytest.param([(100, 3), (100, 3)], False, id="a failure that may not have been tried again yet"),
        pytest.param([(100, 3), (100, 3), (220, 3), (220, 3)], False, id="one try in two minutes, which fails"),
        pytest.param([(100, 3), *[(100, 3)] * 3], True, id="a failure long ago, and others wait since"),
    ],
)
def test_telegram_is_not_heard_while_it_cannot_deliver(
    talk: Conversation, looks: list[tuple[int, int]], is_heard: bool
) -> None:
    ours = made(talk)
    heard = [ours._delivers(failed(at, waiting)) for at, waiting in looks]
    assert heard[-1] is is_heard


def failed(at: int, waiting: int) -> WebhookInfo:
    """What Telegram says of a webhook that failed at a time, if at all."""
    when = datetime.fromtimestamp(at, UTC) if at else None
    return WebhookInfo(URL, has_custom_certificate=False, pending_update_count=waiting, last_error_date=when)
