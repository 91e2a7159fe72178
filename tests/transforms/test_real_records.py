import random
from importlib import import_module
from pathlib import Path

import pytest

from quality import resources as quality_resources
from schemas.event import FhirVersion
from schemas.record import RawRecord
from tests.transforms.studies import VERSIONS, WITH_CONTACTS
from transforms.bundle import RenderOptions, render
from transforms.reading import read

MODELS = {"R4": "fhir.resources.R4B", "R5": "fhir.resources"}


def sampled(folder: Path, count: int) -> list[Path]:
    return random.Random(150).sample(sorted(folder.glob("*.json")), count)


@pytest.mark.realdata
@pytest.mark.parametrize("version", VERSIONS)
def test_fhir_resources_takes_every_resource_of_real_records_and_keeps_it(
    shared_data: Path, version: FhirVersion
) -> None:
    package = import_module(MODELS[version])
    for number, file in enumerate(sampled(shared_data / "ctgov", 150)):
        trial = read(RawRecord(origin=file.name, content=file.read_bytes())).trial
        how = WITH_CONTACTS if number % 2 else RenderOptions()
        for entry in render(trial, version, how).bundle["entry"]:
            resource = entry["resource"]
            model = package.get_fhir_model_class(resource["resourceType"]).model_validate(resource)
            if number % 25 == 0:
                assert model.model_dump(mode="json") == resource, file.name


@pytest.mark.realdata
@pytest.mark.parametrize("version", VERSIONS)
def test_real_records_and_pages_pass_every_rule_of_our_own(shared_data: Path, version: FhirVersion) -> None:
    files = [*sampled(shared_data / "ctgov", 40), *sorted((shared_data / "pages").iterdir())]
    for number, file in enumerate(files):
        trial = read(RawRecord(origin=file.name, content=file.read_bytes())).trial
        if trial.trial_id is None:
            continue
        how = WITH_CONTACTS if number % 2 else RenderOptions()
        assert quality_resources.check(render(trial, version, how).bundle, version) == [], file.name


@pytest.mark.realdata
def test_real_records_as_eclaire_profiles_them_pass_every_rule_of_our_own(shared_data: Path) -> None:
    how = RenderOptions(profile="eclaire", contacts=True)
    for file in sampled(shared_data / "ctgov", 30):
        trial = read(RawRecord(origin=file.name, content=file.read_bytes())).trial
        assert quality_resources.check(render(trial, "R4", how).bundle, "R4", profile="eclaire") == [], file.name
