"""What a server says in an error may quote the record: contact data is masked before it reaches a log or a reason."""

from __future__ import annotations

from typing import Final

from trialwire.schemas.contact_data import masked

LONGEST: Final = 500


def redacted(text: str) -> str:
    """The text on one line, without e-mail addresses and telephone numbers, at most 500 characters."""
    line = masked(" ".join(text.split()))
    return line if len(line) <= LONGEST else f"{line[: LONGEST - 1]}…"
