"""What is wrong with a content folder: every problem at once, each at its line."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Problem:
    """One thing to mend, printed as `path:line: what is wrong`."""

    path: Path
    line: int
    """Counted from 1."""
    text: str

    def __str__(self) -> str:
        path = self.path.absolute()
        here = Path.cwd()
        line = f"{path.relative_to(here) if path.is_relative_to(here) else path}:{self.line}: {self.text}"
        return "".join(character if character.isprintable() else " " for character in line)


class ContentError(Exception):
    """A content folder that cannot be used; its text is one problem a line, in the order of files and lines."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = tuple(sorted(problems))
        super().__init__("\n".join(map(str, self.problems)))
