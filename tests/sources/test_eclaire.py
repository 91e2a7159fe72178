"""ECLAIRE asked by its API, and its searchsets as files: one record per study, with what it refers to."""

from __future__ import annotations

import contextlib
import json
import threading
from datetime import date
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qs, urlsplit

import pytest

from trialwire.schemas.errors import ContractError, SettingError
from trialwire.schemas.record import RawRecord
from trialwire.schemas.source import Query
from trialwire.sources import eclaire, files

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def study(name: str) -> dict[str, Any]:
    return {
        "resourceType": "ResearchStudy",
        "id": name,
        "status": "active",
        "enrollment": [{"reference": f"Group/{name}-g"}],
    }


def searchset(*resources: dict[str, Any], following: str | None = None) -> dict[str, Any]:
    link = [{"relation": "next", "url": following}] if following else []
    entries = [{"resource": one} for one in resources]
    return {"entry": entries, "link": link, "resourceType": "Bundle", "type": "searchset"}


def group(name: str) -> dict[str, Any]:
    return {"resourceType": "Group", "id": name, "type": "person", "actual": True}


@contextlib.contextmanager
def serving(pages: dict[str, tuple[int, Any]]) -> Iterator[tuple[str, list[dict[str, list[str]]]]]:
    asked: list[dict[str, list[str]]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            question = parse_qs(urlsplit(self.path).query)
            asked.append(question)
            status, page = pages[question.get("_getpagesoffset", ["0"])[0]]
            body = json.dumps(page).encode()
            self.send_response(status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/R4", asked
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_every_page_is_asked_and_each_study_comes_with_its_group() -> None:
    pages = {
        "0": (
            200,
            searchset(
                study("a"), group("a-g"), following="http://elsewhere.example/R4/ResearchStudy?_getpagesoffset=1"
            ),
        ),
        "1": (200, searchset(study("b"), group("b-g"))),
    }
    with serving(pages) as (base, asked):
        found = list(eclaire.records(Query(since=date(2099, 1, 2)), base_url=base))
    assert [record.origin.rsplit("/", 1)[-1] for record in found] == ["a", "b"]
    assert [one["resource"]["id"] for one in json.loads(found[1].content)["entry"]] == ["b", "b-g"]
    assert asked[0]["_lastUpdated"] == ["ge2099-01-02"]


def test_nothing_found_is_a_404_and_no_fault() -> None:
    with serving({"0": (404, {"resourceType": "OperationOutcome"})}) as (base, _):
        assert list(eclaire.records(Query(query="nothing"), base_url=base)) == []


def test_an_answer_that_is_no_searchset_is_told() -> None:
    with serving({"0": (200, {"hello": 1})}) as (base, _), pytest.raises(ContractError, match="ECLAIRE_URL"):
        list(eclaire.records(Query(query="x"), base_url=base))


def test_without_an_address_the_setting_is_named() -> None:
    with pytest.raises(SettingError, match="TRIALWIRE_INGEST__ECLAIRE_URL"):
        eclaire.records(Query(query="x"), base_url="")


def test_a_searchset_in_a_file_is_as_many_records_as_studies(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text(json.dumps(searchset(study("a"), study("b"), group("b-g"))))
    found = list(files.records([path]))
    assert [one.origin.partition("#")[2] for one in found] == ["ResearchStudy/a", "ResearchStudy/b"]
    assert isinstance(found[1], RawRecord)
    assert [one["resource"]["id"] for one in json.loads(found[1].content)["entry"]] == ["b", "b-g"]


def test_studies_without_an_id_or_with_the_same_one_are_all_read(tmp_path: Path) -> None:
    nameless = study("a")
    del nameless["id"]
    path = tmp_path / "export.json"
    path.write_text(json.dumps(searchset(study("a"), study("a") | {"title": "other"}, nameless)))
    found = list(files.records([path]))
    assert [one.origin.partition("#")[2] for one in found] == ["ResearchStudy/a", "entry[1]", "entry[2]"]


def test_a_searchset_that_has_more_pages_says_so(tmp_path: Path) -> None:
    path = tmp_path / "export.json"
    path.write_text(json.dumps(searchset(study("a"), following="https://eclaire.example.org/R4?page=2")))
    *records, more = files.records([path])
    assert (len(records), more.code) == (1, "more-pages")
