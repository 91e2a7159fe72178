"""The house stands as it is drawn: names of our own, imports one way, light DAG files, a true tree, a true lock."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import re
import subprocess
import sys
import tomllib
import zipfile
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tests.kit.checkout import CHECKOUT
from trialwire.pipeline import settings, settings_page

PROJECT: dict[str, Any] = tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))
TOOLS = PROJECT["tool"]
STAGES = {"changes", "delivery", "quality", "sources", "stack", "transforms"}
ROOMS = STAGES | {"dags", "network", "pipeline", "schemas"}
PACKAGE = CHECKOUT / "trialwire"
AT_ONE_LEVEL = 24
"""So many modules a room may hold at one level; more wants a folder."""


def files() -> list[Path]:
    """What belongs to the project: what git follows or would follow."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=CHECKOUT, capture_output=True, text=True, check=True,
    ).stdout.split("\0")  # fmt: skip
    return [path for name in listed if name and (path := CHECKOUT / name).is_file()]


def rooms() -> list[Path]:
    """The Python files of the rooms."""
    return [path for path in files() if path.suffix == ".py" and path.relative_to(CHECKOUT).parts[0] in ROOMS]


def test_no_other_installed_distribution_owns_our_one_name() -> None:
    assert set(importlib.metadata.packages_distributions().get("trialwire", ())) <= {"trialwire"}


def test_the_package_holds_a_link_to_each_room_and_nothing_else() -> None:
    links = {path.name: path.readlink().as_posix() for path in PACKAGE.iterdir() if path.is_symlink()}
    assert links == {name: f"../{name}" for name in ROOMS}
    assert {path.name for path in PACKAGE.iterdir()} - {"__pycache__"} == ROOMS | {"__init__.py"}


def test_what_is_imported_is_this_checkout() -> None:
    spec = importlib.util.find_spec("trialwire")
    assert spec is not None
    assert spec.origin is not None
    assert Path(spec.origin).parent == PACKAGE


def test_no_module_imports_a_room_by_its_bare_name() -> None:
    bare = re.compile(rf"^\s*(?:from|import) (?:{'|'.join(sorted(ROOMS))})\b", re.MULTILINE)
    named = {
        path.relative_to(CHECKOUT).as_posix(): found[0]
        for path in files()
        if path.suffix == ".py" and (found := bare.search(path.read_text(encoding="utf-8")))
    }
    assert named == {}


def test_no_room_is_a_drawer() -> None:
    levels = Counter(path.parent.relative_to(CHECKOUT).as_posix() for path in rooms() if path.stem != "__init__")
    assert {level: count for level, count in levels.items() if count > AT_ONE_LEVEL} == {}


def test_no_folder_shadows_a_package_and_none_is_a_drawer() -> None:
    names = {part for path in files() for part in path.relative_to(CHECKOUT).parent.parts}
    modules = {path.stem for path in files() if path.suffix == ".py"}
    top = {path.relative_to(CHECKOUT).parts[0] for path in files()}
    assert top.isdisjoint({"fhir", "kafka", "airflow", "config", "test", "tools", "examples"})
    assert (names | modules).isdisjoint({"utils", "util", "common", "helpers", "core", "base", "manager", "misc"})


def test_every_tool_knows_the_one_package_and_the_folders_that_exist() -> None:
    packages = {path.parent.name for path in CHECKOUT.glob("*/__init__.py")}
    assert packages - {"tests", "benchmarks", "trialwire"} == ROOMS
    assert TOOLS["hatch"]["build"]["targets"]["wheel"]["packages"] == ["trialwire"]
    assert TOOLS["importlinter"]["root_packages"] == ["trialwire"]
    assert TOOLS["mypy"]["packages"] == ["trialwire"]
    assert TOOLS["ruff"]["lint"]["isort"]["known-first-party"] == ["benchmarks", "tests", "trialwire"]


def test_the_layers_put_stages_side_by_side_and_everything_above_schemas() -> None:
    first, *inside = [one for one in TOOLS["importlinter"]["contracts"] if one["type"] == "layers"]
    dags, pipeline, stages, network, schemas = first["layers"]
    assert (dags, pipeline, network, schemas) == ("dags", "pipeline", "network", "schemas")
    assert set(stages.split(" | ")) == STAGES
    layered = {container for contract in inside for container in contract["containers"]}
    with_folders = {".".join(path.relative_to(CHECKOUT).parts[:-2]) for path in rooms() if path.stem == "__init__"}
    assert layered >= {f"trialwire.{room}" for room in ("delivery", "pipeline", "transforms")}
    assert layered <= {f"trialwire.{name}" for name in with_folders}


@pytest.mark.parametrize("container", ["trialwire.delivery", "trialwire.pipeline", "trialwire.transforms"])
def test_every_module_of_a_room_with_folders_has_its_layer(container: str) -> None:
    (contract,) = [one for one in TOOLS["importlinter"]["contracts"] if one.get("containers") == [container]]
    layered = {name for layer in contract["layers"] for name in re.split(r" [|:] ", layer)}
    room = CHECKOUT / container.removeprefix("trialwire.")
    there = {path.stem for path in room.iterdir() if path.suffix == ".py" or (path / "__init__.py").exists()}
    assert layered == there - {"__init__"}


def test_imports_run_one_way() -> None:
    program = Path(sys.executable).with_name("lint-imports")
    told = subprocess.run([program, "--no-cache"], cwd=CHECKOUT, capture_output=True, text=True, check=False)
    assert told.returncode == 0, told.stdout


def test_only_dags_imports_airflow() -> None:
    importing = {
        path.relative_to(CHECKOUT).parts[0]
        for path in files()
        if path.suffix == ".py"
        and re.search(r"^\s*(from|import) airflow\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert importing - {"tests"} == {"dags"}


def test_reading_the_dag_files_loads_no_heavy_library(tmp_path: Path) -> None:
    names = sorted(
        f"trialwire.dags.{path.stem}" for path in (CHECKOUT / "dags").glob("*.py") if path.stem != "__init__"
    )
    program = (
        f"import importlib, sys\nfor name in {names!r}: importlib.import_module(name)\n"
        "print([name for name in ('great_expectations', 'pandas', 'fhir.resources', 'kafka', 'lxml') if name in sys.modules])"
    )
    environment = {"AIRFLOW_HOME": str(tmp_path), "PATH": "", "AIRFLOW__CORE__LOAD_EXAMPLES": "False"}
    told = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert told.stdout.splitlines()[-1:] == ["[]"], told.stderr


def test_the_tree_in_the_readme_is_the_tree() -> None:
    readme = (CHECKOUT / "README.md").read_text(encoding="utf-8")
    tree = re.search(r"^## The folders\n+```\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    assert tree is not None
    drawn = set(re.findall(r"([\w-]+)/(?=\s)", tree[1]))
    there = {path.relative_to(CHECKOUT).parts[0] for path in files() if len(path.relative_to(CHECKOUT).parts) > 1}
    assert drawn == {name for name in there if not name.startswith(".")}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, made of this checkout."""
    folder = tmp_path_factory.mktemp("wheel")
    build(CHECKOUT, "wheel", folder)
    (wheel,) = folder.glob("trialwire-*.whl")
    return wheel


def build(source: Path, target: str, into: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "--target", target, "--directory", str(into)]
    subprocess.run(command, cwd=source, capture_output=True, check=True)


def test_the_wheel_holds_one_package_with_every_room_and_the_fictional_records(wheel: Path) -> None:
    names = set(zipfile.ZipFile(wheel).namelist())
    ours = {
        f"trialwire/{path.relative_to(CHECKOUT).as_posix()}"
        for path in files()
        if path.relative_to(CHECKOUT).parts[0] in ROOMS
    }
    assert ours - names == set()
    assert {name.split("/")[0] for name in names if ".dist-info/" not in name} == {"trialwire"}
    assert len({name for name in names if name.startswith("trialwire/sources/fictional/")}) == 19


def test_the_source_distribution_makes_the_same_wheel(wheel: Path, tmp_path: Path) -> None:
    build(CHECKOUT, "sdist", tmp_path)
    (archive,) = tmp_path.glob("trialwire-*.tar.gz")
    subprocess.run(["tar", "-xzf", archive, "-C", tmp_path], check=True)  # tarfile has no filters before Python 3.11.4
    build(tmp_path / archive.name.removesuffix(".tar.gz"), "wheel", tmp_path / "again")
    (again,) = (tmp_path / "again").glob("*.whl")
    assert again.read_bytes() == wheel.read_bytes()


def requirements() -> list[Requirement]:
    lists = [
        PROJECT["project"]["dependencies"],
        *PROJECT["project"]["optional-dependencies"].values(),
        *PROJECT["dependency-groups"].values(),
        PROJECT["build-system"]["requires"],
    ]
    return [Requirement(line) for lines in lists for line in lines]


def pins() -> dict[str, set[str]]:
    lock = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")
    found: dict[str, set[str]] = {}
    for name, version in re.findall(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)", lock, re.MULTILINE):
        found.setdefault(canonicalize_name(name), set()).add(version)
    return found


def test_the_lock_pins_what_the_project_asks_for() -> None:
    locked = pins()
    for wanted in requirements():
        versions = locked.get(canonicalize_name(wanted.name), set())
        assert versions, f"{wanted.name} is not in requirements.lock: run `make lock`"
        assert all(version in wanted.specifier for version in versions), (
            f"{wanted} is locked as {versions}: run `make lock`"
        )


def test_every_package_of_the_lock_has_its_hashes_and_no_host_is_named() -> None:
    lock = (CHECKOUT / "requirements.lock").read_text(encoding="utf-8")
    entries = re.split(r"^(?=[A-Za-z0-9])", lock, flags=re.MULTILINE)[1:]
    assert [entry.split()[0] for entry in entries if "--hash=sha256:" not in entry] == []
    assert "://" not in lock


def test_nothing_is_locked_that_nobody_asks_for() -> None:
    """By the metadata of what is installed, whatever its markers; a package of another platform has none to ask."""
    asked = {(canonicalize_name(one.name), frozenset(one.extras)) for one in requirements()}
    reached: set[tuple[str, frozenset[str]]] = set()
    while asked:
        name, extras = asked.pop()
        reached.add((name, extras))
        try:
            needs = map(Requirement, importlib.metadata.requires(name) or ())
        except importlib.metadata.PackageNotFoundError:
            continue
        for need in needs:
            by_extra = need.marker is not None and "extra" in str(need.marker)
            if not by_extra or any(need.marker is not None and need.marker.evaluate({"extra": one}) for one in extras):
                following = (canonicalize_name(need.name), frozenset(need.extras))
                asked |= {following} - reached
    assert set(pins()) - {name for name, _ in reached} == set()


# Each is written so that it does not find itself.
FOREIGN = (
    re.compile(r"/(?:[w]ork|[r]oot|[h]ome|[U]sers)/\w"),
    re.compile(r"/[t]mp/\w"),
    re.compile(r"pypi[.]org|python[h]osted|registry[.]npmjs|maven[.]org|repo[.]maven|maven[.]apache[.]org"),
)


@pytest.mark.parametrize("pattern", FOREIGN, ids=lambda pattern: pattern.pattern[:12])
def test_no_file_names_a_folder_of_some_machine_or_a_package_host(pattern: re.Pattern[str]) -> None:
    named = {}
    for path in files():
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        if found := pattern.search(text):
            named[path.relative_to(CHECKOUT).as_posix()] = found[0]
    assert named == {}


def test_a_folder_beside_the_checkout_is_named_by_this_project_s_own_checks_alone() -> None:
    beside = re.compile(r"[.][.]/[s]hared|[\"'][s]hared[\"'] */")
    readable = [path for path in files() if path.suffix in {"", ".md", ".py", ".sh", ".toml", ".yml"}]
    named = {path.relative_to(CHECKOUT).as_posix() for path in readable if beside.search(path.read_text("utf-8"))}
    assert named <= {".ci/run"}


def test_the_settings_page_is_made_of_the_settings() -> None:
    page = settings_page.PAGE.read_text(encoding="utf-8")
    assert settings_page.renewed(page) == page, "run `python -m trialwire.pipeline.settings_page`"


def test_every_variable_of_ours_that_is_read_is_a_setting_or_told_beside_them() -> None:
    told = {name for name, _, _ in settings.described()} | set(settings.OTHER_VARIABLES)
    read = {
        name
        for path in files()
        if path.suffix in {".py", ".sh"} and path.relative_to(CHECKOUT).parts[0] in ROOMS
        for name in re.findall(
            r"""(?:environ(?:\.get)?|getenv)[(\[]\s*["'](TRIALWIRE_\w+)""", path.read_text(encoding="utf-8")
        )
    }
    assert read - told == set()
    assert set(settings.OTHER_VARIABLES) - read == set()


def test_every_word_of_the_glossary_is_used_outside_it() -> None:
    glossary = CHECKOUT / "GLOSSARY.md"
    words = re.findall(r"^\| ([\w -]+) \|", glossary.read_text(encoding="utf-8"), re.MULTILINE)
    texts = " ".join(
        path.read_text(encoding="utf-8").casefold()
        for path in files()
        if path.suffix in {".py", ".md"} and path != glossary
    )
    plain = re.sub(r"[_\s]+", " ", texts)
    assert [word for word in words if not re.search(rf"\b{re.escape(word)}", plain)] == []


def test_every_link_of_our_pages_leads_somewhere() -> None:
    broken = {}
    for path in files():
        if path.suffix == ".md":
            text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
            for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", text):
                if "://" not in target and not target.startswith("mailto:") and not (path.parent / target).exists():
                    broken.setdefault(path.relative_to(CHECKOUT).as_posix(), []).append(target)
    assert broken == {}
