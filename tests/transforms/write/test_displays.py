"""The displays that we write beside HL7's codes against the specification's own."""

import json

import pytest

from tests.transforms.kit.studies import VERSIONS
from trialwire.schemas.errors import RetryLaterError
from trialwire.schemas.event import FhirVersion
from trialwire.schemas.fhir import codes
from trialwire.schemas.fhir.code_systems import HL7
from trialwire.stack import node_packages


def published(version: FhirVersion) -> dict[str, dict[str, str]]:
    try:
        folder = node_packages.definitions(version)
    except RetryLaterError as error:
        pytest.skip(f"the definitions cannot be had: {error}")
    found: dict[str, dict[str, str]] = {}
    for path in folder.glob("CodeSystem-*.json"):
        system = json.loads(path.read_bytes())
        waiting = list(system.get("concept", ()))
        while waiting:
            concept = waiting.pop()
            found.setdefault(system["url"], {})[concept["code"]] = concept.get("display", "").strip()
            waiting += concept.get("concept", ())
    return found


def written(version: FhirVersion) -> list[tuple[str, codes.Code]]:
    def own(name: str) -> str:
        return codes.research_study_system(name, version)

    states = [row.progress for row in codes.STATUSES.values() if row.progress and version == "R5"]
    if version == "R4":
        states = [codes.Code(code, display) for code, display in codes.R4_DISPLAYS.items()]
    tables = (
        (own("phase"), codes.PHASES.values()),
        (own("prim-purp-type"), codes.PURPOSES.values()),
        (own("objective-type"), codes.OBJECTIVES.values()),
        (HL7 + "research-study-status", states),
        (HL7 + "study-design", codes.DESIGNS.values()),
        (HL7 + "research-study-arm-type", codes.ARM_TYPES.values()),
        (HL7 + "research-study-party-role", codes.PARTY_ROLES.values()),
        (HL7 + "research-study-party-organization-type", codes.ORGANIZATION_TYPES.values()),
        (HL7 + "administrative-gender", [gender for gender, _ in codes.SEXES.values()]),
    )
    return [(system, code) for system, rows in tables for code in rows]


@pytest.mark.fhir
@pytest.mark.parametrize("version", VERSIONS)
def test_a_code_has_the_display_that_its_system_gives_it(version: FhirVersion) -> None:
    systems = published(version)
    known = [(system, code) for system, code in written(version) if system in systems]
    assert len(known) >= 25
    assert [
        (code, systems[system].get(code.code))
        for system, code in known
        if systems[system].get(code.code) != code.display
    ] == []
