"""The number of a trial in its registry. A number of ClinicalTrials.gov is "NCT" and eight digits 0-9.

All code uses the one pattern in this module.
"""

from __future__ import annotations

import re
from typing import Annotated, Final

from pydantic import StringConstraints

_PATTERN: Final = "NCT[0-9]{8}"
_NCT: Final = re.compile(_PATTERN)

NctNumber = Annotated[str, StringConstraints(pattern=f"^{_PATTERN}$")]
"""The number of a trial in ClinicalTrials.gov, such as "NCT99990001"."""
RegistryNumber = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9.\-]{3,47}$")]
"""The number of a trial in another registry: 4 to 48 letters, digits, dots and hyphens."""


def is_nct_number(text: str) -> bool:
    """Return whether the whole text is a number of ClinicalTrials.gov. Digits of other scripts are rejected."""
    return _NCT.fullmatch(text) is not None
