"""Writes changes to a folder of NDJSON files, one structured CloudEvent per line, for bulk import by other systems.

NDJSON is text with one JSON object per line. A structured CloudEvent is one JSON object with the attributes and the
data of an event. The name of a file contains the positions of its first and its last change in the outbox (the store's
table of all changes). A file is written atomically and replaces each older file whose first change is in the range of
the new file. So the folder holds every change once, also after an interrupted run or after a replay (a second delivery
of old changes).
"""

from __future__ import annotations

import re
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from trialwire.delivery.destination import named
from trialwire.delivery.event import cloudevent, study_bundle
from trialwire.schemas.errors import StopError
from trialwire.schemas.held import Reason
from trialwire.schemas.whole_file import UNFINISHED, sync, whole_file

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.outbox import Outbox, OutboxRow

KIND: Final = "folder"
WINDOW_ROWS: Final = 500
LEASE_SECONDS: Final = 60.0
_NAME: Final = re.compile(r"events-(\d{12})-(\d{12})\.ndjson")


@dataclass
class FolderReport:
    """The result of a run: number of changes written, number of changes parked (set aside), number of files."""

    published: int = 0
    parked: int = 0
    files: int = 0
    seconds: float = 0.0


def destination(path: Path) -> str:
    """Return the folder's key in the store, under which its cursor (position in the outbox) is kept."""
    return named(KIND, str(path.absolute()))


def publish(outbox: Outbox, path: Path, *, fhir_version: FhirVersion, mode: int = 0o644) -> FolderReport:
    """Write every change of the outbox that the folder does not have yet, and return the counts of the run.

    Raises StopError if the folder cannot be written. `mode`: the permissions of new files, from which the umask is
    subtracted. The default lets other users read the files.
    """
    started = time.monotonic()
    report = FolderReport()
    name = destination(path)
    with outbox.lease(f"publish-{name}", seconds=LEASE_SECONDS):
        while rows := (page := outbox.pending(name, limit=WINDOW_ROWS)).rows:
            try:
                _write(
                    path, rows[0].position, rows[-1].position, _lines(outbox, name, rows, fhir_version, report), mode
                )
            except OSError as error:
                msg = f"{path} cannot be written ({error.strerror}). Nothing is lost; make room or correct the permission."
                raise StopError(msg) from None
            outbox.advance(name, rows[-1].position, page.rewinds)
            report.files += 1
    report.seconds = round(time.monotonic() - started, 3)
    return report


def _lines(
    outbox: Outbox, name: str, rows: Sequence[OutboxRow], fhir_version: FhirVersion, report: FolderReport
) -> Iterator[bytes]:
    for row in rows:
        content = outbox.bundle(row, fhir_version)
        try:
            subject = study_bundle.study_reference(study_bundle.read(content))
        except ValueError as error:
            reason = Reason(code="bad-bundle", message=str(error), cure="report it; the row is kept")
            outbox.park(name, row, "publish", [reason], 1)
            report.parked += 1
            continue
        _, line = cloudevent.structured(cloudevent.attributes(row, subject, fhir_version), content)
        report.published += 1
        yield line + b"\n"


def _write(folder: Path, first: int, last: int, lines: Iterator[bytes], mode: int) -> None:
    """Write one file atomically and remove other files that begin within its range.

    The limits of windows are different after a replay (a second delivery). The changes of a removed file after `last`
    are written again by the next windows.
    """
    finished = folder / f"events-{first:012d}-{last:012d}.ndjson"
    with whole_file(finished, mode=mode) as file:
        file.writelines(lines)
    for other in folder.iterdir():
        span = _NAME.fullmatch(other.name)
        covered = span is not None and other != finished and first <= int(span[1]) <= last
        left_over = other.name.startswith(".events-") and other.suffix == UNFINISHED  # the lease allows one writer
        if covered or left_over:
            other.unlink()
    sync(folder)
