"""Measures how much of a registry record is in its FHIR Bundle: if one value changes, the Bundle must change too.

    python -m benchmarks.coverage [--records N] [--seed N] [--thin SHARE] [--all] [FOLDER]

It covers the paths of the registry's dictionary (metadata.json) in protocolSection, the coordinates of sites, and the
ids and terms of `meshes` in derivedSection. It replaces each value by another legal one (another word of its enum,
another date of the same precision, the other boolean), reads and renders the record again with contacts included, and
compares the Bundles without narratives. Exits with 1 below the goal: 99 % of the values, and every path.
`--thin 0.5` first removes about half of each record's protocol section, chosen by the seed: a value must not depend on
a neighbour that sparse records lack.
"""

from __future__ import annotations

import argparse
import copy
import random
import re
import sys
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from benchmarks import records as real_records
from trialwire.schemas.record import RawRecord
from trialwire.transforms.read.any_record import read
from trialwire.transforms.write.bundle import RenderOptions, render

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from trialwire.schemas.event import FhirVersion

BAR = 0.99
_MESHES = re.compile(r"derivedSection\.(condition|intervention)BrowseModule\.meshes\.(id|term)")
_WITH_CONTACTS = RenderOptions(contacts=True)


@dataclass(frozen=True, slots=True)
class Leaf:
    """One populated value: its path without positions, its type in the dictionary, and the place to set it."""

    path: str
    kind: str
    holder: Any
    key: str | int


@dataclass(slots=True)
class Coverage:
    """Number of values found and of values represented in FHIR, per path."""

    populated: Counter[str] = field(default_factory=Counter)
    represented: Counter[str] = field(default_factory=Counter)
    missed: defaultdict[str, list[str]] = field(default_factory=lambda: defaultdict(list))

    @property
    def share(self) -> float:
        """The represented share of all values that were changed."""
        return self.represented.total() / (self.populated.total() or 1)

    @property
    def lost_paths(self) -> list[str]:
        """The paths without any represented value."""
        return sorted(path for path in self.populated if not self.represented[path])


def dictionary(spec: Path) -> tuple[dict[str, str], dict[str, list[str]]]:
    """(measured path → type, enum → its words), from the registry's own files."""
    kinds: dict[str, str] = {}

    def walk(node: dict[str, Any], above: str) -> None:
        path = f"{above}.{node['name']}" if above else node["name"]
        if children := node.get("children"):
            for child in children:
                walk(child, path)
        elif path.startswith("protocolSection.") or _MESHES.fullmatch(path):
            kinds[path] = node["type"]

    for section in orjson.loads((spec / "metadata.json").read_bytes()):
        walk(section, "")
    place = "protocolSection.contactsLocationsModule.locations.geoPoint"
    del kinds[place]
    kinds |= {f"{place}.lat": "degrees", f"{place}.lon": "degrees"}
    enums = {
        enum["type"]: [word["value"] for word in enum["values"]]
        for enum in orjson.loads((spec / "enums.json").read_bytes())
    }
    return kinds, enums


def leaves(study: dict[str, Any], kinds: dict[str, str]) -> Iterator[Leaf]:
    """The populated values of a record at measured paths."""

    def walk(value: Any, path: str, holder: Any, key: str | int) -> Iterator[Leaf]:
        if isinstance(value, dict):
            for name, item in value.items():
                yield from walk(item, f"{path}.{name}" if path else name, value, name)
        elif isinstance(value, list):
            for index, item in enumerate(value):
                yield from walk(item, path, value, index)
        elif path in kinds and value not in (None, ""):
            yield Leaf(path, kinds[path].removesuffix("[]"), holder, key)

    yield from walk(study, "", None, "")


def thin(study: dict[str, Any], share: float, rng: random.Random) -> None:
    """Remove about this share of the values of the protocol section, in place. The registry number stays."""

    def drop(node: dict[str, Any]) -> None:
        for name, item in list(node.items()):
            if isinstance(item, dict):
                drop(item)
            elif isinstance(item, list):
                item[:] = [one for one in item if rng.random() >= share]
                for one in item:
                    if isinstance(one, dict):
                        drop(one)
            elif name != "nctId" and rng.random() < share:
                del node[name]
            if item in ({}, []):
                del node[name]

    drop(study["protocolSection"])


def other(value: Any, kind: str, enums: dict[str, list[str]], taken: Iterable[Any] = ()) -> Any:
    """Another legal value of that type. For a list of words: a word that is not in the list yet."""
    if isinstance(value, bool):
        return not value
    if kind == "degrees":
        return value - 0.5 if value > 0 else value + 0.5
    if isinstance(value, int | float):
        return value + 1
    if kind in enums:
        left = [word for word in enums[kind] if word != value and word not in taken]
        return left[0] if left else next(word for word in enums[kind] if word != value)
    if kind in {"PartialDate", "NormalizedDate"}:
        year = int(value[:4])
        return f"{year - 1}{value[4:]}".replace("-02-29", "-02-28")
    if kind == "NormalizedTime" and (found := re.fullmatch(r"(\d+)( .+)", value)):
        return f"{int(found[1]) + 1}{found[2]}"
    if re.fullmatch(r"NCT\d{8}", value):
        return f"NCT9{value[4:]}" if value[3] != "9" else f"NCT8{value[4:]}"
    if re.fullmatch(r"[CD]\d{6,9}", value):
        return value[:-1] + str((int(value[-1]) + 1) % 10)
    return value + "x"


def shown(study: dict[str, Any], version: FhirVersion) -> bytes:
    """The Bundle of a record without its narratives, as bytes to compare."""
    trial = read(RawRecord(origin="coverage", content=orjson.dumps(study))).trial
    bundle = render(trial, version, _WITH_CONTACTS).bundle
    for entry in bundle["entry"]:
        entry["resource"].pop("text", None)
    return orjson.dumps(bundle)


def measure(
    study: dict[str, Any],
    version: FhirVersion,
    spec: tuple[dict[str, str], dict[str, list[str]]],
    coverage: Coverage,
    choose: Callable[[list[Leaf]], list[Leaf]] = lambda found: found,
) -> None:
    """Change the given values of one record one by one, and count the changes that are visible in FHIR."""
    kinds, enums = spec
    study = copy.deepcopy(study)
    before = shown(study, version)
    number = study["protocolSection"]["identificationModule"]["nctId"]
    for leaf in choose(list(leaves(study, kinds))):
        value = leaf.holder[leaf.key]
        taken = leaf.holder if isinstance(leaf.holder, list) else ()
        leaf.holder[leaf.key] = other(value, leaf.kind, enums, taken)
        coverage.populated[leaf.path] += 1
        if shown(study, version) != before:
            coverage.represented[leaf.path] += 1
        else:
            coverage.missed[leaf.path].append(number)
        leaf.holder[leaf.key] = value


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Returns 1 below the goal, else 0."""
    parser = argparse.ArgumentParser(description="Which values of a registry record are in its FHIR")
    parser.add_argument("folder", nargs="?", type=Path, default=real_records.registry())
    parser.add_argument("--records", type=int, default=40)
    parser.add_argument("--all", action="store_true", help="every record of the folder")
    parser.add_argument("--thin", type=float, default=0.0, metavar="SHARE", help="leave out this share of the values")
    parser.add_argument("--seed", type=int, default=7)
    asked = parser.parse_args(arguments)
    files = sorted(asked.folder.glob("*.json"))
    if not asked.all:
        files = random.Random(asked.seed).sample(files, min(asked.records, len(files)))
    spec = dictionary(real_records.needed("spec"))
    good = True
    versions: tuple[FhirVersion, ...] = ("R4", "R5")
    for version in versions:
        coverage = Coverage()
        rng = random.Random(asked.seed)
        for file in files:
            study = orjson.loads(file.read_bytes())
            thin(study, asked.thin, rng)
            measure(study, version, spec, coverage)
        good = good and _report(version, len(files), coverage)
    return 0 if good else 1


def _report(version: str, records: int, coverage: Coverage) -> bool:
    total = coverage.populated.total()
    print(
        f"FHIR {version}: {coverage.share:.2%} of {total} values of {records} records are represented "
        f"({len(coverage.populated)} paths occur, {len(coverage.lost_paths)} of them never shown)"
    )
    for path, numbers in sorted(coverage.missed.items()):
        print(f"  {path}: {len(numbers)} of {coverage.populated[path]} not shown, for instance {numbers[0]}")
    return coverage.share >= BAR and not coverage.lost_paths


if __name__ == "__main__":
    sys.exit(main())
