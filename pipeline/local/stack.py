"""Runs the local stack of one folder: servers, their ports, and the settings for working with them.

`trialwire demo` and `trialwire up` share this stack and its state. If the settings name a server, such as a Kafka
cluster, no local server is started in its place.
"""

from __future__ import annotations

import json
import shlex
import signal
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, Protocol
from uuid import uuid4

from trialwire.delivery.fhir.settings import FhirSettings
from trialwire.pipeline import console, open_store, registries
from trialwire.pipeline import servers as named_servers
from trialwire.pipeline.settings import Settings, StoreSection, masked
from trialwire.schemas.errors import TrialwireError
from trialwire.schemas.fhir.versions import FHIR_VERSIONS
from trialwire.stack import port
from trialwire.stack.airflow import Airflow
from trialwire.stack.fhir_server import FhirServer
from trialwire.stack.kafka import Kafka
from trialwire.stack.postgres import Postgres
from trialwire.stack.process import claim, stop_all

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trialwire.schemas.event import FhirVersion
    from trialwire.stack.airflow_api import AirflowApi

DAGS = Path(__file__).resolve().parents[2] / "dags"
DELIVERIES = ("publish_changes", "load_fhir")
"""The ids of the DAGs that deliver the changes that an ingest has written."""
PURPOSE = {
    "PostgreSQL": "keeps versions, held records and the outbox, and Airflow's own state",
    "Kafka": "takes the change events",
    "HAPI FHIR": "takes the resources, R4 and R5",
    "Airflow": "runs the DAGs",
}


class Server(Protocol):
    """The interface of a local server."""

    name: str

    def start(self) -> None:
        """Start the server, and return when it answers requests."""

    def failure(self) -> str | None:
        """Return the error message if the server has ended by itself, else None."""

    def stop(self) -> None:
        """Stop the server."""


def dag_ids() -> list[str]:
    """Return the ids of all DAGs: one ingest for each source, and the deliveries."""
    return [*(f"ingest_{name}" for name in registries.sources()), *DELIVERIES]


def var_folder() -> Path:
    """Return the folder for the state, logs and data of the local stack: `var/` in the working folder."""
    return Path("var").absolute()


@dataclass
class LocalStack:
    """The local servers whose data are in one folder. `missing`: server → why it was not started, and what to do."""

    var: Path
    chosen: Settings
    components: tuple[str, ...]
    missing: dict[str, str] = field(default_factory=dict)
    seconds: dict[str, float] = field(default_factory=dict)
    running: list[Server] = field(default_factory=list)
    awaited: set[str] = field(default_factory=set)
    reports: SimpleQueue[tuple[str, BaseException | None]] = field(default_factory=SimpleQueue)

    def __post_init__(self) -> None:
        self.var.mkdir(parents=True, exist_ok=True)
        claim(self.var / "stack.pid", f"The local stack in {self.var}")
        configured = self.chosen.stack.model_dump()
        ports = port.choose({**configured, "kafka_controller_port": None}, self.var / "ports.json")
        logs = self.var / "log"
        self.postgres = Postgres(self.var / "postgres", logs / "postgres.log")
        self.kafka = Kafka(
            self.var / "kafka", logs / "kafka.log", ports["kafka_port"], ports["kafka_controller_port"],
            fetching=_fetching("Kafka"),
        )  # fmt: skip
        self.fhir = FhirServer(
            self.var / "fhir", logs / "fhir.log", ports["fhir_port"], fetching=_fetching("the FHIR server")
        )
        self.airflow = Airflow(self.var / "airflow", logs, DAGS, ports["airflow_port"], components=self.components)

    @property
    def store_url(self) -> str:
        """The URL of the store: the configured URL, else that of the local PostgreSQL. Without PostgreSQL: SQLite."""
        given = self.chosen.store.url
        return self._database("trialwire") if given == StoreSection().url else given

    def _database(self, name: str) -> str:
        if self.postgres.name in self.missing:
            return f"sqlite:///{self.var}/{name}.db"
        return self.postgres.url(name)

    @property
    def bootstrap_servers(self) -> str | None:
        """The address of Kafka: the configured address, else that of the local broker. None while no broker runs."""
        local = self.kafka.bootstrap_servers if "Kafka" in self.seconds else None
        return self.chosen.kafka.bootstrap_servers or local

    @property
    def settings(self) -> Settings:
        """The settings of this run, with `store_url` as the URL of the store."""
        return self.chosen.model_copy(update={"store": StoreSection(url=self.store_url)})

    @property
    def fhir_base_urls(self) -> dict[FhirVersion, str]:
        """The FHIR servers as FHIR version → base URL: the configured servers, else the available local server."""
        set_urls: dict[FhirVersion, str | None] = {
            "R4": self.chosen.fhir.r4.base_url,
            "R5": self.chosen.fhir.r5.base_url,
        }
        given = {version: url for version, url in set_urls.items() if url}
        return given or (self.fhir.base_urls if "HAPI FHIR" in self.seconds else {})

    @property
    def fhir_servers(self) -> list[FhirSettings]:
        """The FHIR servers with their logins: the configured servers or, if none is configured, the local server.

        The local server has a fixed name that does not depend on its port.
        """
        if given := named_servers.fhir_servers(self.chosen):
            return given
        return [FhirSettings(url, version, name=self._own_name("fhir")) for version, url in self.fhir_base_urls.items()]

    def _own_name(self, part: str) -> str:
        """A stable name for a local server's cursor, kept beside its data and independent of its port.

        If the data are deleted, the name changes and everything is delivered again.
        """
        file = self.var / part / "name"
        if not file.exists():
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(f"local-{uuid4().hex[:8]}", "utf-8")
        return file.read_text("utf-8")

    @property
    def _kafka_name(self) -> str | None:
        if self.chosen.kafka.bootstrap_servers:
            return self.chosen.kafka.name
        return self._own_name("kafka") if self.bootstrap_servers else None

    @property
    def _fhir_is_set(self) -> bool:
        return bool(self.chosen.fhir.r4.base_url or self.chosen.fhir.r5.base_url)

    @property
    def folder(self) -> Path | None:
        """The folder for NDJSON files: the configured folder, else `var/ndjson` or None.

        `var/ndjson` is used if Kafka or the FHIR server could not be started.
        """
        return self.chosen.folder.path or (self.var / "ndjson" if self.lost_destinations else None)

    @property
    def lost_destinations(self) -> list[str]:
        """Return why Kafka or the FHIR server could not be started, one sentence for each.

        PostgreSQL is not listed, because SQLite replaces it.
        """
        return [why for name, why in self.missing.items() if name != self.postgres.name]

    def start(self) -> None:
        """Start all servers in parallel, in threads. Call `wait` to wait for the servers."""
        works: dict[str, Callable[[], None]] = {"Airflow": self._start_airflow}
        if not self.chosen.kafka.bootstrap_servers:
            works["Kafka"] = lambda: self._start(self.kafka)
        if not self._fhir_is_set:
            works["HAPI FHIR"] = lambda: self._start(self.fhir)
        self.awaited = set(works)
        for name, work in works.items():
            threading.Thread(target=_reported, args=(name, work, self.reports), daemon=True).start()

    def wait(self, *names: str) -> None:
        """Wait until these servers (all servers if no name is given) answer or could not be started.

        If Airflow could not be started, its error is raised. Errors of the other servers are in `missing`.
        """
        while self.awaited & set(names or self.awaited):
            name, error = _next(self.reports)
            self.awaited.remove(name)
            if isinstance(error, TrialwireError) and name != "Airflow":
                self._miss(name, error)
            elif error is not None:
                raise error
        self._write_environment()

    def connect(self, api: AirflowApi) -> None:
        """Set Airflow's connections to the servers that were started."""
        servers = self.bootstrap_servers if not self.chosen.kafka.bootstrap_servers else None
        host, _, number = (servers or "").rpartition(":")
        if servers:
            fields = {"conn_type": "kafka", "host": host, "port": int(number)}
            api.connect("trialwire_kafka", fields | {"extra": json.dumps({"name": self._own_name("kafka")})})
        else:
            api.connect("trialwire_kafka", None)
        local = {} if self._fhir_is_set else self.fhir_base_urls
        for version in FHIR_VERSIONS:
            url = local.get(version)
            extra = json.dumps({"name": self._own_name("fhir")}) if url else ""
            http = {"conn_type": "http", "host": url, "extra": extra} if url else None
            api.connect(f"trialwire_fhir_{version.lower()}", http)
        extra = json.dumps({"path": str(self.folder)})
        api.connect("trialwire_folder", {"conn_type": "fs", "extra": extra} if self.folder else None)

    def environment(self) -> dict[str, str]:
        """Return the environment variables with which `trialwire` in a shell uses this stack while it runs."""
        named = {
            "TRIALWIRE_STORE__URL": self.store_url,
            "TRIALWIRE_KAFKA__BOOTSTRAP_SERVERS": self.bootstrap_servers,
            "TRIALWIRE_KAFKA__NAME": self._kafka_name,
            **{f"TRIALWIRE_FHIR__{server.fhir_version}__BASE_URL": server.base_url for server in self.fhir_servers},
            **{f"TRIALWIRE_FHIR__{server.fhir_version}__NAME": server.name for server in self.fhir_servers},
            "TRIALWIRE_FOLDER__PATH": str(self.folder) if self.folder else None,
        }
        return {name: value for name, value in named.items() if value}

    @property
    def environment_file(self) -> Path:
        """The path of var/stack.env, the file with the variables of `environment` as export lines."""
        return self.var / "stack.env"

    def failure(self) -> str | None:
        """Return the error message if a server has ended by itself, or None while all servers run."""
        return next((failure for server in self.running if (failure := server.failure())), None)

    def stop(self) -> None:
        """Stop all servers: writers first, then the servers they write to. No process is left, even after a failure."""
        for name in ("Airflow", "HAPI FHIR", "Kafka", "PostgreSQL"):
            for server in [server for server in self.running if server.name == name]:
                server.stop()
        stop_all()
        (self.var / "stack.pid").unlink(missing_ok=True)

    def _start_airflow(self) -> None:
        try:
            self._start(self.postgres)
        except TrialwireError as error:
            self._miss(self.postgres.name, error)
            console.say("SQLite in var/ keeps the store and Airflow's state instead.")
        else:
            self.postgres.create_database("airflow")
            if self.store_url == self.postgres.url("trialwire"):
                self.postgres.create_database("trialwire")
        with open_store.opened(self.settings):
            pass  # migrated here once, so that parallel tasks do not migrate it
        self.airflow.database = self._database("airflow")
        self.airflow.settings = {
            "TRIALWIRE_STORE__URL": self.store_url,
            "TRIALWIRE_INGEST__SPOOL": f"file://{self.var}/batches",
            "TRIALWIRE_INGEST__SCHEDULED": str(self.chosen.ingest.scheduled),
        }
        self._start(self.airflow)

    def _miss(self, name: str, error: TrialwireError) -> None:
        self.missing[name] = str(error)
        console.say(f"{name} cannot be started: {error}")

    def _start(self, server: Server) -> None:
        started = time.monotonic()
        console.say(f"starting {server.name}: it {PURPOSE[server.name]}")
        server.start()
        self.running.append(server)
        self.seconds[server.name] = round(time.monotonic() - started, 1)
        console.say(f"{server.name} answers after {self.seconds[server.name]} s")

    def _write_environment(self) -> None:
        lines = [f"export {name}={shlex.quote(value)}\n" for name, value in self.environment().items()]
        self.environment_file.unlink(missing_ok=True)  # other users may have access to a file of an earlier run
        self.environment_file.touch(mode=0o600)  # the URL of the store may have a password
        self.environment_file.write_text("".join(lines), "utf-8")


@contextmanager
def started(components: tuple[str, ...], chosen: Settings) -> Iterator[LocalStack]:
    """Start the local stack of this folder. It is stopped at the end, also after an error or a signal."""
    stack = LocalStack(var_folder(), chosen, components)
    before = {name: signal.signal(name, _interrupt) for name in (signal.SIGTERM, signal.SIGINT)}
    try:
        stack.start()
        yield stack
    finally:
        for name in before:
            signal.signal(name, signal.SIG_IGN)  # a second Ctrl-C must not leave servers behind
        stack.stop()
        for name, handler in before.items():
            signal.signal(name, handler)


def _interrupt(_number: int, _frame: object) -> None:
    raise KeyboardInterrupt


def _reported(name: str, work: Callable[[], None], done: SimpleQueue[tuple[str, BaseException | None]]) -> None:
    error: BaseException | None = None
    try:
        work()
    except BaseException as raised:
        error = raised
    done.put((name, error))


def _next(done: SimpleQueue[tuple[str, BaseException | None]]) -> tuple[str, BaseException | None]:
    """The next report; in short waits, so that a signal is handled at once."""
    while True:
        try:
            return done.get(timeout=0.2)
        except Empty:
            continue


def _fetching(what: str) -> Callable[[int, int], None]:
    """A callback that prints the number of fetched jars, a few times in all."""

    def tell(done: int, total: int, /) -> None:
        if done == total or done % max(1, total // 4) == 0:
            console.say(f"fetched {done} of {total} jars for {what}")

    return tell


def where_to_look(stack: LocalStack) -> dict[str, Any]:
    """Return the addresses of the running servers for printing. Passwords are masked."""
    return {
        "airflow": stack.airflow.address,
        "kafka": stack.bootstrap_servers,
        "fhir": stack.fhir_base_urls,
        "folder": str(stack.folder) if stack.folder else None,
        "store": masked(stack.store_url),
        "logs": str(stack.var / "log"),
        "settings": str(stack.environment_file),
    }
