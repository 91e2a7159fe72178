"""What an e-mail address and a telephone number look like in a text: one definition, for output, messages and logs.

A telephone number is recognised by its form (an international prefix, a North American number, pairs as in France, a
trunk zero with groups as in the United Kingdom) or by the word before it; any other run of digits may be a dose, a date
or an identifier, and stays. Measured on 1,112 records of ClinicalTrials.gov: no form here matches a study's own numbers.

Every pattern is bounded (a local part has at most 64 characters, RFC 5321 4.5.3.1), so the time grows with the length of
a text and never with its square. Texts are folded first (trialwire.schemas.folded_text).
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
    """One kind of contact data: where it stands in a folded text, what it is called, and what takes its place.

    `hinted` is a quick look at a folded text: it says no only where there is none.
    """

    spans: Callable[[str], Iterator[Span]]
    hinted: Callable[[str], bool]
    name: str
    mask: str

    def masked_in(self, text: str) -> tuple[str, int]:
        """The text with each place masked, and how many there were."""
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
"""Without a sign "at" is a word: an address has its dots in words too, and a short end ("look at the dot plot")."""
_LOCAL_BACKWARD = re.compile(r"[\w.+'%-]{1,64}|\"[^\"\n]{1,62}\"")
"""A local part, its last character first."""
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
    """Where addresses stand. Each is found from its "at": the domain behind it, then the local part before it."""
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
"""Seven digits or more, as every telephone number here has, with what may stand between them."""
_BEFORE, _AFTER = 160, 12
"""How far around its digits what makes them a telephone number can stand: the words before, the unit after."""


def _numbers(text: str) -> Iterator[Span]:
    return (found.span() for found in _TELEPHONE.finditer(text))


def _has_number(text: str) -> bool:
    looked_at = 0
    for found in _DIGITS.finditer(text):
        start, end = max(0, found.start() - _BEFORE), found.end() + _AFTER
        looked_at += end - start
        if looked_at > len(text):  # numbers stand so close that one look at the rest costs less
            return _TELEPHONE.search(text, start) is not None
        if _TELEPHONE.search(text, start, end):
            return True
    return False


_READ_TO_QUOTE = 5_000
"""Of a longer text the rest is never quoted, however much of it is masked."""

EMAIL = Kind(_addresses, _has_at, "an e-mail address", "[e-mail address removed]")
TELEPHONE = Kind(_numbers, _has_number, "a telephone number", "[telephone number removed]")
KINDS = (EMAIL, TELEPHONE)


def suspect(text: str) -> bool:
    """Whether anything in the text may be contact data: a quick look, never wrong when it says no."""
    plain = folded(text)
    return any(kind.hinted(plain) for kind in KINDS)


def masked(text: str) -> str:
    """The text with its e-mail addresses and telephone numbers masked."""
    for kind in KINDS:
        text, _ = kind.masked_in(text)
    return text


def quoted(text: str, longest: int = 80) -> str:
    """The text as a message quotes it: contact data masked first, then in quotes with escapes, then cut."""
    shown = repr(masked(text[:_READ_TO_QUOTE]))
    return shown if len(shown) <= longest else f"{shown[: longest - 3]}…"


def masked_path(path: str) -> str:
    """A path of keys ("protocolSection.statusModule[0].date") with contact data masked in the whole and in each key."""
    return ".".join(map(masked, masked(path).split(".")))


def masked_document(value: Any) -> Any:
    """A JSON value with contact data masked in every text and every key of it."""
    if isinstance(value, str):
        return masked(value)
    if isinstance(value, dict):
        return {masked(key): masked_document(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [masked_document(item) for item in value]
    return value
