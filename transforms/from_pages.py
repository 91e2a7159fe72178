"""Text of a saved page → Trial."""

from __future__ import annotations

from schemas.errors import HoldError
from schemas.held import Finding, Reason
from schemas.trial import Trial


def from_pages(text: str) -> tuple[Trial, list[Finding]]:
    """Not yet."""
    raise HoldError([Reason(code="unknown-layout", message="The page has no layout that is known.")])
