"""What a run says it did: numbers that add up, and held records as scripts read them."""

from __future__ import annotations

from collections import Counter

from trialwire.pipeline.summary import IngestSummary, held_object
from trialwire.schemas.held import HeldRecord, Reason

REASON = Reason(code="no-registry-number", path="a.b", message="It has none.", cure="Find it.")
HELD = HeldRecord(id="1", source="pages", origin="a.txt", stage="identify", reasons=(REASON,), trial_id=None)


def test_read_is_the_sum_of_the_other_four_whatever_was_added() -> None:
    total = IngestSummary()
    total.add(IngestSummary(new=3, changed=1, held_records=[HELD], findings=Counter({"no-title": 2}), seconds=0.5))
    total.add(IngestSummary(unchanged=4, held_records=[HELD], findings=Counter({"no-title": 1, "encoding": 1})))
    document = total.document()
    assert document["read"] == document["new"] + document["changed"] + document["unchanged"] + document["held"] == 10
    assert document["findings"] == {"encoding": 1, "no-title": 3}
    assert list(document)[:5] == ["read", "new", "changed", "unchanged", "held"]


def test_a_held_record_is_told_with_every_reason_and_its_cure() -> None:
    assert held_object(HELD) == {
        "id": "1",
        "origin": "a.txt",
        "stage": "identify",
        "reasons": [{"code": "no-registry-number", "path": "a.b", "message": "It has none.", "cure": "Find it."}],
    }
