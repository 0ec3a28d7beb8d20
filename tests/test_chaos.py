"""The chaos itself: it counts rightly, it notices a bot that loses or repeats, and a short run of the real bot."""

import os
import re
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest
from aiohttp import ClientSession, web
from aiohttp.test_utils import RawTestServer, unused_port

from bot.offline import Chat, OfflineTelegram, Sent
from bot.offline.text import FormattedText
from tests.chaos.__main__ import main
from tests.chaos.balancer import Balancer
from tests.chaos.databases import SqliteFile, database
from tests.chaos.ledger import EXCEPTIONS, Ledger, Verdict
from tests.chaos.questions import QUESTIONS, Asked
from tests.chaos.run import Disturbance, NotReadyError, Outcome, Plan, run
from tests.conversation import ANA, BIA
from tests.fake_telegram import Call, Fault
from tests.postgres import programs

pytestmark = pytest.mark.skipif(not hasattr(os, "killpg"), reason="Processes are killed by POSIX signals")
FINE, MULTA = QUESTIONS[0], QUESTIONS[3]
TELEGRAM = OfflineTelegram()
OF_BOT = TELEGRAM.bot
ANAS, BIAS = TELEGRAM.private(ANA), TELEGRAM.private(BIA)


# The account


def answer(title: str, message: int = 10, chat: Chat = ANAS) -> Sent:
    return Sent(message, chat, OF_BOT, datetime.now(UTC), FormattedText(title, source=f"<b>{title}</b>\n\nNo."))


def send(title: str, status: int, fault: Fault | None = None, chat: Chat = ANAS) -> Call:
    return Call("sendMessage", {"chat_id": str(chat.id), "text": f"<b>{title}</b>"}, "", fault, status)


@pytest.mark.parametrize(
    ("sent", "calls", "settled", "verdict"),
    [
        pytest.param([answer("Late books")], [], set(), Verdict.ONCE, id="answered"),
        pytest.param([answer("Late books"), answer("Late books", 11)], [], set(), Verdict.TWICE, id="answered twice"),
        pytest.param([], [], set(), Verdict.LOST, id="nothing was sent"),
        pytest.param([answer("Thanks")], [], set(), Verdict.LOST, id="answered with something else"),
        pytest.param([answer("Late books", chat=BIAS)], [], set(), Verdict.LOST, id="somebody else was answered"),
        pytest.param([], [send("Late books", 403, Fault.FORBIDDEN)], set(), Verdict.REFUSED, id="blocked"),
        pytest.param([], [send("Late books", 429, Fault.TOO_MANY)], set(), Verdict.LOST, id="not tried again"),
        pytest.param([], [send("Late books", 0, Fault.CUT_BEFORE)], set(), Verdict.UNKNOWN, id="the send was cut"),
        pytest.param([], [send("Late books", 0)], set(), Verdict.UNKNOWN, id="killed in the send"),
        pytest.param([], [send("Late books", 502, Fault.GATEWAY)], set(), Verdict.UNKNOWN, id="a proxy's page"),
        pytest.param([], [send("Thanks", 0)], set(), Verdict.LOST, id="another send was cut"),
        pytest.param([], [send("Late books", 0, chat=BIAS)], set(), Verdict.LOST, id="somebody else's send was cut"),
        pytest.param([], [], {1}, Verdict.MARKED, id="killed after the mark"),
        pytest.param([], [], {2}, Verdict.LOST, id="killed after another's mark"),
        pytest.param(
            [answer("Late books"), answer("Late books", 11)],
            [send("Late books", 0, Fault.CUT_AFTER)],
            {1},
            Verdict.TWICE,
            id="answered twice after a cut",
        ),
    ],
)
def test_what_became_of_a_question(sent: list[Sent], calls: list[Call], settled: set[int], verdict: Verdict) -> None:
    ledger = Ledger(sent, calls)
    ledger.asked.append(Asked(FINE, ANAS, 2, 1))
    ledger.note_death(settled)
    assert ledger.tally() == {verdict: 1}
    assert ledger.is_settled() is (verdict is not Verdict.LOST)


@pytest.mark.parametrize(
    ("sent", "count"),
    [
        pytest.param([answer("Late books", 10), answer("Libros atrasados", 11)], 0, id="as asked"),
        pytest.param([answer("Late books", 11), answer("Libros atrasados", 10)], 1, id="the other way round"),
        pytest.param([answer("Libros atrasados", 10)], 0, id="the first is lost"),
    ],
)
def test_answers_come_in_the_order_of_their_chat(sent: list[Sent], count: int) -> None:
    ledger = Ledger(sent, [])
    ledger.asked += [Asked(FINE, ANAS, 2, 1), Asked(MULTA, ANAS, 3, 2)]
    assert ledger.out_of_order() == count


def test_chats_have_no_order_among_them() -> None:
    ledger = Ledger([answer("Late books", 11), answer("Late books", 10, BIAS)], [])
    ledger.asked += [Asked(FINE, ANAS, 2, 1), Asked(FINE, BIAS, 2, 2)]
    assert ledger.out_of_order() == 0


def outcome(
    *verdicts: Verdict, out_of_order: int = 0, bad_stops: tuple[str, ...] = (), leaks: tuple[str, ...] = ()
) -> Outcome:
    return Outcome(
        Counter(verdicts), Counter(), Counter(), out_of_order, 1, [1], [*bad_stops], set(), set(leaks), seconds=1
    )


@pytest.mark.parametrize(
    ("found", "is_good"),
    [
        pytest.param(outcome(Verdict.ONCE, *EXCEPTIONS), True, id="answered, or excepted"),
        pytest.param(outcome(Verdict.ONCE, Verdict.LOST), False, id="one lost"),
        pytest.param(outcome(Verdict.ONCE, Verdict.TWICE), False, id="one doubled"),
        pytest.param(outcome(Verdict.ONCE, out_of_order=1), False, id="one out of order"),
        pytest.param(outcome(Verdict.ONCE, bad_stops=("late",)), False, id="a late end"),
        pytest.param(outcome(Verdict.ONCE, leaks=("token",)), False, id="a leak"),
    ],
)
def test_when_the_guarantee_held(found: Outcome, is_good: bool) -> None:
    assert found.is_good is is_good


# The balancer


@asynccontextmanager
async def upstream(respond: Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]) -> AsyncIterator[int]:
    server = RawTestServer(respond)
    await server.start_server(access_log=None)
    yield server.port or 0
    await server.close()


async def busy(request: web.BaseRequest) -> web.StreamResponse:
    return web.Response(status=503, headers={"Retry-After": "7"}, text=f"{request.path} {await request.text()}")


async def dying(request: web.BaseRequest) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def forwarded(*ports: int) -> tuple[int, str | None, str]:
    async with (
        Balancer(ports) as balancer,
        ClientSession() as session,
        session.post(f"http://127.0.0.1:{balancer.port}/hook", data=b"update") as response,
    ):
        return response.status, response.headers.get("Retry-After"), await response.text()


async def test_the_balancer_passes_on_what_a_replica_answers() -> None:
    async with upstream(busy) as port:
        assert await forwarded(port) == (503, "7", "/hook update")


async def test_the_balancer_goes_past_who_does_not_listen() -> None:
    async with upstream(busy) as port:
        assert (await forwarded(unused_port(), port))[0] == 503


async def test_the_balancer_repeats_nothing_that_a_replica_died_on() -> None:
    async with upstream(dying) as first, upstream(busy) as second:
        assert (await forwarded(first, second))[0] == 502


# Bots that keep the guarantee, and bots that break it


BOT = """
import json, os, signal, sys, time, urllib.request

API = f"{os.environ['TELEGRAM_API_URL']}/bot{os.environ['TELEGRAM_BOT_TOKEN']}/"
TITLES = {"fine": "Late books", "multa": "Libros atrasados", "many": "How many books", "ntos": "Cuántos libros"}
VICE = os.environ["VICE"]
ENDS = {"ends badly": lambda *_: os._exit(3), "never ends": lambda *_: None}
ending = False

def end(*_):
    global ending
    ending = True

signal.signal(signal.SIGTERM, ENDS.get(VICE, end))

def call(method, **parameters):
    body = json.dumps(parameters).encode()
    request = urllib.request.Request(API + method, body, {"Content-Type": "application/json"})
    return json.load(urllib.request.urlopen(request))["result"]

def answer(update):
    text, chat = update["message"]["text"], update["message"]["chat"]["id"]
    title = next(title for word, title in TITLES.items() if word in text)
    times = {"loses": 0, "repeats": 2}.get(VICE, 1) if update["update_id"] == 3 else 1
    for _ in range(times):
        call("sendMessage", chat_id=chat, text=f"<b>{title}</b>", parse_mode="HTML")
    if VICE == "tattles":
        print(text, flush=True)
    if VICE == "invents":
        call("makeCoffee")
"""
POLLING = """
offset = 0
while not ending:
    updates = call("getUpdates", offset=offset, timeout=1)
    for update in reversed(updates) if VICE == "mixes" else updates:
        answer(update)
        offset = max(offset, update["update_id"] + 1)
    time.sleep(0.5 if VICE == "mixes" else 0)
call("getUpdates", offset=offset)
"""
WEBHOOK = """
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Hook(BaseHTTPRequestHandler):
    def do_POST(self):
        assert self.headers["X-Telegram-Bot-Api-Secret-Token"] == os.environ["BOT_WEBHOOK_SECRET"]
        answer(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(200)
        self.end_headers()

server = ThreadingHTTPServer(("127.0.0.1", int(os.environ["BOT_WEBHOOK_LISTEN"].rpartition(":")[2])), Hook)
call("setWebhook", url=os.environ["BOT_WEBHOOK_URL"], secret_token=os.environ["BOT_WEBHOOK_SECRET"])
server.serve_forever()
"""
NOTHING, STOP = {Disturbance.NOTHING: 1}, {Disturbance.STOP: 1}
PLAN = Plan(1, 1, people=2, round_seconds=0.3, patience=0.5, rates={}, weights=NOTHING)

Start = Callable[[str, str, Plan], Awaitable[Outcome]]


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Start:
    """Run a little bot with one vice, or none."""

    async def start(code: str, vice: str, plan: Plan) -> Outcome:
        monkeypatch.setenv("VICE", vice)
        (tmp_path / "bot").mkdir()
        (tmp_path / "bot" / "__main__.py").write_text(BOT + code, "utf-8")
        return await run(replace(plan, code=tmp_path), SqliteFile(tmp_path), tmp_path)

    return start


@pytest.fixture(autouse=True)
def _in_haste(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let nothing come twice by chance, and wait less for a process that does not end."""
    monkeypatch.setattr("tests.chaos.run.REPEATS", 0)
    monkeypatch.setattr("tests.chaos.replicas.PATIENCE", 2)


@pytest.mark.parametrize(
    ("code", "plan"),
    [
        pytest.param(POLLING, PLAN, id="polling"),
        pytest.param(POLLING, replace(PLAN, weights=STOP), id="polling, and stopped"),
        pytest.param(WEBHOOK, replace(PLAN, mode="webhook", replicas=2), id="webhook, two replicas"),
    ],
)
async def test_a_bot_that_answers_each_question_once(start: Start, code: str, plan: Plan) -> None:
    found = await start(code, "none", plan)
    assert found.verdicts == {Verdict.ONCE: 12}
    assert found.is_good


@pytest.mark.parametrize(
    ("vice", "weights", "noticed"),
    [
        pytest.param("loses", NOTHING, lambda found: found.verdicts[Verdict.LOST] == 1, id="loses a question"),
        pytest.param("repeats", NOTHING, lambda found: found.verdicts[Verdict.TWICE] == 1, id="repeats an answer"),
        pytest.param("mixes", NOTHING, lambda found: found.out_of_order, id="does not keep the order"),
        pytest.param("ends badly", STOP, lambda found: found.bad_stops == ["replica-1: status 3"], id="ends badly"),
        pytest.param("never ends", STOP, lambda found: "still there" in found.bad_stops[0], id="never ends"),
        pytest.param("tattles", NOTHING, lambda found: "hay multa?" in found.leaks, id="logs what is asked"),
        pytest.param("invents", NOTHING, lambda found: found.unsupported == {"makeCoffee"}, id="calls what is not"),
    ],
)
async def test_a_bot_with_a_vice_is_noticed(
    start: Start, vice: str, weights: dict[Disturbance, int], noticed: Callable[[Outcome], object]
) -> None:
    found = await start(POLLING, vice, replace(PLAN, weights=weights))
    assert noticed(found)
    assert not found.is_good


@pytest.mark.parametrize(
    ("disturbance", "twice"),
    [
        pytest.param(Disturbance.KILL_BEFORE_SEND, 0, id="before its effect: answered when it is delivered again"),
        pytest.param(Disturbance.KILL_AFTER_SEND, 1, id="after its effect: answered again, where nothing is noted"),
    ],
)
async def test_a_process_is_killed_in_a_send(start: Start, disturbance: Disturbance, twice: int) -> None:
    found = await start(POLLING, "none", replace(PLAN, weights={disturbance: 1}))
    assert found.starts == 2
    assert found.verdicts[Verdict.TWICE] >= twice
    assert found.verdicts[Verdict.LOST] == 0


async def test_a_bot_that_does_not_start_is_no_bot(start: Start, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.chaos.run.TO_START", 0.5)
    with pytest.raises(NotReadyError, match="not ready"):
        await start("sys.exit(1)", "none", PLAN)


def test_postgresql_tells_what_is_settled_also_after_a_restart(tmp_path: Path) -> None:
    if programs() is None:
        pytest.skip("PostgreSQL's programs (initdb, pg_ctl) are not on this machine")
    with database("postgresql", tmp_path) as used:
        assert used.settled() == set()
        with psycopg.connect(used.environ["DATABASE_URL"]) as connection:
            connection.execute("CREATE TABLE updates AS SELECT 7 AS update_id, true AS settled UNION SELECT 8, false")
        used.restart()
        assert used.settled() == {7}


# The command line


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        pytest.param(["--replicas", "2"], "Only one copy of the bot can poll", id="two that poll"),
        pytest.param(["--replicas", "2", "--mode", "webhook"], "need --database postgresql", id="two on one file"),
    ],
)
def test_what_cannot_be_run_is_said(capsys: pytest.CaptureFixture[str], arguments: list[str], sentence: str) -> None:
    assert main(arguments) == 2
    assert sentence in capsys.readouterr().err


def test_the_real_bot_for_a_short_while(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tests.chaos.replicas.PATIENCE", 10)
    status = main(["--rounds", "3", "--seed", "20", "--people", "8", "--seconds", "0.3", "--patience", "45"])
    printed = capsys.readouterr().out
    assert re.search(r"questions asked +│ 108 ", printed)
    assert re.search(r"lost +│ 0 ", printed)
    assert status == 0


async def test_two_copies_of_the_real_bot_for_a_short_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    if programs() is None:
        pytest.skip("PostgreSQL's programs (initdb, pg_ctl) are not on this machine")
    monkeypatch.setattr("tests.chaos.replicas.PATIENCE", 10)
    weights = {Disturbance.STOP: 1, Disturbance.DATABASE: 1}
    plan = Plan(3, 20, "webhook", 2, people=4, round_seconds=0.5, patience=45, weights=weights)
    with database("postgresql", tmp_path) as used:
        found = await run(plan, used, tmp_path)
    assert found.verdicts.total() == 60
    assert found.is_good
    assert set(found.disturbances) == set(weights)
