"""A limit of steps instead of a clock: lines of Python that may run, counted while a block runs."""

from __future__ import annotations

import contextlib
import sys
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType


class TooManyStepsError(AssertionError):
    """The block ran more lines than it may."""


@contextlib.contextmanager
def at_most(limit: int) -> Iterator[None]:
    """Raise TooManyStepsError where the block runs more lines of the product than `limit`.

    A loop that never ends is found after the same line on every machine.
    """
    run = 0

    def line(frame: FrameType, event: str, argument: object) -> Any:
        nonlocal run
        run += event == "line"
        if run > limit:
            raise TooManyStepsError(f"more than {limit} lines, at {frame.f_code.co_filename}:{frame.f_lineno}")
        return line

    def call(frame: FrameType, event: str, argument: object) -> Any:
        return line if "trialwire" in frame.f_globals.get("__name__", "") else None

    before = sys.gettrace()
    sys.settrace(call)
    try:
        yield
    finally:
        sys.settrace(before)
