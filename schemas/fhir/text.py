"""Patterns of the characters that a text in FHIR must not have."""

from __future__ import annotations

import re

FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Control characters (FHIR, "Data types", string), lone surrogates (invalid in UTF-8), U+FFFE and U+FFFF (XML 1.0)."""

OTHER_BLANKS = re.compile(r"[\x85\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000\ufeff]")
"""White space besides blank, tab and line end: the JSON Schema of R4 has `[ \\r\\n\\t\\S]+` for a string, without it."""
