"""Makes stable ids for criteria: a hash of the criterion's words and of its place in the tree.

The position in the text is not part of the hash. So a criterion keeps its id if a different criterion is added before.
"""

from __future__ import annotations

import hashlib
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.model import Label, Role

_WORDS = re.compile(r"\w+|[<>=≤≥%]")
_PREFIX = {"inclusion": "inc", "exclusion": "exc"}


class Names:
    """Makes the ids of the nodes of one record.

    If the same words occur again at the same place in the tree, the second id ends in `-2`, the third in `-3`.
    """

    def __init__(self) -> None:
        self._given: dict[str, int] = {}

    def name(self, role: Role, label: Label | None, population: str | None, parent: str | None, words: str) -> str:
        """Return the id of a node: `inc-`, `exc-`, `head-` or `note-`, then 8 hex digits of a SHA-256 hash.

        Layout, upper and lower case, and punctuation do not change the id.
        """
        prefix = _PREFIX[label] if label else role[:4]
        normal = " ".join(_WORDS.findall(words))
        content = "\x1f".join((label or role, population or "", parent or "", normal))
        name = f"{prefix}-{hashlib.sha256(content.encode('utf-8', 'surrogatepass')).hexdigest()[:8]}"
        count = self._given[name] = self._given.get(name, 0) + 1
        return name if count == 1 else f"{name}-{count}"
