"""Writes terminal output: progress and messages to standard error, the result (JSON or text) to standard output."""

from __future__ import annotations

import re
import sys
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, BinaryIO

import orjson
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn, TimeElapsedColumn
from rich.table import Table

from trialwire.schemas.address import without_secrets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from rich.console import ConsoleOptions, RenderableType
    from rich.segment import Segment

_CONTROLS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""Control and bidirectional control characters, and lone surrogates. A line feed is left to the caller."""
_RAW_IN_JSON = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")
"""Those of `_CONTROLS` that a JSON writer does not escape."""


class EscapingConsole(Console):
    """A console of the library rich that escapes control characters in texts and masks secrets in URLs.

    The control characters that rich writes itself (colours) are not escaped.
    """

    def render(self, renderable: RenderableType, options: ConsoleOptions | None = None) -> Iterable[Segment]:
        """Return the text of an object that rich can print, as segments (pieces with one style), escaped.

        All output passes through this method.
        """
        for segment in super().render(renderable, options):
            if segment.control:
                yield segment
            else:
                yield segment._replace(text=_escaped(without_secrets(segment.text)))


stdout = EscapingConsole(soft_wrap=True, highlight=False, markup=False, emoji=False)
stderr = EscapingConsole(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False)


def one_line(text: str) -> str:
    """Escape an external text for use within one line. Line feeds are escaped too, so it cannot start a false line."""
    return _escaped(without_secrets(text)).replace("\n", "\\n")


def _escaped(text: str) -> str:
    return text if text.isprintable() else _CONTROLS.sub(lambda found: _escape(found[0]), text)


def _escape(sign: str) -> str:
    return f"\\x{ord(sign):02x}" if sign < "\x80" else f"\\u{ord(sign):04x}"


def _json(value: Any, option: int) -> bytes:
    """A JSON document as UTF-8. Control characters that JSON allows unescaped are escaped too; values stay the same."""
    written = orjson.dumps(value, option=orjson.OPT_APPEND_NEWLINE | option, default=str)
    if written.isascii() and b"\x7f" not in written:
        return written
    return _RAW_IN_JSON.sub(lambda found: f"\\u{ord(found[0]):04x}", written.decode()).encode()


def say(text: str) -> None:
    """Print a message on standard error, so that standard output holds only the result."""
    stderr.print(text, markup=False)


def document(value: Any) -> None:
    """Write one JSON document to standard output."""
    sys.stdout.buffer.write(_json(value, orjson.OPT_INDENT_2))
    sys.stdout.flush()


def line(value: Any) -> None:
    """Write one JSON line to standard output and flush it."""
    sys.stdout.buffer.write(_json(value, 0))
    sys.stdout.flush()


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> None:
    """Print a table on standard output, as wide as the terminal."""
    grid = Table(title=title, title_justify="left", box=None, pad_edge=False, header_style="bold")
    for column in columns:
        grid.add_column(column, overflow="fold")
    for row in rows:
        grid.add_row(*("" if cell is None else one_line(str(cell)) for cell in row))
    stdout.print(grid, markup=False)


def standard_input() -> BinaryIO:
    """Return standard input as a stream of bytes, with its own reader.

    Python aborts at its exit if a thread still reads `sys.stdin`, for example after Ctrl-C. With this reader Python
    exits normally.
    """
    try:
        return open(sys.stdin.fileno(), "rb", closefd=False)
    except OSError:  # not a file: a test, or a program that calls us, gives another object
        return sys.stdin.buffer


@contextmanager
def progress(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """Show a progress bar on standard error. Yields a function; it takes the number of records that were just done."""
    with Progress(
        SpinnerColumn(),
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=stderr,
        transient=True,
        disable=not stderr.is_terminal,
    ) as bar:
        task = bar.add_task(what, total=total)
        yield lambda done: bar.advance(task, done)
