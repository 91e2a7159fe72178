"""The records that ship with Trialwire: all fictional, for the demo, the documentation and the golden tests.

`registry/` holds records in the shape of the registry's API v2, `pages/` one page per layout. Numbers are NCT9999xxxx,
addresses example.org, telephone numbers hold 555; trials, medicines, people and towns are invented.
"""

from __future__ import annotations

from pathlib import Path

FICTIONAL = Path(__file__).resolve().parent / "fictional"
"""The folder of the fictional records; give it to `trialwire.sources.files.records`."""
