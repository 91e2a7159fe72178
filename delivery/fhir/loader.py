"""Loads changes into a FHIR server, one window (100 consecutive rows of the outbox) at a time.

The outbox is the store's table of all changes in commit order.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from trialwire.delivery.cursor import WindowCursor
from trialwire.delivery.fhir import posting as fhir_posting
from trialwire.delivery.fhir.client import FhirClient
from trialwire.delivery.fhir.posting import Item, Posters
from trialwire.delivery.fhir.reseed import LastNumbers
from trialwire.delivery.fhir.verify import verify
from trialwire.network.retrying import FHIR_SERVER
from trialwire.schemas.errors import RetryLaterError

if TYPE_CHECKING:
    from collections.abc import Callable

    import httpx

    from trialwire.delivery.fhir.apply import Applied
    from trialwire.delivery.fhir.settings import FhirSettings
    from trialwire.network.retrying import RetryPolicy
    from trialwire.schemas.outbox import Outbox, OutboxPage, OutboxRow

__all__ = ["LoadReport", "load", "verify"]

WINDOW_ROWS: Final = 100
LEASE_SECONDS: Final = 120.0


@dataclass
class LoadReport:
    """The result of a run: numbers of changes, and the number of resources that the server accepted."""

    loaded: int = 0
    already_there: int = 0
    parked: int = 0
    pending: int = 0
    resources: int = 0
    seconds: float = 0.0


def load(
    outbox: Outbox,
    server: FhirSettings,
    *,
    deadline_seconds: float = 900.0,
    progress: Callable[[int], None] = lambda _: None,
    transport: httpx.BaseTransport | None = None,
    retries: RetryPolicy = FHIR_SERVER,
) -> LoadReport:
    """Load changes until the outbox has no rows left for this server. Returns the counts of the run.

    Raises RetryLaterError if the server is down or the deadline passes; StopError if the server rejects our login or
    every request; ContractError if the server has changes that this store never made.
    """
    started = time.monotonic()
    ending = fhir_posting.until(started + deadline_seconds)
    report = LoadReport()
    numbers = LastNumbers(outbox)
    with (
        FhirClient(server, transport=transport, retries=retries) as client,
        Posters(client, server.destination) as posters,
    ):
        while True:
            with outbox.lease(f"load-{server.destination}", seconds=LEASE_SECONDS):
                page = outbox.pending(server.destination, limit=WINDOW_ROWS)
                if not page.rows:
                    break
                if ending():
                    raise RetryLaterError(_unfinished(outbox, server, deadline_seconds))
                items = [_item(outbox, server, row) for row in page.rows]
                posters.post(items, _Window(outbox, server, page, report, numbers, progress), ending=ending)
    report.pending = outbox.state(server.destination).pending
    report.seconds = round(time.monotonic() - started, 3)
    return report


def _item(outbox: Outbox, server: FhirSettings, row: OutboxRow) -> Item[OutboxRow]:
    content, content_hash = (
        partial(outbox.bundle, row, server.fhir_version),
        row.content_hashes.get(server.fhir_version),
    )
    removes = row.change.verb == "removed"
    return Item(row.change.trial_id, row.change.sequence, content, row, content_hash, alone=removes)


def _unfinished(outbox: Outbox, server: FhirSettings, deadline_seconds: float) -> str:
    return (
        f"{outbox.state(server.destination).pending} changes are still to be loaded into {server.base_url} after "
        f"{deadline_seconds:.0f} seconds. None is lost: load again, or raise the deadline of this server."
    )


class _Window:
    """The ledger of one window: it receives the result of each row of the window.

    It counts rows as loaded or parked (set aside because they were rejected), and moves the cursor up to the first open
    row.
    """

    def __init__(
        self,
        outbox: Outbox,
        server: FhirSettings,
        page: OutboxPage,
        report: LoadReport,
        numbers: LastNumbers,
        progress: Callable[[int], None],
    ) -> None:
        self._outbox = outbox
        self._server = server
        self._destination = server.destination
        self._numbers = numbers
        self._report = report
        self._progress = progress
        self._rewinds = page.rewinds
        self._cursor = WindowCursor(row.position for row in page.rows)

    def settled(self, source: OutboxRow, applied: Applied) -> None:
        """Count a change that the server has. Raises ContractError if the server has a later change than this store."""
        if applied.server_sequence > source.change.sequence:
            self._numbers.refuse_server_ahead(source.change.trial_id, applied.server_sequence, self._server)
        if applied.kind == "loaded":
            self._report.loaded += 1
            self._report.resources += applied.resources
        else:
            self._report.already_there += 1
        self._done(source)

    def park(self, source: OutboxRow, applied: Applied) -> None:
        """Park a change that the server rejects, that is, set it aside with its reason."""
        self._outbox.park(self._destination, source, "load", applied.reasons, applied.attempts)
        self._report.parked += 1
        self._done(source)

    def mark(self) -> None:
        """Move the server's cursor (its position in the outbox) up to the first open row."""
        reached = self._cursor.take()
        if reached is not None:
            self._outbox.advance(self._destination, reached, self._rewinds)

    def _done(self, row: OutboxRow) -> None:
        self._cursor.settle(row.position)
        self._progress(1)
