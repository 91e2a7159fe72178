"""The whole difference of two records: facts, dates, sites, arms, outcomes. Nothing that differs is left out."""

from __future__ import annotations

import copy
from contextlib import suppress
from typing import TYPE_CHECKING, Any, get_args

import pytest

from tests.changes.kit.records import altered, study, trial_of
from trialwire.changes.change_code import SITES
from trialwire.changes.semantic.semantic_diff import headline, semantic_diff
from trialwire.schemas.errors import HoldError
from trialwire.schemas.semantic_change import CLASS_ORDER, CLASSES, SemanticCode
from trialwire.transforms.eligibility import parse

if TYPE_CHECKING:
    from trialwire.schemas.semantic_change import SemanticDiff

P = "protocolSection."
LOCATIONS = P + "contactsLocationsModule.locations"
OUTCOMES = P + "outcomesModule."


def diff(before: dict[str, Any], after: dict[str, Any]) -> SemanticDiff:
    old, new = trial_of(before), trial_of(after)
    return semantic_diff(old, new, parse(old.eligibility.criteria or ""), parse(new.eligibility.criteria or ""))


CASES: list[tuple[str, Any, str, str, str]] = [
    ("statusModule.overallStatus", "SUSPENDED", "status", "who", "Status: Recruiting → Suspended."),
    (
        "statusModule.startDateStruct",
        {"date": "2027-01", "type": "ESTIMATED"},
        "dates.start",
        "when",
        "→ 2027-01 (estimated).",
    ),
    ("statusModule.completionDateStruct", {"date": "2030-01"}, "dates.completion", "when", "→ 2030-01."),
    ("statusModule.statusVerifiedDate", "2026-12", "registry-dates", "record", "verified"),
    ("designModule.enrollmentInfo", {"count": 5, "type": "ACTUAL"}, "enrollment", "when", "→ 5 (actual)."),
    ("designModule.designInfo.allocation", "NA", "design", "what", "Allocation: "),
    ("eligibilityModule.minimumAge", "21 Years", "eligibility.age", "who", "→ 21 Years."),
    ("eligibilityModule.sex", "FEMALE", "eligibility.sex", "who", "→ Female."),
    ("eligibilityModule.healthyVolunteers", True, "eligibility.criteria", "who", "Healthy volunteers: "),
    ("conditionsModule.conditions", ["Fictional fever"], "conditions", "who", "Condition added: Fictional fever."),
    ("identificationModule.briefTitle", "Another title", "title", "record", "Another title"),
    ("descriptionModule.briefSummary", "Other words.", "other", "record", "Brief summary"),
    ("somethingNewModule", {"a": 1}, "other", "record", "not stated → 1 (not shown)"),
]


@pytest.mark.parametrize(("path", "value", "code", "cls", "said"), CASES, ids=[case[0] for case in CASES])
def test_a_change_has_its_code_its_class_and_its_sentence(
    path: str, value: Any, code: str, cls: str, said: str
) -> None:
    found = diff(study(), altered(study(), P + path, value)).changes
    assert {(change.code, change.change_class) for change in found} == {(code, cls)}
    assert any(said in change.sentence for change in found), [change.sentence for change in found]


def test_a_status_is_one_change_with_why_it_stopped() -> None:
    after = altered(study(), P + "statusModule.overallStatus", "TERMINATED")
    [change] = diff(study(), altered(after, P + "statusModule.whyStopped", "The sponsor ended it")).changes
    assert change.sentence == "Status: Recruiting → Terminated. Why stopped: The sponsor ended it"


def test_sites_open_close_come_and_go_and_a_first_or_last_country_is_named() -> None:
    before = altered(study(), LOCATIONS, [
        {"facility": "Hollin Clinic", "city": "Hollin", "country": "Ireland", "status": "NOT_YET_RECRUITING"},
        {"facility": "Quarrybank", "city": "Quarrybank", "country": "Ireland", "status": "RECRUITING"},
        {"facility": "Valbreuil", "city": "Valbreuil", "country": "France", "status": "RECRUITING"},
    ])  # fmt: skip
    after = altered(study(), LOCATIONS, [
        {"facility": "Hollin Clinic", "city": "Hollin", "country": "Ireland", "status": "RECRUITING"},
        {"facility": "Quarrybank", "city": "Quarrybank", "country": "Ireland", "status": "COMPLETED"},
        {"facility": "Norrland", "city": "Norrland", "country": "Sweden", "status": "NOT_YET_RECRUITING"},
    ])  # fmt: skip
    found = {change.sentence.partition(" (")[0]: change for change in diff(before, after).changes}
    assert found.keys() == {
        "Site opened: Hollin Clinic, Hollin, Ireland", "Site closed: Quarrybank, Quarrybank, Ireland",
        "Site removed: Valbreuil, Valbreuil, France", "Site added: Norrland, Norrland, Sweden",
        "First site in Sweden.", "No site left in France.",
    }  # fmt: skip
    assert found["Site opened: Hollin Clinic, Hollin, Ireland"].change_class == "who"
    assert found["Site added: Norrland, Norrland, Sweden"].change_class == "where"


def test_an_outcome_that_loses_its_rank_is_moved_and_primary_is_apart() -> None:
    before = study(2)
    outcomes = before["protocolSection"]["outcomesModule"]
    first, *rest = outcomes["primaryOutcomes"]
    after = altered(before, OUTCOMES + "primaryOutcomes", rest)
    after = altered(after, OUTCOMES + "secondaryOutcomes", [*outcomes.get("secondaryOutcomes", []), first])
    [change] = diff(before, after).changes
    assert (change.code, change.kind, change.change_class) == ("outcomes.primary", "moved", "what")
    assert change.sentence.startswith("Outcome moved from primary outcome to secondary outcome: ")
    secondary = altered(before, OUTCOMES + "secondaryOutcomes", [{"measure": "Days of fictional fever"}])
    assert {change.code for change in diff(before, secondary).changes} == {"outcomes"}


def test_a_renamed_arm_is_reworded_and_not_another_arm() -> None:
    before = study()
    arm = before["protocolSection"]["armsInterventionsModule"]["armGroups"][0]
    renamed = {**arm, "label": f"{arm['label']} once daily", "description": arm.get("description", "")}
    after = altered(before, P + "armsInterventionsModule.armGroups.0", renamed)
    found = [change for change in diff(before, after).changes if change.code == "arms"]
    assert [change.kind for change in found if "is now" in change.sentence or "reworded" in change.sentence] == [
        "reworded"
    ]
    assert not [change for change in found if change.kind in {"added", "removed"}]


def test_a_text_that_is_laid_out_anew_is_a_note_and_no_change() -> None:
    path = P + "eligibilityModule.eligibilityCriteria"
    before = altered(
        study(), path, "Inclusion Criteria:\n\n* Adults\n* Able to consent\n\nExclusion Criteria:\n\n* Pregnancy\n"
    )
    after = altered(
        study(), path, "INCLUSION CRITERIA:\n\n1. Able to consent\n2. Adults\n\nExclusion criteria\n\n- Pregnancy;"
    )
    found = diff(before, after)
    assert found.changes == ()
    assert headline(found) == "The eligibility text was laid out or ordered in another way; no criterion changed."


def test_an_exclusion_section_that_is_lost_names_each_criterion() -> None:
    path = P + "eligibilityModule.eligibilityCriteria"
    whole = "Inclusion Criteria:\n\n* Adults\n\nExclusion Criteria:\n\n* Pregnancy\n* Dialysis\n"
    after = altered(study(), path, whole.partition("Exclusion")[0])
    sentences = [change.sentence for change in diff(altered(study(), path, whole), after).changes]
    assert sentences[:2] == ["Exclusion criterion removed: “Pregnancy”.", "Exclusion criterion removed: “Dialysis”."]


def test_names_and_numbers_of_people_are_counted_and_never_shown() -> None:
    contact = {"name": "Ida Norrland", "phone": "555-0134", "email": "ida@example.org"}
    after = altered(study(), P + "contactsLocationsModule.centralContacts", [contact])
    after = altered(after, LOCATIONS + ".0.contacts", [contact])
    after = altered(after, P + "statusModule.whyStopped", "Ask ida@example.org.")
    after["protocolSection"]["contactsLocationsModule"]["locations"].append({"facility": "Q", "contacts": [contact]})
    shown = repr([change.document() for change in diff(study(), after).changes])
    assert not [secret for secret in ("Norrland, I", "Ida", "555-0134", "ida@example.org") if secret in shown]


def test_an_address_or_a_number_is_shown_from_no_text_and_no_key() -> None:
    address, number = "jo.canary@example.org", "+1 555 010 7788"

    def with_keys(node: Any) -> Any:
        if isinstance(node, dict):
            return {key: with_keys(item) for key, item in node.items()} | {address: address, number: number}
        if isinstance(node, list):
            return [with_keys(item) for item in node]
        return node

    canaries = with_keys(study())
    canaries["protocolSection"]["armsInterventionsModule"]["armGroups"].append(with_keys({"label": f"Ask {address}"}))
    for before, after in ((study(), canaries), (canaries, study())):
        found = diff(before, after)
        shown = repr([change.document() for change in found.changes]) + headline(found)
        assert [canary for canary in ("jo.canary", "7788") if canary in shown] == []


@pytest.mark.parametrize("number", [1, 2, 9])
def test_every_place_that_is_altered_is_a_change_or_a_note(number: int) -> None:
    """One leaf of each place; a value that no record may have is held before it can be compared."""
    before = study(number)
    places = {tuple(step for step in steps if isinstance(step, str)): steps for steps in _leaves(before, ())}
    tried = 0
    for steps in places.values():
        if steps[-1] == "versionHolder" or "resultsSection" in steps:
            continue
        after = copy.deepcopy(before)
        place: Any = after
        for step in steps[:-1]:
            place = place[step]
        value = place[steps[-1]]
        place[steps[-1]] = (
            not value if isinstance(value, bool) else f"{value} x" if isinstance(value, str) else value + 1
        )
        with suppress(HoldError):
            found = diff(before, after)
            assert found.changes or found.notes, steps
            tried += 1
    assert tried > len(places) / 2


def test_every_code_has_a_class_and_sites_have_their_own_list() -> None:
    assert set(CLASSES) == set(get_args(SemanticCode))
    assert set(CLASSES.values()) == set(CLASS_ORDER)
    assert SITES == "contactsLocations.locations"


def test_a_headline_is_one_line_that_counts_what_it_leaves_out() -> None:
    sites = [{"facility": f"Clinic {number}", "city": "Hollin", "country": "Ireland"} for number in range(9)]
    after = altered(study(), LOCATIONS, [*study()["protocolSection"]["contactsLocationsModule"]["locations"], *sites])
    after = altered(after, P + "eligibilityModule.minimumAge", "21 Years")
    line = headline(diff(study(), after))
    assert line.startswith("Minimum age: ")
    assert "9 × sites.added." in line
    assert "\n" not in line


def _leaves(node: Any, steps: tuple[Any, ...]) -> list[tuple[Any, ...]]:
    if isinstance(node, dict | list):
        items = node.items() if isinstance(node, dict) else enumerate(node)
        return [leaf for key, item in items for leaf in _leaves(item, (*steps, key))]
    return [steps]
