"""Detects that a FHIR server has changes that this store never made, before this store overwrites them.

This happens after the store was lost or restored from a backup: the store's change numbers are then lower than the
server's.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.delivery.fhir import apply as fhir_apply
from trialwire.delivery.fhir.client import FhirClient
from trialwire.delivery.fhir.fault import FhirFault
from trialwire.network.retrying import FHIR_SERVER
from trialwire.schemas.errors import ContractError

if TYPE_CHECKING:
    from collections.abc import Iterator

    import httpx

    from trialwire.delivery.event.study_bundle import Resource
    from trialwire.delivery.fhir.settings import FhirSettings
    from trialwire.network.retrying import RetryPolicy
    from trialwire.schemas.outbox import Outbox

PAGE_STUDIES = 100


class LastNumbers:
    """Knows the number of the last change of each trial in the store.

    The numbers are read from the store only when a server has a higher number than expected.
    """

    def __init__(self, outbox: Outbox) -> None:
        self._outbox = outbox
        self._last: dict[str, int] = {}

    def refuse_server_ahead(self, trial_id: str, found: int, server: FhirSettings) -> None:
        """Raise ContractError if the server's change number of a trial, `found`, is higher than the store's number."""
        if found <= self._last.get(trial_id, 0):
            return
        self._last = {row.change.trial_id: row.change.sequence for row in self._outbox.latest_per_trial()}
        self._last |= dict(self._outbox.taken_over())
        last = self._last.get(trial_id, 0)
        if found > last:
            msg = (
                f"{server.base_url} is ahead of this store: it has change {found} of {trial_id}, and the last one here is "
                f"{last}. The store was lost or restored, and the server would keep what it has. Nothing was "
                f"overwritten. Take the numbers over with `trialwire replay --reseed`, then load again."
            )
            raise ContractError(msg)


def ahead_of(
    outbox: Outbox,
    server: FhirSettings,
    *,
    transport: httpx.BaseTransport | None = None,
    retries: RetryPolicy = FHIR_SERVER,
) -> Iterator[tuple[str, int]]:
    """Yield (trial id, change number) of each study on the server whose last change was not made by this store.

    Raises RetryLaterError or StopError if the server cannot be read, ContractError for a study without registry number.
    """
    mine: dict[str, tuple[int, str | None]] = {trial_id: (sequence, None) for trial_id, sequence in outbox.taken_over()}
    mine |= {
        row.change.trial_id: (row.change.sequence, row.content_hashes.get(server.fhir_version))
        for row in outbox.latest_per_trial()
    }
    with FhirClient(server, transport=transport, retries=retries) as client:
        try:
            for study in client.search("ResearchStudy", {"_count": str(PAGE_STUDIES)}):
                if sequence := fhir_apply.sequence_of(study):
                    trial_id = _registry_number(study, server)
                    last, content_hash = mine.get(trial_id, (0, None))
                    if sequence > last or (sequence == last and fhir_apply.other_content(study, content_hash)):
                        yield trial_id, sequence
        except FhirFault as fault:
            msg = f"{server.base_url} cannot be read: {fault.message}."
            raise fault.as_error(msg) from None


def _registry_number(study: Resource, server: FhirSettings) -> str:
    """Return the official identifier of a study, which is the trial id in the outbox.

    The outbox is the store's table of all changes.
    """
    for identifier in study.get("identifier", []):
        if identifier.get("use") == "official" and identifier.get("value"):
            return str(identifier["value"])
    msg = (
        f"ResearchStudy/{study.get('id')} on {server.base_url} has a change number and no official identifier: "
        f"another system wrote to it. Correct or remove it, then reseed again."
    )
    raise ContractError(msg)
