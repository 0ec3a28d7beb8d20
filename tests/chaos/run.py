"""A run: rounds in which people ask while the bot is disturbed, then silence until everything has drained."""

import asyncio
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from random import Random

from bot.offline import Chat, Fields, Person
from tests.chaos.balancer import Balancer
from tests.chaos.databases import Database
from tests.chaos.ledger import EXCEPTIONS, Ledger, Verdict
from tests.chaos.questions import LIBRARY, QUESTIONS, Asked, Question
from tests.chaos.replicas import Replica, listens
from tests.fake_telegram import TOKEN, FakeTelegram, Fault, Faults, Moment, Retries
from tests.fake_telegram.faults import ANY, Rates
from tests.postgres import free_port

SECRET = "fake-secret"  # noqa: S105  # guards nothing
FASTER = 10
"""How much faster the webhook's clock of retries is than Telegram's."""
TO_START = 30.0
"""Seconds that a process may need until it hears."""
IN_TRAP = 3.0
"""Seconds that are waited for a send to be caught."""
REPEATS = 0.02
"""How probable it is that an update comes again after it was taken."""
RATES: Rates = {
    "sendMessage": {
        Fault.TOO_MANY: 0.02,
        Fault.FORBIDDEN: 0.01,
        Fault.ERROR: 0.01,
        Fault.GATEWAY: 0.01,
        Fault.CUT_BEFORE: 0.01,
        Fault.CUT_AFTER: 0.02,
        Fault.DELAY: 0.03,
    },
    ANY: {Fault.ERROR: 0.01, Fault.GATEWAY: 0.01, Fault.CUT_BEFORE: 0.01, Fault.CUT_AFTER: 0.01, Fault.DELAY: 0.02},
}


class NotReadyError(Exception):
    """The bot cannot be started, or never gets ready."""


class Disturbance(StrEnum):
    """What happens in a round."""

    KILL = "kill -9"
    KILL_BEFORE_SEND = "kill -9 before a send's effect"
    KILL_AFTER_SEND = "kill -9 after a send's effect"
    STOP = "SIGTERM"
    DATABASE = "restart of PostgreSQL"
    NOTHING = "nothing"


DATABASE = Disturbance.DATABASE
WEIGHTS = {
    Disturbance.KILL: 4,
    Disturbance.KILL_BEFORE_SEND: 2,
    Disturbance.KILL_AFTER_SEND: 2,
    Disturbance.STOP: 3,
    DATABASE: 2,
    Disturbance.NOTHING: 1,
}


@dataclass(frozen=True)
class Plan:
    """What a run consists of."""

    rounds: int
    seed: int
    mode: str = "polling"
    replicas: int = 1
    people: int = 4
    """Who ask in private in each round, four questions each; as many questions again in a group."""
    round_seconds: float = 1.5
    patience: float = 60
    """Seconds without any change after which nothing more is expected; longer than an update can be anybody's."""
    code: Path = LIBRARY.parent.parent
    """The folder of the code that is run."""
    weights: Mapping[Disturbance, int] = field(default_factory=lambda: WEIGHTS)
    """How often each disturbance is chosen, in proportion to the others."""
    rates: Rates = field(default_factory=lambda: RATES)


@dataclass(frozen=True)
class Outcome:
    """What came of a run."""

    verdicts: Counter[Verdict]
    disturbances: Counter[Disturbance]
    faults: Counter[Fault]
    out_of_order: int
    starts: int
    endings: list[int]
    """The statuses of processes that ended by themselves, for example since Telegram failed when they started."""
    bad_stops: list[str]
    unsupported: set[str]
    leaks: set[str]
    """What the processes wrote of the token and of questions."""
    seconds: float

    @property
    def is_good(self) -> bool:
        """Whether the guarantee held."""
        failed = self.verdicts[Verdict.LOST] + self.verdicts[Verdict.TWICE] + self.out_of_order
        return not (failed or self.bad_stops or self.unsupported or self.leaks)

    @property
    def excepted(self) -> int:
        """How many questions fall under the exceptions of the guarantee."""
        return sum(self.verdicts[verdict] for verdict in EXCEPTIONS)


async def run(
    plan: Plan, database: Database, folder: Path, progress: Callable[[int], None] = lambda _: None
) -> Outcome:
    """Run all rounds with logs in a folder; `progress` is told of each round that is over. Raises NotReadyError."""
    async with _started(plan, database, folder) as chaos:
        started = time.monotonic()
        for number in range(plan.rounds):
            await chaos.round(number)
            progress(number + 1)
        await chaos.drain()
        return chaos.outcome(time.monotonic() - started)


@asynccontextmanager
async def _started(plan: Plan, database: Database, folder: Path) -> "AsyncIterator[_Chaos]":
    faults = Faults(plan.seed, plan.rates, repeats=REPEATS, longest_pause=0.05, longest_delay=7)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(
            FakeTelegram(faults=faults, limits=True, retries=Retries(speed=FASTER))
        )
        ports = [free_port() for _ in range(plan.replicas)]
        balancer = await stack.enter_async_context(Balancer(ports))
        chaos = _Chaos(plan, server, database, folder)
        for port in ports:
            chaos.add_replica(port, f"http://127.0.0.1:{balancer.port}/telegram")
        keepers = [asyncio.create_task(replica.keep()) for replica in chaos.replicas]
        try:
            yield chaos
        finally:
            for keeper in keepers:
                keeper.cancel()
            for ended in await asyncio.gather(*keepers, return_exceptions=True):
                if isinstance(ended, Exception):
                    raise ended


class _Chaos:
    def __init__(self, plan: Plan, server: FakeTelegram, database: Database, folder: Path) -> None:
        self.replicas: list[Replica] = []
        self._plan = plan
        self._server = server
        self._database = database
        self._folder = folder
        self._random = Random(plan.seed)
        self._ledger = Ledger(server.world.sent, server.calls)
        self._disturbances: Counter[Disturbance] = Counter()
        self._ports: dict[str, int] = {}
        self._born: dict[str, int] = {}
        """How many calls there were before each replica's process started."""

    def add_replica(self, port: int, webhook: str) -> None:
        name = f"replica-{len(self.replicas) + 1}"
        environ = {
            "TELEGRAM_API_URL": f"{self._server.url}/{name}",
            "TELEGRAM_BOT_TOKEN": TOKEN,
            "BOT_CONTENT_DIR": str(LIBRARY),
        }
        if self._plan.mode == "webhook":
            environ |= {"BOT_MODE": "webhook", "BOT_WEBHOOK_LISTEN": f"127.0.0.1:{port}"}
            environ |= {"BOT_WEBHOOK_URL": webhook, "BOT_WEBHOOK_SECRET": SECRET}

        async def between() -> None:
            self._ledger.note_death(await asyncio.to_thread(self._database.settled))
            self._born[name] = len(self._server.calls)

        environ |= self._database.environ
        self.replicas.append(Replica(name, environ, self._folder / f"{name}.log", self._plan.code, between))
        self._ports[name], self._born[name] = port, 0

    # A round

    async def round(self, number: int) -> None:
        """Let people ask, and meanwhile something happen."""
        await self._until(lambda: any(map(self._hears, self.replicas)))
        chats = self._chats(number)
        disturbance = self._choose()
        self._disturbances[disturbance] += 1
        await asyncio.gather(*(self._ask_in(chat) for chat in chats), self._disturb(disturbance))

    async def _until(self, is_so: Callable[[], bool]) -> None:
        """Wait until replicas are ready. Raises NotReadyError when they should long have been."""
        deadline = time.monotonic() + TO_START
        while time.monotonic() < deadline and not is_so():  # noqa: ASYNC110  # a process tells nobody
            await asyncio.sleep(0.02)
        if not is_so():
            raise NotReadyError(f"The bot is not ready after {TO_START:.0f} seconds.")

    def _hears(self, replica: Replica) -> bool:
        if self._plan.mode == "webhook":
            return listens(self._ports[replica.name])
        since = self._server.calls[self._born[replica.name] :]
        return any(call.method == "getUpdates" and call.caller == replica.name for call in since)

    def _chats(self, number: int) -> list[Chat]:
        """Make the chats of a round, new ones: what is asked in a chat is asked there once."""
        world, first = self._server.world, 100_000 + number * 100
        people = [Person(first + place, f"Person {place}", "en") for place in range(self._plan.people)]
        group = world.group(f"Group {number}")
        for person in people:
            world.join(person, group)
        return [*(world.private(person) for person in people), group]

    async def _ask_in(self, chat: Chat) -> None:
        times = sorted(self._random.uniform(0, self._plan.round_seconds) for _ in QUESTIONS)
        questions = self._random.sample(QUESTIONS, len(QUESTIONS))
        askers = [self._random.choice(sorted(chat.people.values(), key=lambda p: p.id)) for _ in QUESTIONS]
        passed = 0.0
        for at, question, asker in zip(times, questions, askers, strict=True):
            await asyncio.sleep(at - passed)
            passed = at
            self._ask(asker, chat, question)

    def _ask(self, person: Person, chat: Chat, question: Question) -> None:
        world = self._server.world
        text = question.text if chat.type == "private" else f"/ask@{world.bot.username} {question.text}"
        update = world.says(person, chat, text)
        assert update is not None
        self._ledger.asked.append(
            Asked(question, chat, world.sent[-1].message_id, Fields(update).number("update_id") or 0)
        )
        self._server.deliver(update)

    # Disturbances

    def _choose(self) -> Disturbance:
        has_server = "DATABASE_URL" in self._database.environ
        weights = {one: weight for one, weight in self._plan.weights.items() if has_server or one is not DATABASE}
        return self._random.choices([*weights], [*weights.values()])[0]

    async def _disturb(self, disturbance: Disturbance) -> None:
        moment, victim = self._random.uniform(0, self._plan.round_seconds), self._random.choice(self.replicas)
        await asyncio.sleep(moment)
        match disturbance:
            case Disturbance.KILL:
                await victim.kill()
            case Disturbance.KILL_BEFORE_SEND:
                await self._kill_in_send(Moment.BEFORE)
            case Disturbance.KILL_AFTER_SEND:
                await self._kill_in_send(Moment.AFTER)
            case Disturbance.STOP:
                await self._until(lambda: self._hears(victim))  # earlier, it has nothing to finish
                await victim.stop()
            case Disturbance.DATABASE:
                await asyncio.to_thread(self._database.restart)
            case Disturbance.NOTHING:
                pass

    async def _kill_in_send(self, moment: Moment) -> None:
        """Kill whoever sends next, while Telegram has the call in hand; nobody if nothing is sent for a while."""
        trap = self._server.trap("sendMessage", moment)
        try:
            async with asyncio.timeout(IN_TRAP):
                call = await trap.caught()
        except TimeoutError:
            self._server.open_trap(trap)
            return
        for replica in self.replicas:
            if replica.name == call.caller:
                await replica.kill()
        trap.let_go(cut=True)

    # The end

    async def drain(self) -> None:
        """Let nothing go wrong any more, and wait until everything is answered or nothing has changed for long."""
        self._server.faults.stop()
        before, since = (-1, -1), time.monotonic()
        while time.monotonic() - since < self._plan.patience:
            waiting = len(await self._server.waiting())
            if not waiting and self._ledger.is_settled():
                break
            if (now := (len(self._server.world.sent), waiting)) != before:
                before, since = now, time.monotonic()
            await asyncio.sleep(0.2)
        await asyncio.sleep(1)  # for answers that are one too many

    def outcome(self, seconds: float) -> Outcome:
        """Return what came of it until now."""
        written = b"".join(path.read_bytes() for path in self._folder.glob("*.log")).decode(errors="replace")
        secrets = {TOKEN.partition(":")[2], *(question.text for question in QUESTIONS)}
        return Outcome(
            self._ledger.tally(),
            self._disturbances,
            Counter(call.fault for call in self._server.calls if call.fault),
            self._ledger.out_of_order(),
            sum(replica.starts for replica in self.replicas),
            [status for replica in self.replicas for status in replica.endings],
            [bad for replica in self.replicas for bad in replica.bad_stops],
            self._server.unsupported,
            {secret for secret in secrets if secret in written},
            seconds,
        )
