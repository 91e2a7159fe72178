"""Processor time by step: what each step takes itself, without the steps that run within it, so that all add up.

Python's garbage collection is told apart: a full collection takes a quarter of a second and would be put down to
whatever step happened to be under way.
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
"""Stands in the name of a step that is told apart by FHIR version."""
GARBAGE = "garbage collection"
"""The name of what the interpreter's own collections take, within whatever step."""


class SelfTime:
    """Processor seconds and calls by the name of a step. `whole` is what the outermost calls took."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)
        self.calls: Counter[str] = Counter()
        self.whole = 0.0
        self._within: list[float] = []
        self._collecting = 0.0

    def time(self, name: str, work: Callable[..., Any], *arguments: Any, **named: Any) -> Any:
        """The result of the work; what it took, less what steps within it took, is added under the name."""
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
        """Note the begin or the end of a garbage collection (for `gc.callbacks`) and take it out of the step under way."""
        if phase == "start":
            self._collecting = process_time()
        elif self._within:
            spent = process_time() - self._collecting
            self.calls[GARBAGE] += 1
            self.seconds[GARBAGE] += spent
            self._within[-1] += spent


@contextmanager
def timed(clock: SelfTime, steps: Iterable[tuple[str, Sequence[str]]]) -> Iterator[None]:
    """Time the functions of each step, given by name and by where their callers find them ("module.function")."""
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
    """The FHIR version among the arguments, or the one that an argument is about."""
    told = (getattr(one, "version", one) for one in arguments)
    return next(one for one in told if isinstance(one, str) and one in {"R4", "R5"})
