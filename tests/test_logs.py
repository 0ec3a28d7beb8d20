"""Logging without secrets."""

import logging
import sys
from collections.abc import Iterator

import pytest

from bot import logs
from tests.log_state import restored_logging

KEY = "123456:ABC-def_789"


@pytest.fixture(autouse=True)
def _restored_logging() -> Iterator[None]:
    with restored_logging():
        yield


@pytest.mark.parametrize(
    ("message", "written"),
    [
        pytest.param(f"the token is {KEY}", "the token is [secret]", id="the token"),
        pytest.param("POST /botABC-def_789/getMe", "POST /bot[secret]/getMe", id="its secret half"),
        pytest.param(f"{KEY} and {KEY}", "[secret] and [secret]", id="twice"),
        pytest.param("123456 is no secret", "123456 is no secret", id="its number stays"),
        pytest.param("started", "started", id="nothing to hide"),
    ],
)
def test_the_token_is_cut_out(capsys: pytest.CaptureFixture[str], message: str, written: str) -> None:
    logs.set_up("INFO", KEY)
    logging.getLogger("bot").info("%s", message)
    assert capsys.readouterr().err.rstrip().endswith(f" INFO bot: {written}")


@pytest.mark.parametrize("secret", [KEY, "ABC-def_789"])
def test_the_token_is_cut_out_of_a_traceback(capsys: pytest.CaptureFixture[str], secret: str) -> None:
    logs.set_up("INFO", KEY)
    try:
        int(f"https://api.telegram.org/bot{secret}/getMe")
    except ValueError:
        logging.getLogger("telegram.ext.Application").exception("failed with %s", secret)
    written = capsys.readouterr().err
    assert "Traceback" in written
    assert "ABC-def_789" not in written
    assert written.count("[secret]") >= 2


@pytest.mark.parametrize("token", [None, "123456:", ""])
def test_without_a_secret_lines_stay_whole(capsys: pytest.CaptureFixture[str], token: str | None) -> None:
    logs.set_up("INFO", token)
    logging.getLogger("bot").info("started")
    assert capsys.readouterr().err.rstrip().endswith(" INFO bot: started")


@pytest.mark.parametrize(
    ("name", "level", "set_level"),
    [
        pytest.param("httpx", logging.INFO, "INFO", id="addresses of requests"),
        pytest.param("httpx", logging.INFO, "DEBUG", id="addresses of requests when everything is wanted"),
        pytest.param("httpcore.connection", logging.DEBUG, "DEBUG", id="connections"),
        pytest.param("aiosqlite", logging.DEBUG, "DEBUG", id="what the database is given"),
        pytest.param("alembic.runtime.migration", logging.INFO, "INFO", id="what the database is"),
        pytest.param("telegram.ext.ExtBot", logging.DEBUG, "DEBUG", id="what the bot sends"),
        pytest.param("telegram.ext.Application", logging.DEBUG, "DEBUG", id="updates, and so messages"),
        pytest.param("telegram.request.BaseRequest", logging.ERROR, "INFO", id="answers that cannot be read"),
        pytest.param("telegram.ext", logging.ERROR, "INFO", id="a failed start"),
        pytest.param("telegram.ext.Updater", logging.ERROR, "INFO", id="each try during an outage"),
        pytest.param("telegram.ext.Application", logging.INFO, "WARNING", id="less than was asked for"),
        pytest.param("bot.errors", logging.DEBUG, "INFO", id="details that nobody asked for"),
    ],
)
def test_must_not_be_heard(capsys: pytest.CaptureFixture[str], name: str, level: int, set_level: str) -> None:
    logs.set_up(set_level, KEY)
    logging.getLogger(name).log(level, "somebody's words")
    assert capsys.readouterr().err == ""


@pytest.mark.parametrize(
    ("name", "level", "set_level"),
    [
        pytest.param("httpx", logging.WARNING, "INFO", id="warnings about requests"),
        pytest.param("telegram.ext.Application", logging.ERROR, "INFO", id="failures of handlers"),
        pytest.param("telegram.ext.Application", logging.INFO, "INFO", id="the start"),
        pytest.param("bot.errors", logging.WARNING, "WARNING", id="an outage"),
        pytest.param("bot.errors", logging.DEBUG, "DEBUG", id="details that were asked for"),
    ],
)
def test_is_heard(capsys: pytest.CaptureFixture[str], name: str, level: int, set_level: str) -> None:
    logs.set_up(set_level, KEY)
    logging.getLogger(name).log(level, "something")
    assert f"{name}: something" in capsys.readouterr().err


def test_one_handler_however_often_it_is_set_up() -> None:
    logs.set_up("INFO", KEY)
    logs.set_up("INFO", KEY)
    [handler] = logging.getLogger().handlers
    assert isinstance(handler, logging.StreamHandler)
    assert handler.stream is sys.stderr
