"""Sets the flags of a criterion that states a permission, or a fact that the registry has in its own field.

Such a field is the age, the sex or "accepts healthy volunteers". The registry's field counts, not the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwire.transforms.eligibility.model import Bound

_PERMISSION = re.compile(r"\b(?:allowed|permitted|permissible|acceptable|not excluded|(?:are|is|may be|will be|remain) (?:still )?eligible|may be (?:included|enrolled)|may participate)\b")  # fmt: skip
_DENIED = re.compile(r"\b(?:not|no|nor|never)\b[^.;,]{0,30}$")
_SEX = re.compile(r"(?:(?:healthy|adult|all|only|biological(?:ly)?|genetic) )*(?:males?|females?|m[ae]n|wom[ae]n|boys?|girls?|both (?:sexes|genders)|(?:male|female) (?:sex|gender)|(?:sex|gender)\s?:)\b(?!\s(?:partner|contracepti|of child|with child))")  # fmt: skip
_VOLUNTEERS = re.compile(r"\bhealthy (?:\w+ ){0,2}(?:volunteers?|controls?|subjects?|participants?)\b")
FLAGS: dict[str, str] = {
    "permission": "The criterion allows something (is permitted, are eligible); it does not require or forbid it.",
    "age": "It states an age. The registry's own age fields count; this is only a cross-check.",
    "sex": "It begins with a sex. The registry's own field counts; this is only a cross-check.",
    "healthy-volunteers": "It mentions healthy volunteers or controls. The registry's own field counts.",
}
"""This module's rows of the table of flags."""


def flags(folded: str, bounds: Sequence[Bound]) -> list[str]:
    """Return which of the flags `permission`, `age`, `sex`, `healthy-volunteers` a criterion has, in this order.

    `folded` is the criterion's text in lower case with look-alike characters replaced; `bounds` are its bounds.
    """
    found = []
    permission = _PERMISSION.search(folded)
    if permission and not _DENIED.search(folded[max(0, permission.start() - 50) : permission.start()]):
        found.append("permission")
    if any(bound.variable == "age" for bound in bounds):
        found.append("age")
    if _SEX.match(folded):
        found.append("sex")
    if _VOLUNTEERS.search(folded):
        found.append("healthy-volunteers")
    return found
