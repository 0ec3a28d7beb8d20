"""The guide for whoever runs the bot tells of this bot: its variables, alarms, log lines, tables and figures."""

import ast
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from bot import routine
from bot.config import MONITOR_LISTEN, TELEGRAM_API_URL, WEBHOOK_LISTEN, Config
from bot.intake import LEASE, handling, hearing, polling, webhook
from bot.limiter import ANSWER_PATIENCE, BROADCAST_PATIENCE
from bot.metrics import Metrics
from bot.monitor import DEAF
from bot.reload import LOGGED
from bot.store.database import CONNECTIONS
from bot.store.tables import METADATA

ROOT = Path(__file__).parents[1]
GUIDE = (ROOT / "OPERATIONS.md").read_text("utf-8")
README = (ROOT / "README.md").read_text("utf-8")
POLICIES = (ROOT / "PRIVACY-TEMPLATE.md").read_text("utf-8")
FIRST_RUN = {"TELEGRAM_BOT_TOKEN", "BOT_DATA_DIR", "BOT_CONTENT_DIR"}
LOGGERS = {"_LOG", "_log", "log"}
LOUD = {"warning", "error", "exception", "critical"}
SPOKEN = {
    "%s: %s": ["Update … failed: …", "Failed outside any update: …", "The apology could not be sent: …"],
    "%s": ["PATH:LINE: …"],
}
"""Lines whose words stand elsewhere: in bot/errors.py, where it is told what failed, and in the content's problems."""


class Rule(BaseModel):
    """An alarm, with the keys that Prometheus knows."""

    model_config = ConfigDict(extra="forbid")

    alert: str
    expr: str
    labels: dict[str, str]
    lasts: str | None = Field(default=None, alias="for")


def section(text: str, heading: str) -> str:
    """Return what stands under a heading, up to the next of its rank."""
    rank = heading.split()[0]
    return re.split(rf"^{rank} ", text.split(f"\n{heading}\n", 1)[1], maxsplit=1, flags=re.MULTILINE)[0]


def rows(text: str) -> list[list[str]]:
    """Return the cells of the first table in a text, without its head."""
    table = re.search(r"(?:^\|.*\n)+", text, re.MULTILINE)
    assert table
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table[0].splitlines()[2:]]


def named(cell: str) -> list[str]:
    """Return what stands in a cell as code."""
    return re.findall(r"`([^`]+)`", cell)


def test_a_section_ends_at_the_next_heading_of_its_rank() -> None:
    assert section("\n## A\n\none\n### B\ntwo\n## C\nthree", "## A") == "\none\n### B\ntwo\n"


# Variables


class Asked(Mapping[str, str]):
    """An environment that remembers what it was asked for."""

    def __init__(self, values: Mapping[str, str]) -> None:
        self._values = values
        self.names: set[str] = set()

    def __getitem__(self, name: str) -> str:
        self.names.add(name)
        return self._values[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


def variables() -> dict[str, str]:
    """Return the variables of the guide, with what is said of their defaults."""
    return {named(name)[0]: default for name, default, _ in rows(section(GUIDE, "## Variables"))}


def test_every_variable_that_is_read_is_in_the_guide_and_no_other() -> None:
    environ = Asked({"BOT_MODE": "webhook", "BOT_WEBHOOK_URL": "https://b.example/t", "BOT_WEBHOOK_SECRET": "x"})
    Config.from_env(environ)
    assert set(variables()) == environ.names


def address(listen: tuple[str, int]) -> str:
    return f"{listen[0]}:{listen[1]}"


@pytest.mark.parametrize(
    ("name", "default"),
    [
        pytest.param("TELEGRAM_API_URL", TELEGRAM_API_URL, id="Telegram's server"),
        pytest.param("BOT_DATA_DIR", str(Config().data_folder), id="the folder of data"),
        pytest.param("BOT_MODE", "polling" if Config().webhook is None else "webhook", id="the mode"),
        pytest.param("BOT_WEBHOOK_LISTEN", address(WEBHOOK_LISTEN), id="where the webhook is"),
        pytest.param("BOT_MONITOR_LISTEN", address(MONITOR_LISTEN), id="where the metrics are"),
        pytest.param("LOG_LEVEL", Config().log_level, id="the level of the log"),
    ],
)
def test_the_guide_tells_the_default(name: str, default: str) -> None:
    assert named(variables()[name]) == [default]


def test_the_readme_has_only_the_variables_of_a_first_run() -> None:
    assert {named(name)[0] for name, *_ in rows(section(README, "## On Telegram, in five lines"))} == FIRST_RUN


@pytest.mark.parametrize("file", ["OPERATIONS.md", "README.md", "MANUAL.md", "compose.yaml", "Dockerfile"])
def test_no_other_variable_is_named_anywhere(file: str) -> None:
    of_compose = {"BOT_HOST"}
    named = set(re.findall(r"\bBOT_[A-Z_]+\b", (ROOT / file).read_text("utf-8")))
    assert named <= {*variables(), *of_compose}


# Alarms


def rules() -> list[Rule]:
    block = re.search(r"^```yaml\n(groups:.*?)^```", section(GUIDE, "## Alarms"), re.MULTILINE | re.DOTALL)
    assert block
    return TypeAdapter(list[Rule]).validate_python(yaml.safe_load(block[1])["groups"][0]["rules"])


def samples() -> set[tuple[str, str, str]]:
    """Return every metric with each of its labels and values; those without labels, and the labelled ones alone too."""
    metrics = Metrics()
    metrics.look_at(lambda: 0.0, lambda: False)
    every = [sample for metric in metrics.registry.collect() for sample in metric.samples]
    return {(one.name, label, value) for one in every for label, value in {**one.labels, "": ""}.items()}


def wanted(expression: str) -> set[tuple[str, str, str]]:
    """Return the metrics of the bot that an expression names, with the labels and values that it asks for."""
    named = re.findall(r"\b((?:bot|process)_\w+)(?:\{(\w+)=~?\"([^\"]*)\"\})?", expression)
    ours = [(name, label, values) for name, label, values in named if label != "job"]
    return {(name, label, value) for name, label, values in ours for value in values.split("|")}


@pytest.mark.parametrize("rule", rules(), ids=lambda rule: rule.alert)
def test_an_alarm_asks_for_metrics_that_there_are(rule: Rule) -> None:
    assert wanted(rule.expr) <= samples()
    assert "up{" in rule.expr or re.search(r"\b(bot|process)_", rule.expr)


@pytest.mark.parametrize(
    "expression",
    [
        pytest.param("bot_deaf == 1", id="no such metric"),
        pytest.param('bot_updates_total{outcome="lost"} > 0', id="no such outcome"),
        pytest.param('bot_updates_total{outcome=~"full|lost"} > 0', id="one of two"),
        pytest.param('bot_updates_total{seat="private"} > 0', id="a label of another"),
    ],
)
def test_a_metric_that_there_is_not_would_be_found(expression: str) -> None:
    assert not wanted(expression) <= samples()


def test_what_each_alarm_means_is_told() -> None:
    meant = rows(section(GUIDE, "## Alarms"))
    assert [named(cell)[0] for cell, *_ in meant] == [rule.alert for rule in rules()]


def test_every_metric_of_the_bots_is_told_of() -> None:
    table = rows(section(GUIDE, "## Health and metrics"))
    metrics = {metric.name for metric in Metrics().registry.collect() if metric.name.startswith("bot_")}
    told = {name.removesuffix("_total").removesuffix("_info") for cell, *_ in table for name in named(cell)}
    assert told == metrics


# The log


def loud_lines(tree: ast.AST) -> Iterator[tuple[str, str]]:
    """Find what a module logs as a warning or worse: its level, and the line with … for what differs."""
    for node in ast.walk(tree):
        match node:
            case ast.Call(
                func=ast.Attribute(value=ast.Name(id=logger), attr=level), args=[ast.Constant(value=str(line)), *_]
            ) if logger in LOGGERS and level in LOUD:
                for spoken in SPOKEN.get(line, [re.sub(r"%[sd]", "…", line)]):
                    yield level.replace("exception", "error"), spoken


def test_every_warning_and_error_is_told_of_and_no_other() -> None:
    trees = [ast.parse(path.read_bytes()) for path in sorted((ROOT / "bot").rglob("*.py"))]
    told = {(level, named(line)[0]) for line, level, *_ in rows(section(GUIDE, "## What the log tells"))}
    assert told == {line for tree in trees for line in loud_lines(tree)}


def test_every_warning_is_a_literal() -> None:
    """Else the test above would not see it."""
    calls = [
        ast.unparse(node)
        for path in sorted((ROOT / "bot").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_bytes()))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in LOUD
        if isinstance(node.func.value, ast.Name) and node.func.value.id.lower().endswith("log")
        if not (node.args and isinstance(node.args[0], ast.Constant))
    ]
    assert calls == []


@pytest.mark.parametrize(
    ("code", "lines"),
    [
        pytest.param('_LOG.warning("Away (%s)", x)', [("warning", "Away (…)")], id="a warning"),
        pytest.param('def f():\n  log.critical("Gone")', [("critical", "Gone")], id="the worst, in a function"),
        pytest.param('_LOG.exception("Bad")', [("error", "Bad")], id="an error with its trace"),
        pytest.param('_LOG.info("Well")', [], id="nothing to worry about"),
        pytest.param('warnings.warning("x")', [], id="no log"),
    ],
)
def test_finds_what_a_module_logs_loudly(code: str, lines: list[tuple[str, str]]) -> None:
    assert list(loud_lines(ast.parse(code))) == lines


# What ends the process


def sentences(tree: ast.AST) -> Iterator[str]:
    """Find what is raised or printed as one text, with … for what differs."""
    for node in ast.walk(tree):
        match node:
            case ast.Raise(exc=ast.Call(args=[text])) | ast.Call(func=ast.Name(id="print"), args=[text]):
                if said := literal(text):
                    yield said


def literal(text: ast.expr) -> str:
    match text:
        case ast.Constant(value=str(whole)):
            return whole
        case ast.JoinedStr(values=parts):
            return "".join(str(part.value) if isinstance(part, ast.Constant) else "…" for part in parts)
    return ""


def ends(module: str, function: str | None = None) -> list[str]:
    """Return the sentences of a module, or of one of its functions, that have words of their own."""
    tree: ast.AST = ast.parse((ROOT / "bot" / module).read_bytes())
    if function:
        [tree] = [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name == function]
    return [said for said in sentences(tree) if re.search(r"\w", said)]


def is_told(sentence: str, told: list[str]) -> bool:
    """Tell whether the guide has a sentence, or one with … for a part of it."""
    forms = [".*".join(map(re.escape, one.strip("….: ").split("…"))) for one in told]
    return any(re.search(form, sentence) for form in forms)


def told_ends() -> list[str]:
    of_running, of_backups = section(GUIDE, "## When it ends by itself").split("`backup` and `restore`")
    return [one for text in (of_running, of_backups) for cell, _ in rows(text) for one in named(cell)]


@pytest.mark.parametrize(
    "sentence",
    [
        *ends("config.py"),
        *ends("serving.py"),
        *ends("intake/hearing.py"),
        *ends("intake/webhook.py"),
        *ends("store/backup.py"),
        *ends("__main__.py", "_serve"),
    ],
)
def test_every_sentence_that_ends_the_bot_is_told_of(sentence: str) -> None:
    assert is_told(sentence, told_ends())


def test_a_sentence_that_is_not_told_of_would_be_found() -> None:
    assert not is_told("The moon is full.", told_ends())
    assert [*sentences(ast.parse('raise X(f"{a} is gone")\nprint("Bye", file=f)\ny("no")'))] == ["… is gone", "Bye"]


# What is stored


def test_every_table_of_the_database_is_told_of_and_no_other() -> None:
    told = [named(name)[0] for name, *_ in rows(section(GUIDE, "### What is stored, and how long"))]
    assert sorted(told) == sorted([*METADATA.tables, "alembic_version"])


# Figures that the guide takes from the program


@pytest.mark.parametrize(
    ("heading", "words", "figure", "expected"),
    [
        pytest.param("## Several copies", "50 seconds at most", LEASE.total_seconds(), 50, id="a lease"),
        pytest.param("## Several copies", "five connections", CONNECTIONS, 5, id="connections to the database"),
        pytest.param("## The promise", "wait up to 50 seconds", LEASE.total_seconds(), 50, id="after kill -9"),
        pytest.param("## The promise", "eight attempts", handling.TRIES, 8, id="attempts"),
        pytest.param("## The promise", "eight seconds", polling.FAREWELL, 8, id="the end"),
        pytest.param("## Polling or webhook", "after five minutes", hearing.PATIENCE, 300, id="refusal"),
        pytest.param("## Polling or webhook", "once a minute", webhook.LOOK, 60, id="looks at the webhook"),
        pytest.param("## Health and metrics", "300 seconds", DEAF, 300, id="deaf"),
        pytest.param("## Limits", "waited 20 seconds", ANSWER_PATIENCE, 20, id="an answer waits"),
        pytest.param("## Limits", "after ten minutes", BROADCAST_PATIENCE, 600, id="a post waits"),
        pytest.param("## Limits", "64 chats at once", handling.AT_ONCE, 64, id="chats at once"),
        pytest.param("## Limits", "100 updates in hand", webhook.FULL, 100, id="updates in hand"),
        pytest.param("## Limits", "25 seconds", handling.PATIENCE, 25, id="a handler"),
        pytest.param("## What the log tells", "20 at most", LOGGED, 20, id="problems logged"),
        pytest.param("## Data protection", "| two days |", routine.REPEATED.days, 2, id="numbers of updates"),
        pytest.param("## Data protection", "| one day, or", routine.REMEMBERED.days, 1, id="memory of chats"),
    ],
)
def test_a_figure_is_the_programs(heading: str, words: str, figure: float, expected: float) -> None:
    assert words in " ".join(section(GUIDE, heading).split())
    assert figure == expected


@pytest.mark.parametrize(
    ("file", "setting"),
    [
        pytest.param("compose.yaml", "stop_grace_period: 15s", id="Docker"),
        pytest.param("OPERATIONS.md", "TimeoutStopSec=15", id="systemd"),
        pytest.param("OPERATIONS.md", "terminationGracePeriodSeconds: 15", id="Kubernetes"),
    ],
)
def test_whatever_stops_the_bot_waits_longer_than_that_takes(file: str, setting: str) -> None:
    assert setting in (ROOT / file).read_text("utf-8")
    assert polling.FAREWELL + routine.STOP_PATIENCE < 15


# The policies, in three languages


@pytest.mark.parametrize("language", ["English", "Español", "Português"])
def test_a_policy_names_the_ways_to_know_and_to_erase(language: str) -> None:
    policy = section(POLICIES, f"## {language}")
    assert {"`/privacy`", "`/forget`"} <= set(re.findall(r"`[^`]+`", policy))


def form(language: str) -> tuple[int, int, int, int]:
    """Return how many headings, rows, points and gaps to fill in a policy has."""
    policy = section(POLICIES, f"## {language}")
    return (
        policy.count("\n### "),
        len(rows(policy)),
        policy.count("\n- **"),
        len(re.findall(r"\[[A-ZÁÉÍÓÚÇÃÕ]{2}", policy)),
    )


@pytest.mark.parametrize("language", ["Español", "Português"])
def test_the_policies_say_the_same(language: str) -> None:
    assert form(language) == form("English")


# Links


def bare(text: str) -> str:
    """Return a document without its blocks of code, whose lines look like headings and links."""
    return re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)


def anchors(text: str) -> set[str]:
    """Return what links can lead to in a document, as GitHub names it."""
    headings = re.findall(r"^#+ (.*)$", bare(text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def broken(document: Path) -> list[str]:
    """Return the links of a document to files and headings that are not there."""
    links = re.findall(r"\]\(([^)\s]+)\)", bare(document.read_text("utf-8")))
    return [link for link in links if not (link.startswith("https://") or leads_somewhere(document, link))]


def leads_somewhere(document: Path, link: str) -> bool:
    name, _, anchor = link.partition("#")
    target = document.parent / name if name else document
    return target.exists() and (not anchor or anchor in anchors(target.read_text("utf-8")))


@pytest.mark.parametrize("document", sorted(ROOT.glob("*.md")), ids=lambda path: path.name)
def test_every_link_leads_somewhere(document: Path) -> None:
    assert broken(document) == []


def test_a_link_to_nowhere_would_be_found(tmp_path: Path) -> None:
    document = tmp_path / "a.md"
    document.write_text("# A b\n[1](#a-b) [2](#c) [3](a.md#a-b) [4](b.md)\n```\n# c\n```\n", "utf-8")
    assert broken(document) == ["#c", "b.md"]


def test_the_readme_leads_to_the_guide_and_the_guide_to_the_policies() -> None:
    assert "](OPERATIONS.md)" in README
    assert "](PRIVACY-TEMPLATE.md)" in GUIDE
