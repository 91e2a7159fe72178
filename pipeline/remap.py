"""Makes the Bundles of every trial again with the current mapping. Trials whose Bundles differ go to the outbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from trialwire.pipeline import parallel, rendering
from trialwire.schemas.errors import HoldError
from trialwire.schemas.fhir.versions import FHIR_VERSIONS
from trialwire.schemas.held import Reason

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from trialwire.changes.store import Remapped, Store
    from trialwire.pipeline.rendering import CheckedRendition
    from trialwire.pipeline.settings import Settings
    from trialwire.schemas.event import FhirVersion
    from trialwire.schemas.outbox import OutboxRow
    from trialwire.schemas.trial import Trial
    from trialwire.transforms.write.bundle import RenderOptions

_AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Rendered:
    """The result of rendering one trial again: its Bundles, or the reason why it could not be rendered."""

    row: OutboxRow
    renditions: dict[FhirVersion, CheckedRendition]
    reasons: tuple[Reason, ...] = ()


@dataclass
class RemapSummary:
    """The counts of a remap: trials read, trials with a new version, and trials for which no Bundle could be made."""

    read: int = 0
    announced: int = 0
    failed: list[dict[str, Any]] = field(default_factory=list)

    def document(self) -> dict[str, Any]:
        """Return the JSON document that `trialwire replay --remap --json` prints."""
        return {"read": self.read, "announced": self.announced, "failed": self.failed}


def remap_all(store: Store, chosen: Settings, *, progress: Callable[[int], None] = lambda _: None) -> RemapSummary:
    """Make the Bundles of the newest version of every trial again.

    If a Bundle differs, add a new version to the outbox.

    Returns the counts. A trial for which no Bundle can be made stays unchanged.
    """
    summary = RemapSummary()
    how = {version: rendering.options(chosen, version) for version in FHIR_VERSIONS}
    stream = parallel.ordered(partial(_render, how=how), _newest(store))
    while batch := list(islice(stream, _AT_ONCE)):
        summary.read += len(batch)
        summary.announced += store.remapping.announce([_remapped(one, chosen) for one in batch if one.renditions])
        summary.failed += [_failure(one) for one in batch if one.reasons]
        progress(len(batch))
    return summary


def _newest(store: Store) -> Iterator[tuple[OutboxRow, Trial | Reason]]:
    """The newest version of each trial, or why it cannot be read: that is a fault of the one trial."""
    from trialwire.changes.compression import UnreadableVersionError

    for row in store.outbox.latest_per_trial():
        try:
            yield row, store.history.trial(row.change.trial_id, row.change.sequence)
        except UnreadableVersionError as error:
            yield row, Reason(code="unreadable-version", message=str(error))


def _render(item: tuple[OutboxRow, Trial | Reason], *, how: dict[FhirVersion, RenderOptions]) -> Rendered:
    row, trial = item
    if isinstance(trial, Reason):
        return Rendered(row, {}, (trial,))
    try:
        return Rendered(row, rendering.checked(trial, how))
    except HoldError as error:
        return Rendered(row, {}, error.reasons)


def _remapped(one: Rendered, chosen: Settings) -> Remapped:
    from trialwire.changes.store import Remapped
    from trialwire.transforms.write.bundle import MAPPING_VERSION

    return Remapped(
        row=one.row,
        renditions=one.renditions,
        status=next(iter(one.renditions.values())).status,
        seen_at=datetime.now(UTC),
        mapping_version=MAPPING_VERSION,
        contacts_included=chosen.contacts == "include",
    )


def _failure(one: Rendered) -> dict[str, Any]:
    reasons = [reason.document() for reason in one.reasons]
    return {"trial_id": one.row.change.trial_id, "reasons": reasons}
