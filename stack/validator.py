"""Runs HAPI's FHIR validator offline as a child process.

Each line of input is one resource; each line of output has the findings of that resource.
"""

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
    """Return a process that runs the validator of one FHIR version. Missing files are downloaded first.

    Each input line is a resource. Each answer is {"findings": [{"severity", "id", "path", "message"}]}. The validator
    knows the definitions of the specification and the JSON definitions in `folders`.
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
