"""Rules on primitive values, by FHIR type. A rule takes a value and returns its fault as (code, message), or None.

Source: FHIR R4 and R5, "Data types", primitive types. fhir.resources is not enough: it coerces values ("false" becomes
false, "18" becomes 18, 24.0 becomes 24) and checks neither control characters nor blank texts. We send the original
value, so its type must already be right. The codes of the faults ("wrong-type") do not change between versions.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Callable
from functools import lru_cache
from typing import Any

from trialwire.schemas.fhir.text import FORBIDDEN

Complaint = tuple[str, str]
"""(code, text): ("wrong-type", "a text belongs there")."""
Rule = Callable[[Any], Complaint | None]

MAX_TEXT = 1024 * 1024
_SHORT = 256
"""Longest text, in characters, whose verdict is cached: longer texts are seldom repeated."""
_MAX_INTEGER = 2**31 - 1
_MAX_DECIMAL = 10**18
"""FHIR, decimal: 18 digits. A float has 17 at most."""
_ID = re.compile(r"[A-Za-z0-9\-.]{1,64}")
_CODE = re.compile(r"[^\s]+(?: [^\s]+)*")
_URI = re.compile(r"\S+")
_URI_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:.+")
_DATE = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
_TIME_OF_DAY = re.compile(
    r"(?:[01]\d|2[0-3]):[0-5]\d:(?:[0-5]\d|60)(?:\.\d{1,9})?(?:Z|[+-](?:0\d|1[0-3]):[0-5]\d|[+-]14:00)",
    re.ASCII,
)


def _text(value: Any) -> Complaint | None:
    if type(value) is not str:
        return "wrong-type", "not a text"
    if value.isprintable() and value and not value.isspace() and len(value) <= MAX_TEXT:
        return None  # the fast path for most texts
    if FORBIDDEN.search(value):
        return "forbidden-character", "a text with a control character, a lone surrogate or a noncharacter"
    if not value or value.isspace():
        return "blank", "blank"
    if len(value) > MAX_TEXT:
        return "too-long", "longer than 1 MB"
    return None


def _matching(pattern: re.Pattern[str], code: str, says: str) -> Rule:
    """A rule: the whole text matches the pattern."""

    def rule(value: str) -> Complaint | None:
        return _text(value) or (None if pattern.fullmatch(value) else (code, says))

    return _once(rule)


def _once(rule: Callable[[str], Complaint | None]) -> Rule:
    """The rule with a cache of its verdicts, because systems, codes and dates are often repeated."""
    known = lru_cache(maxsize=4096)(rule)

    def judged(value: Any) -> Complaint | None:
        return known(value) if type(value) is str and len(value) <= _SHORT else rule(value)

    return judged


def _absolute(value: Any) -> Complaint | None:
    """A uri with a scheme: a relative address has no meaning outside this Bundle."""
    complaint = _uri(value)
    if complaint is None and not (_URI_SCHEME.fullmatch(value) or value.startswith("#")):
        return "bad-address", "no absolute address"
    return complaint


def _whole(lowest: int, highest: int = _MAX_INTEGER) -> Rule:
    """A rule: a whole number from `lowest` to `highest`."""

    def rule(value: Any) -> Complaint | None:
        if type(value) is not int:
            return "wrong-type", "not a whole number"
        return None if lowest <= value <= highest else ("out-of-range", f"not within {lowest} and {highest}")

    return rule


def _number(value: Any) -> Complaint | None:
    if type(value) not in {int, float}:
        return "wrong-type", "not a number"
    if value != value or abs(value) == float("inf"):
        return "wrong-type", "not a finite number"
    return None if type(value) is float or abs(value) < _MAX_DECIMAL else ("out-of-range", "of more than 18 digits")


def _truth(value: Any) -> Complaint | None:
    return None if type(value) is bool else ("wrong-type", "neither true nor false")


def _date(value: Any) -> Complaint | None:
    """A calendar date: YYYY, YYYY-MM or YYYY-MM-DD."""
    if complaint := _text(value):
        return complaint
    found = _DATE.fullmatch(value)
    if not found or not _of_the_calendar(*found.groups()):
        return "bad-date", "not a calendar date (YYYY, YYYY-MM or YYYY-MM-DD)"
    return None


def _date_time(value: Any) -> Complaint | None:
    """A date, or a date with a time of day and a time zone."""
    if type(value) is str and "T" in value:
        day, _, rest = value.partition("T")
        if len(day) == 10 and _date(day) is None and _TIME_OF_DAY.fullmatch(rest):
            return None
        return "bad-date", "no date and time with seconds and zone"
    return _date(value)


def _instant(value: Any) -> Complaint | None:
    if type(value) is str and "T" not in value:
        return "bad-date", "no date and time with seconds and zone"
    return _date_time(value)


def _of_the_calendar(year: str, month: str | None, day: str | None) -> bool:
    if year == "0000" or (month and not 1 <= int(month) <= 12):
        return False
    return day is None or month is None or 1 <= int(day) <= monthrange(int(year), int(month))[1]


_uri = _matching(_URI, "bad-address", "not an address: it holds a space")

RULES: dict[str, Rule] = {
    "boolean": _truth,
    "canonical": _once(_absolute),
    "code": _matching(_CODE, "bad-code", "not a code: it has outer or double spaces"),
    "date": _once(_date),
    "dateTime": _once(_date_time),
    "decimal": _number,
    "id": _matching(_ID, "bad-id", "not an id: 1 to 64 letters, digits, '-' and '.' are allowed"),
    "instant": _instant,
    "integer64": _matching(re.compile(r"0|-?[1-9][0-9]{0,18}"), "wrong-type", "not a whole number written as a text"),
    "integer": _whole(-_MAX_INTEGER - 1),
    "markdown": _text,
    "positiveInt": _whole(1),
    "string": _text,
    "unsignedInt": _whole(0),
    "uri": _uri,
    "url": _once(_absolute),
}
"""Primitive type → its rule, for the types that our resources use. xhtml is checked in narrative.py."""
