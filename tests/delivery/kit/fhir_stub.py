"""A FHIR server with a script: the next exchanges that match get the scripted answers, the rest go to the twin."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import orjson

from trialwire.delivery.fhir.memory import MemoryFhirServer

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

Answer = httpx.Response | Exception


@dataclass
class ScriptedFhirServer:
    """`script` answers transactions (POST) before the twin sees them; None lets one through. `down`: no answer at all."""

    twin: MemoryFhirServer = field(default_factory=MemoryFhirServer)
    script: list[Answer | None] = field(default_factory=list)
    always: Callable[[httpx.Request], Answer | None] = lambda _: None
    after: Callable[[httpx.Request, httpx.Response], httpx.Response] = lambda _, answer: answer
    down: bool = False
    posts: int = 0

    @property
    def transport(self) -> httpx.BaseTransport:
        return httpx.MockTransport(self.answer)

    def answer(self, request: httpx.Request) -> httpx.Response:
        if self.down:
            raise httpx.ConnectError("refused")
        said = self.always(request)
        if said is None and request.method == "POST" and b'"transaction"' in request.content:
            self.posts += 1
            said = self.script.pop(0) if self.script else None
        if isinstance(said, Exception):
            raise said
        return said if said is not None else self.after(request, self.twin.answer(request))


def outcome(status: int, code: str, diagnostics: str = "", **headers: str) -> httpx.Response:
    body: dict[str, Any] = {
        "resourceType": "OperationOutcome",
        "issue": [{"severity": "error", "code": code, "diagnostics": diagnostics}],
    }
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return httpx.Response(status, content=orjson.dumps(body), headers=named)


class _CutStream(httpx.SyncByteStream):
    def __iter__(self) -> Iterator[bytes]:
        yield b'{"resourceType": "Bundle", "type": "transa'
        raise httpx.RemoteProtocolError("peer closed connection without sending complete message body")


def cut() -> httpx.Response:
    """An answer that breaks off in the middle."""
    return httpx.Response(200, stream=_CutStream())


def entries(*statuses: str) -> httpx.Response:
    """A transaction response with these entry statuses."""
    answers = [{"response": {"status": status}} for status in statuses]
    body = {"resourceType": "Bundle", "type": "transaction-response", "entry": answers}
    return httpx.Response(200, content=orjson.dumps(body))
