"""Maps the errors of Trialwire to Airflow exceptions, so that Airflow retries only those that a retry can solve."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowException, AirflowFailException

from trialwire.schemas.errors import RetryLaterError, StopError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def outcome() -> Iterator[None]:
    """A context manager around the code of a task, which turns errors of Trialwire into Airflow exceptions.

    A StopError fails the task without a retry. After a RetryLaterError Airflow retries the task. Both keep their
    message.
    """
    try:
        yield
    except StopError as error:
        raise AirflowFailException(str(error)) from None
    except RetryLaterError as error:
        raise AirflowException(str(error)) from None
