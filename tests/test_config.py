"""The environment, read once."""

from dataclasses import replace
from pathlib import Path

import pytest

from bot.config import TELEGRAM_API_URL, Config, ConfigError, WebhookConfig

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
    "LOG_FORMAT",
    "BOT_MODE",
    "BOT_WEBHOOK_URL",
    "BOT_WEBHOOK_SECRET",
    "BOT_WEBHOOK_LISTEN",
    "BOT_MONITOR_LISTEN",
)
URL = "https://bot.example.org/telegram"
WEBHOOK = {"BOT_MODE": "webhook", "BOT_WEBHOOK_URL": URL, "BOT_WEBHOOK_SECRET": HIDDEN}
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
        pytest.param({"BOT_MODE": "Polling"}, NOTHING_SET, id="polling"),
        pytest.param({**WEBHOOK, "BOT_MODE": ""}, NOTHING_SET, id="a webhook that is not wanted"),
        pytest.param(WEBHOOK, replace(NOTHING_SET, webhook=WebhookConfig(URL, HIDDEN)), id="a webhook"),
        pytest.param(
            {**WEBHOOK, "BOT_WEBHOOK_LISTEN": "0.0.0.0:8443"},
            replace(NOTHING_SET, webhook=WebhookConfig(URL, HIDDEN, ("0.0.0.0", 8443))),  # noqa: S104  # not opened
            id="a webhook that listens elsewhere",
        ),
        pytest.param(
            {**WEBHOOK, "BOT_WEBHOOK_URL": "http://b/t", "TELEGRAM_API_URL": "http://a"},
            replace(NOTHING_SET, api_url="http://a", webhook=WebhookConfig("http://b/t", HIDDEN)),
            id="a webhook for a server of one's own",
        ),
        pytest.param(
            {"BOT_MONITOR_LISTEN": "[::1]:9000"},
            replace(NOTHING_SET, monitor_listen=("::1", 9000)),
            id="figures on an IPv6 address",
        ),
        pytest.param({"LOG_FORMAT": "JSON"}, replace(NOTHING_SET, log_format="json"), id="a format in capitals"),
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


NOT_A_MODE = "BOT_MODE must be one of polling, webhook."
NOT_A_FORMAT = "LOG_FORMAT must be one of json, plain."
NOT_A_PLACE = "BOT_MONITOR_LISTEN must be an address and a port like 127.0.0.1:9464."
NO_SECRET = "BOT_WEBHOOK_SECRET must be 1 to 256 letters, digits, _ or -; without it anybody could ask."  # noqa: S105
NOT_TELEGRAMS = "BOT_WEBHOOK_URL must be an address like https://bot.example.org/telegram."


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
        pytest.param("BOT_MODE", "push", NOT_A_MODE, id="no such mode"),
        pytest.param("LOG_FORMAT", "xml", NOT_A_FORMAT, id="no such format"),
        pytest.param("BOT_MONITOR_LISTEN", "9464", NOT_A_PLACE, id="a port alone"),
        pytest.param("BOT_MONITOR_LISTEN", ":9464", NOT_A_PLACE, id="a port without an address"),
        pytest.param("BOT_MONITOR_LISTEN", "127.0.0.1", NOT_A_PLACE, id="an address without a port"),
        pytest.param("BOT_MONITOR_LISTEN", "127.0.0.1:0", NOT_A_PLACE, id="no port"),
        pytest.param("BOT_MONITOR_LISTEN", "127.0.0.1:99999", NOT_A_PLACE, id="a port that is too high to listen at"),
        pytest.param("BOT_MONITOR_LISTEN", "a@127.0.0.1:80", NOT_A_PLACE, id="a name before an address"),
        pytest.param("BOT_MONITOR_LISTEN", "127.0.0.1:80/x", NOT_A_PLACE, id="a path after an address"),
    ],
)
def test_names_a_mistake_in_one_sentence(name: str, value: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({name: value})
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        pytest.param("BOT_WEBHOOK_SECRET", "", NO_SECRET, id="none"),
        pytest.param("BOT_WEBHOOK_SECRET", "half a secret", NO_SECRET, id="a space"),
        pytest.param("BOT_WEBHOOK_SECRET", "sécret", NO_SECRET, id="an accent"),
        pytest.param("BOT_WEBHOOK_SECRET", "x" * 257, NO_SECRET, id="too long"),
        pytest.param("BOT_WEBHOOK_URL", "", NOT_TELEGRAMS, id="nowhere"),
        pytest.param("BOT_WEBHOOK_URL", "bot.example.org", NOT_TELEGRAMS, id="no address"),
        pytest.param("BOT_WEBHOOK_URL", "http://bot.example.org/", NOT_TELEGRAMS, id="not encrypted"),
    ],
)
def test_a_webhook_that_would_not_be_safe_is_refused(name: str, value: str, sentence: str) -> None:
    with pytest.raises(ConfigError) as caught:
        Config.from_env({**WEBHOOK, name: value})
    assert str(caught.value) == sentence


@pytest.mark.parametrize(
    ("environ", "secrets"),
    [
        pytest.param({}, [], id="nothing is set"),
        pytest.param({"TELEGRAM_BOT_TOKEN": KEY}, [KEY], id="a token"),
        pytest.param(WEBHOOK, [HIDDEN], id="a webhook's secret"),
        pytest.param({"DATABASE_URL": f"postgresql://bot:{HIDDEN}@db/bot"}, [HIDDEN], id="a password"),
        pytest.param({"DATABASE_URL": "postgresql://bot:a%40b@db/bot"}, ["a%40b", "a@b"], id="a quoted password"),
    ],
)
def test_knows_what_must_not_be_written(environ: dict[str, str], secrets: list[str]) -> None:
    assert Config.from_env(environ).secrets == secrets


@pytest.mark.parametrize(
    "environ",
    [
        {"TELEGRAM_BOT_TOKEN": KEY},
        {"DATABASE_URL": f"postgresql://bot:{HIDDEN}@db/bot"},
        pytest.param(WEBHOOK, id="webhook"),
    ],
)
def test_a_config_can_be_printed_without_its_secrets(environ: dict[str, str]) -> None:
    printed = repr(Config.from_env(environ))
    assert [secret for secret in ("ABC", HIDDEN) if secret in printed] == []
