"""Turns any raw record into a Trial. The content of the record decides which parser reads it, never the file name.

A record that cannot be read raises HoldError. The record is then held: it is stored with its reasons and not published.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from trialwire.schemas.errors import HoldError
from trialwire.schemas.held import Finding, Reason
from trialwire.transforms.read import decoding
from trialwire.transforms.read.from_clinicaltrials_gov import from_clinicaltrials_gov
from trialwire.transforms.read.from_eclaire import from_eclaire
from trialwire.transforms.read.from_pages import from_pages

if TYPE_CHECKING:
    from trialwire.schemas.record import RawRecord
    from trialwire.schemas.source import Parse
    from trialwire.schemas.trial import Trial

READING_VERSION = "2"
"""The version of the parsers. Raise it when they make another Trial from the same bytes: all records are read again."""


@dataclass(frozen=True, slots=True)
class Reading:
    """The result of reading a record: the Trial, and the findings."""

    trial: Trial
    findings: tuple[Finding, ...]


def read(record: RawRecord, *, named: str | None = None, parse: Parse | None = None) -> Reading:
    """Read one record. Raises HoldError, with every reason, if the record cannot be read.

    `parse`: the parser to use. If it is None, the content decides the parser: JSON of ClinicalTrials.gov, a FHIR study
    of ECLAIRE (the French register of trials), or the text of a saved page. `named`: the registry number that an
    operator gave to a page that has no number. A page without any number becomes a Trial without `trial_id`.
    """
    trial, findings = (parse or _by_content)(record)
    if record.source is not None and trial.source != record.source:
        trial = trial.model_copy(update={"source": record.source})
    return Reading(_named(trial, named), tuple(findings))


def _by_content(record: RawRecord) -> tuple[Trial, tuple[Finding, ...]]:
    text, findings = decoding.decoded(record.content)
    if _is_json(text):
        document = decoding.parsed(text)
        if isinstance(document, dict) and str(document.get("resourceType")) in {"ResearchStudy", "Bundle"}:
            trial, noticed = from_eclaire(document)
        else:
            trial, noticed = from_clinicaltrials_gov(_study(document))
    else:
        trial, noticed = from_pages(text)
    return trial, (*findings, *noticed)


def is_page(record: RawRecord) -> bool:
    """Return whether a record is the text of a saved web page, that is, text that is not empty and not JSON."""
    try:
        text, _ = decoding.decoded(record.content)
    except HoldError:
        return False
    return bool(text.strip()) and not _is_json(text)


def _is_json(text: str) -> bool:
    return text.lstrip()[:1] in {"{", "["}


@dataclass(frozen=True, slots=True)
class _OtherShape:
    """A kind of JSON document that is not one registry record, recognised by one of its keys."""

    key: str
    what: str
    cure: str


_OTHER_SHAPES = (
    _OtherShape("studies", "a page of several registry records", "Ingest the file: its records are read one by one."),
    _OtherShape("FullStudiesResponse", "an answer of the registry's retired API v1", "Ask the registry's API v2."),
    _OtherShape("FullStudy", "a record of the registry's retired API v1", "Ask the registry's API v2."),
    _OtherShape("Study", "a record of the registry's retired API v1", "Ask the registry's API v2."),
    _OtherShape("resourceType", "a FHIR resource that is not a study", "Give the ResearchStudy, or a Bundle with it."),
    _OtherShape("ctNumber", "a record of the EU's CTIS, which this version does not read", ""),
)


def _study(found: object) -> dict[str, Any]:
    """The registry's study object. Raises HoldError for JSON of another shape."""
    if isinstance(found, dict) and "protocolSection" in found:
        return found
    cure = "Give records of ClinicalTrials.gov API v2 (objects with a protocolSection) or saved pages as text."
    what = "an object without a protocolSection" if isinstance(found, dict) else "a list, not one record"
    keys = found.keys() if isinstance(found, dict) else frozenset()
    for other in _OTHER_SHAPES:
        if other.key in keys:
            what, cure = other.what, other.cure or cure
            break
    raise HoldError([Reason(code="unknown-layout", message=f"The JSON is {what}.", cure=cure)])


def _named(trial: Trial, named: str | None) -> Trial:
    """The Trial with the number that an operator gave it. Raises HoldError if the record has another number."""
    if named is None or trial.trial_id == named:
        return trial
    if trial.trial_id is not None:
        message = f"The record was named {named}, but its own number is {trial.trial_id}."
        raise HoldError([Reason(code="name-contradiction", message=message, cure="Name it again, or discard it.")])
    return trial.model_copy(update={"identification": trial.identification.model_copy(update={"nct_id": named})})
