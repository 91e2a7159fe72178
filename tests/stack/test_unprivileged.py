"""PostgreSQL for root: under folders that are closed to others, and for a root that may not use another account."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import closing
from typing import TYPE_CHECKING

import psycopg2
import pytest

from trialwire.schemas.errors import StopError
from trialwire.stack import unprivileged
from trialwire.stack.postgres import Postgres
from trialwire.stack.unprivileged import Account

if TYPE_CHECKING:
    from pathlib import Path

AS_ROOT = pytest.mark.skipif(
    os.geteuid() != 0 or bool(unprivileged.missing_capabilities()), reason="needs a root that may use another account"
)
ACCOUNT = Account(65534, 65534)
STRIPPED = ("setpriv", "--bounding-set=-all", "--inh-caps=-all", "--ambient-caps=-all")


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    folder = tmp_path / "closed"
    folder.mkdir(mode=0o700)
    return folder


@AS_ROOT
@pytest.mark.postgres
def test_data_under_a_closed_folder_lie_in_a_reachable_one_and_are_found_again(closed: Path) -> None:
    server = Postgres(closed / "data", closed / "postgres.log", durable=False)
    try:
        server.start()
        server.create_database("kept")
        server.stop()
        again = Postgres(closed / "data", closed / "postgres.log", durable=False)
        again.start()
        address = again.url("kept", "psycopg2").replace("+psycopg2", "")
        with closing(psycopg2.connect(address)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT current_database()")
            assert cursor.fetchone() == ("kept",)
        again.stop()
        assert (closed / "data").is_symlink()
        assert again.place == server.place
        assert unprivileged.reaches(server.place)
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        shutil.rmtree(server.place, ignore_errors=True)
        shutil.rmtree(server.socket_folder, ignore_errors=True)


@AS_ROOT
def test_data_that_lie_in_a_closed_folder_already_are_moved_whole(closed: Path) -> None:
    (closed / "data").mkdir()
    (closed / "data" / "PG_VERSION").write_text("18")
    place = ACCOUNT.place(closed / "data")
    ACCOUNT.make(closed / "data")
    try:
        assert (place / "PG_VERSION").read_text() == "18"
        assert (closed / "data").resolve() == place
    finally:
        shutil.rmtree(place)


@AS_ROOT
def test_data_of_a_folder_that_was_removed_begin_anew(closed: Path) -> None:
    place = ACCOUNT.place(closed / "data")
    try:
        ACCOUNT.make(closed / "data")
        (place / "PG_VERSION").write_text("18")
        ACCOUNT.make(closed / "data")
        assert (place / "PG_VERSION").exists()
        (closed / "data").unlink()
        ACCOUNT.make(closed / "data")
        assert list(place.iterdir()) == []
    finally:
        shutil.rmtree(place)


@AS_ROOT
def test_naming_the_place_makes_nothing(closed: Path) -> None:
    server = Postgres(closed / "data", closed / "postgres.log")
    assert server.url("trialwire").startswith("postgresql+psycopg2://postgres@/trialwire?host=")
    assert list(closed.iterdir()) == []
    assert not server.place.exists()


@AS_ROOT
def test_programs_under_a_closed_folder_are_copied_with_their_libraries_once(closed: Path) -> None:
    for name in ("programs", "programs.libs"):
        (closed / name).mkdir()
        (closed / name / "file").write_text(name)
    parts, key = [closed / "programs", closed / "programs.libs"], f"test-{os.getpid()}"
    copy = ACCOUNT.programs(parts, key)
    try:
        assert unprivileged.reaches(copy / "programs")
        assert [(copy / part.name / "file").read_text() for part in parts] == ["programs", "programs.libs"]
        (closed / "programs" / "file").write_text("changed")
        again = ACCOUNT.programs(parts, key)
        assert (again / "programs" / "file").read_text() == "programs"
    finally:
        shutil.rmtree(copy)


@AS_ROOT
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv, which takes capabilities away, is not here")
def test_a_root_without_capabilities_is_told_so_in_one_sentence_with_the_cure(tmp_path: Path) -> None:
    script = (
        "import sys\nfrom pathlib import Path\nfrom trialwire.schemas.errors import StopError\nfrom trialwire.stack.postgres import Postgres\n"
        "try:\n    Postgres(Path(sys.argv[1]), Path(sys.argv[2])).start()\nexcept StopError as error:\n    print(error)"
    )
    paths = [str(tmp_path / "data"), str(tmp_path / "log")]
    said = subprocess.run([*STRIPPED, sys.executable, "-c", script, *paths], capture_output=True, text=True, check=True)
    assert said.stdout == (
        "PostgreSQL refuses to run as root, and this root may not start it as the account nobody "
        "(CAP_CHOWN, CAP_SETGID, CAP_SETUID missing). "
        "Run it as an ordinary user, or set TRIALWIRE_STORE__URL to your own database.\n"
    )


def test_an_account_that_does_not_exist_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(unprivileged, "missing_capabilities", list)
    monkeypatch.setattr(unprivileged, "ACCOUNT", "no-such-account")
    with pytest.raises(StopError, match="there is no account no-such-account"):
        unprivileged.account()


def test_an_ordinary_user_runs_the_server_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    assert unprivileged.account() is None
