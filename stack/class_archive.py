"""Class-data sharing: the classes a server loads, written by its first clean end and mapped by every later start.

It takes a quarter off the FHIR server's start. Where it does not work, Java itself goes on without it.
"""

from __future__ import annotations

import hashlib
import os
import subprocess
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from trialwire.stack import jars, java

if TYPE_CHECKING:
    from pathlib import Path

MAKING_SECONDS = 60
QUIET = "-Xlog:disable", "-Xlog:all=error:stderr"


@dataclass(frozen=True)
class ClassSharing:
    """The archive of one main on one class path and one Java runtime, in the cache."""

    name: str
    class_path: str

    def options(self) -> list[str]:
        """Options for Java: use the archive if it is there, otherwise write it at the end."""
        base = self._base()
        if base is None:
            return []
        jars.used(base)
        if self._archive.exists():
            jars.used(self._archive)
            return [*QUIET, f"-XX:SharedArchiveFile={base}{os.pathsep}{self._archive}"]
        return [*QUIET, f"-XX:SharedArchiveFile={base}", f"-XX:ArchiveClassesAtExit={self._making}"]

    def keep(self, *, clean: bool) -> None:
        """Keep what a server wrote at its end, if it ended by itself and so wrote all of it.

        With a new archive go those that no start has used for a week: of other jars, another main, another Java.
        """
        if self._making.exists():
            if clean:
                self._making.replace(self._archive)
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
        """The archive of Java's own classes, which the wheel of the runtime lacks; None where it cannot be made."""
        key = hashlib.sha256(java.executable().encode()).hexdigest()[:16]
        base = jars.cache_folder() / "sharing" / f"java-{key}.jsa"
        if not base.exists():
            base.parent.mkdir(parents=True, exist_ok=True)
            making = base.with_suffix(f".{os.getpid()}.making")
            command = [java.executable(), "-Xshare:dump", "-XX:+UseSerialGC", f"-XX:SharedArchiveFile={making}"]
            made = subprocess.run(command, capture_output=True, check=False, timeout=MAKING_SECONDS)
            if made.returncode != 0 or not making.exists():
                return None
            making.replace(base)
        return base
