"""The numbers of the FHIR versions stand in one table."""

from __future__ import annotations

import re

from tests.kit.checkout import CHECKOUT
from tests.schemas.test_registry_number import ROOMS
from trialwire.schemas.fhir.versions import PUBLISHED_NUMBERS, SHORT_NUMBERS


def test_each_version_has_its_published_and_its_short_number() -> None:
    assert PUBLISHED_NUMBERS == {"R4": "4.0.1", "R5": "5.0.0"}
    assert SHORT_NUMBERS == {"R4": "4.0", "R5": "5.0"}


def test_no_other_module_lists_the_versions_or_their_numbers() -> None:
    listed = re.compile(r'"R4": "4\.0|\("R4", "R5"\)|Literal\["R4", "R5"\]|Literal\["base", "eclaire"\]')
    found = {
        path.relative_to(CHECKOUT).as_posix()
        for room in ROOMS
        for path in (CHECKOUT / room).rglob("*.py")
        if listed.search(path.read_text(encoding="utf-8"))
    }
    assert found == {"schemas/event.py", "schemas/fhir/profiles.py", "schemas/fhir/versions.py"}
