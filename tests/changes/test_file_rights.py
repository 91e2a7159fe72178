"""A store in a file is for its user alone, and one that may not be written can still be read."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.changes.kit.records import put, study
from trialwire.changes import database
from trialwire.changes.store import Store
from trialwire.schemas.errors import SettingError


def test_a_new_store_and_its_companions_are_for_their_user_alone(tmp_path: Path) -> None:
    with Store.open(f"sqlite:///{tmp_path}/store.db") as store:
        store.migrate()
        put(store, study())
        modes = {place.name: place.stat().st_mode & 0o777 for place in tmp_path.iterdir()}
    assert modes == dict.fromkeys(modes, 0o600)
    assert "store.db-wal" in modes


def test_a_store_that_every_user_could_read_is_closed_to_them(sqlite_url: str) -> None:
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    path.chmod(0o664)
    with Store.open(sqlite_url):
        assert path.stat().st_mode & 0o777 == 0o660


def test_a_store_on_a_disk_that_is_mounted_for_reading_is_read(
    sqlite_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store.open(sqlite_url) as store:
        put(store, study())
    path = Path(sqlite_url.removeprefix("sqlite:///"))
    monkeypatch.setattr(database.os, "access", lambda _, how: how == os.R_OK)  # as on such a disk, for root too
    before = {place.name: place.read_bytes() for place in path.parent.iterdir()}
    with Store.open(sqlite_url) as store:
        store.migrate()
        assert [one.sequence for one in store.history.versions("NCT99990001")] == [1]
        with pytest.raises(SettingError, match="may not be written"):
            put(store, study(2))
    assert {place.name: place.read_bytes() for place in path.parent.iterdir()} == before
