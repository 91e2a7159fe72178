"""A file is replaced whole or not at all, and what was written is synced before it has its name."""

from __future__ import annotations

import os
import stat
from typing import TYPE_CHECKING

import pytest

from trialwire.schemas.whole_file import whole_file

if TYPE_CHECKING:
    from pathlib import Path


def test_the_file_has_its_content_at_the_end_of_the_block_and_not_before(tmp_path: Path) -> None:
    path = tmp_path / "new" / "one.json"
    with whole_file(path) as file:
        file.write(b"all")
        assert not path.exists()
    assert path.read_bytes() == b"all"
    assert list(path.parent.iterdir()) == [path]


def test_after_an_error_the_old_content_stands_and_nothing_lies_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    path.write_bytes(b"old")
    with pytest.raises(TypeError), whole_file(path) as file:
        file.writelines([b"half", None])
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_two_writers_at_once_leave_one_whole_file(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    with whole_file(path) as first, whole_file(path) as second:
        first.write(b"first")
        second.write(b"second")
    assert path.read_bytes() == b"first"
    assert list(tmp_path.iterdir()) == [path]


def test_the_content_is_synced_before_the_rename_and_the_folder_after_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, synced = tmp_path / "one.json", []

    def seen(handle: int) -> None:
        synced.append((stat.S_ISDIR(os.fstat(handle).st_mode), path.exists()))

    monkeypatch.setattr("os.fsync", seen)
    with whole_file(path) as file:
        file.write(b"all")
    assert synced == [(False, False), (True, True)]


@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
@pytest.mark.parametrize("mode", [0o644, 0o600])
def test_the_file_has_the_permissions_that_are_given(mode: int, tmp_path: Path) -> None:
    before = os.umask(0o022)
    try:
        with whole_file(tmp_path / "one", mode=mode):
            pass
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "one").stat().st_mode) == mode
