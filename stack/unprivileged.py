"""PostgreSQL refuses to run as root: which account runs it then, and folders that this account can reach.

A folder under a closed one (root's home, or one made by `mktemp -d`) cannot be passed by another account, and no
permission is ever widened for it. What the server needs lies in a reachable place instead: a copy of its programs, and
its data behind a symbolic link.
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
"""What root needs to start a program as another account, by the numbers of linux/capability.h."""
CURE = "Run it as an ordinary user, or set TRIALWIRE_STORE__URL to a database of your own."


@dataclass(frozen=True)
class Account:
    """The account that a server runs as, when we are root."""

    uid: int
    gid: int

    @cached_property
    def shared(self) -> Path:
        """A folder of root's own that every account can pass. Raises StopError where there is none."""
        for place in (Path("/var/lib"), Path("/var/tmp"), Path(tempfile.gettempdir())):  # noqa: S108 (owner is checked)
            folder = place / "trialwire"
            if reaches(folder) and _made(folder):
                return folder
        raise StopError(f"Root may write in no folder that the account {ACCOUNT} can reach. {CURE}")

    def programs(self, folders: Sequence[Path], key: str) -> Path:
        """The folder that holds these (programs and their libraries), or a copy of it that the account can reach.

        `key` names the copy's version; a copy is made once and whole.
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
            except OSError:  # another run was quicker
                shutil.rmtree(aside)
        return copy

    def place(self, folder: Path) -> Path:
        """Where data of this folder lie: in it, or, when it cannot be reached, where it links to or will link to."""
        if folder.is_symlink() and folder.exists() and reaches(folder.resolve()):
            return folder.resolve()
        if reaches(folder):
            return folder
        return self.shared / f"{folder.name}-{hashlib.sha256(os.fsencode(folder)).hexdigest()[:12]}"

    def make(self, folder: Path) -> None:
        """Make the place of data. Data that lie where the account cannot go are moved there.

        Data left in the place by a folder that was removed since are removed too.
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
    """The account that a server runs as; None: our own.

    Raises StopError for a root that may not start a program as another account.
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
    """The names of what root lacks for starting a program as another account; where the kernel does not say, none."""
    status = Path("/proc/self/status")
    if not status.exists():
        return []
    effective = next(line for line in status.read_text("ascii").splitlines() if line.startswith("CapEff:"))
    bits = int(effective.split()[1], 16)
    return [name for name, number in CAPABILITIES.items() if not bits >> number & 1]


def reaches(folder: Path) -> bool:
    """Whether any account can pass through every folder above this one, as far as they exist."""
    return all(above.stat().st_mode & 0o001 for above in folder.absolute().parents if above.exists())


def _made(folder: Path) -> bool:
    """Whether the folder is there, is root's own and can be changed by nobody else."""
    try:
        folder.mkdir(mode=0o755, exist_ok=True)
        found = folder.lstat()
    except OSError:
        return False
    return found.st_uid == 0 and not folder.is_symlink() and not found.st_mode & 0o022 and os.access(folder, os.W_OK)
