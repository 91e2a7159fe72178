"""Parses the Retry-After header of an HTTP answer (RFC 9110, 10.2.3): a number of seconds, or a date."""

from __future__ import annotations

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime


def wait_seconds(header: str | None) -> float | None:
    """Take the value of the header; return the seconds to wait from now, never negative.

    Returns None if there is no header or it cannot be parsed.
    """
    text = (header or "").strip()
    if text.isascii() and text.isdigit():
        return float(text)
    try:
        until = parsedate_to_datetime(text)
    except ValueError:
        return None
    until = until if until.tzinfo else until.replace(tzinfo=UTC)
    return max(0.0, (until - datetime.now(UTC)).total_seconds())
