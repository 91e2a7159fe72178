import random
from pathlib import Path

import orjson
import pytest

from tests.transforms.kit.studies import VERSIONS, WITH_CONTACTS, Json, raw, resources, small, study_of, trial_of
from trialwire.schemas.contact_data import EMAIL, TELEPHONE
from trialwire.schemas.event import FhirVersion
from trialwire.transforms.write import contact_rule
from trialwire.transforms.write.bundle import RenderOptions, render

PERSON = {
    "name": "Dr. Ada Marlow",
    "role": "CONTACT",
    "phone": "555-010-0199",
    "phoneExt": "7",
    "email": "ada@example.org",
}
FORBIDDEN = ("Marlow", "Professor", "010-0199", "ada@", "555")


def contacted() -> Json:
    return {
        "sponsorCollaborators": {
            "leadSponsor": {"name": "Northmere University Hospital"},
            "responsibleParty": {
                "type": "PRINCIPAL_INVESTIGATOR",
                "investigatorFullName": "Ada Marlow",
                "investigatorTitle": "Professor",
                "investigatorAffiliation": "Northmere University",
            },
        },
        "contactsLocations": {
            "centralContacts": [PERSON],
            "overallOfficials": [
                {"name": "Ada Marlow", "affiliation": "Northmere University", "role": "PRINCIPAL_INVESTIGATOR"}
            ],
            "locations": [{"facility": "Westmoor Hospital, call +1 555 010 0199", "contacts": [PERSON]}],
        },
        "status": {"whyStopped": "Ask Ada, phone 555-010-0199"},
        "description": {"briefSummary": "Write to ada@example.org."},
        "eligibility": {"eligibilityCriteria": "Inclusion Criteria:\n\n* Can phone (555) 010-0199\n* ALT < 100 U/L"},
        "references": {"seeAlsoLinks": [{"label": "Ask", "url": "mailto:ada@example.org"}]},
    }


@pytest.mark.parametrize("version", VERSIONS)
def test_without_contacts_nothing_of_them_is_anywhere_and_each_place_is_a_finding(version: FhirVersion) -> None:
    rendition = render(small(**contacted()), version, RenderOptions())
    written = orjson.dumps(rendition.bundle).decode()
    assert not [word for word in FORBIDDEN if word in written]
    assert "ALT < 100 U/L" in written
    assert [(one.code, one.path, one.severity) for one in rendition.findings] == [
        ("contact-masked", "protocolSection.contactsLocationsModule.locations.facility", "info"),
        ("contact-masked", "protocolSection.descriptionModule.briefSummary", "info"),
        ("contact-masked", "protocolSection.eligibilityModule.eligibilityCriteria", "info"),
        ("contact-masked", "protocolSection.referencesModule.seeAlsoLinks.url", "info"),
        ("contact-masked", "protocolSection.statusModule.whyStopped", "info"),
    ]
    assert not [word for word in FORBIDDEN for one in rendition.findings if word in one.message]


def test_without_contacts_the_responsible_party_keeps_its_kind_and_its_organisation() -> None:
    study = study_of(small(**contacted()), "R5", RenderOptions())
    (party,) = [one for one in study["associatedParty"] if one["role"].get("text") == "Responsible party"]
    assert "name" not in party
    (role,) = resources(render(small(**contacted()), "R5", RenderOptions()), "PractitionerRole")
    assert role["organization"] == {"display": "Northmere University"}
    assert {"practitioner", "code", "contact", "telecom"}.isdisjoint(role)


def test_with_contacts_r4_has_them_verbatim() -> None:
    rendition = render(small(**contacted()), "R4", WITH_CONTACTS)
    (study,) = resources(rendition, "ResearchStudy")
    telecom = [
        {"system": "phone", "value": "555-010-0199 ext. 7"},
        {"system": "email", "value": "ada@example.org"},
    ]
    assert study["contact"] == [{"name": "Dr. Ada Marlow", "telecom": telecom}]
    (site,) = resources(rendition, "Location")
    assert site["telecom"] == telecom
    people = {f"PractitionerRole/{one['id']}": one for one in resources(rendition, "PractitionerRole")}
    investigator = people[study["principalInvestigator"]["reference"]]
    assert investigator["practitioner"] == {"display": "Ada Marlow"}
    assert [one["practitioner"]["display"] for one in people.values() if "location" in one] == ["Dr. Ada Marlow"]
    assert not rendition.findings


def test_with_contacts_r5_has_them_verbatim() -> None:
    rendition = render(small(**contacted()), "R5", WITH_CONTACTS)
    (site,) = resources(rendition, "Location")
    (contact,) = site["contact"]
    assert contact["name"] == [{"text": "Dr. Ada Marlow"}]
    assert [one["value"] for one in contact["telecom"]] == ["555-010-0199 ext. 7", "ada@example.org"]
    (study,) = resources(rendition, "ResearchStudy")
    names = [one.get("name") for one in study["associatedParty"]]
    assert names == ["Northmere University Hospital", "Ada Marlow", "Ada Marlow", "Dr. Ada Marlow"]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_shipped_record_that_names_addresses_in_prose_is_masked_and_else_unchanged(version: FhirVersion) -> None:
    trial = trial_of(raw("NCT99990001"))
    without, verbatim = (study_of(trial, version, how) for how in (RenderOptions(), WITH_CONTACTS))
    assert "velvet-ad@example.org" in verbatim["description"]
    assert without["description"] == verbatim["description"].replace("velvet-ad@example.org", EMAIL.mask).replace(
        "+44 20 5550 0117", TELEPHONE.mask
    )


def test_the_quick_look_hides_nothing_that_a_look_at_every_text_would_mask(real_records: Path, monkeypatch) -> None:
    files = random.Random(4).sample(sorted((real_records / "ctgov").glob("*.json")), 80)
    trials = [trial_of(orjson.loads(file.read_bytes())) for file in files]
    quick = [contact_rule.without_contacts(trial) for trial in trials]
    monkeypatch.setattr(contact_rule, "suspect", lambda _: True)
    assert [contact_rule.without_contacts(trial) for trial in trials] == quick
    assert any(findings for _, findings in quick)


@pytest.mark.parametrize("version", VERSIONS)
def test_an_address_in_a_field_of_numbers_is_masked_and_a_run_of_digits_there_stays(version: FhirVersion) -> None:
    study = small(
        identification={
            "orgStudyIdInfo": {"id": "5550107788 jo.a@example.org"},
            "secondaryIdInfos": [{"id": "S-1 jo.b@example.org", "type": "OTHER", "domain": "Example"}],
        },
        contactsLocations={"locations": [{"facility": "A", "country": "France", "zip": "00000 jo.c@example.org"}]},
        references={
            "references": [{"pmid": "jo.d@example.org", "type": "BACKGROUND", "citation": "An invented paper."}],
            "availIpds": [{"id": "jo.e@example.org", "type": "Dataset", "url": "https://example.org/d"}],
        },
        eligibility={"minimumAge": "18 Years jo.f@example.org"},
    )
    rendition = render(study, version, RenderOptions())
    written = orjson.dumps(rendition.bundle).decode()
    assert "@example.org" not in written
    assert f"5550107788 {EMAIL.mask}" in written
    assert "protocolSection.identificationModule.orgStudyIdInfo.id" in {one.path for one in rendition.findings}
