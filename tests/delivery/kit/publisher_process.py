"""A publisher in a process of its own, to be killed: its cursor is a file, its outbox is made anew each time, the same."""

from __future__ import annotations

import signal
import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from tests.delivery.kit.outbox_twin import MemoryOutbox
from trialwire.delivery.kafka import publisher as kafka_publisher
from trialwire.delivery.kafka.settings import KafkaSettings

if TYPE_CHECKING:
    from trialwire.schemas.outbox import OutboxRow

TRIALS, CHANGES = 60, 5


class FileOutbox(MemoryOutbox):
    """The twin, with a cursor that outlives the process."""

    def keep_in(self, file: Path, destination: str = "") -> FileOutbox:
        self.file = file
        if file.exists():
            self.cursors[destination] = int(file.read_text())
        return self

    def advance(self, destination: str, position: int, rewinds: int) -> None:
        super().advance(destination, position, rewinds)
        unfinished = self.file.with_suffix(".part")
        unfinished.write_text(str(position))
        unfinished.replace(self.file)


def filled(file: Path, destination: str = "") -> FileOutbox:
    outbox = FileOutbox().keep_in(file, destination)
    for _ in range(CHANGES):
        for number in range(TRIALS):
            outbox.add(f"NCT9999{number:04d}")
    return outbox


def main() -> None:
    mode, file, bootstrap, prefix = sys.argv[1:]
    kafka = KafkaSettings(bootstrap, topic_prefix=prefix)
    outbox = filled(Path(file), kafka.destination)
    pace = replace(kafka_publisher.PACE, window_rows=50, in_flight_trials=4, look_again_seconds=0.05)
    _say("ready")
    if mode == "follow":
        stop = threading.Event()
        signal.signal(signal.SIGTERM, lambda *_: stop.set())
        report = kafka_publisher.follow(outbox, kafka, stop=stop, pace=pace)
        _say(report.rebuilds)
    else:
        kafka_publisher.publish(outbox, kafka, pace=pace)


def _say(what: object) -> None:
    sys.stdout.write(f"{what}\n")
    sys.stdout.flush()


def rows_of(file: Path) -> list[OutboxRow]:
    return filled(file).rows


if __name__ == "__main__":
    main()
