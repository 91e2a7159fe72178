"""docker-compose.yml and the Dockerfile name only what exists. No container engine is asked: none is to be had in tests."""

from __future__ import annotations

import importlib.metadata
import json
import re
from importlib import resources
from pathlib import Path
from typing import Any

import jsonschema
import pytest
import yaml
from airflow.configuration import conf
from typer.main import get_command

from tests.kit.checkout import CHECKOUT
from trialwire.pipeline import settings
from trialwire.pipeline.commands import cli

TEXT = (CHECKOUT / "docker-compose.yml").read_text(encoding="utf-8")
DOCKERFILE = (CHECKOUT / "Dockerfile").read_text(encoding="utf-8")
COMPOSE: dict[str, Any] = yaml.safe_load(TEXT)
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
OURS = {name for name, service in SERVICES.items() if service["image"].startswith("trialwire:")}
PAGE = (CHECKOUT / "docs" / "stack-containers.md").read_text(encoding="utf-8")


def option(environment_name: str) -> tuple[str, str]:
    section, _, key = environment_name.removeprefix("AIRFLOW__").partition("__")
    return section.lower(), key.lower()


def test_the_file_is_valid_by_the_compose_specification() -> None:
    schema = json.loads(
        resources.files("check_jsonschema").joinpath("builtin_schemas/vendor/compose-spec.json").read_text()
    )
    jsonschema.Draft7Validator(schema).validate(COMPOSE)


def test_every_port_is_bound_to_this_machine_alone() -> None:
    ports = [port for service in SERVICES.values() for port in service.get("ports", ())]
    assert len(ports) == 5
    assert all(port.startswith("127.0.0.1:") for port in ports)


def test_every_image_is_pinned_by_version_and_ours_by_the_projects() -> None:
    for service in SERVICES.values():
        assert re.fullmatch(r"[\w./-]+:v?\d+\.\d[\w.-]*", service["image"])
    assert {SERVICES[name]["image"] for name in OURS} == {f"trialwire:{importlib.metadata.version('trialwire')}"}
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.MULTILINE)) == {"python:3.12.12-slim-bookworm"}


def test_kafka_is_the_version_that_the_local_stack_runs() -> None:
    locked = (CHECKOUT / "stack" / "kafka.lock").read_text(encoding="utf-8")
    version = SERVICES["kafka"]["image"].partition(":")[2]
    assert re.search(rf"kafka_2\.13\W[^\n]*\W{re.escape(version)}\W|kafka_2\.13[^\[]*{re.escape(version)}", locked)


def test_every_trialwire_setting_exists_and_the_settings_can_be_used(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    known = {name for name, _, _ in settings.described()}
    monkeypatch.chdir(tmp_path)
    for name in known:
        monkeypatch.delenv(name, raising=False)
    for service in OURS:
        given = {
            name: value for name, value in SERVICES[service]["environment"].items() if name.startswith("TRIALWIRE_")
        }
        assert set(given) <= known
        for name, value in given.items():
            monkeypatch.setenv(name, value.replace("${TRIAL_STACK_SECRET}", "secret"))
        assert settings.load().kafka.bootstrap_servers == "kafka:19092"


def test_every_airflow_option_exists() -> None:
    named = {name for service in OURS for name in SERVICES[service]["environment"] if name.startswith("AIRFLOW__")}
    named |= set(re.findall(r"AIRFLOW__\w+", DOCKERFILE))
    assert len(named) > 12
    for name in named:
        section, key = option(name)
        assert key in conf.configuration_description[section]["options"], name


def test_every_command_of_ours_exists_with_its_options() -> None:
    from airflow.cli.cli_parser import get_parser

    trialwire = get_command(cli.app)
    for service in OURS:
        words = SERVICES[service]["command"]
        if words[:2] == ["sh", "-c"]:
            (words,) = (found.split() for found in re.findall(r"trialwire [\w -]+", words[2]))
        if words[0] == "airflow":
            assert get_parser().parse_args(words[1:])
        else:
            assert words[0] == "trialwire"
            with trialwire.make_context("trialwire", words[1:]) as context:
                name, command, rest = trialwire.resolve_command(context, [*context._protected_args, *context.args])
                assert command.make_context(name, rest, parent=context)


def test_every_health_check_of_airflows_jobs_parses() -> None:
    from airflow.cli.cli_parser import get_parser

    checks = re.findall(r"'airflow (jobs check [^']+)'", TEXT)
    assert len(checks) == 2
    for check in checks:
        assert get_parser().parse_args(check.replace('"', "").split())


def test_every_service_that_stays_is_checked_but_those_that_say_why_not() -> None:
    unchecked = {name for name, service in SERVICES.items() if "healthcheck" not in service}
    assert unchecked == {"fhir-r4", "fhir-r5", "ready", "airflow-init", "publish"}
    assert "no shell" in TEXT


def test_every_service_waits_for_what_it_needs_and_a_check_is_there_to_wait_for() -> None:
    for name, service in SERVICES.items():
        for other, how in service.get("depends_on", {}).items():
            assert other in SERVICES
            needs_check = how["condition"] == "service_healthy"
            assert not needs_check or "healthcheck" in SERVICES[other], f"{name} waits for {other}, which has no check"
            ends = how["condition"] == "service_completed_successfully"
            assert not ends or SERVICES[other]["restart"] == "no"


def test_every_host_that_is_named_is_a_service_on_a_port_it_has() -> None:
    ports = {
        "postgres": {"5432"},
        "kafka": {"19092", "9093"},
        "fhir-r4": {"8080"},
        "fhir-r5": {"8080"},
        "airflow-api-server": {"8080"},
    }
    named = re.findall(r"(?:@|//)([a-z][a-z0-9-]*):(\d+)", TEXT)
    assert len(named) >= 9
    for host, port in named:
        assert port in ports[host], f"{host}:{port}"
    listeners = re.findall(r":(\d+)", SERVICES["kafka"]["environment"]["KAFKA_LISTENERS"])
    assert set(listeners) == {"19092", "9092", "9093"}


def test_every_database_that_is_named_is_made() -> None:
    made = {SERVICES["postgres"]["environment"]["POSTGRES_DB"]}
    made |= set(re.findall(r"CREATE DATABASE (\w+);", COMPOSE["configs"]["databases"]["content"]))
    assert set(re.findall(r"postgres:5432/(\w+)", TEXT)) == made


def test_every_variable_is_explained_on_the_page_and_every_one_there_is_used() -> None:
    used = set(re.findall(r"\$\{(\w+)", TEXT))
    assert used == {
        name for name in re.findall(r"`?\b((?:[A-Z][A-Z0-9]*_)+[A-Z0-9]+)\b", PAGE) if not name.endswith("_URL")
    }
    for name, port in re.findall(r"\$\{(\w+_PORT):-(\d+)\}", TEXT):
        assert re.search(rf"127\.0\.0\.1:{port}\S* \| `{name}`", PAGE)


def test_every_volume_and_config_that_is_mounted_is_declared_and_every_folder_exists() -> None:
    for service in SERVICES.values():
        for mount in service.get("volumes", ()):
            source = re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", mount).split(":")[0]
            assert (CHECKOUT / source).is_dir() if source.startswith(".") else source in COMPOSE["volumes"]
        for config in service.get("configs", ()):
            assert config["source"] in COMPOSE["configs"]


def test_the_dockerfile_copies_what_exists_and_every_package_of_the_project() -> None:
    copied = [
        word for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE) for word in line.split()[:-1]
    ]
    assert all((CHECKOUT / source).exists() for source in copied)
    packages = {path.parent.name for path in CHECKOUT.glob("*/__init__.py")} - {"tests", "benchmarks"}
    assert packages <= set(copied)


def test_the_build_is_sent_what_the_dockerfile_copies_and_nothing_else() -> None:
    allowed = {line[1:] for line in (CHECKOUT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        word for line in re.findall(r"^COPY (?!--from)(.+)$", DOCKERFILE, re.MULTILINE) for word in line.split()[:-1]
    }
    assert {source.split("/")[0] for source in copied} == allowed - {"Dockerfile"}
    assert (CHECKOUT / ".dockerignore").read_text().startswith("*\n")


def test_nothing_runs_as_root_and_no_secret_is_written_down() -> None:
    assert re.findall(r"^USER (\S+)", DOCKERFILE, re.MULTILINE) == ["trialwire"]
    assert all("no-new-privileges:true" in SERVICES[name]["security_opt"] for name in OURS)
    secrets = re.findall(r"^ +\S*(?:PASSWORD|SECRET|FERNET|password)\w*: *(\S.*)$", TEXT, re.MULTILINE)
    assert set(secrets) == {"${TRIAL_STACK_SECRET}", "/opt/airflow/passwords.json"}
    addresses = re.findall(r"//\w+:([^@\s]+)@", re.sub(r":\?[^}]*}", "}", TEXT))
    assert addresses == ["${TRIAL_STACK_SECRET}"] * 2
