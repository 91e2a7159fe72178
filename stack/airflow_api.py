"""A client for the parts of Airflow's REST API that the local stack needs: DAGs, connections, runs and results."""

from __future__ import annotations

import time
from datetime import datetime
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import httpx

from trialwire.schemas.errors import StopError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

TIMEOUT_SECONDS = 120  # the API is slow while five servers start at once
POLL_SECONDS = 0.5
QUEUED_SECONDS = 300
ENDED = ("success", "failed")


class AirflowApi:
    """A client of one Airflow API server. It logs in when it is created."""

    def __init__(self, address: str, user: str, password: str) -> None:
        self._http = httpx.Client(base_url=address, timeout=TIMEOUT_SECONDS)
        answer = self._send("POST", "/auth/token", json={"username": user, "password": password})
        self._http.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"

    def close(self) -> None:
        """Close the connections to the API server."""
        self._http.close()

    def wait_for_dags(self, dag_ids: Sequence[str], *, since: datetime, seconds: float) -> None:
        """Wait until the dag processor has parsed every one of these DAGs after the time `since`.

        Raises StopError if a DAG file cannot be imported, or if a DAG is not parsed within `seconds`.
        """

        def read() -> bool:
            if errors := self._get("/importErrors")["import_errors"]:
                told = "\n".join(f"{error['filename']}:\n{error['stack_trace']}" for error in errors)
                raise StopError(f"Airflow cannot import these DAG files:\n{told}")
            dags = self._get("/dags", tags=["trialwire"], limit=100)["dags"]
            fresh = {d["dag_id"] for d in dags if datetime.fromisoformat(d["last_parsed_time"]) >= since}
            return fresh >= set(dag_ids)

        self._until(read, seconds, f"Airflow's dag processor did not read {', '.join(dag_ids)}")

    def pause(self, dag_id: str, *, paused: bool) -> None:
        """Pause a DAG, or unpause it if `paused` is False."""
        self._send("PATCH", f"/api/v2/dags/{dag_id}", json={"is_paused": paused})

    def connect(self, connection_id: str, fields: dict[str, Any] | None) -> None:
        """Create or replace an Airflow connection. If `fields` is None, delete the connection."""
        path = f"/api/v2/connections/{connection_id}"
        if self._http.get(path).status_code == httpx.codes.OK:
            self._send("DELETE", path)
        if fields is not None:
            self._send("POST", "/api/v2/connections", json={"connection_id": connection_id, **fields})

    def trigger(self, dag_id: str, conf: dict[str, Any]) -> str:
        """Start a run of a DAG with the configuration `conf`. Returns the id of the run."""
        asked = {"logical_date": None, "conf": conf}
        answer = self._send("POST", f"/api/v2/dags/{dag_id}/dagRuns", json=asked)
        return str(answer.json()["dag_run_id"])

    def wait_for_run(self, dag_id: str, run_id: str, *, seconds: float) -> str:
        """Wait until a run of a DAG has ended. Returns `success` or `failed`."""
        state = ""

        def ended() -> bool:
            nonlocal state
            state = self._get(f"/dags/{dag_id}/dagRuns/{quote(run_id, safe='')}")["state"]
            return state in ENDED

        self._until(ended, seconds, f"The run {run_id} of {dag_id} did not end (its state is {state!r})")
        return state

    def asset_event(self, dag_id: str, run_id: str) -> dict[str, Any] | None:
        """Return the asset event of a run, that is, the update of an asset that the run made; None if there is none.

        The event has its `extra` (data of the update) and the runs that it started. While such a run is queued, it has
        no start date, and Airflow 3.3 answers 500 to this request. The function waits until Airflow answers.
        """
        path, asked = "/api/v2/assets/events", {"source_dag_id": dag_id, "source_run_id": run_id}
        self._until(
            lambda: self._http.get(path, params=asked).status_code != httpx.codes.INTERNAL_SERVER_ERROR,
            QUEUED_SECONDS,
            f"Airflow's API server did not list the asset events of {run_id}",
        )
        events = self._send("GET", path, params=asked).json()["asset_events"]
        return dict(events[0]) if events else None

    def task_instances(self, dag_id: str, run_id: str) -> list[dict[str, Any]]:
        """Return the task instances of a run."""
        found = self._get(f"/dags/{dag_id}/dagRuns/{quote(run_id, safe='')}/taskInstances", limit=100)
        return list(found["task_instances"])

    def returned(self, dag_id: str, run_id: str, task_id: str, map_index: int = -1) -> Any:
        """Return the value that a task of a run returned (its XCom)."""
        path = f"/dags/{dag_id}/dagRuns/{quote(run_id, safe='')}/taskInstances/{task_id}/xcomEntries/return_value"
        return self._get(path, map_index=map_index)["value"]

    def _get(self, path: str, **params: Any) -> dict[str, Any]:
        return dict(self._send("GET", f"/api/v2{path}", params=params).json())

    def _send(self, method: str, path: str, **content: Any) -> httpx.Response:
        try:
            answer = self._http.request(method, path, **content)
            answer.raise_for_status()
        except httpx.HTTPError as error:
            raise StopError(f"Airflow's API server failed on {method} {path}: {error!r}. See its log.") from error
        return answer

    @staticmethod
    def _until(done: Callable[[], bool], seconds: float, otherwise: str) -> None:
        deadline = time.monotonic() + seconds
        while not done():
            if time.monotonic() > deadline:
                raise StopError(f"{otherwise} within {seconds:.0f} s. Look at Airflow's logs, or at its page.")
            time.sleep(POLL_SECONDS)
