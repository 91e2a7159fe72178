"""A criterion put into a list of a text, as a registrant would: in the list's own marker, later numbers counted on."""

from __future__ import annotations

import re

from trialwire.transforms.eligibility import parse

_ITEM = re.compile(r"( *)(?:([*-])|(\d+)\.) +(?!(?:[a-z]|[ivx]{2,4}|\d{1,2})[.)]\s)(?=\S)")
_COUNTED_INSIDE = re.compile(r"^ *\d+\. .*[\s.;)]\(?\d{1,2}[.)] ", re.MULTILINE)
CRITERION = "Known zorbitis of the left ear"


def places(text: str) -> list[int]:
    """The lines before which a criterion may be put: list items with one marker, none of a list counted inside a line."""
    counted = _COUNTED_INSIDE.search(text) is not None
    matches = [_ITEM.match(line) for line in text.split("\n")]
    return [number for number, match in enumerate(matches) if match and not (counted and match[3])]


def with_criterion(text: str, place: int, criterion: str = CRITERION) -> str:
    """The text with one more item before that line; the items after it in its list are numbered again."""
    lines = text.split("\n")
    match = _ITEM.match(lines[place])
    assert match is not None
    lines.insert(place, match.group() + criterion)
    if match[3]:
        _count_on(lines, place + 1, match[1], int(match[3]))
    return "\n".join(lines)


def _count_on(lines: list[str], begin: int, indent: str, ordinal: int) -> None:
    for number in range(begin, len(lines)):
        match = _ITEM.match(lines[number])
        if match and match[1] == indent and match[3] == str(ordinal):
            ordinal += 1
            lines[number] = f"{indent}{ordinal}. {lines[number][match.end() :]}"
        elif lines[number].strip() and len(lines[number]) - len(lines[number].lstrip()) <= len(indent):
            return


def moved(text: str, place: int, criterion: str = CRITERION) -> set[str]:
    """The ids of criteria that are no longer there when one criterion is put before that line."""
    before, after = (
        {one.id for one in parse(words) if one.label} for words in (text, with_criterion(text, place, criterion))
    )
    return before - after
