"""Reads zip archives of records, such as the registry's download. Holds only one file of an archive in memory."""

from __future__ import annotations

import zipfile
from typing import TYPE_CHECKING, BinaryIO

from trialwire.sources.unreadable import faulty, too_large

if TYPE_CHECKING:
    from collections.abc import Iterator

    from trialwire.schemas.record import UnreadableRecord

_AGAIN = "Get the archive again."
_OFFICE_MARK = "[Content_Types].xml"


def members(stream: BinaryIO, origin: str, max_bytes: int) -> Iterator[tuple[str, bytes | UnreadableRecord]]:
    """Yield (origin, content) of each file in a zip archive, in the order of the archive.

    The origin says where the file is: "all.zip!NCT….json". The content is the bytes of the file. If the file cannot be
    read, the content is an UnreadableRecord, which holds the reason.
    """
    try:
        archive = zipfile.ZipFile(stream)
    except Exception:  # zipfile raises a dozen kinds, not all of them documented
        message = "The zip archive is cut off or damaged: its table of contents cannot be read."
        yield origin, faulty(origin, "truncated", message, _AGAIN)
        return
    with archive:
        infos = [info for info in archive.infolist() if _is_file(info)]
        if any(info.filename == _OFFICE_MARK for info in infos):
            message = "The file is an office document, not a record or a page."
            yield origin, faulty(origin, "binary", message, "Save it as text.")
        elif not infos:
            yield origin, faulty(origin, "empty", "The zip archive holds no file.", _AGAIN)
        else:
            for info in infos:
                place = f"{origin}!{info.filename}"
                yield place, _content(archive, info, place, max_bytes)


def count(stream: BinaryIO) -> int | None:
    """Return the number of files in the archive, or None if the archive cannot be read."""
    try:
        with zipfile.ZipFile(stream) as archive:
            return sum(map(_is_file, archive.infolist()))
    except Exception:  # as in `members`
        return None


def _is_file(info: zipfile.ZipInfo) -> bool:
    name = info.filename.rsplit("/", 1)[-1]
    return not info.is_dir() and not name.startswith(".") and not info.filename.startswith("__MACOSX/")


def _content(archive: zipfile.ZipFile, info: zipfile.ZipInfo, place: str, max_bytes: int) -> bytes | UnreadableRecord:
    if info.flag_bits & 0x1:
        return faulty(place, "encrypted", "The archive's member is encrypted.", "Decrypt the archive first.")
    if info.file_size > max_bytes:
        return too_large(place, max_bytes)
    try:
        with archive.open(info) as member:
            content = member.read(max_bytes + 1)
    except Exception:  # of zipfile, zlib, bz2 and lzma
        return faulty(place, "truncated", "The archive's member is damaged and cannot be unpacked.", _AGAIN)
    return content if len(content) <= max_bytes else too_large(place, max_bytes)
