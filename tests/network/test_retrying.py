"""Retries are logged and never printed, and a wait that a server asks for has a limit."""

from __future__ import annotations

import re
import subprocess
import sys
from typing import TYPE_CHECKING, Final

import pytest

from tests.kit.checkout import CHECKOUT
from trialwire.network import retrying

if TYPE_CHECKING:
    from pathlib import Path

ANSWERS: Final = """
import httpx
statuses = iter([503, 200])
transport = httpx.MockTransport(lambda request: httpx.Response(next(statuses), json={"resourceType": "Group"}))
"""
USERS: Final = {
    "registry": """
import respx
from trialwire.network.retrying import RetryPolicy
from trialwire.sources.registry_http import LIMITS, RegistryClient, ask
with respx.mock, RegistryClient("http://trials.example.org", {}, 30.0, LIMITS) as client:
    respx.get("http://trials.example.org/studies").mock(side_effect=[respx.MockResponse(503), respx.MockResponse(200)])
    ask(client, "studies", {}, RetryPolicy(2, 0.001, 0.01))
""",
    "FHIR server": f"""{ANSWERS}
from trialwire.delivery.fhir.client import FhirClient
from trialwire.delivery.fhir.settings import FhirSettings
from trialwire.network.retrying import RetryPolicy
settings = FhirSettings(base_url="http://fhir.example.org/fhir", fhir_version="R4")
with FhirClient(settings, transport=transport, retries=RetryPolicy(2, 0.001, 0.01)) as client:
    client.read("Group/x")
""",
    "store": """
import sqlite3, threading
from trialwire.changes.database import Database
other = sqlite3.connect("store.db", isolation_level=None, check_same_thread=False)
other.execute("PRAGMA journal_mode=DELETE")
other.execute("CREATE TABLE one (x)")
other.execute("BEGIN IMMEDIATE")
threading.Timer(0.3, lambda: other.execute("COMMIT")).start()
database = Database("sqlite:///store.db")
with database.reading():
    pass
database.close()
other.close()
""",
}


@pytest.mark.parametrize("user", USERS)
def test_a_retry_is_logged_to_standard_error_and_leaves_standard_output_empty(user: str, tmp_path: Path) -> None:
    program = f"import structlog\n{USERS[user]}"
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
    assert "stamina.retry_scheduled" in done.stderr


def test_stamina_is_imported_in_one_module() -> None:
    importing = [
        path.relative_to(CHECKOUT).as_posix()
        for path in CHECKOUT.glob("[!.]*/**/*.py")
        if re.search(r"^\s*(?:from|import) stamina\b", path.read_text(encoding="utf-8"), re.MULTILINE)
    ]
    assert [name for name in importing if not name.startswith(("tests/", "trialwire/"))] == ["network/retrying.py"]


@pytest.mark.parametrize(("asked", "wait"), [(None, True), (0.0, 0.0), (60.0, 60.0), (60.1, False)])
def test_a_server_is_waited_for_as_long_as_it_asks_and_the_policy_allows(
    asked: float | None, wait: bool | float
) -> None:
    found = retrying.retry_after(retrying.FHIR_SERVER, asked)
    assert (type(found), found) == (type(wait), wait)
