"""The command line: every way to start, and every way in which that fails, in one plain sentence."""

import asyncio
import gc
import io
import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from shutil import copytree
from threading import Thread
from urllib.parse import parse_qs

import pytest

from bot import __version__
from bot.__main__ import main
from bot.store import database
from content import Knowledge
from tests.log_state import restored_logging
from tests.postgres import free_port

ROOT = Path(__file__).parent.parent
LIBRARY = Path(__file__).parent / "library"
ENVIRON = {"BOT_CONTENT_DIR": str(LIBRARY), "BOT_MONITOR_LISTEN": f"127.0.0.1:{free_port()}"}
KEY = "123456:SECRET-half"


def environment(**more: str) -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.lower().endswith("_proxy")} | more


@pytest.fixture(autouse=True)
def _own_process(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Give each command what it would find in a process of its own: no proxy, an event loop, untouched logging."""
    for name in os.environ.keys() - environment().keys():
        monkeypatch.delenv(name)
    loop = asyncio.new_event_loop()
    asyncio.set_event_loop(loop)
    with restored_logging():
        yield
    loop.close()
    asyncio.set_event_loop(None)


class Keyboard(io.BytesIO):
    """Somebody who types, and in the end presses Ctrl-D, or Ctrl-C if they are `impatient`."""

    impatient = False

    def isatty(self) -> bool:
        return True

    def read1(self, size: int | None = -1, /) -> bytes:
        typed = super().read1(size)
        if not typed and self.impatient:
            raise KeyboardInterrupt
        return typed


class Interrupted(io.BytesIO):
    """A pipe whose reader presses Ctrl-C."""

    def __next__(self) -> bytes:
        raise KeyboardInterrupt


def piped(text: str) -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text.encode()), "utf-8")


# Mistakes: one plain sentence, status 1


@pytest.mark.parametrize(
    ("arguments", "environ", "sentence"),
    [
        pytest.param(
            ["run"],
            {"TELEGRAM_BOT_TOKEN": "SECRET-half"},
            "TELEGRAM_BOT_TOKEN is not a token: BotFather's look like 123456:ABC-DEF.",
            id="a bad token",
        ),
        pytest.param(
            ["chat"],
            {"BOT_CONTENT_DIR": "/no/such/folder"},
            "there is no content folder /no/such/folder",
            id="no such content folder",
        ),
        pytest.param(
            ["ask", "--lang", "fr", "a"], ENVIRON, "--lang must be one of en, es.", id="a language that is not there"
        ),
        pytest.param(["ask"], ENVIRON, "Write a question after `ask`, or use --jsonl.", id="ask without a question"),
        pytest.param(
            ["ask", "--explain"], ENVIRON, "Write a question after `ask`, or use --jsonl.", id="nothing to explain"
        ),
        pytest.param(
            ["ask", "--jsonl", "--explain"],
            ENVIRON,
            "--explain is for one question: leave out --jsonl.",
            id="an explanation of many questions",
        ),
        pytest.param(["ask", "", " "], ENVIRON, "Write a question after `ask`, or use --jsonl.", id="ask only spaces"),
        pytest.param(
            ["evaluate", "/no/such/file"], ENVIRON, "/no/such/file: No such file or directory.", id="no such file"
        ),
        pytest.param(["evaluate", "/"], ENVIRON, "/: Is a directory.", id="a folder for a file"),
        pytest.param(
            [],
            {"TELEGRAM_API_URL": "telegram"},
            "TELEGRAM_API_URL must be an address like http://localhost:8081.",
            id="a bad address",
        ),
    ],
)
def test_a_mistake_is_one_plain_sentence(
    capsys: pytest.CaptureFixture[str], arguments: list[str], environ: dict[str, str], sentence: str
) -> None:
    assert main(arguments, environ) == 1
    assert capsys.readouterr() == ("", f"{sentence}\n")


def test_bad_content_is_a_list_of_problems(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    folder = copytree(LIBRARY, tmp_path / "content")
    for name in ("voice/en.yaml", "knowledge/talk/thanks.yaml"):
        (folder / name).write_text("- a list\n", "utf-8")
    assert main(["chat"], {"BOT_CONTENT_DIR": str(folder)}) == 1
    problem = "the file must be a mapping of keys to values"
    written = capsys.readouterr().err.splitlines()
    assert f"{folder}/voice/en.yaml:1: {problem}" in written
    assert f"{folder}/knowledge/talk/thanks.yaml:1: {problem}" in written


def test_bad_questions_are_a_list_of_problems(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    path = tmp_path / "questions.jsonl"
    path.write_text("{}\n\n{}\n", "utf-8")
    assert main(["evaluate", str(path)], ENVIRON) == 1
    problem = "not an object with q, gold, kind and lang"
    assert capsys.readouterr() == ("", f"{path}:1: {problem}\n{path}:3: {problem}\n")


@pytest.mark.parametrize("arguments", [["sing"], ["ask", "--loud"], ["evaluate"]])
def test_a_command_that_is_not_there_shows_the_usage(capsys: pytest.CaptureFixture[str], arguments: list[str]) -> None:
    with pytest.raises(SystemExit, match="2"):
        main(arguments, ENVIRON)
    assert capsys.readouterr().err.startswith("usage: python -m bot")


def test_rubbish_is_collected_again_after_a_mistake() -> None:
    main(["ask"], ENVIRON)
    assert gc.isenabled()


# Commands that succeed


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit, match="0"):
        main(["--version"], {})
    assert capsys.readouterr().out == f"{__version__}\n"


@pytest.mark.parametrize(
    ("arguments", "answer"),
    [
        pytest.param(["is", "there", "a", "fine?"], "Late books\n\nNo, a late book costs nothing.", id="words"),
        pytest.param(["is there a fine?"], "Late books\n\nNo, a late book costs nothing.", id="one text"),
        pytest.param(
            ["--lang", "es", "is there a fine?"], "Libros atrasados\n\nNo, un libro atrasado", id="a language"
        ),
        pytest.param(["--lang=es", "thanks"], "De nada.", id="small talk in a language"),
    ],
)
def test_ask_prints_the_reply(capsys: pytest.CaptureFixture[str], arguments: list[str], answer: str) -> None:
    assert main(["ask", *arguments], ENVIRON) == 0
    assert capsys.readouterr().out.startswith(answer)


@pytest.mark.parametrize(
    ("arguments", "reply", "explanation"),
    [
        pytest.param(
            ["is there a fine?"], "Late books\n\n", "answer, in en\nwords: is there a fine\n", id="in English"
        ),
        pytest.param(["¿hay multa?"], "Libros atrasados\n\n", "answer, in es\nwords: hay multa\n", id="in Spanish"),
        pytest.param(
            ["--lang=en", "¿hay multa?"],
            "Late books\n\n",
            "answer, in es\nwords: hay multa\n",
            id="answered in another",
        ),
    ],
)
def test_ask_explain_tells_why_below_the_reply(
    capsys: pytest.CaptureFixture[str], arguments: list[str], reply: str, explanation: str
) -> None:
    assert main(["ask", "--explain", *arguments], ENVIRON) == 0
    printed, why = capsys.readouterr().out.split("\n\nanswer, ")
    assert printed.startswith(reply)
    assert f"answer, {why}".startswith(f"{explanation}concepts: (none)\nlate_books ")


@pytest.mark.parametrize("arguments", [["ask", "--jsonl"], ["ask", "--jsonl", "--lang", "es"]])
def test_ask_jsonl_answers_line_by_line(
    capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setattr("sys.stdin", piped('{"q": "is there a fine?"}\n\nbad\n{"q": "gracias"}'))
    assert main(arguments, ENVIRON) == 0
    replies = [json.loads(line) for line in capsysbinary.readouterr().out.decode().splitlines()]
    assert [reply.get("entry") for reply in replies] == ["late_books", None, "thanks"]
    assert replies[0]["lang"] == ("es" if "es" in arguments else "en")


@pytest.mark.parametrize("arguments", [[], ["run"]])
def test_without_a_token_it_says_so_and_opens_the_chat(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setattr("sys.stdin", piped("is there a fine?\n"))
    assert main(arguments, ENVIRON) == 0
    printed = capsys.readouterr()
    assert printed.err == "TELEGRAM_BOT_TOKEN is not set, so this is the local chat.\n"
    assert "You> is there a fine?\nLate books\n\nNo, a late book costs nothing." in printed.out


@pytest.mark.parametrize(
    ("typed", "impatient"),
    [
        pytest.param("is there a fine?\n", False, id="Ctrl-D"),
        pytest.param("is there a fine?\n", True, id="Ctrl-C"),
        pytest.param("\nis there a fine?", False, id="a last line without an end"),
    ],
)
def test_a_chat_at_the_keyboard_ends_well(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, typed: str, impatient: bool
) -> None:
    keyboard = Keyboard(typed.encode())
    keyboard.impatient = impatient
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(keyboard, "utf-8"))
    assert main(["chat"], ENVIRON) == 0
    printed = capsys.readouterr()
    assert "You> " in printed.out
    assert "No, a late book costs nothing." in printed.out
    assert printed.err == ""


def test_ctrl_c_while_it_works_is_no_traceback(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(Interrupted()))
    assert main(["ask", "--jsonl"], ENVIRON) == 1
    assert capsys.readouterr().err == "\n"


# Evaluate


def questions(folder: Path, *paragraphs: str, text: str = "is there a fine?") -> str:
    """Write a file of questions about late books whose answers are said to be elsewhere, and return its path."""
    path = folder / "questions.jsonl"
    asked = [{"q": text, "gold": [paragraph], "kind": "natural", "lang": "en"} for paragraph in paragraphs]
    path.write_text("".join(f"{json.dumps(question)}\n" for question in asked), "utf-8")
    return str(path)


LATE, OTHER = "rules.03", "rules.02"
"""The paragraph that answers the question, and one that does not."""
STRIKE = "These fail no longer. Strike them off:"


def test_evaluate_prints_the_report_and_nothing_else(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["evaluate", questions(tmp_path, LATE)], ENVIRON) == 0
    printed = capsys.readouterr()
    assert "In scope: % of questions" in printed.out
    assert "100.0 % of 1" in printed.out.splitlines()[-1]
    assert printed.err == ""


def test_evaluate_shows_progress_to_who_waits(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("TTY_COMPATIBLE", "1")
    monkeypatch.setenv("TERM", "xterm")
    assert main(["evaluate", questions(tmp_path, LATE)], ENVIRON) == 0
    assert "Asking" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("before", "now", "told"),
    [
        pytest.param(
            LATE, OTHER, ["Worse than before: 1 of 1", "  right → wrong (late_books): is there a fine?"], id="worse"
        ),
        pytest.param(OTHER, LATE, ["Better than before: 1 of 1", "  wrong → right: is there a fine?"], id="better"),
        pytest.param(LATE, LATE, ["Better than before: 0 of 1"], id="unchanged"),
    ],
)
def test_evaluate_compares_with_a_saved_run(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, before: str, now: str, told: list[str]
) -> None:
    run = str(tmp_path / "run.json")
    assert main(["evaluate", questions(tmp_path, before), "--save", run], ENVIRON) == 0
    assert "than before" not in capsys.readouterr().out
    assert main(["evaluate", questions(tmp_path, now), "--against", run], ENVIRON) == 0
    comparison = capsys.readouterr().out.partition("Worse than before")
    assert "\n".join(told) in "".join(comparison[1:])


def test_a_run_can_be_compared_with_and_saved_in_the_same_file(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    run = str(tmp_path / "run.json")
    main(["evaluate", questions(tmp_path, LATE), "--save", run], ENVIRON)
    assert main(["evaluate", questions(tmp_path, OTHER), "--against", run, "--save", run], ENVIRON) == 0
    assert "Worse than before: 1 of 1" in capsys.readouterr().out
    assert json.loads(Path(run).read_bytes())["is there a fine?"]["verdict"] == "wrong"


def test_half_a_character_in_a_question_spoils_no_run(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    asked, run = questions(tmp_path, LATE, text="is there a fine? \ud83d"), str(tmp_path / "run.json")
    assert main(["evaluate", asked, "--save", run], ENVIRON) == 0
    assert main(["evaluate", asked, "--against", run], ENVIRON) == 0
    assert "Worse than before: 0 of 1" in capsys.readouterr().out


def test_evaluate_draws_a_chart(tmp_path: Path) -> None:
    assert main(["evaluate", questions(tmp_path, LATE), "--chart", str(tmp_path / "chart.png")], ENVIRON) == 0
    assert (tmp_path / "chart.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("paragraphs", "status", "struck"),
    [
        pytest.param([OTHER], 0, "", id="all still fail"),
        pytest.param([], 0, "", id="there are none"),
        pytest.param([LATE], 1, STRIKE + "\n  is there a fine?\n", id="one passes"),
        pytest.param([OTHER, LATE, OTHER], 1, STRIKE + "\n  is there a fine?\n", id="one of several passes"),
        pytest.param([LATE, LATE], 1, STRIKE + "\n  is there a fine?" * 2 + "\n", id="all pass"),
    ],
)
def test_known_failures_must_fail(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, paragraphs: list[str], status: int, struck: str
) -> None:
    assert main(["evaluate", questions(tmp_path, *paragraphs), "--known-failures"], ENVIRON) == status
    printed = capsys.readouterr().out
    assert "".join(printed.partition(STRIKE)[1:]) == struck


def test_questions_that_are_no_known_failures_may_pass(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["evaluate", questions(tmp_path, LATE)], ENVIRON) == 0
    assert STRIKE not in capsys.readouterr().out


@pytest.mark.parametrize(
    ("option", "place", "sentence"),
    [
        pytest.param(
            "--against", "questions.jsonl", "{path}:1: not a run that `evaluate --save` wrote", id="a run that is none"
        ),
        pytest.param("--against", "none.json", "{path}: No such file or directory.", id="a run that is not there"),
        pytest.param("--against", "", "{path}: Is a directory.", id="a folder for a run"),
        pytest.param("--save", "none/run.json", "{path}: No such file or directory.", id="a run in no folder"),
        pytest.param("--save", "", "{path}: Is a directory.", id="a run over a folder"),
        pytest.param("--chart", "none/chart.png", "{path}: No such file or directory.", id="a chart in no folder"),
        pytest.param("--chart", "", "{path}: Is a directory.", id="a chart over a folder"),
    ],
)
def test_a_file_that_evaluate_cannot_use_is_one_plain_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, option: str, place: str, sentence: str
) -> None:
    path = tmp_path / place
    assert main(["evaluate", questions(tmp_path, LATE), option, str(path)], ENVIRON) == 1
    assert capsys.readouterr().err == sentence.format(path=path) + "\n"


def test_a_chart_needs_matplotlib(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["evaluate", questions(tmp_path, LATE), "--chart", str(tmp_path / "chart.png")], ENVIRON) == 1
    assert capsys.readouterr() == ("", "--chart needs matplotlib: python -m pip install matplotlib\n")


def test_all_else_needs_no_matplotlib(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    assert main(["evaluate", questions(tmp_path, LATE), "--save", str(tmp_path / "run.json")], ENVIRON) == 0


# Telegram


class BotApi(ThreadingHTTPServer):
    """A Bot API server: answers each method with what it is told to, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.answers: dict[str, tuple[int, object]] = {}
        self.asked: Queue[tuple[str, dict[str, list[str]]]] = Queue()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: BotApi

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"] or 0))
        method = self.path.rpartition("/")[2]
        self.server.asked.put((method, parse_qs(body.decode())))
        status, answer = self.server.answers.get(method, (200, {"ok": True, "result": True}))
        payload = answer if isinstance(answer, bytes) else json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(payload)))
        self.end_headers()
        self.wfile.write(payload)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the name that it has
        """Say nothing."""


@pytest.fixture
def bot_api() -> Iterator[BotApi]:
    with BotApi() as server:
        thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield server
        server.shutdown()
        thread.join()


def failed(code: int, description: str) -> tuple[int, object]:
    return code, {"ok": False, "error_code": code, "description": description}


WAIT = {"ok": False, "error_code": 429, "description": "Too Many Requests", "parameters": {"retry_after": 1}}
NOT_KNOWN = "Telegram does not know this TELEGRAM_BOT_TOKEN: copy it again from BotFather."


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        pytest.param(failed(401, "Unauthorized"), NOT_KNOWN, id="a token that is not known"),
        pytest.param(failed(404, "Not Found"), NOT_KNOWN, id="a token that is none"),
        pytest.param(failed(403, "No"), "Telegram refused to start the bot (Forbidden).", id="a refusal"),
    ],
)
@pytest.mark.parametrize("level", ["INFO", "DEBUG"])
def test_a_start_that_fails_is_one_plain_sentence(
    capsys: pytest.CaptureFixture[str], bot_api: BotApi, answer: tuple[int, object], sentence: str, level: str
) -> None:
    bot_api.answers["getMe"] = answer
    told = {"TELEGRAM_BOT_TOKEN": KEY, "TELEGRAM_API_URL": bot_api.url, "LOG_LEVEL": level}
    assert main(["run"], ENVIRON | told) == 1
    written = capsys.readouterr().err
    assert written.splitlines()[-1] == sentence
    assert "Traceback" not in written
    assert "SECRET" not in written


ME = {"id": 123456, "is_bot": True, "first_name": "Bot", "username": "a_bot"}


@pytest.mark.parametrize("command", ["run", "counts"])
@pytest.mark.parametrize(
    ("environ", "sentence"),
    [
        pytest.param({"BOT_DATA_DIR": "file"}, "file: File exists.", id="a file for a folder"),
        pytest.param({"BOT_DATA_DIR": "file/data"}, "file/data: Not a directory.", id="a folder in a file"),
        pytest.param({"BOT_DATA_DIR": "full"}, "full/bot.sqlite3: Is a directory.", id="a folder for the database"),
    ],
)
def test_a_database_that_cannot_be_used_is_one_plain_sentence(
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    bot_api: BotApi,
    tmp_path: Path,
    environ: dict[str, str],
    sentence: str,
    command: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").write_text("Dear diary, this is no database.\n" * 100)
    Path("full/bot.sqlite3").mkdir(parents=True)
    bot_api.answers["getMe"] = 200, {"ok": True, "result": ME}
    told = {"TELEGRAM_BOT_TOKEN": KEY, "TELEGRAM_API_URL": bot_api.url}
    assert main([command], ENVIRON | told | environ) == 1
    assert capsys.readouterr() == ("", f"{sentence}\n")


def test_counts_of_what_is_no_database_are_one_plain_sentence(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    (tmp_path / "bot.sqlite3").write_text("Dear diary, this is no database.\n" * 100)
    assert main(["counts"], ENVIRON | {"BOT_DATA_DIR": str(tmp_path)}) == 1
    assert capsys.readouterr().err.startswith("The database cannot be used: file is not a database; stop the bot, and ")


def test_a_database_that_is_not_there_is_one_plain_sentence_without_its_password(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"postgresql://bot:hidden-half@127.0.0.1:{closed.getsockname()[1]}/bot"
    assert main(["counts"], ENVIRON | {"DATABASE_URL": url}) == 1
    [sentence] = capsys.readouterr().err.splitlines()
    assert sentence.startswith("The database cannot be used: ")
    assert "hidden-half" not in sentence


def test_counts_of_a_bot_that_was_asked_nothing(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert main(["counts"], ENVIRON | {"BOT_DATA_DIR": str(tmp_path / "new" / "data")}) == 0
    assert capsys.readouterr().err == ""
    assert (tmp_path / "new" / "data" / "bot.sqlite3").is_file()


@pytest.mark.parametrize("proxy", ["socks5://127.0.0.1:9050", "gopher://127.0.0.1"])
def test_a_proxy_that_cannot_be_used_is_one_plain_sentence(capsys: pytest.CaptureFixture[str], proxy: str) -> None:
    assert main(["run"], ENVIRON | {"TELEGRAM_BOT_TOKEN": KEY, "ALL_PROXY": proxy}) == 1
    [sentence] = capsys.readouterr().err.splitlines()
    assert sentence.startswith("The network cannot be set up: ")


ANA = {"id": 987654321, "is_bot": False, "first_name": "Ana", "language_code": "es"}
QUESTION = {
    "message_id": 1,
    "date": 1,
    "chat": {"id": 987654321, "type": "private", "first_name": "Ana"},
    "from": ANA,
    "text": "is there a fine?",
}


@contextmanager
def serving(told: dict[str, str]) -> Iterator["subprocess.Popen[str]"]:
    """Run the bot as its owner does, and end it as a container does."""
    environ = environment(**ENVIRON, **told)
    with subprocess.Popen(
        [sys.executable, "-m", "bot"], cwd=ROOT, env=environ, stderr=subprocess.PIPE, encoding="utf-8"
    ) as process:
        yield process
        process.send_signal(signal.SIGTERM)


def asked_of(bot_api: BotApi, method: str) -> dict[str, list[str]]:
    """Wait until the bot calls a method; return what it asked for."""
    calls = iter(lambda: bot_api.asked.get(timeout=30), None)
    return next(asked for name, asked in calls if name == method)


def test_it_serves_telegram_until_it_is_stopped(
    capsys: pytest.CaptureFixture[str], bot_api: BotApi, tmp_path: Path
) -> None:
    bot_api.answers["getMe"] = 200, {"ok": True, "result": ME}
    bot_api.answers["getUpdates"] = 200, {"ok": True, "result": [{"update_id": 1, "message": QUESTION}]}
    bot_api.answers["sendMessage"] = 200, {"ok": True, "result": QUESTION}
    data = tmp_path / "new" / "data"
    told = {"TELEGRAM_BOT_TOKEN": KEY, "TELEGRAM_API_URL": bot_api.url, "BOT_DATA_DIR": str(data)}
    with serving(told) as process:
        sent = asked_of(bot_api, "sendMessage")
        bot_api.answers["getUpdates"] = 200, {"ok": True, "result": []}
        process.send_signal(signal.SIGTERM)
        _, written = process.communicate(timeout=30)
    assert sent["chat_id"] == ["987654321"]
    assert sent["text"][0].startswith("<b>Late books</b>\n\nNo, a late book costs nothing.")
    assert process.returncode == 0
    assert main(["counts"], ENVIRON | told) == 0
    assert "│ late_books │ " in capsys.readouterr().out
    assert "SECRET" not in written
    assert "fine" not in written
    assert "987654321" not in written


@pytest.mark.parametrize(
    "answer",
    [
        pytest.param(failed(500, "Oops"), id="a broken server"),
        pytest.param((502, b"<html>"), id="a broken proxy"),
        pytest.param((200, b"<html>"), id="another server"),
        pytest.param((429, WAIT), id="too many starts"),
    ],
)
def test_a_network_that_is_bad_at_first_is_waited_for(
    bot_api: BotApi, tmp_path: Path, answer: tuple[int, object]
) -> None:
    bot_api.answers["getMe"] = answer
    told = {"TELEGRAM_BOT_TOKEN": KEY, "TELEGRAM_API_URL": bot_api.url, "BOT_DATA_DIR": str(tmp_path)}
    with serving(told) as process:
        asked_of(bot_api, "getMe")
        bot_api.answers["getMe"] = 200, {"ok": True, "result": ME}
        bot_api.answers["getUpdates"] = 200, {"ok": True, "result": []}
        asked_of(bot_api, "getUpdates")
    assert process.returncode == 0


def test_before_it_serves_it_can_be_stopped_even_where_nothing_else_would_end_it() -> None:
    environ, pipe = environment(**ENVIRON), subprocess.PIPE
    with subprocess.Popen(
        [sys.executable, "-m", "bot", "ask", "--jsonl"], cwd=ROOT, env=environ, stdin=pipe, stdout=pipe
    ) as process:
        assert process.stdin
        assert process.stdout
        process.stdin.write(b'{"q": "is there a fine?"}\n')
        process.stdin.flush()
        assert process.stdout.readline()
        process.send_signal(signal.SIGTERM)
    assert process.returncode == 0


def test_it_can_be_stopped_while_there_is_no_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as closed:
        url = f"http://127.0.0.1:{closed.getsockname()[1]}"
    told = {"TELEGRAM_BOT_TOKEN": KEY, "TELEGRAM_API_URL": url, "BOT_DATA_DIR": str(tmp_path)}
    with serving(told) as process:
        assert process.stderr
        line = next(line for line in process.stderr if "cannot be reached" in line)
    assert process.returncode == 0
    assert "SECRET" not in line


def test_a_port_that_is_taken_is_one_plain_sentence(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        place = f"127.0.0.1:{taken.getsockname()[1]}"
        told = {"TELEGRAM_BOT_TOKEN": KEY, "BOT_DATA_DIR": str(tmp_path), "BOT_MONITOR_LISTEN": place}
        assert main(["run"], ENVIRON | told) == 1
    assert capsys.readouterr().err.splitlines() == [f"BOT_MONITOR_LISTEN: {place} is taken."]


def test_a_second_copy_on_one_file_is_refused(
    bot_api: BotApi, capsys: pytest.CaptureFixture[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database, "HOLD_SECONDS", 0.1)
    bot_api.answers["getMe"] = 200, {"ok": True, "result": ME}
    bot_api.answers["getUpdates"] = 200, {"ok": True, "result": []}
    told = {"TELEGRAM_BOT_TOKEN": KEY, "TELEGRAM_API_URL": bot_api.url, "BOT_DATA_DIR": str(tmp_path)}
    with serving(told):
        asked_of(bot_api, "getUpdates")
        assert main(["run"], ENVIRON | told | {"BOT_MONITOR_LISTEN": f"127.0.0.1:{free_port()}"}) == 1
    written = capsys.readouterr().err
    assert "The database cannot be used: another copy of the bot uses this file; several need PostgreSQL" in written


# As a person starts it


def test_a_piped_chat_in_spanish(knowledge: Knowledge) -> None:
    entry = knowledge.entries["who_leads_alsur"].texts["es"]
    run = subprocess.run(
        [sys.executable, "-m", "bot", "chat"],
        cwd=ROOT,
        env=environment(),
        input=f"{entry.phrases[0]}\n\n¿fuente?\n".encode() + b"\xff\xfe\n",
        capture_output=True,
        check=False,
    )
    printed = run.stdout.decode()
    assert (run.returncode, run.stderr) == (0, b"")
    assert f"You> {entry.phrases[0]}\n{entry.title}\n\n{entry.answer}" in printed
    assert knowledge.entries["who_leads_alsur"].quotes[0].paragraph in printed


def test_a_terminal_without_accents_gets_question_marks() -> None:
    run = subprocess.run(
        [sys.executable, "-m", "bot", "ask", "--lang", "es", "is there a fine?"],
        cwd=ROOT,
        env=environment(PYTHONIOENCODING="ascii", BOT_CONTENT_DIR=str(LIBRARY)),
        capture_output=True,
        check=True,
        encoding="ascii",
    )
    assert "quita el carn?" in run.stdout.replace("\n", " ")
    assert run.stderr == ""
