"""The raw record: the bytes as they were read, and their origin (the place where they were found). Parses nothing."""

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
    """One record as it was read, before any parsing.

    `origin`: the place where the record was found, readable for a person and the same in every run: "folder/file.json",
    "archive.zip!NCT….json", "lines.jsonl:17" or a URL. `source` is None if the record was read from a file, because
    then only its content shows the source.
    """

    origin: str
    content: bytes
    source: SourceName | None = None

    @property
    def digest(self) -> str:
        """The SHA-256 of the record's bytes, as 64 hex digits."""
        return sha256(self.content).hexdigest()


@dataclass(frozen=True, slots=True)
class UnreadableRecord:
    """A place where a record should be, but no record can be read.

    Examples: a record that is too large, a truncated archive member, a file without read permission.
    """

    origin: str
    code: str
    message: str
    cure: str
    source: SourceName | None = None


Found = RawRecord | UnreadableRecord
"""What a source yields for each place: a record, or the reason why none can be read."""
