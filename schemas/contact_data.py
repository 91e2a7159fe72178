"""Finds and masks e-mail addresses and telephone numbers in texts. Output, messages and logs all use this module.

A telephone number is recognised by its form or by the word before it, such as "phone". The forms: an international
prefix ("+33"), a North American number, pairs of digits as in France, groups of digits after a first 0 as in the United
Kingdom. Other digits may be a dose, a date or an identifier, and are not masked. Measured on 1,112 records of
ClinicalTrials.gov: no form matches a study's own numbers.

Every pattern has a limited length (the part before "@" has at most 64 characters, RFC 5321 4.5.3.1), so the time is
linear in the length of a text, not quadratic. Before the search, texts are folded (normalised: one form of dashes,
stops and wide characters), see trialwire.schemas.folded_text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trialwire.schemas.folded_text import folded, folded_with_places

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of contact data: the function that finds it in a folded (normalised) text, its name, and its mask.

    The mask is the text that replaces it. `hinted` is a quick check of a folded text: False means that the text has no
    such data, True means that it may have some.
    """

    spans: Callable[[str], Iterator[Span]]
    hinted: Callable[[str], bool]
    name: str
    mask: str

    def masked_in(self, text: str) -> tuple[str, int]:
        """Take a text; return (the text with this kind of data masked, the number of places that were masked)."""
        if not self.hinted(folded(text)):
            return text, 0
        plain = folded_with_places(text)
        parts: list[str] = []
        position = 0
        for start, end in (plain.original(*span) for span in self.spans(plain.text)):
            parts += (text[position:start], self.mask)
            position = end
        return "".join((*parts, text[position:])), len(parts) // 2


_OPEN, _CLOSED = r"[(\[{<]", r"[)\]}>]"
_DOT = rf"(?:\.|\s?{_OPEN}dot{_CLOSED}\s?|\sdot\s)"
_LABEL = r"[^\W_](?:[\w-]{0,61}[^\W_])?"
_AT = re.compile(rf"\s?@\s?|\s?{_OPEN}at{_CLOSED}\s?|\s-at-\s", re.IGNORECASE)
_DOMAIN = re.compile(
    rf"{_LABEL}(?:{_DOT}{_LABEL}){{0,40}}{_DOT}(?:xn--[a-z0-9-]{{2,59}}|[^\W\d_]{{2,24}})|\[(?:ipv6:)?[\d.:a-f]{{3,45}}\]",
    re.IGNORECASE,
)
_SPOKEN_DOT = rf"(?:\s?{_OPEN}dot{_CLOSED}\s?|\sdot\s)"
_SPOKEN = re.compile(rf"\sat\s(?={_LABEL}(?:{_SPOKEN_DOT}{_LABEL}){{0,5}}{_SPOKEN_DOT}[a-z]{{2,3}}\b)", re.IGNORECASE)
"""The word "at" counts only if the dots are words too and the end is short (not in "look at the dot plot")."""
_LOCAL_BACKWARD = re.compile(r"[\w.+'%-]{1,64}|\"[^\"\n]{1,62}\"")
"""A local part in reversed order: the text before the "at" is matched from its end."""
_LONGEST_LOCAL = 64
_MAILTO = "mailto:"
_SPELLED = re.compile(rf"{_OPEN}at{_CLOSED}|\s-at-\s|{_SPOKEN_DOT}", re.IGNORECASE)
_SPELLINGS = ("at)", "at]", "at}", "at>", "-at-", "dot")


def _has_at(text: str) -> bool:
    if "@" in text:
        return True
    lower = text.lower()
    return any(spelling in lower for spelling in _SPELLINGS) and _SPELLED.search(text) is not None


def _addresses(text: str) -> Iterator[Span]:
    """Yield the span of each e-mail address. For each "@" it matches the domain after it, then the part before it."""
    position = 0
    for at in _ats(text):
        domain = _DOMAIN.match(text, at.end())
        if domain is None or at.start() < position:
            continue
        before = text[max(position, at.start() - _LONGEST_LOCAL) : at.start()]
        local = _LOCAL_BACKWARD.match(before[::-1])
        name = local[0][::-1].lstrip("'.-%") if local else ""
        if name:
            start = at.start() - len(name)
            if text[max(position, start - len(_MAILTO)) : start].lower() == _MAILTO:
                start -= len(_MAILTO)
            yield start, domain.end()
            position = domain.end()


def _ats(text: str) -> Iterator[re.Match[str]]:
    found = [*_AT.finditer(text), *(_SPOKEN.finditer(text) if "dot" in text.lower() else ())]
    return iter(sorted(found, key=lambda at: at.start()))


_TELEPHONE = re.compile(
    r"""(?<![\w.+/)-])(?:
        (?:
          (?:t[eé]l(?:[eé](?:phone|fon[eo]?))?|phone|call|fax|mobile|m[oó]vil|cell\s?phone|hotline|helpline|pager
            |voicemail|whats\s?app|sms|тел(?:ефон)?|电话|電話)s?
            (?=[^\d+]{0,80}[+(]{0,3}(?:\d[\s().\-/]{0,3}){7})
        | (?:cell|contact|reach|text|(?:t|p|m|c|ph)(?=\s?[.:]))
            (?=[^\d+]{0,80}[+(]{0,3}(?:\d[\s().\-/]{0,3}){10})
        )
        (?:\s?\([^()\n]{1,24}\))?(?:[\s.\-]{0,3}\b(?:phone|numbers?|no|nr|us|me|at)\b){0,3}[.:\#\s\-]{0,40}
            [+(]{0,3}\d[\d\s().\-/]{5,}\d
      | \+\s?\(?\d(?:[\s.\-/()]{0,2}\d){7,17}
      | 00(?=[1-9](?:[\s.\-()]{0,2}\d){8,13}(?!\w))[1-9][\d\s.\-()]{8,18}\d
      | (?:1[\s.\-])?(?:\(\d{3}\)\s?\d{3}[\s.\-]|\d{3}[.\-]\d{3}[.\-])\d{4}
      | 0\d(?:[\s.\-]\d{2}){4}
      | 0\d{9}
      | 0[1-9]\d{9}
      | 0\d{2,4}\s\d{3,4}\s\d{3,4}
      | 07\d{3}\s\d{6}
    )(?:\s?(?:ext|x|extension)\.?\s?\d{1,6})?(?!\w|\s?(?:[mkµu]?g|mcg|m?L|IU|U|units?|mm|cells?)\b)""",
    re.VERBOSE | re.IGNORECASE,
)
_DIGITS = re.compile(r"\d(?:[\s().\-/]*\d){6}[\d\s().\-/]*")
"""Seven digits or more, with separators between them: every telephone number here contains this."""
_BEFORE, _AFTER = 160, 12
"""How many characters around the digits the pattern needs: the words before, and a unit after."""


def _numbers(text: str) -> Iterator[Span]:
    return (found.span() for found in _TELEPHONE.finditer(text))


def _has_number(text: str) -> bool:
    looked_at = 0
    for found in _DIGITS.finditer(text):
        start, end = max(0, found.start() - _BEFORE), found.end() + _AFTER
        looked_at += end - start
        if looked_at > len(text):  # many numbers close together: one search of the rest is cheaper
            return _TELEPHONE.search(text, start) is not None
        if _TELEPHONE.search(text, start, end):
            return True
    return False


_READ_TO_QUOTE = 5_000
"""Longest part of a text, in characters, that is searched before it is quoted; the rest is never quoted."""

EMAIL = Kind(_addresses, _has_at, "an e-mail address", "[e-mail address removed]")
TELEPHONE = Kind(_numbers, _has_number, "a telephone number", "[telephone number removed]")
KINDS = (EMAIL, TELEPHONE)


def _announced(text: str) -> Iterator[Span]:
    return (span for span in _numbers(text) if text[span[0]] == "+" or text[span[0]].isalpha())


IN_NUMBERS = (EMAIL, Kind(_announced, _has_number, TELEPHONE.name, TELEPHONE.mask))
"""What is masked in a field that holds a number or an identifier: of telephone numbers those behind "+" or a word alone."""


def suspect(text: str) -> bool:
    """Return whether a text may hold contact data. This is a quick check: False is always right, True may be wrong."""
    plain = folded(text)
    return any(kind.hinted(plain) for kind in KINDS)


def masked(text: str) -> str:
    """Take a text; return it with its e-mail addresses and telephone numbers masked."""
    for kind in KINDS:
        text, _ = kind.masked_in(text)
    return text


def quoted(text: str, longest: int = 80) -> str:
    """Take a text; return it for use in a message: masked, quoted, escaped, and at most `longest` characters long.

    The text is masked before it is shortened, so that half of an address at the end cannot stay unmasked.
    """
    shown = repr(masked(text[:_READ_TO_QUOTE]))
    return shown if len(shown) <= longest else f"{shown[: longest - 3]}…"


def masked_path(path: str) -> str:
    """Take a path of keys ("protocolSection.statusModule[0].date"); return it with contact data masked.

    The mask is applied to the path and to each of its keys.
    """
    return ".".join(map(masked, masked(path).split(".")))


def masked_document(value: Any) -> Any:
    """Take a JSON value; return it with contact data masked in all its texts and keys."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {masked(key): masked_document(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked_document(item) for item in value]
    return value
