"""Rules on JSON objects, by FHIR type: the invariants of the specification that fhir.resources does not check.

An invariant is a rule that the FHIR specification states for a type; its key is a short name such as "qty-3". Source:
FHIR R4 and R5, "Data types" and the invariants of each resource. Each rule here names the keys of its invariants. A
rule is a function (object, path, faults). It checks one object and adds each fault to `faults`.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, TypeGuard

from trialwire.quality.fhir import extension, primitive
from trialwire.schemas.contact_data import quoted
from trialwire.schemas.fhir import code_systems, profiles, ucum

if TYPE_CHECKING:
    from trialwire.quality.fhir.fault import Faults, Path

MAX_DEPTH = 60
"""Levels of nesting. Our resources stay far below it; a deeper one is hostile input."""
_MEASURED: dict[str, tuple[str, ucum.Dimension]] = {
    f"{code_systems.SNOMED}|397669002": ("age", ucum.TIME),
    f"{code_systems.LOINC}|30525-0": ("age", ucum.TIME),
    f"{code_systems.LOINC}|29463-7": ("weight", ucum.MASS),
    f"{code_systems.LOINC}|8302-2": ("height", ucum.LENGTH),
    f"{code_systems.LOINC}|39156-5": ("body mass index", ucum.MASS_PER_AREA),
}
"""Code of a characteristic → (name of the measured quantity, its dimension)."""
_TIME_TYPES = frozenset({"Age", "Duration"})
_MIME_TYPE = re.compile(r"[\w.+\-]+/[\w.+\-]+(;.*)?")
_NAME = re.compile(r"[A-Z]([A-Za-z0-9_]){1,254}")


def coding(node: dict[str, Any], path: Path, faults: Faults) -> None:
    """Check a Coding: its system is in our table of code systems, and its code is a code of that system."""
    system, code = node.get("system"), node.get("code")
    if code is None:
        return
    if system is None:
        faults.add("code-without-system", path, "a code without the system it belongs to")
        return
    known = None
    if isinstance(system, str):
        known = code_systems.SYSTEMS[faults.version].get(system)
        if known is None and faults.profile != "base":
            known = profiles.SYSTEMS[faults.profile].get(system)
    if known is None:
        faults.add("unknown-system", (path, "system"), "a code system that is not in the table of code systems")
    elif isinstance(code, str) and not known.has(code):
        faults.add("unknown-code", (path, "code"), f"{quoted(str(code), 60)} is not a code of {system}")


def quantity(node: dict[str, Any], path: Path, faults: Faults, type_name: str = "Quantity") -> None:
    """Check a Quantity: a code has a system (qty-3), and the code is a UCUM unit.

    The unit of an Age or a Duration is a unit of time (age-1, drt-1).
    """
    system, code = node.get("system"), node.get("code")
    if code is not None and system is None:
        faults.add("code-without-system", path, "a unit code without its system (qty-3)")
    if system is not None and system != code_systems.UCUM:
        faults.add("unknown-system", (path, "system"), "a unit whose system is not UCUM")
    if isinstance(code, str) and system == code_systems.UCUM and ucum.read(code) is None:
        faults.add("bad-unit", (path, "code"), f"{quoted(str(code), 40)} is not a UCUM unit in our table")
    if type_name in _TIME_TYPES and node.get("value") is not None and str(code) not in ucum.TIME_CODES:
        faults.add("wrong-dimension", path, f"{type_name} must be in a unit of time (age-1, drt-1)")
    if type_name in _TIME_TYPES and isinstance(node.get("value"), int | float) and node["value"] < 0:
        faults.add("out-of-range", (path, "value"), f"{type_name} must not be negative")


def age(node: dict[str, Any], path: Path, faults: Faults) -> None:
    """Check an Age, a Quantity with a time unit."""
    quantity(node, path, faults, "Age")


def duration(node: dict[str, Any], path: Path, faults: Faults) -> None:
    """Check a Duration, a Quantity with a time unit."""
    quantity(node, path, faults, "Duration")


def range_(node: dict[str, Any], path: Path, faults: Faults) -> None:
    """Check a Range: it has one or two limits, and low <= high in comparable units (rng-2).

    Each limit has a value and no comparator ("<", ">").
    """
    low, high = node.get("low"), node.get("high")
    limits = [limit for limit in (low, high) if isinstance(limit, dict)]
    if not limits or not all(isinstance(limit.get("value"), int | float) for limit in limits):
        faults.add("empty-range", path, "a range with no limit, or with a limit that has no value")
        return
    if any("comparator" in limit for limit in limits):
        faults.add(
            "bad-range", path, "a limit of a range with a comparator: a range takes plain numbers (SimpleQuantity)"
        )
    if len(limits) < 2:
        return
    sizes = [ucum.read(limit["code"]) if isinstance(limit.get("code"), str) else None for limit in limits]
    if sizes[0] is None or sizes[1] is None:
        comparable = limits[0].get("code") == limits[1].get("code") and limits[0].get("unit") == limits[1].get("unit")
        scale = (1.0, 1.0)
    else:
        comparable = sizes[0].dimension == sizes[1].dimension
        scale = (sizes[0].size, sizes[1].size)
    if not comparable:
        faults.add("wrong-dimension", path, "the limits of a range are in units that cannot be compared (rng-2)")
    elif limits[0]["value"] * scale[0] > limits[1]["value"] * scale[1]:
        faults.add("low-above-high", path, "the low limit of a range is above the high one (rng-2)")


def period(node: dict[str, Any], path: Path, faults: Faults) -> None:
    """Check a Period: start <= end (per-1). "2025-06" and "2025-06-30" are compared as months, the lower precision."""
    start, end = node.get("start"), node.get("end")
    if _is_date(start) and _is_date(end):
        known = min(len(start), len(end), 10)
        if start[:known] > end[:known]:
            faults.add("start-after-end", path, "a period that ends before it starts (per-1)")
    elif start is None and end is None and "_start" not in node and "_end" not in node:
        faults.add("empty-period", path, "a period without a start and an end")


def _list(found: Any) -> list[Any]:
    """The value if it is a list, else an empty list. The wrong type is reported by the walk."""
    return found if isinstance(found, list) else []


def _is_date(found: Any) -> TypeGuard[str]:
    return isinstance(found, str) and primitive.RULES["dateTime"](found) is None


def contact_point(node: dict[str, Any], path: Path, faults: Faults) -> None:
    """Check a ContactPoint: a value needs a system, such as "phone" (cpt-2)."""
    if "value" in node and "system" not in node:
        faults.add("contact-without-system", path, "a contact point without a system, such as phone or email (cpt-2)")


def identifier(node: dict[str, Any], path: Path, faults: Faults) -> None:
    """Check an Identifier: it needs a value."""
    if not node.get("value") and "_value" not in node:
        faults.add("empty-identifier", path, "an identifier without a value")


def attachment(node: dict[str, Any], path: Path, faults: Faults) -> None:
    """Check an Attachment: `data` needs a content type (att-1), which has a valid form ("text/plain", BCP 13)."""
    if "data" in node and "contentType" not in node:
        faults.add("data-without-type", path, "data without a content type (att-1)")
    kind = node.get("contentType")
    if isinstance(kind, str) and not _MIME_TYPE.fullmatch(kind):
        faults.add("bad-code", (path, "contentType"), "not a content type")


def meta(node: dict[str, Any], path: Path, faults: Faults) -> None:
    """Check that `meta.profile` names only profiles of our table: servers reject a resource with an unknown profile."""
    for index, url in enumerate(_list(node.get("profile"))):
        if isinstance(url, str) and url not in profiles.PROFILES[faults.profile]:
            faults.add("unknown-profile", ((path, "profile"), index), "a profile that is not in the table of profiles")
    for name in ("versionId", "lastUpdated"):
        if name in node:
            faults.add("server-value", (path, name), f"only the server sets {name}: it changes with every write")


def organization(node: dict[str, Any], path: Path, faults: Faults) -> None:
    """Check an Organization: it needs a name or an identifier (org-1)."""
    if not node.get("name") and not node.get("identifier"):
        faults.add("nameless", path, "an organisation with neither a name nor an identifier (org-1)")


def characteristic(node: dict[str, Any], path: Path, faults: Faults) -> None:
    """Check a characteristic of a Group: its unit fits what its code measures. An age in mg is a fault."""
    if "valueQuantity" not in node and "valueRange" not in node:
        return
    code = node.get("code")
    codings = code.get("coding") if isinstance(code, dict) else None
    for item in _list(codings):
        measured = _MEASURED.get(f"{item.get('system')}|{item.get('code')}") if isinstance(item, dict) else None
        if measured is None:
            continue
        what, dimension = measured
        for place, found in _quantities(node, path):
            size = ucum.read(found["code"]) if isinstance(found.get("code"), str) else None
            if size is None or size.dimension != dimension:
                faults.add("wrong-dimension", place, f"{what} must be in a unit of {what}")
        return


def _quantities(node: dict[str, Any], path: Path) -> list[tuple[Path, dict[str, Any]]]:
    """(path, Quantity) of the value of a characteristic, or of each limit of its range."""
    found: list[tuple[Path, Any]] = [((path, "valueQuantity"), node.get("valueQuantity"))]
    limits = node.get("valueRange")
    if isinstance(limits, dict):
        found += [(((path, "valueRange"), name), limits.get(name)) for name in ("low", "high")]
    return [(place, value) for place, value in found if isinstance(value, dict)]


def group(node: dict[str, Any], path: Path, faults: Faults) -> None:
    """Check a Group: a group that is only a definition of criteria has no members (grp-1)."""
    counted = node.get("actual") is True or node.get("membership") == "enumerated"
    if node.get("member") and not counted:
        faults.add("members-of-definition", path, "members in a group that is only a definition (grp-1)")


def plan_definition(node: dict[str, Any], path: Path, faults: Faults) -> None:
    """Check a PlanDefinition: the forms of its name (cnl-0) and url (cnl-1).

    Each id of a goal or action that an action names must exist in the plan (pld-3, pld-4).
    """
    name, url = node.get("name"), node.get("url")
    if isinstance(name, str) and not _NAME.fullmatch(name):
        faults.add("bad-name", (path, "name"), "not a computer-friendly name (cnl-0)")
    if isinstance(url, str) and ("|" in url or "#" in url):
        faults.add("bad-address", (path, "url"), "a canonical address with '|' or '#' (cnl-1)")
    goals = {
        goal["id"] for goal in _list(node.get("goal")) if isinstance(goal, dict) and isinstance(goal.get("id"), str)
    }
    actions: set[str] = set()
    asked: list[tuple[Path, Any, bool]] = []
    _actions(node.get("action", ()), (path, "action"), actions, asked, faults, 0)
    for place, wanted, is_goal in asked:
        if isinstance(wanted, str) and wanted not in (goals if is_goal else actions):
            faults.add("dangling-id", place, "an id that no goal or action of the plan has (pld-3, pld-4)")


def _actions(
    found: Any, path: Path, ids: set[str], asked: list[tuple[Path, Any, bool]], faults: Faults, depth: int
) -> None:
    if depth > MAX_DEPTH:
        return
    for index, action in enumerate(_list(found)):
        if not isinstance(action, dict):
            continue
        place: Path = (path, index)
        if isinstance(action.get("id"), str):
            if action["id"] in ids:
                faults.add("duplicate-id", (place, "id"), "an id that another action of the plan has")
            ids.add(action["id"])
        asked += [(((place, "goalId"), n), goal, True) for n, goal in enumerate(_list(action.get("goalId")))]
        for n, related in enumerate(_list(action.get("relatedAction"))):
            if isinstance(related, dict):
                wanted = related.get("targetId", related.get("actionId"))
                asked.append((((place, "relatedAction"), n), wanted, False))
        _actions(action.get("action"), (place, "action"), ids, asked, faults, depth + 1)


def action_input(node: dict[str, Any], path: Path, faults: Faults) -> None:
    """Check the input or output of an R5 action: it has either requirement or relatedData, not both (pld-0, pld-1)."""
    if ("requirement" in node) == ("relatedData" in node):
        faults.add("input-shape", path, "exactly one of requirement and relatedData is needed (pld-0, pld-1)")


def timing_repeat(node: dict[str, Any], path: Path, faults: Faults) -> None:
    """Check Timing.repeat: duration and period have units and are not negative (tim-1, tim-2, tim-4, tim-5)."""
    for value, needed in (("duration", "durationUnit"), ("period", "periodUnit")):
        if value in node and needed not in node:
            faults.add("value-without-unit", path, f"{value} without {needed} (tim-1, tim-2)")
        if isinstance(node.get(value), int | float) and node[value] < 0:
            faults.add("out-of-range", (path, value), f"{value} must not be negative (tim-4, tim-5)")


def position(node: dict[str, Any], path: Path, faults: Faults) -> None:
    """Check Location.position: latitude from -90 to 90 degrees, longitude from -180 to 180 degrees (WGS 84)."""
    for name, most in (("latitude", 90), ("longitude", 180)):
        value = node.get(name)
        if isinstance(value, int | float) and abs(value) > most:
            faults.add("out-of-range", (path, name), f"{name} must be within {-most} and {most} degrees")


TYPE_RULES: dict[str, tuple[Any, ...]] = {
    "Age": (age,),
    "Attachment": (attachment,),
    "Coding": (coding,),
    "ContactPoint": (contact_point,),
    "Duration": (duration,),
    "Extension": (extension.shape,),
    "Group": (group,),
    "GroupCharacteristic": (characteristic,),
    "Identifier": (identifier,),
    "LocationPosition": (position,),
    "Meta": (meta,),
    "Organization": (organization,),
    "Period": (period,),
    "PlanDefinition": (plan_definition,),
    "PlanDefinitionActionInput": (action_input,),
    "PlanDefinitionActionOutput": (action_input,),
    "Quantity": (quantity,),
    "Range": (range_,),
    "TimingRepeat": (timing_repeat,),
}
"""FHIR type → its rules."""
