"""A text of the registry's current layout (markdown) as its legacy XML showed it: wrapped, indented, without escapes."""

from __future__ import annotations

import re
import textwrap

_ITEM = re.compile(r"( *)([*-]|\d+\.) +(.*)")
_ESCAPED = re.compile(r"\\([!-/:-@\[-`{-~])")
WIDTH = 94


def legacy(text: str) -> str:
    """The text in the legacy layout: a blank line before every item and paragraph, lines of at most 94 characters.

    Items stand ten columns in, five more for each level; what wraps stands under the item's first word.
    """
    wrapped = []
    for line in text.split("\n"):
        if not line.strip() or line.strip() == "<!-- -->":
            continue
        if match := _ITEM.fullmatch(line):
            column = 10 + 5 * (len(match[1]) // 2 if match[1] else 0)
            marker = "-  " if match[2] in "*-" else f"{match[2]} "
            first, later = " " * column + marker, " " * (column + 3)
            body = _ESCAPED.sub(r"\1", match[3])
        else:
            depth = len(line) - len(line.lstrip())
            first = later = " " * (8 if not depth else 13 + 5 * ((depth - 1) // 3))
            body = _ESCAPED.sub(r"\1", line.strip())
        wrapped.append(
            textwrap.fill(
                body,
                WIDTH,
                initial_indent=first,
                subsequent_indent=later,
                break_long_words=False,
                break_on_hyphens=False,
            )
        )
    return "\n\n".join(wrapped)
