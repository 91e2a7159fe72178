"""What a machine can check of our prose: every table is whole, and every module that is named exists."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING

import pytest

from tests.kit.checkout import CHECKOUT
from tests.layout.test_house import ROOMS, rooms
from tests.layout.test_words import PAGES

if TYPE_CHECKING:
    from pathlib import Path

_SEPARATOR = re.compile(r"\|(?:\s*:?-+:?\s*\|)+")
_ROOM = "|".join(sorted(ROOMS))
_FILE = re.compile(rf"(?<![\w/.])((?:{_ROOM})(?:/\w+)*/\w+\.py)\b")
_DOTTED = re.compile(r"\btrialwire((?:\.[a-z_]+){2,})(?=[`\s,.;:)]|$)")


def tables(text: str) -> list[list[str]]:
    """Each run of lines that begin with "|", outside code."""
    found: list[list[str]] = [[]]
    for line in re.sub(r"^```.*?^```", "", text, flags=re.DOTALL | re.MULTILINE).splitlines():
        if line.startswith("|"):
            found[-1].append(line.rstrip())
        elif found[-1]:
            found.append([])
    return [table for table in found if table]


def columns(row: str) -> int:
    """The number of cells of a row; an escaped "|" and one in code stay in their cell."""
    return len(re.sub(r"`[^`]*`", "", row).replace("\\|", "").strip("|").split("|"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_every_row_of_a_page_stands_in_a_whole_table(page: Path) -> None:
    broken = []
    for head, *rest in tables(page.read_text(encoding="utf-8")):
        if not rest or not _SEPARATOR.fullmatch(rest[0]):
            broken.append(f"no header: {head:.60}")
        broken += [f"not {columns(head)} columns: {row:.60}" for row in rest if columns(row) != columns(head)]
    assert broken == []


def docstrings(path: Path) -> list[str]:
    """The docstrings of a module and of its classes and functions."""
    named = (ast.Module, ast.ClassDef, ast.FunctionDef)
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    return [text for node in nodes if isinstance(node, named) and (text := ast.get_docstring(node))]


def modules_named(text: str) -> set[str]:
    """The modules that a text names, as paths of the checkout: "schemas/trial.py" or `trialwire.schemas.trial`."""
    return set(_FILE.findall(text)) | {name.strip(".").replace(".", "/") for name in _DOTTED.findall(text)}


def exists(name: str) -> bool:
    """Whether a path is there; a dotted name may end in a name of its module."""
    path = CHECKOUT / name
    if path.suffix:
        return path.is_file()
    return (
        any(one.is_dir() or one.with_suffix(".py").is_file() for one in (path, path.parent))
        and name.split("/", maxsplit=1)[0] in ROOMS
    )


def test_every_module_that_a_docstring_names_exists() -> None:
    missing = {
        f"{path.relative_to(CHECKOUT).as_posix()}: {name}"
        for path in rooms()
        for text in docstrings(path)
        for name in modules_named(text)
        if not exists(name)
    }
    assert missing == set()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(CHECKOUT).as_posix())
def test_every_module_that_a_page_names_exists(page: Path) -> None:
    named = set(_FILE.findall(page.read_text(encoding="utf-8")))
    assert {name for name in named if not exists(name)} == set()


@pytest.mark.parametrize(
    "text", ["| a | b |\n|---|---|\n\n| c | d |\n", "| a | b |\n|---|---|\n| c |\n", "| a | b |\n| c | d |\n"]
)
def test_a_broken_table_is_seen(text: str, tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(text, encoding="utf-8")
    with pytest.raises(AssertionError):
        test_every_row_of_a_page_stands_in_a_whole_table(page)


def test_a_module_that_does_not_exist_is_seen() -> None:
    assert not exists("schemas/no_such.py")
    assert modules_named("see schemas/no_such.py, `trialwire.quality.gone.rule`.") == {
        "schemas/no_such.py",
        "quality/gone/rule",
    }
    assert not exists("quality/gone/rule")
