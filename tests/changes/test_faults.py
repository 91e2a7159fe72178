"""What cannot be used as a store is said in one sentence with its cure, and nothing is half written."""

from __future__ import annotations

import resource
import socket
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from tests.changes.kit.records import checked, put, raw, rows_in, study
from tests.kit.checkout import CHECKOUT
from trialwire.changes.database_faults import told
from trialwire.changes.store import Store
from trialwire.schemas.errors import RetryLaterError, SettingError, StopError, TrialwireError


def refused(url: str) -> TrialwireError:
    with pytest.raises(TrialwireError) as caught, Store.open(url) as store:
        read_all(store)
    assert "\n" not in str(caught.value)
    assert str(caught.value).endswith(".")
    return caught.value


def read_all(store: Store) -> None:
    store.migrate()
    list(store.outbox.latest_per_trial())


@pytest.mark.parametrize(
    "url", ["", "store.db", "mysql://root@localhost/x", "oracle://x", "sqlite://", "sqlite:///:memory:", "nonsense://"]
)
def test_an_address_of_something_else_is_refused_with_examples(url: str) -> None:
    error = refused(url)
    assert isinstance(error, SettingError)
    assert "sqlite:///path/of/file.db" in str(error)
    assert "TRIALWIRE_STORE__URL" in str(error)


@pytest.mark.parametrize("content", [b"this is no database, it is a text of some length" * 40, b"PK\x03\x04" * 500])
def test_a_file_that_is_no_database_is_left_as_it_is(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "store.db"
    path.write_bytes(content)
    error = refused(f"sqlite:///{path}")
    assert isinstance(error, StopError)
    assert "damaged or not a database" in str(error)
    assert path.read_bytes() == content


def test_a_store_that_was_damaged_is_said_to_be(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with Store.open(sqlite_url) as store:
        put(store, *(study(number) for number in range(1, 6)))
    content = bytearray(path.read_bytes())
    content[4096:] = b"\xa5" * (len(content) - 4096)
    path.write_bytes(content)
    error = refused(sqlite_url)
    assert isinstance(error, StopError)
    assert "Put a backup in its place" in str(error)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    error = refused(f"sqlite:///{tmp_path}/file/var/store.db")
    assert isinstance(error, SettingError)
    assert f"{tmp_path}/file/var" in str(error)


def test_a_folder_in_the_place_of_the_file_is_said(tmp_path: Path) -> None:
    error = refused(f"sqlite:///{tmp_path}")
    assert isinstance(error, SettingError)
    assert "cannot be opened" in str(error)


def test_a_store_of_a_newer_version_is_refused_untouched(sqlite_url: str) -> None:
    with Store.open(sqlite_url) as store, store._database.writing() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    error = refused(sqlite_url)
    assert isinstance(error, SettingError)
    assert "newer Trialwire" in str(error)
    assert "9999" in str(error)


def test_a_database_of_something_else_is_refused_untouched(tmp_path: Path) -> None:
    path = tmp_path / "other.db"
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE dag_run (id INTEGER)")
    error = refused(f"sqlite:///{path}")
    assert isinstance(error, SettingError)
    assert "dag_run" in str(error)
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_master").fetchall() == [("dag_run",)]


def test_a_postgresql_that_does_not_answer_is_tried_later_and_no_password_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    error = refused(f"postgresql://user:secret@127.0.0.1:{port}/trials")
    assert isinstance(error, RetryLaterError)
    assert "does not answer" in str(error)
    assert "secret" not in str(error)


@pytest.mark.postgres
def test_a_postgresql_database_that_does_not_exist_is_said(postgres_template: str) -> None:
    error = refused(postgres_template.replace("store_tests", "no_such_database"))
    assert isinstance(error, SettingError)
    assert "createdb" in str(error)


def test_row_29_a_store_that_another_process_locks_is_tried_later_and_nothing_is_half_written(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trialwire.changes.database.WAIT_SECONDS", 0.1)
    with Store.open(sqlite_url) as store:
        put(store, study(1))
        before = rows_in(store)
        with closing(sqlite3.connect(sqlite_url.removeprefix("sqlite:///"), isolation_level=None)) as other:
            other.execute("BEGIN EXCLUSIVE")
            with pytest.raises(RetryLaterError, match="locked by another process"):
                store.versions.write([checked(store, raw(study(2)))])
        assert rows_in(store) == before
        assert put(store, study(2)) == ["new"]


@pytest.mark.skipif(sys.platform != "linux", reason="a limit of file size stands for the full disk")
def test_row_29_a_full_disk_fails_the_write_and_nothing_is_half_written(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    with Store.open(sqlite_url) as store:
        put(store, study(1))
        before = rows_in(store)
    script = (
        "import sys\n"
        "from trialwire.changes.store import Store\n"
        "from trialwire.schemas.errors import TrialwireError\n"
        "from tests.changes.kit.records import checked, raw, study\n"
        "numbers = [2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 14, 15, 16]\n"
        "with Store.open(sys.argv[1]) as store:\n"
        "    try:\n"
        "        store.versions.write([checked(store, raw(study(number))) for number in numbers])\n"
        "    except TrialwireError as error:\n"
        "        print(type(error).__name__, error)\n"
    )
    limit = path.stat().st_size + 8192

    def full() -> None:
        import signal

        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        [sys.executable, "-c", script, sqlite_url],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        preexec_fn=full,
        check=False,
    )
    assert done.stdout.startswith("RetryLaterError The store sqlite:"), done.stdout + done.stderr
    assert "make room" in done.stdout
    with Store.open(sqlite_url) as store:
        assert rows_in(store) == before
        assert put(store, study(2)) == ["new"]


@pytest.mark.postgres
def test_a_postgresql_that_dies_in_the_middle_keeps_nothing_of_the_batch(
    postgres_template: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from trialwire.changes.log_writer import LogWriter

    flush = LogWriter.flush
    administrator = create_engine(postgres_template)

    def cut(log: LogWriter) -> None:
        flush(log)
        backend = log._connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
        with administrator.begin() as connection:
            connection.exec_driver_sql(f"SELECT pg_terminate_backend({backend})")

    with Store.open(postgres_template) as store:
        before = rows_in(store)
        monkeypatch.setattr(LogWriter, "flush", cut)
        with pytest.raises(RetryLaterError, match="does not answer"):
            store.versions.write([checked(store, raw(study(4)))])
        monkeypatch.undo()
        assert rows_in(store) == before
    administrator.dispose()


def test_a_fault_that_is_in_no_row_is_not_hidden() -> None:
    with pytest.raises(sqlite3.IntegrityError), told("sqlite:///x"):
        raise sqlite3.IntegrityError("UNIQUE constraint failed")


def test_what_was_acknowledged_survives_a_power_cut(sqlite_url: str) -> None:
    with Store.open(sqlite_url) as store, store._database.reading() as connection:
        settings = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert settings == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30000}
