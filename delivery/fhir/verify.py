"""Compares a FHIR server with the outbox (the store's table of all changes) and lists the differences.

A difference is a resource that the server lacks, a resource with other content, or a resource that should have been
deleted.
"""

from __future__ import annotations

import time
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, Any, Final
from xml.etree.ElementTree import ParseError, canonicalize

from trialwire.delivery.event import study_bundle
from trialwire.delivery.fhir import apply as fhir_apply
from trialwire.delivery.fhir.client import FhirClient
from trialwire.delivery.fhir.fault import FhirFault
from trialwire.network.retrying import FHIR_SERVER

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    import httpx

    from trialwire.delivery.event.study_bundle import Entry, Resource
    from trialwire.delivery.fhir.settings import FhirSettings
    from trialwire.network.retrying import RetryPolicy
    from trialwire.schemas.outbox import Outbox, OutboxRow

SERVER_META: Final = frozenset({"versionId", "lastUpdated", "source"})
"""Elements of `meta` that a server sets itself. All other elements must equal what was sent."""
PAGE_ROWS: Final = 500
TRIALS_AT_ONCE: Final = 50


@dataclass
class VerifyReport:
    """The result of comparing the resources on a FHIR server with the newest change of each trial in the store.

    `missing`, `different`, `not_removed` and `no_longer_referred_to` are lists of references (`Type/id`). An item of
    `different` also has the path of the first difference in its resource. `no_longer_referred_to`: resources that an
    earlier change wrote, that are still on the server, and to which no trial refers now.
    """

    trials: int = 0
    resources: int = 0
    equal: int = 0
    missing: list[str] = field(default_factory=list)
    different: list[str] = field(default_factory=list)
    not_removed: list[str] = field(default_factory=list)
    no_longer_referred_to: list[str] = field(default_factory=list)
    parked: int = 0
    pending: int = 0
    seconds: float = 0.0


def verify(
    outbox: Outbox,
    server: FhirSettings,
    *,
    progress: Callable[[int], None] = lambda _: None,
    transport: httpx.BaseTransport | None = None,
    retries: RetryPolicy = FHIR_SERVER,
) -> VerifyReport:
    """Compare the server with the newest change of every trial. Writes nothing. Raises the same errors as `load`.

    Studies, plans and groups are compared element by element. For a resource that trials share, the function checks
    only that it exists.
    """
    started = time.monotonic()
    state = outbox.state(server.destination)
    report = VerifyReport(parked=state.parked, pending=state.pending)
    with FhirClient(server, transport=transport, retries=retries) as client:
        try:
            _Verification(client, report).run(outbox, server, progress)
        except FhirFault as fault:
            msg = f"{server.base_url} cannot be read: {fault.message}."
            raise fault.as_error(msg) from None
    report.seconds = round(time.monotonic() - started, 3)
    return report


class _Verification:
    def __init__(self, client: FhirClient, report: VerifyReport) -> None:
        self._client = client
        self._report = report
        self._named: set[str] = set()

    def run(self, outbox: Outbox, server: FhirSettings, progress: Callable[[int], None]) -> None:
        rows = iter(outbox.latest_per_trial())
        while some := list(islice(rows, TRIALS_AT_ONCE)):
            bundles = [study_bundle.read(outbox.bundle(row, server.fhir_version)) for row in some]
            self._trials(bundles)
            progress(len(some))
        earlier: set[str] = set()
        for row in _superseded(outbox, server.destination):
            bundle = study_bundle.read(outbox.bundle(row, server.fhir_version))
            earlier.update(study_bundle.reference(entry) for entry in bundle["entry"])
        left_over = sorted(earlier - self._named)
        found = self._client.read_many(left_over, whole=False)
        self._report.no_longer_referred_to = [reference for reference in left_over if reference in found]

    def _trials(self, bundles: Sequence[Resource]) -> None:
        self._report.trials += len(bundles)
        removed: list[str] = []
        own: list[Entry] = []
        shared: dict[str, Entry] = {}
        for bundle in bundles:
            if study_bundle.is_removal(bundle):
                removed += [study_bundle.reference(entry) for entry in bundle["entry"] if _is_own(entry)]
                continue
            for entry in bundle["entry"]:
                if _is_own(entry):
                    own.append(entry)
                elif study_bundle.reference(entry) not in self._named:
                    shared[study_bundle.reference(entry)] = entry
            self._named.update(study_bundle.reference(entry) for entry in bundle["entry"])
        self._report.not_removed += list(self._client.read_many(removed, whole=False))
        found = self._client.read_many([study_bundle.reference(entry) for entry in own])
        found |= self._client.read_many(list(shared), whole=False)
        for entry in (*own, *shared.values()):
            self._compare(entry, found.get(study_bundle.reference(entry)))

    def _compare(self, entry: Entry, found: Resource | None) -> None:
        reference = study_bundle.reference(entry)
        self._report.resources += 1
        if found is None:
            self._report.missing.append(reference)
        elif _is_own(entry) and (place := first_difference(plain(entry["resource"]), plain(found))):
            self._report.different.append(f"{reference}: {place}")
        else:
            self._report.equal += 1


_OWN: Final = fhir_apply.OWN_TYPES


def _is_own(entry: Entry) -> bool:
    return study_bundle.reference(entry).split("/")[0] in _OWN


def _superseded(outbox: Outbox, destination: str) -> Iterator[OutboxRow]:
    """Yield every row of the outbox that is not the newest row of its trial."""
    newest = {row.change.trial_id: row.position for row in outbox.latest_per_trial()}
    position = 0
    while rows := outbox.pending(destination, limit=PAGE_ROWS, after=position).rows:
        yield from (row for row in rows if row.position != newest.get(row.change.trial_id))
        position = rows[-1].position


def plain(resource: Resource) -> Resource:
    """Take a resource as read from a server; return it without the elements that a server sets itself."""
    meta = {name: value for name, value in resource.get("meta", {}).items() if name not in SERVER_META}
    rest = {name: value for name, value in resource.items() if name != "meta"}
    text = resource.get("text")
    if isinstance(text, dict) and isinstance(text.get("div"), str):
        rest["text"] = text | {"div": _canonical(text["div"])}
    return rest | ({"meta": meta} if meta else {})


def _canonical(xhtml: str) -> str:
    """Return a narrative as canonical XML, because servers write it differently (`&quot;` for a quotation mark)."""
    try:
        return canonicalize(xhtml)
    except ParseError:
        return xhtml


def first_difference(sent: Any, found: Any, path: str = "") -> str | None:
    """Return the path of the first difference between two values, or None if they are equal.

    The path contains no values, because a value may be contact data.
    """
    if isinstance(sent, dict) and isinstance(found, dict):
        return _first(
            first_difference(sent.get(name), found.get(name), f"{path}.{name}".lstrip("."))
            for name in sorted({*sent, *found})
        )
    if isinstance(sent, list) and isinstance(found, list) and len(sent) == len(found):
        pairs: Sequence[tuple[Any, Any]] = list(zip(sent, found, strict=True))
        return _first(first_difference(a, b, f"{path}[{index}]") for index, (a, b) in enumerate(pairs))
    return None if sent == found else path or "the whole"


def _first(found: Iterable[str | None]) -> str | None:
    return next((item for item in found if item is not None), None)
