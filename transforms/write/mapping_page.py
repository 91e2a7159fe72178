"""Generates docs/mapping.md from the tables of the mapping: `python -m trialwire.transforms.write.mapping_page`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from trialwire.schemas.fhir import codes
from trialwire.schemas.fhir.extensions import EXTENSIONS as EXTENSION_ROWS
from trialwire.transforms.write.mapping_table import FIELDS
from trialwire.transforms.write.study.artifact import R4_TYPES
from trialwire.transforms.write.study.r4 import COMPLEX, EXTENSIONS, RENAMED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PAGE = Path(__file__).resolve().parents[2] / "docs" / "mapping.md"

_HEAD = """# The mapping: a registry record in FHIR

Made by `python -m trialwire.transforms.write.mapping_page` from the tables that the mapping reads; a test fails when it is out of date.
Each record becomes one transaction Bundle of `PUT` entries: Organization, Location, PractitionerRole, Group,
PlanDefinition, ResearchStudy. Ids are hashes of content, so a new site, arm or criterion does not change other ids.
"(extension)" is the standard cross-version extension of that R5 element,
`http://hl7.org/fhir/5.0/StructureDefinition/extension-…`.

## Fields
"""

_ECLAIRE = """
## ECLAIRE
With `TRIALWIRE_PROFILE=eclaire` or `--profile eclaire`, R4 resources are written as the French guide `ans.fhir.fr.eclaire`
0.3.1 profiles them: the official title is `title` and the brief one a label `short-title`; sponsors and investigators
are in associatedParty only, with the guide's codes; criteria have their kind (`grp-age`, `grp-gender`, …); an arm has
its interventions. The recruitment status is `recruiting` for RECRUITING, `completed-recruiting` for ACTIVE_NOT_RECRUITING,
COMPLETED and TERMINATED, and absent otherwise. `category` is the French regulation of a study, which no registry record
has, so the design moves into the extension ResearchStudy.studyDesign.
"""
_DATA_TYPES = frozenset({"identifier", "relatedArtifact", "period", "extension"})
"""Elements with a complex data type: the definition of their children is on another page."""

_NOTES = """
1. The dates of a period must have the same precision to be compared. If one date is a prefix of the other ("2025-06",
   "2025-06-30"), both are written with the shorter precision. A completion before the start is left out of `period`, with
   a finding. `progressStatus` has both dates in full.
2. ACTUAL is `actualNumber`, ESTIMATED is `targetNumber`. A count without a type is `actualNumber` in a completed or
   terminated study, otherwise `targetNumber`; the classifier "Enrollment type: not stated" shows that the type is missing.
3. A pair counts if one of the two lists has it. If only one list has it, `textEquivalent` says so. A name that matches no
   arm or intervention is kept as text. Names that differ only in case or spacing match if there is exactly one candidate;
   `textEquivalent` keeps the other spelling.
4. Both limits are one range, in the finer unit, if their units convert exactly (years and months; weeks, days, hours and
   minutes); otherwise a range each. A limit that is not a number and a unit is kept as text.

## Contacts
"contacts only" needs `TRIALWIRE_CONTACTS=include` or `--contacts`. Without it these fields are left out, and e-mail
addresses and telephone numbers in every text are masked; each place gives a finding.

## Codes
"""


def page() -> str:
    """Return the whole page docs/mapping.md as Markdown."""
    return _HEAD + _fields() + _left_out() + "\n## Notes\n" + _NOTES + "".join(_code_tables())


def r4_of(target: str) -> str:
    """Return the R4 counterpart of an R5 element, from the tables of `trialwire.transforms.write.study.r4`."""
    kind, _, path = target.partition(".")
    first, _, rest = path.partition(".")
    if kind == "Group" and first == "description":
        return "Group.extension (artifact-description)"
    if target == "Location.contact":
        return "Location.telecom, PractitionerRole"
    if kind != "ResearchStudy" or not path:
        return target
    if first in EXTENSIONS or first in COMPLEX or (first == "recruitment" and rest != "eligibility"):
        return f"{target} (extension)"
    if first == "name":
        return ""
    renamed = {"comparisonGroup": "arm", "recruitment": "enrollment", **RENAMED}.get(first, first)
    return ".".join(filter(None, (kind, renamed, rest)))


def _linked(target: str, release: str) -> str:
    """The element as Markdown, with a link to its definition."""
    words, _, note = target.partition(" ")
    if "studyRegistration" in words:
        return "[ResearchStudy.extension (researchStudy-studyRegistration)](https://build.fhir.org/ig/HL7/fhir-extensions/StructureDefinition-researchStudy-studyRegistration.html)"
    if "(" in words:
        return words.replace("(", " (")
    where = "R5" if note == "(extension)" else release
    element = words if "." in words else words + "#"
    kind = element.split(".", maxsplit=1)[0].rstrip("#").lower()
    steps = words.split(".")
    anchor = (
        "" if element.endswith("#") else "#" + ".".join(steps[: 2 if steps[1:2] and steps[1] in _DATA_TYPES else None])
    )
    return f"[{target}](https://hl7.org/fhir/{where}/{kind}-definitions.html{anchor})"


def _fields() -> str:
    lines = []
    module = ""
    for row in FIELDS:
        section, _, field = row.path.partition("Module.")
        if section != module:
            module = section
            lines += [
                "",
                f"### {section + ('Module' if field else '')}",
                "",
                "| field | R5 | R4 | rule |",
                "|---|---|---|---|",
            ]
        if not row.targets:
            continue
        r5 = "<br>".join(_linked(target, "R5") for target in row.targets)
        fours = [*filter(None, map(r4_of, row.targets)), *row.r4_only]
        r4 = "<br>".join(_linked(target, "R4") for part in fours for target in part.split(", "))
        lines.append(f"| {field or row.path} | {r5} | {r4} | {row.rule} |")
    return _without_empty_tables(lines) + "\n"


def _without_empty_tables(lines: Sequence[str]) -> str:
    kept: list[str] = []
    for index, line in enumerate(lines):
        kept.append(line)
        following = lines[index + 1] if index + 1 < len(lines) else ""
        if line == "|---|---|---|---|" and not following.startswith("|"):
            del kept[-5:]
    return "\n".join(kept).lstrip("\n")


def _left_out() -> str:
    lines = ["", "## Left out on purpose", "", "| field | why |", "|---|---|"]
    lines += [f"| {row.path} | {row.rule} |" for row in FIELDS if not row.targets]
    lines += [
        "| resultsSection | its modules and a digest are kept in the Trial; results are not mapped |",
        "| keys outside the dictionary | kept in the Trial under their own names, and counted |",
    ]
    return "\n".join(lines) + "\n"


def _table(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = ["", f"### {title}", "", f"| {' | '.join(head)} |", "|" + "---|" * len(head)]
    lines += [f"| {' | '.join(row)} |" for row in rows]
    return "\n".join(lines) + "\n"


def _code(code: codes.Code | None) -> str:
    return f"`{code.code}`" if code else "registry's code only"


def _code_tables() -> list[str]:
    statuses = (
        (
            f"`{word}`",
            f"`{row.r4}`" if row.r4 else "absent, with data-absent-reason `unknown`",
            _code(row.progress),
            f"`{row.record}`",
        )
        for word, row in codes.STATUSES.items()
    )
    return [
        _table("Status", ("overallStatus", "R4 status", "R5 progressStatus.state", "R5 status"), statuses),
        _table(
            "Phase", ("phases", "code"), ((" + ".join(phases), _code(code)) for phases, code in codes.PHASES.items())
        ),
        _table(
            "Primary purpose",
            ("primaryPurpose", "code"),
            ((word, _code(code)) for word, code in codes.PURPOSES.items()),
        ),
        _table(
            "Design (SEVCO)",
            ("enum", "word", "code", "meaning"),
            ((enum, word, _code(code), code.display) for (enum, word), code in codes.DESIGNS.items()),
        ),
        _table("Arm type", ("type", "code"), ((word, _code(code)) for word, code in codes.ARM_TYPES.items())),
        _table("Roles", ("who", "code"), ((word, _code(code)) for word, code in codes.PARTY_ROLES.items())),
        _table(
            "Kinds of organisation",
            ("class", "code"),
            ((word, _code(code)) for word, code in codes.ORGANIZATION_TYPES.items()),
        ),
        _table("Outcome levels", ("list", "code"), ((level, _code(code)) for level, code in codes.OBJECTIVES.items())),
        _table("Ages", ("unit", "UCUM"), ((unit, f"`{code}`") for unit, (code, _) in codes.AGE_UNITS.items())),
        _table("Artefact types that R4 lacks", ("R5", "R4"), R4_TYPES.items()),
        _table(
            "Extensions",
            ("address", "what", "on", "in"),
            ((f"`{row.url}`", row.title, ", ".join(row.contexts), ", ".join(row.versions)) for row in EXTENSION_ROWS),
        ),
        _ECLAIRE,
    ]


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page(), encoding="utf-8")
