"""Where the checkout lies, for tests that read its files."""

from __future__ import annotations

from pathlib import Path

CHECKOUT = Path(__file__).resolve().parents[2]
DOCS = CHECKOUT / "docs"
FICTIONAL = CHECKOUT / "sources" / "fictional"
