"""The checks every Bundle passes before it goes: all faults at once, without personal data, whatever is put before them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.quality.kit.good_bundle import good
from trialwire.quality.fhir import resources
from trialwire.schemas.event import FhirVersion
from trialwire.schemas.record import RawRecord
from trialwire.sources.shipped import FICTIONAL
from trialwire.transforms.read.any_record import read
from trialwire.transforms.write import bundle

VERSIONS: tuple[FhirVersion, ...] = ("R4", "R5")


def resource(found: dict[str, Any], kind: str) -> dict[str, Any]:
    return next(entry["resource"] for entry in found["entry"] if entry["resource"]["resourceType"] == kind)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_fault_is_told_at_once_with_its_place_its_resource_and_a_cure(version: FhirVersion) -> None:
    bad = good(version)
    resource(bad, "Group")["characteristic"][0]["valueRange"]["low"]["value"] = 70
    resource(bad, "Organization")["id"] = "org_1"
    resource(bad, "Location")["position"]["latitude"] = "37"
    reasons = resources.check(bad, version)
    by_code = {reason.code: reason for reason in reasons}
    assert {"low-above-high", "bad-id", "wrong-type", "bad-request", "dangling-reference"} <= by_code.keys()
    assert by_code["low-above-high"].path == "Bundle.entry[2].resource.characteristic[0].valueRange"
    assert by_code["low-above-high"].message.startswith("Group/NCT99990001-eligibility: ")
    assert all(reason.cure for reason in reasons)
    assert len(reasons) == len(set(reasons))


@pytest.mark.parametrize("version", VERSIONS)
def test_no_message_repeats_a_persons_data(version: FhirVersion) -> None:
    bad = good(version)
    study = resource(bad, "ResearchStudy")
    private = "Dr Ada Example, 555-0199, ada@example.org"
    study["note"] = [{"text": f"{private}\u0007", "authorString": 5}, {"author": private}]
    study["period"]["start"] = private
    study["site"][0]["reference"] = private
    study["extension"].append({"url": private, "valueString": private})
    study["text"]["div"] = f"<div>{private}"
    reasons = resources.check(bad, version)
    assert len(reasons) >= 6
    told = " ".join(f"{reason.message} {reason.path} {reason.cure}" for reason in reasons)
    for word in ("Ada", "555-0199", "ada@example.org"):
        assert word not in told


def test_a_missing_required_code_with_a_reason_is_valid() -> None:
    unknown = good("R4")
    study = resource(unknown, "ResearchStudy")
    del study["status"]
    url = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
    study["_status"] = {"extension": [{"url": url, "valueCode": "unknown"}]}
    assert resources.check(unknown, "R4") == []
    study["_status"] = {"extension": [{"url": url, "valueString": "unknown"}]}
    assert [reason.code for reason in resources.check(unknown, "R4")] == ["extension-value"]


junk = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=150, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data(), found=junk)
def test_whatever_stands_anywhere_in_a_bundle_is_judged_and_raises_nothing(data: st.DataObject, found: Any) -> None:
    version = data.draw(st.sampled_from(VERSIONS))
    bad = good(version)
    node: Any = bad
    while isinstance(node, dict | list) and node:
        key = data.draw(st.sampled_from(sorted(node) if isinstance(node, dict) else range(len(node))))
        if data.draw(st.booleans()) or not isinstance(node[key], dict | list):
            node[key] = found
            break
        node = node[key]
    resources.check(bad, version)


@pytest.mark.parametrize(
    "bad", [{}, {"entry": None}, {"entry": [None, 3, {}]}, {"resourceType": "Bundle", "entry": {}}]
)
def test_what_is_no_bundle_is_told_and_raises_nothing(bad: dict[str, Any]) -> None:
    assert resources.check(bad, "R4")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_text_that_is_json_beside_a_primitive_is_told(version: FhirVersion) -> None:
    bad = good(version)
    resource(bad, "ResearchStudy")["_status"] = "true"
    assert "invalid" in {reason.code for reason in resources.check(bad, version)}


def test_a_code_system_that_is_no_text_is_told_under_a_profile_too() -> None:
    bad = good("R4")
    resource(bad, "ResearchStudy")["condition"][0]["coding"] = [{"system": {"a": 1}, "code": "x"}]
    codes = {reason.code for reason in resources.check(bad, "R4", profile="eclaire")}
    assert {"unknown-system", "wrong-type"} <= codes


@pytest.mark.parametrize(
    ("inside", "code"),
    [
        ("<p><b> </b><br/></p>", "blank"),
        ("<p><b>Status<br/></b></p>", None),
        ("<p><b>Status:</b> &nbsp;</p>", "bad-narrative"),
        ("<p><b>Status:</b> 1 < 2</p>", "bad-narrative"),
        ('<p><b>Status:</b> &lt;script&gt; 1 " 2</p>', None),
        ("<p><b>Status:</b> \ufffe</p>", "bad-narrative"),
        ("<p><b>Status:</b><b>open</p>", "bad-narrative"),
        ("<p><b onclick='x()'>Status:</b> open</p>", "unsafe-narrative"),
    ],
)
def test_a_narrative_that_looks_like_ours_is_judged_as_a_parser_judges_it(inside: str, code: str | None) -> None:
    told = good("R5")
    resource(told, "Group")["text"]["div"] = f'<div xmlns="http://www.w3.org/1999/xhtml">{inside}</div>'
    assert [reason.code for reason in resources.check(told, "R5")] == ([code] if code else [])


def test_a_bundle_of_hostile_depth_is_refused() -> None:
    bad = good("R4")
    node = resource(bad, "PlanDefinition")
    for _ in range(sys.getrecursionlimit()):
        node["action"] = [{"title": "deeper"}]
        node = node["action"][0]
    assert resources.check(bad, "R4")


def test_a_national_profile_is_claimed_only_where_the_setting_says_so() -> None:
    claimed = good("R4")
    url = "https://interop.esante.gouv.fr/ig/fhir/eclaire/StructureDefinition/eclaire-researchstudy"
    resource(claimed, "ResearchStudy")["meta"]["profile"] = [url]
    assert [reason.code for reason in resources.check(claimed, "R4")] == ["unknown-profile"]
    assert resources.check(claimed, "R4", profile="eclaire") == []


@pytest.mark.parametrize("contacts", [False, True])
@pytest.mark.parametrize("version", VERSIONS)
def test_every_shipped_record_becomes_a_valid_bundle(version: FhirVersion, contacts: bool) -> None:
    how = bundle.RenderOptions(contacts=contacts)
    for path in sorted((FICTIONAL / "registry").glob("*.json")):
        if path.stem == "NCT99990013":  # holds a word that the registry does not have, on purpose
            continue
        trial = read(RawRecord(path.name, path.read_bytes())).trial
        assert resources.check(bundle.render(trial, version, how).bundle, version) == [], path.name


@pytest.mark.parametrize("version", VERSIONS)
def test_real_records_become_valid_bundles(version: FhirVersion, real_records: Path) -> None:
    how = bundle.RenderOptions(contacts=True)
    for path in sorted((real_records / "ctgov").glob("*.json"))[::8]:
        trial = read(RawRecord(path.name, path.read_bytes())).trial
        assert resources.check(bundle.render(trial, version, how).bundle, version) == [], path.name


def _with_a_list(version: FhirVersion) -> dict[str, Any]:
    """The good Bundle, its Group with a list of which any item is enough."""
    bundle_ = good(version)
    group = resource(bundle_, "Group")
    kind = {"membership": "definitional"} if version == "R5" else {"actual": False}
    either = {"id": "inc-00000002", "code": {"text": "x"}, "valueBoolean": True, "exclude": False}
    url = "http://hl7.org/fhir/6.0/StructureDefinition/extension-Group.combinationMethod"
    group["contained"] = [
        {"resourceType": "Group", "id": "inc-00000001-items", "extension": [{"url": url, "valueCode": "any-of"}],
         "type": "person", **kind, "characteristic": [either, {**either, "id": "inc-00000003"}]}
    ]  # fmt: skip
    value = {"reference": "#inc-00000001-items", "type": "Group"}
    group["characteristic"].append({"code": {"text": "x"}, "valueReference": value, "exclude": False})
    return bundle_


@pytest.mark.parametrize("version", VERSIONS)
def test_a_group_may_contain_its_lists_and_every_rule_holds_inside_them(version: FhirVersion) -> None:
    assert resources.check(_with_a_list(version), version) == []
    inside = _with_a_list(version)
    resource(inside, "Group")["contained"][0]["extension"][0]["url"] = "https://elsewhere.example.org/x"
    assert [reason.path for reason in resources.check(inside, version)] == [
        "Bundle.entry[2].resource.contained[0].extension[0]"
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_what_is_contained_is_referred_to_and_what_is_referred_to_is_contained(version: FhirVersion) -> None:
    lost, unused, nested = (_with_a_list(version) for _ in range(3))
    del resource(lost, "Group")["contained"]
    assert {reason.code for reason in resources.check(lost, version)} == {"dangling-reference"}
    resource(unused, "Group")["characteristic"].pop()
    assert {reason.code for reason in resources.check(unused, version)} == {"contained"}
    resource(nested, "Group")["contained"][0]["meta"] = {"source": "x"}
    assert "contained" in {reason.code for reason in resources.check(nested, version)}


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("key", ["fhir_comments", "resource_type", "title__ext"])
def test_a_key_that_only_the_models_know_is_told(version: FhirVersion, key: str) -> None:
    bad = good(version)
    resource(bad, "ResearchStudy")[key] = {"extension": [{"url": "http://x", "valueString": "y"}]}
    assert "unknown-element" in {reason.code for reason in resources.check(bad, version)}


@pytest.mark.parametrize("version", VERSIONS)
def test_an_element_that_names_a_resource_type_is_told(version: FhirVersion) -> None:
    bad = good(version)
    resource(bad, "ResearchStudy")["condition"][0]["resourceType"] = "CodeableConcept"
    assert [reason.code for reason in resources.check(bad, version)] == ["unknown-element"]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_list_of_contained_resources_is_never_empty(version: FhirVersion) -> None:
    bad = good(version)
    resource(bad, "ResearchStudy")["contained"] = []
    assert [reason.code for reason in resources.check(bad, version)] == ["empty"]


@pytest.mark.parametrize("inner", ["<br/>", "<br/> <br/>", "\u00a0<br/>", ""])
def test_a_narrative_of_line_breaks_is_blank(inner: str) -> None:
    bad = good("R4")
    resource(bad, "ResearchStudy")["text"]["div"] = f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{inner}</p></div>'
    assert [reason.code for reason in resources.check(bad, "R4")] == ["blank"]


def test_a_text_that_no_fhir_holds_is_the_records_fault_and_not_the_mappings() -> None:
    bundle = good("R4")
    study = next(one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "ResearchStudy")
    study["title"] = "x" * (1024 * 1024 + 1)
    (reason,) = resources.check(bundle, "R4")
    assert (reason.code, "shorten it" in reason.cure) == ("too-long", True)
