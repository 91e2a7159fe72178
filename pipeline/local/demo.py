"""`trialwire demo`: runs the real DAGs once on local servers, with fictional records, and checks the result."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trialwire.pipeline import console, destinations, open_store, settings
from trialwire.pipeline.local import demo_summary
from trialwire.pipeline.local import stack as local_stack
from trialwire.pipeline.local.read_back import found_again
from trialwire.pipeline.local.stack import DELIVERIES
from trialwire.pipeline.summary import held_object
from trialwire.schemas.errors import StopError

if TYPE_CHECKING:
    from trialwire.pipeline.local.stack import LocalStack
    from trialwire.stack.airflow_api import AirflowApi

RECORDS = Path(__file__).resolve().parents[2] / "sources" / "fictional"
INGESTS = {"ingest_clinicaltrials_gov": RECORDS / "registry", "ingest_pages": RECORDS / "pages"}
"""DAG → the folder it reads, in run order: registry records before the pages about the same trials."""
COMPONENTS = ("api-server", "scheduler", "dag-processor")  # no task of the demo needs the triggerer
RUN_SECONDS = 600


def run(*, as_json: bool) -> int:
    """Run the demo and print its summary. Returns 0 if every DAG run succeeded and every resource was found, else 1."""
    began = time.monotonic()
    # A scheduled registry run during the demo would delay the runs of the demo and fetch real records.
    chosen = settings.load()
    chosen = chosen.model_copy(update={"ingest": chosen.ingest.model_copy(update={"scheduled": False})})
    console.say(
        "This runs the real DAGs over fictional records, on local servers; the first run downloads the servers."
    )
    with local_stack.started(COMPONENTS, chosen) as stack:
        journey = Journey(stack)
        journey.travel()
        document = journey.document()
        console.say("stopping the servers; their state stays")
        stopping = time.monotonic()
    document["seconds"] |= {
        "stopping": round(time.monotonic() - stopping, 1),
        "all": round(time.monotonic() - began, 1),
    }
    if as_json:
        console.document(document)
    else:
        demo_summary.tell(document)
    return 0 if document["ok"] else 1


@dataclass
class Journey:
    """Starts the Airflow DAG runs of one demo and keeps their results."""

    stack: LocalStack
    runs: list[tuple[str, str]] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    seconds: dict[str, float] = field(default_factory=dict)

    def travel(self) -> None:
        """Start the ingest DAGs by REST, one after the other, and wait for all delivery DAGs that they trigger.

        The first ingest runs while the FHIR server starts. The changes of the first ingest are loaded after the second
        ingest.
        """
        self.stack.wait("Airflow", "Kafka")
        api = self.api = self.stack.airflow.api()
        self.stack.connect(api)
        api.wait_for_dags(local_stack.dag_ids(), since=self.stack.airflow.started_at, seconds=RUN_SECONDS)
        for dag_id in (*INGESTS, *DELIVERIES):
            api.pause(dag_id, paused=False)
        [first, *others] = INGESTS
        events = [self._ingest(api, first)]
        self.stack.wait()
        self.stack.connect(api)
        events += [self._ingest(api, dag_id) for dag_id in others]
        for dag_id in INGESTS:
            api.pause(dag_id, paused=True)  # so that `trialwire up` queries no registry until a user starts it
        started = time.monotonic()
        for delivery in self._deliveries(api, [event for event in events if event]):
            self._wait(api, *delivery)
        self.seconds["publishing and loading"] = round(time.monotonic() - started, 1)

    def document(self) -> dict[str, Any]:
        """Return the summary as one JSON document. The value `changed` says whether this run found anything new."""
        started = time.monotonic()
        found: dict[str, Any] = {}
        with open_store.opened(self.stack.settings) as store:
            held = [held_object(record) for record in store.held.all()]
            trial_ids = sorted({row.change.trial_id for row in store.outbox.latest_per_trial()})
            for server in self.stack.fhir_servers:
                version = server.fhir_version
                bundles = (store.history.bundle(trial_id, version) for trial_id in trial_ids)
                found[version] = found_again(server, self.stack.chosen.nct_system, trial_ids, bundles)
        self.seconds["searching"] = round(time.monotonic() - started, 1)
        reports = self._reports()
        loaded = [kind for kind, row in destinations.rows().items() if row.command == "load"]
        written = {kind: report.get("resources", 0) for kind, report in reports.items() if kind in loaded}
        published = Counter[str]()
        for kind, report in reports.items():
            if kind not in loaded:
                published.update(report["topics"] if "topics" in report else {kind: report.get("published", 0)})
        all_found = all(row["found"] == row["expected"] for rows in found.values() for row in rows.values())
        return {
            "ok": not self.failed and all_found,
            "changed": bool(self.counts["new"] or self.counts["changed"] or any(written.values()) or published.total()),
            "records": {name: self.counts[name] for name in ("read", "new", "changed", "unchanged", "held")},
            "held_records": held,
            "resources_written": written,
            "events_published": dict(published),
            "found_again": found,
            "failed": self.failed,
            "missing": self.stack.missing,
            "seconds": {**self.stack.seconds, **self.seconds},
            "next": local_stack.where_to_look(self.stack),
            "trial": trial_ids[0] if trial_ids else None,
        }

    def _ingest(self, api: AirflowApi, dag_id: str) -> dict[str, Any] | None:
        started, paths = time.monotonic(), INGESTS[dag_id]
        run_id = api.trigger(dag_id, {"paths": [str(paths)]})
        console.say(f"{dag_id} started by REST over {paths.name}/: collect, process, seal, finish")
        self._wait(api, dag_id, run_id)
        self.seconds[dag_id] = round(time.monotonic() - started, 1)
        event = api.asset_event(dag_id, run_id)
        if event:
            self.counts.update({name: count for name, count in event["extra"].items() if isinstance(count, int)})
        return event

    def _wait(self, api: AirflowApi, dag_id: str, run_id: str) -> None:
        self.runs.append((dag_id, run_id))
        if api.wait_for_run(dag_id, run_id, seconds=RUN_SECONDS) == "success":
            console.say(f"{dag_id} done")
            return
        tasks = [task["task_id"] for task in api.task_instances(dag_id, run_id) if task["state"] == "failed"]
        logs = self.stack.airflow.home / "logs" / f"dag_id={dag_id}" / f"run_id={run_id}"
        self.failed.append(f"{dag_id}: {', '.join(tasks) or 'the run'} failed; its log is in {logs}")
        console.say(self.failed[-1])

    def _deliveries(self, api: AirflowApi, events: list[dict[str, Any]]) -> list[tuple[str, str]]:
        """(DAG, run) of every delivery that the asset started, when each event has started both."""
        console.say("the asset trial_changes starts publish_changes and load_fhir")
        deadline = time.monotonic() + RUN_SECONDS
        while time.monotonic() < deadline:
            fresh = [api.asset_event(event["source_dag_id"], event["source_run_id"]) or event for event in events]
            begun = [{run["dag_id"]: run["run_id"] for run in event["created_dagruns"]} for event in fresh]
            if all(set(DELIVERIES) <= set(runs) for runs in begun):
                return sorted({pair for runs in begun for pair in runs.items()}, reverse=True)
            time.sleep(0.5)
        raise StopError("Airflow did not start publish_changes and load_fhir after the asset was updated. See its log.")

    def _reports(self) -> dict[str, dict[str, Any]]:
        """Destination → what the delivery tasks of all runs reported, numbers added up."""
        totals: dict[str, dict[str, Any]] = {}
        for dag_id, run_id in self.runs:
            for task in self.api.task_instances(dag_id, run_id) if dag_id in DELIVERIES else ():
                if task["task_id"] in {"publish", "load"} and task["state"] == "success":
                    returned = self.api.returned(dag_id, run_id, task["task_id"], task["map_index"])
                    for destination, report in returned.items():
                        _add(totals.setdefault(destination, {}), report)
        return totals


def _add(total: dict[str, Any], report: dict[str, Any]) -> None:
    for name, value in report.items():
        if isinstance(value, dict):
            _add(total.setdefault(name, {}), value)
        elif isinstance(value, int | float):
            total[name] = total.get(name, 0) + value
