from pathlib import Path

import orjson
import pytest

from benchmarks.coverage import dictionary
from trialwire.transforms.write.mapping_page import PAGE, page, r4_of
from trialwire.transforms.write.mapping_table import FIELDS


def test_the_page_is_what_the_tables_say() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(), (
        "python -m trialwire.transforms.write.mapping_page writes it anew"
    )


@pytest.mark.parametrize(
    ("five", "four"),
    [
        ("ResearchStudy.title", "ResearchStudy.title"),
        ("ResearchStudy.studyDesign", "ResearchStudy.category"),
        ("ResearchStudy.comparisonGroup.name", "ResearchStudy.arm.name"),
        ("ResearchStudy.progressStatus.state", "ResearchStudy.progressStatus.state (extension)"),
        ("Group.description", "Group.extension (artifact-description)"),
    ],
)
def test_the_r4_column_follows_the_table_that_r4_is_written_by(five: str, four: str) -> None:
    assert r4_of(five) == four


def test_a_field_without_a_target_says_why() -> None:
    assert all(row.rule for row in FIELDS if not row.targets)


def test_every_field_of_the_registry_s_dictionary_is_in_the_table_once(real_records: Path) -> None:
    def leaves(node: dict, above: str) -> list[str]:
        path = f"{above}.{node['name']}" if above else node["name"]
        children = node.get("children")
        return [leaf for child in children for leaf in leaves(child, path)] if children else [path]

    sections = orjson.loads((real_records / "spec" / "metadata.json").read_bytes())
    found = [leaf for section in sections for leaf in leaves(section, "")]
    assert sorted(row.path for row in FIELDS) == sorted(leaf for leaf in found if not leaf.startswith("resultsSection"))


def test_every_measured_field_has_a_target(real_records: Path) -> None:
    measured, _ = dictionary(real_records / "spec")
    rows = {row.path: row for row in FIELDS}
    measured_rows = {path.removesuffix(".lat").removesuffix(".lon") for path in measured}
    assert not [path for path in measured_rows if not rows[path].targets]
