"""`trialwire criteria`: JSON lines in, JSON lines out, whatever the lines are; a tree for a person."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

from trialwire.pipeline.commands import criteria
from trialwire.schemas.errors import UsageError

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (
    "Inclusion Criteria:\n\n* Zorbitis\n* Hemoglobin \\>= 9 g/dL\n\nExclusion Criteria:\n\n* Nimbosis within 3 months"
)


def streamed(*lines: bytes) -> tuple[int, list[Any]]:
    out = io.BytesIO()
    code = criteria.run(None, io.BytesIO(b"\n".join(lines)), out, json_lines=True)
    return code, [json.loads(line) for line in out.getvalue().splitlines()]


def test_each_line_gets_its_criteria_in_the_form_of_the_interface() -> None:
    code, (answer,) = streamed(json.dumps({"id": "NCT99990001", "text": TEXT}).encode())
    assert code == 0
    assert list(answer) == ["id", "criteria"]
    assert answer["id"] == "NCT99990001"
    found = [one for one in answer["criteria"] if one["role"] == "criterion"]
    assert [(one["label"], one["text"]) for one in found] == [
        ("inclusion", "Zorbitis"),
        ("inclusion", "Hemoglobin >= 9 g/dL"),
        ("exclusion", "Nimbosis within 3 months"),
    ]
    for one in answer["criteria"]:
        assert list(one) == [
            "id", "parent", "role", "label", "join", "population", "text", "start", "end", "bounds", "windows", "flags",
        ]  # fmt: skip
        assert one["role"] == "criterion" or one["label"] is None
    assert TEXT[found[1]["start"] : found[1]["end"]] == "Hemoglobin \\>= 9 g/dL"
    (bound,) = found[1]["bounds"]
    assert TEXT[bound["start"] : bound["end"]] == "\\>= 9"
    assert list(bound) == ["variable", "loinc", "comparator", "value", "unit", "ucum", "start", "end"]
    (window,) = found[2]["windows"]
    assert list(window) == ["value", "unit", "direction", "anchor", "start", "end"]
    assert TEXT[window["start"] : window["end"]] == "3 months"


def test_a_line_that_cannot_be_read_says_so_on_its_own_line_and_the_rest_goes_on(
    capsys: pytest.CaptureFixture[str],
) -> None:
    lines = (
        b'{"id": 1, "text": "Zorbitis"}',
        b"{broken",
        b"[1]",
        b'{"id": 4}',
        b'{"id": 5, "text": 7}',
        b'{"id": 6, "text": ""}',
    )
    code, answers = streamed(*lines)
    assert code == 1
    assert [answer["id"] for answer in answers] == [1, None, None, 4, 5, 6]
    assert ["error" in answer for answer in answers] == [False, True, True, True, True, False]
    assert [len(answer["criteria"]) for answer in answers] == [1, 0, 0, 0, 0, 0]
    said = capsys.readouterr().err
    assert all(f"Line {number}:" in said for number in (2, 3, 4, 5))


def test_bytes_that_are_no_utf8_are_a_fault_of_their_line_only() -> None:
    code, answers = streamed(b'{"id": 1, "text": "\xff\xfe"}', b'\xef\xbb\xbf{"id": 2, "text": "Zorbitis"}')
    assert code == 1
    assert ["error" in answer for answer in answers] == [True, False]


def test_an_answer_is_written_before_the_next_line_is_read() -> None:
    out = io.BytesIO()
    seen = []

    class Lines(io.BytesIO):
        def __next__(self) -> bytes:
            seen.append(len(out.getvalue().splitlines()))
            return super().__next__()

    criteria.run(None, Lines(b'{"id":1,"text":"a"}\n{"id":2,"text":"b"}\n'), out, json_lines=True)
    assert seen == [0, 1, 2]


def test_a_text_file_becomes_a_tree_for_a_person(tmp_path: Path) -> None:
    path = tmp_path / "text.txt"
    path.write_text(TEXT, "utf-8")
    out = io.BytesIO()
    assert criteria.run(path, io.BytesIO(), out, json_lines=False) == 0
    shown = out.getvalue().decode()
    assert "- Hemoglobin >= 9 g/dL  [inclusion]" in shown
    assert "= hemoglobin >= 9 g/dL" in shown
    assert "- Nimbosis within 3 months  [exclusion]" in shown


def test_a_registry_record_is_read_for_its_text(tmp_path: Path) -> None:
    path = tmp_path / "NCT99990001.json"
    path.write_text(json.dumps({"protocolSection": {"eligibilityModule": {"eligibilityCriteria": TEXT}}}), "utf-8")
    out = io.BytesIO()
    assert criteria.run(path, io.BytesIO(), out, json_lines=True) == 0
    answer = json.loads(out.getvalue())
    assert answer["id"] == "NCT99990001"
    assert sum(one["label"] == "inclusion" for one in answer["criteria"]) == 2


@pytest.mark.parametrize("content", [b'{"protocolSection": {}}', b"{broken", b"\xff\xfe\xff"])
def test_a_file_without_a_text_is_refused_in_one_sentence(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "file.json"
    path.write_bytes(content)
    with pytest.raises(UsageError, match=r"file\.json .+\. "):
        criteria.run(path, io.BytesIO(), io.BytesIO(), json_lines=False)


def test_a_file_that_is_not_there_is_refused_in_one_sentence(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        criteria.run(tmp_path / "nowhere.txt", io.BytesIO(), io.BytesIO(), json_lines=False)


def test_the_command_loads_no_fhir_library() -> None:
    program = "import sys, trialwire.pipeline.commands.cli, trialwire.pipeline.commands.criteria; print([m for m in sys.modules if m.startswith(('fhir', 'pydantic', 'airflow', 'pandas'))])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
