"""The raw record: the bytes as they were read, and their origin. Nothing is parsed here."""

from __future__ import annotations

from dataclasses import dataclass
from hashlib import sha256
from typing import Annotated, Final

from pydantic import StringConstraints

SOURCE_NAME: Final = r"[a-z][a-z0-9_]{0,31}"
SourceName = Annotated[str, StringConstraints(pattern=f"^{SOURCE_NAME}$")]
"""The short name of a source, the same in modules, DAG ids, headers and metric labels."""


@dataclass(frozen=True, slots=True)
class RawRecord:
    """One record as it was read.

    `origin` is the place, readable for a person; it never changes: "folder/file.json", "archive.zip!NCT….json",
    "lines.jsonl:17" or the URL. `source` is None if only the content shows it (files and folders).
    """

    origin: str
    content: bytes
    source: SourceName | None = None

    @property
    def digest(self) -> str:
        """SHA-256 of the bytes, as 64 hex digits."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class UnreadableRecord:
    """A place where a record should be but cannot be read: too large, truncated archive member, no permission."""

    origin: str
    code: str
    message: str
    cure: str
    source: SourceName | None = None


Found = RawRecord | UnreadableRecord
"""What a source yields for each place."""
