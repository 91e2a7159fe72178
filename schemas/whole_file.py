"""Writes a file so that a reader, and a machine after a power failure, has all of it or nothing.

The file is written beside its place, synced, renamed, and the folder's entry is synced.
"""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, BinaryIO
from uuid import uuid4

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

UNFINISHED = ".part"
"""The suffix of an unfinished file: its writer is at work, or was killed."""


@contextmanager
def whole_file(path: Path, *, mode: int = 0o666) -> Iterator[BinaryIO]:
    """A file to write. At the end of the block it replaces `path`; after an error `path` is as it was.

    Makes the folder if it is absent. `mode`: the permissions, before the umask.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f".{path.name}-{uuid4().hex[:8]}{UNFINISHED}")
    try:
        with open(unfinished, "xb", opener=lambda name, flags: os.open(name, flags, mode)) as file:
            yield file
        move_into_place(unfinished, path)
    finally:
        unfinished.unlink(missing_ok=True)


def private(name: str, flags: int) -> int:
    """An opener for `open`: a new file is for this user alone."""
    return os.open(name, flags, 0o600)


def move_into_place(finished: Path, path: Path) -> None:
    """Replace `path` by a file that is complete, in the same file system. The content and the new name are synced."""
    path.parent.mkdir(parents=True, exist_ok=True)
    sync(finished)
    finished.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Write a file, or the entries of a folder, to the disk. Windows does not support it for a folder."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
