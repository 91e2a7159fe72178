"""Bytes as the database keeps them: compressed with zstd, given back exactly."""

from __future__ import annotations

import zstandard
from pydantic import ValidationError

from trialwire.schemas.errors import HoldError, StopError
from trialwire.schemas.held import Reason
from trialwire.schemas.trial import Trial

_LEVEL = 3


class UnreadableVersionError(StopError):
    """A version that the store holds and that cannot be read any more."""


def packed(content: bytes) -> bytes:
    """One zstd frame that knows its length."""
    return zstandard.compress(content, _LEVEL)


def unpacked(frame: bytes) -> bytes:
    """The bytes that were packed."""
    return zstandard.decompress(frame)


def packed_trial(trial: Trial) -> bytes:
    """The canonical Trial under its source names. Values equal to a default are left out: reading brings them back."""
    return packed(trial.model_dump_json(by_alias=True, exclude_defaults=True).encode())


def unpacked_trial(frame: bytes, trial_id: str, sequence: int | None) -> Trial:
    """The Trial that was packed, equal to it in every field. Raises UnreadableVersionError for any other bytes."""
    try:
        return Trial.model_validate_json(unpacked(frame))
    except (ValidationError, zstandard.ZstdError) as error:
        which = "The newest version" if sequence is None else f"Version {sequence}"
        msg = f"{which} of {trial_id} in the store cannot be read ({type(error).__name__}). A newer record of the trial takes its place: trialwire ingest --source clinicaltrials_gov --nct {trial_id}"
        raise UnreadableVersionError(msg) from None


def prove_readable(trial: Trial) -> None:
    """Pack a Trial and read it back. Raises HoldError where that does not give the same Trial."""
    try:
        same = unpacked_trial(packed_trial(trial), str(trial.trial_id), None) == trial
    except (UnreadableVersionError, ValueError):
        same = False
    if not same:
        message = "The record cannot be read back from what the store would keep, so it is not stored."
        raise HoldError([Reason(code="unstorable", message=message, cure="Report it with the record.")])


def storable(text: str) -> str:
    """A text that every database takes: file names may hold bytes that are not UTF-8, and PostgreSQL refuses NUL."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
