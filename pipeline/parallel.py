"""Pure work over a stream on all cores: results in the order of the input, flat memory, no waiting for a full chunk."""

from __future__ import annotations

import os
import queue
import threading
from collections import deque
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Item = TypeVar("Item")
Result = TypeVar("Result")

ALONE = 24
"""So many items are done in this process before others are started: starting one costs about as much."""
CHUNK = 16
_END = object()


def ordered(work: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """work(item) for each item, in order. `work` is a picklable function; an error in `items` or `work` is raised here.

    Items are taken as they come (a pipe that waits for an answer before it writes on gets it), and at most a few
    chunks per core are under way at once.
    """
    waiting: queue.Queue[object] = queue.Queue(maxsize=8 * CHUNK)
    stop = threading.Event()
    threading.Thread(target=_feed, args=(items, waiting, stop), daemon=True).start()
    try:
        for _ in range(ALONE):
            item = waiting.get()
            if item is _END:
                return
            yield work(_raised(item))
        yield from _in_processes(work, waiting)
    finally:
        stop.set()


def _feed(items: Iterable[Item], waiting: queue.Queue[object], stop: threading.Event) -> None:
    try:
        for item in items:
            while not stop.is_set():
                try:
                    waiting.put(item, timeout=0.2)
                    break
                except queue.Full:
                    continue
            if stop.is_set():
                return
    except BaseException as error:
        waiting.put(_Failure(error))
    waiting.put(_END)


class _Failure:
    def __init__(self, error: BaseException) -> None:
        self.error = error


def _raised(item: object) -> Item:  # type: ignore[type-var]
    if isinstance(item, _Failure):
        raise item.error
    return item  # type: ignore[return-value]


def _in_processes(work: Callable[[Item], Result], waiting: queue.Queue[object]) -> Iterator[Result]:
    cores = os.cpu_count() or 1
    first = waiting.get()
    if first is _END:
        return
    with ProcessPoolExecutor(cores, mp_context=get_context("forkserver")) as pool:
        under_way: deque[Future[list[Result]]] = deque()
        chunk: list[Item] = [_raised(first)]
        ended = False
        while chunk or under_way or not ended:
            ended = ended or _top_up(chunk, waiting, wait=not under_way)
            if chunk and len(under_way) < 3 * cores:
                under_way.append(pool.submit(_chunk, work, chunk))
                chunk = []
            while under_way and (under_way[0].done() or len(under_way) >= 3 * cores or ended):
                yield from under_way.popleft().result()


def _top_up(chunk: list[Item], waiting: queue.Queue[object], *, wait: bool) -> bool:
    """Fill a chunk with what is there. Waits only when there is nothing else to do. True when the input has ended."""
    while len(chunk) < CHUNK:
        try:
            item = waiting.get(block=not chunk, timeout=None if wait else 0.02)
        except queue.Empty:
            return False
        if item is _END:
            return True
        chunk.append(_raised(item))
    return False


def _chunk(work: Callable[[Item], Result], items: list[Item]) -> list[Result]:
    return [work(item) for item in items]
