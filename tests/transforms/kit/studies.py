"""Registry records for the tests of the mapping: the fictional ones that ship, and small ones made on the spot."""

from __future__ import annotations

from typing import Any

import orjson

from trialwire.schemas.event import FhirVersion
from trialwire.schemas.record import RawRecord
from trialwire.schemas.trial import Trial
from trialwire.sources.shipped import FICTIONAL
from trialwire.transforms.read.any_record import read
from trialwire.transforms.write.bundle import RenderOptions, Rendition, render

Json = dict[str, Any]
VERSIONS: tuple[FhirVersion, ...] = ("R4", "R5")
WITH_CONTACTS = RenderOptions(contacts=True)
CROSS = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ResearchStudy."


def raw(number: str) -> Json:
    """A shipped record as the registry's API gives it."""
    return orjson.loads((FICTIONAL / "registry" / f"{number}.json").read_bytes())


def trial_of(study: Json) -> Trial:
    """The Trial of a record."""
    return read(RawRecord(origin="test", content=orjson.dumps(study))).trial


def small(**modules: Json) -> Trial:
    """The Trial of a record with a number, a title, and the modules given by their names without "Module"."""
    found = {"identificationModule": {"nctId": "NCT99990099", "briefTitle": "A small study"}}
    for name, module in modules.items():
        found.setdefault(f"{name}Module", {}).update(module)
    return trial_of({"protocolSection": found})


def resources(rendition: Rendition, kind: str) -> list[Json]:
    """The resources of one type, in their order."""
    found = [entry["resource"] for entry in rendition.bundle["entry"]]
    return [one for one in found if one["resourceType"] == kind]


def study_of(trial: Trial, version: FhirVersion, how: RenderOptions = WITH_CONTACTS) -> Json:
    """The ResearchStudy of a Trial."""
    (found,) = resources(render(trial, version, how), "ResearchStudy")
    return found


def group_of(trial: Trial, version: FhirVersion = "R5") -> Json:
    """The study's own Group."""
    return resources(render(trial, version, WITH_CONTACTS), "Group")[0]


def plan_of(trial: Trial, version: FhirVersion = "R5") -> Json:
    """The PlanDefinition."""
    (found,) = resources(render(trial, version, WITH_CONTACTS), "PlanDefinition")
    return found


def extended(resource: Json, url: str) -> list[Any]:
    """The values of the extensions of that address; a complex one as its parts by name, each a list."""
    found: list[Any] = []
    for one in resource.get("extension", ()):
        if one["url"] != url:
            continue
        if "extension" not in one:
            found.append(_value(one))
            continue
        parts: dict[str, list[Any]] = {}
        for part in one["extension"]:
            parts.setdefault(part["url"], []).append(_value(part))
        found.append(parts)
    return found


def _value(extension: Json) -> Any:
    return next(value for name, value in extension.items() if name.startswith("value"))


def codes(concept: Json) -> list[str]:
    """The codes of a concept, in their order."""
    return [one["code"] for one in concept.get("coding", ())]
