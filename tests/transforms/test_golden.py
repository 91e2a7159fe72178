import orjson
import pytest

from tests.transforms.golden import FOLDER, RECORDS, made


@pytest.mark.parametrize("name", RECORDS)
def test_a_shipped_record_becomes_the_trial_and_the_bundles_of_its_golden_folder(name: str) -> None:
    for file, content in made(RECORDS[name]).items():
        golden = orjson.loads((FOLDER / name / file).read_bytes())
        assert orjson.loads(orjson.dumps(content)) == golden, (
            f"{name}/{file}: python -m tests.transforms.golden writes it anew"
        )


def test_no_golden_folder_is_left_of_a_record_that_is_gone() -> None:
    assert sorted(one.name for one in FOLDER.iterdir()) == sorted(RECORDS)
