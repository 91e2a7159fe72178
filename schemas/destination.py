"""A destination of changes: one row that holds its names and its functions, and the result of a check of it.

The rows that ship with Trialwire stand in pipeline/destinations.py. A site adds its own as entry points, see
docs/adding.md.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from trialwire.schemas.errors import StopError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from trialwire.schemas.outbox import Outbox

    Progress = Callable[[int], None]
    Deliver = Callable[[Outbox, Any, Progress], Any]

ENTRY_POINTS: Final = "trialwire.destinations"
_KIND: Final = re.compile(r"[a-z][a-z0-9-]{0,15}")


class Step(NamedTuple):
    """One thing that `trialwire doctor` checked: `ok` is None where there is nothing to check because it is not set."""

    part: str
    step: str
    ok: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class Destination:
    """One destination. Each function takes the settings of the run and imports what it needs when it is called.

    Raises StopError for a kind that cannot be one.
    """

    kind: str
    """First part of its cursor's name. Lower-case letters, digits and hyphens, at most 16."""
    title: str
    """What it is, for people."""
    command: Literal["publish", "load"]
    """The command, and with it the DAG, that delivers to it."""
    setting: str
    """The environment variable that sets it."""
    name: Callable[[Any], str | None]
    """(settings) → the name of its cursor, kind@place, as `delivery.destination.named` makes it; None: it is not set."""
    deliver: Deliver
    """(outbox, settings, progress) → report, a dataclass of counts. Delivers every pending change, and calls `progress`
    with the number of changes done. Raises RetryLaterError where a later run may succeed, StopError where none can."""
    check: Callable[[Any], Iterable[Step]]
    """(settings) → the steps of `trialwire doctor`, also where it is not set. Seconds, writes nothing that stays."""
    outbox: Callable[[Any, Any], Outbox] | None = None
    """(store, settings) → the outbox as this destination reads it. None: the store's own."""
    verify: Deliver | None = None
    """As `deliver`: compares what the destination has with the outbox, and writes nothing. None: it cannot be read."""
    takes_parked: bool = False
    """Whether `deliver` may be given single parked changes (`trialwire held unpark`)."""
    ahead: Callable[[Outbox, Any], Iterable[tuple[str, int]]] | None = None
    """(outbox, settings) → (trial id, number of the last change) that it has, after a lost store. None: not known."""

    def __post_init__(self) -> None:
        if not _KIND.fullmatch(self.kind):
            msg = f"{self.kind!r} cannot be the kind of a destination: lower-case letters, digits and hyphens are expected, at most 16."
            raise StopError(msg)
