"""The name of a destination: where it is, or what the site calls it."""

from __future__ import annotations

import pytest

from trialwire.delivery import destination
from trialwire.delivery.fhir.settings import FhirSettings
from trialwire.delivery.kafka.settings import KafkaSettings


@pytest.mark.parametrize(
    ("server", "name"),
    [
        (FhirSettings("https://loader:secret@FHIR.example.org:8443/r4/", "R4"), "fhir-r4@fhir.example.org:8443/r4"),
        (FhirSettings("http://fhir.example.org/r5", "R5"), "fhir-r5@fhir.example.org/r5"),
        (FhirSettings("http://127.0.0.1:5123/fhir/r4", "R4", name="local"), "fhir-r4@local"),
        (KafkaSettings("b.example.org:9092, a.example.org:9092"), "kafka@a.example.org:9092,b.example.org:9092"),
        (KafkaSettings("a.example.org:9092", topic_prefix="test."), "kafka@a.example.org:9092/test."),
        (KafkaSettings("127.0.0.1:5123", topic_prefix="test.", name="local"), "kafka@local/test."),
    ],
)
def test_a_destination_is_named_by_where_it_is_or_by_its_own_name(
    server: FhirSettings | KafkaSettings, name: str
) -> None:
    assert server.destination == name


def test_long_addresses_that_begin_alike_are_told_apart_and_fit_into_the_store() -> None:
    names = {destination.named("folder", f"/srv/{'events/' * 20}{number}") for number in range(3)}
    assert len(names) == 3
    assert {len(name) for name in names} == {destination.LONGEST}


def test_another_cluster_another_prefix_and_another_server_begin_at_the_beginning() -> None:
    one = {
        KafkaSettings("a.example.org:9092").destination,
        KafkaSettings("b.example.org:9092").destination,
        KafkaSettings("a.example.org:9092", topic_prefix="test.").destination,
        FhirSettings("http://a.example.org/fhir", "R4").destination,
        FhirSettings("http://b.example.org/fhir", "R4").destination,
        FhirSettings("http://a.example.org/fhir", "R5").destination,
    }
    assert len(one) == 6
