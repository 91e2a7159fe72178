"""How far a cursor may move when rows are settled out of order: to the last one before which nothing is open."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable


class WindowCursor:
    """The rows of one window by position. A row is settled when it was delivered, skipped or parked."""

    def __init__(self, positions: Iterable[int]) -> None:
        self._open = deque(positions)
        self._settled: set[int] = set()
        self._reached: int | None = None

    def settle(self, position: int) -> None:
        """Mark one row as settled."""
        self._settled.add(position)
        while self._open and self._open[0] in self._settled:
            self._reached = self._open.popleft()
            self._settled.discard(self._reached)

    def take(self) -> int | None:
        """The position to move the cursor to, once for each: None when it has not moved since."""
        reached, self._reached = self._reached, None
        return reached
