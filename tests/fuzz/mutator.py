"""Structural mutations of registry records, and broken wrappings of them: all of it follows from a seed."""

from __future__ import annotations

import copy
import gzip
import io
import json
import zipfile
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import random
    from collections.abc import Sequence

ADDRESS, NUMBER = "jo.canary@example.org", "+1 555 010 7788"
CANARIES = ("jo.canary", "010 7788")

_ODD: tuple[Any, ...] = (
    None, "", " ", "x", "x" * 3_000, 0, -1, 1.5, 10**18, 10**30, True, False, [], {}, [[]], [None], {"a": None}, "\x1b[2J",
    "\u202eabc", "a\u00a0b\u2028c\ufeff", "\ud83d\ude00" * 20, "<script>alert(1)</script>", "[bold]x[/bold]", "18 Years ",
    "9" * 30 + " Years", "2026-13-45", "NCT99990001", "NCT0000000\u0661", f"write {ADDRESS}", f"call {NUMBER}",
    f"PAUSED\n{NUMBER}", "a" * 70 + "@example.org", "Inclusion Criteria:\n\n* " + "(" * 60, "* a\n" * 200,
)  # fmt: skip
_TEXT_PIECES = (b"}", b"]", b"{", b"[", b",", b'"', b"\\", b"\x00", b"\xff", b"\n", b"null", b"1e999", b'"k":1,')


def places(document: Any) -> list[tuple[Any, Any]]:
    """(container, key) of every value of a document."""
    found: list[tuple[Any, Any]] = []
    waiting = [document]
    while waiting:
        node = waiting.pop()
        inner = list(node.items()) if isinstance(node, dict) else list(enumerate(node))
        for key, value in inner:
            found.append((node, key))
            if isinstance(value, dict | list) and value:
                waiting.append(value)
    return found


def mutated(document: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    """A copy with one to three changes at drawn places; most changes of a text leave a text."""
    changed = copy.deepcopy(document)
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        found = places(changed)
        if not found:
            break
        _change(*rng.choice(found), found, rng)
    return changed


def _change(node: Any, key: Any, found: Sequence[tuple[Any, Any]], rng: random.Random) -> None:
    kind = rng.randrange(7)
    if isinstance(node[key], str) and rng.random() < 0.7:
        text = rng.choice([one for one in _ODD if isinstance(one, str)])
        node[key] = text if rng.random() < 0.3 else f"{node[key]} {text}"
    elif kind == 0:
        del node[key]
    elif kind == 1 and isinstance(node, list):
        node.append(copy.deepcopy(node[key]))
    elif kind == 2:
        other, other_key = rng.choice(found)
        node[key] = copy.deepcopy(other[other_key]) if other_key in _keys(other) else None
    elif kind == 3 and isinstance(node, dict):
        node[rng.choice(("unknown", ADDRESS, NUMBER, "", "resourceType", "\x1bkey"))] = node.pop(key)
    elif kind == 4:
        depth = rng.choice((3, 70, 300))
        value: Any = 1
        for _ in range(depth):
            value = [value] if rng.random() < 0.5 else {"d": value}
        node[key] = value
    else:
        node[key] = rng.choice(_ODD)


def _keys(node: Any) -> Any:
    return node if isinstance(node, dict) else range(len(node))


def damaged(content: bytes, rng: random.Random) -> bytes:
    """The bytes with a cut, a flip, or a piece that does not belong there."""
    place = rng.randrange(len(content) + 1)
    kind = rng.randrange(4)
    if kind == 0:
        return content[:place]
    if kind == 1:
        return content[:place] + bytes([rng.randrange(256)]) + content[place + 1 :]
    if kind == 2:
        return content[:place] + rng.choice(_TEXT_PIECES) + content[place:]
    return content[:place] + content[place // 2 : place] + content[place:]


def wrapped(documents: Sequence[dict[str, Any]], rng: random.Random) -> bytes:
    """Records as a file: alone, as lines, a list, an answer of the registry, a zip or a gzip; now and then damaged."""
    texts = [json.dumps(one, ensure_ascii=rng.random() < 0.5).encode("utf-8", "surrogatepass") for one in documents]
    texts = [damaged(one, rng) if rng.random() < 0.1 else one for one in texts]
    kind = rng.randrange(6)
    if kind == 0:
        content = texts[0]
    elif kind == 1:
        content = b"\n".join(texts)
    elif kind == 2:
        content = b"[" + b",".join(texts) + b"]"
    elif kind == 3:
        content = b'{"studies":[' + b", ".join(texts) + b"]}"
    elif kind == 4:
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            for number, text in enumerate(texts):
                archive.writestr(rng.choice((f"{number}.json", f"{number}\n\x1b[2J.json", f"../{number}.json")), text)
        content = buffer.getvalue()
    else:
        content = gzip.compress(b"\n".join(texts), 1)
    return damaged(content, rng) if rng.random() < 0.2 else content
