"""The files of a content folder, found and read within bounds: nothing that lies there can hang or swell a reader."""

import hashlib
import os
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeAlias

from content.problems import ContentError, Problem

PARTS = ("knowledge", "sources", "thesaurus", "voice", "words")
COMMUNITY = "community.yaml"
MAX_SIZE = 1_000_000
"""Bytes of one file; the largest packaged one has 160,000."""
MAX_TOTAL = 16_000_000
"""Bytes of all files; the packaged ones have 2,800,000."""
MAX_FILES = 2_000
"""YAML files; there are 123 packaged ones."""
MAX_NAMES = 10_000
"""Names of whatever kind that are looked at."""
MAX_LEVELS = 4
"""Folders in one another that are looked into; two hold files that are read, below them files are reported."""

Signature: TypeAlias = tuple[tuple[object, ...], ...]
"""What the file system tells of some files: two that are equal mean that nothing has happened to them."""


class Folder:
    """A content folder as it lies on the disk at one moment; names that begin with a dot are passed over.

    Editors and synchronizing tools put files with such names beside those that they write.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._root = Path(os.path.realpath(path))  # unlike Path.resolve, it bears links in a circle
        self._names = 0

    def files(self) -> list[Path]:
        """Return the files that end in .yaml or .yml, those that nothing reads too, in the order of their names.

        Raises ContentError with one problem when there are too many, or a folder cannot be read.
        """
        self._names = 0
        found = [path for part in PARTS for path in sorted(self._beneath(self.path / part, MAX_LEVELS))]
        found += [path for path in (self.path / COMMUNITY, self.path / "community.yml") if os.path.lexists(path)]
        if len(found) > MAX_FILES:
            raise self._refusal(self.path, f"the folder has more than {MAX_FILES:,} files")
        if sum(map(_size, found)) > MAX_TOTAL:
            raise self._refusal(self.path, f"the files of the folder have more than {MAX_TOTAL:,} bytes together")
        return found

    def leads_out(self, path: Path) -> bool:
        """Tell whether a file of the folder is in truth, by symbolic links, one outside."""
        return not Path(os.path.realpath(path)).is_relative_to(self._root)

    def signature(self) -> Signature:
        """Return what tells cheaply, without reading, whether any file has changed."""
        try:
            return tuple((str(path), *_state(path)) for path in self.files())
        except ContentError as error:
            return ((str(error),),)

    def digest(self) -> str:
        """Hash the names and bytes of all files, as `Knowledge.digest` does; what cannot be read counts as it is."""
        try:
            return digest({self.name(path): self._hash(path) for path in self.files()})
        except ContentError as error:
            return str(error)

    def name(self, path: Path) -> str:
        """Return the name by which a file counts in the hash, the same wherever the folder lies."""
        return path.relative_to(self.path).as_posix()

    def _hash(self, path: Path) -> bytes:
        if self.leads_out(path):
            return b"outside"
        try:
            return hashlib.sha256(file_bytes(path)).digest()
        except OSError as error:
            return str(error.strerror).encode()

    def _beneath(self, folder: Path, levels: int) -> Iterator[Path]:
        try:
            with os.scandir(folder) as names:
                for item in names:
                    yield from self._looked_at(item, levels)
        except (FileNotFoundError, NotADirectoryError):
            return  # what is missing then is reported by what needs it
        except OSError as error:
            raise self._refusal(folder, f"cannot be read: {error.strerror}") from None

    def _looked_at(self, item: os.DirEntry[str], levels: int) -> Iterator[Path]:
        self._names += 1
        if self._names > MAX_NAMES:
            raise self._refusal(self.path, f"the folder has more than {MAX_NAMES:,} names of files and folders")
        if item.name.startswith("."):
            return
        if item.name.endswith((".yaml", ".yml")):
            yield Path(item.path)
        elif levels and item.is_dir():
            yield from self._beneath(Path(item.path), levels - 1)

    @staticmethod
    def _refusal(path: Path, text: str) -> ContentError:
        return ContentError([Problem(path, 1, text)])


def digest(hashes: Mapping[str, bytes]) -> str:
    """Hash files, given the hash of each by its name, whatever their order."""
    whole = hashlib.sha256()
    for name, content in sorted(hashes.items()):
        whole.update(b"%s\0%s" % (os.fsencode(name), content))
    return whole.hexdigest()


def file_bytes(path: Path) -> bytes:
    """Read a file up to one byte more than it may have; raise OSError for what is none, and never wait for one."""
    # a pipe that nobody writes to would be waited for when it is opened
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
    with open(descriptor, "rb") as file:  # noqa: PTH123  # a path could be another file by now
        mode = os.fstat(descriptor).st_mode
        if not stat.S_ISREG(mode):
            raise OSError(0, "it is no file but a pipe, a socket or a device")
        return file.read(MAX_SIZE + 1)


def _size(path: Path) -> int:
    try:
        return min(path.stat().st_size, MAX_SIZE + 1)
    except OSError:
        return 0


def _state(path: Path) -> tuple[object, ...]:
    try:
        found = path.stat()
    except OSError as error:
        return (error.errno,)
    return found.st_dev, found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns
