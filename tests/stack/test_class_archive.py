"""Class archives: one per class path, kept when a server wrote it whole, swept when no start has used it for a week."""

from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from tests.stack.kit.aged import weeks_ago
from trialwire.stack import java
from trialwire.stack.class_archive import ClassSharing


@pytest.fixture
def sharing_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of archives in a cache of this test, with Java's own archive already made."""
    monkeypatch.setenv("TRIALWIRE_CACHE_DIR", str(tmp_path))
    monkeypatch.setattr(java, "executable", lambda: "/owl/bin/java")
    folder = tmp_path / "sharing"
    folder.mkdir()
    base = folder / f"java-{hashlib.sha256(b'/owl/bin/java').hexdigest()[:16]}.jsa"
    base.touch()
    return folder


def ended(class_path: str, *, clean: bool) -> list[str]:
    """The options of a server's start that wrote its archive where they say, and its end."""
    sharing = ClassSharing("owl", class_path)
    options = sharing.options()
    for option in options:
        if option.startswith("-XX:ArchiveClassesAtExit="):
            Path(option.partition("=")[2]).touch()
    sharing.keep(clean=clean)
    return options


def archives(folder: Path) -> set[str]:
    return {file.name for file in folder.glob("owl-*")}


def test_the_next_start_on_the_same_jars_uses_what_a_clean_end_wrote(sharing_folder: Path) -> None:
    ended("a.jar", clean=True)
    [archive] = archives(sharing_folder)
    assert ended("a.jar", clean=True)[-1].endswith(f"{os.pathsep}{sharing_folder / archive}")
    assert archives(sharing_folder) == {archive}


def test_what_a_killed_server_wrote_is_not_kept(sharing_folder: Path) -> None:
    ended("a.jar", clean=False)
    assert archives(sharing_folder) == set()


def test_a_new_archive_sweeps_those_that_no_start_used_for_a_week(sharing_folder: Path) -> None:
    ended("before.jar", clean=True)
    ended("neighbour.jar", clean=True)
    for file in sharing_folder.iterdir():
        weeks_ago(file)
    left = sharing_folder / "owl-1234.99.making"
    left.touch()
    weeks_ago(left)
    [before] = [name for name in archives(sharing_folder) if name in ClassSharing("owl", "before.jar").options()[-1]]
    weeks_ago(sharing_folder / before)
    ended("neighbour.jar", clean=True)  # another checkout's start on its own jars
    ended("today.jar", clean=True)
    assert archives(sharing_folder).isdisjoint({before, left.name})
    assert len(archives(sharing_folder)) == 2
    assert len(list(sharing_folder.glob("java-*"))) == 1
