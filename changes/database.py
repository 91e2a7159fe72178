"""The database of the store: opened by URL, read in snapshots, written in short exclusive transactions.

SQLite is configured so that a committed transaction survives a power cut (WAL, synchronous FULL) and a second writer
waits. On PostgreSQL, a transaction that adds rows to the outbox (the list of all changes) locks the outbox first.
Therefore readers see the rows in the order of their positions.
"""

from __future__ import annotations

import os
import sqlite3
import stat
import time
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import orjson
from sqlalchemy import create_engine, event, make_url, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.exc import ArgumentError

from trialwire.changes.database_faults import told
from trialwire.network import retrying
from trialwire.schemas.address import without_secrets
from trialwire.schemas.errors import SettingError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sqlalchemy import URL, Connection, Engine, Table

WAIT_SECONDS = 30
"""Seconds that a second writer waits before it gets the error that the store is locked."""
_ADDRESSES = "Write sqlite:///path/of/file.db or postgresql://user:password@host/database."


class Database:
    """An open database of the store. All access is through `reading`, `writing` or `appending`."""

    def __init__(self, url: str) -> None:
        self._url = _parsed(url)
        self.place = without_secrets(self._url.render_as_string(hide_password=True))
        self.is_sqlite = self._url.get_backend_name() == "sqlite"
        self._engine = self._engine_of()
        self._writer = self._engine.execution_options(writing=True)

    def close(self) -> None:
        """Close all connections to the database."""
        self._engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection for reading. All its queries see the same snapshot of the database."""
        with told(self.place), self._engine.connect() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection in a write transaction.

        The transaction is committed at the end of the block. After an error it is rolled back.
        """
        with told(self.place), self._writer.begin() as connection:
            yield connection

    @contextmanager
    def appending(self) -> Iterator[Connection]:
        """Yield a connection in a write transaction that may add to the outbox.

        Only one such transaction runs at a time, in all processes that use the same database.
        """
        with self.writing() as connection:
            if not self.is_sqlite:
                connection.execute(text("LOCK TABLE outbox IN SHARE ROW EXCLUSIVE MODE"))
            yield connection

    def now(self, connection: Connection) -> float:
        """Return the time in seconds since 1970, by the clock that all clients of this database share."""
        if self.is_sqlite:
            return time.time()
        return float(connection.execute(text("SELECT extract(epoch FROM clock_timestamp())")).scalar_one())

    def _engine_of(self) -> Engine:
        if not self.is_sqlite:
            waits = f"-c lock_timeout={WAIT_SECONDS * 1000}"
            return create_engine(
                self._url, json_serializer=_json, json_deserializer=orjson.loads, hide_parameters=True,
                pool_pre_ping=True, connect_args={"connect_timeout": 10, "options": waits},
            )  # fmt: skip
        path = _file(self._url)
        if _is_read_only(path):
            return create_engine(
                self._url, creator=lambda: _read_only(path), json_serializer=_json, json_deserializer=orjson.loads,
                hide_parameters=True,
            )  # fmt: skip
        engine = create_engine(
            self._url,
            json_serializer=_json,
            json_deserializer=orjson.loads,
            hide_parameters=True,
            connect_args={"timeout": WAIT_SECONDS},
        )
        event.listen(engine, "connect", _set_up)
        event.listen(engine, "begin", _begin)
        return engine


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows into a table. A row whose primary key exists is updated."""
    if not rows:
        return
    dialect = sqlite if connection.dialect.name == "sqlite" else postgresql
    statement = dialect.insert(table)
    keys = [column.name for column in table.primary_key]
    values = {name: statement.excluded[name] for name in rows[0] if name not in keys}
    connection.execute(statement.on_conflict_do_update(index_elements=keys, set_=values), list(rows))


def _parsed(url: str) -> URL:
    try:
        parsed = make_url(url)
        supported = parsed.get_backend_name() in {"sqlite", "postgresql"} and parsed.get_dialect() is not None
    except (ArgumentError, ImportError):
        supported = False
    if not supported:
        msg = f"TRIALWIRE_STORE__URL is not the URL of a store. {_ADDRESSES}"
        raise SettingError(msg)
    return parsed


def _file(url: URL) -> Path:
    """The file of a SQLite store. A missing file is created for this user only, because it holds whole records."""
    if url.database in {None, "", ":memory:"}:
        msg = f"TRIALWIRE_STORE__URL has no file name, so everything would be lost at the end of the run. {_ADDRESSES}"
        raise SettingError(msg)
    path = Path(str(url.database))
    folder = path.parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        msg = f"The folder of the store, {folder}, cannot be created ({error.strerror}). Create it, or set TRIALWIRE_STORE__URL."
        raise SettingError(msg) from error
    with suppress(OSError):  # an error is reported when the database is opened
        os.close(os.open(path, os.O_RDONLY | os.O_CREAT, 0o600))
        if (mode := path.stat().st_mode) & stat.S_IRWXO:
            path.chmod(stat.S_IMODE(mode) & ~stat.S_IRWXO)
    return path


def _is_read_only(path: Path) -> bool:
    """Whether the store exists and this process may only read it, as on a read-only disk."""
    return os.access(path, os.R_OK) and not (os.access(path, os.W_OK) and os.access(path.parent, os.W_OK))


def _read_only(path: Path) -> sqlite3.Connection:
    """A read-only connection. With `immutable`, SQLite creates no file beside it, for which it has no right."""
    unfinished = path.with_name(f"{path.name}-wal")
    immutable = "" if unfinished.exists() and unfinished.stat().st_size else "&immutable=1"
    return sqlite3.connect(f"file:{quote(str(path))}?mode=ro{immutable}", uri=True, check_same_thread=False)


def _json(value: object) -> str:
    return orjson.dumps(value).decode()


def _set_up(connection: Any, _record: object) -> None:
    """Set up a SQLite connection. `_begin` begins transactions, because the driver would begin them too late."""
    connection.isolation_level = None
    connection.execute(f"PRAGMA busy_timeout={WAIT_SECONDS * 1000:.0f}")
    # SQLite ignores the time-out while it changes the journal mode of a new file, so we retry.
    for attempt in retrying.attempts(retrying.SQLITE_OPEN, _locked):
        with attempt:
            connection.execute("PRAGMA journal_mode=WAL")
    for setting in ("synchronous=FULL", "foreign_keys=ON"):
        connection.execute(f"PRAGMA {setting}")


def _locked(error: Exception) -> bool:
    return isinstance(error, sqlite3.OperationalError) and "locked" in str(error)


def _begin(connection: Connection) -> None:
    writing = connection.get_execution_options().get("writing", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")
