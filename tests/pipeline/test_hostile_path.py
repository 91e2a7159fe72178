"""Hostile and broken input through the command line: held, ended, masked, escaped; and its neighbours are written."""

from __future__ import annotations

import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

import orjson
import pytest
from typer.testing import CliRunner

from tests.changes.kit.records import altered, study
from tests.kit.growth import AT_MOST, growth
from trialwire.pipeline.commands import cli
from trialwire.schemas.contact_data import EMAIL, TELEPHONE
from trialwire.schemas.errors import HoldError
from trialwire.transforms.read import decoding

if TYPE_CHECKING:
    from pathlib import Path

SOUND = orjson.dumps(study(2))
IDENTIFICATION = "protocolSection.identificationModule"
STATUS = "protocolSection.statusModule.overallStatus"
DEEP = b'{"x":' + b"[" * 230 + b"]" * 230 + b"}"


@pytest.fixture(autouse=True)
def _set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALWIRE_STORE__URL", f"sqlite:///{tmp_path / 'store.db'}")


def run(*arguments: str) -> str:
    result = CliRunner().invoke(cli.app, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def ingested(place: Path) -> tuple[int, int, list[str]]:
    """(new or changed, held, the codes of what is held)."""
    counts = json.loads(run("ingest", str(place), "--json", "--accept-odd-batch"))
    codes = [reason["code"] for one in counts["held_records"] for reason in one["reasons"]]
    return counts["new"] + counts["changed"], counts["held"], codes


def beside_sound(tmp_path: Path, name: str, content: bytes) -> Path:
    """A folder with the file, and a sound record before and behind it."""
    folder = tmp_path / "records"
    folder.mkdir()
    (folder / "1.json").write_bytes(SOUND)
    (folder / f"2{name}").write_bytes(content)
    (folder / "3.json").write_bytes(orjson.dumps(study(3)))
    return folder


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def damaged() -> bytes:
    """A zip whose member begins, by the table of contents, before the file."""
    content = zipped(a=SOUND)
    at = content.index(b"PK\x01\x02") + 42
    return content[:at] + b"\xff\xff\xff\x7f" + content[at + 4 :]


@pytest.mark.parametrize(
    ("name", "content", "codes"),
    [
        (".json", b"[}", ["truncated"]),
        (".json", b'{"studies":[}]}', ["truncated"]),
        (".json", SOUND[:-1] + b',"z":' + DEEP + b"}", ["too-deep"]),
        (".zip", damaged(), ["truncated"]),
        (".zip", zipped(a=damaged()), ["truncated"]),
        (".json", b'{"resourceType":"Bundle","entry":[{"resource":{"resourceType":"ResearchStudy","id":"d","x":'
         + b'{"a":' * 300 + b"1" + b"}" * 300 + b"}}]}", ["too-deep"]),
    ],
    ids=["two bytes", "a page", "deep record", "damaged zip", "damaged zip in a zip", "deep Bundle"],
)  # fmt: skip
def test_a_hostile_file_is_one_held_place_and_its_neighbours_are_written(
    tmp_path: Path, name: str, content: bytes, codes: list[str]
) -> None:
    assert ingested(beside_sound(tmp_path, name, content)) == (2, 1, codes)


def test_contact_data_is_masked_in_what_a_held_record_says(tmp_path: Path) -> None:
    record = altered(
        altered(study(), STATUS, "PAUSED\n+1 555 010 7788"), f"{IDENTIFICATION}.acronym", ["jo@example.org"]
    )
    (tmp_path / "a.json").write_bytes(orjson.dumps(record))
    assert ingested(tmp_path / "a.json")[1] == 1
    listed = run("held", "list", "--json")
    assert f"'PAUSED\\\\n{TELEPHONE.mask}'" in listed
    assert "7788" not in listed
    assert "jo@" not in listed


def test_contact_data_as_a_key_is_masked_in_its_finding(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(orjson.dumps(study() | {"jo.f@example.org": 1, "+1 555 010 7788": 1}))
    assert ingested(tmp_path / "a.json")[0] == 1
    shown = json.loads(run("show", "NCT99990001", "--json"))
    paths = {one["path"] for one in shown["findings"] if one["code"] == "unknown-key"}
    assert {EMAIL.mask, TELEPHONE.mask} <= paths


def test_an_escape_in_a_title_and_a_line_end_in_a_members_name_are_shown_and_not_sent(tmp_path: Path) -> None:
    record = altered(study(), f"{IDENTIFICATION}.briefTitle", "Red \x1b[31m title")
    (tmp_path / "a.json").write_bytes(orjson.dumps(record))
    assert ingested(tmp_path / "a.json")[0] == 1
    assert r"Red \x1b[31m title" in run("show", "NCT99990001")
    (tmp_path / "b.zip").write_bytes(zipped(**{"x\n600 read: 600 new, 0 held\x1b[2J.json": b"{"}))
    said = run("ingest", str(tmp_path / "b.zip")) + run("held", "list")
    assert "\x1b" not in said
    assert not [line for line in said.splitlines() if line.startswith("600 read")]


def test_odd_blanks_are_plain_ones_in_r4(tmp_path: Path) -> None:
    record = altered(study(), f"{IDENTIFICATION}.briefTitle", "A\u00a0title\u2003of\u2028many\ufeffblanks")
    (tmp_path / "a.json").write_bytes(orjson.dumps(record))
    assert "A title of many blanks" in run("map", str(tmp_path / "a.json"))


def test_doubled_keys_are_found_in_linear_time() -> None:
    def made(size: int) -> str:
        return '{"protocolSection":{},' + ",".join(f'"k{one}":1' for one in range(size)) + ',"k1":2}'

    def parse(text: str) -> Any:
        with pytest.raises(HoldError, match="twice"):
            decoding.parsed(text)

    assert growth(made, parse, 4_000) < AT_MOST
