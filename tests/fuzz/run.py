"""Mutated records through the whole path, counted and judged: `make fuzz COUNT=100000 RECORDS=folder SEED=1`.

Every input is split, read, compared, rendered, checked, written to a store and published to a folder. The table says how
many were read, new, changed, unchanged and held, and what went wrong: crashes, inputs over five seconds, records lost
from the counts, output that a judge calls invalid, and contact data that went out.
"""

from __future__ import annotations

import argparse
import io
import json
import random
import resource
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import orjson

from tests.fuzz.mutator import CANARIES, mutated, wrapped
from tests.kit.checkout import FICTIONAL
from trialwire.changes.store import Store
from trialwire.delivery import folder
from trialwire.pipeline import ingest, settings
from trialwire.schemas.fhir.versions import FHIR_VERSIONS
from trialwire.schemas.record import RawRecord
from trialwire.sources import files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.record import Found

MAX_BYTES = 5_000_000
SLOW_SECONDS = 5.0
BATCH = 500


@dataclass
class Table:
    """What a run came to."""

    inputs: int = 0
    read: int = 0
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    held: int = 0
    judged: int = 0
    crashes: list[str] = field(default_factory=list)
    slow: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    invalid: list[str] = field(default_factory=list)
    leaks: list[str] = field(default_factory=list)

    @property
    def faults(self) -> list[str]:
        """Everything that must not happen, but slowness: that depends on the machine."""
        return [*self.crashes, *self.lost, *self.invalid, *self.leaks]

    def lines(self) -> Iterator[str]:
        """The table for a person."""
        for name, value in vars(self).items():
            yield f"{name:10} {len(value) if isinstance(value, list) else value:>10,}"
            yield from (f"    {one[:300]}" for one in (value[:5] if isinstance(value, list) else ()))


def originals(folder_of_records: Path) -> list[dict[str, Any]]:
    """The records of ClinicalTrials.gov in a folder."""
    found = []
    for item in files.records([folder_of_records]):
        if isinstance(item, RawRecord) and item.content.lstrip().startswith(b"{"):
            document = orjson.loads(item.content)
            found += [document] if "protocolSection" in document else []
    return found


def inputs(documents: Sequence[dict[str, Any]], count: int, seed: int) -> Iterator[tuple[str, bytes]]:
    """(name, content) of so many inputs. The n-th follows from the seed and n alone."""
    for number in range(count):
        rng = random.Random(f"{seed}/{number}")
        chosen = [mutated(rng.choice(documents), rng) for _ in range(rng.choice((1, 1, 1, 2, 3)))]
        yield f"fuzz/{seed}/{number}", wrapped(chosen, rng)


def run(given: Iterable[tuple[str, bytes]], store: Store, chosen: settings.Settings, out: Path) -> Table:
    """Send the inputs through the path, and judge what came of them."""
    table = Table()
    batch: list[Found] = []
    for name, content in given:
        table.inputs += 1
        started = time.monotonic()
        try:
            batch += files._of_stream(io.BytesIO(content), name, MAX_BYTES)
        except Exception as error:
            table.crashes.append(f"{name}: splitting: {type(error).__name__}: {error}")
        if time.monotonic() - started > SLOW_SECONDS:
            table.slow.append(f"{name}: splitting")
        if len(batch) >= BATCH:
            _process(batch, store, chosen, table)
            batch = []
    if batch:
        _process(batch, store, chosen, table)
    _judge(store, out, table)
    return table


def _process(batch: list[Found], store: Store, chosen: settings.Settings, table: Table) -> None:
    """One batch; after a crash its records one by one, to name the one."""
    started = time.monotonic()
    try:
        summary = ingest.process(batch, store, chosen, accept_odd=True)
    except Exception as error:
        if len(batch) == 1:
            table.crashes.append(f"{batch[0].origin}: {type(error).__name__}: {error}")
            return
        for item in batch:
            _process([item], store, chosen, table)
        return
    if time.monotonic() - started > SLOW_SECONDS * (1 + len(batch) / 25):
        table.slow.append(f"the batch from {batch[0].origin}")
    accounts(len(batch), summary, batch[0].origin, table)


def accounts(read: int, summary: Any, name: str, table: Table) -> None:
    """Add the counts of a batch; what was read must be new, changed, unchanged or held."""
    table.read += read
    for kind in ("new", "changed", "unchanged", "held"):
        setattr(table, kind, getattr(table, kind) + getattr(summary, kind))
    came_to = summary.new + summary.changed + summary.unchanged + summary.held
    if came_to != read:
        table.lost.append(f"the batch from {name}: {read} read, {came_to} accounted for")
    leaks(orjson.dumps([one.model_dump(exclude={"origin"}) for one in summary.held_records]).decode(), name, table)


def leaks(text: str, name: str, table: Table) -> None:
    """Note contact data in a text that goes out."""
    for canary in CANARIES:
        if (at := text.find(canary)) >= 0:
            table.leaks.append(f"{name}: {text[max(0, at - 100) : at + 30]!r}")


def _judge(store: Store, out: Path, table: Table) -> None:
    """Publish each FHIR version to a folder; judge every resource of every event there."""
    for version in FHIR_VERSIONS:
        folder.publish(store.outbox, out / version, fhir_version=version)
        for file in sorted((out / version).glob("*.ndjson")):
            for line in file.read_text("utf-8").splitlines():
                event = json.loads(line)
                leaks(line, event["id"], table)
                judge(event["data"], version, event["id"], table)


def judge(bundle: dict[str, Any], version: FhirVersion, name: str, table: Table) -> None:
    """Ask fhir.resources with our rules and tables of codes, anew, and the specification's JSON Schema."""
    from trialwire.quality.fhir import fault, resources
    from trialwire.stack import json_schema

    table.judged += 1
    faults = fault.Faults(version, "base")
    if not resources._judge(bundle, faults, None):
        table.invalid.append(f"{name} {version}: {'; '.join(reason.message for reason in faults.reasons)}")
    for entry in bundle.get("entry", ()):
        if found := json_schema.findings(entry["resource"], version):
            table.invalid.append(f"{name} {version} JSON Schema: {found[0]}")


def main() -> None:
    """Run from the command line. Ends with 1 where anything went wrong."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=2_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--records", type=Path, default=FICTIONAL / "registry")
    asked = parser.parse_args()
    started = time.monotonic()
    with tempfile.TemporaryDirectory() as work, Store.open(f"sqlite:///{work}/fuzz.db") as store:
        store.migrate()
        given = inputs(originals(asked.records), asked.count, asked.seed)
        table = run(given, store, settings.load(), Path(work))
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    lines = [*table.lines(), f"seconds    {time.monotonic() - started:>10,.0f}", f"memory MB  {memory:>10,}"]
    sys.stdout.write("\n".join(lines) + "\n")
    sys.exit(1 if table.faults or table.slow else 0)


if __name__ == "__main__":
    main()
