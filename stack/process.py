"""Runs a server as a child process: starts it with its own log, waits until it answers, and stops it.

A stop also ends the processes that the child has started.
"""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from trialwire.schemas.errors import StopError
from trialwire.schemas.whole_file import private
from trialwire.stack.extra import imported

with imported():
    import psutil

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

POLL_SECONDS = 0.3
LOG_LINES = 6


_LOCK = threading.Lock()
_RUNNING: list[Process] = []
_CLOSED = threading.Event()


@dataclass(eq=False)
class Process:
    """One server as a child process.

    The child has its own session: Ctrl-C does not reach the child, and we stop the servers in the right order.
    `answers` is a function that returns whether the server is ready. Before the server is ready, the function may raise
    OSError or return False.
    """

    name: str
    command: Sequence[str]
    log: Path
    answers: Callable[[], bool]
    cure: str
    ready_seconds: float = 120.0
    stop_seconds: float = 20.0
    environment: Mapping[str, str] = field(default_factory=dict)
    spawn_options: Mapping[str, Any] = field(default_factory=dict)
    stop_signal: signal.Signals = signal.SIGTERM
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @property
    def pid_file(self) -> Path:
        """The file with the process id of the child. If this run is killed, the next run stops the child by this id."""
        return self.log.with_suffix(".pid")

    @property
    def running(self) -> bool:
        """True if the child process was started and has not ended yet."""
        return self._child is not None and self._child.poll() is None

    def start(self) -> None:
        """Start the child. The log of the last run is renamed to NAME.previous.log."""
        self.log.parent.mkdir(parents=True, exist_ok=True)
        stop_leftover(self.pid_file)
        with _LOCK:
            if _CLOSED.is_set():
                raise StopError(f"{self.name} is not started: the local servers are being stopped.")
            self._spawn()
            _RUNNING.append(self)

    def _spawn(self) -> None:
        if self.log.exists():
            self.log.replace(self.log.with_suffix(".previous.log"))
        with open(self.log, "wb", opener=private) as log:
            try:
                self._child = subprocess.Popen(
                    self.command,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                    env={**os.environ, **self.environment},
                    start_new_session=True,
                    **self.spawn_options,
                )
            except OSError as error:
                raise StopError(f"{self.name} cannot be started: {error}. {self.cure}") from error
        self.pid_file.write_text(_line(self._child.pid, self.stop_signal), "utf-8")

    def bring_up(self) -> None:
        """Start the child and wait until it answers. If it does not answer, stop it.

        Raises the same errors as `start` and `wait`.
        """
        self.start()
        try:
            self.wait()
        except BaseException:
            self.stop()
            raise

    def wait(self) -> None:
        """Wait until the server answers.

        Raises StopError with the last lines of the log if the server ends or does not answer in time.
        """
        deadline = time.monotonic() + self.ready_seconds
        while time.monotonic() < deadline:
            if failure := self.failure():
                raise StopError(failure)
            with suppress(OSError):
                if self.answers():
                    return
            time.sleep(POLL_SECONDS)
        raise StopError(self._told(f"did not answer within {self.ready_seconds:.0f} s"))

    def finish(self) -> None:
        """Wait for a child that ends by itself.

        Raises StopError with the last lines of its log unless its exit code is 0.
        """
        try:
            code = self._child.wait(self.ready_seconds) if self._child else 1
        except subprocess.TimeoutExpired:
            self.stop()
            raise StopError(self._told(f"did not finish within {self.ready_seconds:.0f} s")) from None
        failure = self.failure()
        self.stop()
        if code != 0:
            raise StopError(str(failure))

    def failure(self) -> str | None:
        """Return the error message if the child has ended by itself; None while it runs."""
        if self._child is None or (code := self._child.poll()) is None:
            return None
        return self._told(f"ended by itself (exit code {code})")

    def stop(self) -> bool:
        """Send the child its stop signal; after `stop_seconds` send SIGKILL to it and to its remaining children.

        Returns whether the child ended before the SIGKILL.
        """
        if self._child is None:
            return True
        family = _family(self._child.pid)
        with suppress(ProcessLookupError):
            self._child.send_signal(self.stop_signal)
        with suppress(subprocess.TimeoutExpired):
            self._child.wait(self.stop_seconds)
        clean = self._child.poll() is not None
        _kill(family)
        self._child.wait()
        self._child = None
        with _LOCK, suppress(ValueError):
            _RUNNING.remove(self)
        self.pid_file.unlink(missing_ok=True)
        return clean

    def _told(self, what: str) -> str:
        lines = "".join(f"\n  | {line}" for line in last_lines(self.log))
        return f"{self.name} {what}. {self.cure}\nThe end of its log ({self.log}):{lines}"


def stop_all() -> None:
    """Stop every child process that runs. From now on no thread can start another child."""
    with _LOCK:
        _CLOSED.set()
        left = list(_RUNNING)
    with ThreadPoolExecutor(max(1, len(left))) as pool:
        list(pool.map(Process.stop, left))


def claim(owner_file: Path, what: str) -> None:
    """Write the process id of this process into `owner_file`: this process now uses `what`, for example a data folder.

    Raises StopError if another running process uses `what`.
    """
    owner = _named_by(owner_file)
    if owner and owner.pid != os.getpid():
        raise StopError(f"{what} is in use by process {owner.pid}. Stop that one first (Ctrl-C where it runs).")
    owner_file.parent.mkdir(parents=True, exist_ok=True)
    owner_file.write_text(_line(os.getpid(), signal.SIGTERM), "utf-8")


def last_lines(log: Path, count: int = LOG_LINES) -> list[str]:
    """Return the last lines of a log, without empty lines, each cut to 240 characters."""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8192))
        lines = file.read().decode("utf-8", "replace").splitlines()
    return [line[:240] for line in lines if line.strip()][-count:]


def stop_leftover(pid_file: Path) -> None:
    """Stop the process whose id is in a pid file: the child of an earlier run that was killed."""
    process = _named_by(pid_file)
    if process is None:
        return
    family = _family(process.pid)
    process.send_signal(int(pid_file.read_text("utf-8").split()[2]))
    with suppress(psutil.TimeoutExpired):
        process.wait(10)
    _kill(family)


def _line(pid: int, stop_signal: int) -> str:
    return f"{pid} {psutil.Process(pid).create_time()} {int(stop_signal)}"


def _named_by(pid_file: Path) -> psutil.Process | None:
    """Return the running process whose id is in a pid file; None if it has ended.

    If another process has the id now, the result is also None.
    """
    try:
        pid, created, _ = pid_file.read_text("utf-8").split()
        process = psutil.Process(int(pid))
        return process if abs(process.create_time() - float(created)) < 1 else None
    except (FileNotFoundError, ValueError, psutil.NoSuchProcess):
        return None


def _family(pid: int) -> list[psutil.Process]:
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.NoSuchProcess:
        return []


def _kill(family: list[psutil.Process]) -> None:
    _, alive = psutil.wait_procs(family, timeout=1)
    for process in alive:
        with suppress(psutil.NoSuchProcess):
            process.kill()
    psutil.wait_procs(alive, timeout=5)
