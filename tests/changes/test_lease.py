"""Leases: one holder, named; renewed while it works; taken over when it has ended; a holder that lost it is stopped."""

from __future__ import annotations

import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select, update

from tests.changes.kit.records import put, study
from tests.kit.checkout import CHECKOUT
from trialwire.changes import tables
from trialwire.changes.store import Store
from trialwire.schemas.errors import RetryLaterError
from trialwire.schemas.held import Reason

if TYPE_CHECKING:
    from typing import Any

HOLDER = """
import sys, time
from trialwire.changes.store import Store
with Store.open(sys.argv[1]) as store, store.outbox.lease("publish-kafka", seconds=600):
    print("held", flush=True)
    time.sleep(600)
"""


def lease_rows(store: Store) -> list[Any]:
    with store._database.reading() as connection:
        return list(connection.execute(select(tables.lease)))


def alter(store: Store, **values: object) -> None:
    with store._database.writing() as connection:
        connection.execute(update(tables.lease).values(**values))


def test_a_lease_is_held_by_one_and_names_its_holder(store: Store, store_url: str) -> None:
    with Store.open(store_url) as other, store.outbox.lease("publish-kafka"):
        with (
            pytest.raises(RetryLaterError, match=r"publish-kafka is in use by process \d+ on "),
            other.outbox.lease("publish-kafka"),
        ):
            pass
        with other.outbox.lease("load-fhir-r4"):
            pass
    with Store.open(store_url) as other, other.outbox.lease("publish-kafka"):
        pass
    assert lease_rows(store) == []


def test_a_lease_ends_with_the_work_even_when_it_failed(store: Store) -> None:
    with pytest.raises(ZeroDivisionError), store.outbox.lease("publish-kafka"):
        raise ZeroDivisionError
    assert lease_rows(store) == []


def test_a_lease_is_renewed_while_its_holder_works(store: Store) -> None:
    with store.outbox.lease("publish-kafka", seconds=0.3):
        [first] = lease_rows(store)
        deadline = time.monotonic() + 300
        while lease_rows(store)[0].expires_at <= first.expires_at + 0.3 and time.monotonic() < deadline:
            time.sleep(0.05)
        assert lease_rows(store)[0].expires_at > first.expires_at + 0.3


def test_an_expired_lease_is_taken_over_and_the_former_holder_can_record_nothing(store: Store, store_url: str) -> None:
    put(store, study())
    reason = Reason(code="x", message="x")
    with Store.open(store_url) as other, store.outbox.lease("publish-kafka", seconds=600):
        [row] = store.outbox.pending("kafka").rows
        alter(store, expires_at=0.0)
        with other.outbox.lease("publish-kafka"):
            other.outbox.advance("kafka", 1, 0)
            with pytest.raises(RetryLaterError, match="The lease of publish-kafka was lost to process"):
                store.outbox.advance("kafka", 1, 0)
            with pytest.raises(RetryLaterError, match="was lost"):
                store.outbox.park("kafka", row, "publish", [reason], 1)
            with pytest.raises(RetryLaterError, match="was lost"):
                store.outbox.pending("kafka")
        assert store.outbox.state("kafka").parked == 0
        with pytest.raises(RetryLaterError, match="was lost"):
            store.outbox.pending("kafka")


def test_an_expired_lease_that_nobody_took_is_still_its_holders(store: Store) -> None:
    put(store, study())
    with store.outbox.lease("publish-kafka", seconds=600):
        alter(store, expires_at=0.0)
        store.outbox.advance("kafka", 1, 0)
    assert store.outbox.state("kafka").position == 1


@pytest.mark.skipif(sys.platform == "win32", reason="process numbers are asked of a POSIX system")
def test_the_lease_of_a_process_that_was_killed_is_taken_over_at_once(store: Store, store_url: str) -> None:
    holder = subprocess.Popen([sys.executable, "-c", HOLDER, store_url], stdout=subprocess.PIPE, cwd=CHECKOUT)
    assert holder.stdout is not None
    try:
        assert holder.stdout.readline() == b"held\n"
        with pytest.raises(RetryLaterError, match=f"process {holder.pid} on"), store.outbox.lease("publish-kafka"):
            pass
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    with store.outbox.lease("publish-kafka"):
        pass


def test_the_lease_of_another_machine_is_waited_for(store: Store, store_url: str) -> None:
    with store.outbox.lease("publish-kafka", seconds=600):
        alter(store, machine="another machine", pid=1)
        with (
            Store.open(store_url) as other,
            pytest.raises(RetryLaterError, match="in use"),
            other.outbox.lease("publish-kafka"),
        ):
            pass
