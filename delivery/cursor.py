"""Moves a cursor when rows finish out of order: it never passes a row that is still open."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class WindowCursor:
    """The rows of one window by position. A row is finished when it was delivered, skipped or parked."""

    def __init__(self, positions: Iterable[int]) -> None:
        self._open = deque(positions)
        self._settled: set[int] = set()
        self._reached: int | None = None

    def settle(self, position: int) -> None:
        """Mark one row as finished."""
        self._settled.add(position)
        while self._open and self._open[0] in self._settled:
            self._reached = self._open.popleft()
            self._settled.discard(self._reached)

    def take(self) -> int | None:
        """The position to move the cursor to; None if it has not changed since the last call."""
        reached, self._reached = self._reached, None
        return reached
