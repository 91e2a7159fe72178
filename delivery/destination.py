"""The name of a destination in the change log: its kind and where it is, so that another place begins at the beginning.

`kafka@broker.example.org:9092`, `fhir-r4@fhir.example.org/r4`, `folder@/srv/events`. A site that moves a server, or lists
other brokers of the same cluster, keeps the cursor by giving the destination a name of its own (`…__NAME`).
"""

from __future__ import annotations

from hashlib import sha256
from typing import Final
from urllib.parse import urlsplit

LONGEST: Final = 64
"""As the store keeps it; a longer one is cut and told apart by its hash."""
_HASH: Final = 10


def named(kind: str, place: str) -> str:
    """The name of the destination of that kind at that place."""
    name = f"{kind}@{place}"
    if len(name) <= LONGEST:
        return name
    return f"{name[: LONGEST - _HASH - 1]}~{sha256(name.encode()).hexdigest()[:_HASH]}"


def place_of(address: str) -> str:
    """Host, port and path of an http address: without the scheme, and without a login, which is nobody's name."""
    parts = urlsplit(address)
    return f"{parts.netloc.rpartition('@')[2]}{parts.path.rstrip('/')}".lower() or address
