"""Turns database errors into our errors, with a cure (what to do). A table has one row per kind of error."""

from __future__ import annotations

import sqlite3
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sqlalchemy.exc import DBAPIError

from trialwire.schemas.errors import RetryLaterError, SettingError, StopError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwire.schemas.errors import TrialwireError


@dataclass(frozen=True, slots=True)
class _Fault:
    """Words in the driver's message, and our error and message. `{place}` is the store's URL without password."""

    words: tuple[str, ...]
    error: type[TrialwireError]
    says: str


_FAULTS = (
    _Fault(
        ("unable to open database file",), SettingError,
        "The store {place} cannot be opened: its folder is missing or not writable. Correct TRIALWIRE_STORE__URL or the rights.",
    ),
    _Fault(
        ("attempt to write a readonly database", "readonly database", "permission denied"), SettingError,
        "The store {place} may not be written. Give this user the right to write the file and its folder (or the tables), or set TRIALWIRE_STORE__URL.",
    ),
    _Fault(
        ("file is not a database", "malformed", "file is encrypted"), StopError,
        "The store {place} is damaged or not a database: nothing was changed in it. Put a backup in its place and run `trialwire replay --reseed`, or set TRIALWIRE_STORE__URL to another file.",
    ),
    _Fault(
        ("database or disk is full", "no space left", "disk i/o error", "could not extend file", "file too large"), RetryLaterError,
        "The store {place} cannot grow: the disk is full or faulty. Nothing of this step was kept; make room and run the same command again.",
    ),
    _Fault(
        ("database is locked", "database table is locked", "lock timeout", "deadlock detected"), RetryLaterError,
        "The store {place} is locked by another process. Nothing of this step was kept; run the same command again when that one has ended.",
    ),
    _Fault(
        ("password authentication failed", "no password supplied", "role \"", "no pg_hba.conf entry"), SettingError,
        "The database rejects the login of {place}. Correct user and password in TRIALWIRE_STORE__URL.",
    ),
    _Fault(
        ("database \"",), SettingError,
        "The database named in {place} does not exist. Create it (createdb) or correct TRIALWIRE_STORE__URL.",
    ),
    _Fault(
        (
            "could not connect", "connection refused", "connection to server", "could not translate host name",
            "server closed the connection", "terminating connection", "connection already closed", "ssl syscall error",
            "the database system is", "too many clients", "remaining connection slots", "cannot connect now",
            "connection timed out", "timeout expired", "connection reset",
        ), RetryLaterError,
        "The database of {place} does not answer. Start it or correct TRIALWIRE_STORE__URL, then run the same command again.",
    ),
)  # fmt: skip


@contextmanager
def told(place: str) -> Iterator[None]:
    """Turn database errors inside the `with` block into our errors. `place`: the store's URL without password.

    An error for which the table has no row is raised unchanged, because it is a bug in our code.
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:  # SQLAlchemy does not wrap an error while a connection is set up
        says = str(error.orig if isinstance(error, DBAPIError) else error).lower()
        for fault in _FAULTS:
            if any(word in says for word in fault.words):
                raise fault.error(fault.says.format(place=place)) from error
        raise
