"""Makes the key of a destination: kind@address. The store keeps one cursor per key.

A cursor is the position in the outbox (the store's table of all changes) up to which a destination has received
changes. A new address gives a new key, so delivery to this address starts from the first change. Examples of keys:
`kafka@broker.example.org:9092`, `fhir-r4@fhir.example.org/r4`, `folder@/srv/events`. A setting `…__NAME` gives a
destination its own name, which replaces the address in the key. With a name, the cursor is kept when a server moves, or
when other brokers of the same cluster are listed.
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
    """Return the key "kind@place". A key of more than 64 characters is shortened, and its last part is then a hash."""
    name = f"{kind}@{place}"
    if len(name) <= LONGEST:
        return name
    return f"{name[: LONGEST - _HASH - 1]}~{sha256(name.encode()).hexdigest()[:_HASH]}"


def place_of(address: str) -> str:
    """Take an http address; return its host, port and path, without the scheme and the login."""
    parts = urlsplit(address)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}".lower() or address
