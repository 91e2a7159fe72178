"""Bytes as the database keeps them: compressed with zstd, given back exactly."""

from __future__ import annotations

import zstandard

from trialwire.schemas.trial import Trial

_LEVEL = 3


def packed(content: bytes) -> bytes:
    """One zstd frame that knows its length."""
    return zstandard.compress(content, _LEVEL)


def unpacked(frame: bytes) -> bytes:
    """The bytes that were packed."""
    return zstandard.decompress(frame)


def packed_trial(trial: Trial) -> bytes:
    """The canonical Trial under its source names. Values equal to a default are left out: reading brings them back."""
    return packed(trial.model_dump_json(by_alias=True, exclude_defaults=True).encode())


def unpacked_trial(frame: bytes) -> Trial:
    """The Trial that was packed, equal to it in every field."""
    return Trial.model_validate_json(unpacked(frame))


def storable(text: str) -> str:
    """A text that every database takes: file names may hold bytes that are not UTF-8, and PostgreSQL refuses NUL."""
    return text.encode("utf-8", "backslashreplace").decode().replace("\0", "\\x00")
