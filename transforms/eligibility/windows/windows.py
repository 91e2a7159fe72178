"""Finds time windows: a time (minutes to years) before, after or around an event, or a duration.

The words give one of four directions. N is the time of the window.
- `within`: the event is at any time in the last or next N ("within 6 months of", "in the past year", "less than 30 days
  before").
- `before` and `after`: the time to the event is N or longer, or exactly N ("at least 4 weeks before", "2 weeks after").
- `during`: something lasts N ("for at least 3 months", "lasting over 6 weeks").
A time that a bound uses (an age, a life expectancy) and a time in the name of a thing ("24-hour urine", "6-minute
walk") are not windows. The anchor of a window is the event (anchors.py).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from trialwire.transforms.eligibility.bounds import bounds
from trialwire.transforms.eligibility.model import Direction, TimeUnit, Window
from trialwire.transforms.eligibility.quantity import lexing
from trialwire.transforms.eligibility.windows import anchors
from trialwire.transforms.eligibility.windows import window_words as words

if TYPE_CHECKING:
    from trialwire.transforms.eligibility.quantity.quantity import Quantity
    from trialwire.transforms.eligibility.source_text import SourceText

_UNITS: dict[str, TimeUnit] = {"a": "year", "mo": "month", "wk": "week", "d": "day", "h": "hour", "min": "minute"}
_NAMES: dict[str, TimeUnit] = {
    "year": "year",
    "month": "month",
    "week": "week",
    "day": "day",
    "hour": "hour",
    "minute": "minute",
}
LEAD = 100
"""How many characters before a number are searched for words that give the direction."""
_LATE_UNIT = re.compile(
    rf"\s(?:last|past|previous|first|further|extra)\s(?P<name>{'|'.join(_NAMES)})s?\b"
    r"|\s?(?P<day>d)\b(?=\s(?:prior|before|preceding|after|following|post|from|since|ago|of)\b|\s?[,.;)]|$)"
)
"""A unit that the table of units does not find after a number: "the 6 last months", "30 d prior"."""


@dataclass(frozen=True, slots=True)
class Stated:
    """A window with its spans in the folded text.

    `[start, end)` is the span of the number and its unit. `[first, last)` is the span of the whole phrase, with the
    words for the direction and for the anchor.
    """

    value: float | int
    unit: TimeUnit
    direction: Direction
    anchor: str | None
    start: int
    end: int
    first: int
    last: int


def find(text: SourceText, start: int, end: int) -> list[Window]:
    """Return the windows in `[start, end)` of the plain text, in the order of the text.

    The span is one criterion, or the line that announces a list. The offsets of the windows count code points of the
    raw text.
    """
    tokens = lexing.tokens(text.folded, start, end)
    stated, quantities = bounds.read(tokens, text.folded, end)
    used = {id(item.quantity) for item in stated}
    free = [quantity for quantity in quantities if id(quantity) not in used]
    return [to_window(text, window) for window in read(free, text.folded, start, end)]


def to_window(text: SourceText, window: Stated) -> Window:
    """Convert a window to the public model (model.py), with offsets in the raw text."""
    return Window(
        window.value, window.unit, window.direction, window.anchor, text.start_of(window.start), text.end_of(window.end)
    )


def read(free: list[Quantity], folded: str, start: int, limit: int) -> list[Stated]:
    """Return the windows of a criterion, in the order of the text.

    `free` are the quantities of the criterion that no bound uses. `[start, limit)` is the criterion's span in `folded`.
    """
    found = _implicit(folded, start, limit)
    last: Stated | None = None
    for _, members in groupby(free, key=lambda quantity: quantity.group):
        group = _times(list(members), folded, limit)
        for part in [group] if group and group[0].quantity.form in ("range", "list") else [[time] for time in group]:
            stated = (
                _again(part, last, folded)
                or _windows(part, folded, start, limit)
                or _other_case(part, last, folded, limit)
            )
            found.extend(stated)
            last = stated[-1] if stated else last
    return sorted(found, key=lambda window: window.start)


class _Time(NamedTuple):
    """A quantity of time, its unit, and the unit's start and end."""

    quantity: Quantity
    unit: TimeUnit
    start: int
    end: int


def _times(members: list[Quantity], folded: str, limit: int) -> list[_Time]:
    """The times among the members of a range or list. In "at 1, 3 and 6 months" the last unit applies to all."""
    found: list[_Time] = []
    for quantity in reversed(members):
        time = _time(quantity, folded, limit)
        if time is None and found and quantity.form == "list" and quantity.unit is None and quantity.value > 0:
            time = found[-1]._replace(quantity=quantity)
        if time is not None:
            found.append(time)
    return found[::-1]


def _time(quantity: Quantity, folded: str, limit: int) -> _Time | None:
    reading = quantity.unit
    if quantity.value <= 0 or words.CLOCK.match(folded, quantity.number_end, limit):
        return None
    if reading is not None and (unit := _UNITS.get(reading.ucum or "")) is not None:
        return _Time(quantity, unit, reading.start, max(reading.end, quantity.number_end))
    late = _LATE_UNIT.match(folded, quantity.number_end, limit)
    if late is None:
        return None
    return _Time(quantity, _NAMES[late["name"]] if late["name"] else "day", late.start(late.lastgroup or 0), late.end())


def _implicit(folded: str, start: int, limit: int) -> list[Stated]:
    """Windows of one unit without a numeral: "in the past year", "within a month of", "a week before"."""
    found: list[Stated] = []
    for match in words.IMPLICIT.finditer(folded, start, limit):
        trail = words.TRAIL.match(folded, match.end(), limit)
        if trail is None or folded[match.end() : match.end() + 1] == "-" or words.OLD.match(folded, match.end(), limit):
            continue
        name = match.lastgroup or "unit"
        placed = bool(trail["before"] or trail["after"])
        past = words.PAST_WORD.search(match.group()) is not None
        within = name in ("unit", "past") or past
        if name == "unit" and not past and not placed and not match.group().startswith(("with", "w/")):
            continue
        hung = placed or (bool(trail["of"]) and within)
        if within or (hung and match.group().startswith(("less", "shorter"))):
            direction: Direction = "within"
        else:
            direction = "before" if trail["before"] else "after" if trail["after"] else "during"
        anchor, last = anchors.read(folded, trail.end(), limit) if hung and not trail["ago"] else (None, trail.end())
        found.append(
            Stated(
                0.5 if name == "half" else 1,
                _NAMES[match[name]],
                direction,
                anchor,
                match.start(name),
                match.end(name),
                match.start(),
                last,
            )
        )
    return found


def _windows(members: list[_Time], folded: str, start: int, limit: int) -> list[Stated]:
    """The windows of one time, a range or a list. The words before the first and after the last number decide."""
    first, after = members[0].quantity, members[-1].end
    own = folded[max(start, first.start - LEAD) : first.start]
    lead = folded[max(start, first.number_start - LEAD) : first.number_start]
    trail = words.TRAIL.match(folded, after, limit)
    if trail is None or _is_no_window(members, trail, own, lead, folded, limit):
        return []
    within = words.WITHIN_BEFORE.search(lead) or words.WITHIN_BEFORE.search(own)
    if within is None and (trail["before"] or trail["after"]):
        within = words.IN_THE_BEFORE.search(lead)
    direction = _direction(first, trail, within is not None, lead, own, folded, after, limit)
    if direction is None:
        return []
    anchor, end = _anchor(direction, trail, within, folded, limit)
    if anchor is None and (period := words.PERIOD_OF.search(lead)):
        direction, (anchor, _) = "within", anchors.read(folded, first.number_start - len(lead) + period.end(), limit)
    if anchor is None and direction == "during" and (since := words.SINCE_BEFORE.search(own)):
        direction, anchor = "after", f"event:{since[1]}"
    begin = first.start if within is None else first.number_start - len(lead) + within.start()
    found = []
    for time in members:
        adjacent = time is members[-1] or time.start != members[-1].start
        stop = time.end if adjacent else time.quantity.number_end
        value = time.quantity.value
        found.append(Stated(value, time.unit, direction, anchor, time.quantity.number_start, stop, begin, end))
    return found


def _is_no_window(members: list[_Time], trail: re.Match[str], own: str, lead: str, folded: str, limit: int) -> bool:
    """Whether a time is part of a thing's name, a rate, an age, or the tolerance of another time."""
    after = members[-1].end
    placed = trail["before"] or trail["after"]
    return bool(
        words.THING.match(folded, after, min(limit, after + LEAD))
        or words.EVERY_BEFORE.search(own)
        or (words.NUMBERED_BEFORE.search(own) and not placed)
        or words.RATE.match(folded, after, limit)
        or words.GESTATION.match(folded, after, limit)
        or words.GESTATION_BEFORE.search(lead)
        or words.LIFE_BEFORE.search(lead)
        or words.TOLERANCE_BEFORE.search(lead)
        or words.TRAVEL.match(folded, after, limit)
        or (words.APART.match(folded, after, limit) and words.READINGS_BEFORE.search(lead))
        or _is_an_age(members, trail, own, lead, folded, limit)
        or _is_another_quantity(members, lead, folded, limit)
    )


def _is_an_age(members: list[_Time], trail: re.Match[str], own: str, lead: str, folded: str, limit: int) -> bool:
    """Whether a time is a person's age. A scan or a surgery that is "2 years old" gives a window."""
    if words.OLD.match(folded, members[-1].end, limit) and not words.OLD_THING.search(lead):
        return True
    placed = trail["before"] or trail["after"]
    if placed or members[-1].unit != "year":
        return False
    shared = folded[max(0, members[-1].start - LEAD) : members[-1].quantity.number_start]
    return bool(
        words.AT_AGE_BEFORE.search(own) or words.AT_AGE_BEFORE.search(shared) or words.PERSON_BEFORE.search(lead)
    )


def _is_another_quantity(members: list[_Time], lead: str, folded: str, limit: int) -> bool:
    """Whether a time is a lens power ("25D"), a daily use, a cycle's length, or weeks of amenorrhea (a gestation)."""
    last = members[-1]
    diopters = folded[last.start : last.end] == "d" and words.LENS_BEFORE.search(lead)
    daily = last.unit in ("hour", "minute") and words.DAILY_BEFORE.search(lead)
    gestation = last.unit == "week" and words.AMENORRHEA.match(folded, last.end, limit)
    return bool(diopters or daily or gestation or (last.unit == "day" and words.CYCLE_BEFORE.search(lead)))


def _anchor(
    direction: Direction, trail: re.Match[str], within: re.Match[str] | None, folded: str, limit: int
) -> tuple[str | None, int]:
    """The anchor in the words after the unit, and the end of these words."""
    said_before = direction in ("before", "after") and not (trail["before"] or trail["after"])
    hung = trail["before"] or trail["after"] or (trail["of"] and (within is not None or said_before))
    if not hung or trail["ago"] or trail["after"] in words.NO_ANCHOR:
        return None, trail.end()
    anchor, end = anchors.read(folded, trail.end(), limit, after=trail["after"] in words.AFTERWARDS)
    past = within is not None and trail["of"] and words.LAST_WORD.search(within.group())
    if past and (anchor or "").startswith("event:"):
        return None, trail.end()
    return anchor, end


def _again(members: list[_Time], last: Stated | None, folded: str) -> list[Stated]:
    """The window before it, repeated in brackets in another unit: "within one month (30 days) of"."""
    if last is None or len(members) != 1:
        return []
    quantity, unit, _, end = members[0]
    if folded[last.end : quantity.start] not in (" (", "(") or not folded.startswith(")", end):
        return []
    return [Stated(quantity.value, unit, last.direction, last.anchor, quantity.number_start, end, quantity.start, end)]


def _other_case(members: list[_Time], last: Stated | None, folded: str, limit: int) -> list[Stated]:
    """A time for another case of the window before it: "4 weeks since chemotherapy (6 weeks for …)"."""
    if last is None or len(members) != 1:
        return []
    quantity, unit, _, end = members[0]
    between = folded[min(last.last, quantity.start) : quantity.start] or folded[last.end : quantity.start]
    if not words.OF_A_CASE.match(folded, end, limit) or not words.OTHER_CASE.fullmatch(between):
        return []
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
        until = folded.startswith(words.UNTIL, quantity.start)
        return "within" if at_most and not until else "after"
    placed = _placed(own, folded, after, limit)
    if placed is not None and placed != "during":
        return placed
    lasting = (
        words.FOR_BEFORE.search(own) or words.FOR_BEFORE.search(lead) or words.DURATION.match(folded, after, limit)
    )
    return "during" if lasting or quantity.comparator is not None else placed


def _placed(own: str, folded: str, after: int, limit: int) -> Direction | None:
    """The direction from the table for times without a direction so far. An age has none."""
    if words.AGE_BEFORE.search(own) or words.OLD.match(folded, after, limit):
        return None
    for direction, before, behind in words.PLACED:
        if (before is None or before.search(own)) and (behind is None or behind.match(folded, after, limit)):
            return direction
    return None
