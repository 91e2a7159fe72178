"""Mutated records through the whole path: none crashes it, none is lost, nothing invalid and no contact data goes out."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from tests.changes.kit.records import study
from tests.fuzz import run as fuzz
from tests.fuzz.mutator import ADDRESS, mutated, wrapped
from tests.kit.checkout import FICTIONAL
from trialwire.changes.store import Store
from trialwire.pipeline import ingest, settings
from trialwire.pipeline.summary import IngestSummary
from trialwire.transforms.read import any_record
from trialwire.transforms.write import bundle

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trialwire.schemas.trial import Trial

COUNT = 2_000
SEED = 1


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store.open(f"sqlite:///{tmp_path}/fuzz.db") as opened:
        opened.migrate()
        yield opened


def sound(*documents: dict[str, Any]) -> list[tuple[str, bytes]]:
    """Inputs of one record each, as they are."""
    return [(f"planted/{number}", orjson.dumps(one)) for number, one in enumerate(documents)]


def test_mutated_records_crash_nothing_lose_nothing_and_leak_nothing(store: Store, tmp_path: Path) -> None:
    documents = fuzz.originals(FICTIONAL / "registry")
    table = fuzz.run(fuzz.inputs(documents, COUNT, SEED), store, settings.load(), tmp_path)
    assert table.faults == [], "\n".join(table.lines())
    assert table.inputs == COUNT
    assert min(table.new, table.changed, table.unchanged) > 0
    assert table.held > COUNT // 10
    assert table.judged > COUNT // 10


def test_an_input_follows_from_the_seed_and_its_number() -> None:
    documents = fuzz.originals(FICTIONAL / "registry")
    first, again = (list(fuzz.inputs(documents, 20, 7)) for _ in range(2))
    assert first == again
    assert first != list(fuzz.inputs(documents, 20, 8))
    assert mutated(study(), random.Random(1)) != study()
    assert wrapped([study()], random.Random(1))


def test_a_planted_crash_is_found_and_named(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read = any_record.read

    def breaks(record: Any, **how: Any) -> Any:
        if record.origin == "planted/1":
            raise KeyError("planted")
        return read(record, **how)

    monkeypatch.setattr(any_record, "read", breaks)
    table = fuzz.run(sound(study(1), study(2), study(3)), store, settings.load(), tmp_path)
    assert table.crashes == ["planted/1: KeyError: 'planted'"]
    assert table.new == 2


def test_a_planted_loss_is_found(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    process = ingest.process

    def forgets(*given: Any, **how: Any) -> IngestSummary:
        summary = process(*given, **how)
        summary.new -= 1
        return summary

    monkeypatch.setattr(ingest, "process", forgets)
    table = fuzz.run(sound(study(1), study(2)), store, settings.load(), tmp_path)
    assert table.lost == ["the batch from planted/0: 2 read, 1 accounted for"]


def test_a_planted_leak_is_found(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def lets_all_out(trial: Trial) -> tuple[Trial, list[Any]]:
        return trial, []

    document = study(1)
    document["protocolSection"]["descriptionModule"]["briefSummary"] = f"Ask {ADDRESS}"
    monkeypatch.setattr(bundle, "without_contacts", lets_all_out)
    table = fuzz.run(sound(document), store, settings.load(), tmp_path)
    assert len(table.leaks) == 2  # an event of each FHIR version
    assert ADDRESS in table.leaks[0]


@pytest.mark.parametrize(
    ("resource", "says"),
    [
        ({"resourceType": "Location", "id": "a", "name": "a\u00a0b"}, "JSON Schema"),
        ({"resourceType": "Location", "id": "a", "status": "closed"}, "not an allowed code"),
        ({"resourceType": "Location", "id": "a", "nonsense": 1}, "nonsense"),
    ],
)
def test_each_judge_finds_its_planted_fault(resource: dict[str, Any], says: str) -> None:
    entry = {"resource": resource, "request": {"method": "PUT", "url": "Location/a"}}
    table = fuzz.Table()
    fuzz.judge({"resourceType": "Bundle", "type": "transaction", "entry": [entry]}, "R4", "planted", table)
    assert says in " ".join(table.invalid)
