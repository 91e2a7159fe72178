"""Reads and writes spool files: NDJSON files with raw records, which one Airflow task writes and another one reads.

Tasks pass only the addresses of these files to each other, never records.
"""

from __future__ import annotations

import time
from base64 import b64decode, b64encode
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from trialwire.schemas.record import Found, RawRecord, UnreadableRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator


def batches(found: Iterable[Found], size: int) -> Iterator[list[Found]]:
    """Divide records into lists of at most `size` records. The order of the records stays the same."""
    stream = iter(found)
    while batch := list(islice(stream, size)):
        yield batch


def write(found: Iterable[Found], folder: Path, size: int) -> list[str]:
    """Write records to the files batch-00001.ndjson, … in `folder` (a Path or ObjectStoragePath). Returns the names."""
    folder.mkdir(parents=True, exist_ok=True)
    _protect(folder, 0o700)
    names: list[str] = []
    for number, batch in enumerate(batches(found, size), start=1):
        names.append(f"batch-{number:05d}.ndjson")
        with (folder / names[-1]).open("wb") as file:
            file.writelines(_line(item) for item in batch)
        _protect(folder / names[-1], 0o600)
    return names


def read(path: Path) -> Iterator[Found]:
    """Yield the records of one batch file, in order."""
    with path.open("rb") as file:
        for line in file:
            yield _item(orjson.loads(line))


def remove(folder: Path) -> None:
    """Remove the batch files of a run, because they hold whole records with contact data.

    A missing folder is not an error.
    """
    for batch in folder.iterdir() if folder.exists() else ():
        batch.unlink()
    if folder.exists():
        folder.rmdir()


def remove_old(runs: Path, days: int) -> None:
    """Remove the folders of failed runs: folders in which no file was written for this number of days.

    On an object store nothing is removed, because it has its own rules for old objects.
    """
    local = _local(runs)
    oldest = time.time() - days * 86_400
    for run in local.iterdir() if local is not None and local.is_dir() else ():
        if run.is_dir() and max(place.stat().st_mtime for place in (run, *run.iterdir())) < oldest:
            remove(run)


def _protect(place: Path, mode: int) -> None:
    """Set the mode of a local file or folder: other users must not read whole records."""
    if (local := _local(place)) is not None:
        local.chmod(mode)


def _local(place: Path) -> Path | None:
    """The local path; None if the place is in an object store."""
    if getattr(place, "protocol", "file") != "file":
        return None
    return Path(getattr(place, "path", place))


def _line(item: Found) -> bytes:
    if isinstance(item, UnreadableRecord):
        fields = {name: getattr(item, name) for name in UnreadableRecord.__slots__}
        return orjson.dumps({"unreadable": fields}, option=orjson.OPT_APPEND_NEWLINE)
    content = b64encode(item.content).decode("ascii")
    return orjson.dumps(
        {"origin": item.origin, "source": item.source, "content": content}, option=orjson.OPT_APPEND_NEWLINE
    )


def _item(fields: dict[str, Any]) -> Found:
    if "unreadable" in fields:
        return UnreadableRecord(**fields["unreadable"])
    return RawRecord(origin=fields["origin"], source=fields["source"], content=b64decode(fields["content"]))
