"""The golden folders: what each shipped record is as a Trial and as a Bundle. `python -m tests.transforms.kit.golden` writes them anew.

The raw records are those that ship (sources/fictional). A difference is looked at before it is written: it is a change of
the mapping, and MAPPING_VERSION goes up with it (READING_VERSION, where a Trial differs): `golden_versions.json` keeps
what each version made, and a test refuses another result under the same version.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Any

import orjson

from tests.kit.checkout import CHECKOUT
from tests.transforms.kit.studies import VERSIONS
from trialwire.schemas.record import RawRecord
from trialwire.sources.shipped import FICTIONAL
from trialwire.transforms.read.any_record import READING_VERSION, read
from trialwire.transforms.write.bundle import MAPPING_VERSION, RenderOptions, render

FOLDER = CHECKOUT / "tests" / "transforms" / "golden"
VERSIONS_FILE = FOLDER.with_name("golden_versions.json")
RECORDS: dict[str, str] = {
    "two-phases-recruiting": "registry/NCT99990001.json",
    "terminated": "registry/NCT99990002.json",
    "observational-unknown-status": "registry/NCT99990003.json",
    "expanded-access": "registry/NCT99990004.json",
    "results-and-documents": "registry/NCT99990006.json",
    "withdrawn": "registry/NCT99990007.json",
    "ages-in-days-and-months": "registry/NCT99990008.json",
    "women-only": "registry/NCT99990009.json",
    "ages-that-contradict": "registry/NCT99990014.json",
    "old-and-sparse": "registry/NCT99990015.json",
    "page-labelled-blocks": "pages/labelled-blocks.txt",
    "page-summary-sheet": "pages/summary-sheet.txt",
}
"""Name of the folder and the shipped record it is made of."""
WITH_PEOPLE = frozenset({"two-phases-recruiting", "terminated", "ages-in-days-and-months", "old-and-sparse"})
"""The folders that also keep the Bundles with contacts: central and site contacts, officials, every kind of responsible party."""


def made(name: str) -> dict[str, Any]:
    """The golden files of one folder: name and content."""
    source = RECORDS[name]
    record = RawRecord(origin=source, content=(FICTIONAL / source).read_bytes())
    trial = read(record).trial
    found: dict[str, Any] = {"trial.json": trial.model_dump(mode="json", by_alias=True, exclude_defaults=True)}
    for version in VERSIONS:
        found[f"bundle.{version}.json"] = render(trial, version, RenderOptions()).bundle
        if name in WITH_PEOPLE:
            found[f"bundle.{version}.contacts.json"] = render(trial, version, RenderOptions(contacts=True)).bundle
    return found


def written(content: Any) -> bytes:
    """The bytes of a golden file: the order of the keys is part of them."""
    return orjson.dumps(content, option=orjson.OPT_INDENT_2) + b"\n"


def versions() -> dict[str, dict[str, str]]:
    """Today's versions, each with the SHA-256 of the golden files that it made."""
    return {
        "MAPPING_VERSION": {"version": MAPPING_VERSION, "sha256": _hash("bundle.*.json")},
        "READING_VERSION": {"version": READING_VERSION, "sha256": _hash("trial.json")},
    }


def _hash(pattern: str) -> str:
    files = sorted(FOLDER.glob(f"*/{pattern}"))
    parts = [f"{file.relative_to(FOLDER).as_posix()} {sha256(file.read_bytes()).hexdigest()}" for file in files]
    return sha256("\n".join(parts).encode()).hexdigest()


def main() -> None:
    """Write every golden folder anew; and the versions, where they went up with what changed."""
    for name in RECORDS:
        folder = FOLDER / name
        folder.mkdir(parents=True, exist_ok=True)
        for file, content in made(name).items():
            (folder / file).write_bytes(written(content))
    kept: dict[str, dict[str, str]] = orjson.loads(VERSIONS_FILE.read_bytes())
    kept |= {name: now for name, now in versions().items() if now["version"] != kept[name]["version"]}
    VERSIONS_FILE.write_bytes(written(kept))


if __name__ == "__main__":
    main()
