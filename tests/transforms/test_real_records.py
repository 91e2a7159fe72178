import random
from collections import Counter
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import orjson
import pytest

from benchmarks.coverage import Coverage, dictionary, measure
from tests.transforms.kit.drawn_records import Dictionary
from tests.transforms.kit.studies import VERSIONS, WITH_CONTACTS
from trialwire.quality.fhir import resources as quality_resources
from trialwire.schemas.errors import HoldError
from trialwire.schemas.event import FhirVersion
from trialwire.schemas.record import RawRecord
from trialwire.transforms.read.any_record import read
from trialwire.transforms.write.bundle import RenderOptions, render

MODELS = {"R4": "fhir.resources.R4B", "R5": "fhir.resources"}


def sampled(folder: Path, count: int) -> list[Path]:
    return random.Random(150).sample(sorted(folder.glob("*.json")), count)


@pytest.mark.parametrize("version", VERSIONS)
def test_fhir_resources_takes_every_resource_of_real_records_and_keeps_it(
    real_records: Path, version: FhirVersion
) -> None:
    package = import_module(MODELS[version])
    for number, file in enumerate(sampled(real_records / "ctgov", 150)):
        trial = read(RawRecord(origin=file.name, content=file.read_bytes())).trial
        how = WITH_CONTACTS if number % 2 else RenderOptions()
        for entry in render(trial, version, how).bundle["entry"]:
            resource = entry["resource"]
            model = package.get_fhir_model_class(resource["resourceType"]).model_validate(resource)
            if number % 25 == 0:
                assert model.model_dump(mode="json") == resource, file.name


@pytest.mark.parametrize("version", VERSIONS)
def test_real_records_and_pages_pass_every_rule_of_our_own(real_records: Path, version: FhirVersion) -> None:
    files = [*sampled(real_records / "ctgov", 40), *sorted((real_records / "pages").iterdir())]
    for number, file in enumerate(files):
        trial = read(RawRecord(origin=file.name, content=file.read_bytes())).trial
        if trial.trial_id is None:
            continue
        how = WITH_CONTACTS if number % 2 else RenderOptions()
        assert quality_resources.check(render(trial, version, how).bundle, version) == [], file.name


ODD_TEXTS = (
    "???", "x" * 300, "é\u200b\ufeff", "<script>alert(1)</script>", "-1", "a b  c", "\n\n", "http://", "ftp://a b", "#x",
    "D1", "a|b#c", "99999999999999999999", "2020-13-45", "\u0007bell", "'\"&<>", " x ", "x\u00a0", "\ud7ff\uffff", "1 Year",
)  # fmt: skip
ODD_NUMBERS = (-1, 0, 10**12, 3.5, 1e300)


def places(node: Any, path: str = "") -> Iterator[tuple[str, Any, str | int]]:
    """Every text and number of a record: its path without positions, and where it can be set."""
    for key, item in node.items() if isinstance(node, dict) else enumerate(node):
        here = f"{path}.{key}" if isinstance(node, dict) else path
        if isinstance(item, dict | list):
            yield from places(item, here)
        elif item is not None and not isinstance(item, bool):
            yield here, node, key


def test_an_odd_value_is_held_when_it_is_read_or_makes_a_sound_bundle(real_records: Path) -> None:
    rng = random.Random(22)
    tried: Counter[str] = Counter()
    sound = held = 0
    for file in sampled(real_records / "ctgov", 60):
        study = orjson.loads(file.read_bytes())
        study.pop("resultsSection", None)
        for path, holder, key in places(study):
            if tried[path] == 2:
                continue
            tried[path] += 1
            kept = holder[key]
            holder[key] = rng.choice(ODD_TEXTS if isinstance(kept, str) else ODD_NUMBERS)
            content = orjson.dumps(study)
            holder[key] = kept
            try:
                trial = read(RawRecord(origin=file.name, content=content)).trial
            except HoldError:
                held += 1
                continue
            version = rng.choice(VERSIONS)
            how = rng.choice((RenderOptions(), WITH_CONTACTS))
            faults = quality_resources.check(render(trial, version, how).bundle, version)
            assert faults == [], (file.name, path, content)
            sound += 1
    assert len(tried) > 140
    assert min(sound, held) > 50


@pytest.mark.parametrize("fullness", [0.15, 0.5, 1.0])
def test_any_mixture_of_the_dictionarys_fields_makes_sound_bundles_that_say_them_all(
    real_records: Path, fullness: float
) -> None:
    rng = random.Random(23)
    drawn, spec = Dictionary(real_records / "spec"), dictionary(real_records / "spec")
    coverage = Coverage()
    for number in range(24):
        study = drawn.record(rng, fullness)
        trial = read(RawRecord(origin="drawn", content=orjson.dumps(study))).trial
        for how in (RenderOptions(), WITH_CONTACTS, RenderOptions(contacts=True, profile="eclaire")):
            for version in VERSIONS if how.profile == "base" else ("R4",):
                bundle = render(trial, version, how).bundle
                assert quality_resources.check(bundle, version, profile=how.profile) == [], study
        measure(study, VERSIONS[number % 2], spec, coverage, lambda found: rng.sample(found, min(len(found), 20)))
    assert coverage.missed == {}
    assert coverage.populated


def test_real_records_as_eclaire_profiles_them_pass_every_rule_of_our_own(real_records: Path) -> None:
    how = RenderOptions(profile="eclaire", contacts=True)
    for file in sampled(real_records / "ctgov", 30):
        trial = read(RawRecord(origin=file.name, content=file.read_bytes())).trial
        assert quality_resources.check(render(trial, "R4", how).bundle, "R4", profile="eclaire") == [], file.name
