"""The fake Bot API server: a bot gets what Telegram would say, and what goes wrong goes as planned."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import RawTestServer
from telegram import Bot
from telegram.error import Conflict, Forbidden, NetworkError, RetryAfter, TelegramError

from bot.offline import Fields, JsonObject
from bot.transport import AiohttpRequest
from tests.conversation import ANA, BIA
from tests.fake_telegram import TOKEN, FakeTelegram, Fault, Faults, Moment, Retries
from tests.fake_telegram.faults import ANY
from tests.fake_telegram.queues import SECRET_HEADER, kind_of, queue_of

SECRET = "fake-secret"  # noqa: S105  # guards nothing
FAST = Retries(speed=10_000)


@pytest.fixture(autouse=True)
def _new_times(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PTB_TIMEDELTA", "1")  # else python-telegram-bot warns of a change to come


@pytest.fixture
def faults() -> Faults:
    """Nothing goes wrong by itself."""
    return Faults()


@pytest.fixture
async def server(faults: Faults) -> AsyncIterator[FakeTelegram]:
    async with FakeTelegram(faults=faults, retries=FAST) as server:
        yield server


@pytest.fixture
async def bot(server: FakeTelegram) -> AsyncIterator[Bot]:
    async with AiohttpRequest() as request:
        yield Bot(server.token, f"{server.url}/bot", request=request, get_updates_request=request)


async def heard(bot: Bot, offset: int = 0, seconds: int = 0) -> list[int]:
    return [update.update_id for update in await bot.get_updates(offset, timeout=seconds)]


def texts(server: FakeTelegram) -> list[str]:
    return [sent.plain for sent in server.world.from_bot]


async def called(server: FakeTelegram, number: int) -> None:
    async with asyncio.timeout(10):
        while len(server.calls) < number:  # noqa: ASYNC110  # the server tells nobody
            await asyncio.sleep(0.001)


# Calls


@pytest.mark.parametrize("kind", ["data", "json"])
async def test_a_form_and_json_are_read_alike(server: FakeTelegram, kind: str) -> None:
    server.world.private(ANA)
    body = {"chat_id": "101", "text": "<b>á</b> & more", "parse_mode": "HTML"}
    async with ClientSession() as session:
        url = f"{server.url}/bot{TOKEN}/sendMessage"
        async with session.post(url, data=body) if kind == "data" else session.post(url, json=body) as response:
            assert (response.status, (await response.json())["result"]["text"]) == (200, "á & more")
    assert server.calls[0].parameters == body


@pytest.mark.parametrize(
    ("address", "status", "description"),
    [
        pytest.param("/bot1:another/getMe", 401, "Unauthorized", id="a token of nobody's"),
        pytest.param(f"/bot{TOKEN}/makeCoffee", 404, "Not Found: method not found", id="an unknown method"),
        pytest.param("/", 404, "Not Found", id="no method at all"),
        pytest.param(f"/bot{TOKEN}/sendMessage?chat_id=5&text=x", 400, "Bad Request: chat not found", id="no chat"),
        pytest.param(
            f"/bot{TOKEN}/setWebhook?url=http://x&secret_token=%2B",
            400,
            "Bad Request: secret token contains unallowed characters",
            id="a secret that is none",
        ),
        pytest.param(
            f"/bot{TOKEN}/setWebhook?url=http://x&max_connections=101",
            400,
            "Bad Request: invalid max_connections specified",
            id="too many connections",
        ),
    ],
)
async def test_a_refusal_has_telegrams_status_and_words(
    server: FakeTelegram, address: str, status: int, description: str
) -> None:
    async with ClientSession() as session, session.post(server.url + address) as response:
        assert response.status == status
        assert await response.json() == {"ok": False, "error_code": status, "description": description}


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b'{"chat_id": 1', id="half of a JSON object"),
        pytest.param(b"[]", id="a list"),
        pytest.param(b"", id="nothing"),
    ],
)
async def test_a_body_that_says_nothing_has_no_parameters(server: FakeTelegram, body: bytes) -> None:
    url, headers = f"{server.url}/bot{TOKEN}/getMe", {"Content-Type": "application/json"}
    async with ClientSession() as session, session.post(url, data=body, headers=headers) as response:
        assert response.status == 200
    assert server.calls[0].parameters == {}


async def test_a_caller_that_dies_in_mid_sentence_has_called_nothing(server: FakeTelegram, bot: Bot) -> None:
    head = [f"POST /bot{TOKEN}/getMe HTTP/1.1", "Host: x", "Content-Type: application/json", "Content-Length: 10"]
    _, writer = await asyncio.open_connection("127.0.0.1", server.port)
    writer.write("\r\n".join([*head, "", "half"]).encode())
    await writer.drain()
    writer.transport.abort()
    await bot.get_me()
    assert len(server.calls) == 1


async def test_what_is_not_imitated_is_noted(server: FakeTelegram, bot: Bot) -> None:
    with suppress(TelegramError):
        await bot.send_dice(101)
    assert server.unsupported == {"sendDice"}


async def test_callers_are_told_apart_by_their_address(server: FakeTelegram) -> None:
    async with AiohttpRequest() as request:
        await Bot(TOKEN, f"{server.url}/replica-2/bot", request=request, get_updates_request=request).get_me()
    assert [call.caller for call in server.calls] == ["replica-2"]


async def test_limits_are_kept_where_they_are_wanted() -> None:
    async with FakeTelegram(limits=True) as server, AiohttpRequest() as request:
        bot = Bot(TOKEN, f"{server.url}/bot", request=request, get_updates_request=request)
        server.world.private(ANA)
        for _ in range(5):
            await bot.send_message(101, "x")
        with pytest.raises(RetryAfter):
            await bot.send_message(101, "x")


# Polling


async def test_what_is_not_confirmed_is_delivered_again(server: FakeTelegram, bot: Bot) -> None:
    server.ask(ANA, "one")
    server.ask(BIA, "two")
    assert await heard(bot) == [1, 2]
    assert await heard(bot, 2) == [2]
    assert await server.waiting() == await server.waiting() != []
    assert await heard(bot, 3) == []
    assert await server.waiting() == []


async def test_a_poll_waits_for_an_update(server: FakeTelegram, bot: Bot) -> None:
    poll = asyncio.create_task(heard(bot, seconds=30))
    await called(server, 1)
    server.ask(ANA, "one")
    assert await poll == [1]


async def test_a_newer_poll_ends_the_older(server: FakeTelegram, bot: Bot) -> None:
    older = asyncio.create_task(heard(bot, seconds=30))
    await called(server, 1)
    newer = asyncio.create_task(heard(bot, seconds=30))
    with pytest.raises(Conflict, match="terminated by other getUpdates request"):
        await older
    server.ask(ANA, "one")
    assert await newer == [1]


async def test_only_the_kinds_that_are_asked_for_come(server: FakeTelegram, bot: Bot) -> None:
    await bot.get_updates(allowed_updates=["callback_query"])
    server.ask(ANA, "one")
    assert await heard(bot) == []


@pytest.mark.parametrize("faults", [Faults(repeats=1)])
async def test_an_update_may_come_again_after_it_was_confirmed(bot: Bot, server: FakeTelegram) -> None:
    server.ask(ANA, "one")
    assert await heard(bot) == [1]
    server.ask(ANA, "two")
    assert await heard(bot, 2) == [1, 2]


# Faults


@pytest.mark.parametrize(
    ("fault", "error", "shown"),
    [
        pytest.param(Fault.TOO_MANY, RetryAfter, [], id="too many requests"),
        pytest.param(Fault.FORBIDDEN, Forbidden, [], id="blocked"),
        pytest.param(Fault.ERROR, NetworkError, [], id="an internal error"),
        pytest.param(Fault.GATEWAY, NetworkError, [], id="a page of a proxy's"),
        pytest.param(Fault.CUT_BEFORE, NetworkError, [], id="cut before the effect"),
        pytest.param(Fault.CUT_AFTER, NetworkError, ["x"], id="cut after the effect"),
        pytest.param(Fault.DELAY, None, ["x"], id="late"),
    ],
)
async def test_a_planned_fault_comes_once(
    server: FakeTelegram, bot: Bot, fault: Fault, error: type[TelegramError] | None, shown: list[str]
) -> None:
    server.world.private(ANA)
    server.faults.plan("sendMessage", fault)
    if error is None:
        await bot.send_message(101, "x")
    else:
        with pytest.raises(error):
            await bot.send_message(101, "x")
    assert texts(server) == shown
    assert server.calls[0].has_effect is bool(shown)
    await bot.send_message(101, "y")
    assert texts(server) == [*shown, "y"]


def drawn(faults: Faults, *methods: str) -> list[Fault | None]:
    return [faults.draw(method) for method in methods]


RATES = {"sendMessage": {Fault.ERROR: 0.3, Fault.DELAY: 0.3}, ANY: {Fault.GATEWAY: 0.5}}


def test_a_seed_always_has_the_same_faults() -> None:
    assert drawn(Faults(1, RATES), *["sendMessage"] * 50) == drawn(Faults(1, RATES), *["sendMessage"] * 50)


def test_another_seed_has_others() -> None:
    assert drawn(Faults(1, RATES), *["sendMessage"] * 50) != drawn(Faults(2, RATES), *["sendMessage"] * 50)


def test_the_faults_of_a_method_do_not_depend_on_other_calls() -> None:
    mixed = drawn(Faults(1, RATES), *["getMe", "sendMessage"] * 50)
    assert mixed[1::2] == drawn(Faults(1, RATES), *["sendMessage"] * 50)


@pytest.mark.parametrize(
    ("method", "known"),
    [
        pytest.param("sendMessage", {Fault.ERROR, Fault.DELAY, None}, id="a method with rates"),
        pytest.param("getMe", {Fault.GATEWAY, None}, id="any other"),
    ],
)
def test_rates_are_of_a_method(method: str, known: set[Fault | None]) -> None:
    assert set(drawn(Faults(1, RATES), *[method] * 100)) == known


def test_faults_end() -> None:
    faults = Faults(1, {ANY: {Fault.ERROR: 1}}, repeats=1)
    faults.plan("getMe", Fault.GATEWAY)
    faults.stop()
    assert drawn(faults, "getMe", "getMe") == [None, None]
    assert not faults.repeats()


@pytest.mark.parametrize("moment", Moment)
@pytest.mark.parametrize("cut", [True, False])
async def test_a_trap_holds_a_call(server: FakeTelegram, bot: Bot, moment: Moment, cut: bool) -> None:
    server.world.private(ANA)
    trap = server.trap("sendMessage", moment)
    send = asyncio.create_task(bot.send_message(101, "x"))
    call = await trap.caught()
    assert texts(server) == (["x"] if moment is Moment.AFTER else [])
    trap.let_go(cut=cut)
    assert isinstance((await asyncio.gather(send, return_exceptions=True))[0], NetworkError) is cut
    assert call.has_effect is (moment is Moment.AFTER or not cut)


async def test_an_opened_trap_holds_nothing(server: FakeTelegram, bot: Bot) -> None:
    server.open_trap(server.trap("getMe", Moment.BEFORE))
    assert (await bot.get_me()).id == server.world.bot.id


# Webhook


class Receiver:
    """A bot's webhook: answers with the statuses that it is told, then with 200, and keeps what came."""

    def __init__(self, statuses: Sequence[int] = (), *, held: int | None = None) -> None:
        self.came: list[int] = []
        self.secrets: set[str | None] = set()
        self._statuses = list(statuses)
        self._held = held
        self.released = asyncio.Event()
        self.at_once = 0
        self.most_at_once = 0

    async def take(self, request: web.BaseRequest) -> web.StreamResponse:
        number = (await request.json())["update_id"]
        self.came.append(number)
        self.secrets.add(request.headers.get(SECRET_HEADER))
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        if number == self._held:
            await self.released.wait()
        await asyncio.sleep(0)
        self.at_once -= 1
        status = self._statuses.pop(0) if self._statuses else 200
        return web.Response(status=status, headers={"Retry-After": "5"} if status == 503 else None)

    async def has(self, *numbers: int) -> None:
        async with asyncio.timeout(10):
            while sorted(self.came) != sorted(numbers):  # noqa: ASYNC110  # it tells nobody
                await asyncio.sleep(0.001)


@asynccontextmanager
async def listening(bot: Bot, receiver: Receiver, connections: int = 40) -> AsyncIterator[None]:
    server = RawTestServer(receiver.take)
    await server.start_server(access_log=None)
    await bot.set_webhook(str(server.make_url("/")), secret_token=SECRET, max_connections=connections)
    yield
    receiver.released.set()
    await bot.delete_webhook()
    await server.close()


async def test_the_webhook_gets_what_waited_and_what_comes(server: FakeTelegram, bot: Bot) -> None:
    server.ask(ANA, "one")
    async with listening(bot, receiver := Receiver()):
        server.ask(ANA, "two")
        await receiver.has(1, 2)
    assert receiver.secrets == {SECRET}


async def test_a_poll_is_refused_while_there_is_a_webhook(bot: Bot) -> None:
    async with listening(bot, Receiver()):
        with pytest.raises(Conflict, match="can't use getUpdates method while webhook is active"):
            await bot.get_updates()
    assert await heard(bot) == []


@pytest.mark.parametrize("status", [500, 302, 403, 503])
async def test_what_is_not_taken_comes_again_and_holds_its_chat_back(
    server: FakeTelegram, bot: Bot, status: int
) -> None:
    async with listening(bot, receiver := Receiver([status, status, status])):
        server.ask(ANA, "one")
        server.ask(ANA, "two")
        await receiver.has(1, 1, 1, 1, 2)
    assert receiver.came == [1, 1, 1, 1, 2]


async def test_a_chat_that_is_slow_holds_no_other_back(server: FakeTelegram, bot: Bot) -> None:
    async with listening(bot, receiver := Receiver(held=1)):
        server.ask(ANA, "one")
        server.ask(ANA, "two")
        server.ask(BIA, "three")
        await receiver.has(1, 3)
        receiver.released.set()
        await receiver.has(1, 3, 2)


async def test_a_webhook_that_is_set_again_is_not_disturbed(server: FakeTelegram, bot: Bot) -> None:
    async with listening(bot, receiver := Receiver(held=1)):
        server.ask(ANA, "one")
        await receiver.has(1)
        await bot.set_webhook((await bot.get_webhook_info()).url, secret_token=SECRET, allowed_updates=["message"])
        server.ask(BIA, "two")
        await receiver.has(1, 2)
        assert (await bot.get_webhook_info()).allowed_updates == ("message",)


async def test_a_webhook_without_an_address_is_none(server: FakeTelegram, bot: Bot) -> None:
    async with listening(bot, Receiver()):
        await bot.set_webhook("")
        assert server.queues is None
        assert (await bot.get_webhook_info()).url == ""


async def test_no_more_connections_than_are_allowed(server: FakeTelegram, bot: Bot) -> None:
    async with listening(bot, receiver := Receiver(), connections=1):
        for person in (ANA, BIA):
            server.ask(person, "x")
        await receiver.has(1, 2)
    assert receiver.most_at_once == 1


async def test_a_press_may_overtake_a_message(server: FakeTelegram, bot: Bot) -> None:
    async with listening(bot, receiver := Receiver(held=1)):
        server.ask(ANA, "one")
        await receiver.has(1)
        server.deliver({"update_id": 2, "callback_query": {"from": ANA.as_json()}})
        await receiver.has(1, 2)


@pytest.mark.parametrize("faults", [Faults(repeats=1)])
async def test_an_update_may_be_delivered_once_more(server: FakeTelegram, bot: Bot) -> None:
    async with listening(bot, receiver := Receiver()):
        server.ask(ANA, "one")
        await receiver.has(1, 1)


async def test_a_query_that_is_too_old_is_dropped(bot: Bot, server: FakeTelegram) -> None:
    async with listening(bot, receiver := Receiver([500] * 100)):
        server.deliver({"update_id": 1, "callback_query": {"from": ANA.as_json()}})
        async with asyncio.timeout(10):
            while await server.waiting():  # noqa: ASYNC110  # it tells nobody
                await asyncio.sleep(0.001)
    assert set(receiver.came) == {1}
    assert await heard(bot) == []


async def test_what_the_webhook_did_not_take_waits_for_a_poll(server: FakeTelegram, bot: Bot) -> None:
    async with listening(bot, receiver := Receiver([500] * 1000)):
        server.ask(ANA, "one")
        async with asyncio.timeout(10):
            while not receiver.came:  # noqa: ASYNC110  # it tells nobody
                await asyncio.sleep(0.001)
        info = await bot.get_webhook_info()
        assert (info.pending_update_count, info.max_connections) == (1, 40)
    assert await heard(bot) == [1]
    assert (await bot.get_webhook_info()).pending_update_count == 1


async def test_who_refuses_reads_why_it_failed(server: FakeTelegram, bot: Bot) -> None:
    async with listening(bot, receiver := Receiver([500])):
        server.ask(ANA, "one")
        await receiver.has(1, 1)
        info = await bot.get_webhook_info()
    assert info.last_error_message == "Wrong response from the webhook: 500 Internal Server Error"
    assert SECRET not in info.to_json()


CHAT, PERSON = {"chat": {"id": -5}}, {"from": {"id": 7}}


@pytest.mark.parametrize(
    ("kind", "content", "queue"),
    [
        pytest.param("message", CHAT | PERSON, "message -5", id="a message: by chat"),
        pytest.param("edited_message", CHAT | PERSON, "message -5", id="an edit: with the messages"),
        pytest.param("callback_query", PERSON | {"message": CHAT}, "callback_query 7", id="a press: by person"),
        pytest.param("inline_query", PERSON, "inline_query 7", id="an inline query: by person"),
        pytest.param("chat_join_request", CHAT | PERSON, "chat_join_request 7", id="a request to join: by person"),
        pytest.param("chat_member", CHAT | PERSON, "chat_member 7", id="a member: by person"),
        pytest.param("my_chat_member", CHAT | PERSON, "my_chat_member -5", id="the bot's own place: by chat"),
    ],
)
def test_updates_wait_in_telegrams_queues(kind: str, content: JsonObject, queue: str) -> None:
    update: JsonObject = {"update_id": 1, kind: content}
    assert queue_of(update) == queue
    assert Fields(update).inner(kind_of(update)) is not None
