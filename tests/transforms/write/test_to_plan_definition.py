import re

import pytest

from tests.transforms.kit.studies import (
    VERSIONS,
    WITH_CONTACTS,
    Json,
    codes,
    plan_of,
    raw,
    resources,
    small,
    study_of,
    trial_of,
)
from trialwire.schemas.event import FhirVersion
from trialwire.transforms.write.bundle import render


def arms(plan: Json) -> dict[str, list[str]]:
    (root,) = [one for one in plan["action"] if one["id"] == "arms"]
    return {arm["title"]: [one["title"] for one in arm.get("action", ())] for arm in root["action"]}


def module(arm_names: list[str], labels: list[str]) -> Json:
    return {
        "armGroups": [
            {"label": "A", "type": "EXPERIMENTAL", "interventionNames": arm_names},
            {"label": "B", "type": "PLACEBO_COMPARATOR"},
        ],
        "interventions": [{"type": "DRUG", "name": "Velorimab", "armGroupLabels": labels, "otherNames": ["HLY-0417"]}],
    }


@pytest.mark.parametrize(
    ("names", "labels", "expected", "remark"),
    [
        (["Drug: Velorimab"], ["A"], {"A": ["Velorimab"], "B": []}, None),
        (["Drug: Velorimab"], [], {"A": ["Velorimab"], "B": []}, "Named by the arm only."),
        ([], ["B"], {"A": [], "B": ["Velorimab"]}, "Named by the intervention only."),
        (["Drug: Velorimab"], ["B"], {"A": ["Velorimab"], "B": ["Velorimab"]}, "Named by the"),
        (["Drug: Other"], ["A"], {"A": ["Velorimab", "Drug: Other"], "B": []}, "Named by the"),
    ],
)
@pytest.mark.parametrize("version", VERSIONS)
def test_arms_and_interventions_are_joined_by_both_lists(names, labels, expected, remark, version: FhirVersion) -> None:
    plan = plan_of(small(armsInterventions=module(names, labels)), version)
    assert arms(plan) == expected
    children = [one for arm in plan["action"][0]["action"] for one in arm.get("action", ())]
    for one in children:
        words = one.get("textEquivalent", "")
        assert remark in words if remark else words == "Other name: HLY-0417"


def test_an_intervention_of_no_arm_and_a_label_of_no_arm_are_kept() -> None:
    plan = plan_of(
        small(
            armsInterventions={
                "armGroups": [{"label": "A"}],
                "interventions": [
                    {"type": "DEVICE", "name": "Pump", "armGroupLabels": ["Gone"]},
                    {"type": "DRUG", "name": "Saline"},
                ],
            }
        )
    )
    root, pump, saline = plan["action"]
    assert root["id"] == "arms"
    assert (pump["title"], pump["textEquivalent"]) == ("Pump", "Given to a group that is not among the arms: Gone")
    assert saline["title"] == "Saline"


def test_expanded_access_has_interventions_without_arms() -> None:
    trial = trial_of(raw("NCT99990004"))
    plan = plan_of(trial)
    assert not trial.arms_interventions.arm_groups
    assert [one["title"] for one in plan["action"]] == [one.name for one in trial.arms_interventions.interventions]


@pytest.mark.parametrize("version", VERSIONS)
def test_an_arm_has_one_id_in_the_plan_and_in_the_study(version: FhirVersion) -> None:
    trial = trial_of(raw("NCT99990001"))
    plan, study = plan_of(trial, version), study_of(trial, version)
    groups = study["comparisonGroup"] if version == "R5" else study["arm"]
    ids = [one["linkId"] if version == "R5" else one["extension"][0]["valueId"] for one in groups]
    assert ids == [one["id"] for one in plan["action"][0]["action"]]
    assert [one["name"] for one in groups] == [arm.label for arm in trial.arms_interventions.arm_groups]
    assert [codes(one["type"]) for one in groups] == [
        ["experimental", "EXPERIMENTAL"],
        ["experimental", "EXPERIMENTAL"],
        ["placebo-comparator", "PLACEBO_COMPARATOR"],
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_the_plan_has_a_name_for_machines_and_the_code_of_each_intervention_as_its_version_wants_it(version) -> None:
    plan = plan_of(small(armsInterventions=module(["Drug: Velorimab"], ["A"])), version)
    assert re.fullmatch(r"[A-Z][A-Za-z0-9_]{1,254}", plan["name"])
    assert "#" not in plan["url"]
    code = plan["action"][0]["action"][0]["action"][0]["code"]
    assert codes(code if version == "R5" else code[0]) == ["DRUG"]


def test_a_study_without_arms_and_interventions_has_no_plan() -> None:
    rendition = render(small(), "R4", WITH_CONTACTS)
    assert not resources(rendition, "PlanDefinition")


@pytest.mark.parametrize("version", VERSIONS)
def test_names_that_differ_in_case_or_spacing_are_joined_and_the_other_wording_is_kept(version: FhirVersion) -> None:
    module = {
        "armGroups": [
            {"label": "Arm A: High dose", "interventionNames": ["DRUG: velorimab"]},
            {"label": "Arm B", "interventionNames": ["Drug: Placebo"]},
        ],
        "interventions": [
            {"type": "DRUG", "name": "Velorimab", "armGroupLabels": ["ARM A:High  Dose"]},
            {"type": "DRUG", "name": "Placebo", "armGroupLabels": ["Arm B"]},
        ],
    }
    plan = plan_of(small(armsInterventions=module), version)
    assert arms(plan) == {"Arm A: High dose": ["Velorimab"], "Arm B": ["Placebo"]}
    first, second = (arm["action"][0] for arm in plan["action"][0]["action"])
    assert first["textEquivalent"].splitlines() == [
        "In the arm's words: DRUG: velorimab",
        "The arm in the intervention's words: ARM A:High Dose",
    ]
    assert "textEquivalent" not in second


def test_a_name_near_two_arms_is_joined_with_neither() -> None:
    module = {
        "armGroups": [{"label": "Arm a"}, {"label": "ARM A"}, {"label": "Group 11"}],
        "interventions": [{"type": "DRUG", "name": "Velorimab", "armGroupLabels": ["arm A", "Group 1 1"]}],
    }
    plan = plan_of(small(armsInterventions=module))
    assert arms(plan) == {"Arm a": [], "ARM A": [], "Group 11": []}
    assert plan["action"][1]["textEquivalent"].splitlines() == [
        "Given to a group that is not among the arms: arm A",
        "Given to a group that is not among the arms: Group 1 1",
    ]


def test_an_arm_of_the_very_name_comes_before_one_that_is_near_it() -> None:
    module = {
        "armGroups": [{"label": "Arm a"}, {"label": "ARM A"}],
        "interventions": [{"type": "DRUG", "name": "Velorimab", "armGroupLabels": ["ARM A"]}],
    }
    assert arms(plan_of(small(armsInterventions=module))) == {"Arm a": [], "ARM A": ["Velorimab"]}


def test_two_other_names_are_not_one_name_with_a_semicolon() -> None:
    def said(*names: str) -> str:
        module = {"interventions": [{"type": "DRUG", "name": "Velorimab", "otherNames": list(names)}]}
        return plan_of(small(armsInterventions=module))["action"][0]["textEquivalent"]

    assert said("HLY-0417; Velo") != said("HLY-0417", "Velo")


def crossed(arms: int, interventions: int, description: str = "") -> Json:
    """A module in which every arm has every intervention."""
    names = [f"D{number}" for number in range(interventions)]
    labels = [f"Arm {number}" for number in range(arms)]
    return {
        "armGroups": [{"label": label, "interventionNames": [f"DRUG: {name}" for name in names]} for label in labels],
        "interventions": [
            {"type": "DRUG", "name": name, "armGroupLabels": labels, "description": description} for name in names
        ],
    }


@pytest.mark.parametrize(
    ("module", "apart"),
    [
        (crossed(20, 50), False),
        (crossed(21, 50), True),
        (crossed(50, 10, "x" * 10_001), True),
        (crossed(50, 10, "x" * 9_900), False),
    ],
)
def test_a_plan_with_more_pairs_than_any_real_one_has_arms_and_interventions_apart(module: Json, apart: bool) -> None:
    rendition = render(small(armsInterventions=module), "R5", WITH_CONTACTS)
    (plan,) = resources(rendition, "PlanDefinition")
    group, *alone = plan["action"]
    assert [len(arm.get("action", ())) for arm in group["action"]] == (
        [0 if apart else len(module["interventions"])] * len(module["armGroups"])
    )
    assert len(alone) == (len(module["interventions"]) if apart else 0)
    assert [one.code for one in rendition.findings] == (["too-many-pairs"] if apart else [])
