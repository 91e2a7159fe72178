"""What each judge says of a planted defect: the resources that differ from the good ones are put before it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from tests.quality.kit.good_bundle import good
from tests.quality.kit.planted_defects import HAPI, MEDPLUM, MODELS, RULES, SCHEMA, Defect
from trialwire.quality.fhir import resources

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from trialwire.pipeline.validate.judges import JudgeName, Opinion
    from trialwire.schemas.event import FhirVersion

GOOD = "the good Bundle"
SLOW: dict[str, JudgeName] = {SCHEMA: "json schema", HAPI: "hapi", MEDPLUM: "medplum"}


def always_on(bundle: dict[str, Any], version: FhirVersion) -> frozenset[str]:
    """Which of the two checks that judge every record find something."""
    reasons = resources.check(bundle, version)
    return frozenset(MODELS if reason.code == "invalid" else RULES for reason in reasons)


def slow(
    judge: str,
    asked: Callable[[Iterable[bytes]], Iterator[list[Opinion]]],
    defects: list[Defect],
    version: FhirVersion,
) -> set[str]:
    """The names of the defects for which this judge calls a resource invalid; GOOD stands for the good Bundle."""
    from trialwire.pipeline.validate.judges import tolerated

    lines = [(GOOD, _line(entry["resource"])) for entry in good(version)["entry"]]
    lines += [(defect.name, _line(resource)) for defect in defects for resource in _changed(defect, version)]
    return {
        name
        for (name, _), opinions in zip(lines, asked(line for _, line in lines), strict=True)
        if any(one.is_error and not tolerated(SLOW[judge], one) for one in opinions)
    }


def _changed(defect: Defect, version: FhirVersion) -> list[dict[str, Any]]:
    untouched = [entry["resource"] for entry in good(version)["entry"]]
    found = [entry["resource"] for entry in defect.planted(version)["entry"] if "resource" in entry]
    return [resource for resource in found if resource not in untouched]


def _line(resource: dict[str, Any]) -> bytes:
    return json.dumps(resource).encode("ascii")  # half a character has no UTF-8, but an escape
