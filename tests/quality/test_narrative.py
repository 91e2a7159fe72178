"""The quick look at a narrative never says anything else than the parser would."""

from __future__ import annotations

import random
import re

import pytest

from trialwire.quality.fhir import narrative

PARTS = (
    *("<b>", "</b>", "<br/>", "</p>", "<p>", "<i>", "</i>", "<!-- -->", "]]>"),
    *("&amp;", "&lt;", "&quot;", "&apos;", "&#65;", "&", "<", ">", "Status:", " ", "\n", "\r", "\xa0", "\x0b", "\x85"),
    *("\ufffe", "\ud800", "\U0001d7d9"),
)
OURS = ("<b>Status:</b>", "<b> Site: &amp;</b>", "<b> </b>", "<br/>", "open", " ", "&lt;", "&quot;", "\xa0", "\n")


@pytest.mark.parametrize("seed", range(20))
def test_a_text_is_judged_the_same_with_and_without_the_quick_look(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    luck = random.Random(seed)
    texts = []
    for _ in range(200):
        inside = luck.choices(OURS, k=luck.randrange(8))
        for _ in range(luck.randrange(3)):
            inside.insert(luck.randrange(len(inside) + 1), luck.choice(PARTS))
        texts.append(f'<div xmlns="http://www.w3.org/1999/xhtml"><p>{"".join(inside)}</p></div>')
    quick = [narrative.complaint(text) for text in texts]
    assert None in quick
    monkeypatch.setattr(narrative, "_PLAIN", re.compile("(?!)"))
    assert quick == [narrative.complaint(text) for text in texts]
