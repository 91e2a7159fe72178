"""What was sound once is not judged again, and no verdict changes by it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.quality.kit.good_bundle import good
from tests.quality.kit.planted_defects import DEFECTS, Defect
from tests.transforms.kit.studies import raw, trial_of
from trialwire.quality.fhir import resources, verdict_cache
from trialwire.quality.fhir.fault import Faults
from trialwire.quality.fhir.shape import model
from trialwire.quality.fhir.verdict_cache import MOST_KEPT, KnownSound
from trialwire.quality.fhir.walk import Walk
from trialwire.transforms.write.bundle import RenderOptions, render

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwire.schemas.event import FhirVersion

CASES = [pytest.param(defect, version, id=f"{version} {defect.name}") for defect in DEFECTS for version in defect.steps]


@pytest.fixture(autouse=True)
def _nothing_known() -> Iterator[None]:
    verdict_cache.remembered.cache_clear()
    yield
    verdict_cache.remembered.cache_clear()


def study(bundle: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = next(
        one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "ResearchStudy"
    )
    return found


@pytest.mark.parametrize(("defect", "version"), CASES)
def test_a_planted_defect_is_told_alike_whatever_was_judged_before_it(defect: Defect, version: FhirVersion) -> None:
    bad = defect.planted(version)
    at_first = resources.check(bad, version)
    assert resources.check(good(version), version) == []
    assert resources.check(bad, version) == at_first
    assert resources.check(bad, version) == at_first


def test_fhir_resources_is_left_the_same_resource_with_a_stand_in_for_what_is_known() -> None:
    bundle = good("R4")
    assert resources.check(bundle, "R4") == []
    walk = Walk(Faults("R4"), verdict_cache.remembered("R4", "base"))
    left = walk.resource(study(bundle), "ResearchStudy", (None, "study"))
    assert left.keys() == study(bundle).keys()
    assert {type(one) for one in left["condition"]} == {model("R4", "CodeableConcept")}
    assert left["title"] == study(bundle)["title"]
    assert left["sponsor"] is study(bundle)["sponsor"], "what refers to something is left to be judged"
    assert study(bundle) == study(good("R4")), "the Bundle itself is not touched"


def test_what_refers_to_nothing_is_told_though_it_was_sound_elsewhere() -> None:
    bundle = good("R5")
    assert resources.check(bundle, "R5") == []
    bundle["entry"] = [one for one in bundle["entry"] if one["resource"]["resourceType"] != "Organization"]
    assert "dangling-reference" in {reason.code for reason in resources.check(bundle, "R5")}


def test_a_fault_twice_in_a_bundle_is_told_twice() -> None:
    bundle = good("R4")
    wrong = {"coding": [{"system": "https://example.org/nobody", "code": "x"}]}
    study(bundle)["condition"] = [wrong, dict(wrong)]
    told = [reason.path.partition(".resource.")[2] for reason in resources.check(bundle, "R4")]
    assert told == ["condition[0].coding[0].system", "condition[1].coding[0].system"]


def test_what_one_profile_knows_is_not_known_to_another() -> None:
    rendered = render(trial_of(raw("NCT99990001")), "R4", RenderOptions(profile="eclaire")).bundle
    assert resources.check(rendered, "R4", profile="eclaire") == []
    assert {"unknown-system", "unknown-profile"} <= {reason.code for reason in resources.check(rendered, "R4")}


def test_a_text_that_only_looks_like_what_is_known_is_judged() -> None:
    bundle = good("R5")
    assert resources.check(bundle, "R5") == []
    place = next(one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "Location")
    place["position"]["latitude"] = str(place["position"]["latitude"])
    assert "wrong-type" in {reason.code for reason in resources.check(bundle, "R5")}


def test_an_address_that_is_none_is_a_fault_and_no_error() -> None:
    bundle = good("R5")
    study(bundle)["extension"] = [{"url": ["no", "text"], "valueBoolean": True}]
    assert resources.check(bundle, "R5")


def test_no_more_than_a_fixed_number_is_remembered_and_what_is_not_asked_for_goes_first() -> None:
    known = KnownSound()
    known.remember({b"often": "often", b"once": "once"})
    for number in range(4 * MOST_KEPT):
        known.remember({number.to_bytes(4): number})
        assert known.get(b"often") == "often"
        assert len(known) <= MOST_KEPT
    assert known.get(b"once") is None
    assert known.get((4 * MOST_KEPT - 1).to_bytes(4)) == 4 * MOST_KEPT - 1
