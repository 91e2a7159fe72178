"""Makes Java servers start faster with class-data sharing, a cache of loaded Java classes in a file (the archive).

A server writes the archive at its first clean stop, and later starts use the archive. This shortens the start of the
FHIR server by a quarter. If the archive cannot be used, Java starts without it.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from trialwire.schemas.whole_file import move_into_place
from trialwire.stack import jars, java

if TYPE_CHECKING:
    from pathlib import Path

MAKING_SECONDS = 60
QUIET = "-Xlog:disable", "-Xlog:all=error:stderr"


@dataclass(frozen=True)
class ClassSharing:
    """The archive of loaded classes of one Java main class, for one class path and one Java runtime."""

    name: str
    class_path: str

    def options(self) -> list[str]:
        """Return the Java options that use the archive, or, if it does not exist, that make Java write it.

        Java writes the archive when it ends. Returns an empty list if class-data sharing is not available.
        """
        base = self._base()
        if base is None:
            return []
        jars.used(base)
        if self._archive.exists():
            jars.used(self._archive)
            return [*QUIET, f"-XX:SharedArchiveFile={base}{os.pathsep}{self._archive}"]
        return [*QUIET, f"-XX:SharedArchiveFile={base}", f"-XX:ArchiveClassesAtExit={self._making}"]

    def keep(self, *, clean: bool) -> None:
        """Keep the archive that a server wrote at its stop if the stop was clean; else delete this incomplete archive.

        After a clean stop, archives that were not used for a week (of other jars, main classes or Java runtimes) are
        deleted.
        """
        if self._making.exists():
            if clean:
                move_into_place(self._making, self._archive)
                jars.sweep("sharing/*")
            else:
                self._making.unlink()

    @cached_property
    def _archive(self) -> Path:
        key = hashlib.sha256(f"{java.executable()}\n{self.class_path}".encode()).hexdigest()[:16]
        return jars.cache_folder() / "sharing" / f"{self.name}-{key}.jsa"

    @cached_property
    def _making(self) -> Path:
        return self._archive.with_suffix(f".{os.getpid()}.making")

    def _base(self) -> Path | None:
        """The archive of Java's own classes, which the Java wheel does not contain; None if it cannot be made."""
        key = hashlib.sha256(java.executable().encode()).hexdigest()[:16]
        base = jars.cache_folder() / "sharing" / f"java-{key}.jsa"
        if not base.exists():
            base.parent.mkdir(parents=True, exist_ok=True)
            making = base.with_suffix(f".{os.getpid()}.making")
            command = [java.executable(), "-Xshare:dump", "-XX:+UseSerialGC", f"-XX:SharedArchiveFile={making}"]
            made = subprocess.run(command, capture_output=True, check=False, timeout=MAKING_SECONDS)
            if made.returncode != 0 or not making.exists():
                return None
            move_into_place(making, base)
        return base
