"""The change log as destinations read it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest

from tests.changes.kit.records import SEEN_AT, altered, put, study
from trialwire.changes.store import Store
from trialwire.schemas.errors import ContractError, RetryLaterError, UsageError
from trialwire.schemas.held import Reason

if TYPE_CHECKING:
    from trialwire.schemas.outbox import Outbox

TITLE = "protocolSection.identificationModule.briefTitle"


@pytest.fixture
def filled(store: Store) -> Store:
    """Three trials; the first has two versions: four rows."""
    put(store, study(1), study(2), study(3), altered(study(1), TITLE, "Another"))
    return store


def positions(outbox: Outbox, destination: str) -> list[int]:
    return [row.position for row in outbox.pending(destination).rows]


def test_each_destination_has_a_cursor_of_its_own(filled: Store) -> None:
    filled.outbox.advance("kafka", 3, 0)
    assert positions(filled.outbox, "kafka") == [4]
    assert positions(filled.outbox, "fhir-r4") == [1, 2, 3, 4]
    assert filled.outbox.destinations() == ["kafka"]


def test_rows_come_in_order_as_many_as_asked_and_from_where_asked(filled: Store) -> None:
    assert [row.position for row in filled.outbox.pending("kafka", limit=2).rows] == [1, 2]
    assert [row.position for row in filled.outbox.pending("kafka", limit=2, after=2).rows] == [3, 4]
    assert filled.outbox.pending("kafka", after=4).rows == []


def test_a_cursor_moves_forward_only_and_never_beyond_the_log(filled: Store) -> None:
    filled.outbox.advance("kafka", 3, 0)
    filled.outbox.advance("kafka", 1, 0)
    assert positions(filled.outbox, "kafka") == [4]
    with pytest.raises(ContractError, match="the outbox ends at 4"):
        filled.outbox.advance("kafka", 5, 0)


def test_a_rewound_row_keeps_its_id_and_sequence_and_says_that_it_is_a_snapshot(filled: Store) -> None:
    before = filled.outbox.pending("kafka").rows
    assert not any(row.change.snapshot for row in before)
    filled.outbox.advance("kafka", 3, 0)
    filled.outbox.rewind("kafka")
    after = filled.outbox.pending("kafka").rows
    assert [row.change.ce_id for row in after] == [row.change.ce_id for row in before]
    assert [row.change.sequence for row in after] == [row.change.sequence for row in before]
    assert [row.change.verb for row in after] == [row.change.verb for row in before]
    assert [row.change.snapshot for row in after] == [True, True, True, False]


def test_a_rewind_reaches_no_further_forward_and_may_go_part_of_the_way(filled: Store) -> None:
    filled.outbox.advance("kafka", 2, 0)
    filled.outbox.rewind("kafka", 4)
    assert positions(filled.outbox, "kafka") == [3, 4]
    filled.outbox.rewind("kafka", 1)
    assert positions(filled.outbox, "kafka") == [2, 3, 4]


def test_a_run_under_way_cannot_undo_a_rewind(filled: Store, store_url: str) -> None:
    page = filled.outbox.pending("kafka")
    filled.outbox.advance("kafka", 2, page.rewinds)
    with Store.open(store_url) as operator:
        operator.outbox.rewind("kafka")
    filled.outbox.pending("kafka")
    with pytest.raises(RetryLaterError, match="kafka was rewound"):
        filled.outbox.advance("kafka", 3, page.rewinds)
    assert positions(filled.outbox, "kafka") == [1, 2, 3, 4]
    filled.outbox.advance("kafka", 3, filled.outbox.pending("kafka").rewinds)
    assert positions(filled.outbox, "kafka") == [4]


def test_a_parked_row_is_counted_and_delivered_again_after_a_rewind(filled: Store) -> None:
    row = filled.outbox.pending("kafka").rows[1]
    reason = Reason(code="too-large", message="It is too large.", cure="Set an address for large ones.")
    filled.outbox.park("kafka", row, "publish", [reason], attempts=1)
    filled.outbox.park("kafka", row, "publish", [reason], attempts=2)
    filled.outbox.advance("kafka", 2, 0)
    assert (filled.outbox.state("kafka").parked, filled.outbox.state("fhir-r4").parked) == (1, 0)
    filled.outbox.rewind("kafka", 1)
    assert filled.outbox.state("kafka").parked == 0
    assert positions(filled.outbox, "kafka") == [2, 3, 4]


def test_a_parked_row_is_told_with_why_until_it_is_unparked_and_is_no_snapshot(filled: Store) -> None:
    first, _, third, last = filled.outbox.pending("kafka").rows
    reason = Reason(code="too-large", message="It is too large.", cure="Set an address for large ones.")
    for row in (third, first):
        filled.outbox.park("kafka", row, "publish", [reason], attempts=2)
    filled.outbox.advance("kafka", 3, 0)
    told = filled.outbox.parked("kafka")
    assert [(one.row.change.trial_id, one.row.change.sequence, one.superseded) for one in told] == [
        ("NCT99990001", 1, False), ("NCT99990003", 1, False),
    ]  # fmt: skip
    assert {(one.stage, one.reasons, one.attempts, one.row.change.snapshot) for one in told} == {
        ("publish", (reason,), 2, False)
    }
    assert filled.outbox.parked("fhir-r4") == []
    filled.outbox.advance("kafka", last.position, 0)
    assert [one.superseded for one in filled.outbox.parked("kafka")] == [True, False]
    filled.outbox.unpark("kafka", third.position)
    assert [one.row for one in filled.outbox.parked("kafka")] == [first]
    assert filled.outbox.state("kafka").position == last.position


def test_the_state_counts_what_is_pending_and_how_old_the_oldest_is(filled: Store) -> None:
    age = datetime.now(UTC) - SEEN_AT
    state = filled.outbox.state("kafka")
    assert (state.destination, state.position, state.pending, state.parked) == ("kafka", 0, 4, 0)
    assert timedelta(0) <= timedelta(seconds=state.oldest_pending_seconds) - age < timedelta(minutes=5)
    filled.outbox.advance("kafka", 4, 0)
    assert (filled.outbox.state("kafka").pending, filled.outbox.state("kafka").oldest_pending_seconds) == (0, 0.0)


def test_an_empty_log_is_nothing_to_deliver(store: Store) -> None:
    assert store.outbox.pending("kafka").rows == []
    assert (store.outbox.state("kafka").pending, store.outbox.state("kafka").position) == (0, 0)
    assert list(store.outbox.latest_per_trial()) == []
    assert store.outbox.destinations() == []


def test_the_newest_row_of_each_trial_is_a_snapshot_of_all(filled: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("trialwire.changes.outbox._PAGE", 2)
    rows = list(filled.outbox.latest_per_trial())
    assert [(row.change.trial_id, row.change.sequence, row.position) for row in rows] == [
        ("NCT99990001", 2, 4), ("NCT99990002", 1, 2), ("NCT99990003", 1, 3),
    ]  # fmt: skip
    assert all(row.change.snapshot for row in rows)
    assert rows[0].content_hashes == filled.outbox.pending("kafka").rows[3].content_hashes


def test_what_is_not_there_is_said(filled: Store) -> None:
    with pytest.raises(UsageError, match="NCT99990050 is not in the store"):
        filled.history.trial("NCT99990050")
    with pytest.raises(UsageError, match="NCT99990001, version 9, is not in the store"):
        filled.history.trial("NCT99990001", 9)
    with pytest.raises(UsageError):
        filled.history.bundle("NCT99990050", "R4")
    assert filled.history.versions("NCT99990050") == []
    assert filled.sightings.findings("NCT99990050") == []
