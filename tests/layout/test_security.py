"""Every promise of SECURITY.md names a test that is there."""

from __future__ import annotations

import re

from tests.kit.checkout import CHECKOUT


def test_each_promise_names_tests_that_exist() -> None:
    text = (CHECKOUT / "SECURITY.md").read_text()
    table = text[text.index("## What Trialwire promises") : text.index("## What it leaves to you")]
    promises = [line.split("|")[1:4] for line in table.splitlines() if line.startswith("| ")][1:]
    named = {promise.strip(): re.findall(r"[a-z_/]+(?:\.py)?", tests) for promise, _, tests in promises}
    assert len(named) > 8
    assert [promise for promise, tests in named.items() if not tests] == []
    assert [
        place for tests in named.values() for place in tests if "/" in place and not (CHECKOUT / place).exists()
    ] == []
