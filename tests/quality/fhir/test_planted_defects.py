"""Every planted defect is caught by exactly the judges that its row names, and the good Bundle offends none."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.quality.kit import verdicts
from tests.quality.kit.good_bundle import good
from tests.quality.kit.planted_defects import DEFECTS, MODELS, RULES, Defect
from trialwire.pipeline.validate import judges
from trialwire.quality.fhir import resources
from trialwire.schemas.errors import RetryLaterError
from trialwire.schemas.event import FhirVersion

CASES = [pytest.param(defect, version, id=f"{version} {defect.name}") for defect in DEFECTS for version in defect.steps]
VERSIONS: tuple[FhirVersion, ...] = ("R4", "R5")


@pytest.mark.parametrize("version", VERSIONS)
def test_the_good_bundle_has_no_fault(version: FhirVersion) -> None:
    assert resources.check(good(version), version) == []


@pytest.mark.parametrize(("defect", "version"), CASES)
def test_a_planted_defect_is_caught_by_the_checks_that_judge_every_record(defect: Defect, version: FhirVersion) -> None:
    assert verdicts.always_on(defect.planted(version), version) == defect.caught_by[version] & {MODELS, RULES}


def test_no_planted_defect_goes_on_to_a_server() -> None:
    always_on = {MODELS, RULES}
    missed = [defect.name for defect in DEFECTS if not all(by & always_on for by in defect.caught_by.values())]
    assert missed == []


@pytest.mark.fhir
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("judge", verdicts.SLOW)
def test_a_slow_judge_is_content_with_the_good_bundle_and_catches_the_defects_that_name_it(
    judge: str, version: FhirVersion, tmp_path: Path
) -> None:
    defects = [defect for defect in DEFECTS if version in defect.steps]
    try:
        with judges.slow(verdicts.SLOW[judge], version, [], tmp_path / "judge.log") as asked:
            caught = verdicts.slow(judge, asked, defects, version)
    except RetryLaterError as error:
        pytest.skip(f"the judge cannot be had: {error}")
    assert caught == {defect.name for defect in defects if judge in defect.caught_by[version]}
