"""An address and a telephone number in every field and every key of a record: with contacts excluded, neither goes out."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any

import pytest
from typer.testing import CliRunner

from tests.changes.kit.records import study
from trialwire.pipeline.commands import cli
from trialwire.schemas.trial import Trial
from trialwire.transforms.write.contact_rule import _NUMBERS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

ADDRESS, NUMBER = "jo.canary@example.org", "+1 555 010 7788"
CANARY = re.compile(r"jo\.canary|010\W{0,3}7788|(?<![\w.-])7788(?![\w.-])")
"""The address, the end of the number, and its last digits alone; not the same digits within an id, a hash or a time."""
NUMBER_OF_TRIAL = "NCT99990001"


def walked(node: Any, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """The path of every leaf."""
    if isinstance(node, dict | list):
        for step, item in node.items() if isinstance(node, dict) else enumerate(node):
            yield from walked(item, (*path, step))
    else:
        yield path


def put(node: Any, path: tuple[str | int, ...], change: Any) -> None:
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = change(node[path[-1]])


def with_keys(node: Any) -> Any:
    """The same with an address and a number as unknown keys of every object."""
    if isinstance(node, dict):
        return {key: with_keys(item) for key, item in node.items()} | {ADDRESS: ADDRESS, NUMBER: NUMBER}
    return [with_keys(item) for item in node] if isinstance(node, list) else node


def holds_a_number(path: tuple[str | int, ...]) -> bool:
    """Whether the contact rule takes the field for one that holds a number: there a run of digits stays."""
    name = next(step for step in reversed(path) if isinstance(step, str))
    return name.lower() in {one.replace("_", "") for one in _NUMBERS}


def records() -> list[dict[str, Any]]:
    """One record with unknown keys, and for each leaf of a record one that has both canaries in this leaf."""
    found = [with_keys(study(1))]
    for path in walked(study(1)):
        document = study(1)
        number = "" if holds_a_number(path) else f"\n{NUMBER}"
        put(document, path, lambda value, number=number: f"{value} {ADDRESS}{number}")
        found.append(document)
    for count, document in enumerate(found):
        name = document["protocolSection"]["identificationModule"]
        if name["nctId"] == NUMBER_OF_TRIAL:
            name["nctId"] = f"NCT{99996000 + count}"
    return found


def test_no_canary_is_in_events_findings_held_records_commands_or_messages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TRIALWIRE_STORE__URL", f"sqlite:///{tmp_path / 'store.db'}")
    monkeypatch.setenv("TRIALWIRE_FOLDER__PATH", str(tmp_path / "out"))
    made = records()
    (tmp_path / "records.jsonl").write_text("\n".join(map(json.dumps, made)))

    def run(*arguments: str) -> str:
        result = CliRunner().invoke(cli.app, arguments)
        assert result.exit_code == 0, result.output
        return result.output

    told = run("ingest", str(tmp_path / "records.jsonl"), "--accept-odd-batch", "--json")
    counts = json.loads(told[told.index("{\n") : told.rindex("}") + 1])
    assert counts["read"] == len(made) > 100
    assert counts["new"] > 50
    assert counts["held"] > 20
    outputs = {"ingest": told, "held": run("held", "list", "--json"), "held table": run("held", "list")}
    outputs["publish"] = run("publish")
    written = [file.read_text() for file in (tmp_path / "out").glob("*.ndjson")]
    assert sum(len(text.splitlines()) for text in written) == counts["new"]
    outputs["events"] = "".join(written)
    gone_on = [one for count in range(len(made)) if (one := f"NCT{99996000 + count}") in outputs["events"]]
    assert gone_on[0] == "NCT99996000"
    for trial_id in gone_on[::10]:
        outputs[f"show {trial_id}"] = run("show", trial_id, "--json") + run("show", trial_id)
    leaks = {
        name: text[max(0, found.start() - 90) : found.end() + 30]
        for name, text in outputs.items()
        if (found := CANARY.search(text))
    }
    assert leaks == {}


def test_every_field_that_keeps_its_digits_is_a_field_of_the_trial() -> None:
    dumped = json.dumps(Trial.model_json_schema(by_alias=False))
    assert [name for name in _NUMBERS if f'"{name}"' not in dumped] == []


@pytest.mark.parametrize("leak", [ADDRESS, NUMBER, "0107788", "010-7788", "call 7788"])
def test_a_canary_is_seen_in_every_form(leak: str) -> None:
    assert CANARY.search(f'"id": "a7788b01cd2e", "at": "12:00:01.778812Z", "said": "{leak}"')
    assert not CANARY.search('"id": "a7788b01cd2e", "at": "12:00:01.778812Z", "said": ""')
