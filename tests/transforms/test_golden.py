import orjson
import pytest

from tests.transforms.kit.golden import FOLDER, RECORDS, VERSIONS_FILE, made, versions, written


@pytest.mark.parametrize("name", RECORDS)
def test_a_shipped_record_becomes_the_bytes_of_its_golden_folder_whatever_python_runs(name: str) -> None:
    for file, content in made(name).items():
        golden = (FOLDER / name / file).read_bytes()
        assert written(content) == golden, f"{name}/{file}: python -m tests.transforms.kit.golden writes it anew"


def test_no_golden_folder_is_left_of_a_record_that_is_gone() -> None:
    assert sorted(one.name for one in FOLDER.iterdir()) == sorted(RECORDS)


@pytest.mark.parametrize("name", ["MAPPING_VERSION", "READING_VERSION"])
def test_another_result_has_another_version(name: str) -> None:
    kept, now = orjson.loads(VERSIONS_FILE.read_bytes())[name], versions()[name]
    if kept["version"] == now["version"]:
        assert kept["sha256"] == now["sha256"], (
            f"the golden files changed under {name} {now['version']}: raise it (stored trials are renewed by it), "
            "then python -m tests.transforms.kit.golden"
        )
    assert kept == now, f"{name} was raised: python -m tests.transforms.kit.golden notes it"
