"""`trialwire map`: records to transaction Bundles, one line each, in the order of the input. No store, no server."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, BinaryIO

import orjson

from pipeline import console, parallel, rendering
from schemas.errors import HoldError
from schemas.held import Finding, Reason
from schemas.record import UnreadableRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from pipeline.spool import Found
    from schemas.event import FhirVersion
    from transforms.bundle import RenderOptions


@dataclass(frozen=True, slots=True)
class Mapped:
    """One output line, and what a person should hear about it."""

    origin: str
    line: bytes
    failed: bool
    findings: tuple[Finding, ...]


def run(found: Iterable[Found], version: FhirVersion, how: RenderOptions, out: BinaryIO | None = None) -> int:
    """Write a line per record; warnings and a closing sentence go to standard error. Returns the exit code."""
    out = out or sys.stdout.buffer
    mapped = failed = 0
    for result in parallel.ordered(partial(map_one, version=version, how=how), found):
        out.write(result.line + b"\n")
        out.flush()
        for finding in result.findings:
            if finding.severity == "warning":
                console.say(f"{result.origin}: {finding.path + ': ' if finding.path else ''}{finding.message}")
        mapped += not result.failed
        failed += result.failed
    console.say(f"{mapped} mapped to FHIR {version}, {failed} could not go (their lines are OperationOutcomes).")
    return 0


def map_one(item: Found, *, version: FhirVersion, how: RenderOptions) -> Mapped:
    """Map one record by itself: no store, no batch, no neighbours."""
    from quality import rows
    from transforms.reading import read

    if isinstance(item, UnreadableRecord):
        reason = Reason(code=item.code, message=item.message, cure=item.cure)
        return Mapped(item.origin, _outcome(item.origin, [reason]), failed=True, findings=())
    try:
        reading = read(item)
        if reading.trial.trial_id is None:
            raise HoldError([rendering.UNIDENTIFIED])
        checked = rendering.checked(reading.trial, {version: how})[version]
    except HoldError as error:
        return Mapped(item.origin, _outcome(item.origin, error.reasons), failed=True, findings=())
    findings = (*reading.findings, *rows.check(rows.flat(reading.trial)), *checked.findings)
    return Mapped(item.origin, checked.content, failed=False, findings=findings)


def _outcome(origin: str, reasons: Sequence[Reason]) -> bytes:
    """A FHIR OperationOutcome that says why this record cannot go."""
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
