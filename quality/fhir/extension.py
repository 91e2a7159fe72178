"""Rules on extensions: each extension is in our table, is on an allowed element, and has a value or nested extensions.

The table is trialwire.schemas.fhir.extensions. Source: invariant ext-1 and the definition of each extension.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trialwire.schemas.fhir.extensions import ALLOWED, ExtensionRow, Part

if TYPE_CHECKING:
    from trialwire.quality.fhir.fault import Faults, Path

_VALUES = ("value", "_value")


def shape(node: dict[str, Any], path: Path, faults: Faults) -> None:
    """Check one extension: it has either a value or nested extensions, not both (ext-1)."""
    for key in node:
        if key.startswith(_VALUES):
            sound = not node.get("extension")
            break
    else:
        sound = bool(node.get("extension"))
    if not sound:
        faults.add("extension-shape", path, "an extension needs a value or parts, and not both (ext-1)")


def carried(node: dict[str, Any], type_name: str, path: Path, faults: Faults) -> None:
    """Check all extensions of one element, and add a fault for each that breaks a rule.

    An extension must be known, allowed on this type of element, and not repeated more often than allowed.
    """
    table = _TABLE[faults.version]
    counts: dict[str, int] = {}
    for name in ("extension", "modifierExtension"):
        for index, item in enumerate(_list(node.get(name))):
            place: Path = ((path, name), index)
            found: Any = item.get("url") if isinstance(item, dict) else None
            url = found if isinstance(found, str) else ""
            known = table.get(url)
            if known is None or name == "modifierExtension":
                faults.add("unknown-extension", place, "an extension that is not in the table of extensions")
                continue
            counts[url] = counts.get(url, 0) + 1
            if type_name not in known.places and "Element" not in known.places:
                faults.add("misplaced-extension", place, f"the extension {_tail(url)} is not allowed on this element")
            if known.max is not None and counts[url] == known.max + 1:
                faults.add("extension-shape", place, f"the extension {_tail(url)} is there too often")
            _content(known, item, place, faults)


@dataclass(frozen=True, slots=True)
class _Known:
    """A row of the table, or a part of one, prepared for look-up: allowed keys, allowed types, parts by address."""

    keys: frozenset[str]
    """The JSON keys that its value may have ("valueCode", …)."""
    places: frozenset[str]
    """The types that may carry it, as fhir.resources names them: "ResearchStudy.arm" is ResearchStudyArm."""
    parts: dict[str, _Known]
    min: int
    max: int | None


def _known(row: ExtensionRow | Part) -> _Known:
    names = [f"value{name[0].upper()}{name[1:]}" for name in row.value_types]
    keys = frozenset(names + [f"_{name}" for name in names])
    if isinstance(row, Part):
        return _Known(keys, frozenset(), {}, row.min, row.max)
    places = frozenset("".join(step[0].upper() + step[1:] for step in name.split(".")) for name in row.contexts)
    return _Known(keys, places, {part.url: _known(part) for part in row.parts}, 0, row.max)


_TABLE = {version: {url: _known(row) for url, row in rows.items()} for version, rows in ALLOWED.items()}


def _content(known: _Known, item: dict[str, Any], path: Path, faults: Faults) -> None:
    for key in item:
        if key not in known.keys and key.startswith(_VALUES):
            faults.add("extension-value", (path, key), "a value of a type that this extension does not take")
    if not known.parts and "extension" not in item:
        return
    counts = dict.fromkeys(known.parts, 0)
    for index, inner in enumerate(_list(item.get("extension"))):
        url = inner.get("url") if isinstance(inner, dict) else None
        place: Path = ((path, "extension"), index)
        if not isinstance(url, str) or url not in known.parts:
            faults.add("unknown-extension", place, "a part that this extension does not have")
            continue
        counts[url] += 1
        _content(known.parts[url], inner, place, faults)
    for url, part in known.parts.items():
        if counts[url] < part.min or (part.max is not None and counts[url] > part.max):
            faults.add("extension-shape", path, f"the part {url} occurs {counts[url]} times")


def _list(found: Any) -> list[Any]:
    return found if isinstance(found, list) else []


def _tail(url: str) -> str:
    return url.rpartition("/")[2]
