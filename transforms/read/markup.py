"""Removes the backslash escapes (CommonMark) from the registry's texts. No other module removes them.

Rule: a backslash before an ASCII punctuation character stands for that character (CommonMark 0.28, 2.4). Any other
backslash is a backslash. Entities (`&gt;`) were typed as text and stay unchanged.
"""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def unescape(text: str) -> str:
    r"""Return a text without its escapes: `age \>= 18` becomes `age >= 18`. A lone backslash stays."""
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text
