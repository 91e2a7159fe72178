"""The measurement of the whole path: every step is run and told, and the steps add up to the whole."""

from __future__ import annotations

import gc
import re

import pytest

from benchmarks.path import STEP_NAMES, STEPS, Figures, earlier, main, measure, number, records_of, table
from benchmarks.self_time import VERSION, SelfTime
from trialwire.quality.fhir import resources
from trialwire.sources.shipped import FICTIONAL

REGISTRY = FICTIONAL / "registry"


@pytest.fixture(scope="module")
def figures() -> Figures:
    return measure(records_of(REGISTRY, 3), repeats=2)


def test_every_step_of_the_table_is_run_in_every_repeat(figures: Figures) -> None:
    assert figures.records == 3
    for clock in figures.rounds:
        assert set(clock.calls) == set(STEP_NAMES)


def test_steps_by_fhir_version_are_told_for_both() -> None:
    by_version = {step.name for step in STEPS if VERSION in step.name}
    for name in by_version:
        assert {name.replace(VERSION, version) for version in ("R4", "R5")} <= set(STEP_NAMES)
    assert len(STEP_NAMES) == len(STEPS) + len(by_version) + 1  # garbage collection runs within all of them


def test_what_the_steps_take_adds_up_to_the_whole_and_none_takes_nothing(figures: Figures) -> None:
    for clock in figures.rounds:
        assert sum(clock.seconds.values()) == pytest.approx(clock.whole)
        assert all(seconds > 0 for seconds in clock.seconds.values())
    shares = [float(share) for share in re.findall(r"([\d.]+)%", table(figures).split("whole path")[0])]
    assert len(shares) == len(STEP_NAMES)
    assert sum(shares) == pytest.approx(100, abs=0.05 * len(shares))


def test_the_product_is_as_it_was_after_the_measurement(figures: Figures) -> None:
    assert not hasattr(resources.check, "__wrapped__")
    assert not [one for one in gc.callbacks if isinstance(getattr(one, "__self__", None), SelfTime)]


def test_the_earlier_version_is_of_the_same_trial_and_says_something_else() -> None:
    for record in records_of(REGISTRY, 3):
        before = earlier(record)
        assert number(before.content) == number(record.content)
        assert before.digest != record.digest


def test_more_records_than_there_are_go_round_under_numbers_of_their_own() -> None:
    there = len(list(REGISTRY.glob("*.json")))
    numbers = [number(record.content) for record in records_of(REGISTRY, 2 * there + 1)]
    assert len(set(numbers)) == 2 * there + 1


def test_the_command_prints_each_step_and_the_bound_of_both_versions(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(REGISTRY), "--records", "3", "--repeats", "1"]) == 0
    told = capsys.readouterr().out
    for name in (*STEP_NAMES, "whole path", "bound: model_validate R4", "bound: model_validate R5"):
        assert f"\n{name} " in told
    assert "it judged none" in told
