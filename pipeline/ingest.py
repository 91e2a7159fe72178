"""The path of a record, whole: found, read, compared, rendered, checked, written. One call per batch."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING

from pipeline import rendering, spool
from pipeline.summary import IngestSummary
from schemas.errors import BatchStoppedError, HoldError
from schemas.held import Finding, HeldRecord, Reason, Stage
from schemas.record import RawRecord, UnreadableRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from changes.store import Checked, Store
    from pipeline.settings import Settings
    from pipeline.spool import Found
    from schemas.trial import Trial

UNIDENTIFIED = Reason(
    code="no-registry-number",
    message="the page names no registry number, and none is guessed",
    cure="find the number and say: trialwire held name ID NCT…",
)


def ingest(
    found: Iterable[Found], store: Store, settings: Settings, *, progress: Callable[[int], None] = lambda _: None
) -> IngestSummary:
    """Take every record found through the path, batch by batch. Raises BatchStoppedError before a bad batch writes."""
    total = IngestSummary()
    for batch in spool.batches(found, settings.ingest.batch_size):
        total.add(process(batch, store, settings, progress=progress))
    return total
