"""Stable ids of criteria: a hash of a criterion's words and its place in the tree, not its position in the text."""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.model import Label, Role

_WORDS = re.compile(r"\w+|[<>=≤≥%]")
_PREFIX = {"inclusion": "inc", "exclusion": "exc"}


class Names:
    """Gives each node of one record its id. A repeat of the same words in the same place gets `-2`, `-3`, in order."""

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def name(self, role: Role, label: Label | None, population: str | None, parent: str | None, words: str) -> str:
        """`inc-`, `exc-`, `head-` or `note-` and 8 hex digits of SHA-256. Layout, case and punctuation do not count."""
        prefix = _PREFIX[label] if label else role[:4]
        normal = " ".join(_WORDS.findall(words))
        content = "\x1f".join((label or role, population or "", parent or "", normal))
        name = f"{prefix}-{hashlib.sha256(content.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
        count = self._given[name] = self._given.get(name, 0) + 1
        return name if count == 1 else f"{name}-{count}"
