"""The folder of fictional records that ship with Trialwire, for the demo, the documentation and the golden tests.

`registry/` holds records in the form of the registry's API v2. `pages/` holds pages (texts saved from other sites), one
page for each layout. A layout is the form that the pages of one site share. All trials, medicines, people and towns are
invented: numbers are NCT9999xxxx, addresses use example.org, telephone numbers contain 555.
"""

from __future__ import annotations

from pathlib import Path

FICTIONAL = Path(__file__).resolve().parent / "fictional"
"""The folder of the fictional records; give it to `trialwire.sources.files.records`."""
