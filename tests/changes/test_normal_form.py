"""What is the same trial: the registry's daily stamp and the order of sets say nothing; all else does."""

from __future__ import annotations

from typing import Any

import pytest

from tests.changes.kit.records import altered, released, study, trial_of
from trialwire.changes.normal_form import UNORDERED, fingerprint, normal_form
from trialwire.schemas.trial import Part, Trial


def test_the_daily_release_stamp_is_no_change() -> None:
    one, other = trial_of(study()), trial_of(released(study(), "2026-01-06"))
    assert one != other
    assert normal_form(one) == normal_form(other)


def test_a_record_that_had_nothing_but_the_stamp_equals_one_without() -> None:
    bare = altered(study(), "derivedSection", None)
    stamped = altered(bare, "derivedSection", {"miscInfoModule": {"versionHolder": "2026-01-06"}})
    assert fingerprint(normal_form(trial_of(bare))) == fingerprint(normal_form(trial_of(stamped)))


def test_an_empty_object_says_the_same_as_none() -> None:
    path = "protocolSection.designModule.designInfo"
    without, empty = altered(study(), path, None), altered(study(), path, {})
    nested = altered(study(), path, {"maskingInfo": {}})
    assert normal_form(trial_of(without)) == normal_form(trial_of(empty)) == normal_form(trial_of(nested))


def test_only_the_stamp_is_left_out_of_its_module() -> None:
    before = study()
    after = altered(before, "derivedSection.miscInfoModule.removedCountries", ["France"])
    assert normal_form(trial_of(before)) != normal_form(trial_of(after))


@pytest.mark.parametrize(
    "path",
    [
        "conditionsModule.conditions",
        "conditionsModule.keywords",
        "armsInterventionsModule.armGroups",
        "armsInterventionsModule.interventions",
        "armsInterventionsModule.armGroups.0.interventionNames",
        "contactsLocationsModule.locations",
        "eligibilityModule.stdAges",
    ],
)
def test_the_order_of_a_set_is_no_change(path: str) -> None:
    before = next(one for one in map(study, range(1, 17)) if len(_at(one, path) or ()) > 1)
    turned = altered(before, f"protocolSection.{path}", _at(before, path)[::-1])
    assert trial_of(before) != trial_of(turned)
    assert normal_form(trial_of(before)) == normal_form(trial_of(turned))


def test_the_order_of_outcomes_is_a_change() -> None:
    before = study(2)
    path = "outcomesModule.primaryOutcomes"
    turned = altered(before, f"protocolSection.{path}", _at(before, path)[::-1])
    assert normal_form(trial_of(before)) != normal_form(trial_of(turned))


def test_the_order_of_the_keys_is_no_change() -> None:
    before = study()
    turned = {key: before[key] for key in reversed(before)}
    assert fingerprint(normal_form(trial_of(before))) == fingerprint(normal_form(trial_of(turned)))


def test_one_entry_more_of_the_same_is_a_change() -> None:
    before = study()
    again = [*_at(before, "conditionsModule.conditions"), _at(before, "conditionsModule.conditions")[0]]
    assert normal_form(trial_of(before)) != normal_form(
        trial_of(altered(before, "protocolSection.conditionsModule.conditions", again))
    )


def test_the_order_of_a_list_that_is_not_known_is_a_change() -> None:
    one, other = (
        trial_of(altered(study(), "protocolSection.designModule.newList", value)) for value in (["a", "b"], ["b", "a"])
    )
    assert normal_form(one) != normal_form(other)


def test_every_list_without_an_order_exists_in_the_trial() -> None:
    lists = set(_lists(Trial, ""))
    assert lists >= UNORDERED


def _at(document: dict[str, Any], path: str) -> Any:
    place: Any = document["protocolSection"]
    for step in path.split("."):
        place = place[int(step)] if isinstance(place, list) else place.get(step)
        if place is None:
            return None
    return place


def _lists(part: type[Part], path: str) -> list[str]:
    """The paths of all lists of a Trial, by alias."""
    from typing import get_args, get_origin

    found = []
    for name, field in part.model_fields.items():
        here = f"{path}{field.alias or name}"
        kinds = [kind for kind in (field.annotation, *get_args(field.annotation)) if kind is not None]
        for kind in kinds:
            inner = [kind, *get_args(kind)]
            if get_origin(kind) is tuple:
                found.append(here)
            for one in inner:
                if isinstance(one, type) and issubclass(one, Part):
                    found += _lists(one, f"{here}.")
    return found
