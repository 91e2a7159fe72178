"""`trialwire map`: maps records to transaction Bundles, one line each, in input order. Needs no store or server."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

import orjson

from trialwire.pipeline import console, parallel, rendering, settings, single
from trialwire.schemas.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.held import Finding, Reason
    from trialwire.schemas.record import Found
    from trialwire.transforms.write.bundle import RenderOptions


@dataclass(frozen=True, slots=True)
class Mapped:
    """The result for one record: the output line (JSON), and the findings."""

    origin: str
    line: bytes
    failed: bool
    findings: tuple[Finding, ...]


def run(found: Iterable[Found], version: FhirVersion, how: RenderOptions, out: BinaryIO | None = None) -> int:
    """Map each record and write one JSON line for it to `out`: a Bundle, or an OperationOutcome if it cannot be mapped.

    Warnings and the final counts go to standard error. `out`: default is standard output. Returns the exit code, 0.
    """
    out = out or sys.stdout.buffer
    mapped = failed = 0
    for result in parallel.ordered(partial(map_one, version=version, how=how), found):
        out.write(result.line + b"\n")
        out.flush()
        for finding in result.findings:
            if finding.severity == "warning":
                console.say(
                    f"{console.one_line(result.origin)}: {finding.path + ': ' if finding.path else ''}{finding.message}"
                )
        if result.failed:
            failed += 1
        else:
            mapped += 1
    console.say(f"{mapped} mapped to FHIR {version}, {failed} could not be mapped (their lines are OperationOutcomes).")
    return 0


def map_one(item: Found, *, version: FhirVersion, how: RenderOptions) -> Mapped:
    """Map one record to its output line: a Bundle, or an OperationOutcome with the reasons if it cannot be mapped."""
    from trialwire.quality import rows

    made = single.rendered(item, version, how)
    if made.reasons or made.trial is None:
        return Mapped(item.origin, _outcome(item.origin, made.reasons), failed=True, findings=())
    findings = (*made.findings, *rows.check(rows.flat(made.trial)))
    return Mapped(item.origin, orjson.dumps(made.bundle), failed=False, findings=findings)


def _outcome(origin: str, reasons: Sequence[Reason]) -> bytes:
    """A FHIR OperationOutcome with the reasons why a record was not mapped."""
    issues = [
        {
            "severity": "error",
            "code": "invalid",
            "details": {"text": reason.code},
            "diagnostics": f"{origin}: {reason.message} {reason.cure}".rstrip(),
            **({"expression": [reason.path]} if reason.path else {}),
        }
        for reason in reasons
    ]
    return orjson.dumps({"resourceType": "OperationOutcome", "issue": issues})


def map_records(paths: Sequence[str], version: FhirVersion, profile: str | None, *, contacts: bool) -> None:
    """Map records from files and folders, or from JSON lines of standard input. Prints one JSON line per record."""
    from trialwire.sources import files

    overrides: dict[str, object] = {"contacts": "include"} if contacts else {}
    if profile:
        overrides["profile"] = profile
    chosen = settings.load(overrides)
    if profile == "eclaire" and version != "R4":
        msg = "The ECLAIRE profile is FHIR R4: use --fhir R4 with --profile eclaire."
        raise UsageError(msg)
    if not paths or list(paths) == ["-"]:
        found: Iterable[Found] = files.lines(console.standard_input(), max_bytes=chosen.ingest.max_record_bytes)
    else:
        found = files.records([Path(path) for path in paths], max_bytes=chosen.ingest.max_record_bytes)
    run(found, version, rendering.options(chosen, version, for_server=True))
