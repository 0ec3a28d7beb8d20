"""The rules of the house: who may import whom, what the doors show, and nothing of the content in the code."""

import ast
import sys
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
FILES = {package: sorted((ROOT / package).rglob("*.py")) for package in ("bot", "content", "intents")}


def imported(file: Path) -> Iterator[str]:
    """Yield the top-level name of every package that a file imports, at whatever depth it does."""
    for node in ast.walk(ast.parse(file.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            yield from (name.name.partition(".")[0] for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            yield (node.module or "").partition(".")[0] if not node.level else file.relative_to(ROOT).parts[0]


def importing(name: str) -> list[Path]:
    """Return the files that import a package."""
    return [file.relative_to(ROOT) for files in FILES.values() for file in files if name in imported(file)]


def imports(package: str) -> set[str]:
    """Return what the files of a package import, the standard library aside."""
    return {name for file in FILES[package] for name in imported(file)} - sys.stdlib_module_names


@pytest.mark.parametrize(
    ("package", "allowed"),
    [
        ("intents", {"intents", "numpy", "rapidfuzz"}),
        ("content", {"content", "pydantic", "pydantic_core", "yaml"}),
        (
            "bot",
            {
                "aiohttp",
                "alembic",
                "bot",
                "certifi",
                "content",
                "cryptography",
                "filelock",
                "intents",
                "matplotlib",
                "prometheus_client",
                "pydantic",
                "rich",
                "sqlalchemy",
                "starlette",
                "telegram",
                "uvicorn",
            },
        ),
    ],
)
def test_a_package_imports_only_what_it_may(package: str, allowed: set[str]) -> None:
    assert imports(package) <= allowed


def test_the_bot_alone_knows_telegram() -> None:
    assert [package for package in FILES if "telegram" in imports(package)] == ["bot"]


@pytest.mark.parametrize("name", ["alembic", "sqlalchemy"])
def test_the_store_alone_knows_the_database(name: str) -> None:
    assert [file for file in importing(name) if not file.is_relative_to("bot/store")] == []
    assert importing(name) != []


@pytest.mark.parametrize("driver", ["aiosqlite", "asyncpg", "psycopg", "sqlite3"])
def test_nobody_imports_a_database_driver(driver: str) -> None:
    assert importing(driver) == []


def test_the_engine_reads_no_files_and_no_clock() -> None:
    outside = {"asyncio", "datetime", "io", "logging", "os", "pathlib", "socket", "subprocess", "time", "urllib"}
    assert outside.isdisjoint(name for file in FILES["intents"] for name in imported(file))


def by_kind(name: str) -> tuple[bool, bool, str]:
    """Sort constants first, then classes, then functions."""
    return not name.isupper(), name.islower(), name


@pytest.mark.parametrize("package", ["bot.offline", "bot.store", "content", "intents"])
def test_the_door_of_a_package_shows_all_that_it_imports_in_order(package: str) -> None:
    door = import_module(package)
    tree = ast.parse((ROOT / package.replace(".", "/") / "__init__.py").read_text("utf-8"))
    names = [name.name for node in tree.body if isinstance(node, ast.ImportFrom) for name in node.names]
    assert door.__all__ == sorted(names, key=by_kind)


@pytest.mark.parametrize("package", ["bot.offline", "bot.store", "content", "intents"])
def test_others_use_the_door_of_a_package(package: str) -> None:
    inside = [
        f"{file.relative_to(ROOT)}: {node.module}"
        for files in FILES.values()
        for file in files
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith(f"{package}.")
        if not file.is_relative_to(ROOT / package.replace(".", "/"))
    ]
    assert inside == []


@pytest.mark.parametrize("package", FILES)
def test_no_code_names_whom_the_content_is_about(package: str) -> None:
    assert [file for file in FILES[package] if "alsur" in file.read_text("utf-8").lower()] == []
