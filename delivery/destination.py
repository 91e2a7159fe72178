"""The key of a destination's cursor: kind@address. Delivery to a new address starts from the first change.

`kafka@broker.example.org:9092`, `fhir-r4@fhir.example.org/r4`, `folder@/srv/events`. To keep the cursor when a server
moves or other brokers of the same cluster are listed, give the destination its own name (`…__NAME`).
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

LONGEST: Final = 64
"""Characters, the width of the column in the store. A longer name is cut and gets a hash at its end."""
_HASH: Final = 10


def named(kind: str, place: str) -> str:
    """The key of the destination of this kind at this place, at most 64 characters."""
    name = f"{kind}@{place}"
    if len(name) <= LONGEST:
        return name
    return f"{name[: LONGEST - _HASH - 1]}~{sha256(name.encode()).hexdigest()[:_HASH]}"


def place_of(address: str) -> str:
    """Host, port and path of an http address, without the scheme and the login."""
    parts = urlsplit(address)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}".lower() or address
