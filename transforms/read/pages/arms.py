"""Reads the arms of a page in the layout "labelled-blocks": name, type, description and treatments."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from trialwire.schemas.held import Finding
from trialwire.transforms.read.pages import words

if TYPE_CHECKING:
    from trialwire.transforms.read.pages.draft import Draft

ARMS_LINE = re.compile(r"([\d,]+) participants in (\d+) patient groups?(?:, including .*)?")
_PARTS = frozenset({"Description:", "Treatment:", "Treatments:"})


def arms(draft: Draft, said: str, text: str) -> None:
    """Read the arms from `text` and put them into the draft, which collects the values of the Trial.

    `said`: the line of the page above the arms: "24 participants in 2 patient groups, …". If this number of groups
    differs from the number of arms in `text`, the draft gets a finding.
    """
    draft.labelled["groups"] = said
    lines = [line.strip() for line in text.strip("\n").split("\n")]
    groups = [_arm(lines[start:end]) for start, end in _spans(lines)]
    if groups:
        draft.put("armsInterventions.armGroups", groups)
        _join(draft, groups)
    elif left := "\n".join(filter(None, lines)):
        draft.keep_text(left)
    expected = ARMS_LINE.fullmatch(said)
    if expected and int(expected[2]) != len(groups):
        message = f"The page says {expected[2]} groups and describes {len(groups)}."
        draft.findings.append(Finding(code="count-differs", path="armsInterventions.armGroups", message=message))


def _type(line: str) -> str | None:
    if not line.endswith(" group"):
        return None
    try:
        return words.ARM_TYPE.code(line.removesuffix(" group"))
    except ValueError:
        return None


def _spans(lines: list[str]) -> list[tuple[int, int]]:
    """(start, end) of each arm in `lines`. It starts at the line above its type or, without one, at its first part."""
    starts: list[int] = []
    part = ""
    for place, line in enumerate(lines):
        following = next((other for other in lines[place + 1 :] if other), "")
        if line in _PARTS:
            part = line
        elif line and (
            not starts
            or _type(following)
            or (following == "Description:" and not _type(line))
            or (following in _PARTS and part.startswith("Treatment"))
        ):
            starts.append(place)
            part = ""
    return list(pairwise([*starts, len(lines)]))


def _arm(lines: list[str]) -> dict[str, Any]:
    label, *rest = lines
    arm: dict[str, Any] = {"label": label}
    kept: dict[str, list[str]] = {"": [], "Description:": [], "Treatment:": []}
    part = ""
    for line in rest:
        if line in _PARTS:
            part = "Treatment:" if line.startswith("Treatment") else line
        elif not part and "type" not in arm and (kind := _type(line)):
            arm["type"] = kind
        else:
            kept[part].append(line)
    description = "\n".join([*kept[""], *kept["Description:"]]).strip()
    if description:
        arm["description"] = description
    if treatments := [line for line in kept["Treatment:"] if line]:
        arm["interventionNames"] = treatments
    return arm


def _join(draft: Draft, groups: list[dict[str, Any]]) -> None:
    """Add to each intervention the arms that receive it, because the registry lists the pairs on both sides."""
    for one in draft.get("armsInterventions.interventions") or []:
        prefix = f"{one['type'].replace('_', ' ').title()}: " if "type" in one else ""
        full = prefix + one["name"]
        if labels := [arm["label"] for arm in groups if full in arm.get("interventionNames", ())]:
            one["armGroupLabels"] = labels
