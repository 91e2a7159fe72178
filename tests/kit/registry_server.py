"""A local server that speaks the registry's API v2 over v2 records: paging, filters, counts, and scripted faults."""

from __future__ import annotations

import contextlib
import json
import re
import threading
from collections import deque
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_RANGE = re.compile(r"AREA\[LastUpdatePostDate\]RANGE\[(\S+?),\s*MAX\]")


@dataclass(frozen=True)
class Fault:
    """What one answer is instead of the right one. `cut` sends half of the right answer and hangs up."""

    status: int = 500
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b"fault"
    cut: bool = False


@dataclass
class Registry:
    """The server's records, what it was asked, and the faults it gives first."""

    studies: dict[str, dict[str, Any]]
    base_url: str = ""
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    faults: deque[Fault] = field(default_factory=deque)

    def answer(self, path: str, question: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body for one question."""
        if path == "/api/v2/version":
            return _json({"apiVersion": "2.0.5", "dataTimestamp": "2026-01-05T09:00:05"})
        if path == "/api/v2/studies":
            return self._list(question)
        if found := re.fullmatch(r"/api/v2/studies/(NCT\d{8})", path):
            study = self.studies.get(found[1])
            if study:
                return _json(study)
            for own, other in self.studies.items():
                if found[1] in _identification(other).get("nctIdAliases", ()):
                    return 301, {"location": f"/api/v2/studies/{own}"}, b""
            return 404, {"content-type": "text/plain"}, b"NCT number not found"
        return 404, {"content-type": "text/plain"}, b"no such path"

    def _list(self, question: dict[str, str]) -> tuple[int, dict[str, str], bytes]:
        try:
            size = min(int(question.get("pageSize", "10")) or 10, 1000)
            start = int(question.get("pageToken", "0"), 16)
        except ValueError:
            return 400, {"content-type": "text/plain"}, b"`pageSize` or `pageToken` is malformed"
        advanced = question.get("filter.advanced")
        since = _RANGE.fullmatch(advanced) if advanced else None
        if advanced and not since:
            return 400, {"content-type": "text/plain"}, b"`filter.advanced` has incorrect syntax"
        ids = {one.upper() for one in re.split(r"[,|]", question.get("filter.ids", "")) if one}
        term = question.get("query.term", "").casefold()
        found = [
            study
            for nct, study in sorted(self.studies.items())
            if (not ids or ids & {nct, *_identification(study).get("nctIdAliases", ())})
            and (not since or _updated(study) >= since[1])
            and (not term or term in json.dumps(study, ensure_ascii=False).casefold())
        ]
        page: dict[str, Any] = {"studies": found[start : start + size]}
        if question.get("countTotal") == "true" and not start:
            page["totalCount"] = len(found)
        if start + size < len(found):
            page["nextPageToken"] = f"{start + size:x}"
        return _json(page)


def studies_of(paths: Iterable[Path]) -> dict[str, dict[str, Any]]:
    """Records of v2 files by number."""
    studies = (json.loads(path.read_bytes()) for path in paths)
    return {_identification(study)["nctId"]: study for study in studies}


@contextlib.contextmanager
def registry(studies: dict[str, dict[str, Any]], faults: Iterable[Fault] = ()) -> Iterator[Registry]:
    """Serve these studies on a free port of 127.0.0.1 while the block runs."""
    served = Registry(studies, faults=deque(faults))

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            address = urlsplit(self.path)
            question = {key: values[0] for key, values in parse_qs(address.query).items()}
            served.asked.append((address.path, question))
            status, headers, body = served.answer(address.path, question)
            fault = served.faults.popleft() if served.faults else None
            if fault and not fault.cut:
                status, headers, body = fault.status, dict(fault.headers), fault.body
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body[: len(body) // 2] if fault and fault.cut else body)
            self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served.base_url = f"http://127.0.0.1:{server.server_port}/api/v2"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield served
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _json(value: object) -> tuple[int, dict[str, str], bytes]:
    return 200, {"content-type": "application/json"}, json.dumps(value, ensure_ascii=False).encode()


def _identification(study: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = study["protocolSection"]["identificationModule"]
    return found


def _updated(study: dict[str, Any]) -> str:
    updated: str = study["protocolSection"]["statusModule"].get("lastUpdatePostDateStruct", {}).get("date", "")
    return updated
