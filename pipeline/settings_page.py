"""Makes the tables of docs/settings.md from pipeline/settings.py: `python -m trialwire.pipeline.settings_page`."""

from __future__ import annotations

from pathlib import Path

from trialwire.pipeline import settings

PAGE = Path(__file__).resolve().parent.parent / "docs" / "settings.md"
_MARKS = "<!-- {name}: made by python -m trialwire.pipeline.settings_page -->"
_END = "<!-- end -->"


def tables() -> dict[str, str]:
    """Return the two tables of the page as name → Markdown: all settings, and our variables that are not settings."""
    listed = [
        f"| `{name}` | {f'`{default}`' if default else ''} | {says} |" for name, default, says in settings.described()
    ]
    others = [f"| `{name}` | {says} |" for name, says in settings.OTHER_VARIABLES.items()]
    return {
        "settings": "\n".join(["| variable | default | meaning |", "|---|---|---|", *listed]),
        "others": "\n".join(["| variable | meaning |", "|---|---|", *others]),
    }


def renewed(page: str) -> str:
    """Return the text of the page with both tables replaced by the current tables. Marks enclose each table."""
    for name, table in tables().items():
        begin = _MARKS.format(name=name)
        before, _, rest = page.partition(begin)
        _, _, after = rest.partition(_END)
        page = f"{before}{begin}\n{table}\n{_END}{after}"
    return page


if __name__ == "__main__":
    PAGE.write_text(renewed(PAGE.read_text(encoding="utf-8")), encoding="utf-8")
