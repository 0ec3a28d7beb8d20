"""What the engine learns from the phrases, kept from one start to the next.

It is derived from the content and the code alone, and is treated like Python's own bytecode: it stands in a
`__pycache__` folder, is made when it is missing or of another edition, and the bot does without it where it cannot be
written. As with bytecode, who can write there can run code here.
"""

import hashlib
import logging
import os
import pickle
import sys
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

from bot.answers import matcher_of
from content import Knowledge
from intents import Matcher

FOLDER = Path(__file__).parent / "__pycache__"
KEPT = 3
"""Editions kept: an editor goes back and forth between a few."""
_HASH = hashlib.sha256
_CODE = Path(__file__).parents[1]

_log = logging.getLogger(__name__)


def learnt_matcher(knowledge: Knowledge, folder: Path = FOLDER) -> Matcher:
    """Return the engine for some knowledge: the kept one, or one that learns now and is kept."""
    path = folder / f"learnt-{_edition(knowledge)}.pickle"
    matcher = _read(path)
    if matcher is None:
        matcher = matcher_of(knowledge)
        _keep(matcher, path)
    return matcher


def _edition(knowledge: Knowledge) -> str:
    """Name all that the engine's state depends on: content, code, and the versions that can read it."""
    digest = _HASH(f"{knowledge.digest} {sys.implementation.cache_tag} {version('numpy')}".encode())
    for path in sorted([*_CODE.glob("content/*.py"), *_CODE.glob("intents/*.py"), _CODE / "bot" / "answers.py"]):
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


def _read(path: Path) -> Matcher | None:
    try:
        with path.open("rb") as file:
            wanted = file.read(_HASH().digest_size)
            if hashlib.file_digest(file, _HASH).digest() == wanted:
                file.seek(len(wanted))
                matcher = pickle.load(file)  # noqa: S301  # our own, whole, and as trusted as bytecode
                return matcher if isinstance(matcher, Matcher) else None
    except OSError:
        return None
    _log.warning("What was learnt before is damaged: learning again")
    return None


def _keep(matcher: Matcher, path: Path) -> None:
    """Write the engine's state whole or not at all; where that cannot be, the next start learns again."""
    data = pickle.dumps(matcher, protocol=pickle.HIGHEST_PROTOCOL)
    draft = path.with_suffix(f".{os.getpid()}")
    with suppress(OSError):
        path.parent.mkdir(exist_ok=True)
        try:
            draft.write_bytes(_HASH(data).digest() + data)
            draft.replace(path)
        finally:
            draft.unlink(missing_ok=True)
        kept = sorted(path.parent.glob("learnt-*"), key=lambda file: file.stat().st_mtime)
        for old in kept[:-KEPT]:
            old.unlink()
