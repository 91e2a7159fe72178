"""The judges of FHIR validity, side by side: what each says of a stream of resources, and what of it is tolerated.

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
    """One thing a judge says of a resource. `id` is the judge's own word for the kind of message."""

    severity: str
    id: str
    path: str
    message: str

    @property
    def is_error(self) -> bool:
        """Whether the judge calls the resource invalid for it."""
        return self.severity in {"error", "fatal"}


@dataclass(frozen=True, slots=True)
class Tolerated:
    """A kind of error that is not one, with the reason. `path` is the place, indices left out."""

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
        "data-absent-reason): a status nobody knows is not guessed. A server that insists is served by the setting "
        "TRIALWIRE_FHIR__R4__UNKNOWN_STATUS.",
    ),
)
"""What slow judges wrongly call an error. Anything else they call one fails `make validate`."""


Judging = "Callable[[Iterable[bytes]], Iterator[list[Opinion]]]"


def tolerated(judge: JudgeName, opinion: Opinion) -> bool:
    """Whether this error is in the table of tolerated ones."""
    place = plain(opinion.path)
    return any(row.judge == judge and row.id == opinion.id and row.path == place for row in TOLERATED)


def plain(path: str) -> str:
    """A path without indices and urls: ResearchStudy.extension[3].value -> ResearchStudy.extension.value."""
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
    """A slow judge of one FHIR version, started; it is asked with resources as JSON lines. Ended at the end.

    `folders` hold further definitions (a national guide's profiles) beside the specification's and our own.
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
