"""Reads records from files and folders, in path order: JSON, JSON lines, JSON lists, zip, gzip, and pages.

A page is a text saved from another site that describes a trial. The content of a file decides its kind. A file may hold
many records. Each record has an origin (the place where it was found) that is the same in every run from the same
folder: "folder/a.json", "lines.jsonl:17", "list.json[3]", "all.zip!NCT….json". Files whose name begins with a dot
belong to the system and are skipped.
"""

from __future__ import annotations

import gzip
import io
import os
import shutil
import tempfile
import zlib
from typing import TYPE_CHECKING, BinaryIO, cast

from trialwire.schemas.errors import UsageError
from trialwire.schemas.record import Found, RawRecord, UnreadableRecord
from trialwire.sources import archive, fhir_bundle, json_stream
from trialwire.sources.recognition import NEXT_PAGE, STUDIES, kind_of
from trialwire.sources.unreadable import faulty, too_deep, too_large, unreadable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

DEFAULT_MAX_BYTES = 50_000_000
_GIVE = "Give registry records as JSON, JSON lines or zip, or saved pages as text."
_NOT_SPLIT = "The file, or what is left of it, cannot be split into records: it is damaged or nested too deep"
_GET_AGAIN = "Get the file again; the records before this place were read."
_MORE = "The file is one page of an answer with more pages: the records of the other pages are not here."
_MAX_NESTING = 3


def records(paths: Iterable[Path], *, max_bytes: int = DEFAULT_MAX_BYTES) -> Iterator[Found]:
    """Yield the raw records of these files and folders.

    Raises UsageError, before reading, if a path does not exist. `max_bytes`: the largest size of one record, page or
    archive member. A whole list, JSON lines file or archive has no limit.
    """
    given = list(paths)
    _demand(given)
    return (found for path in given for file in _files(path, ()) for found in _of_file(file, max_bytes))


def lines(stream: BinaryIO, origin: str = "stdin", max_bytes: int = DEFAULT_MAX_BYTES) -> Iterator[Found]:
    """Yield the records of a stream of JSON lines (standard input), each as soon as its line arrives.

    If the first line is only "{" or "[", a JSON document extends over several lines. The stream is then copied to a
    temporary file and read like a file.
    """
    first = stream.readline(max_bytes + 1)
    if first.strip() in {b"{", b"["}:
        return _of_spread(first, stream, origin, max_bytes)
    return json_stream.lines(stream, origin, max_bytes, first=first)


def _of_spread(first: bytes, rest: BinaryIO, origin: str, max_bytes: int) -> Iterator[Found]:
    with tempfile.TemporaryFile() as whole:
        whole.write(first)
        shutil.copyfileobj(rest, whole)
        whole.seek(0)
        yield from _whatever_happens(_of_stream(cast("BinaryIO", whole), origin, max_bytes), origin)


def count(paths: Iterable[Path]) -> int | None:
    """Return the approximate number of records in these paths, to show progress.

    Returns None if the number can be found only by reading all files.
    """
    given = list(paths)
    _demand(given)
    total = 0
    for path in given:
        for file in _files(path, ()):
            number = 1 if isinstance(file, UnreadableRecord) else _count(file)
            if number is None:
                return None
            total += number
    return total


def _demand(paths: Iterable[Path]) -> None:
    missing = [path.as_posix() for path in paths if not os.path.lexists(path)]
    if missing:
        msg = f"There is no file or folder {', '.join(missing)}. Check the path and call again."
        raise UsageError(msg)


def _files(path: Path, parents: tuple[Path, ...]) -> Iterator[Path | UnreadableRecord]:
    """Yield the files under a path, in path order. A link to a parent folder is reported and not followed."""
    origin = _origin(path)
    try:
        if not path.is_dir():
            yield path
            return
        here = path.resolve()
        if here in parents:
            message = "The folder is a link to one of its parent folders: following it would never end."
            yield faulty(origin, "symlink-loop", message, "Remove the link; the folder itself was read.")
            return
        inside = sorted(entry for entry in path.iterdir() if not entry.name.startswith("."))
    except OSError as error:
        yield unreadable(origin, error)
        return
    for entry in inside:
        yield from _files(entry, (*parents, here))


def _of_file(file: Path | UnreadableRecord, max_bytes: int) -> Iterator[Found]:
    if isinstance(file, UnreadableRecord):
        yield file
        return
    origin = _origin(file)
    try:
        if not file.exists():
            yield faulty(
                origin, "missing", "The file is a link to a file that does not exist.", "Repair or remove the link."
            )
        elif not file.is_file():
            message = "This is not a file: a device, a socket or a pipe."
            yield faulty(origin, "not-a-file", message, "Give a file, or JSON lines on standard input.")
        else:
            with file.open("rb") as stream:
                yield from _whatever_happens(_of_stream(stream, origin, max_bytes), origin)
    except OSError as error:
        yield unreadable(origin, error)


def _whatever_happens(found: Iterator[Found], origin: str) -> Iterator[Found]:
    """Yield the same records as `found`. If `found` raises an unexpected exception, yield one UnreadableRecord.

    So the other files are still read.
    """
    try:
        yield from found
    except OSError as error:
        yield unreadable(origin, error)
    except Exception as error:
        yield faulty(origin, "unreadable", f"{_NOT_SPLIT} ({type(error).__name__}).", _GET_AGAIN)


def _origin(path: Path) -> str:
    """Return a path as text. Bytes that are not UTF-8 are escaped, so that the path can be stored and printed."""
    return path.as_posix().encode("utf-8", "backslashreplace").decode()


def _of_stream(stream: BinaryIO, origin: str, max_bytes: int, nesting: int = 0) -> Iterator[Found]:
    """Yield the records of one file of any kind. The stream is at its start and can seek."""
    window = stream.read(max_bytes + 1)
    kind = kind_of(window)
    if kind == "single":
        yield from [too_large(origin, max_bytes)] if len(window) > max_bytes else _of_document(origin, window)
    elif kind == "empty" and len(window) <= max_bytes:
        yield faulty(origin, "empty", "The file is empty.", _GIVE)
    elif kind == "lines":
        stream.seek(0)
        yield from json_stream.lines(stream, origin, max_bytes)
    elif kind in {"array", "page-of-records"}:
        found = STUDIES.search(window) if kind == "page-of-records" else None
        stream.seek(found.end() if found else window.index(b"[") + 1)
        head = window[: found.start()] if found else b""
        del window
        rest = yield from json_stream.elements(stream, origin, max_bytes)
        if found and (NEXT_PAGE.search(head) or NEXT_PAGE.search(rest.encode("utf-8", "surrogateescape"))):
            yield faulty(origin, "more-pages", _MORE, "Save the next pages too, or ask the registry itself: --source.")
    elif kind in {"zip", "gzip"} and nesting < _MAX_NESTING:
        stream.seek(0)
        yield from (_unzipped if kind == "zip" else _gunzipped)(stream, origin, max_bytes, nesting + 1)
    else:
        yield faulty(origin, "binary", "The file is binary, not a record or a page.", _GIVE)


def _of_document(origin: str, content: bytes) -> Iterator[Found]:
    """Yield the records of one document: one per study if it is a FHIR searchset, else one."""
    none = True
    for name, study in fhir_bundle.studies(content):
        none, place = False, f"{origin}#{name}"
        yield too_deep(place) if study is None else RawRecord(place, study)
    if none:
        yield RawRecord(origin, content)
    if fhir_bundle.has_next_page(content):
        yield faulty(
            origin, "more-pages", _MORE, "Save the next pages too, or ask the server itself: --source eclaire."
        )


def _unzipped(stream: BinaryIO, origin: str, max_bytes: int, nesting: int) -> Iterator[Found]:
    for place, content in archive.members(stream, origin, max_bytes):
        if isinstance(content, UnreadableRecord):
            yield content
        else:
            yield from _whatever_happens(_of_stream(io.BytesIO(content), place, max_bytes, nesting), place)


def _gunzipped(stream: BinaryIO, origin: str, max_bytes: int, nesting: int) -> Iterator[Found]:
    try:
        with gzip.open(stream) as plain:
            yield from _of_stream(cast("BinaryIO", plain), origin, max_bytes, nesting)
    except (EOFError, gzip.BadGzipFile, zlib.error):
        yield faulty(origin, "truncated", "The gzip file is cut off or damaged.", "Get the file again.")


def _count(file: Path) -> int | None:
    try:
        if not file.is_file():
            return 1
        with file.open("rb") as stream:
            kind = kind_of(stream.read(1 << 20))
            if kind == "zip":
                return archive.count(stream)
            if kind == "lines":
                stream.seek(0)
                return sum(chunk.count(b"\n") for chunk in iter(lambda: stream.read(1 << 20), b""))
            return None if kind in {"array", "page-of-records", "gzip"} else 1
    except Exception:  # a damaged file: the ingest reports what is wrong with it
        return 1
