"""A FHIR server in memory, for tests: transactions, reads, searches, deletes, referential integrity.

Tests send requests to the server through an httpx transport. The server behaves like HAPI in every case that the loader
depends on. An unchanged PUT keeps the version. A reference to a resource that does not exist gives 400, and nothing is
written. DELETE of a referenced resource gives 409. A read after DELETE gives 410. A wrong login gives 401. `ifMatch`
with another version gives 409 (version 0: the resource never existed). `ifNoneMatch` is ignored.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import httpx
import orjson

from trialwire.schemas.fhir.references import references
from trialwire.schemas.fhir.versions import PUBLISHED_NUMBERS, SHORT_NUMBERS

if TYPE_CHECKING:
    from trialwire.delivery.event.study_bundle import Entry, Resource
    from trialwire.schemas.event import FhirVersion

_PUT, _DELETE = "PUT", "DELETE"


class _Refused(Exception):  # noqa: N818 (an answer on its way, not an error)
    """An exception that carries an error answer: a status and an OperationOutcome."""

    def __init__(self, status: int, code: str, diagnostics: str) -> None:
        super().__init__(diagnostics)
        self.status = status
        self.outcome = {
            "resourceType": "OperationOutcome",
            "issue": [{"severity": "error", "code": code, "diagnostics": diagnostics}],
        }


@dataclass
class MemoryFhirServer:
    """A FHIR server in memory. Its resources are stored by `Type/id`; a deleted resource is stored as None.

    To use it, pass `transport` to an httpx client.
    """

    fhir_version: FhirVersion = "R4"
    token: str | None = None
    resources: dict[str, Resource | None] = field(default_factory=dict)
    versions: dict[str, int] = field(default_factory=dict)
    writes: int = 0
    searches: dict[str, Resource] = field(default_factory=dict)
    """A cache of search answers by URL. It is used unless the request says no-cache, as in HAPI."""

    def __post_init__(self) -> None:
        self._lock = threading.Lock()

    @property
    def transport(self) -> httpx.BaseTransport:
        """The httpx transport that reaches this server under any host name."""
        return httpx.MockTransport(self.answer)

    def answer(self, request: httpx.Request) -> httpx.Response:
        """Take one HTTP request; return the server's answer to it."""
        if self.token and request.headers.get("authorization") != f"Bearer {self.token}":
            return httpx.Response(401, headers={"WWW-Authenticate": "Bearer"})
        path = request.url.path.rstrip("/").rsplit("/fhir", 1)[-1].strip("/")
        path = path.removeprefix(self.fhir_version.lower()).strip("/")
        with self._lock:
            try:
                status, body = self._route(request, path)
            except _Refused as refused:
                status, body = refused.status, refused.outcome
        headers = {"Content-Type": "application/fhir+json", "X-Powered-By": "HAPI FHIR twin"}
        if status == httpx.codes.GONE:
            headers["Location"] = f"{request.url}/_history/{self.versions[path]}"
        return httpx.Response(status, content=orjson.dumps(body), headers=headers)

    def _route(self, request: httpx.Request, path: str) -> tuple[int, Resource]:
        if path == "metadata":
            return 200, self._capabilities()
        if request.method == "POST" and not path:
            return 200, self._bundle(orjson.loads(request.content))
        if request.method == _DELETE:
            return 200, self._deleted(path)
        if request.method == _PUT:
            created = self.resources.get(path) is None
            return 201 if created else 200, self._put(path, orjson.loads(request.content))
        if "/" in path:
            return 200, self._read(path)
        address = str(request.url)
        if address not in self.searches or "no-cache" in request.headers.get("cache-control", ""):
            self.searches[address] = self._search(path, request.url.params)
        return 200, self.searches[address]

    def _capabilities(self) -> Resource:
        interactions = [{"code": "transaction"}]
        return {
            "resourceType": "CapabilityStatement",
            "fhirVersion": PUBLISHED_NUMBERS[self.fhir_version],
            "status": "active",
            "kind": "instance",
            "format": [f"application/fhir+json; fhirVersion={SHORT_NUMBERS[self.fhir_version]}"],
            "rest": [{"mode": "server", "interaction": interactions}],
        }

    def _bundle(self, bundle: Resource) -> Resource:
        kind, entries = bundle.get("type"), bundle.get("entry", [])
        if kind != "transaction":
            raise _Refused(400, "invalid", f"a Bundle of type {kind} is not taken")
        before = dict(self.resources), dict(self.versions), self.writes
        try:
            answers = [self._in_transaction(entry) for entry in entries]
            self._check_integrity()
        except _Refused:
            self.resources, self.versions, self.writes = before
            raise
        return {"resourceType": "Bundle", "type": "transaction-response", "entry": answers}

    def _in_transaction(self, entry: Entry) -> dict[str, Any]:
        method, reference = entry["request"]["method"], entry["request"]["url"]
        expected = entry["request"].get("ifMatch")
        if expected and expected != f'W/"{self.versions.get(reference, 0)}"':
            raise _Refused(409, "conflict", f"{reference} is not at version {expected}")
        if method == _DELETE:
            self._delete(reference)
            return {"response": {"status": "204 No Content"}}
        created = self.resources.get(reference) is None
        self._put(reference, entry["resource"])
        version = self.versions[reference]
        return {"response": {"status": "201 Created" if created else "200 OK", "etag": f'W/"{version}"'}}

    def _put(self, reference: str, resource: Resource) -> Resource:
        if reference != f"{resource.get('resourceType')}/{resource.get('id')}":
            raise _Refused(400, "invalid", "the address and the resource do not agree")
        stored = {name: value for name, value in resource.items() if name != "meta"}
        if meta := resource.get("meta"):
            stored["meta"] = meta
        if self.resources.get(reference) != stored:
            self.resources[reference] = stored
            self.versions[reference] = self.versions.get(reference, 0) + 1
            self.writes += 1
        return stored

    def _read(self, reference: str) -> Resource:
        if reference not in self.resources:
            raise _Refused(404, "not-found", f"{reference} is not known")
        stored = self.resources[reference]
        if stored is None:
            raise _Refused(410, "deleted", f"{reference} was deleted")
        meta = stored.get("meta", {}) | {
            "versionId": str(self.versions[reference]),
            "lastUpdated": "2026-01-01T00:00:00Z",
        }
        if "source" in meta:
            meta["source"] += "#request"  # as a HAPI server does
        return stored | {"meta": meta}

    def _deleted(self, reference: str) -> Resource:
        if referrers := self._referrers(reference):
            raise _Refused(409, "conflict", f"{reference} is referred to by {referrers[0]}")
        self._delete(reference)
        return {"resourceType": "OperationOutcome", "issue": []}

    def _delete(self, reference: str) -> None:
        if self.resources.get(reference) is not None:
            self.resources[reference] = None
            self.versions[reference] += 1
            self.writes += 1

    def _check_integrity(self) -> None:
        """Reject a transaction after which a reference has no target: 400 if it never existed, 409 if deleted."""
        for source, resource in self.resources.items():
            for target in _targets(resource):
                if self.resources.get(target) is None:
                    deleted = target in self.resources
                    status, code = (409, "conflict") if deleted else (400, "not-found")
                    raise _Refused(status, code, f"{source} refers to {target}, which is not there")

    def _referrers(self, reference: str) -> list[str]:
        return [source for source, resource in self.resources.items() if reference in _targets(resource)]

    def _search(self, kind: str, params: httpx.QueryParams) -> Resource:
        all_ = [reference for reference in self.resources if reference.startswith(f"{kind}/")]
        wanted = [f"{kind}/{id_}" for id_ in params["_id"].split(",")] if "_id" in params else all_
        here = [reference for reference in wanted if self.resources.get(reference) is not None]
        entries: list[dict[str, Any]] = [
            {"resource": self._read(reference), "search": {"mode": "match"}} for reference in here
        ]
        if params.get("_revinclude") == "*":
            found = [source for reference in here for source in self._referrers(reference)]
            entries += [{"resource": self.resources[source], "search": {"mode": "include"}} for source in found]
        return {"resourceType": "Bundle", "type": "searchset", "entry": entries}


def _targets(resource: Resource | None) -> list[str]:
    """Return the relative references ("Group/a") in a resource."""
    return [target for target in references(resource or {}) if "/" in target and "://" not in target]
