"""Measures how fast a registry record becomes checked FHIR, stage by stage, each compared with a lower bound.

    python -m benchmarks.mapping [--records N] [--fhir R4|R5] [--contacts] [FOLDER]

Real records (of the folder in TRIALWIRE_REAL_RECORDS, or the shipped ones) run one by one through parse, map, validate
and serialise in one process. Times are CPU seconds of this process, so other work on the machine has less influence.
Lower bounds: for parse, orjson's parse alone; for validate, fhir.resources' model_validate of each resource alone;
for serialise, orjson's dump alone. Two parts are shown separately: the parsing of eligibility texts (it has its own
benchmark), and fhir.resources within the path. The latter takes less time than alone, as valid elements are cached.
Two goals: our own code (all but fhir.resources and eligibility) takes at most 0.4 of that validation alone, and the
whole path is at least twice as fast as fhir.resources' model_validate and model_dump_json without any mapping.
The last line compares rendering both versions of a trial together, as ingest does, with rendering one after the other.
If `--records` is larger than the folder, its records repeat. The memory at one tenth and at the end shows any growth.
"""

from __future__ import annotations

import argparse
import inspect
import resource
import sys
from collections import defaultdict
from functools import partial, wraps
from itertools import cycle, islice
from pathlib import Path
from time import process_time
from typing import TYPE_CHECKING, Any

import orjson

from benchmarks import records as real_records
from trialwire.quality.fhir import model_judge
from trialwire.quality.fhir import resources as quality_resources
from trialwire.quality.fhir.shape import model
from trialwire.schemas.errors import HoldError
from trialwire.schemas.fhir.versions import FHIR_VERSIONS
from trialwire.schemas.record import RawRecord
from trialwire.transforms.read.any_record import read
from trialwire.transforms.write import bundle, to_group
from trialwire.transforms.write.bundle import RenderOptions, content_hash, render, renditions

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from types import ModuleType

    from trialwire.schemas.event import FhirVersion

OWN_CODE_GOAL = 0.4
WHOLE_PATH_GOAL = 2.0
_MIB = 1024


class Clock:
    """CPU seconds by the name of the measured work."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def time(self, name: str, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Run the work and return its result. Its time is added under the name."""
        started = process_time()
        try:
            return work(*arguments, **named)
        finally:
            self.seconds[name] += process_time() - started


def values(node: Any) -> int:
    """The number of values (leaves of the JSON) in a record."""
    if isinstance(node, dict):
        return sum(map(values, node.values()))
    return sum(map(values, node)) if isinstance(node, list) else 1


def run(contents: Iterator[bytes], version: FhirVersion, how: RenderOptions, clock: Clock) -> tuple[int, int]:
    """Run every record through every stage. Returns (number of records, number of values)."""
    records = counted = 0
    timed(clock, "eligibility", bundle, "criteria")
    timed(clock, "eligibility", to_group, "characteristics")
    timed(clock, "fhir.resources", model_judge, "judge")
    for content in contents:
        document = clock.time("orjson.loads", orjson.loads, content)
        try:
            trial = clock.time("parse", read, RawRecord(origin="benchmark", content=content)).trial
        except HoldError:
            continue
        made = clock.time("map", render, trial, version, how).bundle
        clock.time("validate", quality_resources.check, made, version, profile=how.profile)
        clock.time("serialise", lambda made: (orjson.dumps(made), content_hash(made)), made)
        clock.time("orjson.dumps", orjson.dumps, made)
        found = [entry["resource"] for entry in made["entry"]]
        kept = [clock.time("model_validate", model(version, one["resourceType"]).model_validate, one) for one in found]
        for one in kept:
            clock.time("model_dump_json", one.model_dump_json)
        records += 1
        counted += values(document.get("protocolSection", {}))
    return records, counted


def timed(clock: Clock, name: str, module: ModuleType, *functions: str) -> None:
    """Also time these functions of a module separately; they run within a stage."""
    for function in functions:
        work = inspect.unwrap(getattr(module, function))
        setattr(module, function, wraps(work)(partial(clock.time, name, work)))


def report(version: str, records: int, counted: int, seconds: Mapping[str, float]) -> bool:
    """Print the table. Returns whether both goals are met."""
    rows = (
        ("parse", seconds["parse"], "orjson.loads"),
        ("map, eligibility apart", seconds["map"] - seconds["eligibility"], None),
        ("  eligibility", seconds["eligibility"], None),
        ("validate", seconds["validate"], "model_validate"),
        ("  fhir.resources", seconds["fhir.resources"], None),
        ("serialise", seconds["serialise"], "orjson.dumps"),
    )
    print(f"FHIR {version}: {records} records, {counted} values of their protocol sections, CPU time of one core")
    print(f"{'stage':<24}{'ms/record':>10}{'records/s':>11}{'values/s':>11}   bound")
    for name, spent, bound in rows:
        beside = f"{bound} {seconds[bound] / records * 1000:.3f} ms" if bound else ""
        print(f"{name:<24}{spent / records * 1000:>10.3f}{records / spent:>11.0f}{counted / spent:>11.0f}   {beside}")
    whole = sum(seconds[name] for name in ("parse", "map", "validate", "serialise"))
    own = whole - seconds["fhir.resources"] - seconds["eligibility"]
    alone = seconds["model_validate"] + seconds["model_dump_json"]
    print(f"{'whole path':<24}{whole / records * 1000:>10.3f}{records / whole:>11.0f}{counted / whole:>11.0f}")
    share, times = own / seconds["model_validate"], alone / (whole - seconds["eligibility"])
    print(f"our own code / fhir.resources' validation alone: {share:.2f} (goal: at most {OWN_CODE_GOAL})")
    print(
        f"fhir.resources' validate and dump / our whole path, eligibility apart: {times:.2f} (goal: at least {WHOLE_PATH_GOAL})"
    )
    return share <= OWN_CODE_GOAL and times >= WHOLE_PATH_GOAL


def together(contents: Iterator[bytes], how: RenderOptions) -> float:
    """Time of rendering R4 and R5 together divided by rendering one after the other, eligibility included."""
    clock = Clock()
    for content in contents:
        try:
            trial = read(RawRecord(origin="benchmark", content=content)).trial
        except HoldError:
            continue
        for version in FHIR_VERSIONS:
            clock.time("one by one", render, trial, version, how)
        clock.time("together", renditions, trial, dict.fromkeys(FHIR_VERSIONS, how))
    return clock.seconds["together"] / clock.seconds["one by one"]


def watched(contents: Iterator[bytes], count: int, held: list[int]) -> Iterator[bytes]:
    """Yields the records; appends the peak memory (MiB) after a tenth of them and at the end."""
    for number, content in enumerate(islice(contents, count)):
        if number == count // 10:
            held.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _MIB)
        yield content
    held.append(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // _MIB)


def main(arguments: list[str] | None = None) -> int:
    """Measure and print. Returns 1 if a goal is missed, else 0."""
    parser = argparse.ArgumentParser(description="How fast records become checked FHIR")
    parser.add_argument("folder", nargs="?", type=Path, default=real_records.registry())
    parser.add_argument("--records", type=int, default=300)
    parser.add_argument("--fhir", choices=("R4", "R5"), default=None, help="both when not given")
    parser.add_argument("--contacts", action="store_true")
    asked = parser.parse_args(arguments)
    files = sorted(asked.folder.glob("*.json"))
    good = True
    how = RenderOptions(contacts=asked.contacts)
    for version in (asked.fhir,) if asked.fhir else FHIR_VERSIONS:
        run(map(Path.read_bytes, files[:3]), version, how, Clock())
        clock, held = Clock(), list[int]()
        found = watched(map(Path.read_bytes, cycle(files)), asked.records, held)
        records, counted = run(found, version, how, clock)
        good = report(version, records, counted, clock.seconds) and good
        print(f"memory held at most: {held[0]} MiB after a tenth, {held[-1]} MiB at the end\n")
    if asked.fhir is None:
        share = together(map(Path.read_bytes, files[: asked.records]), how)
        print(f"rendering R4 and R5 of a trial together / one after the other: {share:.2f}")
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
