"""A folder of NDJSON as a destination: each line a structured CloudEvent, as another system's bulk import reads it.

A file is named by the position of its first change and appears whole or not at all, so a run that was cut writes the
same file again and nothing twice.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from delivery import cloudevent, study_bundle
from schemas.errors import StopError
from schemas.held import Reason

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from schemas.event import FhirVersion
    from schemas.outbox import Outbox, OutboxRow

DESTINATION: Final = "folder"
WINDOW_ROWS: Final = 500
LEASE_SECONDS: Final = 60.0


@dataclass
class FolderReport:
    """What a run did: changes written and parked, files made."""

    published: int = 0
    parked: int = 0
    files: int = 0
    seconds: float = 0.0


def publish(store: Outbox, path: Path, *, fhir_version: FhirVersion) -> FolderReport:
    """Write every change after the folder's cursor. Raises StopError, naming the folder, when it cannot be written."""
    started = time.monotonic()
    report = FolderReport()
    with store.lease(f"publish-{DESTINATION}", seconds=LEASE_SECONDS):
        while rows := store.pending(DESTINATION, limit=WINDOW_ROWS):
            try:
                _write(path, rows[0].position, _lines(store, rows, fhir_version, report))
            except OSError as error:
                msg = f"{path} cannot be written ({error.strerror}). Nothing is lost; make room or correct the permission."
                raise StopError(msg) from None
            store.advance(DESTINATION, rows[-1].position)
            report.files += 1
    report.seconds = round(time.monotonic() - started, 3)
    return report


def _lines(
    store: Outbox, rows: Sequence[OutboxRow], fhir_version: FhirVersion, report: FolderReport
) -> Iterator[bytes]:
    for row in rows:
        content = store.bundle(row, fhir_version)
        try:
            subject = study_bundle.study_reference(study_bundle.read(content))
        except ValueError as error:
            reason = Reason(code="bad-bundle", message=str(error), cure="report it; the row is kept")
            store.park(DESTINATION, row, "publish", [reason], 1)
            report.parked += 1
            continue
        _, line = cloudevent.structured(cloudevent.attributes(row, subject, fhir_version), content)
        report.published += 1
        yield line + b"\n"


def _write(folder: Path, position: int, lines: Iterator[bytes]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".events-{position:012d}.part"
    with unfinished.open("wb") as file:
        file.writelines(lines)
        file.flush()
        os.fsync(file.fileno())
    os.replace(unfinished, folder / f"events-{position:012d}.ndjson")  # noqa: PTH105 (the rename is the commit)
