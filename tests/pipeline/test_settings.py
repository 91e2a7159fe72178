"""Settings: where each comes from, every fault at once, and no secret in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from trialwire.pipeline import settings
from trialwire.schemas.errors import SettingError


@pytest.fixture(autouse=True)
def clean(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    for name, _, _ in settings.described():
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def faults(**overrides: object) -> str:
    with pytest.raises(SettingError) as caught:
        settings.load(overrides)
    assert caught.value.exit_code == 2
    return str(caught.value)


def test_without_anything_the_embedded_store_is_used_and_nothing_leaves_the_machine() -> None:
    chosen = settings.load()
    assert chosen.store.url == "sqlite:///var/trialwire.db"
    assert chosen.contacts == "exclude"
    assert (chosen.kafka.bootstrap_servers, chosen.fhir.r4.base_url, chosen.fhir.r5.base_url, chosen.folder.path) == (
        None,
    ) * 4


def test_the_caller_comes_before_the_environment_and_that_before_the_file(
    monkeypatch: pytest.MonkeyPatch, clean: Path
) -> None:
    clean.joinpath("trialwire.toml").write_text(
        'contacts = "include"\nprofile = "eclaire"\n[kafka]\nbootstrap_servers = "file:9092"\ntopic_prefix = "file."\n'
    )
    monkeypatch.setenv("TRIALWIRE_PROFILE", "base")
    monkeypatch.setenv("TRIALWIRE_KAFKA__BOOTSTRAP_SERVERS", "environment:9092")
    chosen = settings.load({"kafka": {"bootstrap_servers": "caller:9092"}})
    assert (chosen.contacts, chosen.profile) == ("include", "base")
    assert (chosen.kafka.bootstrap_servers, chosen.kafka.topic_prefix) == ("caller:9092", "file.")
    origins = {name: origin for name, _, origin in settings.rows(settings.load())}
    assert origins["TRIALWIRE_CONTACTS"] == "trialwire.toml"
    assert origins["TRIALWIRE_KAFKA__BOOTSTRAP_SERVERS"] == "environment"
    assert origins["TRIALWIRE_FHIR__R4__BASE_URL"] == "default"


def test_every_fault_is_told_at_once_by_the_name_to_set(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALWIRE_CONTACTS", "maybe")
    monkeypatch.setenv("TRIALWIRE_INGEST__BATCH_SIZE", "many")
    monkeypatch.setenv("TRIALWIRE_KAFKA__BOOTSTRAP", "host:9092")
    told = faults()
    for name in ("TRIALWIRE_CONTACTS", "TRIALWIRE_INGEST__BATCH_SIZE", "TRIALWIRE_KAFKA__BOOTSTRAP"):
        assert f"\n  {name}: " in told


@pytest.mark.parametrize("text", ["contacts = ", "\xff".encode("latin-1"), "typo = 1", "[kafka]\nboot = 1"])
def test_a_faulty_file_is_told_by_its_name(clean: Path, text: str | bytes) -> None:
    clean.joinpath("trialwire.toml").write_bytes(text if isinstance(text, bytes) else text.encode())
    assert "trialwire.toml" in faults()


def test_a_whole_level_in_one_variable_is_told_and_its_cure(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALWIRE_KAFKA", "localhost:9092")
    assert "TRIALWIRE_KAFKA__BOOTSTRAP_SERVERS" in faults()


def test_an_empty_variable_says_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALWIRE_KAFKA__BOOTSTRAP_SERVERS", "")
    monkeypatch.setenv("TRIALWIRE_INGEST__BATCH_SIZE", "")
    assert settings.load() == settings.Settings()
    assert settings.load().kafka.bootstrap_servers is None


def test_no_secret_is_in_the_printed_rows_or_in_a_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALWIRE_STORE__URL", "postgresql+psycopg2://trialwire:hunter2@db.example.org:5432/trials")
    monkeypatch.setenv("TRIALWIRE_KAFKA__SASL_PASSWORD", "hunter2")
    monkeypatch.setenv("TRIALWIRE_FHIR__R4__TOKEN", "hunter2")
    monkeypatch.setenv("TRIALWIRE_FHIR__R4__BASE_URL", "https://user:hunter2@fhir.example.org/r4")
    chosen = settings.load()
    assert "hunter2" not in str(settings.rows(chosen))
    assert "hunter2" not in repr(chosen).replace(chosen.store.url, "").replace(str(chosen.fhir.r4.base_url), "")
    told = faults(kafka={"sasl_password": ["hunter2"], "nonsense": 1})
    assert "hunter2" not in told


def test_a_misspelt_variable_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TRIALWIRE_KAFAK__BOOTSTRAP_SERVERS", "x")
    monkeypatch.setenv("TRIALWIRE_CACHE_DIR", "x")
    assert settings.unknown_variables() == ["TRIALWIRE_KAFAK__BOOTSTRAP_SERVERS"]


def test_every_setting_is_described_once_and_can_be_set_by_its_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    described = settings.described()
    assert len({name for name, _, _ in described}) == len(described)
    assert [name for name, _, _ in described] == [name for name, _, _ in settings.rows(settings.load())]
    for name, default, _ in described:
        if default:
            monkeypatch.setenv(name, default)
    assert settings.load() == settings.Settings()


def test_every_setting_says_what_it_is_for() -> None:
    assert [name for name, _, says in settings.described() if not says] == []
