"""Rules on narratives. A browser shows their XHTML unchanged, so only harmless elements and attributes are allowed.

Source: FHIR R4 and R5, "Narrative", invariants txt-1 and txt-2 (the formatting elements of HTML 4.0, no scripts, forms,
style sheets or external content). Images are not allowed here, because we write none.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

XHTML = "{http://www.w3.org/1999/xhtml}"
_ELEMENTS = frozenset({
    "a", "abbr", "acronym", "b", "big", "blockquote", "br", "caption", "cite", "code", "col", "colgroup", "dd",
    "dfn", "div", "dl", "dt", "em", "h1", "h2", "h3", "h4", "h5", "h6", "hr", "i", "kbd", "li", "ol", "p",
    "pre", "q", "samp", "small", "span", "strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead",
    "tr", "tt", "ul", "var",
})  # fmt: skip
_ATTRIBUTES = frozenset({
    "abbr", "align", "axis", "border", "cellhalign", "cellpadding", "cellspacing", "char", "charoff",
    "cellvalign", "class", "colspan", "dir", "headers", "id", "lang", "name", "rowspan", "scope", "span",
    "start", "style", "summary", "title", "valign", "width", "{http://www.w3.org/XML/1998/namespace}lang",
    "{http://www.w3.org/XML/1998/namespace}space",
})  # fmt: skip
_CHARACTERS = r"[^<>&\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]*"
_ENTITY = "&(?:amp|lt|gt|quot);"
_BOLD = rf"b>(?=\s*[^\s<]){_CHARACTERS}(?:{_ENTITY}{_CHARACTERS})*</b>"
_PLAIN = re.compile(
    rf'<div xmlns="http://www\.w3\.org/1999/xhtml"><p>{_CHARACTERS}(?:(?:{_ENTITY}|<br/>){_CHARACTERS})*'
    rf"<{_BOLD}{_CHARACTERS}(?:(?:<(?:br/>|{_BOLD})|{_ENTITY}){_CHARACTERS})*</p></div>"
)
"""Matches the usual narrative, a paragraph of lines with bold labels. It is harmless, so no parser is needed.

Its alternatives begin with different characters, so there is no backtracking: a long hostile text takes linear time.
"""
_SAFE_LINKS = ("http://", "https://", "#")


@lru_cache(maxsize=1)
def _parser() -> Any:
    from lxml import etree

    return etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, remove_comments=False)


def complaint(div: Any) -> tuple[str, str] | None:
    """Return the first fault of a narrative's XHTML (`div`) as (code, message), or None if it has no fault."""
    from lxml import etree

    if type(div) is not str:
        return "wrong-type", "not a text"
    if _PLAIN.fullmatch(div):
        return None
    if "<!" in div.replace("<!--", ""):
        return "unsafe-narrative", "a narrative that declares a document type or an entity"
    try:
        root = etree.fromstring(div.encode("utf-8", "surrogatepass"), _parser())
    except etree.XMLSyntaxError:
        return "bad-narrative", "no well-formed XML"
    if root.tag != XHTML + "div":
        return "bad-narrative", "not a div in the XHTML namespace"
    if not "".join(root.itertext()).strip():
        return "blank", "a blank narrative"
    return _unsafe(root)


def _unsafe(root: Any) -> tuple[str, str] | None:
    for element in root.iter():
        if not isinstance(element.tag, str):
            continue
        if not element.tag.startswith(XHTML) or element.tag[len(XHTML) :] not in _ELEMENTS:
            return "unsafe-narrative", "a narrative with an element that FHIR does not allow"
        for name, value in element.attrib.items():
            if name == "href" and value.startswith(_SAFE_LINKS):
                continue
            if name not in _ATTRIBUTES or "url(" in value or "expression(" in value:
                return "unsafe-narrative", "a narrative with an attribute or a link that FHIR does not allow"
    return None
