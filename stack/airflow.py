"""Runs Airflow on this machine: API server, scheduler, dag processor and triggerer, each as its own process.

The command `airflow standalone` is not used. Its log servers listen on every network address, and its child processes
continue to run after a SIGTERM.
"""

from __future__ import annotations

import json
import os
import secrets
import sys
from base64 import urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from typing import TYPE_CHECKING

from trialwire.stack.airflow_api import AirflowApi
from trialwire.stack.port import HOST, ask
from trialwire.stack.process import Process

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

USER = "admin"
CURE = "Read the rest of the log, or delete all local data with `make clean`."

COMPONENTS: dict[str, tuple[str, ...]] = {
    "api-server": ("api-server",),
    "scheduler": ("scheduler", "--skip-serve-logs"),
    "dag-processor": ("dag-processor",),
    "triggerer": ("triggerer", "--skip-serve-logs"),
    "migration": ("db", "migrate"),
}
"""Component → its arguments. `--skip-serve-logs`: log servers would listen on every address of the machine."""
HEALTH_NAMES = {"scheduler": "scheduler", "dag-processor": "dag_processor", "triggerer": "triggerer"}
"""Component → its name in the health report of the API server."""


@dataclass
class Airflow:
    """Airflow on this machine: all its processes.

    `database`: the SQLAlchemy URL of Airflow's database. `settings`: environment variables of every task.
    """

    home: Path
    logs: Path
    dags: Path
    port: int
    database: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    components: tuple[str, ...] = ("api-server", "scheduler", "dag-processor", "triggerer")
    name: str = "Airflow"

    @property
    def address(self) -> str:
        """The URL of Airflow's web page and REST API."""
        return f"http://{HOST}:{self.port}"

    @property
    def password(self) -> str:
        """The password of Airflow's only user. The password is generated at the first start and stored."""
        return str(self._kept()["password"])

    def api(self) -> AirflowApi:
        """Return a client of the REST API that is logged in."""
        return AirflowApi(self.address, USER, self.password)

    def start(self) -> None:
        """Migrate the database, start every component and wait until each answers.

        Raises StopError if a component does not start. The message has the cause, the end of the log, and what to
        correct.
        """
        self.home.mkdir(parents=True, exist_ok=True)
        self._write_login()
        environment = self._environment()
        self._migrate(environment)
        self.started_at = datetime.now(UTC)
        self.processes = [self._process(component, environment) for component in self.components]
        try:
            for process in self.processes:
                process.start()
            for process in self.processes:
                process.wait()
        except BaseException:
            self.stop()
            raise

    def failure(self) -> str | None:
        """Return the error message if a component has ended by itself; None while all run."""
        return next((failure for process in self.processes if (failure := process.failure())), None)

    def stop(self) -> None:
        """Stop all components of Airflow at the same time."""
        with ThreadPoolExecutor(len(COMPONENTS)) as pool:
            list(pool.map(Process.stop, self.processes))

    def _process(self, component: str, environment: Mapping[str, str]) -> Process:
        def answers() -> bool:
            return self._answers(component)

        return Process(
            name=f"Airflow's {component}",
            command=[sys.executable, "-m", "airflow", *COMPONENTS[component]],
            log=self.logs / f"airflow-{component}.log",
            answers=answers,
            cure=CURE,
            ready_seconds=300,
            stop_seconds=20,
            environment=environment,
        )

    def _answers(self, component: str) -> bool:
        """Return whether a component sent a heartbeat after `started_at`; heartbeats of earlier runs do not count."""
        status, body = ask(self.port, "/api/v2/monitor/health")
        if status != 200:
            return False
        health = json.loads(body)
        if component == "api-server":
            return bool(health["metadatabase"]["status"] == "healthy")
        name = HEALTH_NAMES[component]
        heartbeat = health[name][f"latest_{name}_heartbeat"]
        return bool(heartbeat) and datetime.fromisoformat(heartbeat) >= self.started_at

    def _kept(self) -> dict[str, str]:
        """Return the secrets that all components share.

        They are generated once and kept in a file that only this user can read.
        """
        file = self.home / "secrets.json"
        if not file.exists():
            made = {name: secrets.token_urlsafe(32) for name in ("jwt_secret", "secret_key")}
            made["fernet_key"] = urlsafe_b64encode(secrets.token_bytes(32)).decode()
            made["password"] = secrets.token_urlsafe(9)
            _write_private(file, made)
        kept: dict[str, str] = json.loads(file.read_text("utf-8"))
        return kept

    def _write_login(self) -> None:
        _write_private(self.home / "passwords.json", {USER: self.password})

    def _environment(self) -> dict[str, str]:
        kept = self._kept()
        options = {
            "CORE__DAGS_FOLDER": str(self.dags),
            "CORE__LOAD_EXAMPLES": "False",
            "CORE__EXECUTOR": "LocalExecutor",
            "CORE__PARALLELISM": "4",
            "CORE__EXECUTION_API_SERVER_URL": f"{self.address}/execution/",
            "CORE__HOSTNAME_CALLABLE": "socket.gethostname",   # the default needs a name server, which may be down
            "CORE__FERNET_KEY": kept["fernet_key"],
            "CORE__SIMPLE_AUTH_MANAGER_USERS": f"{USER}:admin",
            "CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(self.home / "passwords.json"),
            "API__HOST": HOST,
            "API__PORT": str(self.port),
            "API__BASE_URL": self.address,
            "API__SECRET_KEY": kept["secret_key"],
            "API_AUTH__JWT_SECRET": kept["jwt_secret"],
            "DATABASE__SQL_ALCHEMY_CONN": self.database,
            "LOGGING__BASE_LOG_FOLDER": str(self.home / "logs"),
            "SCHEDULER__SCHEDULER_IDLE_SLEEP_TIME": "0.3",
            "DAG_PROCESSOR__PARSING_PROCESSES": "1",
            "WORKERS__EXECUTION_API_RETRIES": "10",
        }  # fmt: skip
        return {
            **self.settings,
            **{f"AIRFLOW__{name}": value for name, value in options.items()},
            "AIRFLOW_HOME": str(self.home),
            "PATH": os.pathsep.join([os.path.dirname(sys.executable), os.environ.get("PATH", "")]),  # noqa: PTH120 (PATH is text)
            "PYTHONDONTWRITEBYTECODE": "",  # without bytecode each component compiles Airflow at every start
        }

    def _migrate(self, environment: Mapping[str, str]) -> None:
        """Run Airflow's migrations, unless this version of Airflow has already migrated this database."""
        marker = self.home / "migrated.json"
        if marker.exists() and json.loads(marker.read_text("utf-8")) == self._schema():
            return
        migration = self._process("migration", environment)
        migration.start()
        migration.finish()
        marker.write_text(json.dumps(self._schema()), "utf-8")

    def _schema(self) -> dict[str, str | None]:
        """Return the installed version of Airflow and the schema version of its database."""
        from sqlalchemy import create_engine, inspect, text

        engine = create_engine(self.database)
        try:
            with engine.connect() as connection:
                made = inspect(connection).has_table("alembic_version")
                schema = connection.scalar(text("SELECT version_num FROM alembic_version")) if made else None
        finally:
            engine.dispose()
        return {"airflow": version("apache-airflow"), "schema": schema}


def _write_private(file: Path, document: Mapping[str, str]) -> None:
    with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as opened:
        json.dump(document, opened)
