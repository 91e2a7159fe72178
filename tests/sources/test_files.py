"""Files and folders of every kind: what is found, under which origin, and what is told of places that cannot be read."""

from __future__ import annotations

import gzip
import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from trialwire.schemas.errors import UsageError
from trialwire.schemas.record import RawRecord, UnreadableRecord
from trialwire.sources import files
from trialwire.sources.recognition import kind_of

RECORD = {"protocolSection": {"identificationModule": {"nctId": "NCT99990001"}}}
TEXT = json.dumps(RECORD).encode()


def origins(*paths: Path, max_bytes: int = 1_000_000) -> list[str]:
    return [found.origin for found in files.records(paths, max_bytes=max_bytes)]


def only(path: Path, max_bytes: int = 1_000_000) -> RawRecord | UnreadableRecord:
    (found,) = files.records([path], max_bytes=max_bytes)
    return found


def zipped(**members: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("_", "."), content)
    return buffer.getvalue()


def test_a_folder_is_read_recursively_in_path_order_without_hidden_files(tmp_path: Path) -> None:
    for name in ("b/2.json", "b/1.json", "a.json", ".hidden.json", ".git/c.json", "c.txt"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(TEXT)
    assert [Path(origin).relative_to(tmp_path).as_posix() for origin in origins(tmp_path)] == [
        "a.json", "b/1.json", "b/2.json", "c.txt",
    ]  # fmt: skip


def test_a_path_that_is_not_there_is_a_wrong_call_before_anything_is_read(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(TEXT)
    with pytest.raises(UsageError, match=r"There is no file or folder .*nosuch"):
        files.records([tmp_path / "a.json", tmp_path / "nosuch"])


def test_json_lines_are_one_record_each_counted_as_an_editor_does(tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl"
    path.write_bytes(TEXT + b"\n\n" + TEXT + b"\r\n" + b"{broken\n")
    found = list(files.records([path]))
    assert [one.origin.rsplit(":", 1)[1] for one in found] == ["1", "3", "4"]
    assert [one.content for one in found if isinstance(one, RawRecord)] == [TEXT, TEXT, b"{broken"]


def test_the_elements_of_a_list_and_of_a_registrys_answer_keep_their_own_bytes(tmp_path: Path) -> None:
    odd = b'{"protocolSection": {"x": 1,   "x": "\xff"}}'
    (tmp_path / "list.json").write_bytes(b"[ " + odd + b" ,\n" + TEXT + b"]")
    (tmp_path / "page.json").write_bytes(b'{"totalCount": 2, "studies": [' + TEXT + b"," + TEXT + b"]}")
    found = list(files.records([tmp_path]))
    assert [Path(one.origin).name for one in found] == ["list.json[0]", "list.json[1]", "page.json[0]", "page.json[1]"]
    assert [one.content for one in found if isinstance(one, RawRecord)] == [odd, TEXT, TEXT, TEXT]


def test_a_list_that_breaks_gives_what_came_before_and_one_place_that_says_so(tmp_path: Path) -> None:
    path = tmp_path / "list.json"
    path.write_bytes(b"[" + TEXT + b"," + TEXT[:30])
    first, second = files.records([path])
    assert isinstance(first, RawRecord)
    assert isinstance(second, UnreadableRecord)
    assert second.code == "truncated"
    assert second.origin.endswith("list.json[1]")


def test_a_record_with_a_list_of_studies_inside_is_one_record() -> None:
    assert kind_of(b'{"protocolSection": {"studies": []}}') == "single"
    assert kind_of(b'{"totalCount": 1, "studies": [{"protocolSection": {}}]}') == "page-of-records"


def test_a_zip_gives_its_members_and_tells_of_each_that_cannot_be_read(tmp_path: Path) -> None:
    content = bytearray(
        zipped(NCT99990001_json=TEXT, big_json=b'{"a": "' + os.urandom(3000).hex().encode() + b'"}', last_json=TEXT)
    )
    path = tmp_path / "all.zip"
    path.write_bytes(content)
    first, big, last = files.records([path], max_bytes=1000)
    assert isinstance(first, RawRecord)
    assert first.origin.endswith("all.zip!NCT99990001.json")
    assert first.content == TEXT
    assert isinstance(big, UnreadableRecord)
    assert big.code == "too-large"
    assert "TRIALWIRE_INGEST__MAX_RECORD_BYTES" in big.cure
    assert isinstance(last, RawRecord)


def test_a_damaged_member_is_told_and_its_neighbours_go_on(tmp_path: Path) -> None:
    content = zipped(a_json=TEXT, b_json=bytes(range(256)) * 20, c_json=TEXT)
    place = content.index(b"b.json") + 40
    path = tmp_path / "all.zip"
    path.write_bytes(content[:place] + b"\xff" * 20 + content[place + 20 :])
    a, b, c = files.records([path])
    assert isinstance(a, RawRecord)
    assert isinstance(c, RawRecord)
    assert isinstance(b, UnreadableRecord)
    assert b.code == "truncated"


def test_a_zip_in_a_zip_is_read_and_endless_nesting_is_not(tmp_path: Path) -> None:
    path = tmp_path / "all.zip"
    inner = zipped(a_json=TEXT)
    path.write_bytes(zipped(inner_zip=inner))
    assert isinstance(only(path), RawRecord)
    for _ in range(4):
        inner = zipped(inner_zip=inner)
    path.write_bytes(inner)
    found = only(path)
    assert isinstance(found, UnreadableRecord)
    assert found.code == "binary"


def test_an_expanding_archive_never_fills_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "bomb.zip"
    path.write_bytes(zipped(a_json=b" " * 50_000_000))
    found = only(path)
    assert isinstance(found, UnreadableRecord)
    assert found.code == "too-large"


def test_a_gzip_of_lines_is_read_and_a_cut_one_is_told(tmp_path: Path) -> None:
    path = tmp_path / "all.jsonl.gz"
    whole = gzip.compress((TEXT + b"\n") * 3)
    path.write_bytes(whole)
    assert [origin.rsplit(":", 1)[1] for origin in origins(path)] == ["1", "2", "3"]
    path.write_bytes(whole[:-12])
    *_, last = files.records([path])
    assert isinstance(last, UnreadableRecord)
    assert last.code == "truncated"


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b" \n\n", "empty"),
        (b"[]", "empty"),
        (b"%PDF-1.7 ...", "binary"),
        (b"\x89PNG\r\n", "binary"),
        (b"a\x00b", "binary"),
        (b"PK\x03\x04 cut", "truncated"),
        (b"\x1f\x8b cut", "truncated"),
    ],
)
def test_a_file_without_a_record_is_told_in_one_sentence_with_its_cure(
    tmp_path: Path, content: bytes, code: str
) -> None:
    path = tmp_path / "a.json"
    path.write_bytes(content)
    found = only(path)
    assert isinstance(found, UnreadableRecord)
    assert (found.code, found.origin) == (code, path.as_posix())
    assert found.message.endswith(".")
    assert found.cure.endswith(".")


def test_the_size_limit_is_of_one_record_and_not_of_lines_or_lists(tmp_path: Path) -> None:
    (tmp_path / "single.json").write_bytes(b'{\n"a": "' + b"x" * 2000 + b'"\n}')
    (tmp_path / "lines.jsonl").write_bytes((TEXT + b"\n") * 100)
    (tmp_path / "list.json").write_bytes(b"[" + b",".join([TEXT] * 100) + b"]")
    found = list(files.records([tmp_path], max_bytes=1000))
    assert [one.code for one in found if isinstance(one, UnreadableRecord)] == ["too-large"]
    assert len([one for one in found if isinstance(one, RawRecord)]) == 200


def test_a_line_that_is_too_long_is_told_and_the_next_one_is_read(tmp_path: Path) -> None:
    path = tmp_path / "lines.jsonl"
    path.write_bytes(TEXT + b"\n" + b'{"a": "' + b"x" * 2000 + b'"}\n' + TEXT)
    first, second, third = files.records([path], max_bytes=1000)
    assert isinstance(first, RawRecord)
    assert isinstance(second, UnreadableRecord)
    assert second.origin.endswith(":2")
    assert isinstance(third, RawRecord)
    assert third.origin.endswith(":3")


@pytest.mark.skipif(not hasattr(os, "symlink"), reason="this system has no symbolic links")
def test_links_that_lead_nowhere_or_back_are_told(tmp_path: Path) -> None:
    (tmp_path / "gone.json").symlink_to(tmp_path / "nosuch.json")
    (tmp_path / "loop").symlink_to(tmp_path, target_is_directory=True)
    codes = {Path(one.origin).name: one.code for one in files.records([tmp_path]) if isinstance(one, UnreadableRecord)}
    assert codes == {"gone.json": "missing", "loop": "symlink-loop"}


def test_standard_input_takes_lines_as_they_come_and_a_spread_document_whole() -> None:
    assert [one.origin for one in files.lines(io.BytesIO(TEXT + b"\n" + TEXT))] == ["stdin:1", "stdin:2"]
    spread = json.dumps(RECORD, indent=1).encode()
    (found,) = files.lines(io.BytesIO(spread))
    assert isinstance(found, RawRecord)
    assert (found.origin, found.content) == ("stdin", spread)
    assert list(files.lines(io.BytesIO(b""))) == []


def test_standard_input_is_not_read_ahead_of_the_records_taken() -> None:
    read_end, write_end = os.pipe()
    with open(read_end, "rb") as stream, open(write_end, "wb", buffering=0) as pipe:  # noqa: PTH123  # descriptors
        pipe.write(TEXT + b"\n")
        found = files.lines(stream)
        first = next(found)
        assert isinstance(first, RawRecord)
        assert first.content == TEXT


def test_counting_is_quick_or_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.json").write_bytes(TEXT)
    (tmp_path / "b.jsonl").write_bytes((TEXT + b"\n") * 5)
    (tmp_path / "c.zip").write_bytes(zipped(a_json=TEXT, b_json=TEXT))
    assert files.count([tmp_path]) == 8
    (tmp_path / "d.json").write_bytes(b"[" + TEXT + b"]")
    assert files.count([tmp_path]) is None


def test_every_real_file_is_one_record_under_its_own_name(real_records: Path) -> None:
    folders = [real_records / "ctgov", real_records / "pages"]
    found = list(files.records(folders))
    expected = sorted(path.as_posix() for folder in folders for path in folder.iterdir() if path.is_file())
    assert [one.origin for one in found] == expected
    assert all(isinstance(one, RawRecord) for one in found)


def test_a_file_name_that_is_not_utf8_gives_an_origin_that_can_be_stored(tmp_path: Path) -> None:
    try:
        (tmp_path / os.fsdecode(b"\xff.json")).write_bytes(b'{"protocolSection": {}}')
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    [found] = files.records([tmp_path], max_bytes=1000)
    assert found.origin == f"{tmp_path.as_posix()}/\\udcff.json"


@pytest.mark.parametrize("page", ['{"nextPageToken": "a", "studies": [%s]}', '{"studies": [%s], "nextPageToken": "a"}'])
def test_a_page_of_an_answer_that_has_more_pages_says_so(tmp_path: Path, page: str) -> None:
    (tmp_path / "page.json").write_text(page % TEXT.decode())
    *records, more = files.records([tmp_path / "page.json"])
    assert [Path(one.origin).name for one in records] == ["page.json[0]"]
    assert isinstance(more, UnreadableRecord)
    assert more.code == "more-pages"


def test_a_too_large_element_of_a_list_is_passed_over_and_its_neighbours_go_on(tmp_path: Path) -> None:
    large = b'{"protocolSection": {"x": ["' + b'}],\\"[{' * 300 + b'"]}}'
    (tmp_path / "list.json").write_bytes(b"[" + TEXT + b"," + large + b", " + TEXT + b"]")
    first, second, third = files.records([tmp_path / "list.json"], max_bytes=1500)
    assert isinstance(second, UnreadableRecord)
    assert (second.code, Path(second.origin).name) == ("too-large", "list.json[1]")
    assert (first.content, third.content, Path(third.origin).name) == (TEXT, TEXT, "list.json[2]")


def test_an_element_that_is_not_json_is_left_to_its_reader_and_its_neighbours_go_on(tmp_path: Path) -> None:
    broken = b'{"protocolSection": {"x": nought}}'
    (tmp_path / "list.json").write_bytes(b"[" + TEXT + b"," + broken + b"," + TEXT + b"]")
    found = list(files.records([tmp_path / "list.json"]))
    assert [one.content for one in found] == [TEXT, broken, TEXT]
