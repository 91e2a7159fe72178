"""Makes the key of a destination: kind@address. The store keeps one cursor per key.

A cursor is the position in the outbox (the store's table of all changes) up to which a destination has received
changes. Delivery to a new address has a new key, so it starts from the first change. Examples of keys:
`kafka@broker.example.org:9092`, `fhir-r4@fhir.example.org/r4`, `folder@/srv/events`. To keep the cursor when a server
moves, or when other brokers of the same cluster are listed, give the destination its own name with the setting
`…__NAME`.
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

LONGEST: Final = 64
"""The longest key in characters, the width of the column in the store. A longer key is cut and gets a hash at its end.
"""
_HASH: Final = 10


def named(kind: str, place: str) -> str:
    """Return the key "kind@place". A key that is longer than 64 characters is cut and gets a hash at its end."""
    name = f"{kind}@{place}"
    if len(name) <= LONGEST:
        return name
    return f"{name[: LONGEST - _HASH - 1]}~{sha256(name.encode()).hexdigest()[:_HASH]}"


def place_of(address: str) -> str:
    """Take an http address; return its host, port and path, without the scheme and the login."""
    parts = urlsplit(address)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}".lower() or address
