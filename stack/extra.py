"""Imports the packages of the optional extra `stack` (`pip install trialwire[stack]`).

The local servers and the slow validators need these packages.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from trialwire.schemas.errors import StopError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def imported() -> Iterator[None]:
    """A context manager around imports of packages of the extra `stack`.

    Raises StopError if a package is not installed; the message says how to install it.
    """
    try:
        yield
    except ModuleNotFoundError as absent:
        raise StopError(
            f"Local servers and validators need the package {absent.name}, which is not installed: run "
            "`pip install 'trialwire[stack]'` (in a checkout: `make setup`)."
        ) from absent
