"""The table of destinations: what the settings name is found by its row, and a row that contradicts itself is an error."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import pytest

from trialwire.pipeline import destinations, settings
from trialwire.schemas.destination import Destination
from trialwire.schemas.errors import StopError

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture(autouse=True)
def nothing_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, _, _ in settings.described():
        monkeypatch.delenv(name, raising=False)


def test_of_the_shipped_rows_those_that_the_settings_name_are_chosen_in_the_order_of_the_table(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for row in destinations.rows().values():
        values = {"kafka": "kafka.example.org:9092", "folder": str(tmp_path)}
        monkeypatch.setenv(row.setting, values.get(row.kind, f"https://example.org/{row.kind}"))
    assert [name.partition("@")[0] for name in destinations.chosen_rows(settings.load())] == [
        "folder", "kafka", "fhir-r4", "fhir-r5",
    ]  # fmt: skip


def test_the_setting_of_each_row_is_one_that_exists_and_alone_sets_it(monkeypatch: pytest.MonkeyPatch) -> None:
    known = {name for name, _, _ in settings.described()}
    for row in destinations.rows().values():
        with monkeypatch.context() as patch:
            patch.setenv(row.setting, "https://example.org/x")
            assert ([one.kind for one in destinations.chosen_rows(settings.load()).values()], row.setting in known) == (
                [row.kind], True,
            )  # fmt: skip


@pytest.mark.parametrize("row", destinations.rows().values(), ids=lambda row: row.kind)
def test_a_row_that_is_not_set_says_so_and_touches_nothing(row: Destination) -> None:
    chosen = settings.load()
    assert row.name(chosen) is None
    assert {step.ok for step in row.check(chosen)} <= {None}
    with pytest.raises(StopError, match=row.setting):
        row.deliver(None, chosen, lambda _: None)  # type: ignore[arg-type]


def test_a_cursor_under_the_name_of_another_kind_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    row = destinations.rows()["folder"]
    wrong = replace(row, kind="shelf", name=lambda _: "kafka@kafka.example.org:9092")
    monkeypatch.setattr(destinations, "rows", lambda: {"shelf": wrong})
    with pytest.raises(
        StopError, match=r"shelf names its cursor 'kafka@kafka\.example\.org:9092': shelf@… is expected"
    ):
        destinations.chosen_rows(settings.load())


@pytest.mark.parametrize("kind", ["", "Kafka", "a@b", "x" * 17, "1st"])
def test_a_word_that_no_cursor_begins_with_is_no_kind(kind: str) -> None:
    given: dict[str, Any] = {"title": "t", "command": "load", "setting": "X", "name": str, "deliver": str, "check": str}
    with pytest.raises(StopError, match="cannot be the kind of a destination"):
        Destination(kind, **given)


def test_what_a_command_delivers_to_is_named_where_nothing_is_set() -> None:
    assert destinations.not_set("load").startswith(
        "No destination of `trialwire load` is set. Set TRIALWIRE_FHIR__R4__BASE_URL or TRIALWIRE_FHIR__R5__BASE_URL,"
    )
