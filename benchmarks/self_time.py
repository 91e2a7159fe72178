"""Processor time by step. The time of a step excludes the steps that run within it, so that all add up.

Python's garbage collection is counted separately: a full collection takes a quarter of a second and would be added to
the step that happens to run.
"""

from __future__ import annotations

import gc
import inspect
from collections import Counter, defaultdict
from contextlib import ExitStack, contextmanager
from functools import wraps
from pkgutil import resolve_name
from time import process_time
from typing import TYPE_CHECKING, Any
from unittest.mock import patch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

VERSION = "{version}"
"""Placeholder in the name of a step that is counted per FHIR version."""
GARBAGE = "garbage collection"
"""The name for the time of the interpreter's own garbage collections, in any step."""


class SelfTime:
    """Processor seconds and calls by name of the step. `whole` is the time of the outermost calls."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.calls: Counter[str] = Counter()
        self.whole = 0.0
        self._within: list[float] = []
        self._collecting = 0.0

    def time(self, name: str, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """Run the work and return its result. Its time, without the steps within it, is added under the name."""
        self.calls[name] += 1
        self._within.append(0.0)
        started = process_time()
        try:
            return work(*arguments, **named)
        finally:
            spent = process_time() - started
            self.seconds[name] += spent - self._within.pop()
            if self._within:
                self._within[-1] += spent
            else:
                self.whole += spent

    def collected(self, phase: str, _: Mapping[str, int]) -> None:
        """A callback for `gc.callbacks`: subtracts the time of a garbage collection from the running step."""
        if phase == "start":
            self._collecting = process_time()
        elif self._within:
            spent = process_time() - self._collecting
            self.calls[GARBAGE] += 1
            self.seconds[GARBAGE] += spent
            self._within[-1] += spent


@contextmanager
def timed(clock: SelfTime, steps: Iterable[tuple[str, Sequence[str]]]) -> Iterator[None]:
    """Time the functions of each step. Input: (step, names under which callers find them)."""
    with ExitStack() as patches:
        for name, functions in steps:
            for place in functions:
                holder_name, _, attribute = place.rpartition(".")
                holder = resolve_name(holder_name)
                work = inspect.getattr_static(holder, attribute)
                patches.enter_context(patch.object(holder, attribute, _timed(clock, name, work)))
        gc.callbacks.append(clock.collected)
        patches.callback(gc.callbacks.remove, clock.collected)
        yield


def _timed(clock: SelfTime, name: str, work: Callable[..., Any]) -> Callable[..., Any]:
    @wraps(work)
    def timed_work(*arguments: Any, **named: Any) -> Any:
        step = name.replace(VERSION, _version(arguments)) if VERSION in name else name
        return clock.time(step, work, *arguments, **named)

    return timed_work


def _version(arguments: Iterable[Any]) -> str:
    """The FHIR version that is an argument, or that an argument has."""
    told = (getattr(one, "version", one) for one in arguments)
    return next(one for one in told if isinstance(one, str) and one in {"R4", "R5"})
