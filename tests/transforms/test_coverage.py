import random
from collections import Counter
from pathlib import Path

import orjson
import pytest

from benchmarks.coverage import BAR, Coverage, Leaf, dictionary, main, measure, thin
from tests.transforms.kit.studies import VERSIONS, raw
from trialwire.schemas.event import FhirVersion
from trialwire.transforms.write.study import remark as study_remark

PER_PATH = 3


def chooser(chosen: Counter[str], rng: random.Random):
    """Of each record one value per path, until a path has enough of them."""

    def choose(found: list[Leaf]) -> list[Leaf]:
        rng.shuffle(found)
        kept = {leaf.path: leaf for leaf in found if chosen[leaf.path] < PER_PATH}
        chosen.update(kept.keys())
        return list(kept.values())

    return choose


def measured(real_records: Path, version: FhirVersion, *, left_out: float) -> Coverage:
    """Some values of every path of 60 real records, of which that share was left out before."""
    rng = random.Random(20)
    coverage, spec, choose = Coverage(), dictionary(real_records / "spec"), chooser(Counter(), rng)
    for file in rng.sample(sorted((real_records / "ctgov").glob("*.json")), 60):
        study = orjson.loads(file.read_bytes())
        thin(study, left_out, rng)
        measure(study, version, spec, coverage, choose)
    return coverage


@pytest.mark.parametrize("version", VERSIONS)
def test_a_changed_value_of_a_real_record_changes_its_fhir(real_records: Path, version: FhirVersion) -> None:
    coverage = measured(real_records, version, left_out=0.0)
    assert len(coverage.populated) > 120
    assert coverage.lost_paths == []
    assert coverage.share >= BAR, dict(coverage.missed)


@pytest.mark.parametrize("version", VERSIONS)
def test_a_value_shows_whichever_of_its_neighbours_are_missing(real_records: Path, version: FhirVersion) -> None:
    coverage = measured(real_records, version, left_out=0.5)
    coordinates = {f"protocolSection.contactsLocationsModule.locations.geoPoint.{one}" for one in ("lat", "lon")}
    assert coordinates <= set(coverage.populated)
    assert coverage.missed == {}


def test_the_fictional_expanded_access_record_is_covered_too(real_records: Path) -> None:
    spec = dictionary(real_records / "spec")
    coverage = Coverage()
    measure(raw("NCT99990004"), "R4", spec, coverage)
    assert "protocolSection.designModule.expandedAccessTypes.individual" in coverage.represented
    assert coverage.missed == {}


def test_the_measurement_notices_what_is_not_mapped(real_records: Path, monkeypatch, capsys, tmp_path: Path) -> None:
    monkeypatch.setattr(study_remark, "NOTES", ())
    study = raw("NCT99990001")
    (tmp_path / "one.json").write_bytes(orjson.dumps(study))
    assert main([str(tmp_path), "--all"]) == 1
    assert "maskingDescription" in capsys.readouterr().out
