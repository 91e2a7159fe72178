"""`trialwire up`: runs the local stack for daily use, until Ctrl-C or SIGTERM, with the same data as the demo."""

from __future__ import annotations

import os
import time
from typing import TYPE_CHECKING, Any

from trialwire.pipeline import console, settings
from trialwire.pipeline.local import stack as local_stack
from trialwire.pipeline.local.stack import DELIVERIES
from trialwire.pipeline.settings import masked
from trialwire.pipeline.signals import stopped_by_signals
from trialwire.schemas.errors import StopError
from trialwire.stack.airflow import USER

if TYPE_CHECKING:
    from trialwire.pipeline.local.stack import LocalStack

COMPONENTS = ("api-server", "scheduler", "dag-processor", "triggerer")
LOOK_SECONDS = 1.0
DAGS_SECONDS = 300


def run(*, as_json: bool) -> int:
    """Start the local stack, print its addresses, and wait for a signal.

    Returns 0 if a signal stopped the stack, 1 if a server ended by itself.
    """
    began = time.monotonic()
    with local_stack.started(COMPONENTS, settings.load()) as stack:
        stack.wait()
        if lost := stack.lost_destinations:
            raise StopError("Not every part of the local stack can be started:\n" + "\n".join(lost))
        _ready(stack)
        console.say(f"all parts are healthy after {time.monotonic() - began:.0f} s; Ctrl-C stops them")
        if as_json:
            console.document(_document(stack))
        else:
            _tell(_document(stack))
        failure = _stay(stack)
        console.say(failure or "stopping; the state stays")
    if failure:
        console.say("The other parts were stopped too; their state stays.")
    return 1 if failure else 0


def _ready(stack: LocalStack) -> None:
    """Set the connections, wait until Airflow has read the DAGs, and unpause the deliveries."""
    api = stack.airflow.api()
    stack.connect(api)
    api.wait_for_dags(local_stack.dag_ids(), since=stack.airflow.started_at, seconds=DAGS_SECONDS)
    for dag_id in DELIVERIES:
        api.pause(dag_id, paused=False)
    api.close()


def _stay(stack: LocalStack) -> str | None:
    """Wait for a signal (returns None), or until a server has ended by itself (returns the message)."""
    with stopped_by_signals() as stop:
        while not stop.wait(LOOK_SECONDS):
            if failure := stack.failure():
                return failure
    return None


def _document(stack: LocalStack) -> dict[str, Any]:
    login = {"user": USER, "password": stack.airflow.password}
    shown = {name: masked(value) for name, value in stack.environment().items()}
    return {"addresses": local_stack.where_to_look(stack), "login": login, "environment": shown}


def _tell(document: dict[str, Any]) -> None:
    addresses, login = document["addresses"], document["login"]
    rows = [
        ("Airflow", f"{addresses['airflow']}  user {login['user']}, password {login['password']}"),
        ("Kafka", addresses["kafka"]),
        *((f"FHIR {version}", url) for version, url in addresses["fhir"].items()),
        ("Store", addresses["store"]),
        ("Logs", os.path.relpath(addresses["logs"])),
        ("Settings", f". {os.path.relpath(addresses['settings'])}   then trialwire ingest, publish, load, show, watch"),
        ("Schedule", "switch ingest_clinicaltrials_gov on, on Airflow's page, to ask the registry every day"),
    ]
    for title, text in rows:
        console.stdout.print(f"{title:<10}{text}", markup=False)
