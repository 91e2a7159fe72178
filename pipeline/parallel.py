"""Applies a function without side effects to a stream, on all cores. Results keep the input order.

The memory use is bounded.
"""

from __future__ import annotations

import os
import queue
import threading
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_all_start_methods, get_context
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Item = TypeVar("Item")
Result = TypeVar("Result")

ALONE = 24
"""Items that this process handles before it starts others. Starting a process costs about as much time."""
CHUNK = 16
_END = object()
# The fork server starts before any thread: safe with threads, and faster than a new interpreter per process.
_START = "forkserver" if "forkserver" in get_all_start_methods() else "spawn"


def ordered(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Call `work` (a picklable function) for each item, in several processes. Yields the results in input order.

    An error in `items` or `work` is raised here, after the results of all items before it.

    Items go to the processes in chunks (groups). A chunk is sent before it is full if no further item is ready, so a
    client may wait for the result of one item before it sends the next item. At most three chunks per core are in
    progress at once.
    """
    waiting: queue.Queue[object] = queue.Queue(maxsize=8 * CHUNK)
    stop = threading.Event()
    threading.Thread(target=_feed, args=(items, waiting, stop), daemon=True).start()
    try:
        for _ in range(ALONE):
            item = waiting.get()
            if item is _END:
                return
            if isinstance(item, _Failure):
                raise item.error
            yield work(item)  # type: ignore[arg-type]  # as in _top_up
        yield from _in_processes(work, waiting)
    finally:
        stop.set()


def _feed(items: Iterable[Item], waiting: queue.Queue[object], stop: threading.Event) -> None:
    try:
        for item in items:
            if not _put(item, waiting, stop):
                return
    except BaseException as error:
        _put(_Failure(error), waiting, stop)
    else:
        _put(_END, waiting, stop)


def _put(item: object, waiting: queue.Queue[object], stop: threading.Event) -> bool:
    """Put an item when there is room. Returns False when the reader has stopped."""
    while not stop.is_set():
        try:
            waiting.put(item, timeout=0.2)
        except queue.Full:
            continue
        return True
    return False


class _Failure:
    """An error of the input. It is raised after the results of all items before it."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


def _in_processes(work: Callable[[Item], Result], waiting: queue.Queue[object]) -> Iterator[Result]:
    """Handle the remaining items in other processes. Starts none if there is no item left."""
    cores = os.cpu_count() or 1
    chunk: list[Item] = []
    end = _top_up(chunk, waiting, wait=True)
    if chunk:
        with ProcessPoolExecutor(cores, mp_context=get_context(_START)) as pool:
            under_way: deque[Future[list[Result]]] = deque()
            while chunk or under_way or end is None:
                end = end or _top_up(chunk, waiting, wait=not under_way)
                if chunk and len(under_way) < 3 * cores:
                    under_way.append(pool.submit(_chunk, work, chunk))
                    chunk = []
                while under_way and (under_way[0].done() or len(under_way) >= 3 * cores or end):
                    yield from under_way.popleft().result()
    if isinstance(end, _Failure):
        raise end.error


def _top_up(chunk: list[Item], waiting: queue.Queue[object], *, wait: bool) -> object | None:
    """Fill a chunk with available items; with `wait`, wait for a first one. Returns the mark that ended the input."""
    while len(chunk) < CHUNK:
        try:
            item = waiting.get(block=not chunk, timeout=None if wait else 0.02)
        except queue.Empty:
            return None
        if item is _END or isinstance(item, _Failure):
            return item
        chunk.append(item)  # type: ignore[arg-type]  # the queue holds items and the two marks that were just excluded
    return None


def _chunk(work: Callable[[Item], Result], items: list[Item]) -> list[Result]:
    return [work(item) for item in items]
