"""The packages of the extra `stack`: an installed Trialwire does without, the local servers and slow judges do not."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from trialwire.schemas.errors import StopError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def imported() -> Iterator[None]:
    """Import packages of the extra within it. Raises StopError with the cure, in one sentence, where one is absent."""
    try:
        yield
    except ModuleNotFoundError as absent:
        raise StopError(
            f"What runs on this machine needs the package {absent.name}, which is not installed: run "
            "`pip install 'trialwire[stack]'` (in a checkout: `make setup`)."
        ) from absent
