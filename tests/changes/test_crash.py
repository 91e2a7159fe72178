"""A writer that is killed at any moment leaves a whole store: what it was told is kept is there, and nothing half."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import select

from tests.kit.checkout import CHECKOUT
from trialwire.changes import tables
from trialwire.changes.store import Store

if TYPE_CHECKING:
    from collections.abc import Callable

KILLS = 4
WRITER = """
import sys
from itertools import count
from trialwire.changes.store import Store
from tests.changes.kit.records import altered, checked, raw, study
TITLE = "protocolSection.identificationModule.briefTitle"
studies = [study(number) for number in (1, 2, 3, 4)]
with Store.open(sys.argv[1]) as store:
    for turn in count():
        items = [checked(store, raw(altered(one, TITLE, f"{sys.argv[2]} {turn}"))) for one in studies]
        store.versions.write(items)
        print(sys.argv[2], turn, flush=True)
"""


@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a POSIX signal")
def test_a_writer_killed_at_random_points_leaves_a_whole_store(
    store_url: str, record_property: Callable[[str, object], None]
) -> None:
    seed = random.randrange(10**6)
    record_property("seed", seed)
    chance = random.Random(seed)
    for life in range(KILLS):
        acknowledged = write_and_be_killed(store_url, f"Life {life}", chance.uniform(0.0, 0.25))
        with Store.open(store_url) as store:
            stands = whole(store)
            titles = {
                str(store.history.trial(trial_id, sequence).identification.brief_title)
                for trial_id, last in stands.items()
                for sequence in range(1, last + 1)
            }
        assert set(acknowledged) <= titles, f"lost with seed {seed}"
        assert len(set(stands.values())) <= 1, "the four trials of a batch are written together or not at all"


def write_and_be_killed(url: str, name: str, after_seconds: float) -> list[str]:
    """Let a writer write its first batch, kill it some time later. Returns what it was told is kept."""
    writer = subprocess.Popen(
        [sys.executable, "-c", WRITER, url, name], stdout=subprocess.PIPE, cwd=CHECKOUT, text=True
    )
    assert writer.stdout is not None
    lines = [writer.stdout.readline()]
    time.sleep(after_seconds)
    writer.kill()
    lines += writer.stdout.readlines()
    writer.wait()
    writer.stdout.close()
    return [line.strip() for line in lines if line.endswith("\n")]


def whole(store: Store) -> dict[str, int]:
    """Assert that the store is consistent. Returns the last sequence of each trial."""
    with store._database.reading() as connection:
        versions = connection.execute(select(tables.version.c.trial_id, tables.version.c.sequence)).all()
        log = connection.execute(select(tables.outbox).order_by(tables.outbox.c.position)).all()
        bundles = connection.execute(select(tables.bundle.c.trial_id, tables.bundle.c.sequence)).all()
        trials = connection.execute(select(tables.trial)).all()
        if connection.dialect.name == "sqlite":
            assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
            assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
    assert [row.position for row in log] == list(range(1, len(log) + 1))
    assert sorted((row.trial_id, row.sequence) for row in log) == sorted(map(tuple, versions))
    assert sorted(map(tuple, bundles)) == sorted([*map(tuple, versions)] * 2)
    for trial in trials:
        own = sorted(sequence for trial_id, sequence in versions if trial_id == trial.trial_id)
        assert own == list(range(1, trial.sequence + 1))
        assert trial.head == trial.sequence
    return {trial.trial_id: trial.sequence for trial in trials}
