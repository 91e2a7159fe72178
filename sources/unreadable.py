"""Makes UnreadableRecords. A source yields an UnreadableRecord instead of a record that it cannot read.

An UnreadableRecord holds the place, the reason, and the cure (a sentence that says what to do).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.schemas.nesting import TOO_DEEP
from trialwire.schemas.record import UnreadableRecord

if TYPE_CHECKING:
    from trialwire.schemas.record import SourceName

SIZE_SETTING = "TRIALWIRE_INGEST__MAX_RECORD_BYTES"


def faulty(origin: str, code: str, message: str, cure: str) -> UnreadableRecord:
    """Return an UnreadableRecord for the place `origin`, with a reason (code and message) and a cure (what to do)."""
    return UnreadableRecord(origin=origin, code=code, message=message, cure=cure)


def too_large(origin: str, max_bytes: int, before: str = "") -> UnreadableRecord:
    """Return an UnreadableRecord for a record or page that is larger than the setting allows."""
    message = f"{before}The record is larger than {max_bytes:,} bytes."
    return faulty(origin, "too-large", message, f"Raise {SIZE_SETTING}, or split the file into its records.")


def too_deep(origin: str, source: SourceName | None = None) -> UnreadableRecord:
    """Return an UnreadableRecord for a record that is nested deeper than any registry record."""
    return UnreadableRecord(origin, "too-deep", f"The record cannot be read. {TOO_DEEP}", "Correct the record.", source)


def unreadable(origin: str, error: OSError) -> UnreadableRecord:
    """Return an UnreadableRecord for a file that the operating system cannot read."""
    said = error.strerror or type(error).__name__
    return faulty(origin, "unreadable", f"The file cannot be read: {said}.", "Check its permissions and its disk.")
