"""The validator of R5 reads the specification's definitions when a resource asks for them: types, profiles, extensions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import orjson
import pytest

from trialwire.schemas.errors import RetryLaterError
from trialwire.stack.validator import validator

if TYPE_CHECKING:
    from pathlib import Path

ABSENT = {"url": "http://hl7.org/fhir/StructureDefinition/data-absent-reason", "valueCode": "unknown"}


def observation(extension: dict[str, Any], status: str = "final") -> bytes:
    found: dict[str, Any] = {"resourceType": "Observation", "status": status, "code": {"text": "Owls"}}
    found["text"] = {"status": "empty", "div": '<div xmlns="http://www.w3.org/1999/xhtml">None</div>'}
    found["valueString"] = "Hoo"
    found["extension"] = [extension]
    return orjson.dumps(found)


@pytest.mark.fhir
def test_an_extension_of_r5_itself_is_known_and_an_invented_one_and_an_invented_code_are_not(tmp_path: Path) -> None:
    invented = {"url": "http://hl7.org/fhir/StructureDefinition/owl", "valueCode": "unknown"}
    asked = [observation(ABSENT), observation(invented), observation(ABSENT, status="hooting")]
    try:
        with validator("R5", [], tmp_path / "validator.log") as child:
            answers = [orjson.loads(answer)["findings"] for answer in child.answers(asked)]
    except RetryLaterError as error:
        pytest.skip(f"the validator cannot be had: {error}")
    errors = [[one["message"] for one in found if one["severity"] in {"error", "fatal"}] for found in answers]
    assert errors[0] == []
    assert "StructureDefinition/owl" in " ".join(errors[1])
    assert "hooting" in " ".join(errors[2])
