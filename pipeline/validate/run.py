"""`make validate`: checks every resource of the records with every judge (FHIR validator), in both FHIR versions.

Records are mapped as by `trialwire map`, with contacts, because this gives more elements to check. Equal resources are
checked once. The command prints a table of findings per judge, and fails if a judge found an error that is not
tolerated.
"""

from __future__ import annotations

import heapq
import os
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from functools import partial
from hashlib import sha256
from operator import itemgetter
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated, cast

import orjson
import typer

from trialwire.pipeline import console, parallel, registries, single
from trialwire.pipeline.validate import judges
from trialwire.pipeline.validate.judges import ALWAYS, SLOW, JudgeName, Opinion
from trialwire.schemas.errors import SettingError, TrialwireError, UsageError
from trialwire.schemas.fhir.profiles import PROFILES, ProfileName
from trialwire.schemas.fhir.versions import FHIR_VERSIONS
from trialwire.schemas.record import RawRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.held import Reason

INVALID = "invalid"
"""The code of a Reason from fhir.resources. Every other code is from our own rules."""
SEED = "trialwire-2026"
"""Key of the fixed sample: the records with the lowest hash of key and file name. Equal records, equal sample."""
SHOWN = 40


@dataclass
class Verdict:
    """The result of one judge (validator) for one FHIR version: number of resources, findings by kind, examples."""

    judge: JudgeName
    version: FhirVersion
    judged: int = 0
    seconds: float = 0.0
    errors: Counter[str] = field(default_factory=Counter)
    tolerated: Counter[str] = field(default_factory=Counter)
    warnings: Counter[str] = field(default_factory=Counter)
    first: dict[str, str] = field(default_factory=dict)

    def hear(self, about: str, opinions: Iterable[Opinion]) -> None:
        """Add the judge's findings about one resource to the counts. `about`: the name of the resource."""
        self.judged += 1
        for opinion in opinions:
            kind = f"{opinion.id} at {judges.plain(opinion.path)}"
            if opinion.severity == "warning":
                self.warnings[kind] += 1
            elif not opinion.is_error:
                continue
            elif judges.tolerated(self.judge, opinion):
                self.tolerated[kind] += 1
            else:
                self.errors[kind] += 1
                self.first.setdefault(kind, f"{about}: {opinion.message}")


@dataclass(frozen=True, slots=True)
class Made:
    """One record mapped to one FHIR version: its resources as JSON lines, and the findings of our own checks."""

    about: str
    resources: tuple[bytes, ...] = ()
    reasons: tuple[Reason, ...] = ()
    held: str | None = None


def validate(
    paths: Sequence[Path], *, sample: int | None, folders: Sequence[Path], profile: ProfileName, work: Path
) -> list[Verdict]:
    """Check the resources of all records in these paths with every judge. Returns one verdict per judge and version.

    The first verdicts are those of the judges that also check every record of an ingest. `work`: a temporary folder.
    """
    verdicts: list[Verdict] = []
    for version in FHIR_VERSIONS if profile == "base" else FHIR_VERSIONS[:1]:
        resources = work / f"{version}.ndjson"
        verdicts += _map_and_check(_chosen(paths, sample), version, profile, resources)
        verdicts += [_ask(judge, version, resources, folders, work) for judge in SLOW]
    return verdicts


def _chosen(paths: Sequence[Path], sample: int | None) -> Iterator[RawRecord]:
    """Every record of the paths, or the fixed sample of this many."""
    found = _readable(paths)
    if sample is None:
        return found
    keyed = ((sha256(f"{SEED} {PurePath(item.origin).name}".encode()).digest(), item) for item in found)
    return (item for _, item in heapq.nsmallest(sample, keyed, key=itemgetter(0)))


def _default_paths() -> list[Path]:
    """The shipped records, and those of TRIALWIRE_REAL_RECORDS if set. Raises SettingError if a folder is missing."""
    from trialwire.sources.shipped import FICTIONAL

    if not (named := os.environ.get("TRIALWIRE_REAL_RECORDS")):
        return [FICTIONAL]
    real = [Path(named) / part for part in ("ctgov", "pages")]
    if absent := [str(folder) for folder in real if not folder.is_dir()]:
        msg = f"TRIALWIRE_REAL_RECORDS: {' and '.join(absent)} cannot be found. Name the folder that holds them."
        raise SettingError(msg)
    return [FICTIONAL, *real]


def _readable(paths: Sequence[Path]) -> Iterator[RawRecord]:
    from trialwire.sources.files import records

    for item in records(paths):
        if isinstance(item, RawRecord):
            yield item
        else:
            console.say(f"skipped: {item.origin}: {item.message}")


def make(item: RawRecord, *, version: FhirVersion, profile: ProfileName) -> Made:
    """Read one record, map it with contacts to one FHIR version, and check it with fhir.resources and our own rules."""
    from trialwire.transforms.write.bundle import RenderOptions

    how = RenderOptions(contacts=True, profile=profile, registry_titles=registries.titles())
    made = single.rendered(item, version, how)
    if made.trial is None or made.bundle is None:
        return Made(item.origin, held="; ".join(reason.message for reason in made.reasons))
    return Made(
        about=f"{made.trial.trial_id} ({item.origin})",
        resources=tuple(orjson.dumps(entry["resource"]) for entry in made.bundle["entry"]),
        reasons=made.reasons,
    )


def _map_and_check(
    records: Iterator[RawRecord], version: FhirVersion, profile: ProfileName, into: Path
) -> list[Verdict]:
    """Map the records and write each resource once. Returns the verdicts of the always-on judges."""
    by_models, by_rules = (Verdict(judge, version) for judge in ALWAYS)
    started, seen = time.monotonic(), set[bytes]()
    with console.progress(f"mapping to {version}", None) as progress, into.open("wb") as file:
        for made in parallel.ordered(partial(make, version=version, profile=profile), records):
            progress(1)
            if made.held:
                console.say(f"skipped: {made.about}: {made.held}")
                continue
            opinions = [Opinion("error", reason.code, reason.path, reason.message) for reason in made.reasons]
            by_models.hear(made.about, [one for one in opinions if one.id == INVALID])
            by_rules.hear(made.about, [one for one in opinions if one.id != INVALID])
            for resource in made.resources:
                if (digest := sha256(resource).digest()) not in seen:
                    seen.add(digest)
                    file.write(resource + b"\n")
    by_models.judged = by_rules.judged = len(seen)
    by_models.seconds = by_rules.seconds = time.monotonic() - started
    return [by_models, by_rules]


def _ask(judge: JudgeName, version: FhirVersion, resources: Path, folders: Sequence[Path], work: Path) -> Verdict:
    """Check every resource of a file with one slow judge."""
    verdict, started = Verdict(judge, version), time.monotonic()
    with resources.open("rb") as counted:
        total = sum(1 for _ in counted)
    log = work / f"{judge.replace(' ', '-')}-{version}.log"
    with (
        judges.slow(judge, version, folders, log) as asked,
        console.progress(f"{judge}, {version}", total) as progress,
        resources.open("rb") as sent,
        resources.open("rb") as named,
    ):
        for line, opinions in zip(named, asked(one.rstrip(b"\n") for one in sent), strict=True):
            progress(1)
            verdict.hear(_name(line) if opinions else "", opinions)
    verdict.seconds = time.monotonic() - started
    return verdict


def _name(resource: bytes) -> str:
    found = orjson.loads(resource)
    return f"{found.get('resourceType')}/{found.get('id')}"


def report(verdicts: Sequence[Verdict]) -> bool:
    """Print the table of findings and the errors. Returns True if no judge found an error that is not tolerated."""
    rows = [
        (one.judge, one.version, one.judged, one.errors.total(), one.tolerated.total(), one.warnings.total(),
         f"{one.seconds:.0f} s")
        for one in verdicts
    ]  # fmt: skip
    console.table(
        "Judges of FHIR validity", ("judge", "FHIR", "resources", "errors", "tolerated", "warnings", "time"), rows
    )
    for one in verdicts:
        for kind, count in one.errors.most_common(SHOWN):
            console.say(f"{one.judge}, {one.version}: {count} x {kind}\n    first: {one.first[kind]}")
        for kind, count in one.tolerated.most_common():
            console.say(f"{one.judge}, {one.version}: {count} x {kind}: tolerated (see pipeline/validate/judges.py)")
    return not any(one.errors for one in verdicts)


def main(
    paths: Annotated[
        list[Path] | None,
        typer.Argument(help="Files and folders; none: those of TRIALWIRE_REAL_RECORDS and the shipped ones"),
    ] = None,
    *,
    sample: Annotated[int | None, typer.Option(help="Judge only the fixed sample of this many records")] = None,
    profile: Annotated[str, typer.Option(help="base or eclaire (R4 only)")] = "base",
    definitions: Annotated[list[Path] | None, typer.Option(help="Folder of definitions, as for ECLAIRE")] = None,
    warnings: Annotated[bool, typer.Option(help="Also print the warnings of the judges")] = False,
) -> None:
    """Map records to FHIR and check the resources with every judge."""
    try:
        given = paths or _default_paths()
        if profile not in PROFILES:
            msg = f"{profile} is not a profile: {' or '.join(PROFILES)} is expected."
            raise UsageError(msg)
        if profile != "base" and not definitions:
            msg = (
                "Resources of the profile eclaire are judged by the guide's own definitions: give the folder of its "
                "package (ans.fhir.fr.eclaire 0.3.1) with --definitions."
            )
            raise UsageError(msg)
        with tempfile.TemporaryDirectory(prefix="trialwire-validate-") as work:
            verdicts = validate(
                given, sample=sample, folders=definitions or [], profile=cast("ProfileName", profile), work=Path(work)
            )
    except TrialwireError as error:
        console.say(str(error))
        sys.exit(error.exit_code)
    content = report(verdicts)
    for one in verdicts if warnings else ():
        for kind, count in one.warnings.most_common():
            console.say(f"warning by {one.judge}, {one.version}: {count} x {kind}")
    sys.exit(0 if content else 1)


if __name__ == "__main__":
    typer.run(main)
