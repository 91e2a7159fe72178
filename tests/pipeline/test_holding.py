"""`trialwire held retry`: what could not be read at all keeps its reason until it is found again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import orjson
import pytest

from changes.store import Store
from pipeline import holding, settings
from pipeline.ingest import ingest
from schemas.record import RawRecord, UnreadableRecord

if TYPE_CHECKING:
    from pathlib import Path

    from pipeline.spool import Found


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
        assert {one.reasons[0].code for one in store.held()} == {"too-large", "unknown-layout"}
