from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest

from trialwire.network.retry_after import wait_seconds


@pytest.mark.parametrize(
    ("header", "seconds"), [("0", 0), ("120", 120), (" 7 ", 7), ("Fri, 01 Jan 1999 00:00:00 GMT", 0)]
)
def test_seconds_or_a_date_that_is_over(header: str, seconds: float) -> None:
    assert wait_seconds(header) == seconds


def test_a_date_to_come_is_waited_for() -> None:
    found = wait_seconds(format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True))
    assert found is not None
    assert 3500 < found <= 3600


@pytest.mark.parametrize("header", [None, "", "soon", "-5", "1.5", "٣"])
def test_what_cannot_be_read_asks_for_nothing(header: str | None) -> None:
    assert wait_seconds(header) is None
