"""The semantic change list: every changed place under its code, bounded, and without personal data."""

from __future__ import annotations

import copy
import re
from typing import Any

import orjson
import pytest

from tests.changes.kit.records import altered, study, trial_of
from trialwire.changes.change_code import KEYS, ROWS
from trialwire.changes.difference import bounded, differences
from trialwire.changes.normal_form import normal_form
from trialwire.schemas.event import FieldChange
from trialwire.schemas.trial import Part, Trial

PROTOCOL = "protocolSection."


def changes(before: dict[str, Any], after: dict[str, Any]) -> list[FieldChange]:
    return differences(normal_form(trial_of(before)), normal_form(trial_of(after)))


def test_two_documents_that_differ_never_give_an_empty_list() -> None:
    assert differences({}, {"design": {}}) == [FieldChange("other", "design", None, None)]
    assert differences({}, {"design": {"designInfo": {}}}) == [FieldChange("other", "design", None, None)]


CASES: list[tuple[str, Any, set[str]]] = [
    ("statusModule.overallStatus", "SUSPENDED", {"status"}),
    ("statusModule.whyStopped", "No funds.", {"status"}),
    ("statusModule.startDateStruct.date", "2031-01", {"dates.start"}),
    ("statusModule.startDateStruct.type", "ESTIMATED", {"dates.start"}),
    ("statusModule.primaryCompletionDateStruct.date", "2031-01", {"dates.primary-completion"}),
    ("statusModule.completionDateStruct.date", "2031-01", {"other"}),
    ("statusModule.statusVerifiedDate", "2031-01", {"other"}),
    ("statusModule.resultsFirstSubmitDate", "2031-01-01", {"results"}),
    ("identificationModule.briefTitle", "Another title", {"title"}),
    ("identificationModule.acronym", "OTHER", {"title"}),
    ("identificationModule.orgStudyIdInfo.id", "X-1", {"other"}),
    ("sponsorCollaboratorsModule.leadSponsor.name", "Another Institute", {"sponsor"}),
    ("sponsorCollaboratorsModule.responsibleParty.investigatorFullName", "Ida Norrland", {"contacts"}),
    ("conditionsModule.conditions.0", "Another Condition", {"conditions"}),
    ("conditionsModule.keywords.0", "another keyword", {"conditions"}),
    ("designModule.phases", ["PHASE4"], {"phase"}),
    ("designModule.enrollmentInfo.count", 7, {"enrollment"}),
    ("designModule.designInfo.maskingInfo.masking", "TRIPLE", {"other"}),
    ("armsInterventionsModule.armGroups.0.label", "Another arm", {"arms"}),
    ("armsInterventionsModule.armGroups.0.description", "Told otherwise.", {"arms"}),
    ("armsInterventionsModule.interventions.0.name", "Another drug", {"interventions"}),
    ("armsInterventionsModule.interventions.0.description", "Told otherwise.", {"interventions"}),
    ("outcomesModule.primaryOutcomes.0.timeFrame", "2 years", {"outcomes"}),
    ("eligibilityModule.eligibilityCriteria", "Inclusion Criteria:\n\n* Adults", {"eligibility.criteria"}),
    ("eligibilityModule.healthyVolunteers", True, {"eligibility.criteria"}),
    ("eligibilityModule.sex", "FEMALE", {"eligibility.sex"}),
    ("eligibilityModule.minimumAge", "21 Years", {"eligibility.age"}),
    ("eligibilityModule.maximumAge", None, {"eligibility.age"}),
    ("contactsLocationsModule.locations.0.status", "WITHDRAWN", {"sites.status"}),
    ("contactsLocationsModule.locations.0.zip", "99999", {"other"}),
    ("contactsLocationsModule.locations.0.city", "Elsewhere", {"sites.added", "sites.removed"}),
    ("contactsLocationsModule.locations.0.contacts", [{"name": "Ida Norrland", "phone": "555-0134"}], {"contacts"}),
    ("descriptionModule.briefSummary", "Told otherwise.", {"other"}),
    ("oversightModule.oversightHasDmc", False, {"other"}),
    ("referencesModule.references", [{"pmid": "1"}], {"other"}),
    ("ipdSharingStatementModule.ipdSharing", "UNDECIDED", {"other"}),
    ("somethingNewModule", {"a": 1}, {"other"}),
    ("statusModule.somethingNew", "x", {"other"}),
]  # fmt: skip


@pytest.mark.parametrize(("path", "value", "codes"), CASES, ids=[path for path, _, _ in CASES])
def test_a_change_has_the_code_of_its_place(path: str, value: Any, codes: set[str]) -> None:
    found = changes(study(), altered(study(), PROTOCOL + path, value))
    assert {change.code for change in found} == codes


def test_derived_terms_are_told_by_what_they_mean_for_a_reader() -> None:
    before = study()
    mesh = altered(before, "derivedSection.conditionBrowseModule.meshes", [{"id": "D000001", "term": "Fiction"}])
    leaf = altered(before, "derivedSection.conditionBrowseModule.browseLeaves", [{"id": "M1", "name": "Fiction"}])
    assert {change.code for change in changes(before, mesh)} == {"conditions"}
    assert {change.code for change in changes(before, leaf)} == {"other"}


def test_results_that_appear_are_told() -> None:
    before = altered(study(), "hasResults", False)
    before.pop("resultsSection", None)
    after = altered(altered(before, "hasResults", True), "resultsSection", {"outcomeMeasuresModule": {"x": 1}})
    assert {change.code for change in changes(before, after)} == {"results"}


def test_a_site_is_added_removed_or_changed_by_its_name_and_not_by_its_place_in_the_list() -> None:
    before = study()
    sites = before["protocolSection"]["contactsLocationsModule"]["locations"]
    new = {"facility": "Quarrybank Clinic", "city": "Quarrybank", "country": "Ireland"}
    after = altered(before, PROTOCOL + "contactsLocationsModule.locations", [new, *sites[1:]])
    found = changes(before, after)
    assert [(change.code, change.path) for change in found if change.code == "sites.added"] == [
        ("sites.added", "contactsLocations.locations[Quarrybank Clinic, Quarrybank, Ireland]")
    ]
    gone = [change for change in found if change.code == "sites.removed"]
    assert len(gone) == 1
    assert sites[0]["facility"] in gone[0].path
    assert gone[0].new is None
    assert {change.code for change in found} == {"sites.added", "sites.removed"}


def test_sites_of_one_name_are_paired_with_their_equals() -> None:
    nameless = [{"city": "Hollin", "country": "Ireland", "status": status} for status in ("RECRUITING", "COMPLETED")]
    before = altered(study(), PROTOCOL + "contactsLocationsModule.locations", nameless)
    after = altered(before, PROTOCOL + "contactsLocationsModule.locations.0.status", "SUSPENDED")
    [change] = changes(before, after)
    assert (change.code, change.old, change.new) == ("sites.status", "RECRUITING", "SUSPENDED")
    assert change.path == "contactsLocations.locations[Hollin, Ireland].status"


def test_outcomes_in_another_order_are_told_as_such() -> None:
    before = study(2)
    outcomes = before["protocolSection"]["outcomesModule"]["primaryOutcomes"]
    after = altered(before, PROTOCOL + "outcomesModule.primaryOutcomes", outcomes[::-1])
    [change] = changes(before, after)
    assert change.code == "outcomes"
    assert change.old == [one["measure"] for one in outcomes]
    assert change.new == [one["measure"] for one in outcomes[::-1]]


def test_a_long_text_is_told_by_its_hash_and_length() -> None:
    long = "Inclusion Criteria:\n\n" + "* Adults of any age\n" * 100
    [change] = changes(study(), altered(study(), PROTOCOL + "eligibilityModule.eligibilityCriteria", long))
    assert isinstance(change.new, dict)
    assert change.new["length"] == len(long)
    assert re.fullmatch("[0-9a-f]{64}", str(change.new["sha256"]))


def test_no_change_list_carries_a_name_a_telephone_number_or_an_address() -> None:
    secrets = ["Ida Norrland", "555-0134", "ida.norrland@example.org", "+353 1 555 0134", "Second Person"]
    contact = {"name": secrets[0], "phone": secrets[1], "email": secrets[2], "role": "CONTACT"}
    official = {"name": secrets[4], "affiliation": "Institute", "role": "STUDY_CHAIR"}
    after = study()
    for path, value in (
        ("contactsLocationsModule.centralContacts", [contact]),
        ("contactsLocationsModule.overallOfficials", [official]),
        ("contactsLocationsModule.locations.0.contacts", [contact]),
        ("contactsLocationsModule.locations_nested", [contact]),
        ("contactsLocationsModule.locations.0.newKey", secrets[0]),
        ("sponsorCollaboratorsModule.responsibleParty.newKey", secrets[0]),
        ("sponsorCollaboratorsModule.responsibleParty.investigatorFullName", secrets[0]),
        ("sponsorCollaboratorsModule.responsibleParty.oldNameTitle", secrets[0]),
        ("statusModule.whyStopped", f"Ask {secrets[2]} or {secrets[3]}."),
        ("newModule", contact),
    ):
        after = altered(after, PROTOCOL + path, value)
    new_site = {"facility": "Quarrybank", "city": "Quarrybank", "contacts": [contact], "newKey": secrets[0]}
    after["protocolSection"]["contactsLocationsModule"]["locations"].append(new_site)
    found = changes(study(), after)
    told = orjson.dumps([(change.path, change.old, change.new) for change in found]).decode()
    assert {"contacts", "sites.added", "status", "other"} <= {change.code for change in found}
    assert not [secret for secret in secrets if secret in told]


def test_every_row_of_the_tables_is_a_place_of_the_trial() -> None:
    places = set(_places(Trial, ""))
    assert set(ROWS) <= places
    assert set(KEYS) <= places


@pytest.mark.parametrize("number", [1, 2, 5, 9])
def test_every_leaf_that_is_altered_is_told(number: int) -> None:
    form = normal_form(trial_of(study(number)))
    for steps, value in _leaves(form, ()):
        other: Any = (
            not value if isinstance(value, bool) else value + 1 if isinstance(value, int | float) else f"{value}x"
        )
        after = copy.deepcopy(form)
        place: Any = after
        for step in steps[:-1]:
            place = place[step]
        place[steps[-1]] = other
        assert differences(form, after), steps


@pytest.mark.parametrize("value", [None, 0, False, "", [], {}, "short", 3.5])
def test_a_short_value_is_carried_as_it_is(value: object) -> None:
    assert bounded(value) == value


def _leaves(node: Any, steps: tuple[Any, ...]) -> list[tuple[tuple[Any, ...], Any]]:
    if isinstance(node, dict | list):
        items = node.items() if isinstance(node, dict) else enumerate(node)
        return [leaf for key, item in items for leaf in _leaves(item, (*steps, key))]
    return [(steps, node)]


def _places(part: type[Part], path: str) -> list[str]:
    from typing import get_args

    found = []
    for name, field in part.model_fields.items():
        here = f"{path}{field.alias or name}"
        found.append(here)
        kinds = [field.annotation, *get_args(field.annotation)]
        kinds += [inner for kind in kinds for inner in get_args(kind)]
        for kind in dict.fromkeys(kinds):
            if isinstance(kind, type) and issubclass(kind, Part):
                found += _places(kind, f"{here}.")
    return found
