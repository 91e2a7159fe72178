"""Removes the backslash escapes (CommonMark) from the registry's texts. No other module removes them.

Rule (CommonMark 0.28, 2.4): a backslash before an ASCII punctuation character is removed and the character stays. Any
other backslash stays. HTML entities (`&gt;`) also stay, because the authors of the records typed them as text.
"""

from __future__ import annotations

import re

_ESCAPE = re.compile(r"\\([!-/:-@\[-`{-~])")


def unescape(text: str) -> str:
    r"""Return a text without backslash escapes: `age \>= 18` becomes `age >= 18`. A lone backslash stays."""
    return _ESCAPE.sub(r"\1", text) if "\\" in text else text
