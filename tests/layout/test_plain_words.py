"""The prose of the project uses none of the words that docs/plain-words.md replaces."""

from __future__ import annotations

import ast
import io
import re
import tokenize
from typing import TYPE_CHECKING

from tests.kit.checkout import CHECKOUT, DOCS
from tests.layout.test_house import files, rooms

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE = DOCS / "plain-words.md"
GENERATED = {"docs/mapping.md", "docs/eligibility-variables.md", "docs/eligibility-score.md"}
MESSAGE_NAMES = {"msg", "message", "cure", "text", "detail", "description", "help"}


def mannered() -> re.Pattern[str]:
    """Every word of the left column, as whole words in any case."""
    rows = re.findall(r"^\| ([^|]+) \| [^|]+ \|$", PAGE.read_text("utf-8"), re.MULTILINE)
    words = [word.strip() for row in rows if row != "not" for word in row.split(",")]
    return re.compile(rf"\b(?:{'|'.join(map(re.escape, words))})\b", re.IGNORECASE)


def docstrings(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, text) of each string that stands as a statement: docstrings, also those below a constant."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str):
            yield node.lineno, node.value.value


def messages(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """(line, text) of each string in a raise, or given under a name that messages have."""
    for node in ast.walk(tree):
        spoken: ast.AST | None = None
        if isinstance(node, ast.Raise):
            spoken = node.exc
        elif (isinstance(node, ast.keyword) and node.arg in MESSAGE_NAMES) or (
            isinstance(node, ast.Assign)
            and any(isinstance(target, ast.Name) and target.id in MESSAGE_NAMES for target in node.targets)
        ):
            spoken = node.value
        if spoken is not None:
            for part in ast.walk(spoken):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.lineno, part.value


def comments(source: str) -> Iterator[tuple[int, str]]:
    """(line, text) of each comment."""
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string


def prose(path: Path) -> Iterator[tuple[int, str]]:
    """(line, text) of everything in a file that a person reads as a sentence."""
    source = path.read_text("utf-8")
    if path.suffix == ".md":
        text = re.sub(r"```.*?```", lambda code: "\n" * code[0].count("\n"), source, flags=re.DOTALL)
        yield from enumerate((re.sub(r"`[^`]*`", "", line) for line in text.splitlines()), start=1)
    else:
        tree = ast.parse(source)
        yield from docstrings(tree)
        yield from messages(tree)
        yield from comments(source)


def found_in(path: Path) -> list[str]:
    pattern, name = mannered(), path.relative_to(CHECKOUT).as_posix()
    return [f"{name}:{line}: {word[0]!r}" for line, text in prose(path) for word in pattern.finditer(text)]


def test_no_docstring_comment_or_message_uses_a_mannered_word() -> None:
    assert [place for path in rooms() for place in found_in(path)] == []


def test_no_page_uses_a_mannered_word() -> None:
    pages = [path for path in files() if path.suffix == ".md" and path != PAGE]
    pages = [path for path in pages if path.relative_to(CHECKOUT).as_posix() not in GENERATED]
    assert [place for path in pages for place in found_in(path)] == []


def test_a_planted_word_is_found_wherever_people_read_it(tmp_path: Path) -> None:
    source = (
        '"""What is told."""\n\nTOLD = "told"  # nobody reads this\n\ndef told(text):\n'
        '    """Say it."""\n    raise ValueError(f"whoever wrote {text}, it is settled")\n'
    )
    pattern = mannered()
    tree = ast.parse(source)
    spoken = [*docstrings(tree), *messages(tree), *comments(source)]
    assert [word.casefold() for _, text in spoken for word in pattern.findall(text)] == [
        "told", "whoever", "settled", "nobody",
    ]  # fmt: skip
