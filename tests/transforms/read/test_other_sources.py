import pytest

from tests.transforms.kit.studies import VERSIONS, WITH_CONTACTS, codes, extended, resources, small
from trialwire.quality.fhir import resources as quality_resources
from trialwire.schemas.event import FhirVersion
from trialwire.schemas.record import RawRecord
from trialwire.schemas.trial import Trial
from trialwire.sources.shipped import FICTIONAL
from trialwire.transforms.read.any_record import read
from trialwire.transforms.read.from_eclaire import from_eclaire
from trialwire.transforms.write.bundle import render

ECLAIRE = "https://interop.esante.gouv.fr/ig/fhir/eclaire/"
POPULATION = "https://trialwire.org/fhir/StructureDefinition/population-eligibility"


def from_france() -> Trial:
    study = {
        "resourceType": "ResearchStudy",
        "id": "2099-500117-31-00",
        "identifier": [
            {"use": "official", "value": "2099-500117-31-00"},
            {"use": "secondary", "value": "NCT99990098"},
        ],
        "title": "Une étude",
        "status": "active",
        "extension": [
            {
                "url": f"{ECLAIRE}StructureDefinition/eclaire-recruitment-status",
                "valueCodeableConcept": {"coding": [{"code": "recruiting"}]},
            }
        ],
        "condition": [
            {"text": "Asthme"},
            {"coding": [{"system": "https://www.meddra.org", "code": "10003553", "display": "Asthma"}]},
            {"coding": [{"system": "https://www.meddra.org", "code": "10003554"}]},
        ],
    }
    return from_eclaire(study)[0]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_french_study_keeps_its_own_number_and_what_its_source_says_of_the_status(version: FhirVersion) -> None:
    rendition = render(from_france(), version, WITH_CONTACTS)
    assert not quality_resources.check(rendition.bundle, version)
    (study,) = resources(rendition, "ResearchStudy")
    assert study["id"] == "2099-500117-31-00"
    assert [(one["use"], one.get("system"), one["value"]) for one in study["identifier"]] == [
        ("official", None, "2099-500117-31-00"),
        ("secondary", "http://clinicaltrials.gov", "NCT99990098"),
    ]
    assert {"url", "name", "relatedArtifact"}.isdisjoint(study)
    assert [codes(one) for one in study["condition"]] == [[], ["10003553"], ["10003554"]]
    cross = "http://hl7.org/fhir/5.0/StructureDefinition/extension-ResearchStudy.classifier"
    said = [one["text"] for one in study.get("classifier", ()) or extended(study, cross)]
    assert said == ["Status at the source: active", "Recruitment status at the source: recruiting"]


@pytest.mark.parametrize("page", ["labelled-blocks", "summary-sheet"])
@pytest.mark.parametrize("version", VERSIONS)
def test_a_page_is_marked_as_partial_and_is_not_said_to_come_from_the_registry(page: str, version: FhirVersion) -> None:
    content = (FICTIONAL / "pages" / f"{page}.txt").read_bytes()
    rendition = render(read(RawRecord(origin=page, content=content)).trial, version, WITH_CONTACTS)
    assert not quality_resources.check(rendition.bundle, version)
    (study,) = resources(rendition, "ResearchStudy")
    assert "Partial record" in str(study)
    assert "api/v2/studies" not in str(study)


@pytest.mark.parametrize("version", VERSIONS)
def test_every_population_s_group_is_referred_to_by_its_study(version: FhirVersion) -> None:
    text = (
        "Patients:\n\nInclusion Criteria:\n\n* Diabetes type 2\n\n"
        "Healthy controls:\n\nInclusion Criteria:\n\n* No chronic disease"
    )
    rendition = render(small(eligibility={"eligibilityCriteria": text}), version, WITH_CONTACTS)
    groups = [f"Group/{one['id']}" for one in resources(rendition, "Group")]
    (study,) = resources(rendition, "ResearchStudy")
    assert len(groups) == 3
    own = (
        study["enrollment"] if version == "R4" else [study["recruitment"]["eligibility"], *extended(study, POPULATION)]
    )
    assert [one["reference"] for one in own] == groups
