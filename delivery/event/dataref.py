"""Stores a Bundle that is too large for an event and puts its URL into the event (`dataref`, the claim check pattern).

In the claim check pattern a message holds only the address of its data. If `base_url` is a file:// URL, Bundles are
stored in that folder. If it is an http(s):// URL, it is the address of an object store: a Bundle is stored with PUT,
and readers GET the same URL.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote, urlsplit

import httpx

from trialwire.schemas.errors import RetryLaterError, SettingError
from trialwire.schemas.whole_file import whole_file

if TYPE_CHECKING:
    from collections.abc import Callable

TIMEOUT_SECONDS: Final = 30.0


def put(base_url: str, ce_id: str, content: bytes) -> str:
    """Store a Bundle before its event is sent, and return the Bundle's URL.

    The function is idempotent: it returns the same URL for the same change.
    """
    address = f"{base_url.rstrip('/')}/{ce_id}.json"
    file = _file(address)
    if file is None:
        _asked(address, lambda client: client.put(address, content=content))
    else:
        with whole_file(file) as unfinished:
            unfinished.write(content)
    return address


def get(address: str, allowed_base: str | None) -> bytes:
    """Return the bytes of the Bundle at this URL. Raises ValueError if the URL is not below `allowed_base`.

    The URL comes from the header of an event. Without this check, a forged event could make us send a request to any
    address (SSRF).
    """
    if not allowed_base or not address.startswith(f"{allowed_base.rstrip('/')}/") or ".." in address:
        msg = "the event refers to an address outside TRIALWIRE_KAFKA__DATAREF_URL"
        raise ValueError(msg)
    path = _file(address)
    if path is None:
        return _asked(address, lambda client: client.get(address))
    try:
        return path.read_bytes()
    except OSError:
        msg = f"{address} cannot be read. Try again later."
        raise RetryLaterError(msg) from None


def _file(address: str) -> Path | None:
    parts = urlsplit(address)
    if parts.scheme == "file":
        return Path(unquote(parts.path))
    if parts.scheme in {"http", "https"}:
        return None
    msg = f"TRIALWIRE_KAFKA__DATAREF_URL: {parts.scheme or address!r} is unsupported; use file://, http:// or https://."
    raise SettingError(msg)


def _asked(address: str, question: Callable[[httpx.Client], httpx.Response]) -> bytes:
    try:
        with httpx.Client(timeout=TIMEOUT_SECONDS) as client:
            return question(client).raise_for_status().content
    except httpx.HTTPError as error:
        msg = f"{address} cannot be reached ({type(error).__name__}). Try again later."
        raise RetryLaterError(msg) from None
