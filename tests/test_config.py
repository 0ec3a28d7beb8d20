"""The environment, read once."""

from pathlib import Path

import pytest

from bot.config import TELEGRAM_API_URL, Config, ConfigError

KEY = "123456:ABC-def_789"


@pytest.mark.parametrize(
    ("environ", "config"),
    [
        pytest.param({}, Config(None, TELEGRAM_API_URL, None, "INFO"), id="nothing is set"),
        pytest.param(
            {"TELEGRAM_BOT_TOKEN": "", "TELEGRAM_API_URL": "", "BOT_CONTENT_DIR": "", "LOG_LEVEL": ""},
            Config(None, TELEGRAM_API_URL, None, "INFO"),
            id="empty is not set",
        ),
        pytest.param({"TELEGRAM_BOT_TOKEN": KEY}, Config(KEY), id="a token"),
        pytest.param({"TELEGRAM_BOT_TOKEN": f"{KEY}/test"}, Config(f"{KEY}/test"), id="of Telegram's test servers"),
        pytest.param(
            {"TELEGRAM_API_URL": "http://localhost:8081"}, Config(api_url="http://localhost:8081"), id="a URL"
        ),
        pytest.param({"TELEGRAM_API_URL": "https://a.b/x//"}, Config(api_url="https://a.b/x"), id="slashes at its end"),
        pytest.param({"TELEGRAM_API_URL": "http://[::1]:80"}, Config(api_url="http://[::1]:80"), id="an IPv6 address"),
        pytest.param({"BOT_CONTENT_DIR": "a/b"}, Config(content_folder=Path("a/b")), id="a folder"),
        pytest.param({"LOG_LEVEL": "debug"}, Config(log_level="DEBUG"), id="a level in small letters"),
        pytest.param({"PATH": "/bin", "TELEGRAM_TOKEN": "x"}, Config(), id="other variables"),
    ],
)
def test_reads(environ: dict[str, str], config: Config) -> None:
    assert Config.from_env(environ) == config


NOT_BOTFATHERS = "TELEGRAM_BOT_TOKEN is not a token: BotFather's look like 123456:ABC-DEF."
NOT_A_URL = "TELEGRAM_API_URL must be an address like http://localhost:8081."
NOT_A_LEVEL = "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL."


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        pytest.param("TELEGRAM_BOT_TOKEN", "secret", NOT_BOTFATHERS, id="a token without its number"),
        pytest.param("TELEGRAM_BOT_TOKEN", "123456:", NOT_BOTFATHERS, id="a token without its secret"),
        pytest.param("TELEGRAM_BOT_TOKEN", f" {KEY}", NOT_BOTFATHERS, id="a space before a token"),
        pytest.param("TELEGRAM_BOT_TOKEN", f"{KEY}\n", NOT_BOTFATHERS, id="a line end after a token"),
        pytest.param("TELEGRAM_BOT_TOKEN", f"bot{KEY}", NOT_BOTFATHERS, id="a word before a token"),
        pytest.param("TELEGRAM_BOT_TOKEN", "123456:ABC/../x", NOT_BOTFATHERS, id="a path for a token"),
        pytest.param("TELEGRAM_BOT_TOKEN", "123456:ÁBC", NOT_BOTFATHERS, id="an accent in a token"),
        pytest.param("TELEGRAM_API_URL", "localhost:8081", NOT_A_URL, id="an address without http"),
        pytest.param("TELEGRAM_API_URL", "ftp://localhost", NOT_A_URL, id="an address of another kind"),
        pytest.param("TELEGRAM_API_URL", "http://", NOT_A_URL, id="an address without a host"),
        pytest.param("TELEGRAM_API_URL", "http://:8081", NOT_A_URL, id="an address with a port alone"),
        pytest.param("TELEGRAM_API_URL", "http://a:b", NOT_A_URL, id="a port that is no number"),
        pytest.param("TELEGRAM_API_URL", "http://a:99999", NOT_A_URL, id="a port that is too high"),
        pytest.param("TELEGRAM_API_URL", "http://[::1", NOT_A_URL, id="a bracket that is not closed"),
        pytest.param("LOG_LEVEL", "LOUD", NOT_A_LEVEL, id="no such level"),
        pytest.param("LOG_LEVEL", "10", NOT_A_LEVEL, id="a number for a level"),
    ],
)
def test_names_a_mistake_in_one_sentence(name: str, value: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({name: value})
    assert str(caught.value) == sentence


def test_a_config_can_be_printed_without_its_token() -> None:
    assert "ABC" not in repr(Config.from_env({"TELEGRAM_BOT_TOKEN": KEY}))
