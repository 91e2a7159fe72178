"""`trialwire publish`, `load` and `replay`: what stops one destination stops no other, and a new place begins anew."""

from __future__ import annotations

import threading
from functools import partial
from typing import TYPE_CHECKING, Any

import httpx
import orjson
import pytest

from tests.changes.kit.records import altered, study
from tests.delivery.kit.fhir_stub import outcome
from trialwire.delivery import kafka_to_fhir
from trialwire.delivery.fhir import loader as fhir_loader
from trialwire.delivery.fhir.memory import MemoryFhirServer
from trialwire.delivery.kafka import publisher as kafka_publisher
from trialwire.delivery.kafka.memory import MemoryCluster
from trialwire.network.retrying import RetryPolicy
from trialwire.pipeline import deliver, open_store, settings
from trialwire.pipeline.commands import deliver as command
from trialwire.pipeline.commands import replay as replaying
from trialwire.pipeline.ingest import ingest
from trialwire.schemas.errors import ContractError, RetryLaterError, SettingError, StopError, UsageError
from trialwire.schemas.record import RawRecord

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trialwire.changes.store import Store

R4, R5 = "https://r4.example.org/fhir", "https://r5.example.org/fhir"
TITLE = "protocolSection.identificationModule.briefTitle"


class Servers:
    """Every FHIR server by its host, each a twin; what `refuse` answers for a request is answered instead."""

    def __init__(self) -> None:
        self.twins: dict[str, MemoryFhirServer] = {}
        self.refuse: Any = lambda _: None

    def answer(self, request: httpx.Request) -> httpx.Response:
        said = self.refuse(request)
        if said is not None:
            return said
        version = "R5" if request.url.host.startswith("r5") else "R4"
        return self.twins.setdefault(request.url.host, MemoryFhirServer(version)).answer(request)


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch) -> Servers:
    found = Servers()
    http = httpx.Client
    monkeypatch.setattr(httpx, "Client", lambda **how: http(**how | {"transport": httpx.MockTransport(found.answer)}))
    monkeypatch.setattr(fhir_loader, "load", partial(fhir_loader.load, retries=RetryPolicy(1, 0.01, 0.01)))
    return found


@pytest.fixture
def cluster(monkeypatch: pytest.MonkeyPatch) -> MemoryCluster:
    memory = MemoryCluster()
    for module in (kafka_publisher, kafka_to_fhir):
        monkeypatch.setattr(module, "KafkaCluster", lambda _: memory)
    return memory


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Store]:
    """Two trials, and nothing set but the store."""
    for name, _, _ in settings.described():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("TRIALWIRE_STORE__URL", f"sqlite:///{tmp_path / 'store.db'}")
    with open_store.opened(settings.load()) as opened:
        take(opened, study(1), study(2))
        yield opened


def take(store: Store, *documents: dict[str, Any]) -> None:
    found = [RawRecord(f"records/{number}.json", orjson.dumps(one)) for number, one in enumerate(documents)]
    assert ingest(found, store, settings.load()).held == 0


def setting(monkeypatch: pytest.MonkeyPatch, **values: object) -> None:
    for name, value in values.items():
        monkeypatch.setenv(f"TRIALWIRE_{name}", str(value))


@pytest.mark.usefixtures("store")
def test_a_folder_that_cannot_be_written_keeps_nothing_from_kafka(
    cluster: MemoryCluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    (tmp_path / "occupied").write_text("a file")
    setting(monkeypatch, FOLDER__PATH=tmp_path / "occupied", KAFKA__BOOTSTRAP_SERVERS="memory:9092")
    with pytest.raises(StopError, match="occupied cannot be written"):
        command.publish(follow=False, as_json=True)
    assert orjson.loads(capsysbinary.readouterr().out)["kafka"]["published"] == 2
    assert len(cluster.records("trials.study.events.v1")) == 2


@pytest.mark.usefixtures("store")
@pytest.mark.parametrize(("status", "error"), [(401, StopError), (500, RetryLaterError)])
def test_a_server_that_fails_keeps_no_other_from_being_loaded_and_no_report_back(
    servers: Servers,
    status: int,
    error: type[Exception],
    monkeypatch: pytest.MonkeyPatch,
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    setting(monkeypatch, FHIR__R4__BASE_URL=R4, FHIR__R5__BASE_URL=R5)
    servers.refuse = lambda request: outcome(status, "login") if request.url.host.startswith("r4") else None
    with pytest.raises(error, match=r"r4\.example\.org"):
        command.load(from_kafka=False, verify=False, as_json=True)
    reports = orjson.loads(capsysbinary.readouterr().out)
    assert (set(reports), reports["fhir-r5"]["loaded"]) == ({"fhir-r5"}, 2)
    assert "researchstudy/nct99990001" in {name.lower() for name in servers.twins["r5.example.org"].resources}


def test_of_two_failures_both_are_told_and_the_one_for_a_person_decides() -> None:
    done = deliver.Delivered(failures=[RetryLaterError("R4 is down."), SettingError("R5 has no address.")])
    with pytest.raises(SettingError, match=r"R4 is down\.\nR5 has no address\."):
        done.all_reports()


def test_another_address_is_another_destination_and_gets_everything(
    store: Store, servers: Servers, cluster: MemoryCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    for host in ("one", "two"):
        setting(monkeypatch, FHIR__R4__BASE_URL=f"https://{host}.example.org/fhir")
        assert deliver.load_once(settings.load())["fhir-r4"]["loaded"] == 2
        assert deliver.load_once(settings.load())["fhir-r4"]["loaded"] == 0
        setting(monkeypatch, KAFKA__BOOTSTRAP_SERVERS="memory:9092", KAFKA__TOPIC_PREFIX=f"{host}.")
        assert deliver.publish_once(settings.load())["kafka"]["published"] == 2
    assert len(cluster.records("two.trials.study.events.v1")) == 2
    assert set(store.outbox.destinations()) == {
        "fhir-r4@one.example.org/fhir", "fhir-r4@two.example.org/fhir", "kafka@memory:9092/one.", "kafka@memory:9092/two.",
    }  # fmt: skip
    assert set(servers.twins) == {"one.example.org", "two.example.org"}


@pytest.mark.usefixtures("store", "servers")
def test_a_server_with_a_name_of_its_own_is_the_same_at_another_address(monkeypatch: pytest.MonkeyPatch) -> None:
    setting(monkeypatch, FHIR__R4__NAME="local", FHIR__R4__BASE_URL="http://127.0.0.1:5001/fhir/r4")
    assert deliver.load_once(settings.load())["fhir-r4"]["loaded"] == 2
    setting(monkeypatch, FHIR__R4__BASE_URL="http://127.0.0.1:5002/fhir/r4")
    assert deliver.load_once(settings.load())["fhir-r4"]["loaded"] == 0


def test_a_replay_names_a_destination_by_its_kind_or_whole(
    store: Store, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    del servers
    again = partial(replaying.replay, remap=False, reseed=False, as_json=True)
    for host in ("one", "two"):
        setting(monkeypatch, FHIR__R4__BASE_URL=f"https://{host}.example.org/fhir")
        deliver.load_once(settings.load())
    again(destination="fhir-r4")
    assert [store.outbox.state(name).pending for name in store.outbox.destinations()] == [0, 2]
    again(destination="fhir-r4@one.example.org/fhir")
    assert [store.outbox.state(name).pending for name in store.outbox.destinations()] == [2, 2]
    setting(monkeypatch, FHIR__R4__BASE_URL="https://three.example.org/fhir")
    with pytest.raises(UsageError, match=r"Several are of that kind.*one\.example\.org/fhir, fhir-r4@two"):
        again(destination="fhir-r4")
    with pytest.raises(UsageError, match=r"'kafka'.*Nothing was ever delivered to it"):
        again(destination="kafka")


@pytest.mark.usefixtures("servers")
def test_a_site_without_kafka_goes_on_after_its_store_was_lost(
    store: Store, servers: Servers, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    setting(monkeypatch, FHIR__R4__BASE_URL=R4)
    take(store, altered(study(1), TITLE, "A second title"))
    assert deliver.load_once(settings.load())["fhir-r4"]["loaded"] == 3
    setting(monkeypatch, STORE__URL=f"sqlite:///{tmp_path / 'new.db'}")
    with open_store.opened(settings.load()) as anew:
        take(anew, altered(study(1), TITLE, "A third title"), altered(study(2), TITLE, "Another title"))
        with pytest.raises(ContractError, match="--reseed"):
            deliver.load_once(settings.load())
        replaying.replay(remap=False, destination=None, reseed=True, as_json=True)
        deliver.load_once(settings.load())
        found = deliver.load_once(settings.load(), verify=True)["fhir-r4"]
        assert (found["different"], found["missing"], found["equal"] > 0) == ([], [], True)
    titles = {
        resource["title"]
        for name, resource in servers.twins["r4.example.org"].resources.items()
        if name.startswith("ResearchStudy/")
    }
    assert titles == {"A third title", "Another title"}


@pytest.mark.usefixtures("store", "servers")
def test_where_something_is_parked_the_command_that_lists_it_is_named(
    servers: Servers, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    setting(monkeypatch, FHIR__R4__BASE_URL=R4)
    servers.refuse = lambda request: outcome(422, "invalid") if b"NCT99990001" in request.content else None
    command.load(from_kafka=False, verify=False, as_json=False)
    assert "parked 1" in (said := capsys.readouterr().out)
    assert "trialwire held parked" in said


def test_verify_and_from_kafka_are_refused_together() -> None:
    with pytest.raises(UsageError, match="say one of the two"):
        command.load(from_kafka=True, verify=True, as_json=False)


@pytest.mark.usefixtures("store", "cluster")
def test_following_says_that_the_folder_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    setting(monkeypatch, KAFKA__BOOTSTRAP_SERVERS="memory:9092", FOLDER__PATH=tmp_path / "events")
    stopped = threading.Event()
    stopped.set()
    monkeypatch.setattr(threading, "Event", lambda: stopped)
    command.publish(follow=True, as_json=False)
    said = capsys.readouterr()
    assert "is not followed" in " ".join((said.out + said.err).split())
