"""Chooses ports on 127.0.0.1: the configured port, else the port of the last run if it is free, else any free port."""

from __future__ import annotations

import socket
from contextlib import closing
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING

import orjson

from trialwire.schemas.errors import StopError

if TYPE_CHECKING:
    from pathlib import Path

HOST = "127.0.0.1"


def is_free(port: int) -> bool:
    """Return whether a server could listen on the port now."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
        return True


def ask(port: int, path: str, *, timeout: float = 30) -> tuple[int, bytes]:
    """Send a GET request over plain HTTP; return (HTTP status, body). Raises OSError if no server answers.

    Use this function in loops that send many requests: an HTTP client that loads certificates for each request would
    use a tenth of a processor core.
    """
    with closing(HTTPConnection(HOST, port, timeout=timeout)) as connection:
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, answer.read()
        except HTTPException as error:
            raise ConnectionError(str(error)) from error


def free_ports(count: int) -> list[int]:
    """Return this number of different ports that are free now."""
    sockets = [socket.socket() for _ in range(count)]
    try:
        for one in sockets:
            one.bind((HOST, 0))
        return [one.getsockname()[1] for one in sockets]
    finally:
        for one in sockets:
            one.close()


def choose(configured: dict[str, int | None], remembered: Path) -> dict[str, int]:
    """Return a port for each name in `configured`, a dict from name to configured port or None.

    The choice is stored in the file `remembered`, so that the next run uses the same ports. Raises StopError if a
    configured port is in use.
    """
    before: dict[str, int] = orjson.loads(remembered.read_bytes()) if remembered.exists() else {}
    fresh = iter(free_ports(len(configured)))
    chosen: dict[str, int] = {}
    for name, port in configured.items():
        if port and not is_free(port):
            msg = f"Port {port}, set for {name}, is in use. Stop the process that listens there, or set another port."
            raise StopError(msg)
        kept = before.get(name)
        chosen[name] = port or (kept if kept and is_free(kept) else next(fresh))
    remembered.parent.mkdir(parents=True, exist_ok=True)
    remembered.write_bytes(orjson.dumps(chosen))
    return chosen
