"""Measures each step of a record's whole path, compared with fhir.resources validating the same resources alone.

    python -m benchmarks.path [--records N] [--repeats N] [FOLDER]

Records of the registry run through `trialwire.pipeline.ingest` as in the product: batch by batch into SQLite, where the
store already holds an earlier version of each trial. The functions of the steps are timed in place, in CPU time of this
process. The time of a step excludes other steps that run within it, so the steps add up to the whole. Each figure is
the median of the repeats. Every repeat starts from the same store with empty caches.
The bound is `model_validate` of every resource of both versions, each from plain JSON, without our caches.
Records: FOLDER, or `ctgov` in the folder of TRIALWIRE_REAL_RECORDS, or the shipped ones. If more are asked for, they
repeat under new numbers. Held records are omitted. Exits with 1 if a batch fails the batch checks.
"""

from __future__ import annotations

import argparse
import gc
import shutil
import sys
from collections import defaultdict
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from time import process_time
from typing import TYPE_CHECKING

import orjson

from benchmarks import records
from benchmarks.self_time import GARBAGE, VERSION, SelfTime, timed
from trialwire.pipeline import ingest, open_store, settings, spool
from trialwire.quality.batch import SMALLEST
from trialwire.quality.fhir import verdict_cache
from trialwire.quality.fhir.shape import model
from trialwire.schemas.fhir.versions import FHIR_VERSIONS
from trialwire.schemas.record import RawRecord

if TYPE_CHECKING:
    from collections.abc import Mapping

    from trialwire.changes.store import Store
    from trialwire.pipeline.settings import Settings
    from trialwire.schemas.event import FhirVersion


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the path: its functions, each as the name under which its caller finds it."""

    name: str
    functions: tuple[str, ...]


STEPS: tuple[Step, ...] = (
    Step("seen before?", ("trialwire.changes.sighting.Sightings.familiar",)),
    Step(
        "read: bytes to JSON",
        ("trialwire.transforms.read.decoding.decoded", "trialwire.transforms.read.decoding.parsed"),
    ),
    Step("parse: JSON to Trial", ("trialwire.transforms.read.any_record.read",)),
    Step("row rules", tuple(f"trialwire.quality.rows.{name}" for name in ("flat", "holds", "check", "lost"))),
    Step(
        "diff: earlier version read",
        ("trialwire.changes.versions.Versions.compare", "trialwire.changes.versions.read_trial"),
    ),
    Step("diff: comparison", ("trialwire.changes.comparison.compare",)),
    Step("eligibility: criteria", ("trialwire.transforms.write.bundle.criteria",)),
    Step("eligibility: characteristics", ("trialwire.transforms.write.to_group.characteristics",)),
    Step("map: contact rule", ("trialwire.transforms.write.bundle.renditions",)),
    Step(f"map {VERSION}", ("trialwire.transforms.write.bundle._rendition",)),
    Step(f"validate {VERSION}: our rules", ("trialwire.quality.fhir.resources.check",)),
    Step(f"validate {VERSION}: fhir.resources", ("trialwire.quality.fhir.model_judge.judge",)),
    Step("serialise and hash", ("trialwire.pipeline.rendering.checked",)),
    Step("Great Expectations", ("trialwire.quality.batch.check_batch",)),
    Step("store", ("trialwire.changes.versions.Versions.write",)),
    Step("rest", ("trialwire.pipeline.ingest.process",)),
)
"""The whole path. A step includes all that its functions call, except other steps. To add a step, add a row."""
STEP_NAMES = (
    *(
        step.name.replace(VERSION, version)
        for step in STEPS
        for version in (FHIR_VERSIONS if VERSION in step.name else FHIR_VERSIONS[:1])
    ),
    GARBAGE,
)


_CACHE = type(verdict_cache.remembered)


@dataclass(frozen=True, slots=True)
class Figures:
    """The result: number of records measured, number of records omitted, and the clock of each repeat."""

    records: int
    held: int
    rounds: tuple[SelfTime, ...]
    bounds: tuple[Mapping[FhirVersion, float], ...]

    @property
    def steps(self) -> dict[str, float]:
        """Milliseconds per record of each step, the median of the repeats."""
        return {name: self._each(median(one.seconds[name] for one in self.rounds)) for name in STEP_NAMES}

    @property
    def bound(self) -> dict[FhirVersion, float]:
        """Milliseconds per record of fhir.resources alone."""
        return {version: self._each(median(one[version] for one in self.bounds)) for version in FHIR_VERSIONS}

    def _each(self, seconds: float) -> float:
        return seconds / self.records * 1000


def records_of(folder: Path, count: int) -> list[RawRecord]:
    """The first records of a folder. If there are too few, they repeat under new numbers."""
    files = sorted(folder.glob("*.json"))
    if not files:
        sys.exit(f"{folder} holds no records (*.json).")
    made = []
    for index, file in enumerate(islice(cycle(files), count)):
        content = file.read_bytes()
        if index >= len(files):
            content = content.replace(number(content).encode(), f"NCT{90_000_000 + index}".encode())
        made.append(RawRecord(f"{index}/{file.name}", content))
    return made


def number(content: bytes) -> str:
    """The registry number of a record."""
    return str(orjson.loads(content)["protocolSection"]["identificationModule"]["nctId"])


def earlier(record: RawRecord) -> RawRecord:
    """An earlier version of a record: older date, one criterion and one site less, another enrolment."""
    document = orjson.loads(record.content)
    protocol = document["protocolSection"]
    protocol.get("statusModule", {})["lastUpdateSubmitDate"] = "1999-01-01"
    eligibility = protocol.get("eligibilityModule", {})
    if "\n" in (text := eligibility.get("eligibilityCriteria", "").rstrip()):
        eligibility["eligibilityCriteria"] = text.rpartition("\n")[0]
    if len(sites := protocol.get("contactsLocationsModule", {}).get("locations", [])) > 1:
        sites.pop()
    if enrolment := protocol.get("designModule", {}).get("enrollmentInfo"):
        enrolment["count"] = enrolment.get("count", 0) + 10
    return RawRecord(record.origin, orjson.dumps(document))


def measure(found: list[RawRecord], repeats: int) -> Figures:
    """Run the records through the path `repeats` times. Records held in a first, untimed round are omitted."""
    rounds, bounds = [], []
    with TemporaryDirectory() as name:
        folder = Path(name)
        with open_store.opened(_settings(folder / "earlier.db")) as store:
            _through([earlier(one) for one in found], store, _settings(folder / "earlier.db"), accept_odd=True)
        with open_store.opened(_copied(folder, "first")) as store:
            _through(found, store, _settings(folder / "first.db"))
            kept = [one for one in found if len(store.history.versions(number(one.content))) > 1]
        if not kept:
            sys.exit("Every record is held on its way: trialwire ingest says why.")
        for repeat in range(repeats):
            chosen = _copied(folder, str(repeat))
            clock = SelfTime()
            with open_store.opened(chosen) as store:
                _forget_content()
                with timed(clock, ((step.name, step.functions) for step in STEPS)):
                    _through(kept, store, chosen)
                bounds.append(_bound(store, kept))
            rounds.append(clock)
    return Figures(len(kept), len(found) - len(kept), tuple(rounds), tuple(bounds))


def _settings(database: Path) -> Settings:
    return settings.load({"store": {"url": f"sqlite:///{database}"}})


def _copied(folder: Path, name: str) -> Settings:
    """The settings of a copy of the store with the earlier versions, under this name."""
    shutil.copy(folder / "earlier.db", folder / f"{name}.db")
    return _settings(folder / f"{name}.db")


def _through(found: list[RawRecord], store: Store, chosen: Settings, *, accept_odd: bool = False) -> None:
    for batch in spool.batches(found, chosen.ingest.batch_size):
        summary = ingest.process(batch, store, chosen, accept_odd=accept_odd)
        if summary.stopped:
            sys.exit(summary.stopped)


def _forget_content() -> None:
    """Clear the caches of record content. Tables made once per process (unbounded caches) stay."""
    verdict_cache.remembered.cache_clear()
    for one in gc.get_objects():
        if type(one) is _CACHE and (one.cache_parameters()["maxsize"] or 0) > 1:
            one.cache_clear()
    gc.collect()


def _bound(store: Store, found: list[RawRecord]) -> dict[FhirVersion, float]:
    """Seconds of fhir.resources alone for the resources of the records."""
    seconds: defaultdict[FhirVersion, float] = defaultdict(float)
    for record in found:
        for version in FHIR_VERSIONS:
            bundle = orjson.loads(store.history.bundle(number(record.content), version))
            resources = [entry["resource"] for entry in bundle["entry"]]
            judges = [model(version, one["resourceType"]).model_validate for one in resources]
            started = process_time()
            for judge, one in zip(judges, resources, strict=True):
                judge(one)
            seconds[version] += process_time() - started
    return seconds


def table(figures: Figures) -> str:
    """The steps, the whole and the bound: milliseconds per record, share of the whole, ratio to the bound."""
    steps, bound = figures.steps, figures.bound
    whole, both = sum(steps.values()), sum(bound.values())
    rows = [*steps.items(), ("whole path", whole)]
    lines = [f"{'step':<32}{'ms/record':>10}{'share':>9}{'/ bound':>9}"]
    lines += [f"{name:<32}{each:>10.3f}{each / whole:>9.1%}{each / both:>9.3f}" for name, each in rows]
    lines += [f"{f'bound: model_validate {version}':<32}{each:>10.3f}" for version, each in bound.items()]
    lines.append(f"{'bound: both versions':<32}{both:>10.3f}{both / whole:>9.1%}{1:>9.3f}")
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.path", description=__doc__.splitlines()[0] if __doc__ else None
    )
    parser.add_argument("folder", nargs="?", type=Path, default=records.registry())
    parser.add_argument("--records", type=int, default=200)
    parser.add_argument("--repeats", type=int, default=3)
    asked = parser.parse_args(arguments)
    figures = measure(records_of(asked.folder, asked.records), asked.repeats)
    print(f"{figures.records} records with an earlier version each, {figures.held} held or the same and left out;")
    print(f"CPU time of one process, median of {asked.repeats} repeats; the bound is fhir.resources alone")
    print(table(figures))
    if figures.records < SMALLEST:
        print(f"Great Expectations judges batches of {SMALLEST} records and more: here it judged none.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
