"""The registry's markup: CommonMark's backslash escapes, undone once, here.

Rule: a backslash before one of the ASCII punctuation characters stands for that character (CommonMark 0.28, 2.4). Any
other backslash is a backslash. Entities (`&gt;`) are text somebody typed and stay as they are.
"""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def unescape(text: str) -> str:
    r"""The text without its escapes: `age \>= 18` becomes `age >= 18`. A lone backslash stays."""
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text
