"""How the time of a piece of work grows with its input: two sizes, measured in the same run, in processor time."""

from __future__ import annotations

import gc
import time
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

Input = TypeVar("Input")

TIMES = 8
"""How much larger the second input is: linear work takes 8 times as long, quadratic work 64 times."""
AT_MOST = 24.0
"""Far over linear, far under quadratic: a busy machine fails no test."""


def growth(make: Callable[[int], Input], work: Callable[[Input], object], small: int) -> float:
    """Time for `TIMES` the size over the time for the size `small`, the best of three each.

    Times under a millisecond are taken for one: they say nothing.
    """
    return _best(work, make(small * TIMES)) / max(_best(work, make(small)), 0.001)


def _best(work: Callable[[Input], object], given: Input) -> float:
    found = []
    gc.disable()
    try:
        for _ in range(3):
            started = time.process_time()
            work(given)
            found.append(time.process_time() - started)
    finally:
        gc.enable()
    return min(found)
