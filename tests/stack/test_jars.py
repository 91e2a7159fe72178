"""Jars by the lock: what is fetched is checked, what cannot be fetched is said in one sentence, nothing half is kept."""

from __future__ import annotations

import hashlib
import threading
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING

import pytest

from tests.stack.kit.aged import weeks_ago
from trialwire.schemas.errors import RetryLaterError, StopError
from trialwire.stack import jars

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LINE = "{sha256}  org.example:owl:1.0\n"
CONTENT = b"bytes of a jar"


@pytest.fixture
def mirror(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A Maven repository on this machine with one jar, an empty cache, and a lock that names the jar."""
    root = tmp_path / "mirror"
    jar = root / "org/example/owl/1.0/owl-1.0.jar"
    jar.parent.mkdir(parents=True)
    jar.write_bytes(CONTENT)
    jar.with_name("owl-1.0.jar.sha1").write_text(hashlib.sha1(CONTENT).hexdigest())

    class Quiet(SimpleHTTPRequestHandler):
        def __init__(self, *args: object) -> None:
            super().__init__(*args, directory=str(root))  # type: ignore[arg-type]

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Quiet)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    (tmp_path / "owls.lock").write_text("# a comment\n" + LINE.format(sha256=hashlib.sha256(CONTENT).hexdigest()))
    monkeypatch.setattr(jars, "LOCKS", tmp_path)
    monkeypatch.setenv("TRIALWIRE_CACHE_DIR", str(tmp_path / "cache"))
    monkeypatch.setenv("TRIALWIRE_MAVEN_URL", f"http://127.0.0.1:{server.server_port}/")
    yield jar
    server.shutdown()
    server.server_close()


def test_a_jar_is_fetched_once_and_then_comes_from_the_cache(mirror: Path) -> None:
    told: list[tuple[int, int]] = []
    [jar] = jars.fetch("owls", progress=lambda done, total: told.append((done, total)))
    assert jar.read_bytes() == CONTENT
    mirror.unlink()
    assert jars.fetch("owls", progress=lambda done, total: told.append((done, total))) == [jar]
    assert told == [(1, 1)]


def test_a_jar_with_other_bytes_is_refused_and_not_kept(mirror: Path, tmp_path: Path) -> None:
    (tmp_path / "owls.lock").write_text(LINE.format(sha256="0" * 64))
    with pytest.raises(StopError, match=r"owl-1\.0\.jar is not the file that stack/owls\.lock names"):
        jars.fetch("owls")
    assert list((tmp_path / "cache").rglob("*.jar")) == []


def test_a_jar_that_is_not_there_is_named_with_a_cure(mirror: Path, tmp_path: Path) -> None:
    mirror.unlink()
    with pytest.raises(RetryLaterError, match=r"owl-1\.0\.jar.*TRIALWIRE_MAVEN_URL.*run the same command again"):
        jars.fetch("owls")
    assert list((tmp_path / "cache").iterdir()) == []


def test_no_network_is_one_sentence_with_a_cure(mirror: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALWIRE_MAVEN_URL", "http://127.0.0.1:9")
    with pytest.raises(RetryLaterError, match=r"could not be fetched.*Check the network"):
        jars.fetch("owls")


def test_a_cache_that_cannot_be_written_is_named_with_a_cure(
    mirror: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("TRIALWIRE_CACHE_DIR", str(tmp_path / "file" / "cache"))
    with pytest.raises(StopError, match=r"cannot be written.*TRIALWIRE_CACHE_DIR"):
        jars.fetch("owls")


def test_what_a_killed_run_was_fetching_goes_after_a_week_and_what_is_being_fetched_now_stays(
    mirror: Path, tmp_path: Path
) -> None:
    left, under_way = tmp_path / "cache" / "fetching-left", tmp_path / "cache" / "fetching-now"
    for folder in (left, under_way):
        folder.mkdir(parents=True)
        (folder / "half.jar").write_bytes(CONTENT[:3])
    weeks_ago(left)
    jars.fetch("owls")
    assert (left.exists(), under_way.exists()) == (False, True)


@pytest.mark.parametrize("name", sorted(jars.JAR_SETS))
def test_a_committed_lock_holds_its_roots_and_a_sha256_for_every_jar(name: str) -> None:
    locked = jars.read_lock(name)
    assert {f"{jar.group}:{jar.artifact}:{jar.version}" for jar in locked} >= set(jars.JAR_SETS[name])
    assert {len(jar.sha256) for jar in locked} == {64}
    assert len({(jar.group, jar.artifact, jar.classifier) for jar in locked}) == len(locked)


def test_a_jar_that_was_changed_in_the_cache_is_refused(mirror: Path) -> None:
    [jar] = jars.fetch("owls")
    jar.write_bytes(CONTENT + b"!")
    with pytest.raises(StopError, match=r"owl-1\.0\.jar was changed after its download.*Remove it"):
        jars.fetch("owls")
    jar.unlink()
    assert jars.fetch("owls") == [jar]


def test_a_jar_is_hashed_again_only_where_its_size_or_time_is_another(
    mirror: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    [jar] = jars.fetch("owls")
    hashed: list[Path] = []
    sha256 = jars._sha256
    monkeypatch.setattr(jars, "_sha256", lambda file: hashed.append(file) or sha256(file))
    jars.fetch("owls")
    assert hashed == []
    jar.touch()
    jars.fetch("owls")
    assert hashed == [jar]
