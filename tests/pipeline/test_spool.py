"""Batches between tasks: what is written is what is read, byte for byte and in order."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from trialwire.pipeline import spool
from trialwire.schemas.record import Found, RawRecord, UnreadableRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

CONTENT = st.binary(max_size=200)
RECORDS = st.builds(RawRecord, origin=st.text(max_size=20), content=CONTENT, source=st.sampled_from(["pages", None]))
UNREADABLE = st.builds(
    UnreadableRecord,
    origin=st.text(max_size=20),
    code=st.just("empty"),
    message=st.text(max_size=20),
    cure=st.text(max_size=20),
)


@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=st.lists(RECORDS | UNREADABLE, max_size=30), size=st.integers(1, 10))
def test_what_was_written_is_read_back_the_same(tmp_path: Path, found: list[Found], size: int) -> None:
    names = spool.write(found, tmp_path, size)
    assert [item for name in names for item in spool.read(tmp_path / name)] == found
    assert names == [f"batch-{number:05d}.ndjson" for number in range(1, -(-len(found) // size) + 1)]


def test_batches_are_taken_from_an_endless_stream_one_at_a_time() -> None:
    taken = []

    def endless() -> Iterator[RawRecord]:
        for number in count():
            taken.append(number)
            yield RawRecord(str(number), b"")

    first = next(spool.batches(endless(), 3))
    assert [record.origin for record in first] == ["0", "1", "2"]
    assert taken == [0, 1, 2]


def test_a_source_that_fails_in_the_middle_is_told_and_names_no_batch(tmp_path: Path) -> None:
    def failing() -> Iterator[RawRecord]:
        yield RawRecord("a", b"1")
        raise OSError

    with pytest.raises(OSError):  # noqa: PT011  # the error itself is what is asked for
        spool.write(failing(), tmp_path, 1)


def test_batches_are_for_this_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "source" / "run"
    [name] = spool.write([RawRecord("a", b"{}")], folder, 10)
    assert (folder.stat().st_mode & 0o777, (folder / name).stat().st_mode & 0o777) == (0o700, 0o600)


def test_the_batches_of_a_run_that_failed_long_ago_are_removed(tmp_path: Path) -> None:
    for run in ("old", "new"):
        spool.write([RawRecord("a", b"{}")], tmp_path / run, 10)
    for place in ((tmp_path / "old"), *(tmp_path / "old").iterdir()):
        os.utime(place, (0, 0))
    spool.remove_old(tmp_path, 7)
    assert [run.name for run in tmp_path.iterdir()] == ["new"]
    spool.remove_old(tmp_path / "nothing", 7)
