"""Runs HAPI FHIR on this machine: R4 and R5 in one process on 127.0.0.1, each with its own H2 database file."""

from __future__ import annotations

import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import orjson

from trialwire.schemas.fhir.versions import FHIR_VERSIONS
from trialwire.schemas.whole_file import whole_file
from trialwire.stack import jars, java
from trialwire.stack.class_archive import ClassSharing
from trialwire.stack.port import HOST, ask
from trialwire.stack.process import Process

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import IO

    from trialwire.schemas.event import FhirVersion

# With less than 2 GB of heap the throughput of two FHIR versions is three to ten times lower.
JVM_OPTIONS = ("-Xms512m", "-Xmx2g", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Djava.awt.headless=true",
               "-Dhapi.logging.suppress=true")  # fmt: skip
CURE = "It needs about 2.5 GB of free memory and its port. Read the rest of the log."
DEFINITIONS_FORMAT = 2  # the version of the zip below: a new number makes a new zip
DEFINITION_TYPES = ("CodeSystem", "SearchParameter", "StructureDefinition", "ValueSet")


@dataclass
class FhirServer:
    """One HAPI FHIR server, with its databases in a folder. An acknowledged transaction survives `kill -9`."""

    data: Path
    log: Path
    port: int
    fetching: jars.Progress = jars.silent
    name: str = "HAPI FHIR"

    @property
    def base_urls(self) -> dict[FhirVersion, str]:
        """The FHIR base address of each FHIR version."""
        return {version: f"http://{HOST}:{self.port}/fhir/{version.lower()}" for version in FHIR_VERSIONS}

    def start(self) -> None:
        """Download and compile missing files, start the server, and wait until both versions answer a search.

        Raises StopError or RetryLaterError. The message has the cause and what to correct.
        """
        libraries = jars.fetch("fhir_server", progress=self.fetching)
        main = java.compiled(["FhirServer.java", "Definitions.java"], libraries)
        definitions = definitions_zip(libraries)
        class_path = jars.class_path([main, *libraries])
        self.sharing = ClassSharing("fhir-server", class_path)
        self.data.mkdir(parents=True, exist_ok=True)
        # Without WRITE_DELAY=0 a kill loses the last acknowledged transaction.
        databases = [
            f"jdbc:h2:file:{self.data.absolute() / version.lower()};WRITE_DELAY=0" for version in FHIR_VERSIONS
        ]
        self.process = Process(
            name=self.name,
            command=java.command(
                "FhirServer", class_path, str(self.port), *databases, str(definitions),
                options=[*JVM_OPTIONS, *self.sharing.options()],
            ),
            log=self.log,
            answers=lambda: all(answers(self.port, version) for version in FHIR_VERSIONS),
            cure=CURE,
            ready_seconds=600,  # under a minute on two quiet cores
            stop_seconds=40,
        )  # fmt: skip
        self.process.bring_up()

    def failure(self) -> str | None:
        """Return the error message if the server has ended by itself; None while it runs."""
        return self.process.failure()

    def stop(self) -> None:
        """Stop the server. Acknowledged transactions stay in its databases."""
        self.sharing.keep(clean=self.process.stop())


def answers(port: int, version: str) -> bool:
    """Return whether the server answers a search in this FHIR version. Raises OSError if it does not answer at all.

    The server's start page is not used, because it answers before a search does.
    """
    return ask(port, f"/fhir/{version.lower()}/ResearchStudy?_count=0")[0] == 200


def definitions_zip(libraries: list[Path]) -> Path:
    """Return the path of a cached zip file with the R5 definitions of the server's jars, one entry per definition.

    The server reads single definitions from this file. The name of an entry is TYPE/NUMBER.json; the comment of the
    entry is the canonical URL of the definition. If two definitions have the same URL, the definition in the later
    package is used, as in HAPI. At its start the server reads all types. Profiles and extensions are in a separate
    folder, Profile/, so that this request skips them. Narratives (the element `text`) are left out.
    """
    [jar] = [path for path in libraries if path.name.startswith("hapi-fhir-validation-resources-r5-")]
    made = jars.cache_folder() / "definitions" / f"{jar.stem}-{DEFINITIONS_FORMAT}.zip"
    if made.is_file():
        return made
    found: dict[tuple[str, str], bytes] = {}
    with zipfile.ZipFile(jar) as packages:
        for name in packages.namelist():
            if name.endswith(".tgz"):
                with packages.open(name) as package:
                    found.update(_definitions(package))
    with (
        whole_file(made, mode=0o644) as unfinished,
        zipfile.ZipFile(unfinished, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as definitions,
    ):
        for number, ((kind, address), content) in enumerate(found.items()):
            entry = zipfile.ZipInfo(f"{kind}/{number}.json")
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.comment = address.encode()
            definitions.writestr(entry, content)
    return made


def _definitions(package: IO[bytes]) -> Iterator[tuple[tuple[str, str], bytes]]:
    """Yield ((folder in the zip, canonical URL), JSON) of every definition in a FHIR npm package."""
    with tarfile.open(fileobj=package, mode="r|gz") as files:
        for member in files:
            folder, _, name = member.name.partition("/")
            kind = name.partition("-")[0]
            wanted = folder == "package" and kind in DEFINITION_TYPES and name.endswith(".json")
            if wanted and (file := files.extractfile(member)):
                definition = orjson.loads(file.read())
                definition.pop("text", None)
                shelf = "Profile" if definition.get("derivation") == "constraint" else kind
                yield (shelf, definition["url"]), orjson.dumps(definition)
