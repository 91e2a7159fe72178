"""Parses eligibility text into a tree of criteria, and writes the tree as characteristics of a FHIR Group.

No model and no network is used. The docstrings of this package use these words:

- raw text: the text of the registry; plain text: the raw text without escapes; folded text: the plain text in lower
  case, with look-alike characters replaced (source_text.py);
- block: one list item or one paragraph; marked block: a block with a list marker ("*", "1.", "a)");
- lead-in: a line that announces a list; flat list: its items are on the level of their lead-in;
- mention: a place where the text names a variable; filler word: a word that adds no condition ("the", "patients").
"""

from trialwire.transforms.eligibility.group.characteristics import characteristics
from trialwire.transforms.eligibility.parse import parse

__all__ = ["characteristics", "parse"]
