"""The outbox as one FHIR server wants it: the bytes that were checked at ingest, or rendered for that server's setting."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwire.pipeline import rendering

if TYPE_CHECKING:
    from trialwire.changes.store import Store
    from trialwire.pipeline.settings import Settings
    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.outbox import OutboxRow


class RenderingOutbox:
    """Delegates to the store; renders anew only where a server's unknown_status asks for other bytes than stored."""

    def __init__(self, store: Store, settings: Settings) -> None:
        self._store = store
        self._settings = settings

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def bundle(self, row: OutboxRow, fhir_version: FhirVersion) -> bytes:
        """The Bundle for this server; checked like every other."""
        stored = self._store.bundle(row, fhir_version)
        if fhir_version != "R4" or self._settings.fhir.r4.unknown_status == "absent" or row.change.status != "unknown":
            return stored
        trial = self._store.trial(row.change.trial_id, row.change.sequence)
        how = rendering.options(self._settings, "R4", for_server=True)
        return rendering.checked(trial, {"R4": how})["R4"].content
