"""Runs Apache Kafka on this machine: one node on 127.0.0.1. Broker and controller are one process (KRaft).

More nodes can join the first node as brokers, for tests of a cluster that loses a broker.
"""

from __future__ import annotations

import socket
import struct
import subprocess
import uuid
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from trialwire.schemas.errors import StopError
from trialwire.stack import jars, java
from trialwire.stack.class_archive import ClassSharing
from trialwire.stack.port import HOST
from trialwire.stack.process import Process

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

FORMAT_SECONDS = 60
# A small heap and the fast compiler: starts in two seconds instead of five, enough for a million events per minute.
JVM_OPTIONS = ("-Xms256m", "-Xmx512m", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Djava.awt.headless=true",
               "-Dorg.slf4j.simpleLogger.showDateTime=true", "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS")  # fmt: skip
CURE = "Free its port or its folder and start again. Read the rest of the log."


@dataclass
class Kafka:
    """One Kafka broker with its data in a folder. It starts without topics; the publisher creates the topics.

    `joins`: the node whose cluster this broker joins; its controller port is then used. `properties`: entries of
    server.properties that override ours.
    """

    data: Path
    log: Path
    port: int
    controller_port: int
    fetching: jars.Progress = jars.silent
    name: str = "Kafka"
    node: int = 1
    joins: Kafka | None = None
    properties: Mapping[str, str] = field(default_factory=dict)
    cluster_id: str = field(default_factory=lambda: urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("="))
    """The cluster id of a new data folder and of nodes that join. An existing data folder keeps its own id."""

    @property
    def bootstrap_servers(self) -> str:
        """The bootstrap address of the broker for clients, as host:port."""
        return f"{HOST}:{self.port}"

    def start(self) -> None:
        """Download missing jars, format a new data folder, start the broker, and wait until it answers.

        Raises StopError or RetryLaterError. The message has the cause and what to correct.
        """
        class_path = jars.class_path(jars.fetch("kafka", progress=self.fetching))
        self.data.mkdir(parents=True, exist_ok=True)
        properties = self._write_properties()
        if not (self.data / "log" / "meta.properties").exists():
            self._format(class_path, properties)
        self.sharing = ClassSharing("kafka", class_path)
        self.process = Process(
            name=self.name,
            command=java.command(
                "kafka.Kafka", class_path, str(properties), options=[*JVM_OPTIONS, *self.sharing.options()]
            ),
            log=self.log,
            answers=lambda: answers(HOST, self.port),
            cure=CURE,
            ready_seconds=60,
        )
        self.process.bring_up()

    def failure(self) -> str | None:
        """Return the error message if the broker has ended by itself; None while it runs."""
        return self.process.failure()

    def stop(self) -> None:
        """Stop the broker. Acknowledged records stay in the data folder."""
        self.sharing.keep(clean=self.process.stop())

    def _write_properties(self) -> Path:
        file = self.data / "server.properties"
        replicated = ("offsets.topic", "transaction.state.log", "share.coordinator.state.topic")
        controller = f"{HOST}:{self.joins.controller_port if self.joins else self.controller_port}"
        listeners = f"PLAINTEXT://{HOST}:{self.port}" + ("" if self.joins else f",CONTROLLER://{controller}")
        lines = {
            "process.roles": "broker" if self.joins else "broker,controller",
            "node.id": str(self.node),
            "controller.quorum.bootstrap.servers": controller,
            "listeners": listeners,
            "advertised.listeners": listeners,
            "inter.broker.listener.name": "PLAINTEXT",
            "controller.listener.names": "CONTROLLER",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
            "log.dirs": (self.data / "log").as_posix(),
            **{f"{topic}.replication.factor": "1" for topic in replicated},
            "transaction.state.log.min.isr": "1",
            "share.coordinator.state.topic.min.isr": "1",
            "group.initial.rebalance.delay.ms": "0",
            "auto.create.topics.enable": "false",
            "broker.session.timeout.ms": "3000",   # a restart after a kill waits this long for the old registration
            "broker.heartbeat.interval.ms": "500",
            **self.properties,
        }  # fmt: skip
        file.write_text("".join(f"{name}={value}\n" for name, value in lines.items()), "utf-8")
        return file

    def _format(self, class_path: str, properties: Path) -> None:
        first = self.joins or self
        made = subprocess.run(
            java.command(
                "kafka.tools.StorageTool", class_path, "format", f"--cluster-id={first.cluster_id}",
                "--no-initial-controllers" if self.joins else "--standalone", "-c", str(properties), options=JVM_OPTIONS,
            ),
            capture_output=True, text=True, check=False, timeout=FORMAT_SECONDS,
        )  # fmt: skip
        if made.returncode != 0:
            said = (made.stderr or made.stdout).strip().splitlines()[-1:]
            raise StopError(f"Kafka's data folder {self.data} cannot be formatted: {''.join(said)}. {CURE}")


def answers(host: str, port: int) -> bool:
    """Return whether a broker answers an ApiVersions request. Raises OSError if the port is closed.

    An open port does not show that the broker is ready, because the port opens before the broker can answer.
    """
    request = struct.pack(">hhih", 18, 0, 1, -1)  # api key, version, correlation id, no client id
    with socket.create_connection((host, port), timeout=2) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        head = connection.recv(10, socket.MSG_WAITALL)
    return len(head) == 10 and head[4:10] == struct.pack(">ih", 1, 0)
