"""Nothing that a record or a file says reaches the terminal as a control character, and no address shows its secret."""

from __future__ import annotations

import io
import json

import pytest

from trialwire.pipeline import console, settings
from trialwire.schemas.address import without_secrets

HOSTILE = "a\x1b[2Jb\x07c\x9bd\u202ee\u2066f\rg\udcff[bold]h[/bold]:smile:"
ESCAPED = r"a\x1b[2Jb\x07c\u009bd\u202ee\u2066f\x0dg\udcff[bold]h[/bold]:smile:"


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch) -> io.StringIO:
    file = io.StringIO()
    plain = console.EscapingConsole(file=file, soft_wrap=True, highlight=False, markup=False, emoji=False, width=300)
    monkeypatch.setattr(console, "stdout", plain)
    return file


def test_control_characters_of_a_text_are_shown_and_never_sent(written: io.StringIO) -> None:
    console.stdout.print("title: " + HOSTILE.replace("\x07", "").replace("\r", ""))
    assert "\x1b" not in written.getvalue()
    assert written.getvalue() == "title: " + ESCAPED.replace(r"\x07", "").replace(r"\x0d", "") + "\n"


def test_a_cell_of_a_table_is_one_line_and_its_markup_is_text(written: io.StringIO) -> None:
    console.table("held", ("id", "origin"), [("1", "all.zip!a\n600 read: 600 new, 0 held\n" + HOSTILE)])
    assert r"all.zip!a\n600 read: 600 new, 0 held\n" + ESCAPED in written.getvalue()
    assert len(written.getvalue().splitlines()) == 3


def test_a_name_in_a_line_forges_no_line() -> None:
    assert console.one_line("a\nb\x1b") == r"a\nb\x1b"


def test_a_json_document_means_the_same_and_holds_no_raw_control_character(
    capsysbinary: pytest.CaptureFixture[bytes],
) -> None:
    value = {"title": "a\x1b\x7f\x9b\u202e é"}
    console.document(value)
    written = capsysbinary.readouterr().out
    assert json.loads(written) == value
    assert not [sign for sign in written.decode() if sign in "\x1b\x7f\x9b\u202e"]
    assert "é" in written.decode()


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://u:p@h/db?sslpassword=s3&x=1", "postgresql://u:***@h/db?sslpassword=***&x=1"),
        ("postgresql://h/db?user=u&password=s3", "postgresql://h/db?user=u&password=***"),
        ("https://h/R4?api_key=s3", "https://h/R4?api_key=***"),
        ("https://h/R4?apikey=s3;token=s4", "https://h/R4?apikey=***;token=***"),
        ("https://h/c?sv=1&sig=s3#x", "https://h/c?sv=1&sig=***#x"),
        ("https://h/c?X-Amz-Signature=s3", "https://h/c?X-Amz-Signature=***"),
        ("https://h/c?client_secret=s3&access_token=s4", "https://h/c?client_secret=***&access_token=***"),
        ("https://h/c?monkey=1&design=2", "https://h/c?monkey=1&design=2"),
        ("https://h/R4", "https://h/R4"),
    ],
)
def test_an_address_is_shown_without_its_secrets(address: str, shown: str, written: io.StringIO) -> None:
    assert settings.masked(address) == shown
    assert without_secrets(f"{address} cannot be reached") == f"{shown} cannot be reached"
    console.stdout.print(f"store: {address} is away")
    assert written.getvalue() == f"store: {shown} is away\n"
