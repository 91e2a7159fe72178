"""Held records: whole, once each, gone when they go on, named by their bytes, discarded for good."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tests.changes.kit.records import altered, checked, held, raw, rows_in, study
from trialwire.changes.store import Report, Store
from trialwire.schemas.errors import UsageError
from trialwire.schemas.held import Reason
from trialwire.schemas.record import RawRecord
from trialwire.transforms.read.any_record import READING_VERSION

if TYPE_CHECKING:
    from trialwire.schemas.held import HeldRecord

TITLE = "protocolSection.identificationModule.briefTitle"


def hold(store: Store, record: RawRecord, trial_id: str | None = None) -> HeldRecord:
    kept = held(record, trial_id=trial_id)
    store.versions.write([], holding=[(record, kept)])
    return kept


def test_a_held_record_is_kept_whole_with_its_reasons(store: Store) -> None:
    record = RawRecord("folder/b\xe4d.bin", bytes(range(256)) * 500, "pages")
    kept = hold(store, record)
    assert store.held.all() == [kept]
    assert store.held.record(kept.id) == kept
    assert store.held.content(kept.id) == record


def test_a_record_of_an_unknown_source_comes_back_without_one(store: Store) -> None:
    record = raw("no page")
    assert store.held.content(hold(store, record).id) == record


def test_the_same_record_is_held_once_and_for_other_reasons_anew(store: Store) -> None:
    record = raw("no page")
    kept = hold(store, record)
    before = rows_in(store)
    hold(store, record)
    assert rows_in(store) == before
    other = kept.model_copy(update={"reasons": (Reason(code="other", message="Otherwise."),)})
    store.versions.write([], holding=[(record, other)])
    assert store.held.all() == [other]


def test_a_record_that_goes_on_is_released_and_its_neighbours_are_not(store: Store) -> None:
    record, neighbour = raw(study(), "a"), raw("no page", "b")
    hold(store, record)
    left = hold(store, neighbour)
    assert store.versions.write([checked(store, record)]) == Report(new=1)
    assert store.held.all() == [left]


def test_a_record_that_goes_on_unchanged_is_released_too(store: Store) -> None:
    store.versions.write([checked(store, raw(study(), "a"))])
    again = raw(study(), "b")
    hold(store, again)
    store.versions.write([checked(store, again)])
    assert store.held.all() == []


def test_a_place_that_was_asked_for_holds_its_newest_record_only(store: Store) -> None:
    address = "https://trials.example.org/studies/NCT99990001"
    monday = RawRecord(address, b'{"day": 1}', "clinicaltrials_gov")
    tuesday = RawRecord(address, b'{"day": 2}', "clinicaltrials_gov")
    hold(store, monday)
    kept = hold(store, tuesday)
    assert store.held.all() == [kept]
    good = replace(raw(study(), address), source="clinicaltrials_gov")
    store.versions.write([checked(store, good)])
    assert store.held.all() == []


def test_a_place_in_a_file_may_hold_records_of_several_trials(store: Store) -> None:
    one, other = raw('{"a": 1}', "lines.jsonl:17"), raw('{"a": 2}', "lines.jsonl:17")
    first, second = hold(store, one, "NCT99990001"), hold(store, other, "NCT99990002")
    assert {record.id for record in store.held.all()} == {first.id, second.id}
    third = hold(store, raw('{"a": 3}', "lines.jsonl:17"), "NCT99990002")
    assert {record.id for record in store.held.all()} == {first.id, third.id}


def test_a_name_is_for_the_very_bytes_it_was_given_to_wherever_they_are(store: Store) -> None:
    record = raw("page text", "folder/page.txt")
    store.held.give_name(hold(store, record).id, "NCT99990099")
    moved, changed = raw("page text", "other/page.txt"), raw("page text of another trial", "folder/page.txt")
    assert store.sightings.familiar([record], READING_VERSION).names == {record.digest: "NCT99990099"}
    assert store.sightings.familiar([moved], READING_VERSION).names == {record.digest: "NCT99990099"}
    assert store.sightings.familiar([changed], READING_VERSION).names == {}
    store.held.give_name(store.held.all()[0].id, "NCT99990098")
    assert store.sightings.familiar([record], READING_VERSION).names == {record.digest: "NCT99990098"}


def test_a_discarded_record_is_passed_over_from_then_on_and_a_changed_one_is_not(store: Store) -> None:
    record = raw("no page", "folder/notes.txt")
    store.held.discard(hold(store, record).id)
    assert store.held.all() == []
    assert store.sightings.familiar([record], READING_VERSION).seen == {(record.origin, record.digest)}
    assert store.sightings.familiar([raw("no page any more", "folder/notes.txt")], READING_VERSION).seen == frozenset()


def test_an_id_that_is_not_there_is_said_with_where_to_look(store: Store) -> None:
    for call in (store.held.record, store.held.content, store.held.discard):
        with pytest.raises(UsageError, match=r"No held record has the id 0123\..*trialwire held list"):
            call("0123")
    with pytest.raises(UsageError):
        store.held.give_name("0123", "NCT99990001")


def test_a_record_held_and_another_version_of_its_trial_written_stand_together(store: Store) -> None:
    bad = raw("{", "a")
    store.versions.write([checked(store, raw(study(), "b"))], holding=[(bad, held(bad))])
    store.versions.write([checked(store, raw(altered(study(), TITLE, "Another"), "b"))])
    assert [record.origin for record in store.held.all()] == ["a"]


def test_what_could_not_be_read_is_over_when_its_place_can_be_read(store: Store) -> None:
    unread = RawRecord("records/a.json", b"")
    hold(store, unread)
    store.versions.write([checked(store, raw(study(), "records/a.json"))])
    assert store.held.all() == []
    hold(store, unread)
    kept = hold(store, raw("{", "records/a.json"))
    assert store.held.all() == [kept]
