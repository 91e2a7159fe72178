"""Batches between Airflow tasks: raw records as NDJSON files, so that tasks pass pointers and never records."""

from __future__ import annotations

from base64 import b64decode, b64encode
from itertools import islice
from typing import TYPE_CHECKING, Any

import orjson

from trialwire.schemas.record import Found, RawRecord, UnreadableRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path


def batches(found: Iterable[Found], size: int) -> Iterator[list[Found]]:
    """Lists of at most `size` records, in the order found."""
    stream = iter(found)
    while batch := list(islice(stream, size)):
        yield batch


def write(found: Iterable[Found], folder: Path, size: int) -> list[str]:
    """Write batch-00001.ndjson, … under `folder` (a Path or an ObjectStoragePath). Returns their names."""
    folder.mkdir(parents=True, exist_ok=True)
    names: list[str] = []
    for number, batch in enumerate(batches(found, size), start=1):
        names.append(f"batch-{number:05d}.ndjson")
        with (folder / names[-1]).open("wb") as file:
            file.writelines(_line(item) for item in batch)
    return names


def read(path: Path) -> Iterator[Found]:
    """The records of one batch file, in order."""
    with path.open("rb") as file:
        for line in file:
            yield _item(orjson.loads(line))


def remove(folder: Path) -> None:
    """Remove a run's batches: they hold whole records, contact data included. What is not there is removed."""
    for batch in folder.iterdir() if folder.exists() else ():
        batch.unlink()
    if folder.exists():
        folder.rmdir()


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
