"""The whole path on real servers: registry records and pages to Kafka and both FHIR servers, and a second run with no news.

`JOURNEY_RECORDS` says how many of the real records go (`all` for every one); a fixed sample goes by default.
"""

from __future__ import annotations

import json
import os
import random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

import httpx
import pytest

from trialwire.pipeline import deliver, open_store, servers, settings
from trialwire.pipeline.ingest import ingest
from trialwire.schemas.event import sequence_text
from trialwire.sources import files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from trialwire.changes.store import Store
    from trialwire.pipeline.settings import Settings
    from trialwire.pipeline.summary import IngestSummary
    from trialwire.schemas.trial import Trial

pytestmark = [pytest.mark.kafka, pytest.mark.fhir, pytest.mark.timeout(3600)]
SEED = 20_261_125
SAMPLE = 40
PAGES = {"NCT04920162", "NCT01840046", "NCT04821596", "NCT04244006"}


class Journey:
    """One store with its destinations, and what went into it."""

    def __init__(self, store: Store, chosen: Settings, paths: list[Path]) -> None:
        self.store, self.chosen, self.paths = store, chosen, paths

    def ingest(self) -> IngestSummary:
        return ingest(files.records(self.paths), self.store, self.chosen)

    def trial_ids(self) -> set[str]:
        return {row.change.trial_id for row in self.store.outbox.latest_per_trial()}


@pytest.fixture(scope="module")
def journey(
    tmp_path_factory: pytest.TempPathFactory, kafka_bootstrap: str, fhir_base_urls: dict[str, str], real_records: Path
) -> Iterator[Journey]:
    records = sorted((real_records / "ctgov").glob("*.json"))
    wanted = os.environ.get("JOURNEY_RECORDS", str(SAMPLE))
    chosen_records = records if wanted == "all" else random.Random(SEED).sample(records, int(wanted))
    paths = [*sorted(chosen_records), real_records / "pages"]
    chosen = settings.load({
        "store": {"url": f"sqlite:///{tmp_path_factory.mktemp('journey') / 'store.db'}"},
        "kafka": {"bootstrap_servers": kafka_bootstrap, "topic_prefix": f"journey-{uuid4().hex[:8]}.", "deadline_seconds": 900},
        "fhir": {version.lower(): {"base_url": url, "deadline_seconds": 3000} for version, url in fhir_base_urls.items()},
    })  # fmt: skip
    with open_store.opened(chosen) as store:
        yield Journey(store, chosen, paths)


def test_every_record_goes_the_whole_way_and_comes_back_equal(journey: Journey) -> None:
    first = journey.ingest()
    assert [(record.stage, record.reasons[0].code) for record in first.held_records] == [
        ("identify", "no-registry-number")
    ]
    assert "002_" in first.held_records[0].origin
    assert first.changed == 0
    trial_ids = journey.trial_ids()
    assert len(trial_ids) == first.new
    assert trial_ids >= PAGES

    published = deliver.publish_once(journey.chosen)["kafka"]
    assert (published["published"], published["parked"], published["pending"]) == (first.new, 0, 0)
    loaded = deliver.load_once(journey.chosen)
    assert {name: (report["loaded"], report["parked"]) for name, report in loaded.items()} == {
        "fhir-r4": (first.new, 0), "fhir-r5": (first.new, 0),
    }  # fmt: skip

    events = consumed(journey.chosen, "trials.study.events.v1", len(trial_ids))
    states = consumed(journey.chosen, "trials.study.state.v1", len(trial_ids))
    assert set(events) == set(states) == trial_ids
    for row in journey.store.outbox.latest_per_trial():
        bundle = journey.store.outbox.bundle(row, "R4")
        headers, value = events[row.change.trial_id]
        assert value == bundle
        assert states[row.change.trial_id][1] == bundle
        assert headers["ce_id"] == row.change.ce_id
        assert headers["ce_type"] == "org.trialwire.study.created.v1"
        assert headers["ce_sequence"] == sequence_text(1)
        assert headers["ce_status"] == row.change.status
    for version in ("R4", "R5"):
        assert_read_back_equal(journey, version)

    second = journey.ingest()
    assert (second.new, second.changed, second.held) == (0, 0, first.held)
    assert second.unchanged == first.new
    assert journey.store.outbox.state(servers.kafka(journey.chosen).destination).pending == 0
    assert deliver.publish_once(journey.chosen)["kafka"]["published"] == 0
    assert all(
        report["loaded"] == 0 and report["resources"] == 0 for report in deliver.load_once(journey.chosen).values()
    )


def test_the_page_without_a_number_goes_on_once_it_is_named(journey: Journey) -> None:
    from trialwire.pipeline.ingest import process

    [held] = journey.store.held.all()
    journey.store.held.give_name(held.id, "NCT00479934")
    summary = process([journey.store.held.content(held.id)], journey.store, journey.chosen)
    assert (summary.new, summary.held) == (1, 0)
    assert journey.store.held.all() == []
    trial = journey.store.history.trial("NCT00479934")
    assert trial.outcomes.primary_outcomes == ()
    assert len(trial.outcomes.unleveled_outcomes) == 6
    assert len(trial.contacts_locations.locations) == 10
    assert trial.contacts_locations.unlisted_locations == 2
    assert trial.design.enrollment_info is not None
    assert trial.design.enrollment_info.count == 28
    assert deliver.publish_once(journey.chosen)["kafka"]["published"] == 1


def consumed(chosen: Settings, topic: str, expected: int) -> dict[str, tuple[dict[str, str], bytes]]:
    """The newest record per key of a topic, by a client of its own."""
    from kafka import KafkaConsumer

    consumer = KafkaConsumer(
        chosen.kafka.topic_prefix + topic, bootstrap_servers=chosen.kafka.bootstrap_servers,
        auto_offset_reset="earliest", consumer_timeout_ms=20_000, enable_auto_commit=False,
        max_partition_fetch_bytes=4 << 20,
    )  # fmt: skip
    found: dict[str, tuple[dict[str, str], bytes]] = {}
    for message in consumer:
        assert message.key.decode() not in found, "one event per trial: there was one version"
        headers = {name: value.decode() for name, value in message.headers}
        found[message.key.decode()] = (headers, message.value)
        if len(found) == expected:
            break
    consumer.close()
    return found


def assert_read_back_equal(journey: Journey, version: Any) -> None:
    """Each study is found by its identifier, and it, its plan and its group are what was sent."""
    section = journey.chosen.fhir.r4 if version == "R4" else journey.chosen.fhir.r5
    differing: list[str] = []
    with httpx.Client(
        base_url=str(section.base_url), timeout=300, headers={"accept": "application/fhir+json"}
    ) as client:
        for row in journey.store.outbox.latest_per_trial():
            sent = {
                f"{entry['resource']['resourceType']}/{entry['resource']['id']}": entry["resource"]
                for entry in json.loads(journey.store.outbox.bundle(row, version))["entry"]
                if entry["resource"]["resourceType"] in {"ResearchStudy", "PlanDefinition", "Group"}
            }
            kinds = {key.partition("/")[0] for key in sent}
            plan = {"PlanDefinition"} if has_plan(journey.store.history.trial(row.change.trial_id)) else set()
            assert kinds == {"ResearchStudy", "Group"} | plan, row.change.trial_id
            query = {"identifier": f"http://clinicaltrials.gov|{row.change.trial_id}"}
            found = client.get("ResearchStudy", params=query).json()
            assert [entry["resource"]["id"] for entry in found.get("entry", ())] == [
                key.partition("/")[2] for key in sent if key.startswith("ResearchStudy/")
            ]
            for key, resource in sent.items():
                found_again = bare(client.get(key).json())
                differing += [
                    f"{key}.{name}" for name, value in bare(resource).items() if found_again.get(name) != value
                ]
                differing += [f"{key}.{name}" for name in found_again.keys() - bare(resource).keys()]
    assert differing == []


def has_plan(trial: Trial) -> bool:
    """Whether the record names arms or interventions: without them there is nothing to plan."""
    return bool(trial.arms_interventions.arm_groups or trial.arms_interventions.interventions)


def bare(resource: dict[str, Any]) -> dict[str, Any]:
    """The resource without what a server writes into its meta."""
    meta = {
        name: value
        for name, value in resource.get("meta", {}).items()
        if name not in {"versionId", "lastUpdated", "source"}
    }
    return {**resource, "meta": meta}
