"""Bytes that are no record, or hardly one: each is held with its reason, or read with a finding."""

from __future__ import annotations

import codecs
import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from trialwire.schemas.errors import HoldError
from trialwire.schemas.record import RawRecord
from trialwire.sources.shipped import FICTIONAL
from trialwire.transforms.read.any_record import Reading, read

RECORD = (FICTIONAL / "registry" / "NCT99990003.json").read_bytes()
PAGE = (FICTIONAL / "pages" / "summary-sheet.txt").read_bytes()


def reading(content: bytes, *, named: str | None = None) -> Reading:
    return read(RawRecord("here", content), named=named)


def held(content: bytes, *, named: str | None = None) -> str:
    with pytest.raises(HoldError) as caught:
        reading(content, named=named)
    assert all(reason.message.endswith(".") and reason.cure for reason in caught.value.reasons)
    return " ".join(reason.code for reason in caught.value.reasons)


def test_content_tells_a_record_from_a_page() -> None:
    assert reading(RECORD).trial.source == "clinicaltrials_gov"
    assert reading(PAGE).trial.source == "pages"


@pytest.mark.parametrize("content", [RECORD, PAGE], ids=["record", "page"])
def test_a_mark_of_utf_8_changes_nothing(content: bytes) -> None:
    assert reading(codecs.BOM_UTF8 + content) == reading(content)


@pytest.mark.parametrize("content", [RECORD, PAGE], ids=["record", "page"])
@pytest.mark.parametrize("name", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_with_its_mark_is_read_and_reported(content: bytes, name: str) -> None:
    wide = content.decode().encode(name)
    if name != "utf-16":
        wide = (codecs.BOM_UTF16_LE if name == "utf-16-le" else codecs.BOM_UTF16_BE) + wide
    found = reading(wide)
    assert found.trial == reading(content).trial
    assert "encoding" in {finding.code for finding in found.findings}


def test_a_broken_utf_16_is_held() -> None:
    assert held(codecs.BOM_UTF16_LE + b"\x00\xd8a") == "bad-encoding"


@pytest.mark.parametrize("bad", [b"\xff", b"\xe9", b"\xc3", b"\xed\xa0\x80", b"\xf8\x88\x80\x80\x80"])
def test_bytes_that_are_not_utf_8_are_held_with_their_place_and_never_replaced(bad: bytes) -> None:
    place = RECORD.index(b"Cohorte")
    with pytest.raises(HoldError, match=rf"not valid UTF-8: byte {place + 1} of"):
        reading(RECORD[:place] + bad + RECORD[place:])


def test_an_old_encoding_is_held_not_guessed() -> None:
    assert held(PAGE.decode().replace("weeks", "journées").encode("latin-1")) == "bad-encoding"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \r\n\t ", "empty"),
        (b"%PDF-1.7", "binary"),
        (b"\x89PNG\r\n\x1a\n", "binary"),
        (b"PK\x03\x04", "binary"),
        (b"\x00\x01\x02\xff", "binary"),
        (b"text with \x00 inside", "binary"),
        (b"null", "unknown-layout"),
        (b"A letter about nothing.", "unknown-layout"),
        (b"[]", "unknown-layout"),
        (b"{}", "unknown-layout"),
        (b'{"FullStudiesResponse": {}}', "unknown-layout"),
        (b'{"ctNumber": "2099-500117-31-00"}', "unknown-layout"),
        (b'{"protocolSection": {"a": 1}', "truncated"),
        (b'{"protocolSection": {"a": 1,}}', "bad-json"),
        (b'{"protocolSection": NaN}', "bad-json"),
        (b'{"protocolSection": Infinity}', "bad-json"),
        (b'{"protocolSection": "\\ud800"}', "bad-json"),
        (b'{"protocolSection": {}} {"protocolSection": {}}', "bad-json"),
        (b'{"protocolSection": ' + b"[" * 2000 + b"]" * 2000 + b"}", "too-deep"),
        (b'{"protocolSection": ' + b'{"a":' * 300 + b"1" + b"}" * 300 + b"}", "too-deep"),
    ],
)
def test_what_is_no_record_is_held_with_its_reason(content: bytes, code: str) -> None:
    assert held(content) == code


def test_a_key_given_twice_is_held_and_named() -> None:
    doubled = RECORD.replace(
        b'"overallStatus": "UNKNOWN",', b'"overallStatus": "UNKNOWN", "overallStatus": "RECRUITING",'
    )
    with pytest.raises(HoldError, match=r"key twice in one object.*overallStatus"):
        reading(doubled)


def test_a_key_given_twice_is_not_hidden_by_quotes_written_as_escapes() -> None:
    doubled = RECORD.replace(
        b'"overallStatus": "UNKNOWN",', b'"overallStatus": "UNKNOWN", "overallStatus": "\\u0022\\u0022\\u0022\\u0022",'
    )
    assert held(doubled) == "duplicate-key"


def test_the_same_key_in_two_objects_and_quotes_in_texts_are_no_double() -> None:
    study = json.loads(RECORD)
    study["protocolSection"]["descriptionModule"]["briefSummary"] = 'He said "yes" and QnoQ.'
    text = json.dumps(study).replace("He said", "\\u0048e s\\u0061id").replace("Q", "\\u0022")
    assert reading(text.encode()).trial.description.brief_summary == 'He said "yes" and "no".'


@pytest.mark.parametrize("share", [1, 3, 5, 7, 9])
def test_a_record_cut_anywhere_is_held_as_cut(share: int) -> None:
    content = RECORD.decode()
    assert held(content[: len(content) * share // 10].encode()) == "truncated"


def test_a_page_without_a_number_has_none_until_an_operator_names_it() -> None:
    page = (FICTIONAL / "pages" / "bare-lines.txt").read_bytes()
    assert reading(page).trial.trial_id is None
    named = reading(page, named="NCT99990099").trial
    assert named.trial_id == "NCT99990099"
    assert named.design == reading(page).trial.design


def test_a_name_that_contradicts_the_record_is_held() -> None:
    assert held(PAGE, named="NCT99990099") == "name-contradiction"
    assert reading(PAGE, named="NCT99990017").trial.trial_id == "NCT99990017"


def told(content: bytes) -> bool:
    """Whether the outcome is one of the two that are allowed: a Trial, or reasons why there is none."""
    try:
        return reading(content).trial is not None
    except HoldError as error:
        return bool(error.reasons)


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_no_bytes_whatever_end_in_anything_but_a_trial_or_a_held_record(content: bytes) -> None:
    assert told(content)


@settings(max_examples=200, deadline=None)
@given(st.integers(0, len(RECORD) - 1), st.binary(min_size=1, max_size=4))
def test_a_record_with_bytes_changed_is_read_or_held(place: int, other: bytes) -> None:
    assert told(RECORD[:place] + other + RECORD[place + len(other) :])
