"""Maps the errors of Trialwire to Airflow exceptions, so that Airflow retries a task only if a retry can succeed."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowException, AirflowFailException

from trialwire.schemas.errors import RetryLaterError, StopError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def outcome() -> Iterator[None]:
    """A context manager around the code of a task. It turns errors of Trialwire into Airflow exceptions.

    A StopError fails the task without a retry. After a RetryLaterError Airflow retries the task. The Airflow exception
    has the message of the error.
    """
    try:
        yield
    except StopError as error:
        raise AirflowFailException(str(error)) from None
    except RetryLaterError as error:
        raise AirflowException(str(error)) from None
