"""Places where a record should be and none can be read, each told in one sentence with its cure."""

from __future__ import annotations

from trialwire.schemas.record import UnreadableRecord

SIZE_SETTING = "TRIALWIRE_INGEST__MAX_RECORD_BYTES"


def faulty(origin: str, code: str, message: str, cure: str) -> UnreadableRecord:
    """A place that cannot be read."""
    return UnreadableRecord(origin=origin, code=code, message=message, cure=cure)


def too_large(origin: str, max_bytes: int, before: str = "") -> UnreadableRecord:
    """A single record or page that is larger than the setting allows."""
    message = f"{before}The record is larger than {max_bytes:,} bytes."
    return faulty(origin, "too-large", message, f"Raise {SIZE_SETTING}, or split the file into its records.")


def unreadable(origin: str, error: OSError) -> UnreadableRecord:
    """A file the system does not let us read."""
    said = error.strerror or type(error).__name__
    return faulty(origin, "unreadable", f"The file cannot be read: {said}.", "Check its rights and its disk.")
