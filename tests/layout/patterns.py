"""Regular expressions that mean something else on an older Python: `python -m tests.layout.patterns FOLDER PACKAGE…` prints them.

`re` before Python 3.11.5 matches possessive quantifiers and atomic groups wrongly. Each call of `re` is looked at: its
pattern as the import of the module made it, or as the module's own names give it. A call of which neither is known is
printed too, so that none goes unseen.
"""

from __future__ import annotations

import ast
import importlib
import json
import re
import sys
from collections import defaultdict
from pathlib import Path
from re import _parser  # type: ignore[attr-defined]
from typing import Any

WRONG_BEFORE_3_11_5 = frozenset({"POSSESSIVE_REPEAT", "ATOMIC_GROUP"})
TAKING_A_PATTERN = frozenset({
    "compile", "search", "match", "fullmatch", "split", "findall", "finditer", "sub", "subn",
})  # fmt: skip
Place = tuple[str, int]


def inexact(pattern: str, flags: int = 0) -> bool:
    """Whether the pattern has a part that `re` before Python 3.11.5 matches wrongly."""
    return _has(_parser.parse(pattern, flags))


def _has(part: Any) -> bool:
    if isinstance(part, _parser.SubPattern | list | tuple):
        return any(str(one) in WRONG_BEFORE_3_11_5 or _has(one) for one in part)
    return False


def calls(tree: ast.AST) -> list[ast.Call]:
    """The calls of `re` that take a pattern."""
    return [
        node
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "re"
        and node.func.attr in TAKING_A_PATTERN
    ]


def recording() -> dict[Place, list[tuple[str, int]]]:
    """Patterns and flags by the place that compiles them, from now on in this process."""
    made: dict[Place, list[tuple[str, int]]] = defaultdict(list)
    compiling = re._compile  # type: ignore[attr-defined]

    def recorded(pattern: Any, flags: Any) -> Any:
        caller = sys._getframe(2)
        if isinstance(pattern, str):
            made[caller.f_code.co_filename, caller.f_lineno].append((pattern, int(flags)))
        return compiling(pattern, flags)

    re._compile = recorded  # type: ignore[attr-defined]
    return made


def told(root: Path, packages: list[str]) -> list[str]:
    """A line for each call of `re` in the packages that is inexact, or of which the pattern is not known."""
    made = recording()
    lines = []
    for file in sorted(file for package in packages for file in (root / package).rglob("*.py")):
        tree = ast.parse(file.read_text(encoding="utf-8"))
        found = calls(tree)
        if not found:
            continue
        name = ".".join(file.relative_to(root).with_suffix("").parts)
        names = vars(importlib.import_module(name))
        for call in found:
            patterns = made.get((str(file), call.lineno)) or _by_names(call, names)
            if not patterns:
                lines.append(f"{name}:{call.lineno}: the pattern is not known before it is used")
            lines += [f"{name}:{call.lineno}: {one}" for one, flags in patterns if inexact(one, flags)]
    return lines


def _by_names(call: ast.Call, names: dict[str, Any]) -> list[tuple[str, int]]:
    flags = [one for one in ast.walk(call) if isinstance(one, ast.Attribute) and one.attr in {"VERBOSE", "X"}]
    try:
        pattern = eval(compile(ast.Expression(call.args[0]), "", "eval"), names)
    except (NameError, IndexError):
        return []
    if isinstance(pattern, re.Pattern):
        return [(pattern.pattern, pattern.flags & re.VERBOSE)]
    return [(pattern, int(re.VERBOSE) if flags else 0)]


if __name__ == "__main__":
    folder = Path(sys.argv[1]).resolve()
    sys.path.insert(0, str(folder))
    sys.stdout.write(json.dumps(told(folder, sys.argv[2:])))
