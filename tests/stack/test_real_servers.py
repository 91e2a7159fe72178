"""The local servers answer as what they are."""

from __future__ import annotations

import os
import signal
from typing import TYPE_CHECKING, Any

import httpx
import pytest
import sqlalchemy

if TYPE_CHECKING:
    from trialwire.stack.fhir_server import FhirServer


@pytest.mark.kafka
def test_a_client_makes_a_topic_on_the_broker_and_reads_back_what_it_sent(kafka_bootstrap: str) -> None:
    from kafka import KafkaConsumer, KafkaProducer
    from kafka.admin import KafkaAdminClient, NewTopic

    admin = KafkaAdminClient(bootstrap_servers=kafka_bootstrap)
    admin.create_topics([NewTopic("stack-read-back", 1, 1)])
    admin.close()
    producer = KafkaProducer(bootstrap_servers=kafka_bootstrap)
    producer.send("stack-read-back", key=b"NCT99990001", value=b"{}").get(10)
    producer.close()
    consumer = KafkaConsumer(
        "stack-read-back", bootstrap_servers=kafka_bootstrap, auto_offset_reset="earliest", consumer_timeout_ms=10_000
    )
    assert [(record.key, record.value) for record in [next(consumer)]] == [(b"NCT99990001", b"{}")]
    consumer.close()


@pytest.mark.postgres
def test_each_test_has_an_empty_database_of_its_own(postgres_url: str) -> None:
    engine = sqlalchemy.create_engine(postgres_url)
    assert sqlalchemy.inspect(engine).get_table_names() == []
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE trial (id text)")
    engine.dispose()


@pytest.mark.postgres
def test_the_next_test_sees_nothing_of_the_one_before(postgres_url: str) -> None:
    engine = sqlalchemy.create_engine(postgres_url)
    assert sqlalchemy.inspect(engine).get_table_names() == []
    engine.dispose()


@pytest.mark.fhir
@pytest.mark.parametrize(("version", "number"), [("R4", "4.0.1"), ("R5", "5.0.0")])
def test_each_fhir_version_says_which_it_is(fhir_base_urls: dict[str, str], version: str, number: str) -> None:
    assert httpx.get(f"{fhir_base_urls[version]}/metadata", timeout=300).json()["fhirVersion"] == number


@pytest.mark.fhir
@pytest.mark.parametrize("version", ["R4", "R5"])
def test_what_a_transaction_wrote_is_found_at_once(fhir_base_urls: dict[str, str], version: str) -> None:
    study = {"resourceType": "ResearchStudy", "id": "stack-1", "status": "active", "title": "Owls"}
    study["identifier"] = [{"system": "http://clinicaltrials.gov", "value": "NCT99990001"}]  # type: ignore[assignment]
    entry = {"resource": study, "request": {"method": "PUT", "url": "ResearchStudy/stack-1"}}
    bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [entry]}
    base_url = fhir_base_urls[version]
    answer = httpx.post(base_url, json=bundle, timeout=300)
    assert answer.json()["entry"][0]["response"]["status"] == "201 Created"
    question = {"identifier": "http://clinicaltrials.gov|NCT99990001"}
    found = httpx.get(f"{base_url}/ResearchStudy", params=question, timeout=300).json()
    assert [entry["resource"]["title"] for entry in found["entry"]] == ["Owls"]


@pytest.mark.fhir
def test_a_definition_of_r5_is_read_when_it_is_asked_for(fhir_base_urls: dict[str, str]) -> None:
    """No code system was read at the start, so the display of a code can only come from one read now."""
    asked = {"system": "http://hl7.org/fhir/research-study-party-role", "code": "sponsor"}
    answer = httpx.get(f"{fhir_base_urls['R5']}/CodeSystem/$lookup", params=asked, timeout=300).json()
    assert {"name": "display", "valueString": "sponsor"} in answer["parameter"]


def put_entry(number: int) -> dict[str, Any]:
    study = {"resourceType": "ResearchStudy", "id": f"kill-{number}", "status": "active", "title": f"Owl {number}"}
    study["identifier"] = [{"system": "http://clinicaltrials.gov", "value": f"NCT9999900{number}"}]  # type: ignore[assignment]
    return {"resource": study, "request": {"method": "PUT", "url": f"ResearchStudy/kill-{number}"}}


@pytest.mark.fhir
@pytest.mark.skipif(os.name != "posix", reason="SIGKILL is a POSIX signal")
def test_what_the_fhir_server_acknowledged_is_there_after_a_sigkill(fhir_server: FhirServer) -> None:
    """Killed the moment it acknowledged: a transaction and a single PUT in each version, R5 last."""
    with httpx.Client(timeout=300) as client:
        for base_url in fhir_server.base_urls.values():
            bundle = {"resourceType": "Bundle", "type": "transaction", "entry": [put_entry(1), put_entry(2)]}
            client.post(base_url, json=bundle).raise_for_status()
            client.put(f"{base_url}/ResearchStudy/kill-3", json=put_entry(3)["resource"]).raise_for_status()
        os.kill(int(fhir_server.process.pid_file.read_text().split()[0]), signal.SIGKILL)
    fhir_server.stop()
    fhir_server.start()
    for base_url in fhir_server.base_urls.values():
        for number in (1, 2, 3):
            kept = httpx.get(f"{base_url}/ResearchStudy/kill-{number}", timeout=300).json()
            assert (kept["title"], kept["meta"]["versionId"]) == (f"Owl {number}", "1")
            question = {"identifier": f"http://clinicaltrials.gov|NCT9999900{number}"}
            found = httpx.get(f"{base_url}/ResearchStudy", params=question, timeout=300).json()
            assert [entry["resource"]["id"] for entry in found["entry"]] == [f"kill-{number}"]
