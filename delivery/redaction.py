"""What a server says in an error may quote the record: contact data is masked before it reaches a log or a reason."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 500
_EMAIL: Final = re.compile(r"[\w.+-]+@[\w-]+(\.[\w-]+)+")
_TELEPHONE: Final = re.compile(r"(?<![\w/.-])(?!\d{4}-\d\d-\d\d\b)\+?\(?\d[\d ()./-]{6,}\d(?![\w/-])")


def redacted(text: str) -> str:
    """The text on one line, without e-mail addresses and telephone numbers, at most 500 characters."""
    line = " ".join(text.split())
    masked = _TELEPHONE.sub("[number]", _EMAIL.sub("[e-mail]", line))
    return masked if len(masked) <= LONGEST else f"{masked[: LONGEST - 1]}…"
