"""The environment, read once."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import TELEGRAM_API_URL, Config, ConfigError

KEY = "123456:ABC-def_789"
HIDDEN = "half-a-password"
VARIABLES = (
    "TELEGRAM_BOT_TOKEN",
    "TELEGRAM_API_URL",
    "BOT_CONTENT_DIR",
    "BOT_DATA_DIR",
    "DATABASE_URL",
    "BOT_EDITORS_CHAT",
    "BOT_ALLOWED_CHATS",
    "LOG_LEVEL",
)
NOTHING_SET = Config()


@pytest.mark.parametrize(
    ("environ", "expected"),
    [
        pytest.param(
            {}, Config(None, TELEGRAM_API_URL, None, "INFO", None, Path("data"), None, frozenset()), id="nothing is set"
        ),
        pytest.param(
            dict.fromkeys(VARIABLES, ""),
            Config(None, TELEGRAM_API_URL, None, "INFO", None, Path("data"), None, frozenset()),
            id="empty is not set",
        ),
        pytest.param({"TELEGRAM_BOT_TOKEN": KEY}, replace(NOTHING_SET, token=KEY), id="a token"),
        pytest.param(
            {"TELEGRAM_BOT_TOKEN": f"{KEY}/test"},
            replace(NOTHING_SET, token=f"{KEY}/test"),
            id="of Telegram's test servers",
        ),
        pytest.param(
            {"TELEGRAM_API_URL": "http://localhost:8081"},
            replace(NOTHING_SET, api_url="http://localhost:8081"),
            id="a URL",
        ),
        pytest.param(
            {"TELEGRAM_API_URL": "https://a.b/x//"},
            replace(NOTHING_SET, api_url="https://a.b/x"),
            id="slashes at its end",
        ),
        pytest.param(
            {"TELEGRAM_API_URL": "http://[::1]:80"},
            replace(NOTHING_SET, api_url="http://[::1]:80"),
            id="an IPv6 address",
        ),
        pytest.param({"BOT_CONTENT_DIR": "a/b"}, replace(NOTHING_SET, content_folder=Path("a/b")), id="a folder"),
        pytest.param({"LOG_LEVEL": "debug"}, replace(NOTHING_SET, log_level="DEBUG"), id="a level in small letters"),
        pytest.param({"PATH": "/bin", "TELEGRAM_TOKEN": "x"}, NOTHING_SET, id="other variables"),
        pytest.param(
            {"BOT_DATA_DIR": "/var/bot"},
            replace(NOTHING_SET, data_folder=Path("/var/bot")),
            id="a folder for the database",
        ),
        pytest.param(
            {"DATABASE_URL": "postgresql://bot:x@db/bot", "BOT_DATA_DIR": "/var/bot"},
            replace(NOTHING_SET, database="postgresql+psycopg://bot:x@db/bot", data_folder=Path("/var/bot")),
            id="a database's address and a folder",
        ),
        pytest.param(
            {"DATABASE_URL": "sqlite:///bot.db"},
            replace(NOTHING_SET, database="sqlite+aiosqlite:///bot.db"),
            id="a file elsewhere",
        ),
        pytest.param({"BOT_EDITORS_CHAT": "-1001"}, replace(NOTHING_SET, editors=-1001), id="the editors' group"),
        pytest.param(
            {"BOT_ALLOWED_CHATS": "-1001"}, replace(NOTHING_SET, allowed_chats=frozenset({-1001})), id="one group"
        ),
        pytest.param(
            {"BOT_ALLOWED_CHATS": "-1001,-4002, -1001,"},
            replace(NOTHING_SET, allowed_chats=frozenset({-1001, -4002})),
            id="several groups, one twice",
        ),
        pytest.param({"BOT_ALLOWED_CHATS": " , "}, NOTHING_SET, id="commas alone name no group"),
    ],
)
def test_reads(environ: dict[str, str], expected: Config) -> None:
    assert Config.from_env(environ) == expected


NOT_BOTFATHERS = "TELEGRAM_BOT_TOKEN is not a token: BotFather's look like 123456:ABC-DEF."
NOT_A_URL = "TELEGRAM_API_URL must be an address like http://localhost:8081."
NOT_A_LEVEL = "LOG_LEVEL must be one of DEBUG, INFO, WARNING, ERROR, CRITICAL."
NOT_A_DATABASE = "DATABASE_URL cannot be used: it must begin with postgresql:// or sqlite:///."
UNREADABLE_DATABASE = (
    "DATABASE_URL cannot be used: it cannot be read; in a password, write @ as %40, : as %3A and / as %2F."
)
NO_EDITORS = "BOT_EDITORS_CHAT must hold ids of groups or channels, like -1001234567890."
TWO_EDITORS = "BOT_EDITORS_CHAT must hold one id of a group or channel, like -1001234567890."
NO_CHATS = "BOT_ALLOWED_CHATS must hold ids of groups or channels, like -1001234567890."


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
        pytest.param("DATABASE_URL", f"mysql://bot:{HIDDEN}@db/bot", NOT_A_DATABASE, id="a database of another kind"),
        pytest.param("DATABASE_URL", HIDDEN, NOT_A_DATABASE, id="a word for a database"),
        pytest.param(
            "DATABASE_URL", f"postgresql://bot:{HIDDEN}@a@db/bot", UNREADABLE_DATABASE, id="an @ in a password"
        ),
        pytest.param(
            "DATABASE_URL", f"postgresql://bot:{HIDDEN}@db:x/bot", UNREADABLE_DATABASE, id="a port that is a letter"
        ),
        pytest.param("BOT_EDITORS_CHAT", "-1001,-1002", TWO_EDITORS, id="two chats of editors"),
        pytest.param("BOT_EDITORS_CHAT", "@editors", NO_EDITORS, id="editors by name"),
        pytest.param("BOT_EDITORS_CHAT", "987654321", NO_EDITORS, id="a person for the editors' chat"),
        pytest.param("BOT_ALLOWED_CHATS", "-1001,Vecinos", NO_CHATS, id="a group by its title"),
        pytest.param("BOT_ALLOWED_CHATS", "-1001 -4002", NO_CHATS, id="groups without a comma"),
        pytest.param("BOT_ALLOWED_CHATS", "-1001,987654321", NO_CHATS, id="a person among groups"),
        pytest.param("BOT_ALLOWED_CHATS", "-١٢٣", NO_CHATS, id="digits of another script"),
        pytest.param("BOT_ALLOWED_CHATS", "-" + "1" * 17, NO_CHATS, id="more digits than an id has"),
    ],
)
def test_names_a_mistake_in_one_sentence(name: str, value: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({name: value})
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("name", "value"),
    [("TELEGRAM_BOT_TOKEN", KEY), ("DATABASE_URL", f"postgresql://bot:{HIDDEN}@db/bot")],
)
def test_a_config_can_be_printed_without_its_secrets(name: str, value: str) -> None:
    printed = repr(Config.from_env({name: value}))
    assert [secret for secret in ("ABC", HIDDEN) if secret in printed] == []
