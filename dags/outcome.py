"""Our errors as Airflow understands them, mapped once: what cannot get better is not tried again."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

from airflow.sdk.exceptions import AirflowException, AirflowFailException

from trialwire.schemas.errors import RetryLaterError, StopError

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def outcome() -> Iterator[None]:
    """StopError fails the task for good; RetryLaterError lets Airflow try again. Both keep our sentence."""
    try:
        yield
    except StopError as error:
        raise AirflowFailException(str(error)) from None
    except RetryLaterError as error:
        raise AirflowException(str(error)) from None
