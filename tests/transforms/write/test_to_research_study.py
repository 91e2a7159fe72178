import re

import orjson
import pytest

from tests.transforms.kit.studies import (
    CROSS,
    VERSIONS,
    WITH_CONTACTS,
    Json,
    codes,
    extended,
    raw,
    resources,
    small,
    study_of,
    trial_of,
)
from trialwire.quality.fhir.resources import check as check_bundle
from trialwire.schemas.event import FhirVersion
from trialwire.transforms.write.bundle import RenderOptions, render

SITE_STATUS = "https://trialwire.org/fhir/StructureDefinition/site-recruitment-status"
THO = "http://terminology.hl7.org/CodeSystem/"
HL7 = "http://hl7.org/fhir/"


@pytest.mark.parametrize(
    ("phases", "expected", "words"),
    [
        (["NA"], ["n-a", "NA"], "Not applicable"),
        (["EARLY_PHASE1"], ["early-phase-1", "EARLY_PHASE1"], "Early phase 1"),
        (["PHASE1", "PHASE2"], ["phase-1-phase-2", "PHASE1", "PHASE2"], "Phase 1/Phase 2"),
        (["PHASE3", "PHASE2"], ["phase-2-phase-3", "PHASE2", "PHASE3"], "Phase 2/Phase 3"),
        (["PHASE3", "PHASE4"], ["PHASE3", "PHASE4"], "Phase 3/Phase 4"),
        (["PHASE4"], ["phase-4", "PHASE4"], "Phase 4"),
    ],
)
def test_both_phases_of_a_two_phase_trial_are_told_whatever_their_order(phases, expected, words) -> None:
    trial = small(design={"phases": phases})
    for version, base in (("R4", THO), ("R5", HL7)):
        phase = study_of(trial, version)["phase"]
        assert (codes(phase), phase["text"]) == (expected, words)
        if len(expected) > len(phases):
            assert phase["coding"][0]["system"] == f"{base}research-study-phase"


@pytest.mark.parametrize(("word", "expected"), [("TREATMENT", ["treatment", "TREATMENT"]), ("ECT", ["ECT"])])
@pytest.mark.parametrize("version", VERSIONS)
def test_a_purpose_without_a_code_of_its_meaning_gets_none(word, expected, version: FhirVersion) -> None:
    study = study_of(small(design={"designInfo": {"primaryPurpose": word}}), version)
    assert codes(study["primaryPurposeType"]) == expected


@pytest.mark.parametrize(("version", "name"), [("R4", "category"), ("R5", "studyDesign")])
def test_the_design_has_sevco_s_code_where_one_means_the_same(version: FhirVersion, name: str) -> None:
    design = {
        "studyType": "INTERVENTIONAL",
        "designInfo": {
            "allocation": "RANDOMIZED",
            "interventionModel": "FACTORIAL",
            "maskingInfo": {"masking": "DOUBLE", "whoMasked": ["PARTICIPANT", "INVESTIGATOR"]},
        },
    }
    assert [codes(one) for one in study_of(small(design=design), version)[name]] == [
        ["SEVCO:01001", "INTERVENTIONAL"],
        ["SEVCO:01003", "RANDOMIZED"],
        ["FACTORIAL"],
        ["DOUBLE"],
        ["SEVCO:01060", "PARTICIPANT"],
        ["SEVCO:01063", "INVESTIGATOR"],
    ]


def test_an_observational_study_keeps_its_model_and_its_cohorts() -> None:
    study = study_of(trial_of(raw("NCT99990003")), "R5")
    found = [codes(one) for one in study["studyDesign"]]
    assert ["SEVCO:01002", "OBSERVATIONAL"] in found
    assert all("type" not in one for one in study["comparisonGroup"])


def test_expanded_access_keeps_its_types_and_its_status() -> None:
    study = study_of(trial_of(raw("NCT99990004")), "R5")
    assert ["SEVCO:01038", "EXPANDED_ACCESS"] in [codes(one) for one in study["studyDesign"]]
    assert codes(study["progressStatus"][0]["state"]) == ["active", "AVAILABLE"]
    assert [one["text"] for one in study["classifier"] if one["text"].startswith("Expanded access")]


@pytest.mark.parametrize(
    ("kind", "status", "expected"),
    [
        ("ACTUAL", "RECRUITING", {"actualNumber": 40}),
        ("ESTIMATED", "COMPLETED", {"targetNumber": 40}),
        (None, "COMPLETED", {"actualNumber": 40}),
        (None, "RECRUITING", {"targetNumber": 40}),
    ],
)
def test_the_enrolment_is_actual_or_planned_and_a_missing_type_is_said(kind, status, expected) -> None:
    info = {"count": 40} | ({"type": kind} if kind else {})
    trial = small(status={"overallStatus": status}, design={"enrollmentInfo": info})
    study = study_of(trial, "R5")
    recruitment = dict(study["recruitment"])
    del recruitment["eligibility"]
    assert recruitment == expected
    said = [one["text"] for one in study.get("classifier", ()) if one["text"].startswith("Enrollment type")]
    assert said == ([] if kind else ["Enrollment type: not stated"])
    (name,) = expected
    assert extended(study_of(trial, "R4"), f"{CROSS}recruitment.{name}") == [40]


def test_an_enrolment_of_nobody_is_a_number_too() -> None:
    trial = small(design={"enrollmentInfo": {"count": 0, "type": "ACTUAL"}})
    assert study_of(trial, "R5")["recruitment"]["actualNumber"] == 0


def test_outcomes_have_level_and_time_frame_and_no_level_is_guessed() -> None:
    module = {
        "primaryOutcomes": [{"measure": "EASI-75", "description": "Share of patients", "timeFrame": "Week 16"}],
        "secondaryOutcomes": [{"measure": "Itch", "timeFrame": "Week 4"}],
        "otherOutcomes": [{"measure": "Sleep"}],
    }
    trial = small(outcomes=module)
    outcomes = trial.outcomes.model_copy(update={"unleveled_outcomes": trial.outcomes.other_outcomes})
    trial = trial.model_copy(update={"outcomes": outcomes})
    five = study_of(trial, "R5")["outcomeMeasure"]
    assert [(one["name"], [codes(kind) for kind in one.get("type", ())], one.get("description")) for one in five] == [
        ("EASI-75", [["primary"]], "Share of patients\n\nTime frame: Week 16"),
        ("Itch", [["secondary"]], "Time frame: Week 4"),
        ("Sleep", [["exploratory"]], None),
        ("Sleep", [], None),
    ]
    four = extended(study_of(trial, "R4"), CROSS + "outcomeMeasure")
    assert [one["name"] for one in four] == [[one["name"]] for one in five]
    assert four[0]["type"][0]["coding"][0]["system"] == f"{THO}research-study-objective-type"
    assert "type" not in four[3]


@pytest.mark.parametrize("version", VERSIONS)
def test_mesh_terms_are_codings_of_the_words_they_equal_and_keywords_otherwise(version: FhirVersion) -> None:
    study = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT99990099"},
            "conditionsModule": {"conditions": ["atopic dermatitis", "Itch"], "keywords": ["Skin"]},
            "armsInterventionsModule": {"interventions": [{"type": "DRUG", "name": "Cyclosporine"}]},
        },
        "derivedSection": {
            "conditionBrowseModule": {
                "meshes": [{"id": "D003876", "term": "Dermatitis, Atopic"}, {"id": "D011537", "term": "ITCH"}]
            },
            "interventionBrowseModule": {"meshes": [{"id": "D016572", "term": "Cyclosporine"}]},
        },
    }
    found = study_of(trial_of(study), version)
    mesh = "https://www.nlm.nih.gov/mesh"
    assert found["condition"] == [
        {"text": "atopic dermatitis"},
        {"coding": [{"system": mesh, "code": "D011537", "display": "ITCH"}], "text": "Itch"},
    ]
    assert found["keyword"] == [
        {"text": "Skin"},
        {"coding": [{"system": mesh, "code": "D003876", "display": "Dermatitis, Atopic"}]},
    ]
    focus = found["focus"][0] if version == "R4" else found["focus"][0]["concept"]
    assert (codes(focus), focus["text"]) == (["DRUG", "D016572"], "Cyclosporine")


@pytest.mark.parametrize("version", VERSIONS)
def test_a_mesh_id_that_mesh_cannot_have_stands_in_words_and_is_no_code(version: FhirVersion) -> None:
    meshes = [{"id": "X12", "term": "Itch"}, {"id": "Q9"}, {"id": "D011537", "term": "Pruritus"}]
    study = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT99990099"},
            "conditionsModule": {"conditions": ["Itch"]},
            "eligibilityModule": {"eligibilityCriteria": "Inclusion Criteria:\n\n* Itch\n* Pruritus"},
        },
        "derivedSection": {"conditionBrowseModule": {"meshes": meshes}},
    }
    rendition = render(trial_of(study), version, WITH_CONTACTS)
    (found,) = resources(rendition, "ResearchStudy")
    assert found["condition"] == [{"text": "Itch"}]
    assert found["keyword"] == [
        {"text": "Itch, MeSH id X12"},
        {"text": "MeSH id Q9"},
        {"coding": [{"system": "https://www.nlm.nih.gov/mesh", "code": "D011537", "display": "Pruritus"}]},
    ]
    assert check_bundle(rendition.bundle, version) == []


@pytest.mark.parametrize(
    ("point", "words"),
    [
        ({"lat": 151.25, "lon": 0.5}, "latitude 151.25, longitude 0.5"),
        ({"lat": 51.25, "lon": -180.5}, "latitude 51.25, longitude -180.5"),
        ({"lat": 51.25}, "latitude 51.25"),
        ({"lon": 0.0}, "longitude 0.0"),
    ],
)
def test_half_a_position_or_one_outside_the_globe_stands_in_words(point: dict[str, float], words: str) -> None:
    trial = small(contactsLocations={"locations": [{"facility": "Clinic", "geoPoint": point}]})
    for version in VERSIONS:
        rendition = render(trial, version, WITH_CONTACTS)
        (location,) = resources(rendition, "Location")
        assert "position" not in location
        assert location["description"] == f"Position given by the registry: {words}"
        assert check_bundle(rendition.bundle, version) == []


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("site", [{"geoPoint": {"lat": 1.5, "lon": 2.5}}, {"contacts": [{"email": "ada@example.org"}]}])
def test_a_site_of_which_little_is_known_has_a_narrative_and_so_have_its_people(
    version: FhirVersion, site: Json
) -> None:
    people = [{"phone": "555-010-0199"}, {"name": "Ada Marlow"}]
    trial = small(contactsLocations={"locations": [site], "centralContacts": people})
    rendition = render(trial, version, WITH_CONTACTS)
    assert check_bundle(rendition.bundle, version) == []
    (location,) = resources(rendition, "Location")
    assert "The registry says nothing in words." in location["text"]["div"]
    said = " ".join(one["text"]["div"] for one in resources(rendition, "PractitionerRole"))
    assert "<b>Reachable:</b> 555-010-0199" in said
    assert "<b>Person:</b> Ada Marlow" in said


def test_sites_have_their_own_status_address_and_position_and_their_countries_are_coded() -> None:
    sites = [
        {
            "facility": "Westmoor Hospital", "status": "RECRUITING", "city": "Westmoor", "state": "Kent", "zip": "W1 1AA",
            "country": "United Kingdom", "geoPoint": {"lat": 51.25, "lon": 0.0},
        },
        {"facility": "Clinic", "country": "Atlantis"},
    ]  # fmt: skip
    trial = small(contactsLocations={"locations": sites})
    for version, name in (("R4", "location"), ("R5", "region")):
        rendition = render(trial, version, WITH_CONTACTS)
        first, second = resources(rendition, "Location")
        assert codes(extended(first, SITE_STATUS)[0]) == ["RECRUITING"]
        assert first["address"] == {
            "city": "Westmoor", "state": "Kent", "postalCode": "W1 1AA", "country": "United Kingdom",
        }  # fmt: skip
        assert first["position"] == {"longitude": 0.0, "latitude": 51.25}
        assert {"extension", "position", "status"}.isdisjoint(second)
        (study,) = resources(rendition, "ResearchStudy")
        assert [one["reference"] for one in study["site"]] == [f"Location/{first['id']}", f"Location/{second['id']}"]
        assert study[name] == [
            {"coding": [{"system": "urn:iso:std:iso:3166", "code": "GB"}], "text": "United Kingdom"},
            {"text": "Atlantis"},
        ]


@pytest.mark.parametrize("version", VERSIONS)
def test_identifiers_keep_their_kind_and_who_gave_them(version: FhirVersion) -> None:
    trial = small(
        identification={
            "nctIdAliases": ["NCT99990098"],
            "orgStudyIdInfo": {"id": "NMH-1", "type": "NIH"},
            "organization": {"fullName": "Northmere University Hospital"},
            "secondaryIdInfos": [
                {"id": "2099-000117-31", "type": "EUDRACT_NUMBER"},
                {"id": "NCT99990097", "type": "REGISTRY", "domain": "ClinicalTrials.gov"},
            ],
        }
    )
    nct = "http://clinicaltrials.gov"
    found = study_of(trial, version)["identifier"]
    assert [(one["use"], one.get("system"), one["value"], codes(one.get("type", {}))) for one in found] == [
        ("official", nct, "NCT99990099", []),
        ("old", nct, "NCT99990098", []),
        ("secondary", None, "NMH-1", ["NIH"]),
        ("secondary", None, "2099-000117-31", ["EUDRACT_NUMBER"]),
        ("secondary", nct, "NCT99990097", ["REGISTRY"]),
    ]
    assert found[2]["assigner"] == {"display": "Northmere University Hospital"}
    other = study_of(trial, version, RenderOptions(nct_system="https://clinicaltrials.gov"))["identifier"]
    assert [one.get("system") for one in other][:2] == ["https://clinicaltrials.gov"] * 2


def roles(study: Json, version: FhirVersion) -> list[tuple[list[str], list[list[str]], str | None]]:
    if version == "R5":
        parts = [(one["role"], one.get("classifier", []), one.get("name")) for one in study["associatedParty"]]
    else:
        found = extended(study, CROSS + "associatedParty")
        parts = [(one["role"][0], one.get("classifier", []), one.get("name", [None])[0]) for one in found]
    return [(codes(role), [codes(one) for one in classes], name) for role, classes, name in parts]


@pytest.mark.parametrize("version", VERSIONS)
def test_sponsors_have_role_and_class_and_other_is_made_nothing_else(version: FhirVersion) -> None:
    trial = small(
        sponsorCollaborators={
            "leadSponsor": {"name": "Northmere University Hospital", "class": "OTHER"},
            "collaborators": [{"name": "Halcyra", "class": "INDUSTRY"}, {"name": "Council", "class": "OTHER_GOV"}],
            "responsibleParty": {"type": "SPONSOR"},
        }
    )
    study = study_of(trial, version)
    assert roles(study, version) == [
        (["lead-sponsor"], [["OTHER"]], "Northmere University Hospital"),
        (["collaborator"], [["industry", "INDUSTRY"]], "Halcyra"),
        (["collaborator"], [["government", "OTHER_GOV"]], "Council"),
        (["sponsor", "SPONSOR"], [], "Northmere University Hospital"),
    ]
    if version == "R4":
        organizations = {
            f"Organization/{one['id']}": one["name"]
            for one in resources(render(trial, "R4", WITH_CONTACTS), "Organization")
        }
        assert organizations[study["sponsor"]["reference"]] == "Northmere University Hospital"


def test_r4_shows_the_summary_where_there_is_no_description() -> None:
    trial = small(description={"briefSummary": "What is tested"})
    study = study_of(trial, "R4")
    assert study["description"] == "What is tested"
    assert extended(study, CROSS + "descriptionSummary") == ["What is tested"]
    assert "description" not in study_of(trial, "R5")


def test_publications_links_documents_and_data_are_artefacts_of_their_kind() -> None:
    study = {
        "protocolSection": {
            "identificationModule": {"nctId": "NCT99990099"},
            "referencesModule": {
                "references": [
                    {
                        "pmid": "99990001", "type": "RESULT", "citation": "Doe J. A trial.",
                        "retractions": [{"pmid": "99990002", "source": "J Fict. 2099"}],
                    }
                ],
                "seeAlsoLinks": [{"label": "Study page", "url": "www.example.org/a b"}],
                "availIpds": [{"id": "D1", "type": "Dataset", "url": "https://data.example.org/1", "comment": "On request"}],
            },
            "ipdSharingStatementModule": {"ipdSharing": "YES", "url": "https://ipd.example.org", "infoTypes": ["SAP"]},
        },
        "documentSection": {
            "largeDocumentModule": {
                "largeDocs": [
                    {"typeAbbrev": "Prot", "hasProtocol": True, "label": "Protocol", "date": "2024-01-02", "filename": "P.pdf"}
                ]
            }
        },
    }  # fmt: skip
    five = study_of(trial_of(study), "R5")["relatedArtifact"]
    assert [(one["type"], one.get("document", {}).get("url")) for one in five] == [
        ("transforms", "https://clinicaltrials.gov/api/v2/studies/NCT99990099"),
        ("citation", "https://pubmed.ncbi.nlm.nih.gov/99990001"),
        ("citation", "https://pubmed.ncbi.nlm.nih.gov/99990002"),
        ("documentation", "https://www.example.org/a%20b"),
        ("supported-with", "https://data.example.org/1"),
        ("documentation", "https://ipd.example.org"),
        ("documentation", "https://cdn.clinicaltrials.gov/large-docs/99/NCT99990099/P.pdf"),
    ]
    four = study_of(trial_of(study), "R4")["relatedArtifact"]
    assert [one["type"] for one in four] == [
        "derived-from", "citation", "citation", "documentation", "documentation", "documentation", "documentation",
    ]  # fmt: skip
    assert (four[1]["display"], four[1]["citation"], four[1]["url"]) == (
        "RESULT", "Doe J. A trial.", "https://pubmed.ncbi.nlm.nih.gov/99990001",
    )  # fmt: skip
    assert all("classifier" not in one for one in four)


@pytest.mark.parametrize("version", VERSIONS)
def test_hostile_texts_are_escaped_in_the_narrative_and_cleaned_everywhere(version: FhirVersion) -> None:
    title = "<script>alert(1)</script> & \x07 <b>bold</b>\ud800"
    trial = small(identification={"briefTitle": "x"})
    trial = trial.model_copy(update={"identification": trial.identification.model_copy(update={"brief_title": title})})
    study = study_of(trial, version)
    assert "<script>" not in study["text"]["div"]
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp;" in study["text"]["div"]
    assert study["title"] == "<script>alert(1)</script> &   <b>bold</b>"
    assert "\ud800" not in str(study)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("url", ["javascript:alert(1)", "ask the sponsor", "data:text/html;base64,PHA+"])
def test_what_is_no_address_is_kept_as_words_and_leads_nowhere(url: str, version: FhirVersion) -> None:
    study = study_of(small(references={"seeAlsoLinks": [{"label": "Page", "url": url}]}), version)
    assert study["relatedArtifact"][1:] == [{"type": "documentation", "display": f"Page: {url}"}]


ABSENT = {"extension": [{"url": f"{HL7}StructureDefinition/data-absent-reason", "valueCode": "unknown"}]}


@pytest.mark.parametrize("version", VERSIONS)
def test_a_number_that_is_not_given_keeps_its_kind_its_giver_and_its_link(version: FhirVersion) -> None:
    identification = {
        "orgStudyIdInfo": {"type": "NIH", "link": "https://example.org/own"},
        "secondaryIdInfos": [
            {"type": "EUDRACT_NUMBER", "domain": "Northmere", "link": "https://example.org/second"},
            {"link": "https://example.org/third"},
        ],
        "nctIdAliases": [" "],
    }
    rendition = render(small(identification=identification), version, WITH_CONTACTS)
    assert not check_bundle(rendition.bundle, version)
    (study,) = resources(rendition, "ResearchStudy")
    _, own, second = study["identifier"]
    assert (codes(own["type"]), own["_value"], "value" in own) == (["NIH"], ABSENT, False)
    assert (codes(second["type"]), second["_value"], second["assigner"]) == (
        ["EUDRACT_NUMBER"],
        ABSENT,
        {"display": "Northmere"},
    )
    links = [one.get("url") or one["document"]["url"] for one in study["relatedArtifact"][1:]]
    assert links == [f"https://example.org/{name}" for name in ("own", "second", "third")]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_sponsor_who_is_responsible_keeps_a_title_and_an_affiliation_without_a_name(version: FhirVersion) -> None:
    party = {"type": "SPONSOR", "investigatorTitle": "Head of Trials", "investigatorAffiliation": "Northmere"}
    rendition = render(small(sponsorCollaborators={"responsibleParty": party}), version, WITH_CONTACTS)
    (role,) = resources(rendition, "PractitionerRole")
    assert (role["code"][0]["text"], role["organization"]["display"]) == ("Head of Trials", "Northmere")


@pytest.mark.parametrize(
    ("info", "expected"),
    [
        ({"type": "ACTUAL"}, ["Enrollment type: Actual"]),
        ({"type": "ESTIMATED"}, ["Enrollment type: Estimated"]),
        ({"count": -3, "type": "ACTUAL"}, ["Enrollment count: -3", "Enrollment type: Actual"]),
        ({"count": 2**31}, ["Enrollment count: 2147483648", "Enrollment type: not stated"]),
    ],
)
@pytest.mark.parametrize("version", VERSIONS)
def test_an_enrolment_that_is_no_number_of_people_is_told_in_words(info, expected, version: FhirVersion) -> None:
    rendition = render(small(design={"enrollmentInfo": info}), version, WITH_CONTACTS)
    assert not check_bundle(rendition.bundle, version)
    (study,) = resources(rendition, "ResearchStudy")
    found = study.get("classifier") or extended(study, f"{CROSS}classifier")
    assert [one["text"] for one in found] == expected


def test_a_retraction_that_says_nothing_more_is_still_a_retraction() -> None:
    study = study_of(small(references={"references": [{"citation": "Doe 2020", "retractions": [{}]}]}), "R5")
    assert {"type": "citation", "display": "Retraction"} in study["relatedArtifact"]


def test_removed_countries_are_a_note_each() -> None:
    study = raw("NCT99990001")
    study["derivedSection"]["miscInfoModule"]["removedCountries"] = ["Norway; Sweden", "Peru"]
    notes = [one["text"] for one in study_of(trial_of(study), "R5")["note"]]
    assert [one for one in notes if one.startswith("Country")] == [
        "Country removed: Norway; Sweden",
        "Country removed: Peru",
    ]


@pytest.mark.parametrize("number", ["NCT99990001", "NCT99990006", "NCT99990015"])
@pytest.mark.parametrize("version", VERSIONS)
def test_characters_that_fhir_forbids_hold_no_record_wherever_they_stand(number: str, version: FhirVersion) -> None:
    def spoilt(value):
        if isinstance(value, dict):
            return {key: spoilt(one) for key, one in value.items()}
        if isinstance(value, list):
            return [spoilt(one) for one in value]
        prose = isinstance(value, str) and " " in value
        return value.replace(" ", " \x07\uffff\ufffe", 3) if prose else value

    rendition = render(trial_of(spoilt(raw(number))), version, WITH_CONTACTS)
    assert not check_bundle(rendition.bundle, version)
    assert not re.search(r"[\x07\ufffe\uffff]", orjson.dumps(rendition.bundle).decode())


@pytest.mark.parametrize("version", VERSIONS)
def test_the_registry_s_abbreviations_are_spelt_out_for_a_reader(version: FhirVersion) -> None:
    study = study_of(
        small(
            design={"designInfo": {"allocation": "NA", "primaryPurpose": "ECT"}},
            sponsorCollaborators={"leadSponsor": {"name": "Northmere", "class": "INDIV"}},
        ),
        version,
    )
    (allocation,) = study.get("studyDesign") or study["category"]
    assert (allocation["text"], codes(allocation)) == ("Allocation: Not applicable", ["NA"])
    assert study["primaryPurposeType"]["text"] == "Educational/counseling/training"
    party = study["associatedParty"][0] if version == "R5" else extended(study, f"{CROSS}associatedParty")[0]
    assert party["classifier"][0]["text"] == "Individual"
