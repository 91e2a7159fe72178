"""Extensions by the table of schemas.fhir_extensions: known, in their place, with their value, with their parts.

Source: invariant ext-1 and the definitions of each extension.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

from schemas.fhir_extensions import ALLOWED, ExtensionRow, Part

if TYPE_CHECKING:
    from quality.fault import Faults, Path
    from schemas.event import FhirVersion


def shape(node: dict[str, Any], path: Path, faults: Faults) -> None:
    """ext-1: a value or parts, never both and never neither."""
    if bool(_values(node)) == bool(node.get("extension")):
        faults.add("extension-shape", path, "an extension needs a value or parts, and not both (ext-1)")


def carried(node: dict[str, Any], type_name: str, path: Path, faults: Faults) -> None:
    """The extensions that stand on one element: each in the table, allowed there, as often as it may stand."""
    table = ALLOWED[faults.version]
    counts: dict[str, int] = {}
    for name in ("extension", "modifierExtension"):
        for index, item in enumerate(_list(node.get(name))):
            place: Path = ((path, name), index)
            url = item.get("url") if isinstance(item, dict) else None
            row = table.get(url) if isinstance(url, str) else None
            if row is None or name == "modifierExtension":
                faults.add("unknown-extension", place, "an extension that is not in the table of extensions")
                continue
            counts[row.url] = counts.get(row.url, 0) + 1
            places = _places(faults.version, row.url)
            if type_name not in places and "Element" not in places:
                faults.add("misplaced-extension", place, f"the extension {_tail(row.url)} does not belong there")
            if row.max is not None and counts[row.url] == row.max + 1:
                faults.add("extension-shape", place, f"the extension {_tail(row.url)} stands there too often")
            _content(row, item, place, faults)


@cache
def _places(version: FhirVersion, url: str) -> frozenset[str]:
    """The types an extension may stand on, as fhir.resources names them: "ResearchStudy.arm" is ResearchStudyArm."""
    names = ALLOWED[version][url].contexts
    places = {"".join(step[0].upper() + step[1:] for step in name.split(".")) for name in names}
    return frozenset(places)


def _content(row: ExtensionRow | Part, item: dict[str, Any], path: Path, faults: Faults) -> None:
    allowed = {f"value{name[0].upper()}{name[1:]}" for name in row.value_types}
    for key in _values(item):
        if key.removeprefix("_") not in allowed:
            faults.add("extension-value", (path, key), "a value of a type that this extension does not take")
    parts = {part.url: part for part in row.parts} if isinstance(row, ExtensionRow) else {}
    counts = dict.fromkeys(parts, 0)
    for index, inner in enumerate(_list(item.get("extension"))):
        url = inner.get("url") if isinstance(inner, dict) else None
        place: Path = ((path, "extension"), index)
        if not isinstance(url, str) or url not in parts:
            faults.add("unknown-extension", place, "a part that this extension does not have")
            continue
        counts[url] += 1
        _content(parts[url], inner, place, faults)
    for url, part in parts.items():
        if counts[url] < part.min or (part.max is not None and counts[url] > part.max):
            faults.add("extension-shape", path, f"the part {url} stands {counts[url]} times")


def _values(node: dict[str, Any]) -> list[str]:
    return [key for key in node if key.startswith(("value", "_value"))]


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _tail(url: str) -> str:
    return url.rpartition("/")[2]
