"""Our tables against the specification's own definitions: required codes, reference targets, code systems."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import pytest

from trialwire.pipeline.validate.structure_definition import supplied
from trialwire.quality.fhir import shape
from trialwire.schemas.errors import RetryLaterError
from trialwire.schemas.event import FhirVersion
from trialwire.schemas.fhir.code_systems import SYSTEMS
from trialwire.schemas.fhir.extensions import EXTENSIONS
from trialwire.stack import node_packages

pytestmark = pytest.mark.fhir
VERSIONS: tuple[FhirVersion, ...] = ("R4", "R5")
OPEN = frozenset({"language", "contentType", "targetFormat", "sigFormat"})
"""Bound to all languages or all content types: judged by form, or never written by us."""
# Never written by us: data requirements, times of day in a schedule, links of a Bundle.
UNUSED = frozenset({("DataRequirement", "type"), ("TimingRepeat", "when"), ("BundleLink", "relation"),
                    ("BundleEntrySearch", "mode")})  # fmt: skip


@cache
def definitions(version: FhirVersion, kind: str) -> dict[str, dict[str, Any]]:
    try:
        folder = node_packages.definitions(version)
    except RetryLaterError as error:
        pytest.skip(f"the definitions cannot be had: {error}")
    found = [json.loads(path.read_bytes()) for path in folder.glob(f"{kind}-*.json")]
    return {one["url"]: one for one in found}


def codes_of(version: FhirVersion, value_set: str) -> frozenset[str]:
    """The codes of a value set that lists them, or takes whole code systems."""
    url = value_set.partition("|")[0]
    codes: set[str] = set()
    for part in definitions(version, "ValueSet")[url]["compose"]["include"]:
        codes |= {one["code"] for one in part.get("concept", [])}
        for other in part.get("valueSet", []):
            codes |= codes_of(version, other)
        if "concept" not in part and "system" in part:
            codes |= set(concepts(definitions(version, "CodeSystem")[part["system"]].get("concept", [])))
    return frozenset(codes)


def concepts(found: list[dict[str, Any]]) -> list[str]:
    return [code for one in found for code in (one["code"], *concepts(one.get("concept", [])))]


def reachable(version: FhirVersion) -> list[tuple[str, str, shape.Element]]:
    """Every (type, element) that a resource of ours could hold, extensions' free values apart."""
    waiting, seen, found = [*sorted(shape.RESOURCE_TYPES - {"EvidenceVariable"}), "Bundle"], set(), []
    while waiting:
        name = waiting.pop()
        if name in seen or name in {"Extension", "Resource", "Element"}:
            continue
        seen.add(name)
        for key, element in shape.elements(version, name).items():
            found.append((name, key, element))
            if not element.primitive:
                waiting.append(element.type_name)
    return found


def specified(version: FhirVersion) -> dict[tuple[str, str], dict[str, Any]]:
    """The specification's element definitions by (model class, element): "ResearchStudy.arm.name" is (ResearchStudyArm, name)."""
    prefix = "http://hl7.org/fhir/StructureDefinition/"
    found = {}
    for url, one in definitions(version, "StructureDefinition").items():
        if url.startswith(prefix) and one.get("derivation") != "constraint":
            for element in one["snapshot"]["element"][1:]:
                *steps, name = element["path"].split(".")
                found["".join(step[0].upper() + step[1:] for step in steps), name] = element
    return found


@pytest.mark.parametrize("version", VERSIONS)
def test_required_codes_and_reference_targets_are_those_of_the_specification(version: FhirVersion) -> None:
    known, checked = specified(version), 0
    for type_name, key, element in reachable(version):
        definition = known.get((type_name, key))
        if definition is None or (type_name, key) in UNUSED or key in OPEN:
            continue
        binding = definition.get("binding", {})
        if binding.get("strength") == "required" and element.type_name == "code":
            assert element.codes == codes_of(version, binding["valueSet"]), (type_name, key)
            checked += 1
        targets = {
            url.rpartition("/")[2] for one in definition.get("type", []) for url in one.get("targetProfile", [])
            if one["code"] in {"Reference", "CodeableReference"}
        }  # fmt: skip
        if targets and element.type_name in {"Reference", "CodeableReference"}:
            assert (element.targets or {"Resource"}) == targets, (type_name, key)
    assert checked > 20


@pytest.mark.parametrize("version", VERSIONS)
def test_code_systems_have_the_codes_that_the_specification_gives_them(version: FhirVersion) -> None:
    published = definitions(version, "CodeSystem")
    compared = {
        url for url, system in SYSTEMS[version].items()
        if url in published and published[url]["content"] == "complete" and system.form is None
    }  # fmt: skip
    for url in compared:
        assert SYSTEMS[version][url].codes == set(concepts(published[url]["concept"])), url
    assert "http://hl7.org/fhir/research-study-status" in compared


@pytest.mark.parametrize("version", VERSIONS)
def test_every_extension_of_ours_has_a_definition_and_no_address_twice(version: FhirVersion) -> None:
    made = {one["url"]: one for one in supplied(version)}
    published = definitions(version, "StructureDefinition")
    for row in EXTENSIONS:
        if version in row.versions:
            assert (row.url in made) != (version in row.published), row.url
    assert len(made) == len(supplied(version))
    assert not made.keys() & published.keys()
    assert len({one["id"] for one in made.values()}) == len(made)
