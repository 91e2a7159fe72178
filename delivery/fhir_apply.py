"""Applying one change of a trial to a FHIR server: skipped when the server is as far, all or nothing, never twice.

The study carries the number of its last change in an extension (a tag would pile up: servers keep old tags), so any
loader can tell what the server has, whoever wrote it.
"""

from __future__ import annotations

import random
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from delivery import study_bundle
from delivery.fhir_fault import FhirFault
from schemas.errors import RetryLaterError
from schemas.held import Reason

if TYPE_CHECKING:
    from delivery.fhir_client import FhirClient
    from delivery.study_bundle import Entry, Resource

SEQUENCE_URL: Final = "https://trialwire.org/fhir/StructureDefinition/change-sequence"
MAX_ENTRIES: Final = 500
"""A larger Bundle goes in parts: what is referred to first, the trial's own resources last and together."""
CONFLICT_ATTEMPTS: Final = 5
OWN_TYPES: Final = ("ResearchStudy", "PlanDefinition", "Group")
_SHARED_RANK: Final = {"Organization": 0, "Location": 1, "PractitionerRole": 2}


@dataclass(frozen=True, slots=True)
class Applied:
    """What became of one change.

    loaded: the server took it; already: it had this change or a later one; refused: it refuses this change for what it
    is; suspect: it fails on this change and lives otherwise.
    """

    kind: Literal["loaded", "already", "refused", "suspect"]
    resources: int = 0
    attempts: int = 1
    reasons: tuple[Reason, ...] = ()
    status: int | None = None
    codes: tuple[str, ...] = ()


def apply(client: FhirClient, sequence: int, content: bytes, *, max_entries: int = MAX_ENTRIES) -> Applied:
    """Bring the server to that change. Raises RetryLaterError when the server is down, StopError when it refuses us."""
    try:
        bundle = study_bundle.read(content)
    except ValueError as error:
        return Applied("refused", reasons=(Reason(code="bad-bundle", message=str(error), cure="report it"),))
    attempts = 0
    try:
        while True:
            attempts += 1
            try:
                return _once(client, sequence, bundle, max_entries, attempts)
            except FhirFault as fault:
                if fault.kind != "conflict" or attempts >= CONFLICT_ATTEMPTS:
                    raise
                time.sleep(random.uniform(0.05, 0.2) * attempts)  # noqa: S311 (two loaders must not keep step)
    except FhirFault as fault:
        if fault.kind == "retry" and not client.lives():
            msg = f"{client.base} is down: {fault.message}. Nothing was parked and nothing is lost; load again later."
            raise RetryLaterError(msg) from None
        return _refusal(fault, bundle, attempts)


def sequence_of(study: Resource | None) -> int:
    """The number of the last change of a study on a server, 0 where it does not say."""
    extensions = (study or {}).get("extension", [])
    found = [item.get("valuePositiveInt", 0) for item in extensions if item.get("url") == SEQUENCE_URL]
    return max(found, default=0)


def stamped(bundle: Resource, sequence: int) -> list[Entry]:
    """The entries as they are sent: the study says which change it is."""
    entry = study_bundle.study_entry(bundle)
    study = entry["resource"]
    mark = {"url": SEQUENCE_URL, "valuePositiveInt": sequence}
    marked = entry | {"resource": study | {"extension": [*study.get("extension", []), mark]}}
    return [marked if other is entry else other for other in bundle["entry"]]


def _once(client: FhirClient, sequence: int, bundle: Resource, max_entries: int, attempts: int) -> Applied:
    current = client.read(study_bundle.study_reference(bundle))
    if study_bundle.is_removal(bundle):
        if current is None or sequence_of(current) > sequence:
            return Applied("already", attempts=attempts)
        return Applied("loaded", _remove(client, bundle), attempts)
    if sequence_of(current) >= sequence:
        return Applied("already", attempts=attempts)
    entries = stamped(bundle, sequence)
    return Applied("loaded", _write(client, entries, max_entries), attempts)


def _write(client: FhirClient, entries: list[Entry], max_entries: int) -> int:
    """Write all entries. Returns how many the server took. Halves the parts where the server says they are too large."""
    try:
        return sum(client.transact(part) for part in parts(entries, max_entries))
    except FhirFault as fault:
        if fault.kind != "too-large" or max_entries <= 1:
            raise
    return _write(client, entries, min(max_entries, len(entries)) // 2 or 1)


def parts(entries: list[Entry], max_entries: int) -> list[list[Entry]]:
    """One part where that is enough; else the shared resources in parts, and the trial's own, with the mark, last."""
    if len(entries) <= max_entries:
        return [entries]
    shared = [entry for entry in entries if _type(entry) not in OWN_TYPES]
    own = [entry for entry in entries if _type(entry) in OWN_TYPES]
    shared.sort(key=lambda entry: _SHARED_RANK.get(_type(entry), len(_SHARED_RANK)))
    return [shared[start : start + max_entries] for start in range(0, len(shared), max_entries)] + [own]


def _remove(client: FhirClient, bundle: Resource) -> int:
    """Delete the trial's own resources together, then of the rest what nothing on the server refers to any more."""
    own = [entry for entry in bundle["entry"] if _type(entry) in OWN_TYPES]
    removed = client.transact(own)
    for entry in bundle["entry"]:
        reference = study_bundle.reference(entry)
        if entry not in own and not client.is_referred_to(reference):
            removed += client.delete(reference)
    return removed


def _type(entry: Entry) -> str:
    return study_bundle.reference(entry).partition("/")[0]


def _refusal(fault: FhirFault, bundle: Resource, attempts: int) -> Applied:
    kind: Literal["refused", "suspect"] = "suspect" if fault.kind == "retry" else "refused"
    reason = Reason(
        code=f"fhir-{fault.kind}", message=f"the server refuses it: {fault.message}", cure=_cure(fault, bundle)
    )
    return Applied(kind, attempts=attempts, reasons=(reason,), status=fault.status, codes=fault.codes)


def _cure(fault: FhirFault, bundle: Resource) -> str:
    if fault.kind == "conflict" and study_bundle.is_removal(bundle):
        return "something else on the server refers to this study: remove that first, or retire the study instead"
    if fault.kind == "record" and _status_is_absent(bundle):
        return (
            "the status of this study is unknown and absent; for a server that validates set "
            "TRIALWIRE_FHIR__R4__UNKNOWN_STATUS=closed-to-accrual, then `trialwire replay`"
        )
    if fault.kind == "retry":
        return "see what the server logs about it, then replay"
    return "correct what the server names, or have the server accept it, then replay"


def _status_is_absent(bundle: Resource) -> bool:
    if study_bundle.is_removal(bundle):
        return False
    study = study_bundle.study_entry(bundle)["resource"]
    return "status" not in study and "_status" in study
