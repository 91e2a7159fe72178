"""Parses eligibility text into a tree of criteria, and writes the tree as characteristics of a FHIR Group.

No model and no network is used. The docstrings of this package use these words:

- raw text: the text of the registry; plain text: the raw text without escapes; folded text: the plain text in lower
  case, with look-alike characters replaced (source_text.py);
- block: one list item or one paragraph; marked block: a block with a list marker ("*", "1.", "a)");
- lead-in: a line that announces a list; flat list: a list whose items are on the same level as the lead-in;
- section: the part of the text under a heading, either inclusion or exclusion; sub-heading: a line that names the topic
  or the population of the criteria after it ("Hepatic:", "Smokers:"); population: a group of persons;
- variable: a thing that is measured ("hemoglobin"); mention: a place where the text names a variable;
- quantity: a number with its comparator and unit; bound: a quantity that limits a variable ("hemoglobin ≥ 9 g/dL");
- window: a time relative to an event ("within 6 months of surgery"); anchor: the event of a window;
- denial: a word such as "no" or "without"; filler word: a word that adds no condition ("the", "patients");
- node: a place in the tree: a criterion, a group (a lead-in with its list), a note or a heading.
"""

from trialwire.transforms.eligibility.group.characteristics import characteristics
from trialwire.transforms.eligibility.parse import parse

__all__ = ["characteristics", "parse"]
