"""Writes a file completely or not at all, also if the machine loses power during the write.

The content is written to a temporary file in the same folder and synced to the disk. Then the file is renamed, and the
entry of the folder is synced.
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
"""The suffix of an unfinished file. Its writer is still at work, or was killed."""


@contextmanager
def whole_file(path: Path, *, mode: int = 0o666) -> Iterator[BinaryIO]:
    """A context manager that yields a new file for writing. At the end of the block the new file replaces `path`.

    After an error `path` is unchanged. A missing folder is made. `mode`: the permissions before the umask is applied.
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
    """Open a new file that only this user can access. Pass this function to `open` as its `opener`."""
    return os.open(name, flags, 0o600)


def move_into_place(finished: Path, path: Path) -> None:
    """Replace `path` by a complete file on the same file system.

    The content and the new name are synced to the disk.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    sync(finished)
    finished.replace(path)
    sync(path.parent)


def sync(path: Path) -> None:
    """Force a file, or the list of files in a folder, to be stored on the disk (fsync).

    For a folder, the function does nothing on Windows, which does not support it.
    """
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
