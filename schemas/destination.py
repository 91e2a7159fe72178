"""The type of a destination of changes (a Kafka cluster, a FHIR server, a folder): one row of names and functions.

The module also has the type Step, the result of a check. The rows that ship with Trialwire are in
pipeline/destinations.py. Another Python package can add rows as entry points, see docs/adding.md.
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
    """The result of one check of `trialwire doctor`.

    `ok` is None if the destination is not set, so it was not checked.
    """

    part: str
    step: str
    ok: bool | None
    detail: str


@dataclass(frozen=True, slots=True)
class Destination:
    """One destination of changes. Its functions take the settings of the run.

    The functions import modules only when they are called. Raises StopError if the kind has an invalid form.
    """

    kind: str
    """The first part of the destination's key (kind@address). Lower-case letters, digits and hyphens, at most 16."""
    title: str
    """A short description of the destination for users."""
    command: Literal["publish", "load"]
    """The command that delivers to this destination; the DAG runs the same command."""
    setting: str
    """The environment variable that sets the address of this destination."""
    name: Callable[[Any], str | None]
    """(settings) → the key of the destination, kind@address, made by `delivery.destination.named`. None: it is not
    configured."""
    deliver: Deliver
    """(outbox, settings, progress) → report, a dataclass of counts. Delivers every pending change, and calls `progress`
    with the number of changes done. Raises RetryLaterError if a later run may succeed, StopError if no retry can help.
    """
    check: Callable[[Any], Iterable[Step]]
    """(settings) → the checks of `trialwire doctor`. Works also if the destination is not set, takes seconds, leaves no
    data."""
    outbox: Callable[[Any, Any], Outbox] | None = None
    """(store, settings) → the outbox that this destination reads. None: the store's outbox."""
    verify: Deliver | None = None
    """Like `deliver`, but compares the destination with the outbox and writes nothing. None: the destination cannot be
    read."""
    takes_parked: bool = False
    """Whether `deliver` may get an outbox of single parked changes, to deliver them again (`trialwire held unpark`)."""
    ahead: Callable[[Outbox, Any], Iterable[tuple[str, int]]] | None = None
    """(outbox, settings) → (trial id, last sequence) of trials for which the destination is ahead of a lost store.
    None: unknown."""

    def __post_init__(self) -> None:
        if not _KIND.fullmatch(self.kind):
            msg = f"{self.kind!r} cannot be the kind of a destination: lower-case letters, digits and hyphens are expected, at most 16."
            raise StopError(msg)
