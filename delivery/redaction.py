"""Masks contact data in the error texts of servers before the texts are logged or stored.

Masking is necessary because a server may quote a record in its error text.
"""

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
