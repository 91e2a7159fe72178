"""`trialwire criteria`: parses eligibility texts into criteria. Writes JSON lines in input order, or a readable tree.

A line that cannot be read does not stop the stream: its output line has the error, and standard error repeats it. No
FHIR library is loaded, so that the command starts quickly.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, BinaryIO

import orjson

from trialwire.pipeline import console
from trialwire.schemas.errors import UsageError
from trialwire.transforms.eligibility import parse

if TYPE_CHECKING:
    from pathlib import Path

    from trialwire.transforms.eligibility.model import Criterion

_SIGNS = {"heading": "#", "note": "~", "group": "+", "criterion": "-"}


def run(path: Path | None, stdin: BinaryIO, stdout: BinaryIO, *, json_lines: bool) -> int:
    """Parse the eligibility text in the file `path`, or one text per JSON line of `stdin`; write criteria to `stdout`.

    Returns the exit code: 0, or 1 if a line failed. Raises UsageError if the file cannot be read or has no eligibility
    text.
    """
    if path is None:
        return _stream(stdin, stdout)
    name, text = _text_of(path)
    criteria = parse(text)
    if json_lines:
        stdout.write(_line(name, criteria))
    else:
        stdout.write("".join(f"{line}\n" for line in tree_lines(criteria)).encode("utf-8", "replace"))
    stdout.flush()
    return 0


def _stream(stdin: BinaryIO, stdout: BinaryIO) -> int:
    failed = 0
    for number, line in enumerate(stdin, 1):
        if not line.strip():
            continue
        given, text, fault = _read(line)
        if fault:
            failed = 1
            console.say(f"Line {number}: {fault}")
            answer: dict[str, Any] = {"id": given, "criteria": [], "error": fault}
            stdout.write(orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE))
        else:
            stdout.write(_line(given, parse(text)))
        stdout.flush()
    return failed


def _read(line: bytes) -> tuple[Any, str, str]:
    """The id, the text and the fault of a JSON line; the fault is empty for a good one."""
    try:
        found = orjson.loads(line.removeprefix(b"\xef\xbb\xbf"))
    except orjson.JSONDecodeError as error:
        return None, "", f"this is not JSON ({error.msg}). Give one object with id and text per line."
    if not isinstance(found, dict):
        return None, "", "this is not a JSON object. Give one object with id and text per line."
    text = found.get("text")
    if not isinstance(text, str):
        what = "the object has no text" if text is None else "its text is not a string"
        return found.get("id"), "", f"{what}. Give the eligibility text as a string under text."
    return found.get("id"), text, ""


def _line(name: Any, criteria: tuple[Criterion, ...]) -> bytes:
    answer = {"id": name, "criteria": [criterion.to_json() for criterion in criteria]}
    return orjson.dumps(answer, option=orjson.OPT_APPEND_NEWLINE)


def _text_of(path: Path) -> tuple[str, str]:
    """The name and the eligibility text of a file: a registry record, a saved page, or the text itself."""
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise UsageError(f"{path} cannot be read ({error.strerror}). Give a text file or a registry record.") from None
    except UnicodeDecodeError:
        raise UsageError(f"{path} is not UTF-8 text. Save it as UTF-8 and try again.") from None
    if text.lstrip()[:1] not in {"{", "["}:
        return path.stem, _of_page(text) or text
    try:
        record = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise UsageError(f"{path} is not valid JSON ({error.msg}). Give a text file or a registry record.") from None
    found = _of_record(record)
    if not found:
        raise UsageError(f"{path} holds no eligibility text. Give a registry record that has one, or the text itself.")
    return path.stem, found


def _of_record(record: Any) -> str | None:
    """The text in a registry record (`protocolSection.eligibilityModule`) or in an object with a `text`."""
    for steps in (("protocolSection", "eligibilityModule", "eligibilityCriteria"), ("text",)):
        place = record
        for step in steps:
            place = place.get(step) if isinstance(place, dict) else None
        if isinstance(place, str):
            return place
    return None


def _of_page(text: str) -> str | None:
    """The criteria of a saved aggregator page, or None for any other text."""
    from trialwire.schemas.errors import HoldError
    from trialwire.transforms.read import from_pages

    if from_pages.recognised(text) is None:
        return None
    try:
        trial, _ = from_pages.from_pages(text)
    except HoldError as error:
        raise UsageError(f"The page cannot be read: {error}. Save the whole page again.") from None
    return trial.eligibility.criteria


def tree_lines(criteria: tuple[Criterion, ...]) -> list[str]:
    """Return a tree of criteria as text lines: one line per criterion, with its bounds, time windows and flags below.

    Criteria below another criterion are indented.
    """
    depth: dict[str, int] = {}
    lines: list[str] = []
    for one in criteria:
        depth[one.id] = level = depth[one.parent] + 1 if one.parent else 0
        indent = "    " * level
        said = [
            "section not understood" if "not-understood" in one.flags else one.label or one.role,
            *([f"{one.join} of"] if one.join else []),
            *([f"for {one.population}"] if one.population else []),
        ]
        lines.append(f"{indent}{_SIGNS[one.role]} {one.text}  [{', '.join(said)}]")
        lines += [
            f"{indent}    = {b.variable} {b.comparator} {b.value}{f' {b.unit}' if b.unit else ''}" for b in one.bounds
        ]
        lines += [
            f"{indent}    @ {w.direction} {w.value} {w.unit}{f' ({w.anchor})' if w.anchor else ''}" for w in one.windows
        ]
        lines += [f"{indent}    ! {', '.join(one.flags)}"] if one.flags else []
    return lines
