"""The processes of the bot: each is started again when it ends, as a container platform does."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from pathlib import Path

from tests.postgres import free_port

PATIENCE = 10.0
"""Seconds from SIGTERM to the end; Docker kills then."""
PAUSE = 0.2
"""Seconds until a process that ended by itself is started again."""


class Replica:
    """One copy of the bot, process after process."""

    def __init__(
        self, name: str, environ: Mapping[str, str], log: Path, code: Path, between: Callable[[], Awaitable[None]]
    ) -> None:
        """Take the folder of the code, and what is done while no process runs."""
        self.name = name
        self.endings: list[int] = []
        """With which status processes ended that nobody ended."""
        self.starts = 0
        self.bad_stops: list[str] = []
        """What was wrong with the ends after SIGTERM: too late, or a status."""
        monitor = {"BOT_MONITOR_LISTEN": f"127.0.0.1:{free_port()}"}
        self._environ = {**_without_proxies(os.environ), "PYTHONPATH": str(code), **monitor, **environ}
        self._log = log
        self._between = between
        self._process: asyncio.subprocess.Process | None = None
        self._is_expected = False

    async def keep(self) -> None:
        """Start processes until cancelled."""
        try:
            while True:
                status = await self._run()
                if not self._is_expected:
                    self.endings.append(status)
                    await asyncio.sleep(PAUSE)
                self._is_expected = False
                await self._between()
        finally:
            self._signal(signal.SIGKILL)
            if self._process:
                await self._process.wait()

    async def _run(self) -> int:
        with self._log.open("ab") as log:
            self._process = await asyncio.create_subprocess_exec(
                sys.executable,
                "-m",
                "bot",
                "run",
                cwd=self._log.parent,
                env=self._environ,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self.starts += 1
        return await self._process.wait()

    async def kill(self) -> None:
        """End the process as the kernel does when memory runs out."""
        await self._end(signal.SIGKILL)

    async def stop(self) -> None:
        """End the process as a deployment does; note when it takes too long or does not end well."""
        process, started = self._process, time.monotonic()
        try:
            async with asyncio.timeout(PATIENCE):
                await self._end(signal.SIGTERM)
        except TimeoutError:
            self.bad_stops.append(f"{self.name}: still there after {time.monotonic() - started:.0f} s")
            await self.kill()
            return
        if process and process.returncode:
            self.bad_stops.append(f"{self.name}: status {process.returncode}")

    async def _end(self, how: signal.Signals) -> None:
        if self._process and self._process.returncode is None:
            self._is_expected = True
            self._signal(how)
            await self._process.wait()

    def _signal(self, how: signal.Signals) -> None:
        if self._process and self._process.returncode is None:
            with suppress(ProcessLookupError):
                os.killpg(self._process.pid, how)


def listens(port: int) -> bool:
    """Tell whether somebody listens on a port of this machine."""
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _without_proxies(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if not name.lower().endswith("_proxy")}
