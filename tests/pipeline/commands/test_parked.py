"""`trialwire held parked` and `held unpark`: what a destination could not take is seen, and sent again by itself."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from tests.changes.kit.records import altered, study
from tests.delivery.kit.fhir_stub import ScriptedFhirServer, outcome
from trialwire.delivery.fhir import loader as fhir_loader
from trialwire.pipeline import deliver, open_store, settings
from trialwire.pipeline.commands import doctor, parked
from trialwire.pipeline.ingest import ingest
from trialwire.schemas.errors import UsageError
from trialwire.schemas.record import RawRecord

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trialwire.changes.store import Store

BAD, GOOD = "NCT99990001", "NCT99990002"
R4 = "fhir-r4@fhir.example.org/r4"
TITLE = "protocolSection.identificationModule.briefTitle"


def refuse(request: Any) -> Any:
    """The server refuses whatever tells of the bad trial."""
    return outcome(422, "processing", "unknown code") if BAD.encode() in request.content else None


@pytest.fixture
def stub(monkeypatch: pytest.MonkeyPatch) -> ScriptedFhirServer:
    server = ScriptedFhirServer(always=refuse)
    monkeypatch.setattr(fhir_loader, "load", partial(fhir_loader.load, transport=server.transport))
    return server


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, stub: ScriptedFhirServer) -> Iterator[Store]:
    """Two trials, the first of them parked for the R4 server."""
    monkeypatch.setenv("TRIALWIRE_STORE__URL", f"sqlite:///{tmp_path / 'store.db'}")
    monkeypatch.setenv("TRIALWIRE_FHIR__R4__BASE_URL", "https://fhir.example.org/r4")
    with open_store.opened(settings.load()) as opened:
        take(opened, study(1), study(2))
        assert deliver.load_once(settings.load())["fhir-r4"]["parked"] == 1
        yield opened
    del stub


def take(store: Store, *documents: dict[str, Any]) -> None:
    found = [RawRecord(f"records/{number}.json", orjson.dumps(one)) for number, one in enumerate(documents)]
    assert ingest(found, store, settings.load()).held == 0


def told(capsysbinary: pytest.CaptureFixture[bytes]) -> Any:
    return orjson.loads(capsysbinary.readouterr().out)


def test_what_is_parked_is_listed_with_its_reasons_and_doctor_names_the_command(
    store: Store, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    capsysbinary.readouterr()
    parked.list_parked(as_json=True)
    [one] = told(capsysbinary)
    assert (one["destination"], one["trial_id"], one["sequence"], one["overtaken"]) == (R4, BAD, 1, False)
    assert "unknown code" in one["reasons"][0]["message"]
    [step] = doctor._store(settings.load())
    assert "1 parked" in step.detail
    assert "trialwire held parked" in step.detail
    assert store.outbox.state(R4).parked == 1


def test_one_parked_change_is_sent_again_by_itself(
    store: Store, stub: ScriptedFhirServer, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    before, posts = store.outbox.state(R4), stub.posts
    capsysbinary.readouterr()
    parked.unpark("fhir-r4", BAD, as_json=True)
    still = told(capsysbinary)
    assert (still["delivered"], [one["sequence"] for one in still["parked"]]) == (0, [1])
    stub.always = lambda _: None
    parked.unpark("fhir-r4", BAD, as_json=True)
    assert told(capsysbinary) == {"delivered": 1, "overtaken": 0, "parked": []}
    assert stub.posts == posts + 1
    assert store.outbox.state(R4).parked == 0
    assert store.outbox.state(R4).position == before.position
    with pytest.raises(UsageError, match=rf"{BAD} is not parked for fhir-r4.*trialwire held parked"):
        parked.unpark("fhir-r4", BAD, as_json=True)


def test_an_older_version_is_not_sent_after_a_newer_one(
    store: Store, stub: ScriptedFhirServer, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    stub.always = lambda _: None
    take(store, altered(study(1), TITLE, "Another title"))
    assert deliver.load_once(settings.load())["fhir-r4"]["loaded"] == 1
    posts = stub.posts
    capsysbinary.readouterr()
    parked.unpark("fhir-r4", BAD, as_json=True)
    assert told(capsysbinary) == {"delivered": 0, "overtaken": 1, "parked": []}
    assert stub.posts == posts
    assert store.outbox.state(R4).parked == 0


def test_a_destination_that_is_not_set_loses_nothing(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TRIALWIRE_FHIR__R4__BASE_URL")
    with pytest.raises(UsageError, match=f"{R4} is not set"):
        parked.unpark("fhir-r4", BAD, as_json=True)
    assert store.outbox.state(R4).parked == 1
