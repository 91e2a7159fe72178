"""Writing: one transaction, nothing new nothing written, sequences without a gap, whoever writes at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from tests.changes.kit.records import (
    SEEN_AT,
    altered,
    checked,
    held,
    page,
    put,
    raw,
    released,
    renditions,
    rows_in,
    study,
    trial_of,
)
from trialwire.changes.store import Report, Store
from trialwire.schemas.errors import RetryLaterError
from trialwire.schemas.event import Change
from trialwire.transforms.read.any_record import READING_VERSION

if TYPE_CHECKING:
    from trialwire.schemas.record import RawRecord

STATUS = "protocolSection.statusModule.overallStatus"
TITLE = "protocolSection.identificationModule.briefTitle"


def test_a_new_trial_has_a_version_its_bundles_and_its_place_in_the_log(store: Store) -> None:
    assert put(store, study()) == ["new"]
    [version] = store.history.versions("NCT99990001")
    assert (version.sequence, version.verb, version.codes, version.status) == (1, "created", (), "active")
    assert (version.seen_at, version.mapping_version, version.contacts_included) == (SEEN_AT, "1", False)
    [row] = store.outbox.pending("kafka").rows
    made = renditions(trial_of(study()))
    assert row.position == 1
    assert row.change == Change(
        trial_id="NCT99990001", registry="clinicaltrials.gov", sequence=1, verb="created", codes=(), status="active",
        previous_status=None, registry_updated_date=version.registry_updated_date, seen_at=SEEN_AT,
        source="clinicaltrials_gov",
    )  # fmt: skip
    assert row.content_hashes == {name: one.content_hash for name, one in made.items()}
    assert store.outbox.bundle(row, "R4") == made["R4"].content
    assert store.outbox.bundle(row, "R5") == made["R5"].content
    assert store.history.bundle("NCT99990001", "R5") == made["R5"].content


@pytest.mark.parametrize("number", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16])
def test_the_trial_comes_back_as_it_was(number: int, sqlite_url: str) -> None:
    trial = trial_of(study(number))
    with Store.open(sqlite_url) as store:
        put(store, study(number))
        assert store.history.trial(str(trial.trial_id)) == trial


def test_a_change_is_one_version_with_its_codes_and_both_statuses(store: Store) -> None:
    after = altered(altered(study(), STATUS, "WITHDRAWN"), TITLE, "Another title")
    assert put(store, study(), after) == ["new", "changed"]
    row = store.outbox.pending("kafka").rows[1]
    assert (row.position, row.change.sequence, row.change.verb) == (2, 2, "withdrawn")
    assert row.change.codes == ("status", "title")
    assert (row.change.previous_status, row.change.status) == ("active", "withdrawn")
    told = {change.path: (change.old, change.new) for change in store.history.field_changes("NCT99990001")}
    assert told["status.overallStatus"] == ("RECRUITING", "WITHDRAWN")
    assert told["identification.briefTitle"][1] == "Another title"
    assert store.history.trial("NCT99990001", 1) == trial_of(study())
    assert store.history.trial("NCT99990001") == trial_of(after)


def test_the_same_records_again_write_no_row(store: Store) -> None:
    records = [raw(study(1), "a"), raw(study(2), "b"), raw(page("labelled-blocks"), "c"), raw("no page", "d")]
    store.versions.write([checked(store, records[0]), checked(store, records[1])])
    store.versions.write([checked(store, records[2])], holding=[(records[3], held(records[3]))])
    before = rows_in(store)
    familiar = store.sightings.familiar(records, READING_VERSION)
    assert familiar.seen == {(record.origin, record.digest) for record in records[:3]}
    assert store.versions.write([], holding=[(records[3], held(records[3]))]) == Report()
    assert store.versions.write([checked(store, record) for record in records[:3]]) == Report(unchanged=3)
    assert rows_in(store) == before


def test_a_record_of_another_day_is_remembered_and_makes_no_version(store: Store) -> None:
    put(store, released(study(), "2026-01-05"))
    next_day = raw(released(study(), "2026-01-06"), "elsewhere")
    assert store.versions.write([checked(store, next_day)]) == Report(unchanged=1)
    assert ("elsewhere", next_day.digest) in store.sightings.familiar([next_day], READING_VERSION).seen
    assert [version.sequence for version in store.history.versions("NCT99990001")] == [1]


def test_what_other_parsers_read_is_read_again_and_what_was_discarded_is_not(store: Store) -> None:
    record, dropped = raw(study(), "a"), raw("no page", "d")
    store.versions.write([checked(store, record)], holding=[(dropped, held(dropped))])
    store.held.discard(held(dropped).id)
    assert store.sightings.familiar([record, dropped], "better").seen == {("d", dropped.digest)}
    again = replace(checked(store, record), reading_version="better")
    assert store.versions.write([again]) == Report(unchanged=1)
    assert ("a", record.digest) in store.sightings.familiar([record], "better").seen
    assert [version.sequence for version in store.history.versions("NCT99990001")] == [1]


def test_other_bytes_at_the_same_place_were_not_seen(store: Store) -> None:
    store.versions.write([checked(store, raw(study(), "a"))])
    changed = raw(altered(study(), TITLE, "Another"), "a")
    assert store.sightings.familiar([changed], READING_VERSION).seen == frozenset()


def test_an_older_record_does_not_overwrite_and_its_finding_is_kept(store: Store) -> None:
    updated = "protocolSection.statusModule.lastUpdateSubmitDate"
    put(store, altered(study(), updated, "2026-01-03"))
    older = altered(altered(study(), updated, "2024-01-03"), STATUS, "WITHDRAWN")
    assert put(store, older) == ["unchanged"]
    assert store.history.trial("NCT99990001").status.overall_status == "RECRUITING"
    assert "older-record" in {finding.code for finding in store.sightings.findings("NCT99990001")}


def test_the_same_trial_twice_in_one_batch_makes_one_version_of_each_content(store: Store) -> None:
    first, second, third = study(), altered(study(), TITLE, "Second"), altered(study(), TITLE, "Second")
    one = checked(store, raw(first, "a"))
    two = checked(store, raw(second, "b"), one.comparison)
    three = checked(store, raw(third, "c"), two.comparison)
    assert store.versions.write([one, two, three]) == Report(new=1, changed=1, unchanged=1)
    assert [(v.sequence, v.codes) for v in store.history.versions("NCT99990001")] == [(1, ()), (2, ("title",))]


def test_a_page_and_then_the_record_of_its_trial_in_one_batch_end_in_the_record(store: Store) -> None:
    text = page("labelled-blocks")
    one = checked(store, raw(text, "page"))
    two = checked(store, raw(study(1), "record"), one.comparison)
    assert store.versions.write([one, two]) == Report(new=1, changed=1)
    assert store.history.trial("NCT99990001") == trial_of(study(1))
    assert len(store.sightings.familiar([raw(text, "page"), raw(study(1), "record")], READING_VERSION).seen) == 2
    assert "page-disagrees" in {finding.code for finding in store.sightings.findings("NCT99990001")}


def test_a_page_that_a_record_replaced_in_a_later_run_is_not_read_again(store: Store) -> None:
    text = raw(page("labelled-blocks"), "page")
    store.versions.write([checked(store, text)])
    put(store, study(1))
    assert store.sightings.familiar([text], READING_VERSION).seen == {(text.origin, text.digest)}


def test_a_record_and_then_its_page_in_one_batch(store: Store) -> None:
    one = checked(store, raw(study(1), "record"))
    two = checked(store, raw(page("labelled-blocks"), "page"), one.comparison)
    assert store.versions.write([one, two]) == Report(new=1, unchanged=1)
    assert store.history.trial("NCT99990001") == trial_of(study(1))
    assert "page-disagrees" in {finding.code for finding in store.sightings.findings("NCT99990001")}


def test_a_page_is_compared_anew_after_its_trial_changed(store: Store) -> None:
    put(store, study(1))
    text = raw(page("labelled-blocks"), "page")
    store.versions.write([checked(store, text)])
    assert store.sightings.familiar([text], READING_VERSION).seen == {(text.origin, text.digest)}
    put(store, altered(study(1), STATUS, "ACTIVE_NOT_RECRUITING"))
    assert store.sightings.familiar([text], READING_VERSION).seen == frozenset()
    store.versions.write([checked(store, text)])
    assert "status.overallStatus" not in {finding.path for finding in store.sightings.findings("NCT99990001")}
    assert store.sightings.familiar([text], READING_VERSION).seen == {(text.origin, text.digest)}


def test_a_record_compared_before_another_run_wrote_the_same_is_unchanged(store: Store) -> None:
    late = checked(store, raw(study(), "late"))
    put(store, study())
    assert store.versions.write([late]) == Report(unchanged=1)
    assert len(store.history.versions("NCT99990001")) == 1


def test_a_record_compared_before_another_run_wrote_something_else_is_compared_again(store: Store) -> None:
    put(store, study())
    late = checked(store, raw(altered(study(), STATUS, "SUSPENDED")))
    put(store, altered(study(), TITLE, "Another"))
    assert store.versions.write([late]) == Report(changed=1)
    last = store.history.versions("NCT99990001")[-1]
    assert (last.sequence, last.codes) == (3, ("status", "title"))


def test_what_would_need_another_rendition_stops_the_batch_and_writes_nothing(store: Store) -> None:
    put(store, study(1))
    unchanged = checked(store, raw(study(1), "late"))
    put(store, altered(study(1), TITLE, "Another"))
    before = rows_in(store)
    with pytest.raises(RetryLaterError, match="NCT99990001 was changed by another run"):
        store.versions.write([checked(store, raw(study(2))), unchanged])
    assert rows_in(store) == before


def test_a_fault_half_way_writes_nothing(store: Store) -> None:
    broken = checked(store, raw(study(2)))
    object.__setattr__(broken, "mapping_version", None)
    before = rows_in(store)
    with pytest.raises(Exception, match="mapping_version"):
        store.versions.write([checked(store, raw(study(1))), broken])
    assert rows_in(store) == before


def test_two_runs_at_once_make_each_content_once_and_no_gap(store_url: str) -> None:
    contents = [altered(study(number), TITLE, f"Title {turn}") for turn in range(4) for number in (1, 2, 3)]
    barrier = threading.Barrier(4)

    def write(own: Store, document: dict[str, object]) -> None:
        for _ in range(50):
            try:
                own.versions.write([checked(own, raw(document, "same place"))])
            except RetryLaterError:
                continue
            return
        pytest.fail("no turn in 50")

    def run(_: int) -> None:
        with Store.open(store_url) as own:
            barrier.wait()
            for document in contents:
                write(own, document)

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(run, range(4)))
    with Store.open(store_url) as after:
        rows = after.outbox.pending("kafka", limit=1000).rows
        assert [row.position for row in rows] == list(range(1, len(rows) + 1))
        for number in (1, 2, 3):
            history = after.history.versions(f"NCT9999000{number}")
            assert [version.sequence for version in history] == list(range(1, len(history) + 1))
            titles = [
                after.history.trial(f"NCT9999000{number}", version.sequence).identification.brief_title
                for version in history
            ]
            assert all(one != other for one, other in pairwise(titles))


def test_a_cursor_never_passes_a_row_that_is_still_to_be_committed(store_url: str) -> None:
    stop, seen = threading.Event(), list[int]()

    def follow() -> None:
        with Store.open(store_url) as own:
            while not stop.is_set() or own.outbox.state("kafka").pending:
                for row in own.outbox.pending("kafka", limit=3).rows:
                    seen.append(row.position)
                    own.outbox.advance("kafka", row.position, 0)

    def write(number: int) -> None:
        with Store.open(store_url) as own:
            for turn in range(6):
                own.versions.write([checked(own, raw(altered(study(number), TITLE, f"Title {turn}")))])

    with ThreadPoolExecutor(4) as pool:
        reader = pool.submit(follow)
        list(pool.map(write, (1, 2, 3)))
        stop.set()
        reader.result()
    assert seen == list(range(1, 19))


def test_hostile_places_and_texts_are_stored(store: Store) -> None:
    long_origin = "a/" * 3000 + "b.json"
    odd = altered(study(), TITLE, "Nul \x00 and a \U0001f52c and \u2028")
    records: list[RawRecord] = [raw(odd, long_origin), raw(study(2), "nul\x00name"), raw(study(3), "bytes\udcff.json")]
    assert store.versions.write([checked(store, record) for record in records]) == Report(new=3)
    assert len(store.sightings.familiar(records, READING_VERSION).seen) == 3
    assert store.history.trial("NCT99990001").identification.brief_title == "Nul \x00 and a \U0001f52c and \u2028"
    put(store, study())
    assert store.history.field_changes("NCT99990001")[0].old == "Nul \x00 and a \U0001f52c and \u2028"


def test_runs_are_remembered_by_when_they_began(store: Store) -> None:
    assert store.runs.last("pages") is None
    store.runs.record("pages", SEEN_AT, {"read": 3})
    store.runs.record("pages", SEEN_AT.replace(day=2), {"read": 1})
    store.runs.record("pages", SEEN_AT.replace(day=2), {"read": 2})
    last = store.runs.last("pages")
    assert last is not None
    assert (last.started_at, last.totals) == (SEEN_AT.replace(day=2), {"read": 2})
    assert store.runs.last("clinicaltrials_gov") is None
