"""`trialwire replay` as a person uses it, over the fictional records that ship."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson
import pytest

from tests.changes.kit.records import FICTIONAL
from trialwire.changes.store import Store
from trialwire.pipeline import settings
from trialwire.pipeline.commands import replay as replaying
from trialwire.pipeline.ingest import ingest
from trialwire.schemas.errors import UsageError
from trialwire.sources import files

if TYPE_CHECKING:
    from collections.abc import Callable

    from trialwire.pipeline.settings import Settings

ASKED: dict[str, Any] = {"remap": False, "destination": None, "reseed": False, "as_json": True}
RECORDS = [FICTIONAL / "registry" / f"NCT9999000{number}.json" for number in (1, 2, 3)]


@pytest.fixture
def chosen(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """The settings of a run in an empty folder, on a store with three trials."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TRIALWIRE_STORE__URL", sqlite_url)
    monkeypatch.setenv("TRIALWIRE_KAFKA__BOOTSTRAP_SERVERS", "127.0.0.1:1")
    found = settings.load()
    with Store.open(sqlite_url) as store:
        assert ingest(files.records(RECORDS, max_bytes=10**7), store, found).new == 3
    return found


@pytest.fixture
def replay(capsysbinary: pytest.CaptureFixture[bytes]) -> Callable[..., Any]:
    def call(**asked: Any) -> Any:
        capsysbinary.readouterr()
        replaying.replay(**ASKED | asked)
        return orjson.loads(capsysbinary.readouterr().out)

    return call


@pytest.mark.parametrize("asked", [{}, {"remap": True, "reseed": True}, {"remap": True, "destination": "kafka"}])
def test_exactly_one_thing_is_asked_for(asked: dict[str, Any]) -> None:
    with pytest.raises(UsageError, match="Use one of"):
        replaying.replay(**ASKED | asked)


def test_a_destination_that_nothing_was_delivered_to_is_named_with_those_that_are_known(chosen: Settings) -> None:
    with Store.open(chosen.store.url) as store:
        store.outbox.advance("kafka", 1, 0)
    with pytest.raises(UsageError, match=r"'fhir-r5'.*Known are: kafka\."):
        replaying.replay(**ASKED | {"destination": "fhir-r5"})


def test_a_destination_gets_everything_again(chosen: Settings, replay: Callable[..., Any]) -> None:
    with Store.open(chosen.store.url) as store:
        store.outbox.advance("kafka", 3, 0)
    assert replay(destination="kafka") == {"destination": "kafka", "pending": 3}
    with Store.open(chosen.store.url) as store:
        assert [row.change.snapshot for row in store.outbox.pending("kafka").rows] == [True, True, True]


def test_the_same_mapping_announces_nothing(chosen: Settings, replay: Callable[..., Any]) -> None:
    assert replay(remap=True) == {"read": 3, "announced": 0, "failed": []}


def test_what_is_rendered_otherwise_is_announced_as_a_change_of_mapping(
    chosen: Settings, replay: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIALWIRE_CONTACTS", "include")
    assert replay(remap=True) == {"read": 3, "announced": 3, "failed": []}
    with Store.open(chosen.store.url) as store:
        rows = store.outbox.pending("kafka").rows[3:]
        assert [(row.change.sequence, row.change.verb, row.change.codes) for row in rows] == [
            (2, "updated", ("mapping",))
        ] * 3
        assert all(row.change.contacts_included for row in rows)
        assert rows[0].content_hashes != store.outbox.pending("kafka").rows[0].content_hashes
        assert b"Holtby" in store.history.bundle("NCT99990002", "R4")
    assert replay(remap=True) == {"read": 3, "announced": 0, "failed": []}


def test_a_trial_that_todays_mapping_cannot_render_stays_as_it_was_and_is_named(
    chosen: Settings, replay: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    from trialwire.schemas.held import Reason

    reason = Reason(code="invalid", message="It is not valid.", cure="Correct the mapping.")
    monkeypatch.setattr("trialwire.quality.fhir.resources.check", lambda *_, **__: [reason])
    found = replay(remap=True)
    assert (found["read"], found["announced"]) == (3, 0)
    assert [failure["trial_id"] for failure in found["failed"]] == ["NCT99990001", "NCT99990002", "NCT99990003"]
    assert found["failed"][0]["reasons"] == [reason.model_dump()]


def test_a_reseed_takes_the_sequences_of_the_state_topic(
    chosen: Settings, replay: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    published = [("NCT99990001", 5), ("NCT99990044", 2)]
    monkeypatch.setattr("trialwire.delivery.kafka.reader.latest_sequences", lambda _: iter(published))
    assert replay(reseed=True) == {"taken_over": 2, "announced": 1, "to_ingest": 1}
    with Store.open(chosen.store.url) as store:
        last = store.outbox.pending("kafka").rows[-1].change
    assert (last.trial_id, last.sequence, last.verb) == ("NCT99990001", 6, "snapshot")


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"destination": "kafka"}, "kafka: 3 changes will be delivered again"),
        ({"remap": True}, "3 trials rendered again: 0 differ"),
    ],
)
def test_a_person_reads_what_was_done(
    chosen: Settings, capsys: pytest.CaptureFixture[str], asked: dict[str, Any], told: str
) -> None:
    with Store.open(chosen.store.url) as store:
        store.outbox.advance("kafka", 3, 0)
    replaying.replay(**ASKED | asked | {"as_json": False})
    assert told in capsys.readouterr().out
