"""Logging is one for the whole process: what a test sets up is taken down again."""

import logging
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bot import logs


@contextmanager
def restored_logging() -> Iterator[None]:
    """Leave the root logger's handlers, all levels, and what is done with errors that nobody caught, as they were."""
    root = logging.getLogger()
    handlers = list(root.handlers)
    levels = {logger: logger.level for logger in (root, *map(logging.getLogger, logs.QUIET))}
    hooks = sys.excepthook, threading.excepthook, sys.unraisablehook
    yield
    sys.excepthook, threading.excepthook, sys.unraisablehook = hooks
    logging.captureWarnings(capture=False)
    root.handlers[:] = handlers
    for logger, level in levels.items():
        logger.setLevel(level)
