"""What a text in FHIR cannot hold."""

from __future__ import annotations

import re

FORBIDDEN = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
"""Controls (FHIR, "Data types", string), half characters, which no UTF-8 holds, and the two that XML 1.0 does not."""
