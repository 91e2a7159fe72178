"""Prints the summary of the demo: records, held records, resources, events, found resources, times, next steps."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from trialwire.pipeline import console

TITLE_WIDTH = 13


def tell(document: dict[str, Any]) -> None:
    """Write the summary of a demo (its JSON document) to standard output, as text."""
    if not document["changed"] and not document["failed"]:
        console.stdout.print("\nNothing changed: every record is known, nothing was written, nothing was published.")
    for title, lines in _sections(document):
        for number, line in enumerate(lines):
            console.stdout.print(f"{title if number == 0 else '':<{TITLE_WIDTH}}{line}", markup=False)


def _sections(document: dict[str, Any]) -> list[tuple[str, list[str]]]:
    records = document["records"]
    read = f"{records['read']} read: " + ", ".join(
        f"{records[name]} {name}" for name in ("new", "changed", "unchanged", "held")
    )
    return [
        ("", [""]),
        ("Failed", document["failed"]),
        ("Missing", [" ".join(text.split("\n")[:1]) for text in document["missing"].values()]),
        ("Records", [read]),
        ("Held", [_held(record) for record in document["held_records"]]),
        ("Written", [f"{name}: {count} resources" for name, count in document["resources_written"].items()]),
        ("Published", [f"{topic}: {count} events" for topic, count in document["events_published"].items()]),
        ("Found again", [_found(version, rows) for version, rows in document["found_again"].items()]),
        ("Took", [", ".join(f"{name} {seconds:.0f} s" for name, seconds in document["seconds"].items())]),
        ("Next", _next_steps(document)),
    ]


def _held(record: dict[str, Any]) -> str:
    reasons = "; ".join(reason["message"] for reason in record["reasons"])
    return f"{record['id']} {Path(record['origin']).name}: {reasons}"


def _found(version: str, rows: dict[str, dict[str, int]]) -> str:
    counts = ", ".join(f"{row['found']} of {row['expected']} {kind}" for kind, row in rows.items())
    return f"{version}: {counts}"


def _next_steps(document: dict[str, Any]) -> list[str]:
    settings = os.path.relpath(document["next"]["settings"])
    return [
        "make up                 the same servers on the same state, with Airflow's page; then, in another terminal:",
        f". {settings}          the settings that name them",
        f".venv/bin/trialwire show {document['trial'] or 'NCT…'}, watch --from-start, held, doctor",
        f"logs are in {os.path.relpath(document['next']['logs'])}/",
    ]
