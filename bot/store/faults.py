"""What goes wrong with a database, told in one line that says what to do."""

from sqlalchemy.exc import (
    DatabaseError,
    InterfaceError,
    InternalError,
    OperationalError,
    SQLAlchemyError,
    StatementError,
)

StoreError = SQLAlchemyError
"""What every method of the store raises when the database cannot be reached or refuses."""

RESTORE = "stop the bot, and put a backup back with `python -m bot restore FILE`"
ADVICE = {
    "SQLITE_BUSY": "end the other program that holds it",
    "SQLITE_CANTOPEN": "see whether the bot may read and write its folder",
    "SQLITE_CORRUPT": RESTORE,
    "SQLITE_FULL": "make room on the disk",
    "SQLITE_NOTADB": RESTORE,
    "SQLITE_READONLY": "let the bot write the file and its folder",
}
"""What to do, by SQLite's own name of a fault: https://www.sqlite.org/rescode.html."""
_SPEAKING = {DatabaseError, InterfaceError, InternalError, OperationalError}
"""Errors about the database itself; what drivers say in others can hold values."""


def explained(error: StoreError) -> str:
    """Return what is wrong, and what to do about it where that is known, in one line."""
    advice = ADVICE.get(fault(error))
    return f"{said(error)}; {advice}" if advice else said(error)


def said(error: StoreError) -> str:
    """Return what is wrong in one line without any value, in the driver's own words where it has any."""
    told: BaseException | None = error
    if isinstance(error, StatementError):
        if type(error) not in _SPEAKING:
            return type(error).__name__
        told = error.orig
    return next(iter(str(told).splitlines()), "").rstrip(".")


def fault(error: StoreError) -> str:
    """Return SQLite's own name of a fault without its details, such as SQLITE_BUSY; empty if it is none of SQLite's."""
    name: str = getattr(getattr(error, "orig", None), "sqlite_errorname", "")
    return "_".join(name.split("_")[:2])
