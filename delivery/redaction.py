"""Masks contact data in the error texts of servers before they are logged or stored: they may quote a record."""

from __future__ import annotations

from typing import Final

from trialwire.schemas.address import without_secrets
from trialwire.schemas.contact_data import masked

LONGEST: Final = 500


def redacted(text: str) -> str:
    """Take an error text; return it on one line, masked, at most 500 characters long.

    E-mail addresses and telephone numbers are masked.
    """
    line = masked(without_secrets(" ".join(text.split())))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
