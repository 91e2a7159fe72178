"""The local stack of a folder: what is used instead of it, what Airflow's tasks are told, what the demo says at its end."""

from __future__ import annotations

import json
import shutil
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from trialwire.delivery.fhir.settings import FhirSettings
from trialwire.pipeline import settings
from trialwire.pipeline.local import demo_summary
from trialwire.pipeline.local.read_back import found_again
from trialwire.pipeline.local.stack import LocalStack, where_to_look

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    import respx


class Connections:
    """Stands in for Airflow's REST API: keeps the connections it was told."""

    def __init__(self) -> None:
        self.told: dict[str, dict[str, Any] | None] = {}

    def connect(self, connection_id: str, fields: dict[str, Any] | None) -> None:
        self.told[connection_id] = fields


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "var"


def told(stack: LocalStack) -> dict[str, dict[str, Any] | None]:
    connections = Connections()
    stack.connect(connections)  # type: ignore[arg-type]
    return connections.told


def test_tasks_are_told_of_local_servers_only_once_they_answer(folder: Path) -> None:
    stack = LocalStack(folder, settings.load(), ())
    assert set(told(stack).values()) == {None}
    stack.seconds |= {"Kafka": 1.0, "HAPI FHIR": 1.0}
    now = told(stack)
    kafka, fhir = now["trialwire_kafka"] or {}, now["trialwire_fhir_r5"] or {}
    assert (kafka["conn_type"], kafka["host"], kafka["port"]) == ("kafka", "127.0.0.1", stack.kafka.port)
    assert (fhir["conn_type"], fhir["host"]) == ("http", stack.fhir.base_urls["R5"])
    assert now["trialwire_folder"] is None


def test_a_local_server_keeps_its_name_while_its_data_are_there_whatever_its_port(folder: Path) -> None:
    def names() -> list[str]:
        (folder / "ports.json").unlink(missing_ok=True)
        stack = LocalStack(folder, settings.load(), ())
        stack.seconds |= {"Kafka": 1.0, "HAPI FHIR": 1.0}
        now = told(stack)
        extras = [json.loads((now[name] or {})["extra"])["name"] for name in ("trialwire_kafka", "trialwire_fhir_r4")]
        environment = stack.environment()
        assert extras == [environment["TRIALWIRE_KAFKA__NAME"], environment["TRIALWIRE_FHIR__R4__NAME"]]
        assert [server.name for server in stack.fhir_servers] == [extras[1]] * 2
        (folder / "stack.pid").unlink(missing_ok=True)
        return extras

    first, second = names(), names()
    assert first == second
    shutil.rmtree(folder / "kafka")
    third = names()
    assert (third[0] != first[0], third[1]) == (True, first[1])


def test_what_cannot_be_had_is_replaced_by_a_folder(folder: Path) -> None:
    stack = LocalStack(folder, settings.load(), ())
    stack.missing["Kafka"] = "no network"
    extra = (told(stack)["trialwire_folder"] or {})["extra"]
    assert json.loads(extra) == {"path": str(folder / "ndjson")}
    assert stack.environment()["TRIALWIRE_FOLDER__PATH"] == str(folder / "ndjson")


def test_without_postgresql_sqlite_keeps_the_store_and_no_destination_is_replaced(folder: Path) -> None:
    stack = LocalStack(folder, settings.load(), ())
    stack.missing["PostgreSQL"] = "root has no capabilities"
    assert stack.environment() == {"TRIALWIRE_STORE__URL": f"sqlite:///{folder}/trialwire.db"}
    assert stack.lost_destinations == []
    stack.missing["Kafka"] = "no network"
    assert stack.lost_destinations == ["no network"]


def test_servers_that_are_set_are_used_and_not_told_again(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALWIRE_KAFKA__BOOTSTRAP_SERVERS", "kafka.example.org:9092")
    monkeypatch.setenv("TRIALWIRE_FHIR__R4__BASE_URL", "https://fhir.example.org/r4")
    monkeypatch.setenv("TRIALWIRE_STORE__URL", "sqlite:///mine.db")
    stack = LocalStack(folder, settings.load(), ())
    assert set(told(stack).values()) == {None}
    assert stack.environment() == {
        "TRIALWIRE_STORE__URL": "sqlite:///mine.db",
        "TRIALWIRE_KAFKA__BOOTSTRAP_SERVERS": "kafka.example.org:9092",
        "TRIALWIRE_FHIR__R4__BASE_URL": "https://fhir.example.org/r4",
    }


def test_a_password_of_the_store_is_shown_to_nobody_and_its_file_is_the_owners_alone(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = "postgresql://wire:opensesame@db.example.org/trials"
    monkeypatch.setenv("TRIALWIRE_STORE__URL", url)
    stack = LocalStack(folder, settings.load(), ())
    assert where_to_look(stack)["store"] == "postgresql://wire:***@db.example.org/trials"
    stack.environment_file.write_text("left by an earlier run")
    stack.environment_file.chmod(0o644)
    stack.wait()
    assert f"export TRIALWIRE_STORE__URL={url}\n" in stack.environment_file.read_text()
    assert stack.environment_file.stat().st_mode & 0o777 == 0o600


def page(*ids: str, following: str | None = None) -> dict[str, Any]:
    links = [{"relation": "next", "url": following}] if following else []
    entries = [{"resource": {"resourceType": "ResearchStudy", "id": name}} for name in ids]
    return {"resourceType": "Bundle", "link": links, "entry": entries}


def test_found_again_counts_what_was_sent_and_a_search_finds_page_by_page(respx_mock: respx.MockRouter) -> None:
    base = "https://fhir.example.org/r4"
    respx_mock.get(f"{base}/ResearchStudy").respond(json=page("a", following="http://inside.example.org/r4/page/2?n=2"))
    respx_mock.get(f"{base}/page/2").respond(json=page("b", "somebody-elses"))
    respx_mock.get(f"{base}/PlanDefinition").respond(json=page())
    respx_mock.get(f"{base}/Group").respond(json={"resourceType": "Bundle"})
    sent = {"ResearchStudy": ("a", "b"), "PlanDefinition": ("p",), "Organization": ("o",)}
    entries = [{"resource": {"resourceType": kind, "id": name}} for kind, names in sent.items() for name in names]
    bundle = json.dumps({"entry": [*entries, {"request": {"method": "DELETE"}}]}).encode()
    server = FhirSettings(f"{base}/", "R4", token="s3cret-token")
    found = found_again(server, "http://clinicaltrials.gov", ["NCT99990001", "NCT99990002"], [bundle])
    assert found == {
        "ResearchStudy": {"expected": 2, "found": 2},
        "PlanDefinition": {"expected": 1, "found": 0},
        "Group": {"expected": 0, "found": 0},
    }
    question = httpx.QueryParams(respx_mock.calls[0].request.url.query.decode())
    assert {call.request.headers["authorization"] for call in respx_mock.calls} == {"Bearer s3cret-token"}
    assert question["identifier"] == "http://clinicaltrials.gov|NCT99990001,http://clinicaltrials.gov|NCT99990002"


def test_a_second_run_says_that_nothing_changed_and_why_records_are_held(capsys: pytest.CaptureFixture[str]) -> None:
    demo_summary.tell({
        "changed": False, "failed": [], "missing": {},
        "records": {"read": 2, "new": 0, "changed": 0, "unchanged": 1, "held": 1},
        "held_records": [{"id": "abc", "origin": "x/bare-lines.txt", "reasons": [{"message": "It has no number."}]}],
        "resources_written": {"fhir-r4": 0}, "events_published": {},
        "found_again": {"R4": {"Group": {"expected": 1, "found": 1}}}, "seconds": {"all": 61.4},
        "next": {"settings": "var/stack.env", "logs": "var/log"}, "trial": "NCT99990001",
    })  # fmt: skip
    said = capsys.readouterr().out
    assert "Nothing changed" in said
    assert "2 read: 0 new, 0 changed, 1 unchanged, 1 held" in said
    assert "abc bare-lines.txt: It has no number." in said
    assert "R4: 1 of 1 Group" in said
    assert "trialwire show NCT99990001" in said
