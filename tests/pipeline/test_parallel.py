"""Work over a stream in several processes: in order, in flat memory, and with errors where they belong."""

from __future__ import annotations

import os
import threading
from itertools import count
from typing import TYPE_CHECKING

import pytest

from trialwire.pipeline.parallel import ALONE, CHUNK, ordered

if TYPE_CHECKING:
    from collections.abc import Iterator

MANY = ALONE + 10 * CHUNK + 3


def square(number: int) -> int:
    return number * number


def process_of(_: int) -> int:
    return os.getpid()


def picky(number: int) -> int:
    if number == ALONE + 2 * CHUNK:
        msg = "not this one"
        raise ValueError(msg)
    return number


@pytest.mark.parametrize("length", [0, 1, ALONE, ALONE + 1, MANY])
def test_results_come_in_the_order_of_the_input(length: int) -> None:
    assert list(ordered(square, range(length))) == [number * number for number in range(length)]


def test_a_short_input_stays_in_this_process_and_a_long_one_does_not() -> None:
    processes = list(ordered(process_of, range(MANY)))
    assert set(processes[:ALONE]) == {os.getpid()}
    assert os.getpid() not in processes[ALONE:]


def test_an_error_in_the_work_is_raised_after_the_results_before_it() -> None:
    results: list[int] = []
    with pytest.raises(ValueError, match="not this one"):
        results.extend(ordered(picky, range(MANY)))
    # A chunk's error takes the chunk with it; how the input was cut into chunks depends on when it came.
    assert results == list(range(len(results)))
    assert len(results) > ALONE + CHUNK - 1


@pytest.mark.parametrize("length", [3, ALONE, MANY])
def test_an_error_in_the_input_is_raised_after_the_results_of_all_before_it(length: int) -> None:
    def failing() -> Iterator[int]:
        yield from range(length)
        msg = "the input broke"
        raise OSError(msg)

    results: list[int] = []
    with pytest.raises(OSError, match="the input broke"):
        results.extend(ordered(square, failing()))
    assert results == [number * number for number in range(length)]


def test_the_input_is_not_read_far_ahead_of_the_results() -> None:
    taken = []

    def endless() -> Iterator[int]:
        for number in count():
            taken.append(number)
            yield number

    stream = ordered(square, endless())
    for _ in range(ALONE + 5 * CHUNK):
        next(stream)
    stream.close()
    assert len(taken) < ALONE + 5 * CHUNK + (3 * (os.cpu_count() or 1) + 10) * CHUNK


def test_a_reader_that_waits_for_each_answer_gets_it() -> None:
    """A pipe that writes its next line only after it has read the last answer."""
    answered = threading.Semaphore(1)

    def polite() -> Iterator[int]:
        for number in range(ALONE + 40):
            assert answered.acquire(timeout=300)
            yield number

    for expected, result in enumerate(ordered(square, polite())):
        assert result == expected * expected
        answered.release()
