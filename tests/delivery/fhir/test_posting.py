"""What is posted beside what."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Any

from tests.delivery.kit.outbox_twin import MemoryOutbox, removal_bundle
from trialwire.delivery.fhir import apply as fhir_apply
from trialwire.delivery.fhir import loader as fhir_loader
from trialwire.delivery.fhir.memory import MemoryFhirServer
from trialwire.delivery.fhir.settings import FhirSettings

if TYPE_CHECKING:
    import pytest


def test_nothing_is_posted_beside_a_removal_and_other_trials_are_posted_side_by_side(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    under_way: list[str] = []
    beside: dict[str, set[str]] = {}
    lock, apply = threading.Lock(), fhir_apply.apply

    def noting(client: Any, sequence: int, content: bytes, content_hash: str | None) -> fhir_apply.Applied:
        name = f"{'removal' if b'DELETE' in content else 'change'} {threading.get_ident()} {sequence}"
        with lock:
            under_way.append(name)
            for one in under_way:
                beside.setdefault(one, set()).update(under_way)
        time.sleep(0.05)
        applied = apply(client, sequence, content, content_hash)
        with lock:
            under_way.remove(name)
        return applied

    monkeypatch.setattr(fhir_apply, "apply", noting)
    outbox = MemoryOutbox()
    for number in range(8):
        outbox.add(f"NCT9999010{number}")
        if number == 3:
            outbox.add("NCT99990101", removal_bundle("NCT99990101"), verb="removed")
    server = FhirSettings("http://fhir.example.org/fhir/r4", "R4")
    report = fhir_loader.load(outbox, server, transport=MemoryFhirServer().transport)
    assert (report.loaded, report.parked) == (9, 0)
    removals = [name for name in beside if name.startswith("removal")]
    assert [beside[name] for name in removals] == [{removals[0]}]
    assert max(len(names) for names in beside.values()) > 1
