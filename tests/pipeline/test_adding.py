"""docs/adding.md as a package beside Trialwire: its source is asked, its destination gets the changes, nothing is forked.

Everything runs in processes of its own, because entry points are read once per process.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.kit.checkout import DOCS

TRIALWIRE = Path(sys.executable).with_name("trialwire")
PAGE = (DOCS / "adding.md").read_text("utf-8")
FILES = dict(re.findall(r'^```\w+ title="([^"]+)"\n(.*?)^```$', PAGE, re.MULTILINE | re.DOTALL))
RECORDS = (
    {"number": "TOY-0001", "title": "A study of placebin", "state": "open"},
    {"number": "TOY-0002", "title": "A study of placebin and rest", "state": "paused"},
    {"number": "TOY-0003", "title": "A study of rest", "state": "closed"},
)


class Site:
    """A folder with an installed package, and an environment that knows of it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.packages = folder, folder / "packages"
        self.packages.mkdir()
        inherited = {name: value for name, value in os.environ.items() if not name.startswith(("TRIALWIRE_", "TOY_"))}
        self.environment = inherited | {
            "PYTHONPATH": str(self.packages),
            "TRIALWIRE_STORE__URL": f"sqlite:///{folder}/store.db",
            "AIRFLOW_HOME": str(folder / "airflow"),
        }

    def install(self, name: str, points: dict[str, dict[str, str]], files: dict[str, str]) -> None:
        """What an installer makes of a package: its modules, its name and its entry points."""
        about = self.packages / f"{name.replace('-', '_')}-1.0.dist-info"
        about.mkdir()
        (about / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n")
        lines = [
            f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in of.items()) for group, of in points.items()
        ]
        (about / "entry_points.txt").write_text("\n".join(lines))
        for file, content in files.items():
            (self.packages / file).write_text(content, "utf-8")

    def python(self, code: str) -> Any:
        """What the code writes as JSON."""
        done = self._run(sys.executable, "-c", code)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    def trialwire(self, *arguments: str, code: int = 0) -> Any:
        """The JSON document of a command, or its message where it fails."""
        done = self._run(str(TRIALWIRE), *arguments)
        assert done.returncode == code, done.stderr
        return done.stderr if code else json.loads(done.stdout)

    def _run(self, *command: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command, cwd=self.folder, env=self.environment, capture_output=True, text=True, check=False, timeout=120
        )


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def toy(site: Site) -> Site:
    """The package of the page, with its registry and its ledger set."""
    points = tomllib.loads(FILES["pyproject.toml"])["project"]["entry-points"]
    modules = {name: content for name, content in FILES.items() if name.endswith(".py")}
    site.install("trialwire-toy", points, modules)
    (site.folder / "registry.jsonl").write_text("".join(json.dumps(one) + "\n" for one in RECORDS), "utf-8")
    site.environment |= {
        "TOY_REGISTRY": str(site.folder / "registry.jsonl"),
        "TOY_LEDGER": str(site.folder / "ledger.jsonl"),
    }
    return site


def ledger(site: Site) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (site.folder / "ledger.jsonl").read_text("utf-8").splitlines()]


def test_a_source_and_a_destination_from_outside_carry_a_record_from_one_to_the_other(toy: Site) -> None:
    summary = toy.trialwire("ingest", "--source", "toy", "--query", "placebin", "--json")
    assert (summary["read"], summary["new"], summary["held"]) == (2, 1, 1)
    [held] = toy.trialwire("held", "list", "--json")
    assert held["origin"] == "toy.example.org/TOY-0002"
    assert "'paused' is not one of the toy registry's" in held["reasons"][0]["message"]

    bundle = toy.trialwire("show", "TOY-0001", "--fhir", "R5")
    [study] = [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == "ResearchStudy"]
    assert study["identifier"][0]["assigner"] == {"display": "Toy Registry"}
    stored = (
        "import json; from trialwire.pipeline import open_store, settings\n"
        "with open_store.opened(settings.load()) as store:\n"
        "    print(json.dumps([row.change.source for row in store.outbox.latest_per_trial()]))"
    )
    assert toy.python(stored) == ["toy"]

    assert toy.trialwire("publish", "--json")["ledger"] == {"published": 1}
    assert [line["trial"] for line in ledger(toy)] == ["TOY-0001"]
    assert toy.trialwire("publish", "--json")["ledger"] == {"published": 0}


def test_doctor_shows_a_destination_from_outside_and_where_its_cursor_stands(toy: Site) -> None:
    toy.trialwire("ingest", "--source", "toy", "--query", "A study of rest", "--json")
    toy.trialwire("publish", "--json")
    steps = {(one["part"], one["step"]): one for one in toy.trialwire("doctor", "--json")["steps"]}
    assert steps["ledger", "folder"]["ok"]
    assert re.search(r"ledger@\S+: 0 to deliver, 0 parked", steps["store", "open, schema, outbox"]["detail"])
    again = toy.trialwire("replay", "--to", "ledger", "--json")
    assert (again["destination"].partition("@")[0], again["pending"]) == ("ledger", 1)
    toy.trialwire("publish", "--json")
    assert len({line["id"] for line in ledger(toy)}) == 1 < len(ledger(toy))


def test_a_source_from_outside_has_a_dag_with_its_schedule(toy: Site) -> None:
    code = (
        "import json; from trialwire.dags import ingest\n"
        "print(json.dumps([ingest.ingest_toy.dag_id, ingest.ingest_toy.schedule]))"
    )
    assert toy.python(code) == ["ingest_toy", "30 5 * * *"]


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("missing_module:ROW", "No module named 'missing_module'"),
        ("plain:TEXT", "is not a Source"),
        ("plain:SECOND", "gives the name 'eclaire' a second time"),
        ("plain:WRONG", "cannot be the name of a source"),
    ],
)
def test_an_entry_point_that_gives_no_usable_row_is_one_message_that_names_it(
    site: Site, value: str, said: str
) -> None:
    module = (
        "from trialwire.schemas.source import Source\n"
        "TEXT = 'no row'\nSECOND = Source('eclaire', 'again')\n"
        "def __getattr__(name):\n    if name == 'WRONG':\n        return Source('NOT GOOD', 'x')\n    raise AttributeError(name)\n"
    )
    site.install("broken-site", {"trialwire.sources": {"mine": value}}, {"plain.py": module})
    message = site.trialwire("ingest", "--source", "eclaire", "--query", "x", code=1)
    assert message.startswith("settings: ")
    [line] = message.splitlines()[1:]
    assert f"The entry point mine = {value} of broken-site in the group trialwire.sources" in line
    assert said in line
