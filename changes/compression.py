"""Compresses bytes and Trials with zstd for the database, and restores them exactly."""

from __future__ import annotations

import zstandard
from pydantic import ValidationError

from trialwire.schemas.errors import HoldError, StopError
from trialwire.schemas.held import Reason
from trialwire.schemas.trial import Trial

_LEVEL = 3


class UnreadableVersionError(StopError):
    """Raised if a stored version can no longer be read."""


def packed(content: bytes) -> bytes:
    """Compress bytes to one zstd frame. The header of the frame has the length of the content."""
    return zstandard.compress(content, _LEVEL)


def unpacked(frame: bytes) -> bytes:
    """Decompress a frame that `packed` made, and return its content."""
    return zstandard.decompress(frame)


def packed_trial(trial: Trial) -> bytes:
    """Compress a Trial as JSON to one zstd frame.

    Values equal to a default are left out; `unpacked_trial` restores them.
    """
    return packed(trial.model_dump_json(by_alias=True, exclude_defaults=True).encode())


def unpacked_trial(frame: bytes, trial_id: str, sequence: int | None) -> Trial:
    """Restore a Trial from a frame that `packed_trial` made. Raises UnreadableVersionError if the frame is damaged."""
    try:
        return Trial.model_validate_json(unpacked(frame))
    except (ValidationError, zstandard.ZstdError) as error:
        which = "The newest version" if sequence is None else f"Version {sequence}"
        msg = f"{which} of {trial_id} in the store cannot be read ({type(error).__name__}). A newer record of the trial takes its place: trialwire ingest --source clinicaltrials_gov --nct {trial_id}"
        raise UnreadableVersionError(msg) from None


def prove_readable(trial: Trial) -> None:
    """Check that a Trial can be stored: pack it and read it back. Raises HoldError if the result differs."""
    try:
        same = unpacked_trial(packed_trial(trial), str(trial.trial_id), None) == trial
    except (UnreadableVersionError, ValueError):
        same = False
    if not same:
        message = "The record cannot be read back from what the store would keep, so it is not stored."
        raise HoldError([Reason(code="unstorable", message=message, cure="Report it with the record.")])


def storable(text: str) -> str:
    """Return a text that every database accepts.

    Bytes that are not UTF-8, and NUL (PostgreSQL rejects it), are escaped.
    """
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
