"""`trialwire held retry`: what could not be read at all keeps its reason until it is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest
from sqlalchemy import select

import trialwire.pipeline.ingest
from tests.kit.checkout import FICTIONAL
from trialwire.changes import tables
from trialwire.changes.database import Database
from trialwire.changes.store import Store
from trialwire.pipeline import open_store, settings
from trialwire.pipeline.commands import held as holding
from trialwire.pipeline.ingest import ingest, process
from trialwire.schemas.errors import UsageError
from trialwire.schemas.record import RawRecord, UnreadableRecord

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from trialwire.pipeline.summary import IngestSummary
    from trialwire.schemas.record import Found


def test_a_retry_does_not_take_what_was_never_read_for_an_empty_record(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("TRIALWIRE_STORE__URL", f"sqlite:///{tmp_path / 'store.db'}")
    found: list[Found] = [
        UnreadableRecord("big.json", "too-large", "The record is larger than 1000 bytes.", "Raise the setting."),
        RawRecord("notes.txt", b"no page of any layout"),
    ]
    with Store.open(settings.load().store.url) as store:
        store.migrate()
        assert ingest(found, store, settings.load()).held == 2
    capsysbinary.readouterr()
    holding.retry(None, as_json=True)
    told = orjson.loads(capsysbinary.readouterr().out)
    assert told["held"] == 2
    assert {(one["origin"], one["reasons"][0]["code"]) for one in told["held_records"]} == {
        ("big.json", "too-large"), ("notes.txt", "unknown-layout"),
    }  # fmt: skip
    with Store.open(settings.load().store.url) as store:
        assert {one.reasons[0].code for one in store.held.all()} == {"too-large", "unknown-layout"}


def test_a_retry_of_all_goes_in_batches_and_is_judged_as_no_batch_of_a_source(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setenv("TRIALWIRE_STORE__URL", f"sqlite:///{tmp_path / 'store.db'}")
    monkeypatch.setenv("TRIALWIRE_INGEST__BATCH_SIZE", "30")
    with open_store.opened(settings.load()) as store:
        found = [RawRecord(f"{number}.txt", b"no page of any layout %d" % number) for number in range(31)]
        assert ingest(found, store, settings.load()).held == 31
    sizes = []

    def counted(batch: Sequence[Found], *arguments: Any, **named: Any) -> IngestSummary:
        sizes.append(len(batch))
        assert named["accept_odd"]
        return process(batch, *arguments, **named)

    monkeypatch.setattr(trialwire.pipeline.ingest, "process", counted)
    capsysbinary.readouterr()
    holding.retry(None, as_json=True)
    assert orjson.loads(capsysbinary.readouterr().out)["held"] == 31
    assert sizes == [30, 1]


def _held(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes) -> str:
    """The id of one held record with that content."""
    monkeypatch.setenv("TRIALWIRE_STORE__URL", f"sqlite:///{tmp_path / 'store.db'}")
    with open_store.opened(settings.load()) as store:
        (held,) = ingest([RawRecord("one.txt", content)], store, settings.load()).held_records
    return held.id


@pytest.mark.parametrize("number", ["NCT٩٩٩٩٠٠٠١", "NCT9999000", "2026-500001-11-00"])
def test_a_name_of_another_form_is_refused_and_not_stored(
    number: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    held_id = _held(tmp_path, monkeypatch, (FICTIONAL / "pages" / "bare-lines.txt").read_bytes())
    with pytest.raises(UsageError, match="is not a registry number: NCT and eight digits are expected"):
        holding.name(held_id, number, as_json=True)
    assert _names(settings.load().store.url) == []


def test_a_registry_record_without_a_number_cannot_be_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    record = orjson.loads((FICTIONAL / "registry" / "NCT99990001.json").read_bytes())
    del record["protocolSection"]["identificationModule"]["nctId"]
    held_id = _held(tmp_path, monkeypatch, orjson.dumps(record))
    with pytest.raises(UsageError, match="only a page can be named"):
        holding.name(held_id, "NCT99990722", as_json=True)
    assert _names(settings.load().store.url) == []


def _names(url: str) -> list[Any]:
    database = Database(url)
    with database.reading() as connection:
        found = list(connection.execute(select(tables.given_name.c.trial_id)))
    database.close()
    return found
