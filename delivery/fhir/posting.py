"""Posts changes to a FHIR server: one at a time for each trial, different trials in parallel.

To park a change means to set it aside with its reason, so that later changes can be delivered. If the server is down,
no change is parked: posting ends, and a later run retries it. A rejected change is parked only after the server
accepted another change, or when no change is left to try. The reason: if a server rejects every request, the server is
the cause, not the changes.
"""

from __future__ import annotations

import time
from collections import deque
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, Protocol, TypeVar

from trialwire.delivery.fhir import apply as fhir_apply
from trialwire.delivery.fhir.apply import Applied
from trialwire.schemas.errors import ContractError, HoldError, RetryLaterError, StopError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from types import TracebackType

    from trialwire.delivery.fhir.client import FhirClient

POSTERS: Final = 4
REFUSED_IN_A_ROW: Final = 20
"""After this number of rejections without one acceptance the cause is the server, not the trials."""

Source = TypeVar("Source")
Told_contra = TypeVar("Told_contra", contravariant=True)


@dataclass(frozen=True, slots=True)
class Item(Generic[Source]):
    """One change to post. `content`: a function that returns the change's Bundle; it is called just before the post.

    `source`: the change's row or Kafka record. `alone`: no other change is posted at the same time. Removals are posted
    alone: a removal checks that no resource refers to a shared resource, then deletes the shared resource. If another
    change added such a reference between the check and the deletion, the reference would point to a deleted resource.
    """

    trial_id: str
    sequence: int
    content: Callable[[], bytes]
    source: Source
    content_hash: str | None = None
    alone: bool = False


class Ledger(Protocol[Told_contra]):
    """The interface of an object that receives the result of each change.

    Its methods run in the thread that called `post`.
    """

    def settled(self, source: Told_contra, applied: Applied) -> None:
        """Record that the server now has this change or a later change of the trial.

        Raises ContractError if the later change is not from this store.
        """
        ...

    def park(self, source: Told_contra, applied: Applied) -> None:
        """Park this change: the server rejects it and accepts other changes."""
        ...

    def mark(self) -> None:
        """Save the progress: move the cursor, or commit the offsets, up to the first change that is still open.

        The cursor is the position in the outbox up to which the server has received changes.
        """
        ...


class Posters:
    """A pool of 4 threads that post changes to one server."""

    def __init__(self, client: FhirClient, name: str) -> None:
        self._client = client
        self._pool = ThreadPoolExecutor(POSTERS, thread_name_prefix=name)

    def __enter__(self) -> Posters:
        """Return this pool."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Wait for the posts in progress, then end the threads."""
        self._pool.shutdown()

    def post(
        self, items: Iterable[Item[Source]], ledger: Ledger[Source], *, ending: Callable[[], bool] = lambda: False
    ) -> None:
        """Post all items, or stop when `ending` returns true. The results go to `ledger`.

        If the server fails, its first error is raised after the posts in progress have finished. Changes that were
        neither accepted nor parked are not reported to the ledger; a later run posts them again.
        """
        _Post(self._client, self._pool, items, ledger).run(ending)


class _Post(Generic[Source]):
    """The state of one call of `post`."""

    def __init__(
        self, client: FhirClient, pool: ThreadPoolExecutor, items: Iterable[Item[Source]], ledger: Ledger[Source]
    ) -> None:
        self._client = client
        self._pool = pool
        self._ledger = ledger
        self._waiting: dict[str, deque[Item[Source]]] = {}
        for item in items:
            self._waiting.setdefault(item.trial_id, deque()).append(item)
        self._flights: dict[Future[Applied], Item[Source]] = {}
        self._undecided: list[tuple[Item[Source], Applied]] = []
        self._failure: RetryLaterError | StopError | None = None

    def run(self, ending: Callable[[], bool]) -> None:
        ready = deque(self._waiting)
        while ready or self._flights:
            sending = self._failure is None and not ending()
            while sending and ready and self._may_fly(self._waiting[ready[0]][0]):
                trial_id = ready.popleft()
                if not self._submit(self._waiting[trial_id].popleft()) and self._waiting[trial_id]:
                    ready.append(trial_id)
            if not self._flights:
                break
            done, _ = wait(self._flights, return_when=FIRST_COMPLETED)
            for future in done:
                item = self._flights.pop(future)
                self._take(future, item)
                if self._waiting[item.trial_id]:
                    ready.append(item.trial_id)
            self._ledger.mark()
        if self._failure is not None:
            raise self._failure
        self._park_undecided()
        self._ledger.mark()

    def _may_fly(self, item: Item[Source]) -> bool:
        if item.alone or any(flying.alone for flying in self._flights.values()):
            return not self._flights
        return len(self._flights) < POSTERS

    def _submit(self, item: Item[Source]) -> bool:
        """Start posting one change. Returns False if its content raises HoldError; the change is then parked."""
        try:
            content = item.content()
        except HoldError as error:
            self._ledger.park(item.source, Applied("refused", attempts=0, reasons=error.reasons))
            return False
        self._flights[self._pool.submit(fhir_apply.apply, self._client, item.sequence, content, item.content_hash)] = (
            item
        )
        return True

    def _take(self, future: Future[Applied], item: Item[Source]) -> None:
        try:
            applied = future.result()
        except (RetryLaterError, StopError) as error:
            self._failure = self._failure or error
            return
        if applied.kind in {"refused", "suspect"}:
            self._undecided.append((item, applied))
            if len(self._undecided) >= REFUSED_IN_A_ROW:
                self._failure = self._failure or self._refuses_everything()
            return
        if applied.kind == "loaded":
            self._park_undecided()
        try:
            self._ledger.settled(item.source, applied)
        except ContractError as error:
            self._failure = self._failure or error

    def _refuses_everything(self) -> RetryLaterError | StopError:
        said = self._undecided[-1][1].reasons[0]
        text = (
            f"{self._client.base} rejected {len(self._undecided)} changes in a row and accepted none: {said.message}. "
            f"Nothing was parked. Cure: {said.cure}."
        )
        suspects = all(applied.kind == "suspect" for _, applied in self._undecided)
        return RetryLaterError(text) if suspects else StopError(text)

    def _park_undecided(self) -> None:
        """Park the changes that were rejected before any other change was accepted.

        The server accepts others now, so these changes are at fault.
        """
        for item, applied in self._undecided:
            self._ledger.park(item.source, applied)
        self._undecided.clear()


def until(deadline: float) -> Callable[[], bool]:
    """Take a deadline (a value of time.monotonic); return a function that returns whether the deadline has passed."""
    return lambda: time.monotonic() >= deadline
