"""The migrations make what the tables say, once, whoever comes first."""

from __future__ import annotations

import sqlite3
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from threading import Timer
from typing import TYPE_CHECKING

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, text

from tests.changes.kit.records import checked, put, raw, study
from trialwire.changes import migration, tables
from trialwire.changes.store import Store
from trialwire.transforms.read.any_record import READING_VERSION

if TYPE_CHECKING:
    from pathlib import Path


def test_the_newest_revision_is_the_one_that_the_tables_name() -> None:
    config = Config()
    config.set_main_option("script_location", str(migration.__file__).replace("migration.py", "migrations"))
    assert ScriptDirectory.from_config(config).get_heads() == [tables.REVISION]


def test_a_migrated_store_has_the_tables_that_the_code_uses(store: Store, store_url: str) -> None:
    engine = create_engine(store_url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
    engine.dispose()


@pytest.mark.parametrize("times", [1, 2])
def test_a_store_is_made_where_none_was(tmp_path: Path, times: int) -> None:
    url = f"sqlite:///{tmp_path / 'new' / 'folder' / 'store.db'}"
    for _ in range(times):
        with Store.open(url) as store:
            store.migrate()
    with Store.open(url) as store:
        assert put(store, study()) == ["new"]


def test_a_store_of_the_first_schema_keeps_its_rows_and_reads_its_records_once_more(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    record = raw(study(), "a")
    with Store.open(url) as store:
        store.migrate()
        store.versions.write([checked(store, record)])
    engine = create_engine(url)
    with engine.begin() as connection:
        connection.execute(text("ALTER TABLE sighting DROP COLUMN reading_version"))
        connection.execute(text("UPDATE alembic_version SET version_num = '0001'"))
    engine.dispose()
    with Store.open(url) as store:
        store.migrate()
        assert store.sightings.familiar([record], READING_VERSION).seen == frozenset()
        assert store.versions.write([checked(store, record)]).unchanged == 1
        assert store.sightings.familiar([record], READING_VERSION).seen == {("a", record.digest)}


def test_a_new_store_waits_for_whoever_writes_in_its_file_already(tmp_path: Path) -> None:
    file = tmp_path / "store.db"
    with closing(sqlite3.connect(file, isolation_level=None, check_same_thread=False)) as other:
        other.execute("BEGIN IMMEDIATE")
        release = Timer(0.3, other.rollback)
        release.start()
        with Store.open(f"sqlite:///{file}") as store:
            store.migrate()
        release.join()
    assert file.read_bytes()[18:20] == b"\x02\x02"  # the file format's read and write version: 2 is WAL


def test_two_that_come_at_once_make_it_once(tmp_path: Path) -> None:
    _make_at_once(f"sqlite:///{tmp_path / 'store.db'}")


@pytest.mark.postgres
def test_two_that_come_at_once_make_it_once_on_postgresql(postgres_url: str) -> None:
    _make_at_once(postgres_url)


def _make_at_once(url: str) -> None:
    def make(_: int) -> None:
        with Store.open(url) as store:
            store.migrate()

    with ThreadPoolExecutor(3) as pool:
        list(pool.map(make, range(3)))
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.execute(text("SELECT version_num FROM alembic_version")).scalars().all() == [tables.REVISION]
    engine.dispose()
