"""Broken and hostile files: every splitter ends, each place that cannot be read is one held place, its neighbours go on."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from typing import TYPE_CHECKING

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.kit.steps import TooManyStepsError, at_most
from trialwire.schemas.errors import ContractError
from trialwire.schemas.nesting import DEEPEST, too_deep
from trialwire.schemas.record import RawRecord, UnreadableRecord
from trialwire.schemas.source import Query
from trialwire.sources import archive, clinicaltrials_gov, eclaire, files, json_stream

from .test_eclaire import group, searchset, serving, study

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from trialwire.schemas.record import Found

SOUND = json.dumps({"protocolSection": {"identificationModule": {"nctId": "NCT99990001"}}}).encode()
PIECES = [
    *(piece.encode() for piece in ['{', '}', '[', ']', ',', ':', '"', '\\', '1', '-', 'a', '\n']), b" ", b"\n", b"\xff", b"\\u00",
    b'{"studies":[', b'{"a":1}', b'"ResearchStudy"', b"true", b"[[", b"}}", SOUND,
]  # fmt: skip


def split(content: bytes, max_bytes: int = 10_000) -> list[Found]:
    return list(files._of_stream(io.BytesIO(content), "file", max_bytes))


def told(found: Sequence[Found]) -> list[str]:
    """What each place is: the record's bytes, or the code of the fault."""
    return [one.code if isinstance(one, UnreadableRecord) else one.content.decode() for one in found]


@pytest.mark.parametrize(
    ("content", "places"),
    [
        ("[}", ["truncated"]),
        ('[{"a":1}}]', ['{"a":1}', "truncated"]),
        ('[{"a":1},}]', ['{"a":1}', "truncated"]),
        ('{"studies":[}]}', ["truncated"]),
        ('[{"a":1},,{"b":2}]', ['{"a":1}', "", '{"b":2}']),
        ('[{"a":1} {"b":2}]', ['{"a":1}', '{"b":2}']),
        ('[{"a":nought},{"b":2}]', ['{"a":nought}', '{"b":2}']),
        ("[", ["truncated"]),
        ('[{"a":1}', ['{"a":1}', "truncated"]),
    ],
)
def test_a_bracket_too_many_ends_the_list_in_one_held_place(content: str, places: list[str]) -> None:
    with at_most(2_000):
        assert told(split(content.encode())) == places


@given(st.lists(st.sampled_from(PIECES), max_size=40).map(b"".join) | st.binary(max_size=200), st.integers(1, 3000))
@settings(max_examples=300, deadline=None, derandomize=True)
def test_any_bytes_are_split_into_at_most_as_many_places_as_bytes_in_a_bounded_number_of_steps(
    content: bytes, max_bytes: int
) -> None:
    for wrapped in (content, b"[" + content, b'{"studies":[' + content, gzip.compress(content)):
        size = max(1, len(content) + 12)
        with at_most(5_000 + 400 * size):
            found = split(wrapped, max_bytes)
        assert 1 <= len(found) <= size


@given(st.binary(max_size=60), st.integers(0, 250), st.integers(0, 255))
@settings(max_examples=200, deadline=None, derandomize=True)
def test_a_damaged_zip_never_raises_and_a_sound_file_beside_it_is_read(content: bytes, place: int, byte: int) -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as inner:
        inner.writestr("a.json", content)
        inner.writestr("b.json", SOUND)
    damaged = bytearray(buffer.getvalue())
    damaged[place % len(damaged)] = byte
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w") as both:
        both.writestr("inner.zip", bytes(damaged))
        both.writestr("sound.json", SOUND)
    with at_most(200_000):
        *_, last = split(outer.getvalue())
    assert isinstance(last, RawRecord)
    assert last.content == SOUND


def test_the_limit_of_steps_finds_a_loop_that_never_ends() -> None:
    class Endless(io.BytesIO):
        def read(self, _size: int | None = -1, /) -> bytes:
            return b" "

    with pytest.raises(TooManyStepsError), at_most(10_000):
        list(json_stream.elements(Endless(), "file", 1000))


def test_many_small_elements_take_steps_in_proportion_to_their_number() -> None:
    for number in (1_000, 2_000):
        content = b"[" + b"1," * number + b"1]"
        with at_most(60 * number):
            assert len(split(content)) == number + 1


def test_what_no_splitter_foresees_holds_its_file_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def breaks(stream: io.BytesIO, origin: str, max_bytes: int) -> object:
        yield "all.zip!a.json", SOUND
        raise AssertionError("not foreseen")

    for name, content in (("1.json", SOUND), ("2.zip", b"PK\x03\x04"), ("3.json", SOUND)):
        (tmp_path / name).write_bytes(content)
    monkeypatch.setattr(archive, "members", breaks)
    found = list(files.records([tmp_path]))
    assert told(found) == [SOUND.decode(), SOUND.decode(), "unreadable", SOUND.decode()]


def nested(depth: int) -> dict[str, object]:
    """An object of `depth` levels."""
    inner: dict[str, object] = {"end": 1}
    for _ in range(depth - 1):
        inner = {"a": inner}
    return inner


def test_the_depth_of_a_value_is_counted_without_recursion() -> None:
    assert not too_deep(nested(DEEPEST))
    assert too_deep(nested(DEEPEST + 1))
    assert too_deep(nested(5_000))
    assert too_deep([[nested(DEEPEST - 1)]])
    assert not too_deep("[" * 1000)


@pytest.mark.parametrize("depth", [DEEPEST + 1, 300, 990])
def test_a_deep_study_of_a_searchset_is_one_held_place_and_its_neighbours_go_on(tmp_path: Path, depth: int) -> None:
    page = searchset(study("a"), group("a-g"), study("b") | {"x": "deep"}, study("c"))
    deep = '{"a":' * depth + "1" + "}" * depth
    (tmp_path / "1.json").write_bytes(SOUND)
    (tmp_path / "2.json").write_text(json.dumps(page).replace('"deep"', deep))
    (tmp_path / "3.json").write_bytes(SOUND)
    found = list(files.records([tmp_path]))
    assert [one.origin.rpartition("/")[2] for one in found] == ["1.json", "a", "b", "c", "3.json"]
    assert [getattr(one, "code", None) for one in found] == [None, None, "too-deep", None, None]


def test_a_study_that_refers_to_a_deep_resource_is_held_too(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(json.dumps(searchset(study("a"), group("a-g") | {"x": nested(300)}, study("b"))))
    assert [getattr(one, "code", None) for one in files.records([tmp_path])] == ["too-deep", None]


def test_a_deep_study_in_a_registrys_answer_is_held_and_its_neighbours_go_on() -> None:
    sound, page = json.loads(SOUND), {}
    page["studies"] = [sound, {"protocolSection": {"identificationModule": {"nctId": "NCT99990002"}}, "x": nested(400)}]
    with serving({"0": (200, page)}) as (url, _):
        first, second = clinicaltrials_gov.records(Query(query="a"), base_url=url)
    assert isinstance(first, RawRecord)
    assert isinstance(second, UnreadableRecord)
    assert (second.code, second.source, second.origin) == (
        "too-deep", "clinicaltrials_gov", f"{url}/studies/NCT99990002",
    )  # fmt: skip


def test_an_odd_number_or_id_is_no_part_of_an_origin(tmp_path: Path) -> None:
    page = {"studies": [{"protocolSection": {"identificationModule": {"nctId": "jo@example.org"}}}]}
    with serving({"0": (200, page)}) as (url, _):
        [found] = clinicaltrials_gov.records(Query(query="a"), base_url=url)
    assert found.origin.startswith(f"{url}/studies/?")
    (tmp_path / "a.json").write_text(json.dumps(searchset(study("jo@example.org"))))
    [found] = files.records([tmp_path])
    assert found.origin.endswith("a.json#entry[0]")


@pytest.mark.parametrize(
    "link",
    [
        ["x"], {"relation": "next", "url": "https://example.org/next"}, [{"relation": "next", "url": 5}], "next", 7,
        [{"relation": "next", "url": "http://[bad"}], [[{"relation": "next"}]],
    ],
)  # fmt: skip
def test_a_link_of_another_shape_is_a_broken_contract_in_one_sentence(link: object) -> None:
    with (
        serving({"0": (200, searchset(study("a")) | {"link": link})}) as (url, _),
        pytest.raises(ContractError, match=r"this is not ECLAIRE's FHIR search\. Check TRIALWIRE_INGEST__ECLAIRE_URL"),
    ):
        list(eclaire.records(Query(query="asthma"), base_url=url))
