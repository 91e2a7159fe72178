"""Runs the FHIR validators (judges) on resources and returns their findings. A table lists the accepted errors.

| judge          | what it is                                                        | where it runs          |
|----------------|-------------------------------------------------------------------|------------------------|
| fhir.resources | the models of fhir.resources                                      | on every record        |
| own rules      | quality/: codes, units, references, invariants, extensions, …     | on every record        |
| json schema    | the JSON Schema of the specification                              | `make validate`, CI    |
| hapi           | HAPI's validator: bindings, invariants, extensions, profiles      | `make validate`, CI    |
| medplum        | Medplum's validator: invariants, types, profiles                  | `make validate`, CI    |
"""

from __future__ import annotations

import tempfile
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import orjson

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence
    from contextlib import AbstractContextManager

    from trialwire.schemas.event import FhirVersion
    from trialwire.stack.line_process import LineProcess

JudgeName = Literal["fhir.resources", "own rules", "json schema", "hapi", "medplum"]
ALWAYS: tuple[JudgeName, ...] = ("fhir.resources", "own rules")
SLOW: tuple[JudgeName, ...] = ("json schema", "hapi", "medplum")


@dataclass(frozen=True, slots=True)
class Opinion:
    """One finding of a judge (a FHIR validator) about a resource.

    `id`: the judge's own code for the kind of finding.
    """

    severity: str
    id: str
    path: str
    message: str

    @property
    def is_error(self) -> bool:
        """Whether this finding is an error, which makes the resource invalid."""
        return self.severity in {"error", "fatal"}


@dataclass(frozen=True, slots=True)
class Tolerated:
    """A kind of error that is accepted, with the reason. `path`: the element with the error, without indices."""

    judge: JudgeName
    id: str
    path: str
    reason: str


TOLERATED: tuple[Tolerated, ...] = (
    Tolerated(
        judge="hapi",
        id="Terminology_TX_Code_ValueSet_MISSING",
        path="ResearchStudy.status",
        reason="A required code may be absent with a data-absent-reason (FHIR R4, 2.4.0.3 and extension "
        "data-absent-reason): an unknown status is not guessed. For a server that requires a code there is the setting "
        "TRIALWIRE_FHIR__R4__UNKNOWN_STATUS.",
    ),
)
"""Errors that slow judges report wrongly. Every other error fails `make validate`."""


Judging = "Callable[[Iterable[bytes]], Iterator[list[Opinion]]]"


def tolerated(judge: JudgeName, opinion: Opinion) -> bool:
    """Return whether a judge's error is accepted, that is, listed in TOLERATED."""
    place = plain(opinion.path)
    return any(row.judge == judge and row.id == opinion.id and row.path == place for row in TOLERATED)


def plain(path: str) -> str:
    """Return a path without indices and URLs: ResearchStudy.extension[3].value → ResearchStudy.extension.value."""
    kept, depth = [], 0
    for character in path:
        if character == "[":
            depth += 1
        if depth == 0:
            kept.append(character)
        if character == "]":
            depth -= 1
    return "".join(kept)


@contextmanager
def slow(
    judge: JudgeName, version: FhirVersion, folders: Sequence[Path], log: Path
) -> Iterator[Callable[[Iterable[bytes]], Iterator[list[Opinion]]]]:
    """Start a slow judge for one FHIR version, and stop it at the end.

    Yields a function that takes resources as JSON lines and returns the findings for each resource. `folders`: folders
    with further definitions for the judge, such as the profiles of a national implementation guide.
    """
    if judge == "json schema":
        yield lambda resources: (_by_schema(resource, version) for resource in resources)
        return
    with tempfile.TemporaryDirectory() as name:
        _write_definitions(version, Path(name))
        with _child(judge, version, [Path(name), *folders], log) as child:
            yield lambda resources: (_opinions(answer) for answer in child.answers(resources))


def _child(
    judge: JudgeName, version: FhirVersion, folders: list[Path], log: Path
) -> AbstractContextManager[LineProcess]:
    from trialwire.stack.node_packages import medplum
    from trialwire.stack.validator import validator

    return medplum(version, folders, log) if judge == "medplum" else validator(version, folders, log)


def _write_definitions(version: FhirVersion, folder: Path) -> None:
    """Our own StructureDefinitions as files, for judges that read folders."""
    from trialwire.pipeline.validate.structure_definition import supplied

    for number, definition in enumerate(supplied(version)):
        (folder / f"StructureDefinition-{number}.json").write_bytes(orjson.dumps(definition))


def _by_schema(resource: bytes, version: FhirVersion) -> list[Opinion]:
    from trialwire.stack import json_schema

    try:
        parsed = orjson.loads(resource)
    except orjson.JSONDecodeError as error:
        return [Opinion("fatal", "json", "", str(error))]
    return [Opinion(**found) for found in json_schema.findings(parsed, version)]


def _opinions(answer: bytes) -> list[Opinion]:
    return [Opinion(**found) for found in orjson.loads(answer)["findings"]]
