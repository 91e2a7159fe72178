"""The outbox (the list of all changes to deliver) for one FHIR server. Usually it returns the stored Bundles.

The setting `unknown_status` of the R4 server names the R4 status to write if no code fits. If a stored Bundle has no
status and this setting names a status, the Bundle is made again with this status.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.pipeline import rendering
from trialwire.pipeline.outbox_view import OutboxView

if TYPE_CHECKING:
    from trialwire.changes.store import Store
    from trialwire.pipeline.settings import Settings
    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.outbox import OutboxRow


class RenderingOutbox(OutboxView):
    """The store's outbox for one FHIR server.

    A stored Bundle is returned as it is, unless the setting `unknown_status` of the server requires another status.
    """

    def __init__(self, store: Store, settings: Settings) -> None:
        super().__init__(store.outbox)
        self._history = store.history
        self._settings = settings

    def bundle(self, row: OutboxRow, fhir_version: FhirVersion) -> bytes:
        """Return the checked Bundle of an outbox row as JSON, with the status that the server's settings require."""
        stored = self._outbox.bundle(row, fhir_version)
        if fhir_version != "R4" or self._settings.fhir.r4.unknown_status == "absent" or row.change.status != "unknown":
            return stored
        trial = self._history.trial(row.change.trial_id, row.change.sequence)
        how = rendering.options(self._settings, "R4", for_server=True)
        return rendering.checked(trial, {"R4": how})["R4"].content
