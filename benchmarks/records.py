"""The folder of real records for measurements. Only TRIALWIRE_REAL_RECORDS sets it."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from trialwire.sources.shipped import FICTIONAL


def folder() -> Path | None:
    """The folder of real data (its `ctgov` holds the registry's records), or None if none is set."""
    named = os.environ.get("TRIALWIRE_REAL_RECORDS")
    return Path(named) if named else None


def registry() -> Path:
    """A folder of the registry's records: the real ones or, if none are set, the shipped ones."""
    real = folder()
    return real / "ctgov" if real else FICTIONAL / "registry"


def needed(part: str) -> Path:
    """A part of the real data, as `spec`. Ends the measurement with a message if it is missing."""
    real = folder()
    if real is None:
        sys.exit(
            f"This needs the folder {part} of the real data: name the folder that holds it in TRIALWIRE_REAL_RECORDS."
        )
    if not (real / part).is_dir():
        sys.exit(f"TRIALWIRE_REAL_RECORDS names {real}, which has no folder {part}: name the folder that holds it.")
    return real / part
