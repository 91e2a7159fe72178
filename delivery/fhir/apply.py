"""Applies one change of a trial to a FHIR server: atomic and idempotent.

The study's `meta.source` holds the number of the change and the hash of its content. Every loader reads `meta.source`
and skips a change that the server already has, also if another loader wrote that change. (An extension would change the
study itself; servers keep old tags, so tags would accumulate.) A study is written only over the version that was read
(optimistic locking): if two loaders write at the same time, the second loader gets a conflict and reads again.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from trialwire.delivery.event import study_bundle
from trialwire.delivery.fhir.fault import FhirFault
from trialwire.network import retrying
from trialwire.schemas.errors import ContractError, RetryLaterError
from trialwire.schemas.held import Reason

if TYPE_CHECKING:
    from trialwire.delivery.event.study_bundle import Entry, Resource
    from trialwire.delivery.fhir.client import FhirClient

_MARK: Final = re.compile(r"urn:trialwire:change:(\d+)(?::([0-9a-f]+))?(?:#.*)?")
"""Number, and the first digits of the SHA-256 of the checked Bundle (`ce_contenthash`). The same number with another
hash comes from another store. A HAPI server appends "#" and the id of the request."""
_HASH_DIGITS: Final = 32
MAX_ENTRIES: Final = 500
"""A larger Bundle is sent in parts: shared resources first, the trial's own resources together in the last part."""
OWN_TYPES: Final = ("ResearchStudy", "PlanDefinition", "Group")
_SHARED_RANK: Final = {"Organization": 0, "Location": 1, "PractitionerRole": 2}


@dataclass(frozen=True, slots=True)
class Applied:
    """The result of one change on a FHIR server.

    `kind` is one of: loaded (written), already (the server had this change or a later one), refused (the server
    rejected the change with a 4xx status), suspect (the server answered 5xx to this change, but it answers other
    requests). `server_sequence`: the number of the change that the server had before.
    """

    kind: Literal["loaded", "already", "refused", "suspect"]
    resources: int = 0
    attempts: int = 1
    reasons: tuple[Reason, ...] = ()
    status: int | None = None
    codes: tuple[str, ...] = ()
    server_sequence: int = 0


def apply(
    client: FhirClient, sequence: int, content: bytes, content_hash: str | None, *, max_entries: int = MAX_ENTRIES
) -> Applied:
    """Apply one change to the server and return the result.

    Raises RetryLaterError if the server is down, StopError if it rejects our login, and ContractError if the server has
    a different change with the same number, which another store wrote.
    """
    try:
        bundle = study_bundle.read(content)
    except ValueError as error:
        return Applied("refused", reasons=(Reason(code="bad-bundle", message=str(error), cure="report it"),))
    attempts = 0
    try:
        for attempt in retrying.attempts(retrying.FHIR_CONFLICT, _is_conflict):
            with attempt:
                attempts = attempt.num
                applied = _once(client, _Change(sequence, content_hash, bundle), max_entries, attempts)
    except FhirFault as fault:
        if fault.kind == "retry" and not client.lives():
            msg = f"{client.base} is down: {fault.message}. Nothing was parked and nothing is lost; load again later."
            raise RetryLaterError(msg) from None
        return _refusal(fault, bundle, attempts)
    return applied


def _is_conflict(error: Exception) -> bool:
    return isinstance(error, FhirFault) and error.kind == "conflict"


def sequence_of(study: Resource | None) -> int:
    """Take a study as read from a server; return the number of its last change, or 0 if `meta.source` has no number."""
    mark = _mark(study)
    return int(mark[1]) if mark else 0


def other_content(study: Resource | None, content_hash: str | None) -> bool:
    """Return whether the content hash of a study on a server differs from `content_hash`.

    Returns False if the study on the server has no hash, or if `content_hash` is None.
    """
    mark = _mark(study)
    return mark is not None and bool(mark[2] and content_hash) and not str(content_hash).startswith(mark[2])


def stamped(bundle: Resource, sequence: int, content_hash: str | None) -> list[Entry]:
    """Return the Bundle's entries with the change number and the content hash in the study's `meta.source`."""
    entry = study_bundle.study_entry(bundle)
    study = entry["resource"]
    source = f"urn:trialwire:change:{sequence}" + (f":{content_hash[:_HASH_DIGITS]}" if content_hash else "")
    marked = entry | {"resource": study | {"meta": study.get("meta", {}) | {"source": source}}}
    return [marked if other is entry else other for other in bundle["entry"]]


def _mark(study: Resource | None) -> re.Match[str] | None:
    return _MARK.fullmatch(str((study or {}).get("meta", {}).get("source", "")))


@dataclass(frozen=True, slots=True)
class _Change:
    """The change to apply."""

    sequence: int
    content_hash: str | None
    bundle: Resource


def _once(client: FhirClient, change: _Change, max_entries: int, attempts: int) -> Applied:
    reference, bundle = study_bundle.study_reference(change.bundle), change.bundle
    current, precondition = client.read_to_write(reference)
    theirs = sequence_of(current)
    if study_bundle.is_removal(bundle):
        if current is None or theirs > change.sequence:
            return Applied("already", attempts=attempts, server_sequence=theirs)
        return Applied("loaded", _remove(client, _guarded(bundle["entry"], reference, precondition)), attempts)
    if theirs == change.sequence and other_content(current, change.content_hash):
        raise ContractError(_counted_twice(client, reference, theirs))
    if theirs >= change.sequence:
        return Applied("already", attempts=attempts, server_sequence=theirs)
    entries = _guarded(stamped(bundle, change.sequence, change.content_hash), reference, precondition)
    return Applied("loaded", _write(client, entries, max_entries), attempts)


def _counted_twice(client: FhirClient, reference: str, sequence: int) -> str:
    return (
        f"{reference} on {client.base} is change {sequence}, and this store has another change under that number: the "
        f"store was lost or restored. Nothing was overwritten. Take the numbers over with `trialwire replay --reseed`, "
        f"then load again."
    )


def _guarded(entries: list[Entry], reference: str, precondition: dict[str, str]) -> list[Entry]:
    """Return the entries with a precondition on the study.

    If the study was written since it was read, the server answers 409 or 412.
    """
    return [
        entry | {"request": entry["request"] | precondition} if study_bundle.reference(entry) == reference else entry
        for entry in entries
    ]


def _write(client: FhirClient, entries: list[Entry], max_entries: int) -> int:
    """Write all entries and return how many the server accepted. Halves the parts if the server answers 413."""
    try:
        return sum(client.transact(part) for part in parts(entries, max_entries))
    except FhirFault as fault:
        if fault.kind != "too-large" or max_entries <= 1:
            raise
    return _write(client, entries, min(max_entries, len(entries)) // 2 or 1)


def parts(entries: list[Entry], max_entries: int) -> list[list[Entry]]:
    """Split the entries of a Bundle into lists of at most `max_entries`, to be sent one after the other.

    If the Bundle has at most `max_entries` entries, the result is one list. Otherwise the first lists hold resources
    that trials share, for example organizations, and the last list holds the trial's own resources. The last list is
    never split, so it may be larger than `max_entries`.
    """
    if len(entries) <= max_entries:
        return [entries]
    shared = [entry for entry in entries if _type(entry) not in OWN_TYPES]
    own = [entry for entry in entries if _type(entry) in OWN_TYPES]
    shared.sort(key=lambda entry: _SHARED_RANK.get(_type(entry), len(_SHARED_RANK)))
    return [shared[start : start + max_entries] for start in range(0, len(shared), max_entries)] + [own]


def _remove(client: FhirClient, entries: list[Entry]) -> int:
    """Delete the trial's own resources in one transaction, then each shared resource without references to it."""
    own = [entry for entry in entries if _type(entry) in OWN_TYPES]
    removed = client.transact(own)
    for entry in entries:
        reference = study_bundle.reference(entry)
        if entry not in own and not client.is_referred_to(reference):
            removed += client.delete(reference)
    return removed


def _type(entry: Entry) -> str:
    return study_bundle.reference(entry).partition("/")[0]


def _refusal(fault: FhirFault, bundle: Resource, attempts: int) -> Applied:
    kind: Literal["refused", "suspect"] = "suspect" if fault.kind == "retry" else "refused"
    reason = Reason(
        code=f"fhir-{fault.kind}", message=f"the server rejects it: {fault.message}", cure=_cure(fault, bundle)
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
    return "correct what the server names, or configure the server to accept it, then replay"


def _status_is_absent(bundle: Resource) -> bool:
    if study_bundle.is_removal(bundle):
        return False
    study = study_bundle.study_entry(bundle)["resource"]
    return "status" not in study and "_status" in study
