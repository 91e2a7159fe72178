"""Reads one record, makes its Bundle and checks it, without a store and without a batch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from trialwire.pipeline import registries, rendering
from trialwire.schemas.errors import HoldError
from trialwire.schemas.held import Reason
from trialwire.schemas.record import UnreadableRecord

if TYPE_CHECKING:
    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.held import Finding
    from trialwire.schemas.record import Found, RawRecord
    from trialwire.schemas.trial import Trial
    from trialwire.transforms.element import Json
    from trialwire.transforms.read.any_record import Reading
    from trialwire.transforms.write.bundle import RenderOptions


@dataclass(frozen=True, slots=True)
class Single:
    """The result for one record. `reasons`: empty if the record is valid. `bundle`: None if no Bundle could be made."""

    origin: str
    trial: Trial | None = None
    bundle: Json | None = None
    reasons: tuple[Reason, ...] = ()
    findings: tuple[Finding, ...] = ()


def reading(item: RawRecord, *, named: str | None = None) -> Reading:
    """Read a record with the parser of its source or, without a source, the parser that fits its content.

    `named`: the registry number that an operator gave to a page. Raises HoldError if the record cannot be read.
    """
    from trialwire.transforms.read.any_record import read

    return read(item, named=named, parse=registries.parser(item.source))


def rendered(item: Found, version: FhirVersion, how: RenderOptions) -> Single:
    """Read one record, make its Bundle and check it. A record that fails gives a result with reasons, not an error."""
    from trialwire.quality.fhir import resources
    from trialwire.transforms.write import bundle

    if isinstance(item, UnreadableRecord):
        return Single(item.origin, reasons=(Reason(code=item.code, message=item.message, cure=item.cure),))
    try:
        found = reading(item)
        if found.trial.trial_id is None:
            raise HoldError([rendering.UNIDENTIFIED])
        rendition = bundle.render(found.trial, version, how)
    except HoldError as error:
        return Single(item.origin, reasons=error.reasons)
    return Single(
        item.origin,
        trial=found.trial,
        bundle=rendition.bundle,
        reasons=tuple(dict.fromkeys(resources.check(rendition.bundle, version, profile=how.profile))),
        findings=(*found.findings, *rendition.findings),
    )
