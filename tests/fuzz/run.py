"""A run of many cases, counted by kind; what does harm is kept."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path
from random import Random

from bot.answers import Answers
from bot.offline import JsonObject
from tests.fuzz.folders import judge_folder, library, strange_file
from tests.fuzz.scene import scene
from tests.fuzz.smallest import smallest
from tests.fuzz.updates import MISTYPED, Deliveries
from tests.fuzz.values import Values
from tests.fuzz.watch import Verdict, judge, listening

OUTCOMES = ("answered", "silent", "unreadable", "crashed")
EPISODE = 250
"""Cases in one scene: after them, another begins."""
FOLDERS = 25
"""Content files after each scene."""
CONTENT = "content file"
FIRST = 1_000_000
"""The number of a scene's first update; those before it are for what was said when it began."""

CALM = timedelta(hours=2)
"""Between two tries at an update, so that none is too much."""


@dataclass(frozen=True)
class Harm:
    """A case that did harm, and where it can be seen again."""

    problem: str
    episode: int
    case: JsonObject | bytes


@dataclass
class Tally:
    """What became of the cases, by kind."""

    outcomes: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    harms: dict[str, Harm] = field(default_factory=dict)
    """The first case of each problem."""
    slowest: tuple[float, str] = (0.0, "")
    slowest_folder: float = 0.0

    def note(self, kind: str, verdict: Verdict, episode: int, case: JsonObject | bytes) -> None:
        """Count a case."""
        self.outcomes[kind][verdict.outcome] += 1
        for problem in verdict.problems:
            self.harms.setdefault(problem, Harm(problem, episode, case))
        if kind == CONTENT:
            self.slowest_folder = max(self.slowest_folder, verdict.seconds)
        else:
            self.slowest = max(self.slowest, (verdict.seconds, kind))

    @property
    def cases(self) -> int:
        """How many there were."""
        return sum(counts.total() for counts in self.outcomes.values())

    @property
    def crashes(self) -> int:
        """How many cases did harm."""
        return sum(counts["crashed"] for counts in self.outcomes.values())

    def table(self) -> Iterator[str]:
        """Yield the lines of a table, by kind."""
        yield f"{'kind of case':28}{'cases':>9}" + "".join(f"{outcome:>12}" for outcome in OUTCOMES)
        total = Counter[str]()
        for kind, counts in sorted(self.outcomes.items()):
            total += counts
            yield _row(kind, counts)
        yield _row("all", total)


def _row(kind: str, counts: Counter[str]) -> str:
    return f"{kind:28}{counts.total():9,}" + "".join(f"{counts[outcome]:12,}" for outcome in OUTCOMES)


class Run:
    """A run that is the same for the same seed."""

    def __init__(self, answers: Answers, seed: int) -> None:
        self._answers = answers
        self._seed = seed
        entries = answers.knowledge.entries.values()
        self._words = [phrase for entry in entries for text in entry.texts.values() for phrase in text.phrases]
        self.tally = Tally()

    async def play(self, cases: int) -> None:
        """Try so many cases."""
        for episode in count():
            left = cases - self.tally.cases
            if left <= 0:
                return
            await self._updates(episode, min(left, EPISODE))
            self._folders(episode, min(left - EPISODE, FOLDERS))

    def _random(self, episode: int) -> Random:
        return Random(f"{self._seed}:{episode}")

    async def _updates(self, episode: int, cases: int) -> None:
        random = self._random(episode)
        with listening() as records:
            async with scene(self._answers, random) as place:
                deliveries = Deliveries(place, Values(random, self._words), count(FIRST))
                for _ in range(cases):
                    kind, update = deliveries.next()
                    kept = json.loads(json.dumps(update))
                    self.tally.note(kind, await judge(place, records, update, is_sound=kind != MISTYPED), episode, kept)

    def _folders(self, episode: int, cases: int) -> None:
        values = Values(self._random(episode), self._words)
        with library() as folder:
            files = sorted(folder.rglob("*.yaml"))
            for _ in range(cases):
                path, data = strange_file(values, files)
                before = path.read_bytes()
                path.write_bytes(data)
                self.tally.note(CONTENT, judge_folder(folder), episode, data)
                path.write_bytes(before)

    async def keep(self, folder: Path) -> Iterator[Path]:
        """Write each harm to a file: an update as small as it can be, or the content file as it was."""
        files = []
        for number, harm in enumerate(self.tally.harms.values(), 1):
            file = folder / f"{number}.{'yaml' if isinstance(harm.case, bytes) else 'json'}"
            data = (
                harm.case
                if isinstance(harm.case, bytes)
                else json.dumps(await self._smallest(harm.case, harm), indent=1).encode()
            )
            file.write_bytes(data)
            files.append(file)
        return iter(files)

    async def _smallest(self, update: JsonObject, harm: Harm) -> JsonObject:
        """Return a smaller update that does the same in a scene as it begins, tried one after another in one scene."""
        numbers = count(FIRST)
        with listening() as records:
            async with scene(self._answers, self._random(harm.episode)) as place:

                async def does_harm(smaller: JsonObject) -> bool:
                    place.telegram.clock.pass_time(CALM)
                    verdict = await judge(place, records, smaller | {"update_id": next(numbers)})
                    return harm.problem in verdict.problems

                return await smallest(update, does_harm) if await does_harm(update) else update
