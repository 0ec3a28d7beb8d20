"""Logging without secrets and without anybody's words."""

import asyncio
import gc
import json
import logging
import sys
import threading
import warnings
from collections.abc import Callable, Iterator
from io import StringIO

import pytest

from bot import logs
from bot.traces import names, places
from tests.log_state import restored_logging

KEY = "123456:ABC-def_789"
TEST_KEY = "123456:ABC-def_789/test"
OTHERS_KEY = "987654321:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"
WORDS = "mi número es 4815162342"


@pytest.fixture(autouse=True)
def _restored_logging() -> Iterator[None]:
    with restored_logging():
        yield


class Terminal(StringIO):
    def isatty(self) -> bool:
        return True


def fail(words: str) -> None:
    raise ValueError(words)


def fail_again(words: str, cause: str) -> None:
    try:
        fail(cause)
    except ValueError as first:
        raise LookupError(words) from (first if cause else None)


def caught(words: str, cause: str = "") -> Exception:
    """Return an error that was raised, if need be since another was."""
    with pytest.raises(LookupError) as raised:
        fail_again(words, cause)
    return raised.value


# Secrets


@pytest.mark.parametrize(
    ("secrets", "message", "written"),
    [
        pytest.param([KEY], f"the token is {KEY}", "the token is [secret]", id="a token"),
        pytest.param([KEY], "POST /botABC-def_789/getMe", "POST /bot[secret]/getMe", id="its secret half"),
        pytest.param([KEY], f"{KEY} and {KEY}", "[secret] and [secret]", id="twice"),
        pytest.param([KEY], "/bot123456%3AABC-def_789/getMe", "/bot[secret]/getMe", id="a token in an address"),
        pytest.param([KEY], "/bot123456%3aABC-def_789/getMe", "/bot[secret]/getMe", id="and in small letters"),
        pytest.param([TEST_KEY], f"/bot{TEST_KEY}/getMe", "/bot[secret]/getMe", id="a token of the test servers"),
        pytest.param([TEST_KEY], "ABC-def_789, getMe", "[secret], getMe", id="its half alone"),
        pytest.param([KEY], "123456 is no secret", "123456 is no secret", id="its number stays"),
        pytest.param([KEY, "hook"], f"{KEY}, hook", "[secret], [secret]", id="each of several"),
        pytest.param(["ab", "abcd"], "abcd, ab", "[secret], [secret]", id="the longer one first"),
        pytest.param(["p@ss/w"], "//bot:p%40ss%2Fw@host p@ss/w", "//bot:[secret]@host [secret]", id="quoted"),
        pytest.param(["p@ss/w"], "//bot:p%40ss/w@host", "//bot:[secret]@host", id="quoted, but for strokes"),
        pytest.param(["p%40ss"], "p@ss p%40ss", "[secret] [secret]", id="out of an address"),
        pytest.param(["two words"], "two+words two%20words", "[secret] [secret]", id="as in a form"),
        pytest.param(["a\\b"], repr("a\\b"), "'[secret]'", id="as Python shows it"),
        pytest.param(['a"b'], json.dumps('a"b'), '"[secret]"', id="as JSON"),
        pytest.param(["a.c"], "abc a.c", "abc [secret]", id="taken literally"),
        pytest.param([], OTHERS_KEY, "[secret]", id="any bot's token"),
        pytest.param([], f"/bot{OTHERS_KEY}/getMe", "/bot[secret]/getMe", id="any bot's token in an address"),
        pytest.param([], OTHERS_KEY.replace(":", "%3A"), "[secret]", id="any bot's token, quoted"),
        pytest.param([], "12:30:00 1234567:short", "12:30:00 1234567:short", id="what is no token stays"),
        pytest.param(["", "123456:"], "started: 123456", "started: 123456", id="nothing to hide"),
    ],
)
@pytest.mark.parametrize("form", ["json", "plain"])
def test_secrets_are_cut_out(
    capsys: pytest.CaptureFixture[str], form: str, secrets: list[str], message: str, written: str
) -> None:
    logs.set_up("INFO", secrets, form)
    logging.getLogger("bot").info("%s", message)
    line = capsys.readouterr().err
    assert (json.loads(line)["message"] if form == "json" else line.rstrip("\n").partition("bot: ")[2]) == written


@pytest.mark.parametrize("name", ["asyncio", "uvicorn.error", "sqlalchemy.pool", "anything.else", KEY])
@pytest.mark.parametrize("form", ["json", "plain"])
def test_whoever_writes_them(capsys: pytest.CaptureFixture[str], form: str, name: str) -> None:
    logs.set_up("INFO", [KEY], form)
    logging.getLogger(name).error("at %s", KEY, exc_info=caught(KEY))
    written = capsys.readouterr().err
    assert "at [secret]" in written
    assert "ABC-def_789" not in written


# Errors


@pytest.mark.parametrize(
    ("error", "told"),
    [
        pytest.param(caught(WORDS), ["LookupError"], id="an error"),
        pytest.param(caught(WORDS, WORDS), ["LookupError", "ValueError"], id="and what it came of"),
        pytest.param(ValueError(WORDS), ["ValueError"], id="one that was never raised"),
        pytest.param(
            ExceptionGroup(WORDS, [caught(WORDS), OSError(WORDS)]),
            ["ExceptionGroup", "LookupError", "OSError"],
            id="several",
        ),
    ],
)
@pytest.mark.parametrize("form", ["json", "plain"])
def test_errors_are_told_without_their_text(
    capsys: pytest.CaptureFixture[str], form: str, error: Exception, told: list[str]
) -> None:
    logs.set_up("INFO", [], form)
    logging.getLogger("bot").error("failed", exc_info=error)
    written = capsys.readouterr().err
    assert " from ".join(told) in written
    assert "4815162342" not in written
    assert names(error) == told


def test_the_places_of_an_error_and_of_its_cause() -> None:
    assert [place.rpartition(" in ")[2] for place in places(caught("x", "y"))] == [
        *("caught", "fail_again"),
        *("fail_again", "fail"),
    ]


def test_of_a_long_trace_the_last_places() -> None:
    def deep(level: int) -> None:
        deep(level - 1) if level else fail("x")

    with pytest.raises(ValueError, match="x") as raised:
        deep(100)
    assert len(places(raised.value)) == 20
    assert places(raised.value)[-1].endswith("in fail")


def test_errors_that_came_of_each_other_come_to_an_end() -> None:
    first, second = ValueError(), ValueError()
    first.__cause__, second.__cause__ = second, first
    assert len(names(first)) == 8


async def lose(words: str) -> None:
    """Let a task fail that nobody waits for."""
    task = asyncio.create_task(asyncio.sleep(0))
    task.cancel()
    asyncio.get_running_loop().call_soon(fail, words)
    failed = asyncio.get_running_loop().create_future()
    failed.set_exception(ValueError(words))
    del failed
    gc.collect()
    await asyncio.sleep(0)


def in_thread(words: str) -> None:
    thread = threading.Thread(target=fail, args=(words,))
    thread.start()
    thread.join()


def at_top(words: str) -> None:
    error = caught(words)
    sys.excepthook(type(error), error, error.__traceback__)


class Reluctant:
    """Fails when it is taken away."""

    def __init__(self, words: str) -> None:
        self.words = words

    def __del__(self) -> None:
        raise ValueError(self.words)


def warn(words: str) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn(f"unclosed <session of {words}>", ResourceWarning, stacklevel=2)


def misprint(words: str) -> None:
    logging.getLogger("bot").error("%d", words)


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        pytest.param(lambda words: asyncio.run(lose(words)), "exception was never retrieved", id="the event loop"),
        pytest.param(lambda words: asyncio.run(lose(words)), "Exception in callback", id="a callback"),
        pytest.param(in_thread, "A thread ended with an error", id="a thread"),
        pytest.param(at_top, "The program ended with an error", id="the whole program"),
        pytest.param(Reluctant, "An error had nowhere to go", id="where there is nobody to catch it"),
        pytest.param(warn, "ResourceWarning: unclosed", id="a warning"),
        pytest.param(misprint, "A message could not be put together", id="a line that is wrong itself"),
    ],
)
@pytest.mark.parametrize("form", ["json", "plain"])
def test_what_python_would_print_itself(
    capsys: pytest.CaptureFixture[str], form: str, deed: Callable[[str], object], said: str
) -> None:
    logs.set_up("INFO", [KEY], form)
    deed(f"{WORDS} {KEY}")
    written = capsys.readouterr().err
    assert said in written
    assert [word for word in ("4815162342", "ABC-def_789", "Traceback") if word in written] == []


# Forms


@pytest.mark.parametrize(
    ("form", "is_terminal", "is_json"),
    [
        pytest.param(None, False, True, id="a pipe"),
        pytest.param(None, True, False, id="a terminal"),
        pytest.param("json", True, True, id="JSON on a terminal, if that is wanted"),
        pytest.param("plain", False, False, id="plain in a pipe, if that is wanted"),
    ],
)
def test_the_form(monkeypatch: pytest.MonkeyPatch, form: str | None, is_terminal: bool, is_json: bool) -> None:
    stream = Terminal() if is_terminal else StringIO()
    monkeypatch.setattr(sys, "stderr", stream)
    logs.set_up("INFO", [], form)
    logging.getLogger("bot").info("started")
    assert stream.getvalue().startswith("{") is is_json


def test_a_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("INFO", [], "json")
    record = logging.makeLogRecord(
        {
            "name": "bot.errors",
            "levelname": "ERROR",
            "levelno": logging.ERROR,
            "msg": "Update 7 failed",
            "created": 1700000000.5,
            "filename": "errors.py",
            "lineno": 53,
            "update": 7,
            "trace": ["a.py:1 in b"],
        }
    )
    logging.getLogger("bot.errors").handle(record)
    assert json.loads(capsys.readouterr().err) == {
        "time": "2023-11-14T22:13:20.500+00:00",
        "level": "ERROR",
        "logger": "bot.errors",
        "message": "Update 7 failed",
        "where": "errors.py:53",
        "update": 7,
        "trace": ["a.py:1 in b"],
    }


@pytest.mark.parametrize("update", [None, "somebody's words"])
def test_an_update_is_a_number(capsys: pytest.CaptureFixture[str], update: object) -> None:
    logs.set_up("INFO", [], "json")
    logging.getLogger("bot").error("failed", extra={"update": update})
    assert "update" not in json.loads(capsys.readouterr().err)


def test_a_line_in_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    logs.set_up("INFO", [], "plain")
    logging.getLogger("bot").error("failed", extra={"trace": ["a.py:1 in b", "c.py:2 in d"]})
    first, *more = capsys.readouterr().err.splitlines()
    assert first.endswith("+00:00 ERROR bot: failed")
    assert more == ["  a.py:1 in b", "  c.py:2 in d"]


@pytest.mark.parametrize(
    "sign", ["\n", "\r", "\r\n", "\x0b", "\x0c", "\x1b[2J", "\x00", "\x85", "\u2028", "\u2029", "\u202e", "\ud800"]
)
@pytest.mark.parametrize("form", ["json", "plain"])
def test_a_message_cannot_begin_another_line(capsys: pytest.CaptureFixture[str], form: str, sign: str) -> None:
    logs.set_up("INFO", [], form)
    logging.getLogger("bot").info("a%s2030-01-01 ERROR bot: forged", sign)
    written = capsys.readouterr().err
    assert written.count("\n") == len(written.splitlines()) == 1
    assert sign not in written.rstrip("\n")


# Who is heard


@pytest.mark.parametrize(
    ("name", "level", "set_level"),
    [
        pytest.param("httpx", logging.INFO, "INFO", id="addresses of requests"),
        pytest.param("httpx", logging.INFO, "DEBUG", id="addresses of requests when everything is wanted"),
        pytest.param("httpcore.connection", logging.DEBUG, "DEBUG", id="connections"),
        pytest.param("aiosqlite", logging.DEBUG, "DEBUG", id="what the database is given"),
        pytest.param("sqlalchemy.engine.Engine", logging.INFO, "DEBUG", id="what the database is asked"),
        pytest.param("alembic.runtime.migration", logging.INFO, "INFO", id="what the database is"),
        pytest.param("uvicorn.access", logging.ERROR, "DEBUG", id="who asked the server"),
        pytest.param("uvicorn.error", logging.INFO, "DEBUG", id="that the server runs"),
        pytest.param("telegram.ext.ExtBot", logging.DEBUG, "DEBUG", id="what the bot sends"),
        pytest.param("telegram.ext.Application", logging.DEBUG, "DEBUG", id="updates, and so messages"),
        pytest.param("telegram.request.BaseRequest", logging.ERROR, "INFO", id="answers that cannot be read"),
        pytest.param("telegram.ext", logging.ERROR, "INFO", id="a failed start"),
        pytest.param("telegram.ext.Updater", logging.ERROR, "INFO", id="each try during an outage"),
        pytest.param("telegram.ext.Application", logging.INFO, "WARNING", id="less than was asked for"),
        pytest.param("a.library.of.next.year", logging.INFO, "DEBUG", id="what nobody knows yet"),
        pytest.param("bot.errors", logging.DEBUG, "INFO", id="details that nobody asked for"),
    ],
)
def test_must_not_be_heard(capsys: pytest.CaptureFixture[str], name: str, level: int, set_level: str) -> None:
    logs.set_up(set_level, [KEY])
    logging.getLogger(name).log(level, "somebody's words")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("name", "level", "set_level"),
    [
        pytest.param("httpx", logging.WARNING, "INFO", id="warnings about requests"),
        pytest.param("uvicorn.error", logging.ERROR, "INFO", id="failures of the server"),
        pytest.param("telegram.ext.Application", logging.ERROR, "INFO", id="failures of handlers"),
        pytest.param("telegram.ext.Application", logging.INFO, "INFO", id="the start"),
        pytest.param("a.library.of.next.year", logging.WARNING, "INFO", id="warnings of anybody"),
        pytest.param("bot.errors", logging.WARNING, "WARNING", id="an outage"),
        pytest.param("bot.errors", logging.DEBUG, "DEBUG", id="details that were asked for"),
    ],
)
def test_is_heard(capsys: pytest.CaptureFixture[str], name: str, level: int, set_level: str) -> None:
    logs.set_up(set_level, [KEY], "plain")
    logging.getLogger(name).log(level, "something")
    assert f"{name}: something" in capsys.readouterr().err


def test_one_handler_however_often_it_is_set_up() -> None:
    logs.set_up("INFO", [KEY])
    logs.set_up("INFO", [KEY])
    [handler] = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    assert handler.stream is sys.stderr
