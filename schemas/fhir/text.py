"""Characters that a text in FHIR must not have."""

from __future__ import annotations

import re

FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Control characters (FHIR, "Data types", string), lone surrogates (invalid in UTF-8), U+FFFE and U+FFFF (XML 1.0)."""
