"""Measures how time grows with hostile input: each pattern from 10 kB to 10 MB, and whole records with very many parts.

`python -m benchmarks.hostile [LARGEST]`: the largest size in bytes (10,000,000). The last column is the time for the
largest size divided by the time for a tenth of it: about 10 for linear time, about 100 for quadratic time.
"""

from __future__ import annotations

import io
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from trialwire.schemas.contact_data import masked
from trialwire.schemas.errors import HoldError
from trialwire.schemas.record import RawRecord
from trialwire.sources import files
from trialwire.transforms.read import any_record, decoding

if TYPE_CHECKING:
    from collections.abc import Callable

SIZES = (10_000, 100_000, 1_000_000, 10_000_000)
MOST_SITES = 100_000
TEXTS: dict[str, Callable[[int], str]] = {
    "a word before an at": lambda size: "a" * size + " @",
    "many ats": lambda size: "a@" * (size // 2),
    "a domain without an end": lambda size: "x@a" + ".a" * (size // 2),
    "entities": lambda size: "&#64;" * (size // 5),
    "blanks after a word": lambda size: "+1 555 010 7788 tel" + " " * size + "x",
    "digits after a word": lambda size: "tel " + "1" * size + "x",
    "numbers behind plus": lambda size: "+123456789012345678901x " * (size // 24),
    "pairs of digits": lambda size: "01 23 45 67 8x " * (size // 15),
}


def _split(content: bytes) -> None:
    for _ in files._of_stream(io.BytesIO(content), "file", 50_000_000):  # noqa: SLF001
        pass


def _parsed(text: str) -> None:
    try:
        decoding.parsed(text)
    except HoldError:
        return


def _study(module: str, content: dict[str, Any]) -> bytes:
    named = {"nctId": "NCT99990001", "briefTitle": "A study of nothing"}
    return json.dumps({"protocolSection": {"identificationModule": named, module: content}}).encode()


def sites(number: int) -> bytes:
    """A record with this number of sites."""
    found = [{"facility": f"Clinic {one}", "city": "Exampleville", "country": "France"} for one in range(number)]
    return _study("contactsLocationsModule", {"locations": found})


def crossed(number: int) -> bytes:
    """A record with this number of arms, each with a fifth of this number of interventions."""
    names = [f"D{one}" for one in range(number // 5)]
    labels = [f"Arm {one}" for one in range(number)]
    arms = [{"label": label, "interventionNames": [f"DRUG: {name}" for name in names]} for label in labels]
    given = [{"type": "DRUG", "name": name, "armGroupLabels": labels} for name in names]
    return _study("armsInterventionsModule", {"armGroups": arms, "interventions": given})


def path(content: bytes) -> None:
    """Read a record, render it in both FHIR versions, and check them."""
    from trialwire.pipeline import rendering, settings
    from trialwire.schemas.fhir.versions import FHIR_VERSIONS

    chosen = settings.Settings()
    trial = any_record.read(RawRecord("file", content)).trial
    rendering.checked(trial, {version: rendering.options(chosen, version) for version in FHIR_VERSIONS})


def _seconds(work: Callable[[], object]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def row(name: str, times: list[float], sizes: tuple[int, ...]) -> str:
    """One line of the table."""
    shown = "  ".join(f"{size:>10,}: {seconds:8.3f} s" for size, seconds in zip(sizes, times, strict=False))
    growth = times[-1] / max(times[-2], 0.001) if len(times) > 1 else 0.0
    return f"{name:28} {shown}  growth {growth:5.1f}"


def main() -> None:
    """Print the table."""
    largest = int(sys.argv[1].replace(",", "")) if len(sys.argv) > 1 else SIZES[-1]
    sizes = tuple(size for size in SIZES if size <= largest)
    works: dict[str, tuple[Callable[[int], Any], Callable[[Any], object]]] = {
        name: (make, masked) for name, make in TEXTS.items()
    }
    works["doubled keys"] = (lambda size: "{" + ",".join(f'"k{one % 9}":1' for one in range(size // 7)) + "}", _parsed)
    works["small elements"] = (lambda size: b"[" + b"1," * (size // 2) + b"1]", _split)
    works["brackets"] = (lambda size: b"[" * size, _split)
    works["a text without an end"] = (lambda size: b'["' + b"a" * size, _split)
    for name, (make, work) in works.items():
        given = [make(size) for size in sizes]
        print(row(name, [_seconds(lambda one=one, work=work: work(one)) for one in given], sizes), flush=True)
    path(sites(1))  # warm up: fhir.resources builds its models once
    for name, make, numbers in (("sites", sites, (1_000, 10_000, MOST_SITES)), ("arms", crossed, (10, 100, 1_000))):
        given = [make(number) for number in numbers]
        print(row(name, [_seconds(lambda one=one: path(one)) for one in given], numbers), flush=True)


if __name__ == "__main__":
    main()
