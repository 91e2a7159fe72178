"""ECLAIRE's own resources, with the faults its server is known for, become a Trial; each repair is a finding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from trialwire.quality.fhir.resources import check
from trialwire.schemas.errors import HoldError
from trialwire.schemas.record import RawRecord
from trialwire.transforms.read.any_record import read
from trialwire.transforms.read.from_eclaire import from_eclaire
from trialwire.transforms.write.bundle import RenderOptions, render

if TYPE_CHECKING:
    from pathlib import Path

ECLAIRE = "https://interop.esante.gouv.fr/ig/fhir/eclaire"
R5 = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ResearchStudy."


def concept(code: str, system: str = "") -> dict[str, Any]:
    return {"coding": [{"system": system or f"{ECLAIRE}/CodeSystem/x", "code": code}]}


def study(**more: Any) -> dict[str, Any]:
    return {
        "resourceType": "ResearchStudy", "id": "2099-500001-11-00", "status": "active",
        "title": "Étude fictive du nuage bleu",
        "identifier": [
            {"use": "official", "value": "2099-500001-11-00"},
            {"use": "secondary", "value": "NCT99990042"}, {"use": "secondary", "value": "2099-A00001-42"},
        ],
        "extension": [
            {"url": f"{ECLAIRE}/StructureDefinition/eclaire-recruitment-status",
             "valueCodeableConcept": concept("recruiting")},
        ],
        "enrollment": [{"reference": "Group/g"}],
    } | more  # fmt: skip


def group(*characteristics: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"resourceType": "Group", "id": "g", "type": "person", "actual": True,
            "characteristic": list(characteristics)} | more  # fmt: skip


def bundle(*resources: dict[str, Any]) -> dict[str, Any]:
    return {"resourceType": "Bundle", "type": "searchset", "entry": [{"resource": one} for one in resources]}


GENDERS = {"valueCodeableConcept": {"text": "Genders", "coding": [
    {"system": "http://hl7.org/fhir/administrative-gender", "code": "female"},
    {"system": "http://hl7.org/fhir/administrative-gender", "code": "male"}]}}  # fmt: skip
ADULTS = {"exclude": False, "valueRange": {
    "low": {"value": 18, "unit": "years", "comparator": ">="}, "high": {"value": 64, "unit": "years", "comparator": "<="}}}  # fmt: skip
ELDERLY = {"exclude": False, "valueRange": {"low": {"value": 65, "unit": "years", "comparator": ">="}}}
CHILDREN = {
    "exclude": False,
    "valueRange": {"low": {"value": 0, "unit": "years"}, "high": {"value": 17, "unit": "years"}},
}


def inclusion(words: str, *, exclude: bool = False) -> dict[str, Any]:
    return {"code": concept("grp-other"), "exclude": exclude, "description": words}


def test_the_group_gives_sex_ages_and_criteria_and_every_repair_is_told() -> None:
    trial, findings = from_eclaire(
        bundle(
            study(), group(GENDERS, ADULTS, ELDERLY, inclusion("Nuage bleu confirmé"), inclusion("Pluie", exclude=True))
        )
    )
    assert (trial.eligibility.sex, trial.eligibility.minimum_age, trial.eligibility.maximum_age) == (
        "ALL",
        "18 Years",
        None,
    )
    assert trial.eligibility.criteria == (
        "Inclusion Criteria:\n\n* Nuage bleu confirmé\n\nExclusion Criteria:\n\n* Pluie"
    )
    assert {finding.code for finding in findings} == {
        "eclaire-exclude", "eclaire-description", "eclaire-characteristic-code", "eclaire-range-comparator",
    }  # fmt: skip


def test_the_record_keeps_its_own_number_and_the_others_are_secondary() -> None:
    trial, _ = from_eclaire(study())
    assert (trial.trial_id, trial.registry, trial.source) == ("2099-500001-11-00", "eclaire", "eclaire")
    assert [(one.id, one.type, one.domain) for one in trial.identification.secondary_id_infos] == [
        ("NCT99990042", "REGISTRY", "ClinicalTrials.gov"), ("2099-A00001-42", "REGISTRY", "ID-RCB"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("status", "recruitment", "expected"),
    [
        ("active", "recruiting", "RECRUITING"), ("active", "completed-recruiting", "ACTIVE_NOT_RECRUITING"),
        ("completed", None, "COMPLETED"), ("administratively-completed", None, "TERMINATED"),
        ("temporarily-closed-to-accrual", None, "SUSPENDED"), ("withdrawn", None, "WITHDRAWN"),
        ("approved", None, None), ("active", None, None), ("in-review", "recruiting", None),
    ],
)  # fmt: skip
def test_a_status_is_translated_only_where_the_codes_leave_no_room(
    status: str, recruitment: str | None, expected: str | None
) -> None:
    extension = study()["extension"]
    extension[0]["valueCodeableConcept"] = concept(recruitment or "")
    trial, findings = from_eclaire(study(status=status, extension=extension if recruitment else []))
    assert trial.status.overall_status == expected
    assert (trial.status.model_extra or {})["fhirStatus"] == status
    assert any(finding.code == "eclaire-status" for finding in findings) == (expected is None)


def test_ages_with_a_gap_between_them_are_not_made_one_span() -> None:
    trial, findings = from_eclaire(bundle(study(), group(CHILDREN, ELDERLY)))
    assert (trial.eligibility.minimum_age, trial.eligibility.maximum_age) == (None, None)
    assert (trial.eligibility.model_extra or {})["ageBands"] == "0-17, 65+"
    assert "eclaire-age-gap" in {finding.code for finding in findings}


def test_each_code_of_a_condition_goes_where_its_system_belongs_and_none_is_lost() -> None:
    mesh, icd = "https://www.nlm.nih.gov/mesh", "http://hl7.org/fhir/sid/icd-10"
    conditions = [
        {
            "text": "Nuage",
            "coding": [{"system": "https://www.meddra.org", "code": "10070575", "display": "Nuage bleu"}],
        },
        {"text": "itch", "coding": [{"system": mesh, "code": "D011537", "display": "Itch"}]},
        {"text": "Pluie", "coding": [{"system": icd, "code": "L29"}]},
        {"coding": [{"system": icd, "code": "L30"}]},
        {"coding": [{"system": "https://www.meddra.org", "code": "12", "display": "Brume"}]},
    ]
    trial, findings = from_eclaire(study(condition=conditions))
    assert trial.conditions.conditions == ("Nuage", "itch", "Pluie", "L30", "Brume")
    assert (trial.conditions.model_extra or {})["codings"] == [conditions[n]["coding"][0] for n in (2, 3, 4)]
    assert "eclaire-coding" in {finding.code for finding in findings}
    bundle = render(trial, "R4", RenderOptions()).bundle
    assert check(bundle, "R4") == []
    (written,) = (one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "ResearchStudy")
    assert written["condition"][1] == {"text": "itch", "coding": conditions[1]["coding"]}
    assert [one["text"] for one in written["condition"]] == ["Nuage", "itch", "Pluie", "L30", "Brume"]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b'{"resourceType": {"x": 1}}', "unknown-layout"),
        (b'{"resourceType": "Bundle", "entry": [{"resource": {"resourceType": {"x": 1}}}]}', "unknown-layout"),
        (b'{"resourceType": "ResearchStudy", "status": "active", "contained": [{"resourceType": ["Group"]}]}', None),
    ],
)
def test_a_resource_that_does_not_say_its_type_is_no_error(content: bytes, code: str | None) -> None:
    if code is None:
        assert read(RawRecord(origin="hostile", content=content)).trial.trial_id is None
        return
    with pytest.raises(HoldError) as held:
        read(RawRecord(origin="hostile", content=content))
    assert [reason.code for reason in held.value.reasons] == [code]


def test_a_number_of_no_form_is_held_with_its_place() -> None:
    with pytest.raises(HoldError) as held:
        from_eclaire(study(identifier=[{"use": "official", "value": "http://"}]))
    assert [(reason.code, reason.path) for reason in held.value.reasons] == [
        ("bad-value", "identification.registryNumber")
    ]


def test_placeholders_say_nothing_and_are_taken_away() -> None:
    trial, findings = from_eclaire(study(description="INDISPONIBLE", contact=[{"name": "INDISPONIBLE INDISPONIBLE"}]))
    assert trial.description.detailed_description is None
    assert trial.contacts_locations.central_contacts == ()
    assert [finding.code for finding in findings].count("eclaire-placeholder") == 2


def test_the_source_s_own_phase_and_an_https_extension_are_understood() -> None:
    party = {"url": R5.replace("http:", "https:") + "associatedParty", "extension": [
        {"url": "name", "valueString": "Institut Fictif"}, {"url": "role", "valueCodeableConcept": concept("lead-sponsor")},
        {"url": "classifier", "valueCodeableConcept": concept("academic")}]}  # fmt: skip
    phase = concept("phase-II-III", f"{ECLAIRE}/CodeSystem/eclaire-study-phase-source-code-system")
    trial, findings = from_eclaire(study(extension=[party], phase=phase))
    assert trial.design.phases == ("PHASE2", "PHASE3")
    assert trial.sponsors.lead_sponsor is not None
    assert (trial.sponsors.lead_sponsor.name, trial.sponsors.lead_sponsor.agency_class) == ("Institut Fictif", "OTHER")
    assert {"eclaire-extension-url", "eclaire-source-phase"} <= {finding.code for finding in findings}


def test_resources_in_the_server_s_own_element_are_taken() -> None:
    trial, findings = from_eclaire(
        study(referenceContents={"groups": [group(GENDERS)]}, site=[{"reference": "Location/absent"}])
    )
    assert trial.eligibility.sex == "ALL"
    assert trial.contacts_locations.unlisted_locations == 1
    assert "eclaire-reference-contents" in {finding.code for finding in findings}


def test_what_is_not_r4_even_when_repaired_is_held_with_its_path() -> None:
    with pytest.raises(HoldError) as held:
        from_eclaire(study(status=["active"], arm=[{"description": 3}]))
    assert {reason.path for reason in held.value.reasons} >= {"ResearchStudy.status", "ResearchStudy.arm.0.description"}


def test_a_bundle_without_one_study_is_held() -> None:
    with pytest.raises(HoldError, match="holds 2 ResearchStudy"):
        from_eclaire(bundle(study(), study(id="other")))


def test_what_has_no_field_is_kept_under_its_name() -> None:
    focus = [{"text": "Parapluie"}]
    trial, _ = from_eclaire(study(focus=focus))
    assert (trial.model_extra or {})["eclaire"]["focus"] == focus


def test_the_guide_s_own_examples_are_read(real_records: Path) -> None:
    path = real_records / "eclaire" / "ResearchStudy-2022-500014-26-00-example.json"
    reading = read(RawRecord(path.name, path.read_bytes()))
    assert reading.trial.trial_id == "2022-500014-26-00"
    assert reading.trial.status.overall_status == "RECRUITING"
    assert reading.trial.design.phases == ("PHASE3",)
    assert reading.trial.conditions.conditions[1] == "Cancer du sein HER2 positif"
