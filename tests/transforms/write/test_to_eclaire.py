import pytest

from tests.transforms.kit.studies import CROSS, Json, codes, extended, plan_of, raw, resources, small, trial_of
from trialwire.quality.fhir import resources as quality_resources
from trialwire.transforms.read.from_eclaire import from_eclaire
from trialwire.transforms.write.bundle import RenderOptions, render

ECLAIRE = "https://interop.esante.gouv.fr/ig/fhir/eclaire/"
OWN = f"{ECLAIRE}StructureDefinition/eclaire-"
AS_ECLAIRE = RenderOptions(profile="eclaire", contacts=True)


def written(number: str) -> tuple[Json, Json, list[Json]]:
    rendition = render(trial_of(raw(number)), "R4", AS_ECLAIRE)
    (study,) = resources(rendition, "ResearchStudy")
    return study, resources(rendition, "Group")[0], resources(rendition, "Location")


def test_the_scientific_title_is_the_title_and_the_others_are_labels_in_eclaire_s_system() -> None:
    study, _, _ = written("NCT99990001")
    trial = trial_of(raw("NCT99990001"))
    assert study["title"] == trial.identification.official_title
    assert [
        (codes(one["type"][0]), one["type"][0]["coding"][0]["system"], one["value"][0])
        for one in extended(study, CROSS + "label")
    ] == [
        (
            ["short-title"],
            f"{ECLAIRE}CodeSystem/eclaire-study-title-type-code-system",
            trial.identification.brief_title,
        ),
        (["acronym"], f"{ECLAIRE}CodeSystem/eclaire-study-title-type-code-system", "VELVET-AD"),
    ]


def test_sponsors_stand_in_the_extension_only_with_eclaire_s_codes() -> None:
    study, _, _ = written("NCT99990001")
    assert {"sponsor", "principalInvestigator", "category"}.isdisjoint(study)
    found = extended(study, CROSS + "associatedParty")
    assert [codes(one["role"][0]) for one in found][:3] == [["lead-sponsor"], ["collaborator"], ["collaborator"]]
    assert {one["role"][0]["coding"][0]["system"] for one in found[:3]} == {
        f"{ECLAIRE}CodeSystem/eclaire-study-party-role-code-system"
    }
    assert [codes(one["classifier"][0]) for one in found[:3]] == [
        ["OTHER"],
        ["industry", "INDUSTRY"],
        ["government", "OTHER_GOV"],
    ]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        ("RECRUITING", ["recruiting"]),
        ("ACTIVE_NOT_RECRUITING", ["completed-recruiting"]),
        ("COMPLETED", ["completed-recruiting"]),
        ("TERMINATED", ["completed-recruiting"]),
        ("NOT_YET_RECRUITING", None),
        ("ENROLLING_BY_INVITATION", None),
        ("SUSPENDED", None),
        ("WITHDRAWN", None),
        ("UNKNOWN", None),
    ],
)
def test_a_recruitment_status_is_written_only_where_its_code_is_true(status: str, expected: list[str] | None) -> None:
    (study,) = resources(render(small(status={"overallStatus": status}), "R4", AS_ECLAIRE), "ResearchStudy")
    assert [codes(one) for one in extended(study, OWN + "recruitment-status")] == ([expected] if expected else [])


def test_resources_claim_their_profile_and_criteria_say_their_kind() -> None:
    study, group, sites = written("NCT99990009")
    assert study["meta"] == {"profile": [OWN + "researchstudy"]}
    assert group["meta"] == {"profile": [OWN + "group"]}
    assert all(site["meta"] == {"profile": [OWN + "location"]} for site in sites)
    kinds = {one["id"]: codes(one["code"])[-1] for one in group["characteristic"]}
    assert (kinds["age"], kinds["sex"], kinds["healthy-volunteers"]) == ("grp-age", "grp-gender", "grp-other")
    assert set(kinds.values()) <= {"grp-age", "grp-gender", "grp-studypop", "grp-category", "grp-other"}


def test_an_arm_says_what_it_is_given() -> None:
    study, _, _ = written("NCT99990001")
    plan = plan_of(trial_of(raw("NCT99990001")), "R4")
    expected = [[child["title"] for child in arm["action"]] for arm in plan["action"][0]["action"]]
    assert [[one["name"][0] for one in extended(arm, OWN + "arm-intervention")] for arm in study["arm"]] == expected


def test_phases_3_and_4_have_the_code_of_the_guide() -> None:
    (study,) = resources(render(small(design={"phases": ["PHASE3", "PHASE4"]}), "R4", AS_ECLAIRE), "ResearchStudy")
    assert codes(study["phase"]) == ["phase-3-phase-4", "PHASE3", "PHASE4"]


def test_contacts_have_their_names_where_the_guide_wants_them() -> None:
    person = {"name": "Ada Marlow", "phone": "555-010-0199"}
    trial = small(
        contactsLocations={"centralContacts": [person], "locations": [{"facility": "Clinic", "contacts": [person]}]}
    )
    rendition = render(trial, "R4", AS_ECLAIRE)
    (study,), (site,) = resources(rendition, "ResearchStudy"), resources(rendition, "Location")
    assert extended(study["contact"][0], OWN + "contact-name") == [{"text": "Ada Marlow"}]
    assert [codes(one) for one in extended(study["contact"][0], OWN + "contact-type")] == [["PUB"]]
    assert extended(site["telecom"][0], OWN + "site-contact-name") == [{"text": "Ada Marlow"}]


def test_r5_knows_no_such_profile_and_is_written_as_ever() -> None:
    trial = trial_of(raw("NCT99990001"))
    assert render(trial, "R5", AS_ECLAIRE).bundle == render(trial, "R5", RenderOptions(contacts=True)).bundle


@pytest.mark.parametrize("number", ["NCT99990001", "NCT99990003", "NCT99990005", "NCT99990009"])
def test_what_is_written_is_valid_and_our_own_reader_reads_it_back(number: str) -> None:
    trial = trial_of(raw(number))
    bundle = render(trial, "R4", AS_ECLAIRE).bundle
    assert not quality_resources.check(bundle, "R4", profile="eclaire")
    kept = {"ResearchStudy", "Group", "Location"}
    entries = [one for one in bundle["entry"] if one["resource"]["resourceType"] in kept]
    back, _ = from_eclaire({"resourceType": "Bundle", "entry": entries})
    assert back.identification.registry_number == number
    assert back.identification.official_title == trial.identification.official_title
    assert back.identification.brief_title == trial.identification.brief_title
    assert back.sponsors.lead_sponsor.name == trial.sponsors.lead_sponsor.name
    assert sorted(back.design.phases) == sorted(trial.design.phases)
    assert [one.facility for one in back.contacts_locations.locations] == [
        one.facility for one in trial.contacts_locations.locations
    ]
