"""Is it news? Verbs, older records, and pages beside a registry's record."""

from __future__ import annotations

from typing import Any

import pytest

from tests.changes.kit.records import altered, page, released, study, trial_of
from trialwire.changes.comparison import Comparison, Known, compare, registry_date, release_date
from trialwire.schemas.trial import Trial

STATUS = "protocolSection.statusModule.overallStatus"
UPDATED = "protocolSection.statusModule.lastUpdateSubmitDate"
TITLE = "protocolSection.identificationModule.briefTitle"


def beside(document: dict[str, Any] | str | Trial, before: dict[str, Any] | str | Trial) -> Comparison:
    base = before if isinstance(before, Trial) else trial_of(before)
    first = compare(base, None)
    known = Known(1, first.fingerprint, base.partial, registry_date(base), release_date(base), trial=lambda: base)
    return compare(document if isinstance(document, Trial) else trial_of(document), known)


def test_a_trial_that_is_not_known_is_new() -> None:
    found = compare(trial_of(study()), None)
    assert (found.kind, found.verb, found.codes, found.base) == ("new", "created", (), None)


def test_the_same_record_of_another_day_is_unchanged() -> None:
    found = beside(released(study(), "2026-01-06"), released(study(), "2026-01-05"))
    assert (found.kind, found.changes, found.findings) == ("unchanged", (), ())


@pytest.mark.parametrize(
    ("status", "verb"), [("WITHDRAWN", "withdrawn"), ("SUSPENDED", "status-changed"), ("UNKNOWN", "status-changed")]
)
def test_a_status_that_changes_gives_the_event_its_name(status: str, verb: str) -> None:
    found = beside(altered(study(), STATUS, status), study())
    assert (found.kind, found.verb, found.codes) == ("changed", verb, ("status",))


def test_one_event_carries_all_other_changes_under_the_most_specific_name() -> None:
    after = altered(altered(altered(study(), STATUS, "COMPLETED"), TITLE, "Another"), "hasResults", True)
    after["resultsSection"] = {"moreInfoModule": {"x": "y"}}
    found = beside(after, study())
    assert found.verb == "status-changed"
    assert found.codes == ("results", "status", "title")


def test_results_that_appear_are_results_posted_and_results_that_change_are_an_update() -> None:
    without = altered(study(), "hasResults", False)
    posted = altered(without, "hasResults", True) | {"resultsSection": {"moreInfoModule": {"x": "y"}}}
    corrected = posted | {"resultsSection": {"moreInfoModule": {"x": "z"}}}
    assert beside(posted, without).verb == "results-posted"
    assert (beside(corrected, posted).verb, beside(corrected, posted).codes) == ("updated", ("results",))


def test_why_a_study_stopped_is_an_update_with_the_code_status() -> None:
    found = beside(altered(study(2), "protocolSection.statusModule.whyStopped", "No funds."), study(2))
    assert (found.verb, found.codes) == ("updated", ("status",))


def test_an_older_record_changes_nothing_and_says_so() -> None:
    newer = altered(study(), UPDATED, "2026-01-02")
    older = altered(altered(study(), UPDATED, "2025-06-30"), STATUS, "WITHDRAWN")
    found = beside(older, newer)
    assert found.kind == "unchanged"
    [finding] = found.findings
    assert finding.code == "older-record"
    assert "2025-06-30" in finding.message
    assert "2026-01-02" in finding.message


def test_a_copy_of_an_earlier_release_is_older_although_the_sponsor_changed_nothing_in_between() -> None:
    before = released(study(), "2026-01-06")
    earlier = altered(released(study(), "2026-01-05"), "derivedSection.conditionBrowseModule.meshes", [])
    assert beside(earlier, before).kind == "unchanged"
    assert [one.code for one in beside(earlier, before).findings] == ["older-record"]


def test_what_a_later_release_says_counts_even_with_an_earlier_date_of_update() -> None:
    before = altered(released(study(), "2026-01-05"), UPDATED, "2026-01-02")
    corrected = altered(altered(released(study(), "2026-01-06"), UPDATED, "2026-01-01"), STATUS, "SUSPENDED")
    assert beside(corrected, before).verb == "status-changed"


def test_a_date_of_less_precision_is_not_older() -> None:
    before = altered(study(), UPDATED, "2026-01-15")
    found = beside(altered(altered(study(), UPDATED, "2026-01"), TITLE, "Another"), before)
    assert found.kind == "changed"


def test_a_page_never_overrides_the_registry_and_every_disagreement_is_told_with_both_values() -> None:
    registry = trial_of(study(1))
    found = beside(page("labelled-blocks"), registry)
    assert found.kind == "unchanged"
    assert found.trial == registry
    told = {finding.path: finding.message for finding in found.findings}
    assert "'ACTIVE_NOT_RECRUITING'" in told["status.overallStatus"]
    assert "'RECRUITING'" in told["status.overallStatus"]
    assert "240" in told["design.enrollmentInfo.count"]
    assert "390" in told["design.enrollmentInfo.count"]
    assert {finding.code for finding in found.findings} == {"page-disagrees"}


def test_what_a_page_says_as_the_registry_does_is_no_disagreement() -> None:
    told = {finding.path for finding in beside(page("labelled-blocks"), study(1)).findings}
    assert not told & {"design.phases", "eligibility.sex", "conditions.conditions", "armsInterventions.interventions"}


def test_a_record_of_the_registry_replaces_a_page_and_tells_what_the_page_said_otherwise() -> None:
    partial = trial_of(page("labelled-blocks"))
    found = beside(study(1), partial)
    assert found.kind == "changed"
    assert found.trial == trial_of(study(1))
    assert found.verb == "status-changed"
    assert "status" in found.codes
    assert "status.overallStatus" in {finding.path for finding in found.findings}


def test_another_site_fills_what_a_page_left_open_and_overrides_nothing() -> None:
    first = Trial.model_validate(
        {"source": "pages", "partial": True, "layout": "one", "identification": {"nctId": "NCT99990077"},
         "status": {"overallStatus": "RECRUITING"}, "pageText": {"a": "b"}}
    )  # fmt: skip
    second = Trial.model_validate(
        {"source": "pages", "partial": True, "layout": "two", "identification": {"nctId": "NCT99990077"},
         "status": {"overallStatus": "COMPLETED"}, "design": {"phases": ["PHASE2"]}}
    )  # fmt: skip
    found = beside(second, first)
    assert (found.kind, found.verb, found.codes) == ("changed", "updated", ("phase",))
    assert found.trial.status.overall_status == "RECRUITING"
    assert found.trial.design.phases == ("PHASE2",)
    assert found.trial.model_extra == {"pageText": {"a": "b"}}
    assert found.trial.layout == "one"
    [finding] = found.findings
    assert (finding.code, finding.path) == ("pages-disagree", "status.overallStatus")


def test_a_newer_text_of_the_same_site_wins_and_what_it_leaves_out_stays() -> None:
    first = trial_of(page("labelled-blocks"))
    newer = first.model_copy(update={"status": first.status.model_copy(update={"overall_status": "COMPLETED"}),
                                     "eligibility": type(first.eligibility)()})  # fmt: skip
    found = beside(newer, first)
    assert (found.kind, found.verb, found.codes) == ("changed", "status-changed", ("status",))
    assert found.trial.eligibility == first.eligibility
    assert found.findings == ()


def test_a_finding_never_carries_personal_data() -> None:
    registry = trial_of(study(1))
    contact = {"name": "Ida Norrland", "phone": "555-0134"}
    said = Trial.model_validate(
        {"source": "pages", "partial": True, "layout": "one", "identification": {"nctId": "NCT99990001"},
         "contactsLocations": {"centralContacts": [contact], "locations": [{"city": "Hollin", "contacts": [contact]}]}}
    )  # fmt: skip
    told = {finding.path: finding.message for finding in beside(said, registry).findings}
    assert told.keys() == {"contactsLocations.centralContacts", "contactsLocations.locations"}
    assert "Hollin" in told["contactsLocations.locations"]
    assert not [message for message in told.values() if "Norrland" in message or "0134" in message]


def test_a_fingerprint_of_other_rules_alone_is_no_change() -> None:
    base = trial_of(study())
    known = Known(4, "0" * 64, partial=False, registry_updated_date=None, release_date=None, trial=lambda: base)
    assert compare(trial_of(released(study(), "2026-02-02")), known).kind == "unchanged"
