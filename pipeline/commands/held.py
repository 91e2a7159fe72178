"""`trialwire held …`: lists held records with their reasons, and processes them again, names or discards them.

A held record could not be accepted. It is stored byte for byte until an operator acts or a later reading of it
succeeds. To name a record is to give a page (a saved text of an aggregator site) its registry number.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.pipeline import console, open_store, settings
from trialwire.pipeline.summary import held_object
from trialwire.schemas.errors import UsageError
from trialwire.schemas.registry_number import is_nct_number

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from trialwire.changes.store import Store
    from trialwire.pipeline.settings import Settings
    from trialwire.pipeline.summary import IngestSummary
    from trialwire.schemas.held import HeldRecord
    from trialwire.schemas.record import RawRecord


def list_held(*, as_json: bool) -> None:
    """Print all held records with their reasons."""
    with open_store.opened(settings.load()) as store:
        records = store.held.all()
    if as_json:
        console.document([held_object(record) for record in records])
        return
    if not records:
        console.stdout.print("Nothing is held.")
        return
    rows = [
        (record.id, record.stage, record.origin, "; ".join(reason.message for reason in record.reasons))
        for record in records
    ]
    console.table(f"{len(records)} held", ("id", "stage", "origin", "why"), rows)
    console.stdout.print("next: trialwire held show ID, then name, retry, release or discard")


def show(held_id: str, *, as_json: bool) -> None:
    """Print one held record: its origin, the stage that held it, the reasons, the cures and the content.

    In text output, only the first 4000 bytes of the content are printed.
    """
    with open_store.opened(settings.load()) as store:
        record = store.held.record(held_id)
        content = store.held.content(record.id).content
    if as_json:
        console.document(held_object(record) | {"content": content.decode("utf-8", "replace")})
        return
    console.stdout.print(f"{record.id}  {console.one_line(record.origin)}  held at {record.stage}", markup=False)
    for reason in record.reasons:
        where = f"{reason.path}: " if reason.path else ""
        console.stdout.print(
            f"- {console.one_line(where + reason.message)}\n  cure: {reason.cure or 'none known'}", markup=False
        )
    console.stdout.print(content[:4000].decode("utf-8", "replace"), markup=False)


def name(held_id: str, nct: str, *, as_json: bool) -> None:
    """Give a held page its registry number, and process it again.

    Raises UsageError, before anything is stored, if the number has another form or the record is not a page.
    """
    from trialwire.transforms.read.any_record import is_page

    if not is_nct_number(nct):
        msg = f"{nct} is not a registry number: NCT and eight digits are expected, as NCT99990001."
        raise UsageError(msg)
    chosen = settings.load()
    with open_store.opened(chosen) as store:
        record = store.held.record(held_id)
        if not is_page(store.held.content(record.id)):
            msg = f"{record.origin} is not a page: only a page can be named. {record.reasons[0].cure}".rstrip()
            raise UsageError(msg)
        store.held.give_name(record.id, nct)
        _again(store, chosen, [record], as_json=as_json)


def retry(held_id: str | None, *, as_json: bool) -> None:
    """Process one held record again, or all held records if `held_id` is None."""
    chosen = settings.load()
    with open_store.opened(chosen) as store:
        records = store.held.all() if held_id is None else [store.held.record(held_id)]
        _again(store, chosen, records, as_json=as_json)


def release(held_id: str, *, as_json: bool) -> None:
    """Process a record that a quality rule held again, without the quality rules.

    Raises UsageError if the record was held for any other reason, such as content that cannot be read.
    """
    chosen = settings.load()
    with open_store.opened(chosen) as store:
        record = store.held.record(held_id)
        if record.stage != "quality":
            msg = f"{record.id} was held at {record.stage}: only a quality reason can be overruled. {record.reasons[0].cure}"
            raise UsageError(msg)
        _again(store, chosen, [record], as_json=as_json, overrule=True)


def discard(held_id: str, *, as_json: bool) -> None:
    """Discard one held record permanently."""
    with open_store.opened(settings.load()) as store:
        record = store.held.record(held_id)
        store.held.discard(record.id)
    if as_json:
        console.document(held_object(record))
    else:
        console.stdout.print(f"{record.id} discarded: {console.one_line(record.origin)}", markup=False)


def _again(
    store: Store, chosen: Settings, records: Sequence[HeldRecord], *, as_json: bool, overrule: bool = False
) -> None:
    """Process records again, in batches, without the batch checks: these are not the batches of one source."""
    from trialwire.pipeline.ingest import ingest

    unread: list[HeldRecord] = []  # held without content: only reading it from its origin again helps
    summary = ingest(_contents(store, records, unread), store, chosen, overrule=overrule, accept_odd=True)
    summary.held_records += unread
    if as_json:
        console.document(summary.document())
        return
    _tell(records, summary)


def _contents(store: Store, records: Sequence[HeldRecord], unread: list[HeldRecord]) -> Iterator[RawRecord]:
    for record in records:
        try:
            item = store.held.content(record.id)
        except UsageError:
            continue  # no longer held: an earlier record of this run was the same trial
        if item.content:
            yield item
        else:
            unread.append(record)


def _tell(records: Sequence[HeldRecord], summary: IngestSummary) -> None:
    still = {record.id for record in summary.held_records}
    gone = [record for record in records if record.id not in still]
    for record in gone:
        console.stdout.print(f"{record.id} is no longer held: {console.one_line(record.origin)}", markup=False)
    for record in summary.held_records:
        console.stdout.print(f"{record.id} is still held: {console.one_line(record.reasons[0].message)}", markup=False)
    if gone:
        console.stdout.print("next: trialwire publish, trialwire load")
