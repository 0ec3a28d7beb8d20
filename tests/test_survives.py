"""What goes wrong has a test, and the tests that the table of it names are there."""

import ast
import re
from functools import cache
from pathlib import Path

TESTS = Path(__file__).parent
TABLE = (TESTS / "SURVIVES.md").read_text("utf-8")
NAMED = re.compile(r"(test_\w+\.py)::(test_\w+)")


@cache
def names_in(file: str) -> frozenset[str]:
    """Return the names of the functions of a file of tests; none if there is no such file."""
    path = TESTS / file
    tree = ast.parse(path.read_text("utf-8") if path.is_file() else "")
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_the_tests_that_the_table_names_are_there() -> None:
    assert [f"{file}::{test}" for file, test in NAMED.findall(TABLE) if test not in names_in(file)] == []


def test_a_test_that_is_not_there_is_noticed() -> None:
    assert "test_a_test_that_is_not_there_is_noticed" in names_in("test_survives.py")
    assert "test_of_nothing" not in names_in("test_survives.py")
    assert names_in("test_of_nothing.py") == frozenset()


def test_every_failure_has_a_test() -> None:
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in TABLE.splitlines()]
    failures = [row for row in rows if row[0].isdecimal()]
    assert [int(number) for number, *_ in failures] == list(range(1, 74))
    assert [number for number, _, does, shown in failures if not does or not NAMED.search(shown)] == []
