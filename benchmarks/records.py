"""Where the real records of a measurement are: the folder that TRIALWIRE_REAL_RECORDS names, and no other."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from trialwire.sources.shipped import FICTIONAL


def folder() -> Path | None:
    """The folder of real data (its `ctgov` holds the registry's records), or None where none is named."""
    named = os.environ.get("TRIALWIRE_REAL_RECORDS")
    return Path(named) if named else None


def registry() -> Path:
    """A folder of the registry's records: the real ones, or the shipped ones where no real ones are named."""
    real = folder()
    return real / "ctgov" if real else FICTIONAL / "registry"


def needed(part: str) -> Path:
    """A part of the real data, as `spec`. Ends the measurement with one sentence where it cannot be had."""
    real = folder()
    if real is None:
        sys.exit(
            f"This needs the folder {part} of the real data: name the folder that holds it in TRIALWIRE_REAL_RECORDS."
        )
    if not (real / part).is_dir():
        sys.exit(f"TRIALWIRE_REAL_RECORDS names {real}, which has no folder {part}: name the folder that holds it.")
    return real / part
