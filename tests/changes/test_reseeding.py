"""A lost or restored store goes on above what consumers have seen; a better mapping reaches them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.changes.kit.records import SEEN_AT, altered, checked, page, put, raw, renditions, rows_in, study, trial_of
from trialwire.changes.store import Remapped, Reseeded, Store
from trialwire.transforms.read.any_record import READING_VERSION

STATUS = "protocolSection.statusModule.overallStatus"
TITLE = "protocolSection.identificationModule.briefTitle"


def test_a_lost_store_goes_on_above_what_was_published(store: Store) -> None:
    assert store.reseeding.take_over(iter([("NCT99990001", 7), ("NCT99990002", 3)]), destination="kafka") == Reseeded(
        taken_over=2, announced=0
    )
    assert dict(store.outbox.taken_over()) == {"NCT99990001": 7, "NCT99990002": 3}
    assert put(store, study(1)) == ["new"]
    [row] = store.outbox.pending("kafka").rows
    assert (row.change.sequence, row.change.verb, row.change.codes) == (8, "snapshot", ("other",))
    assert dict(store.outbox.taken_over()) == {"NCT99990002": 3}
    assert put(store, altered(study(1), TITLE, "Another")) == ["changed"]
    assert store.history.versions("NCT99990001")[-1].sequence == 9
    assert store.history.versions("NCT99990001")[-1].codes == ("title",)


def test_what_a_new_store_made_before_the_reseed_is_announced_above_and_never_under_its_old_number(
    store: Store,
) -> None:
    put(store, study(1), altered(study(1), TITLE, "Another"), study(2))
    assert store.reseeding.take_over([("NCT99990001", 7)], destination="kafka") == Reseeded(taken_over=1, announced=1)
    rows = store.outbox.pending("kafka").rows
    assert [(row.change.trial_id, row.change.sequence, row.change.verb) for row in rows] == [
        ("NCT99990002", 1, "created"), ("NCT99990001", 8, "snapshot"),
    ]  # fmt: skip
    assert store.outbox.bundle(rows[1], "R4") == renditions(trial_of(altered(study(1), TITLE, "Another")))["R4"].content
    assert store.outbox.state("kafka").pending == 2
    assert store.outbox.state("fhir-r4").pending == 2
    store.outbox.advance("kafka", rows[-1].position, 0)
    assert store.outbox.state("kafka").pending == 0
    assert put(store, altered(study(1), TITLE, "Another")) == ["unchanged"]


def test_a_restored_store_announces_nothing_old_and_takes_the_next_reading_as_news(store: Store) -> None:
    first = raw(study(1), "place")
    store.versions.write([checked(store, first)])
    store.outbox.advance("kafka", 1, 0)
    assert store.reseeding.take_over([("NCT99990001", 5)], destination="kafka") == Reseeded(taken_over=1, announced=0)
    assert store.outbox.pending("kafka").rows == []
    assert list(store.outbox.latest_per_trial()) == []
    assert store.sightings.familiar([first], READING_VERSION).seen == frozenset()
    assert store.history.trial("NCT99990001") == trial_of(study(1))
    assert store.versions.write([checked(store, first)]).new == 1
    [row] = store.outbox.pending("kafka").rows
    assert (row.change.sequence, row.change.verb, row.change.previous_status) == (6, "snapshot", None)


def test_a_reseed_of_a_whole_store_changes_nothing(store: Store) -> None:
    put(store, study(1), altered(study(1), TITLE, "Another"), study(2))
    store.outbox.advance("kafka", 3, 0)
    before = rows_in(store)
    assert store.reseeding.take_over([("NCT99990001", 2), ("NCT99990002", 1)], destination="kafka") == Reseeded(0, 0)
    assert rows_in(store) == before


def test_a_number_that_both_gave_is_given_again_above(store: Store) -> None:
    put(store, study(1))
    store.outbox.advance("kafka", 1, 0)
    put(store, altered(study(1), TITLE, "Made after the restore"))
    assert store.reseeding.take_over([("NCT99990001", 2)], destination="kafka") == Reseeded(taken_over=1, announced=1)
    assert [row.change.sequence for row in store.outbox.pending("kafka").rows] == [3]


def test_reseeding_twice_is_reseeding_once(store: Store) -> None:
    store.reseeding.take_over([("NCT99990001", 7)], destination="kafka")
    before = rows_in(store)
    assert store.reseeding.take_over([("NCT99990001", 7)], destination="kafka") == Reseeded(0, 0)
    assert rows_in(store) == before


def test_the_highest_of_several_numbers_of_one_trial_counts(store: Store) -> None:
    store.reseeding.take_over([("NCT99990001", 9), ("NCT99990001", 4)], destination="kafka")
    assert dict(store.outbox.taken_over()) == {"NCT99990001": 9}


def remapped(store: Store, *, mapping: str = "2", status: str | None = None) -> list[Remapped]:
    found = []
    for row in store.outbox.latest_per_trial():
        made = renditions(store.history.trial(row.change.trial_id), mapping=mapping)
        told = status or made["R4"].status
        found.append(Remapped(row, made, told, SEEN_AT.replace(month=4), mapping, contacts_included=False))
    return found


def test_a_better_mapping_is_announced_where_a_bundle_differs(store: Store) -> None:
    put(store, study(1), study(2))
    differing, same = remapped(store)
    same = replace(same, renditions=renditions(store.history.trial("NCT99990002")))
    assert store.remapping.announce([differing, same]) == 1
    row = store.outbox.pending("kafka").rows[-1]
    assert (row.change.trial_id, row.change.sequence, row.change.verb) == ("NCT99990001", 2, "updated")
    assert row.change.codes == ("mapping",)
    assert (row.change.previous_status, row.change.status) == ("active", "active")
    assert store.outbox.bundle(row, "R4") == differing.renditions["R4"].content
    assert [version.mapping_version for version in store.history.versions("NCT99990001")] == ["1", "2"]
    assert store.history.trial("NCT99990001") == trial_of(study(1))
    assert store.history.field_changes("NCT99990001") == []
    assert put(store, study(1), study(2)) == ["unchanged", "unchanged"]


def test_a_mapping_that_says_another_status_says_so_among_the_changes(store: Store) -> None:
    put(store, study(1))
    store.remapping.announce(remapped(store, status="closed-to-accrual"))
    change = store.outbox.pending("kafka").rows[-1].change
    assert (change.verb, change.codes) == ("updated", ("mapping", "status"))
    assert (change.previous_status, change.status) == ("active", "closed-to-accrual")


def test_the_same_mapping_again_writes_nothing(store: Store) -> None:
    put(store, study(1))
    store.remapping.announce(remapped(store))
    before = rows_in(store)
    assert store.remapping.announce(remapped(store)) == 0
    assert rows_in(store) == before


def test_a_trial_that_changed_while_it_was_rendered_again_is_passed_over(store: Store) -> None:
    put(store, study(1))
    late = remapped(store)
    put(store, altered(study(1), STATUS, "SUSPENDED"))
    assert store.remapping.announce(late) == 0
    assert store.history.versions("NCT99990001")[-1].codes == ("status",)


def test_findings_hold_for_the_version_of_a_better_mapping(store: Store) -> None:
    put(store, study(1), page("labelled-blocks"))
    before = store.sightings.findings("NCT99990001")
    assert before
    store.remapping.announce(remapped(store))
    assert store.sightings.findings("NCT99990001") == before


@pytest.mark.parametrize("count", [0, 1, 1201])
def test_any_number_of_pairs_is_taken(store: Store, count: int) -> None:
    pairs = ((f"NCT{number:08d}", 2) for number in range(count))
    assert store.reseeding.take_over(pairs, destination="kafka") == Reseeded(count, 0)
    assert sum(1 for _ in store.outbox.taken_over()) == count
