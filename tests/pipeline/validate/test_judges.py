"""All judges over what the mapping makes: the fixed sample of records, and ECLAIRE's profiles with errors planted."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from trialwire.pipeline.validate import judges
from trialwire.pipeline.validate import run as validate
from trialwire.schemas.errors import RetryLaterError, SettingError
from trialwire.schemas.record import RawRecord
from trialwire.sources.shipped import FICTIONAL
from trialwire.transforms.read.any_record import read
from trialwire.transforms.write.bundle import RenderOptions, render

pytestmark = pytest.mark.timeout(
    2400
)  # HAPI judges some 40 resources a second on a quiet core, a tenth of it on a busy one
SAMPLE = 100


def asked(paths: list[Path], work: Path, sample: int | None) -> list[validate.Verdict]:
    try:
        return validate.validate(paths, sample=sample, folders=[], profile="base", work=work)
    except RetryLaterError as error:
        pytest.skip(f"a judge cannot be had: {error}")


@pytest.mark.parametrize(("profile", "said"), [("eclaire", "--definitions"), ("other", "base or eclaire")])
def test_a_profile_that_cannot_be_judged_is_said_before_any_work(
    profile: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        validate.main(profile=profile)
    assert ended.value.code == 2
    assert said in " ".join(capsys.readouterr().err.split())


def test_records_are_the_shipped_ones_and_those_of_the_folder_that_is_named(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.delenv("TRIALWIRE_REAL_RECORDS", raising=False)
    assert validate._default_paths() == [FICTIONAL]
    monkeypatch.setenv("TRIALWIRE_REAL_RECORDS", str(tmp_path))
    (tmp_path / "ctgov").mkdir()
    with pytest.raises(SettingError, match=f"{tmp_path}/pages cannot be found"):
        validate._default_paths()
    (tmp_path / "pages").mkdir()
    assert validate._default_paths() == [FICTIONAL, tmp_path / "ctgov", tmp_path / "pages"]


@pytest.mark.fhir
def test_no_judge_finds_an_error_in_the_fixed_sample_of_real_records(real_records: Path, tmp_path: Path) -> None:
    verdicts = asked([FICTIONAL, real_records / "ctgov", real_records / "pages"], tmp_path, SAMPLE)
    assert {(one.judge, one.version) for one in verdicts} == {
        (judge, version) for judge in (*judges.ALWAYS, *judges.SLOW) for version in ("R4", "R5")
    }
    assert all(one.judged > SAMPLE for one in verdicts)
    assert {(one.judge, one.version, *one.first.items()) for one in verdicts if one.errors} == set()


def test_the_sample_is_the_same_wherever_the_records_lie(real_records: Path, tmp_path: Path) -> None:
    first = [Path(item.origin).name for item in validate._chosen([real_records / "ctgov"], 5)]
    for name in [*first, "NCT00002708.json"]:
        (tmp_path / name).write_bytes((real_records / "ctgov" / name).read_bytes())
    assert [Path(item.origin).name for item in validate._chosen([tmp_path], 5)] == first


def test_a_tolerated_error_is_one_kind_at_one_place() -> None:
    row = judges.TOLERATED[0]
    assert judges.tolerated(row.judge, judges.Opinion("error", row.id, row.path, ""))
    assert not judges.tolerated(row.judge, judges.Opinion("error", row.id, "Group.type", ""))
    assert not judges.tolerated("medplum", judges.Opinion("error", row.id, row.path, ""))
    assert all(row.reason for row in judges.TOLERATED)


@pytest.mark.parametrize(
    ("path", "plain"),
    [
        ("ResearchStudy.extension[3].value", "ResearchStudy.extension.value"),
        ("Group.extension[url='http://example.org/a.b[0]'].url", "Group.extension.url"),
        ("", ""),
    ],
)
def test_places_are_compared_without_indices(path: str, plain: str) -> None:
    assert judges.plain(path) == plain


def two_official_numbers(study: dict[str, Any]) -> None:
    study["identifier"].append({**study["identifier"][0], "use": "official", "value": "NCT99990002"})


def a_sponsor_beside_the_parties(study: dict[str, Any]) -> None:
    study["sponsor"] = {"display": "Example University Hospital"}


def an_unknown_recruitment_status(study: dict[str, Any]) -> None:
    url = "https://interop.esante.gouv.fr/ig/fhir/eclaire/StructureDefinition/eclaire-recruitment-status"
    study["extension"] = [one for one in study["extension"] if one["url"] != url]
    study["extension"].append({"url": url, "valueString": "recruiting"})


PLANTED: tuple[Callable[[dict[str, Any]], None], ...] = (
    two_official_numbers,
    a_sponsor_beside_the_parties,
    an_unknown_recruitment_status,
)


@pytest.mark.fhir
def test_hapi_knows_the_profiles_of_eclaire_and_catches_what_breaks_them(real_records: Path, tmp_path: Path) -> None:
    record = RawRecord("a", (FICTIONAL / "registry" / "NCT99990001.json").read_bytes())
    bundle = render(read(record).trial, "R4", RenderOptions(profile="eclaire")).bundle
    good = [entry["resource"] for entry in bundle["entry"]]
    study = next(one for one in good if one["resourceType"] == "ResearchStudy")
    assert study["meta"]["profile"] == [
        "https://interop.esante.gouv.fr/ig/fhir/eclaire/StructureDefinition/eclaire-researchstudy"
    ]
    bad = [orjson.loads(orjson.dumps(study)) for _ in PLANTED]
    for plant, one in zip(PLANTED, bad, strict=True):
        plant(one)
    try:
        with judges.slow("hapi", "R4", [real_records / "eclaire"], tmp_path / "judge.log") as ask:
            said = list(ask(orjson.dumps(one) for one in [*good, *bad]))
    except RetryLaterError as error:
        pytest.skip(f"the judge cannot be had: {error}")
    errors = [[one for one in opinions if one.is_error] for opinions in said]
    assert errors[: len(good)] == [[] for _ in good]
    assert [bool(found) for found in errors[len(good) :]] == [True for _ in PLANTED]
