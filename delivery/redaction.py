"""Masks contact data in a server's error text, which may quote the record, before it is logged or stored."""

from __future__ import annotations

from typing import Final

from trialwire.schemas.address import without_secrets
from trialwire.schemas.contact_data import masked

LONGEST: Final = 500


def redacted(text: str) -> str:
    """The text on one line, with e-mail addresses and telephone numbers masked, at most 500 characters."""
    line = masked(without_secrets(" ".join(text.split())))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
