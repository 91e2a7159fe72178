"""An age as the registry writes it, such as "18 Years". This module holds the only parser and the only writer of ages.

Source: the data dictionary of ClinicalTrials.gov, Minimum Age and Maximum Age: a number and a unit, or "N/A".
"""

from __future__ import annotations

import re
from typing import Final, NamedTuple

NO_LIMIT: Final = "N/A"
_UNITS: Final = {"Year": 525_960, "Month": 43_830, "Week": 10_080, "Day": 1_440, "Hour": 60, "Minute": 1}
"""Unit → minutes. A year has 365.25 days, a month a twelfth of that."""
_AGE: Final = re.compile(rf"([0-9]{{1,6}}) ({'|'.join(_UNITS)})s?")


class Age(NamedTuple):
    """An age as the registry gives it: a number of at most six digits, and a unit in the singular.

    The unit is Year, Month, Week, Day, Hour or Minute.
    """

    value: int
    unit: str

    @property
    def minutes(self) -> int:
        """The age in minutes, to compare ages of different units."""
        return self.value * _UNITS[self.unit]

    def __str__(self) -> str:
        """The age as the registry writes it: "1 Year", "18 Years"."""
        return f"{self.value} {self.unit}{'' if self.value == 1 else 's'}"


def parsed(text: str | None) -> Age | None:
    """Take a text; return its age. Blanks around the age are ignored.

    Returns None if there is no text, if it is "N/A", or if it is not an age.
    """
    found = _AGE.fullmatch((text or "").strip())
    return Age(int(found[1]), found[2]) if found else None


def is_no_limit(text: str | None) -> bool:
    """Return whether a text says that there is no age limit: it is absent, or it is "N/A" in any case."""
    return (text or "").strip().upper() in {"", NO_LIMIT}
