"""Opens the store of a run and migrates it to the current schema."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwire.changes.store import Store
    from trialwire.pipeline.settings import Settings


@contextmanager
def opened(chosen: Settings) -> Iterator[Store]:
    """Yield the store that the settings name: opened, migrated to the current schema, and closed after use."""
    from trialwire.changes.store import Store

    with Store.open(chosen.store.url) as store:
        store.migrate()
        yield store
