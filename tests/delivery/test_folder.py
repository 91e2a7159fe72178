"""A folder of NDJSON as a destination."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest

from tests.delivery.kit.outbox_twin import MemoryOutbox
from trialwire.delivery import folder
from trialwire.schemas.errors import StopError

if TYPE_CHECKING:
    from pathlib import Path


def lines(path: Path) -> list[dict[str, object]]:
    return [orjson.loads(line) for file in sorted(path.glob("*.ndjson")) for line in file.read_bytes().splitlines()]


def test_each_change_is_one_line_with_attributes_and_bundle_and_a_second_run_writes_nothing(
    outbox: MemoryOutbox, tmp_path: Path
) -> None:
    outbox.add("NCT99990001")
    outbox.add("NCT99990001")
    first = folder.publish(outbox, tmp_path, fhir_version="R4")
    second = folder.publish(outbox, tmp_path, fhir_version="R4")
    assert (first.published, first.files, second.published, second.files) == (2, 1, 0, 0)
    assert [line["id"] for line in lines(tmp_path)] == [row.change.ce_id for row in outbox.rows]
    assert lines(tmp_path)[1]["data"] == orjson.loads(outbox.bundles[2])


def test_the_unfinished_file_of_a_killed_run_is_removed_and_foreign_files_stay(
    outbox: MemoryOutbox, tmp_path: Path
) -> None:
    ours, foreign = tmp_path / ".events-000000000001-000000000009.ndjson-00c0ffee.part", tmp_path / "download.part"
    outbox.add("NCT99990001")
    ours.touch()
    foreign.touch()
    folder.publish(outbox, tmp_path, fhir_version="R4")
    assert not ours.exists()
    assert foreign.exists()


def test_a_run_that_was_cut_before_its_mark_writes_the_same_file_again(outbox: MemoryOutbox, tmp_path: Path) -> None:
    outbox.add("NCT99990001")
    folder.publish(outbox, tmp_path, fhir_version="R4")
    outbox.rewind(folder.destination(tmp_path))
    outbox.add("NCT99990002")
    folder.publish(outbox, tmp_path, fhir_version="R4")
    assert [line["partitionkey"] for line in lines(tmp_path)] == ["NCT99990001", "NCT99990002"]


def test_a_bundle_that_is_none_is_parked_and_its_neighbours_are_written(outbox: MemoryOutbox, tmp_path: Path) -> None:
    outbox.add("NCT99990001", b"{")
    outbox.add("NCT99990002")
    report = folder.publish(outbox, tmp_path, fhir_version="R4")
    assert (report.published, report.parked) == (1, 1)
    assert outbox.parked[folder.destination(tmp_path)][0].reasons[0].code == "bad-bundle"


def test_a_folder_that_cannot_be_written_is_named_and_nothing_is_marked(outbox: MemoryOutbox, tmp_path: Path) -> None:
    outbox.add("NCT99990001")
    occupied = tmp_path / "occupied"
    occupied.write_text("a file")
    with pytest.raises(StopError, match=r"occupied cannot be written .*Nothing is lost"):
        folder.publish(outbox, occupied, fhir_version="R4")
    assert outbox.state(folder.destination(occupied)).pending == 1


def test_a_replay_whose_windows_end_elsewhere_leaves_every_change_there_once(
    outbox: MemoryOutbox, tmp_path: Path
) -> None:
    for number in range(3):
        outbox.add(f"NCT9999000{number}")
        folder.publish(outbox, tmp_path, fhir_version="R4")
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        f"events-{number:012d}-{number:012d}.ndjson" for number in (1, 2, 3)
    ]
    outbox.rewind(folder.destination(tmp_path))
    folder.publish(outbox, tmp_path, fhir_version="R4")
    assert [file.name for file in tmp_path.iterdir()] == ["events-000000000001-000000000003.ndjson"]
    assert [line["partitionkey"] for line in lines(tmp_path)] == [f"NCT9999000{number}" for number in range(3)]


def test_a_replay_from_the_middle_takes_nothing_away_that_is_not_written_anew(
    outbox: MemoryOutbox, tmp_path: Path
) -> None:
    for number in range(3):
        outbox.add(f"NCT9999000{number}")
    folder.publish(outbox, tmp_path, fhir_version="R4")
    outbox.rewind(folder.destination(tmp_path), 1)
    folder.publish(outbox, tmp_path, fhir_version="R4")
    assert {line["partitionkey"] for line in lines(tmp_path)} == {f"NCT9999000{number}" for number in range(3)}


def test_another_folder_is_another_destination_and_gets_everything(outbox: MemoryOutbox, tmp_path: Path) -> None:
    outbox.add("NCT99990001")
    for name in ("first", "second"):
        assert folder.publish(outbox, tmp_path / name, fhir_version="R4").published == 1
    assert len(outbox.cursors) == 2


def test_the_files_have_the_mode_that_is_set(outbox: MemoryOutbox, tmp_path: Path) -> None:
    outbox.add("NCT99990001")
    folder.publish(outbox, tmp_path, fhir_version="R4", mode=0o600)
    assert [file.stat().st_mode & 0o777 for file in tmp_path.glob("*.ndjson")] == [0o600]
