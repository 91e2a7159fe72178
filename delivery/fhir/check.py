"""Checks a FHIR server: DNS, port, TLS, answer, FHIR version, login, transactions, permission to write."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import httpx
import orjson

from trialwire.delivery.event.study_bundle import Resource
from trialwire.delivery.fhir import fault as fhir_fault
from trialwire.delivery.fhir.settings import FHIR_JSON
from trialwire.network import first_steps
from trialwire.network.first_steps import Step
from trialwire.schemas.fhir.versions import SHORT_NUMBERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwire.delivery.fhir.settings import FhirSettings

SECONDS: Final = 15.0


def steps(server: FhirSettings, *, transport: httpx.BaseTransport | None = None) -> Iterator[Step]:
    """Check one server and yield one Step (result of one check) per check. Writes nothing to the server.

    The iterator ends when later checks cannot succeed.
    """
    address = urlsplit(server.base_url)
    if address.scheme not in {"http", "https"} or not address.hostname:
        yield Step("address", passed=False, result=f"{server.base_url!r} is no http:// or https:// address")
        return
    if transport is None:
        port = address.port or (443 if address.scheme == "https" else 80)
        for step in first_steps.steps(address.hostname, port, server.tls):
            yield step
            if not step.passed:
                return
    with httpx.Client(timeout=SECONDS, transport=transport, follow_redirects=True, **server.connection()) as client:
        yield from _service(client, server)


def _service(client: httpx.Client, server: FhirSettings) -> Iterator[Step]:
    answer, told = _asked(client, server, "GET", "metadata")
    statement = _resource(answer)
    if statement.get("resourceType") != "CapabilityStatement":
        found = told or "no CapabilityStatement: correct the base address, it may lack /fhir"
        yield Step("metadata", passed=False, result=found)
        return
    software = statement.get("software") or {}
    found = " ".join(str(software.get(part, "")) for part in ("name", "version")).strip() or "answers"
    yield Step("metadata", passed=True, result=found)
    number = str(statement.get("fhirVersion", ""))
    passed = number.startswith(SHORT_NUMBERS[server.fhir_version])
    cure = "" if passed else f": this address is set for {server.fhir_version}; set it for the other version"
    yield Step("FHIR version", passed, f"{number or 'not said'}{cure}")
    answer, told = _asked(client, server, "GET", "ResearchStudy?_summary=count")
    readable = answer is not None and answer.is_success
    yield Step("login and read", readable, told or "ResearchStudy can be searched")
    codes = {item.get("code") for rest in statement.get("rest", ()) for item in rest.get("interaction", ())}
    offered = "transaction" in codes
    yield Step("transactions", offered, "taken" if offered else "not offered by this server")
    yield _write(client, server)


def _write(client: httpx.Client, server: FhirSettings) -> Step:
    """Check permission to write, without writing: a PUT whose body has another id.

    The server answers 400 to it only if the login may write.
    """
    body = orjson.dumps({"resourceType": "ResearchStudy", "id": "another", "status": "active"})
    reference = f"ResearchStudy/trialwire-doctor-{uuid.uuid4().hex[:8]}"
    answer, told = _asked(client, server, "PUT", reference, content=body, headers={"Content-Type": FHIR_JSON})
    passed = answer is not None and answer.status_code in {400, 412, 422}
    return Step(
        "permission to write", passed, "permitted (a probe that can never be stored was refused)" if passed else told
    )


def _asked(
    client: httpx.Client, server: FhirSettings, method: str, path: str, **how: Any
) -> tuple[httpx.Response | None, str]:
    """Send one request; return (answer, text with cause and cure).

    The answer is None if there was no connection. The text is "" if the answer is successful.
    """
    try:
        answer = client.request(method, f"{server.base_url.rstrip('/')}/{path}", **how)
    except httpx.HTTPError as error:
        return None, server.refusal(str(error)) or f"no answer ({type(error).__name__}): see what the server logs"
    if answer.is_success:
        return answer, ""
    cure = fhir_fault.CURES.get(answer.status_code, "see what the server logs")
    return answer, f"{fhir_fault.of_answer(answer.status_code, _resource(answer)).message}: {cure}"


def _resource(answer: httpx.Response | None) -> Resource:
    try:
        body = orjson.loads(answer.content) if answer is not None else None
    except orjson.JSONDecodeError:
        body = None
    return body if isinstance(body, dict) else {}
