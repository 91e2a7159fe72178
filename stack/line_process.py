"""A child process that answers each line of input with one line of output.

It is used for FHIR validators that are not written in Python.
"""

from __future__ import annotations

import subprocess
import threading
from dataclasses import dataclass, field
from typing import IO, TYPE_CHECKING, Any, Self

from trialwire.schemas.errors import StopError
from trialwire.schemas.whole_file import private

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

LOG_END = 2000


@dataclass
class LineProcess:
    """A context manager that runs the child process and ends it.

    The child prints the line "{}" when it is ready. Its standard error is written to its log file.
    """

    name: str
    command: Sequence[str]
    log: Path
    _child: subprocess.Popen[bytes] | None = field(default=None, init=False)

    def __enter__(self) -> Self:
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with open(self.log, "wb", opener=private) as errors:
            self._child = subprocess.Popen(self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=errors)
        if self._pipe("stdout").readline().strip() != b"{}":
            self.__exit__()
            raise StopError(self._told("did not start"))
        return self

    def __exit__(self, *_: object) -> None:
        if self._child is not None:
            self._child.kill()
            self._child.wait()
            self._pipe("stdout").close()
            if not self._pipe("stdin").closed:
                self._child.stdin = None  # its buffer can no longer be flushed
            self._child = None

    def answers(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Send lines to the child and yield its answer to each line, in order.

        Raises StopError if the child ends before it has answered all lines.
        """
        sender = _Sender(self._pipe("stdin"), lines)
        sender.start()
        answered = 0
        for answer in self._pipe("stdout"):
            answered += 1
            yield answer
        sender.join()
        if isinstance(sender.error, OSError) or (sender.error is None and answered < sender.sent):
            raise StopError(self._told(f"ended after {answered} answers"))
        if sender.error is not None:
            raise sender.error

    def _pipe(self, name: str) -> IO[bytes]:
        pipe: Any = getattr(self._child, name)
        if pipe is None:
            raise TypeError(f"{self.name} was not started by `with`")
        return pipe  # type: ignore[no-any-return]  # Popen's pipes are optional

    def _told(self, what: str) -> str:
        end = self.log.read_text("utf-8", "replace")[-LOG_END:]
        return f"{self.name} {what}. The end of its log ({self.log}):\n{end}"


class _Sender(threading.Thread):
    """A thread that writes the lines while the answers are read. One thread for both would block on a full pipe."""

    def __init__(self, pipe: IO[bytes], lines: Iterable[bytes]) -> None:
        super().__init__(daemon=True)
        self.error: BaseException | None = None
        self.sent = 0
        self._pipe = pipe
        self._lines = lines

    def run(self) -> None:
        """Write every line, then close the pipe."""
        try:
            for line in self._lines:
                self._pipe.write(line + b"\n")
                self.sent += 1
            self._pipe.close()
        except BaseException as error:
            self.error = error
            self._hang_up()

    def _hang_up(self) -> None:
        try:
            self._pipe.close()
        except OSError:  # the child is gone already
            return
