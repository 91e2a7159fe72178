"""Repairs known deviations of ECLAIRE's server from R4 and from its own guide, before the resource is validated.

ECLAIRE is the French register of trials, published as FHIR R4. Each repair is one row of a table: it changes the parsed
JSON in place and yields the changed paths. Each repair is also a finding, which shows that the resource differs from
the published one. Source of the rows: the guide `ans.fhir.fr.eclaire` 0.3.0 (profiles and concept maps) compared with
the code of the ministry's server (DNUM-SocialGouv/eclaire, models of 2023 to 2026).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trialwire.schemas.fhir import eclaire
from trialwire.schemas.fhir.code_systems import TERMINOLOGY
from trialwire.schemas.fhir.extensions import CROSS_VERSION
from trialwire.schemas.held import Finding

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Json = dict[str, Any]

R5_EXTENSION = f"{CROSS_VERSION}ResearchStudy."
PLACEHOLDERS = frozenset({"INDISPONIBLE", "A RENSEIGNER", "Données non disponible", "Non disponible"})
"""Placeholders that the server writes for unknown values."""

_THO_PHASE = f"{TERMINOLOGY}research-study-phase"
SOURCE_PHASES = {
    "phase-I-first-admin": "phase-1", "phase-I-bioequivalence": "phase-1", "phase-I-other": "phase-1",
    "phase-I-II-first-admin": "phase-1-phase-2", "phase-I-II-first-bioequivalence": "phase-1-phase-2",
    "phase-I-II-other": "phase-1-phase-2", "phase-II": "phase-2", "phase-II-III": "phase-2-phase-3",
    "phase-III": "phase-3", "phase-III-IV": "phase-3-phase-4", "phase-IV": "phase-4",
}  # fmt: skip
"""ConceptMap eclaire-study-phase, and phase-IV, which it lacks. `jarde-early` has two targets and is not mapped."""


@dataclass(frozen=True, slots=True)
class Repair:
    """One known fault and its repair. `mend` repairs the fault in a resource in place and yields the changed paths."""

    code: str
    resource_type: str
    says: str
    mend: Callable[[Json], Iterator[str]]


def repaired(resource: Json) -> list[Finding]:
    """Apply all repairs to one resource in place. Returns one finding per changed path."""
    kind = resource.get("resourceType")
    return [
        Finding(code=repair.code, path=f"{kind}.{place}", message=f"{kind}.{place}: {repair.says}.")
        for repair in REPAIRS
        if repair.resource_type in {kind, "*"}
        for place in repair.mend(resource)
    ]


def objects(value: object) -> list[Json]:
    """Return the JSON objects in a list, or an empty list if the value is not a list."""
    return [item for item in value if isinstance(item, dict)] if isinstance(value, list) else []


def _placeholders(resource: Json) -> Iterator[str]:
    places: list[str] = []
    mended = _pruned(resource, "", places)
    resource.clear()
    resource.update(mended or {})
    yield from places


def _pruned(value: Any, path: str, places: list[str]) -> Any:
    """The value without placeholders, and without objects that become empty; None if nothing is left."""
    if isinstance(value, str):
        if value.strip() in PLACEHOLDERS or (value.strip() and all(word in PLACEHOLDERS for word in value.split())):
            places.append(path)
            return None
        return value
    if not value or not isinstance(value, dict | list):
        return value
    if isinstance(value, dict):
        kept = {key: _pruned(item, f"{path}.{key}".lstrip("."), places) for key, item in value.items()}
        return {key: item for key, item in kept.items() if item is not None} or None
    inside = [_pruned(item, f"{path}[{number}]", places) for number, item in enumerate(value)]
    return [item for item in inside if item is not None] or None


def _https_extension(study: Json) -> Iterator[str]:
    wrong = R5_EXTENSION.replace("http:", "https:")
    for number, extension in enumerate(objects(study.get("extension"))):
        url = extension.get("url")
        if isinstance(url, str) and url.startswith(wrong):
            extension["url"] = R5_EXTENSION + url.removeprefix(wrong)
            yield f"extension[{number}].url"


def _nameless_extension(resource: Json) -> Iterator[str]:
    for number, contact in enumerate(objects(resource.get("contact"))):
        given = objects(contact.get("extension"))
        named = [extension for extension in given if extension.get("url")]
        if len(named) != len(given):
            contact["extension"] = named
            if not named:
                del contact["extension"]
            yield f"contact[{number}].extension"


def _source_phase(study: Json) -> Iterator[str]:
    phase = study.get("phase")
    for coding in objects(phase.get("coding") if isinstance(phase, dict) else None):
        code = SOURCE_PHASES.get(str(coding.get("code")))
        if "phase-source" in str(coding.get("system")) and code:
            coding |= {"system": eclaire.PHASE if code == "phase-3-phase-4" else _THO_PHASE, "code": code}
            coding.pop("display", None)
            coding.pop("version", None)
            yield "phase"


def _reference_contents(study: Json) -> Iterator[str]:
    """Move resources out of a non-FHIR element of the server into `contained`."""
    contents = study.pop("referenceContents", None)
    if isinstance(contents, dict):
        inside = [item for value in contents.values() for item in (value if isinstance(value, list) else [value])]
        study["contained"] = [*objects(study.get("contained")), *objects(inside)]
        yield "referenceContents"


def _exclude(group: Json) -> Iterator[str]:
    for number, characteristic in enumerate(objects(group.get("characteristic"))):
        if "exclude" not in characteristic:
            characteristic["exclude"] = False
            yield f"characteristic[{number}].exclude"


def _description(group: Json) -> Iterator[str]:
    """Move the text of characteristic.description, which R4 does not have, into the value."""
    for number, characteristic in enumerate(objects(group.get("characteristic"))):
        words = characteristic.pop("description", None)
        if not isinstance(words, str):
            continue
        if not any(key.startswith("value") for key in characteristic):
            characteristic["valueCodeableConcept"] = {"text": words}
        elif isinstance(concept := characteristic.get("valueCodeableConcept"), dict):
            concept["text"] = words
        yield f"characteristic[{number}].description"


_KINDS = (
    ("grp-age", re.compile(r"\bage\b|\bâge\b", re.IGNORECASE)),
    ("grp-gender", re.compile(r"gender|\bsex", re.IGNORECASE)),
    ("grp-studypop", re.compile(r"study population", re.IGNORECASE)),
    ("grp-category", re.compile(r"group category", re.IGNORECASE)),
)


def _kind(group: Json) -> Iterator[str]:
    """Set the missing code of a characteristic from its value."""
    for number, characteristic in enumerate(objects(group.get("characteristic"))):
        code = characteristic.get("code")
        if isinstance(code, dict) and any(coding.get("code") for coding in objects(code.get("coding"))):
            continue
        value = characteristic.get("valueCodeableConcept")
        label = (
            str(value.get("text", "")) if isinstance(value, dict) else "age" if "valueRange" in characteristic else ""
        )
        kind = next((kind for kind, words in _KINDS if len(label) < 60 and words.search(label)), "grp-other")
        characteristic["code"] = {"coding": [{"system": eclaire.CRITERION_KIND, "code": kind}]}
        yield f"characteristic[{number}].code"


def _range_comparators(group: Json) -> Iterator[str]:
    """Remove comparators from the ends of a Range: they must be SimpleQuantity, and already mean >= and <=."""
    for number, characteristic in enumerate(objects(group.get("characteristic"))):
        span = characteristic.get("valueRange")
        for end, implied in (("low", ">="), ("high", "<=")):
            quantity = span.get(end) if isinstance(span, dict) else None
            if isinstance(quantity, dict) and quantity.get("comparator") == implied:
                del quantity["comparator"]
                yield f"characteristic[{number}].valueRange.{end}.comparator"


REPAIRS: tuple[Repair, ...] = (
    Repair("eclaire-placeholder", "*", "a placeholder for an unknown value was taken away", _placeholders),
    Repair("eclaire-extension-url", "ResearchStudy", "the extension's address began with https", _https_extension),
    Repair("eclaire-nameless-extension", "ResearchStudy", "an extension without an address was left out", _nameless_extension),
    Repair("eclaire-source-phase", "ResearchStudy", "the source's own phase code was translated by the guide's concept map", _source_phase),
    Repair("eclaire-reference-contents", "ResearchStudy", "an element that R4 does not have held resources; they were taken as contained", _reference_contents),
    Repair("eclaire-exclude", "Group", "exclude was absent and is read as false", _exclude),
    Repair("eclaire-description", "Group", "an element that R4 does not have held the words; they were moved into the value", _description),
    Repair("eclaire-characteristic-code", "Group", "the characteristic did not say what it is; its value tells", _kind),
    Repair("eclaire-range-comparator", "Group", "an end of a Range had a comparator, which it means by itself", _range_comparators),
)  # fmt: skip
