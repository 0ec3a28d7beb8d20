"""Noticing that an editor changed the content folder, and answering from it once it is found good.

Looking is cheap: what the file system tells of each file, every two seconds; the bytes are hashed when that changed.
Checking and learning take seconds and hundreds of megabytes, and the files may be anything: that is done in a process
of its own (`python -m bot.reload FOLDER`), bounded in memory and time, which writes what it learnt to its standard
output. So nothing needs to be writable, and whatever befalls that process, this one answers as before.

The packaged content is not meant to be watched: it changes with the program, and so with a restart.
"""

import asyncio
import gc
import logging
import os
import pickle
import sys
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import TypeAlias

from bot import __version__
from bot.answers import Answers
from bot.learnt import learnt_matcher
from bot.metrics import Metrics
from bot.replies import Replies
from content import ContentError, Folder, Knowledge, Problem, load
from intents import Matcher

PAUSE = 2.0
"""Seconds from one look to the next: as long must a change stand unchanged, longer than saving some files takes."""
SECONDS = 120.0
"""For checking and learning; the packaged content takes 3.5."""
MEMORY = 2**30
"""Bytes for the same; the packaged content takes a quarter of them."""
LOGGED = 20
"""Problems that are logged of all that a folder has."""

Told: TypeAlias = Callable[[Sequence[Problem]], Awaitable[None]]
Renewed: TypeAlias = Callable[[], Awaitable[None]]
Learn: TypeAlias = Callable[[Path], Awaitable[Answers]]

_CODE = Path(__file__).parents[1]
_PASSED_ON = {"HOME", "LANG", "LC_ALL", "LD_LIBRARY_PATH", "PATH", "SYSTEMROOT", "TEMP", "TMPDIR", "TZDIR"}
"""Variables that a process which reads strangers' files gets: none holds a secret."""
_LOG = logging.getLogger(__name__)


class _EndedError(ContentError):
    """The other process came to no result."""


async def learn(folder: Path) -> Answers:
    """Check a content folder and learn from it, in a process of its own; raise ContentError with what is wrong."""
    process = await _begin(folder)
    try:
        async with asyncio.timeout(SECONDS):
            written, _ = await process.communicate()
    except TimeoutError:
        raise _failure(folder, f"checking and learning it takes more than {SECONDS:.0f} seconds") from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    if process.returncode:
        raise _failure(folder, f"checking and learning it ended with status {process.returncode}")
    return await asyncio.to_thread(_answers, written)


async def _begin(folder: Path) -> asyncio.subprocess.Process:
    try:
        return await asyncio.create_subprocess_exec(
            *_command(folder),
            cwd=_CODE,
            env=_environment(),
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.DEVNULL,
        )
    except OSError as error:  # too many processes, or no memory for one more
        raise _failure(folder, f"checking and learning it could not begin ({error.strerror})") from None


class ContentWatch:
    """Looks at a content folder again and again, and renews the answers when it has become another good one."""

    def __init__(
        self,
        answers: Answers,
        folder: Path,
        told: Told,
        renewed: Renewed,
        *,
        pause: float = PAUSE,
        learn: Learn = learn,
        metrics: Metrics | None = None,
    ) -> None:
        """`told` hears the problems of each bad state of the folder once, `renewed` of each swap after it.

        `metrics` counts both, if somebody looks at it.
        """
        self._metrics = metrics or Metrics()
        self._answers = answers
        self._folder = folder
        self._told = told
        self._renewed = renewed
        self._pause = pause
        self._learn = learn
        self._code = _state_of_code()
        self._known = answers.knowledge.digest
        """The hash of what was dealt with last, good or bad; none after a failure that may be the machine's."""
        self._seen: object = None
        self._settled: object = None
        """The signature of what was dealt with."""
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Look now and again after each pause, until stopped."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Stop, also if it never began; a process that learns is ended."""
        if self._task:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None

    async def _run(self) -> None:
        while True:
            try:
                await self.look()
            except Exception as error:  # noqa: BLE001  # whatever it is, the bot answers on, and looks again
                _LOG.error("The content folder could not be dealt with: %s", type(error).__name__)
            await asyncio.sleep(self._pause)

    async def look(self) -> None:
        """Look once; a change is dealt with when the next look finds nothing new."""
        seen = await asyncio.to_thread(self._signature)
        stands, self._seen = seen == self._seen, seen
        if stands and seen != self._settled and await self._deal(await asyncio.to_thread(self._digest)):
            self._settled = seen

    def _signature(self) -> object:
        return Folder(self._folder).signature()

    def _digest(self) -> str:
        return Folder(self._folder).digest()

    async def _deal(self, digest: str) -> bool:
        """Deal with a state of the folder; return False if it has become another one meanwhile."""
        if digest == self._known:
            return True
        if digest == self._answers.knowledge.digest:
            self._known = digest
            _LOG.info("The content folder is again what the bot answers from")
            return True
        return await self._try(digest)

    async def _try(self, digest: str) -> bool:
        if _state_of_code() != self._code:
            _LOG.error("The program was replaced while it runs: start it anew, then it reads the changed content")
            return True
        try:
            newer = await self._learn(self._folder)
        except ContentError as error:
            if await asyncio.to_thread(self._signature) != self._seen:
                return False
            has_ended = isinstance(error, _EndedError)
            self._known = "" if has_ended else digest
            self._metrics.reloaded("failed" if has_ended else "refused")
            await self._refuse(error.problems)
        else:
            if newer.knowledge.digest != digest:
                return False
            self._known = digest
            await self._renew(newer)
        return True

    async def _refuse(self, problems: Sequence[Problem]) -> None:
        _LOG.error("The changed content cannot be used (problems: %d): the bot answers as before", len(problems))
        for problem in problems[:LOGGED]:
            _LOG.error("%s", problem)
        await self._told(problems)

    async def _renew(self, newer: Answers) -> None:
        self._answers.renew(newer)
        self._metrics.reloaded("renewed")
        self._metrics.answers_from(__version__, newer.knowledge.stamp)
        gc.freeze()  # as after the start: nothing of it is rubbish before the next edition
        _LOG.info("The bot answers from changed content, edition %s", newer.knowledge.stamp)
        await self._renewed()


def main(arguments: Sequence[str]) -> int:
    """Check and learn a content folder within bounds; write what came of it, pickled, to standard output."""
    [folder] = map(Path, arguments)
    _bound()
    pickle.dump(_learnt(folder), sys.stdout.buffer, protocol=pickle.HIGHEST_PROTOCOL)
    return 0


def _learnt(folder: Path) -> tuple[Knowledge, Matcher] | list[Problem]:
    try:
        knowledge = load(folder)
        return knowledge, learnt_matcher(knowledge)
    except ContentError as error:
        return list(error.problems)
    except OSError as error:
        return [Problem(folder, 1, str(error.strerror or error))]
    except MemoryError:
        return [Problem(folder, 1, f"checking and learning it takes more than {MEMORY // 2**20} MB of memory")]


class _Slowly:
    """A file for the unpickler, which holds up every other thread while it works, except in a call to Python.

    With a call for each piece of 64 KB, the event loop waits 10 ms at a time instead of 80 (measured).
    """

    def __init__(self, written: bytes) -> None:
        self._file = BytesIO(written)

    def read(self, size: int) -> bytes:
        """Return the next bytes."""
        return self._file.read(size)

    def readline(self) -> bytes:
        """Return the next line."""
        return self._file.readline()

    def readinto(self, buffer: bytearray | memoryview) -> int:
        """Fill a buffer with the next bytes."""
        return self._file.readinto(buffer)


def _answers(written: bytes) -> Answers:
    """Read what the other process wrote; as with bytecode, it is trusted because the same code wrote it."""
    collected = gc.isenabled()
    gc.disable()  # it would look through half a million new objects again and again
    try:
        outcome = pickle.Unpickler(_Slowly(written)).load()  # noqa: S301
    finally:
        if collected:
            gc.enable()
    if isinstance(outcome, list):
        raise ContentError(outcome)
    knowledge, matcher = outcome
    return Answers(knowledge, matcher, Replies(knowledge, __version__))


def _failure(folder: Path, text: str) -> ContentError:
    return _EndedError([Problem(folder, 1, f"{text}: save any of its files to try again")])


def _command(folder: Path) -> tuple[str, ...]:
    return sys.executable, "-m", "bot.reload", str(folder.absolute())


def _environment() -> dict[str, str]:
    """Return what the other process needs of the environment; one thread for sums, since others are answering."""
    passed_on = {name: value for name, value in os.environ.items() if name in _PASSED_ON or name.startswith("PYTHON")}
    return {**passed_on, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}


def _bound() -> None:
    """Bound this process in memory and time, let others go first, and be the one to go when memory is short."""
    if sys.platform == "win32":  # which has none of this
        return
    import resource

    os.nice(10)
    with suppress(OSError):  # elsewhere than on Linux
        Path("/proc/self/oom_score_adj").write_text("1000", "ascii")
    for limit, value in ((resource.RLIMIT_AS, MEMORY), (resource.RLIMIT_CPU, int(SECONDS))):
        with suppress(ValueError, OSError):  # a stricter one is set already, or the system knows none
            resource.setrlimit(limit, (value, value))


def _state_of_code() -> object:
    """Tell whether the program's files are those that run: an upgrade's process would learn for another program."""
    files = [*_CODE.glob("content/*.py"), *_CODE.glob("intents/**/*.py"), *_CODE.glob("bot/*.py")]
    return tuple((str(path), path.stat().st_size, path.stat().st_mtime_ns) for path in sorted(files))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
