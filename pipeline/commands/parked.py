"""`trialwire held parked` and `held unpark`: list parked changes, and send the parked changes of one trial again.

A parked change is set aside for one destination, because the destination rejected it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from trialwire.pipeline import console, destinations, open_store, settings
from trialwire.pipeline.outbox_view import OutboxView
from trialwire.schemas.errors import UsageError
from trialwire.schemas.outbox import OutboxPage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwire.changes.store import Store
    from trialwire.pipeline.settings import Settings
    from trialwire.schemas.held import Reason, Stage
    from trialwire.schemas.outbox import Outbox, OutboxRow, ParkedRow


class ParkedOutbox(OutboxView):
    """An outbox that contains only the given parked rows of one destination, so that only these are delivered again.

    The destination's cursor (the position up to which it received changes) does not move.
    """

    def __init__(self, outbox: Outbox, store: Store, rows: Sequence[OutboxRow]) -> None:
        super().__init__(outbox)
        self._log = store.outbox
        self._rows = list(rows)
        self._refused: set[int] = set()

    def pending(self, destination: str, *, limit: int = 500, after: int | None = None) -> OutboxPage:
        """Return the given parked rows that were not sent yet: at most `limit`, only those after `after`."""
        del destination
        return OutboxPage([row for row in self._rows if after is None or row.position > after][:limit], rewinds=0)

    def park(self, destination: str, row: OutboxRow, stage: Stage, reasons: Sequence[Reason], attempts: int) -> None:
        """Park a row again, with the new reasons."""
        self._refused.add(row.position)
        self._log.park(destination, row, stage, reasons, attempts)

    def advance(self, destination: str, position: int, rewinds: int) -> None:
        """Mark the rows up to `position` as no longer parked. A row that was rejected again stays parked."""
        del rewinds  # the cursor does not move
        for row in self._rows:
            if row.position <= position and row.position not in self._refused:
                self._log.unpark(destination, row.position)
        self._rows = [row for row in self._rows if row.position > position]


def list_parked(*, as_json: bool) -> None:
    """Print the parked changes of every destination with their reasons."""
    with open_store.opened(settings.load()) as store:
        parked = [row for name in store.outbox.destinations() for row in store.outbox.parked(name)]
    if as_json:
        console.document([_object(row) for row in parked])
        return
    if not parked:
        console.stdout.print("Nothing is parked.")
        return
    told = [
        (p.destination, p.row.change.trial_id, p.row.change.sequence, "; ".join(_words(reason) for reason in p.reasons))
        for p in parked
    ]
    console.table(f"{len(parked)} parked", ("destination", "trial", "sequence", "why, and the cure"), told)
    console.stdout.print("next, once the cause is cured: trialwire held unpark DESTINATION TRIAL")


def unpark(destination: str, trial_id: str, *, as_json: bool) -> None:
    """Send the parked changes of one trial to a destination again, in order. A change that fails again stays parked.

    If a newer version was already delivered, the older change is removed from the parked changes without being sent.
    """
    chosen = settings.load()
    with open_store.opened(chosen) as store:
        destination = destinations.named(chosen, destination, store.outbox.destinations())
        found = [one for one in store.outbox.parked(destination) if one.row.change.trial_id == trial_id]
        if not found:
            msg = f"{trial_id} is not parked for {destination}. See what is: trialwire held parked"
            raise UsageError(msg)
        overtaken = [one for one in found if one.superseded]
        if rows := [one.row for one in found if not one.superseded]:
            _send(store, chosen, destination, rows)
        for one in overtaken:
            store.outbox.unpark(destination, one.row.position)
        left = {one.row.position: one for one in store.outbox.parked(destination)}
    _tell(found, left, as_json=as_json)


def _send(store: Store, chosen: Settings, name: str, rows: Sequence[OutboxRow]) -> None:
    """Deliver single rows. Raises UsageError if the destination is not set or does not accept single changes."""
    row = destinations.chosen_rows(chosen).get(name)
    if row is None or not row.takes_parked:
        msg = f"{name} is not set, or does not accept single changes. Set it, or deliver everything again: trialwire replay --to {name}"
        raise UsageError(msg)
    outbox = row.outbox(store, chosen) if row.outbox else store.outbox
    row.deliver(ParkedOutbox(outbox, store, rows), chosen, lambda _: None)


def _tell(found: Sequence[ParkedRow], left: dict[int, ParkedRow], *, as_json: bool) -> None:
    still = [left[one.row.position] for one in found if one.row.position in left]
    overtaken = [one for one in found if one.superseded]
    delivered = len(found) - len(still) - len(overtaken)
    if as_json:
        console.document({
            "delivered": delivered, "overtaken": len(overtaken), "parked": [_object(one) for one in still],
        })  # fmt: skip
        return
    name = f"{found[0].row.change.trial_id} for {found[0].destination}"
    console.stdout.print(f"{name}: {delivered} delivered, {len(overtaken)} overtaken by a later version", markup=False)
    for one in still:
        words = "; ".join(_words(reason) for reason in one.reasons)
        console.stdout.print(f"version {one.row.change.sequence} is still parked: {words}", markup=False)


def _words(reason: Reason) -> str:
    return f"{reason.message} {reason.cure}".rstrip()


def _object(one: ParkedRow) -> dict[str, Any]:
    return {
        "destination": one.destination,
        "trial_id": one.row.change.trial_id,
        "sequence": one.row.change.sequence,
        "position": one.row.position,
        "stage": one.stage,
        "attempts": one.attempts,
        "parked_at": one.parked_at.isoformat(),
        "overtaken": one.superseded,
        "reasons": [reason.document() for reason in one.reasons],
    }
