"""Computes how far a cursor may move when rows of the outbox finish in any order.

A cursor is the position in the outbox (the table of all changes) up to which a destination has received changes. A
cursor never passes a row that is still open. An open row is neither delivered nor skipped nor parked (set aside after a
rejection).
"""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class WindowCursor:
    """Tracks which rows of one window of the outbox are finished: delivered, skipped or parked."""

    def __init__(self, positions: Iterable[int]) -> None:
        self._open = deque(positions)
        self._settled: set[int] = set()
        self._reached: int | None = None

    def settle(self, position: int) -> None:
        """Mark the row at this position as finished."""
        self._settled.add(position)
        while self._open and self._open[0] in self._settled:
            self._reached = self._open.popleft()
            self._settled.discard(self._reached)

    def take(self) -> int | None:
        """Return the new position of the cursor, or None if the position is the same as at the last call.

        The new position is that of the last finished row before the first open row.
        """
        reached, self._reached = self._reached, None
        return reached
