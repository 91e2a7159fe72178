"""Named leases: a lease is the exclusive right to do something for a limited time, such as publishing to a destination.

The holder (the process that has the lease) renews the lease while it works. Another process can take the lease over
when the lease has expired, or when the holder has ended. If a holder lost its lease, for example because its machine
was suspended, its next use of the outbox raises an error before anything is written.
"""

from __future__ import annotations

import os
import platform
import threading
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from sqlalchemy import delete, select, update
from sqlalchemy.exc import SQLAlchemyError

from trialwire.changes.database import Database, upsert
from trialwire.changes.tables import lease
from trialwire.schemas.errors import RetryLaterError, TrialwireError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection, Row


class Leases:
    """The leases that this process holds with this open store."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._held: dict[str, str] = {}

    @contextmanager
    def hold(self, name: str, *, seconds: float = 60.0) -> Iterator[None]:
        """Hold a named lease (an exclusive right) inside the `with` block, and renew it before it expires.

        Raises RetryLaterError if another process holds the lease.
        """
        token = uuid4().hex
        self._take(name, token, seconds)
        self._held[name] = token
        ended = threading.Event()
        renewal = threading.Thread(target=self._renew, args=(name, token, seconds, ended), daemon=True)
        renewal.start()
        try:
            yield
        finally:
            ended.set()
            renewal.join()
            del self._held[name]
            # A database error here must not hide the result of the work; the lease expires by itself.
            with suppress(TrialwireError), self._database.writing() as connection:
                connection.execute(delete(lease).where(lease.c.name == name, lease.c.token == token))

    def _take(self, name: str, token: str, seconds: float) -> None:
        mine = {"holder": holder(), "machine": machine(), "pid": os.getpid(), "token": token}
        with self._database.writing() as connection:
            if not self._database.is_sqlite:
                connection.exec_driver_sql("LOCK TABLE lease IN SHARE ROW EXCLUSIVE MODE")
            now = self._database.now(connection)
            row = connection.execute(select(lease).where(lease.c.name == name)).first()
            if row is not None and row.expires_at > now and not _has_ended(row):
                until = datetime.fromtimestamp(row.expires_at, UTC).strftime("%H:%M:%S")
                msg = f"{name} is in use by {row.holder} (its lease runs to {until} UTC and is renewed while it works). Wait for it to end, then run the same command again."
                raise RetryLaterError(msg)
            upsert(connection, lease, [{"name": name, **mine, "expires_at": now + seconds}])

    def _renew(self, name: str, token: str, seconds: float, ended: threading.Event) -> None:
        while not ended.wait(seconds / 3):
            try:
                with self._database.writing() as connection:
                    expires_at = self._database.now(connection) + seconds
                    mine = (lease.c.name == name) & (lease.c.token == token)
                    connection.execute(update(lease).where(mine).values(expires_at=expires_at))
            except (TrialwireError, SQLAlchemyError):
                continue  # retried after a third of the lease; if it is lost by then, `fence` raises

    def fence(self, connection: Connection, *, lock: bool = False) -> None:
        """Check that this store still has all its leases. Raises RetryLaterError if it lost one.

        `lock`: lock the lease rows until the transaction is committed.
        """
        for name, token in self._held.items():
            question = select(lease.c.token, lease.c.holder).where(lease.c.name == name)
            row = connection.execute(question.with_for_update() if lock else question).first()
            if row is None or row.token != token:
                by = f" to {row.holder}" if row else ""
                msg = f"The lease of {name} was lost{by}: this process was blocked for longer than the lease lasts. Nothing more was written; run the same command again."
                raise RetryLaterError(msg)


def holder() -> str:
    """Return the name of this process for messages: process number and machine."""
    return f"process {os.getpid()} on {platform.node() or 'this machine'}"


def machine() -> str:
    """Return a text that identifies this machine since its last boot, and the process namespace.

    A process number identifies a process only together with this text.
    """
    parts = [platform.node()]
    for path in ("/proc/sys/kernel/random/boot_id", "/proc/self/ns/pid"):
        try:
            parts.append(str(Path(path).readlink()) if path.endswith("ns/pid") else Path(path).read_text().strip())
        except OSError:
            continue
    return " ".join(parts)


def _has_ended(row: Row[Any]) -> bool:
    """Whether the holder's process has certainly ended. A process on another machine may always be running."""
    if row.machine != machine() or os.name != "posix":
        return False
    try:
        os.kill(row.pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False
