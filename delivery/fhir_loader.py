"""Loading a FHIR server from the outbox: one change in flight per trial, different trials in parallel.

A server that is down is not hurt by anything we hold, and parks nothing: the run ends and is tried again. A change that
the server refuses is parked only after the server took another, or after the few there were to try: a server that
refuses everything is itself the fault.
"""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from delivery import fhir_apply
from delivery.cursor import WindowCursor
from delivery.fhir_client import PATIENCE, FhirClient
from schemas.errors import RetryLaterError, StopError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import httpx

    from delivery.fhir_apply import Applied
    from delivery.fhir_client import Patience
    from delivery.fhir_settings import FhirSettings
    from schemas.outbox import Outbox, OutboxRow

POSTERS: Final = 4
WINDOW_ROWS: Final = 100
LEASE_SECONDS: Final = 120.0
REFUSED_IN_A_ROW: Final = 20
"""So many refusals without one acceptance say something about the server, not about the trials."""


@dataclass
class LoadReport:
    """What a run did, in changes of trials, and how many resources the server took."""

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
    patience: Patience = PATIENCE,
) -> LoadReport:
    """Load until the outbox is empty. Raises RetryLaterError when the server is down or the deadline comes first."""
    started = time.monotonic()
    deadline = started + deadline_seconds
    report = LoadReport()
    with (
        FhirClient(server, transport=transport, patience=patience) as client,
        ThreadPoolExecutor(POSTERS, thread_name_prefix=server.destination) as posters,
    ):
        while True:
            with outbox.lease(f"load-{server.destination}", seconds=LEASE_SECONDS):
                rows = outbox.pending(server.destination, limit=WINDOW_ROWS)
                if not rows:
                    break
                if time.monotonic() >= deadline:
                    raise RetryLaterError(_unfinished(outbox, server, deadline_seconds))
                _Window(outbox, server, client, posters, report, progress).run(rows, deadline)
    report.pending = outbox.state(server.destination).pending
    report.seconds = round(time.monotonic() - started, 3)
    return report


def _unfinished(outbox: Outbox, server: FhirSettings, deadline_seconds: float) -> str:
    return (
        f"{outbox.state(server.destination).pending} changes are still to be loaded into {server.base_url} after "
        f"{deadline_seconds:.0f} seconds. None is lost: load again, or raise the deadline of this server."
    )


class _Window:
    """One window of rows on its way to the server. The outbox is asked from this thread only."""

    def __init__(
        self,
        outbox: Outbox,
        server: FhirSettings,
        client: FhirClient,
        posters: ThreadPoolExecutor,
        report: LoadReport,
        progress: Callable[[int], None],
    ) -> None:
        self._outbox = outbox
        self._server = server
        self._client = client
        self._posters = posters
        self._report = report
        self._progress = progress
        self._waiting: dict[str, deque[OutboxRow]] = {}
        self._flights: dict[Future[Applied], OutboxRow] = {}
        self._undecided: list[tuple[OutboxRow, Applied]] = []
        self._failure: RetryLaterError | StopError | None = None

    def run(self, rows: Sequence[OutboxRow], deadline: float) -> None:
        """Load the window. What cannot be decided stays before the cursor. Raises the first failure of the server."""
        self._cursor = WindowCursor(row.position for row in rows)
        for row in rows:
            self._waiting.setdefault(row.change.trial_id, deque()).append(row)
        ready = deque(self._waiting)
        while ready or self._flights:
            ending = self._failure is not None or time.monotonic() >= deadline
            while ready and not ending and len(self._flights) < 2 * POSTERS:
                self._submit(self._waiting[ready.popleft()].popleft())
            if not self._flights:
                break
            done, _ = wait(self._flights, return_when=FIRST_COMPLETED)
            for future in done:
                row = self._flights.pop(future)
                self._take(future, row)
                if self._waiting[row.change.trial_id]:
                    ready.append(row.change.trial_id)
            self._mark()
        if self._failure is not None:
            raise self._failure
        self._park_undecided()
        self._mark()

    def _submit(self, row: OutboxRow) -> None:
        content = self._outbox.bundle(row, self._server.fhir_version)
        future = self._posters.submit(fhir_apply.apply, self._client, row.change.sequence, content)
        self._flights[future] = row

    def _take(self, future: Future[Applied], row: OutboxRow) -> None:
        try:
            applied = future.result()
        except (RetryLaterError, StopError) as error:
            self._failure = self._failure or error
            return
        if applied.kind in {"refused", "suspect"}:
            self._undecided.append((row, applied))
            if len(self._undecided) >= REFUSED_IN_A_ROW:
                self._failure = self._failure or self._refuses_everything()
            return
        if applied.kind == "loaded":
            self._park_undecided()
            self._report.loaded += 1
            self._report.resources += applied.resources
        else:
            self._report.already_there += 1
        self._cursor.settle(row.position)
        self._progress(1)

    def _refuses_everything(self) -> RetryLaterError | StopError:
        _, last = self._undecided[-1]
        said = last.reasons[0]
        text = (
            f"{self._server.base_url} refused {len(self._undecided)} changes in a row and took none, the last because "
            f"{said.message}. Nothing was parked. Cure: {said.cure}."
        )
        suspects = all(applied.kind == "suspect" for _, applied in self._undecided)
        return RetryLaterError(text) if suspects else StopError(text)

    def _park_undecided(self) -> None:
        """The server lives and takes others: these are themselves to blame."""
        for row, applied in self._undecided:
            self._outbox.park(self._server.destination, row, "load", applied.reasons, applied.attempts)
            self._cursor.settle(row.position)
            self._report.parked += 1
            self._progress(1)
        self._undecided.clear()

    def _mark(self) -> None:
        reached = self._cursor.take()
        if reached is not None:
            self._outbox.advance(self._server.destination, reached)
