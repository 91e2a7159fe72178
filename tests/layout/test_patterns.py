"""Every regular expression of the product means the same on every Python that is claimed."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.kit.checkout import CHECKOUT
from tests.layout.patterns import inexact
from tests.layout.test_house import ROOMS

if TYPE_CHECKING:
    from pathlib import Path

PLANTED = r"""
import re
from urllib.parse import quote

SAFE = "/:?#()*+,"
WORD = "[a-z]++"
LINE = re.compile(rf"(?:{WORD};)*$")
KINDS = [
    re.compile(end + "+", re.IGNORECASE)
    for end in ("a?", "[+*]")
]


def plain(text):
    return re.sub(r"[*+]+", "", quote(text, safe=SAFE))


def atomic(text):
    return re.search("(?>ab|a)c", text)


def verbose(text):
    return re.search("a + # one + and more", text, re.VERBOSE)


def built(pattern, text):
    return re.search(pattern, text)
"""


def told(folder: Path, *packages: str) -> list[str]:
    command = [sys.executable, "-m", "tests.layout.patterns", str(folder), *packages]
    ended = subprocess.run(command, cwd=CHECKOUT, capture_output=True, text=True, check=True)
    lines: list[str] = json.loads(ended.stdout)
    return lines


def test_no_pattern_needs_what_re_before_3_11_5_gets_wrong() -> None:
    assert told(CHECKOUT, *(f"trialwire/{room}" for room in sorted(ROOMS))) == []


def test_a_planted_pattern_is_found_wherever_it_stands_and_however_it_was_put_together(tmp_path: Path) -> None:
    (tmp_path / "planted").mkdir()
    (tmp_path / "planted" / "patterns.py").write_text(PLANTED, encoding="utf-8")
    assert told(tmp_path, "planted") == [
        "planted.patterns:7: (?:[a-z]++;)*$",
        "planted.patterns:9: a?+",
        "planted.patterns:19: (?>ab|a)c",
        "planted.patterns:27: the pattern is not known before it is used",
    ]


@pytest.mark.parametrize(
    "pattern", ["a*+", "a++", "a?+", "a{2,3}+", "(?:b|(a)++)", "(?=x(?!a?+))", "(x)?(?(1)a++|b)", "(?>a)"]
)
def test_a_possessive_quantifier_and_an_atomic_group_are_found_at_any_depth(pattern: str) -> None:
    assert inexact(pattern)


@pytest.mark.parametrize("pattern", ["[*+]+", r"\*+", r"a\++", "a*?", "(?:a+)+", "[a++]", "a{2}b+", "(?=a)b", "a{,x}+"])
def test_what_only_looks_like_one_is_none(pattern: str) -> None:
    assert not inexact(pattern)
