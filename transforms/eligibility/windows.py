"""Temporal windows: a number of minutes to years that lies before, after or within something, or that something lasts.

Direction says what the words say. `within`: at any time in the last or next N ("within 6 months of", "in the past year",
"less than 30 days before"). `before` and `after`: N or more away, or exactly N ("at least 4 weeks before", "2 weeks
after"). `during`: for as long as N ("for at least 3 months", "lasting over 6 weeks"). A time that a bound already uses
(an age, a life expectancy) is none, nor is a time that names a thing ("24-hour urine", "6-minute walk").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from transforms.eligibility import anchors, bounds, lexing
from transforms.eligibility.model import Direction, TimeUnit, Window

if TYPE_CHECKING:
    from transforms.eligibility.quantity import Quantity
    from transforms.eligibility.source_text import SourceText

_UNITS: dict[str, TimeUnit] = {"a": "year", "mo": "month", "wk": "week", "d": "day", "h": "hour", "min": "minute"}
_NAMES: dict[str, TimeUnit] = {"year": "year", "month": "month", "week": "week", "day": "day", "hour": "hour"}
_WITHIN = re.compile(
    r"(?:\bwithin|\bin|\bover|\bduring|\bwith in|\bfor|\bwithing|\bthroughout|\bless than|\binside)\s(?:about |approximately |a period of |the |these |their |a |at least the |max(?:imum|\.)? |up to )*(?:immediate(?:ly)? )?(?:last|past|previous|prior|preceding|recent|latest|next|following|first|final|coming|initial|subsequent|most recent)\s?(?:period of )?(?:approximately |about )?\(?$"
    r"|\b(?:within|with in|withing|inside)\s(?:about |approximately |approx\.? |at least |a period of |a |the |less than |no more than |up to |either |a window of |\(?<\s?|≤\s?|around |max\.? |a maximum of )*\(?$|\b(?:last|past|previous|preceding)\s\(?$"
)
_FOR = re.compile(
    r"\b(?:for|lasting|lasts|lasted|over|duration(?: of)?|throughout|during|a period of|a total of|period of|persist\w*|least|up to|minimum(?: of)?|maximum of|history of|course of)\s?:?\s?(?:the |a |an |about |approximately |at |least |minimum |period |of |maximum |total |an additional |another |duration |not |more |less |longer |than |over |greater |to |or |equal |up |no |≥\s?|>\s?|<\s?|≤\s?|>=\s?|= )*\(?$"
)
_AFTER_UNIT = re.compile(
    r"(?:'s|'|\))?[\s)-]{0,3}(?:\([^)]{0,30}\)\s?)?(?:or (?:more|less|longer|greater)\s|period\s|time\s|interval\s|\(?inclusive\)?\s|window\s)*,?\s?(?:immediately |just |directly |duration |in duration |washout |apart |or \d{1,2} half-?lives,? (?:\([^)]{0,40}\) )?(?:of (?:the )?drug )?|\(?whichever (?:is|was) longer\)?,? ?)*"
    r"(?P<before>prior\b(?:\s?(?:to|of)\b)?|before\b|preceding\b|pre-|(?P<ago>ago|earlier|old)\b|previous(?:ly)?(?: to)?\b|in advance of\b|leading up to\b|proceeding\b|priot? to\b|up to\b)?"
    r"(?P<after>after\b|following\b|post\b|post-|since\b|from\b|beyond\b|past\b|later\b|subsequent to\b|thereafter\b|postop\w*)?(?P<of>of\b)?"
)
_DURATION = re.compile(
    r"[\s)'-]*(?:or (?:more|longer|greater)\s|\S{0,1}in\s|of\s)?(?:duration|history|long|period of|in length|course|history of|continuous(?:ly)?|consecutive|of (?:stable|continuous)|stable|standing)"
)
_THING = re.compile(
    r"[\s-]{1,2}(?:walk\w*|urine|urin\w+|creatinine|holter|ambulatory|ecg|electro\w+|recall|glucose|ogtt|oral glucose|proteinuria|protein|collection|post-?(?:prandial|load|glucose)|plasma glucose|half-?li\w+|abpm|blood pressure|hemofiltration|dietary|sprint|fast\b|mean blood|(?:free |treatment[- ]free |drug[- ]free |medication[- ]free |placebo |open[- ]label |baseline |treatment )?run[- ]in|visit|step test|clinic|version|survival|food|time test|questionnaire|(?:[a-z-]+ ){0,3}(?:period|phase|programme|program)\b(?! prior| before| of))"
)
_EVERY = re.compile(
    r"(?:\bevery|\bper|\beach|\bq|/|\btimes in|\bonce in|\btwice in|\bday|\bcycle|\bweek|\bvisit|\bmonth)\s?$|\bevery \S{1,4}\s?(?:-|to)\s?$"
)
_IMPLICIT = re.compile(
    r"\b(?:with)?in\s(?:the |a |an ){0,2}(?:immediate(?:ly)?\s)?(?:(?:last|past|previous|preceding|prior|next|following|coming)\s)?(?P<unit>year|month|week|day|hour)\b"
    r"|\b(?:over|during|for)\s(?:the |a |at least a |more than a |at least an |over a |the full |almost a )(?:last |past |previous |preceding |prior |next |following |coming )?(?P<lasting>year|month|week|hour)\b"
    r"|\b(?:a|an)\s(?P<one>year|month|week|hour)\s(?=before|prior|after|ago|following)|\b(?:less|more) than (?:a|an)\s(?P<than>year|month|week|hour)\b"
)  # fmt: skip

_SINCE = re.compile(
    r"\b(?:time|interval|period|elapsed) (?:since|from|after) (?:the |a |an )?([a-z][a-z -]{2,40}?)\s?(?:must be|is|of|should be|was|has been|:|,)?\s?$"
)
_AFTERWARDS = ("after", "following", "post", "beyond", "past")
_UNTIL = ("until", "till", "up to", "upto")
_IN_THE = re.compile(r"\b(?:in|during|over|throughout)\s(?:the\s|a\s)?\(?$")
_BRACKET = re.compile(r"[^().;]{0,40}\(\s?(?:or )?")
_PAST = re.compile(r"\b(?:last|past|previous|preceding|prior|next|following|coming)\b")


@dataclass(frozen=True, slots=True)
class Stated:
    """A window as read: its span with number and unit, and `[first, last)` with the words that place it."""

    value: float | int
    unit: TimeUnit
    direction: Direction
    anchor: str | None
    start: int
    end: int
    first: int
    last: int


def find(text: SourceText, start: int, end: int) -> list[Window]:
    """The windows in `[start, end)` of the plain text (one criterion, or a group's lead-in), in order.

    Offsets of the windows are code points of the raw text.
    """
    tokens = lexing.tokens(text.folded, start, end)
    stated, quantities = bounds.read(tokens, text.folded, end)
    used = {id(item.quantity) for item in stated}
    free = [quantity for quantity in quantities if id(quantity) not in used]
    return [to_window(text, window) for window in read(free, text.folded, start, end)]


def to_window(text: SourceText, window: Stated) -> Window:
    """The window as the interface has it, offsets in the raw text."""
    return Window(
        window.value, window.unit, window.direction, window.anchor, text.start_of(window.start), text.end_of(window.end)
    )


def read(free: list[Quantity], folded: str, start: int, limit: int) -> list[Stated]:
    """The windows among quantities that no bound uses. `start` and `limit` are the criterion's span."""
    found = _implicit(folded, start, limit)
    last: Stated | None = None
    for _, members in groupby(free, key=lambda quantity: quantity.group):
        group = list(members)
        for part in [group] if group[0].form == "range" else [[quantity] for quantity in group]:
            stated = _windows(part, folded, start, limit) or _other_case(part, last, folded, limit)
            found.extend(stated)
            last = stated[-1] if stated else last
    return sorted(found, key=lambda window: window.start)


def _implicit(folded: str, start: int, limit: int) -> list[Stated]:
    """Windows of one that is not a numeral: "in the past year", "within a month of", "a week before"."""
    found: list[Stated] = []
    for match in _IMPLICIT.finditer(folded, start, limit):
        trail = _AFTER_UNIT.match(folded, match.end(), limit)
        if trail is None or folded[match.end() : match.end() + 1] == "-":
            continue
        within = match["unit"] is not None or _PAST.search(match.group()) is not None
        if within and not match.group().startswith("with") and not _PAST.search(match.group()):
            continue
        name = match.lastgroup or "unit"
        placed = bool(trail["before"] or trail["after"] or (trail["of"] and within))
        at_most = match.group().startswith("less")
        if within or (placed and at_most):
            direction: Direction = "within"
        else:
            direction = "before" if trail["before"] else "after" if trail["after"] else "during"
        anchor, last = anchors.read(folded, trail.end(), limit) if placed and not trail["ago"] else (None, trail.end())
        found.append(
            Stated(1, _NAMES[match[name]], direction, anchor, match.start(name), match.end(name), match.start(), last)
        )
    return found


def _windows(members: list[Quantity], folded: str, start: int, limit: int) -> list[Stated]:
    """The windows of one quantity, or of a range: placed by what comes before its first and after its last number."""
    first, last = members[0], members[-1]
    if last.unit is None or first.value <= 0 or (last.unit.ucum or "") not in _UNITS:
        return []
    after = last.unit.end
    own = folded[max(start, first.start - 70) : first.start]
    lead = folded[max(start, first.number_start - 70) : first.number_start]
    trail = _AFTER_UNIT.match(folded, after, limit)
    if trail is None or _THING.match(folded, after, min(limit, after + 40)) or _EVERY.search(own):
        return []
    within = _WITHIN.search(lead) or _WITHIN.search(own)
    if within is None and trail["before"]:
        within = _IN_THE.search(own)
    direction = _direction(first, trail, within is not None, lead, own, folded, after, limit)
    if direction is None:
        return []
    anchor, end = None, trail.end()
    hung = trail["before"] or trail["after"] or (trail["of"] and within is not None)
    if hung and not trail["ago"] and trail["after"] not in {"later", "thereafter"}:
        anchor, end = anchors.read(folded, end, limit, after=trail["after"] in _AFTERWARDS)
    if within is not None and trail["of"] and _PAST.search(within.group()) and (anchor or "").startswith("event:"):
        anchor, end = None, trail.end()
    if anchor is None and direction == "during" and (since := _SINCE.search(own)):
        direction, anchor = "after", f"event:{since[1]}"
    begin = first.start if within is None else first.number_start - len(lead) + within.start()
    found = []
    for quantity in members:
        unit = _UNITS.get(quantity.unit.ucum or "") if quantity.unit is not None else None
        if unit is None or quantity.unit is None:
            continue
        adjacent = quantity is last or quantity.unit is not last.unit
        stop = quantity.unit.end if adjacent else quantity.number_end
        found.append(Stated(quantity.value, unit, direction, anchor, quantity.number_start, stop, begin, end))
    return found


def _other_case(members: list[Quantity], last: Stated | None, folded: str, limit: int) -> list[Stated]:
    """A time in brackets for another case of the window before it: "4 weeks since chemotherapy (6 weeks for …)"."""
    quantity = members[-1]
    unit = _UNITS.get(quantity.unit.ucum or "") if quantity.unit is not None else None
    if last is None or unit is None or quantity.unit is None or len(members) > 1:
        return []
    between = folded[last.last : quantity.start]
    if _BRACKET.fullmatch(between) is None or not folded.startswith(
        (" for ", " if ", " in "), quantity.unit.end, limit
    ):
        return []
    end = quantity.unit.end
    return [Stated(quantity.value, unit, last.direction, last.anchor, quantity.number_start, end, quantity.start, end)]


def _direction(
    quantity: Quantity, trail: re.Match[str], within: bool, lead: str, own: str, folded: str, after: int, limit: int
) -> Direction | None:
    if within:
        return "within"
    at_most = quantity.comparator in ("<=", "<") and quantity.form != "range"
    if trail["before"]:
        return "within" if at_most else "before"
    if trail["after"]:
        until = folded.startswith(_UNTIL, quantity.start)
        return "within" if at_most and not until else "after"
    if (
        _FOR.search(own)
        or _FOR.search(lead)
        or _DURATION.match(folded, after, limit)
        or quantity.comparator is not None
    ):
        return "during"
    return None
