"""Runs HAPI's FHIR validator offline as a child process: one resource per line in, its findings per line out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.stack import jars, java
from trialwire.stack.fhir_server import definitions_zip
from trialwire.stack.line_process import LineProcess

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

JVM_OPTIONS = ("-Xmx3g", "-XX:+UseParallelGC", "-Djava.awt.headless=true", "-Dhapi.logging.suppress=true")


def validator(version: str, folders: Sequence[Path], log: Path) -> LineProcess:
    """The validator of one FHIR version, with the definitions of the specification and those (JSON) in `folders`.

    Its answers are {"findings": [{"severity", "id", "path", "message"}]}. Fetches and compiles missing files.
    """
    libraries = jars.fetch("validator")
    classes = java.compiled(["Validator.java", "Definitions.java"], libraries)
    definitions = str(definitions_zip(libraries)) if version == "R5" else "-"
    command = java.command(
        "Validator",
        jars.class_path([classes, *libraries]),
        version,
        definitions,
        *map(str, folders),
        options=JVM_OPTIONS,
    )
    return LineProcess(f"The HAPI validator of {version}", command, log)
