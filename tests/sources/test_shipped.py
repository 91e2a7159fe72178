"""The records that ship: each fictional, and among them every key and every kind of record the project must handle."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from trialwire.schemas.errors import HoldError
from trialwire.schemas.record import RawRecord
from trialwire.sources.files import records
from trialwire.sources.shipped import FICTIONAL
from trialwire.transforms.read.any_record import read

REGISTRY = sorted((FICTIONAL / "registry").glob("*.json"))
PAGES = sorted((FICTIONAL / "pages").glob("*.txt"))
EVERY = [*REGISTRY, *PAGES]
_NUMBER = re.compile(r"NCT\d{8}")
_ADDRESS = re.compile(r"[\w.+-]+@[\w.-]+\w")
_URL = re.compile(r"https?://([\w.-]+)")
_TELEPHONE = re.compile(r"(?<![\w/.-])(?:\+|0\d|1-8|555-)[\d ()-]{6,}\d")


def studies() -> dict[str, dict[str, Any]]:
    return {path.stem: json.loads(path.read_bytes()) for path in REGISTRY}


def leaves(value: object, path: str = "") -> Iterator[tuple[str, object]]:
    if isinstance(value, dict):
        for key, item in value.items():
            yield f"{path}.{key}", item
            yield from leaves(item, f"{path}.{key}")
    elif isinstance(value, list):
        for item in value:
            yield from leaves(item, path)


def values(ending: str) -> set[str]:
    found = (leaf for study in studies().values() for leaf in leaves(study))
    return {
        str(one)
        for path, value in found
        if path.endswith(ending)
        for one in (value if isinstance(value, list) else [value])
    }


@pytest.mark.parametrize("path", EVERY, ids=lambda path: path.name)
def test_every_number_address_and_telephone_is_fictional(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert all(number.startswith("NCT9999") for number in _NUMBER.findall(text))
    assert all(address.endswith("@example.org") for address in _ADDRESS.findall(text))
    assert all(host == "example.org" or host.endswith(".example.org") for host in _URL.findall(text))
    assert all("555" in re.sub(r"\D", "", telephone) for telephone in _TELEPHONE.findall(text))


@pytest.mark.parametrize("path", REGISTRY, ids=lambda path: path.name)
def test_every_contact_field_is_fictional_and_the_file_is_named_by_its_number(path: Path) -> None:
    study = json.loads(path.read_bytes())
    assert study["protocolSection"]["identificationModule"]["nctId"] == path.stem
    for place, value in leaves(study):
        if place.endswith(".phone"):
            assert "555" in re.sub(r"\D", "", str(value))
        if place.endswith(".pmid"):
            assert str(value).startswith("9999")


def test_no_shipped_text_is_taken_from_a_real_record(real_records: Path) -> None:
    real = {
        value
        for path in (real_records / "ctgov").glob("*.json")
        for place, value in leaves(json.loads(path.read_bytes()).get("protocolSection"))
        if isinstance(value, str) and len(value) > 60
    }
    shipped = {
        value for study in studies().values() for _, value in leaves(study["protocolSection"]) if isinstance(value, str)
    }
    assert real.isdisjoint(shipped)


def test_every_key_of_the_registrys_dictionary_but_results_occurs(real_records: Path) -> None:
    def names(nodes: list[dict[str, Any]], path: str) -> Iterator[str]:
        for node in nodes:
            yield f"{path}.{node['name']}"
            yield from names(node.get("children", []), f"{path}.{node['name']}")

    dictionary = json.loads((real_records / "spec" / "metadata.json").read_bytes())
    known = {name for name in names(dictionary, "") if not name.startswith(".resultsSection.")}
    assert known - {place for study in studies().values() for place, _ in leaves(study)} == set()


def test_the_kinds_that_are_hard_are_there() -> None:
    assert values(".studyType") == {"INTERVENTIONAL", "OBSERVATIONAL", "EXPANDED_ACCESS"}
    assert values(".statusModule.overallStatus") >= {
        "RECRUITING", "NOT_YET_RECRUITING", "ENROLLING_BY_INVITATION", "ACTIVE_NOT_RECRUITING", "SUSPENDED",
        "TERMINATED", "WITHDRAWN", "COMPLETED", "UNKNOWN", "AVAILABLE",
    }  # fmt: skip
    assert values(".minimumAge") >= {"7 Days", "1 Year", "18 Years"}
    assert values(".maximumAge") >= {"12 Months", "36 Months"}
    assert values(".sex") == {"ALL", "FEMALE"}
    assert "EUDRACT_NUMBER" in values(".secondaryIdInfos.type")
    assert values(".interventionModel") == {"SINGLE_GROUP", "PARALLEL", "CROSSOVER", "FACTORIAL", "SEQUENTIAL"}
    assert len(studies()["NCT99990005"]["protocolSection"]["contactsLocationsModule"]["locations"]) > 30
    assert studies()["NCT99990003"]["protocolSection"]["statusModule"]["lastKnownStatus"] == "RECRUITING"
    assert studies()["NCT99990006"]["hasResults"] is True


def test_one_record_is_held_for_its_status_and_all_others_are_read() -> None:
    held = {}
    for found in records([FICTIONAL]):
        assert isinstance(found, RawRecord)
        try:
            read(found)
        except HoldError as error:
            held[Path(found.origin).name] = [reason.code for reason in error.reasons]
    assert held == {"NCT99990013.json": ["unknown-value"]}


def test_the_pages_are_of_three_layouts_one_without_a_number_and_one_that_disagrees_with_its_record() -> None:
    trials = {path.stem: read(RawRecord(path.name, path.read_bytes())).trial for path in PAGES}
    assert {name: trial.trial_id for name, trial in trials.items()} == {
        "bare-lines": None,
        "labelled-blocks": "NCT99990001",
        "summary-sheet": "NCT99990017",
    }
    assert all(trial.layout == name for name, trial in trials.items())
    record = studies()["NCT99990001"]["protocolSection"]
    assert trials["labelled-blocks"].status.overall_status == "ACTIVE_NOT_RECRUITING"
    assert record["statusModule"]["overallStatus"] == "RECRUITING"


def test_the_arms_of_one_record_disagree_between_both_lists() -> None:
    module = studies()["NCT99990010"]["protocolSection"]["armsInterventionsModule"]
    by_arm = {
        (arm["label"], name.split(": ", 1)[1])
        for arm in module["armGroups"]
        for name in arm.get("interventionNames", [])
    }
    by_intervention = {(label, one["name"]) for one in module["interventions"] for label in one["armGroupLabels"]}
    assert by_arm - by_intervention
    assert by_intervention - by_arm
