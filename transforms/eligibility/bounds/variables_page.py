"""Generates docs/eligibility-variables.md from the tables.

Run `python -m trialwire.transforms.eligibility.bounds.variables_page` to write the page after a change of a table.
"""

from __future__ import annotations

from pathlib import Path

from trialwire.transforms.eligibility.bounds.variable_table import VARIABLES, Variable
from trialwire.transforms.eligibility.quantity.units import UNITS

PAGE = Path(__file__).resolve().parents[3] / "docs" / "eligibility-variables.md"
_HEAD = """# Variables and units of eligibility criteria

Made by `python -m trialwire.transforms.eligibility.bounds.variables_page` from the tables that the parser reads; a test fails when it is
out of date. `variable` of a bound is a name from the first table; names are in American spelling, the abbreviation where
one is usual. This material contains content from LOINC (http://loinc.org), copyright Regenstrief Institute, Inc., free
under the license at http://loinc.org/license. A variable without a code has none because texts leave its method or
specimen open.

## Variables

`bare` says whether a number may stand without a unit; `listed` whether values may be listed or stated plainly
("ECOG 0, 1 or 2", "ASA 3"), which gives `=` bounds; `or better` how "or better" is read ("or worse" the other way). A
number outside the plausible values is no bound.

| variable | LOINC | units of | bare | listed | or better | plausible | written also as |
|---|---|---|---|---|---|---|---|
"""
_UNITS_HEAD = """
## Units

A bound's `unit` is verbatim, `ucum` the code where it is certain. "x 10^9/L" and its spellings scale the count that
follows them (`10*9/L`); multiples of a limit of normal are `{ULN}` or `{LLN}`, of a bare "normal" without a code;
"G/L" is `10*9/L` for cell counts, "mM" is `mmol/L` for concentrations.

| UCUM | measures | written as |
|---|---|---|
"""
SHOWN = 6


def page() -> str:
    """Return the whole page docs/eligibility-variables.md as markdown."""
    rows = "".join(_row(variable) for variable in VARIABLES)
    units = "".join(
        f"| `{unit.ucum}` | {unit.dimension} | {', '.join(unit.forms.split('|')[:SHOWN])} |\n" for unit in UNITS
    )
    return _HEAD + rows + _UNITS_HEAD + units


def _row(variable: Variable) -> str:
    others = [phrase for phrase in variable.phrases if phrase != variable.name][:SHOWN]
    plausible = f"{variable.lowest:g} to {variable.highest:g}"
    return (
        f"| {variable.name} | {variable.loinc or ''} | {', '.join(sorted(variable.dimensions)) or 'no unit'} "
        f"| {'yes' if variable.bare else 'no'} | {'yes' if variable.ordinal else 'no'} "
        f"| {'at most' if variable.less_is_better else 'at least'} | {plausible} "
        f"| {', '.join(others)} |\n"
    )


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
