"""A PostgreSQL server of the tests' own: in a folder of its own, on a free port, gone afterwards."""

import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from secrets import token_hex

import psycopg
from psycopg import sql

HASTE = ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_connections=200"]
"""A server that is thrown away need not survive a power cut."""


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    password: str = field(repr=False)
    control: Callable[..., None] = field(repr=False)
    """Runs `pg_ctl` with some arguments, and waits until it is done."""

    def url(self, database: str) -> str:
        """Return the address of one of its databases, as people write it."""
        return f"postgresql://postgres:{self.password}@127.0.0.1:{self.port}/{database}"

    @contextmanager
    def stopped(self) -> Iterator[None]:
        """Stop the server, and start it again in the end."""
        self.control("-m", "fast", "stop")
        try:
            yield
        finally:
            self.control("start")

    def create(self, database: str, template: str = "template0") -> None:
        """Create a database: a copy of another, to which nobody may be connected."""
        self._run("CREATE DATABASE {} TEMPLATE {}", database, template)

    def drop(self, database: str) -> None:
        """Remove a database, whoever is still connected to it."""
        self._run("DROP DATABASE {} WITH (FORCE)", database)

    def _run(self, statement: str, *names: str) -> None:
        with psycopg.connect(self.url("postgres"), autocommit=True) as connection:
            connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))


def programs() -> Path | None:
    """Return the folder with the server's programs, the newest if there are several."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    folders = Path("/usr/lib/postgresql").glob("*/bin")
    return max(folders, key=lambda folder: int(folder.parent.name), default=None)


def account() -> str | None:
    """Return whom the server must run as: PostgreSQL refuses root. None means who runs the tests."""
    names = {entry.pw_name for entry in pwd.getpwall()}
    return None if os.geteuid() else next(name for name in ("postgres", "nobody") if name in names)


@contextmanager
def running(folder_of_programs: Path) -> Iterator[Server]:
    """Run a server, and stop it at the end, whatever happens."""
    folder, user = Path(tempfile.mkdtemp(prefix="postgres-")), account()
    data, password, port = folder / "data", token_hex(), free_port()
    (folder / "password").write_text(password)
    if user:
        for path in (folder, folder / "password"):
            shutil.chown(path, user)

    def run(program: str, *arguments: str) -> None:
        command = [str(folder_of_programs / program), "-D", str(data), *arguments]
        subprocess.run(command, user=user, cwd=folder, check=True, stdout=subprocess.DEVNULL)  # noqa: S603 - the server's own programs

    try:
        run(
            "initdb",
            "-U",
            "postgres",
            "-A",
            "scram-sha-256",
            "--pwfile",
            str(folder / "password"),
            "-N",
            "--no-locale",
            "-E",
            "UTF8",
        )
        options = [*HASTE, "listen_addresses=127.0.0.1", "unix_socket_directories=", f"port={port}"]

        def control(*arguments: str) -> None:
            settings = ["-o", " ".join(f"-c {option}" for option in options)] if "start" in arguments else []
            run("pg_ctl", "-w", "-l", str(folder / "log"), *settings, *arguments)

        control("start")
        try:
            yield Server(port, password, control)
        finally:
            control("-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder)


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
