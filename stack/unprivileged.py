"""Runs PostgreSQL under another account if the current user is root, because PostgreSQL does not run as root.

The other account cannot reach a folder inside a private folder (root's home, or a folder made by `mktemp -d`), and we
do not change permissions. Instead, the programs are copied to a folder that the account can reach, and the data are
moved there. A link replaces the old data folder.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import uuid4

from trialwire.schemas.errors import StopError

if TYPE_CHECKING:
    from collections.abc import Sequence

ACCOUNT = "nobody"
CAPABILITIES = {"CAP_CHOWN": 0, "CAP_SETGID": 6, "CAP_SETUID": 7}
"""The capabilities that root needs to start a program as another account, with their numbers in linux/capability.h."""
CURE = "Run it as an ordinary user, or set TRIALWIRE_STORE__URL to your own database."


@dataclass(frozen=True)
class Account:
    """The account that runs the PostgreSQL server if the current user is root."""

    uid: int
    gid: int

    @cached_property
    def shared(self) -> Path:
        """The folder for copies and data. Root owns this folder, and every account can reach it.

        Raises StopError if no such folder can be made.
        """
        for place in (Path("/var/lib"), Path("/var/tmp"), Path(tempfile.gettempdir())):  # noqa: S108 (owner is checked)
            folder = place / "trialwire"
            if reaches(folder) and _made(folder):
                return folder
        raise StopError(f"Root may write in no folder that the account {ACCOUNT} can reach. {CURE}")

    def programs(self, folders: Sequence[Path], key: str) -> Path:
        """Return a folder that holds `folders` (programs, libraries) and that the account can reach.

        If the account can reach `folders`, the result is their parent folder. Otherwise the result is a folder with
        copies of them, which are made once, atomically. `key`: the name of the folder with the copies (name and version
        of the programs).
        """
        if all(reaches(folder) for folder in folders):
            return folders[0].parent
        copy = self.shared / key
        if not copy.exists():
            aside = copy.with_name(f".{copy.name}-{uuid4().hex[:8]}")
            for folder in folders:
                shutil.copytree(folder, aside / folder.name, symlinks=True)
            try:
                aside.rename(copy)
            except OSError:  # another run made the copy first
                shutil.rmtree(aside)
        return copy

    def place(self, folder: Path) -> Path:
        """Return the real folder for the data of `folder`: `folder` itself, or the folder to which it links.

        If the account cannot reach `folder`, the real folder is under `shared`; `make` creates the link.
        """
        if folder.is_symlink() and folder.exists() and reaches(folder.resolve()):
            return folder.resolve()
        if reaches(folder):
            return folder
        return self.shared / f"{folder.name}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]}"

    def make(self, folder: Path) -> None:
        """Create the real data folder, and replace `folder` by a link to the real folder.

        Data in `folder` that the account cannot reach are moved to the real folder. If `folder` was deleted earlier and
        the real folder still has its data, these old data are deleted first.
        """
        place = self.place(folder)
        if place in {folder, folder.resolve()}:
            return
        shutil.rmtree(place, ignore_errors=True)
        if folder.is_symlink():
            folder.unlink()
        if folder.exists():
            shutil.move(folder, place)
        place.mkdir(mode=0o700, exist_ok=True)
        folder.parent.mkdir(parents=True, exist_ok=True)
        folder.symlink_to(place)


def account() -> Account | None:
    """Return the account that runs the PostgreSQL server; None if the current user runs the server.

    Raises StopError if the current user is root and cannot start a program as another account.
    """
    if os.geteuid() != 0:
        return None
    if missing := missing_capabilities():
        raise StopError(
            f"PostgreSQL refuses to run as root, and this root may not start it as the account {ACCOUNT} "
            f"({', '.join(missing)} missing). {CURE}"
        )
    import pwd

    try:
        entry = pwd.getpwnam(ACCOUNT)
    except KeyError:
        raise StopError(
            f"PostgreSQL refuses to run as root, and there is no account {ACCOUNT} to run it. {CURE}"
        ) from None
    return Account(entry.pw_uid, entry.pw_gid)


def missing_capabilities() -> list[str]:
    """Return the Linux capabilities (rights) that root lacks but needs to start a program as another account.

    The list is empty if the capabilities of this process are unknown.
    """
    status = Path("/proc/self/status")
    if not status.exists():
        return []
    effective = next(line for line in status.read_text("ascii").splitlines() if line.startswith("CapEff:"))
    bits = int(effective.split()[1], 16)
    return [name for name, number in CAPABILITIES.items() if not bits >> number & 1]


def reaches(folder: Path) -> bool:
    """Return whether every account may enter all existing parent folders of `folder`."""
    return all(above.stat().st_mode & 0o001 for above in folder.absolute().parents if above.exists())


def _made(folder: Path) -> bool:
    """Make the folder if it is missing. Returns whether root owns it and no other account can write to it."""
    try:
        folder.mkdir(mode=0o755, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    return found.st_uid == 0 and not folder.is_symlink() and not found.st_mode & 0o022 and os.access(folder, os.W_OK)
