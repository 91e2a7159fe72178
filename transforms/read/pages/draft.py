"""Collects the content of a page while it is read, and makes a Trial from it at the end.

The draft holds values by their path in the Trial, texts for which the Trial has no field, and the faults of the page.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from pydantic import ValidationError

from trialwire.schemas.contact_data import quoted
from trialwire.schemas.errors import HoldError
from trialwire.schemas.held import Finding, Reason
from trialwire.schemas.trial import Trial

if TYPE_CHECKING:
    from collections.abc import Callable

_ABSENT = frozenset({"n/a", "na", "-", "none", "not provided", "not available"})
_EXPECTED = (
    ("identification.nctId", "no registry number"),
    ("identification.briefTitle", "no title"),
    ("status.overallStatus", "no status"),
    ("eligibility.eligibilityCriteria", "no eligibility criteria"),
)
"""Important fields. If a page lacks one, a finding says so, which shows that the mapping did not lose it."""


class Draft:
    """The content of one page, as far as it is read. If the Trial has no field for a text, the text is kept."""

    def __init__(self, layout: str) -> None:
        self.layout = layout
        self.data: dict[str, Any] = {}
        self.labelled: dict[str, str] = {}
        self.unlabelled: list[str] = []
        self.findings: list[Finding] = []
        self.faults: list[Reason] = []

    def put(self, path: str, value: object) -> None:
        """Set the value at a path of the Trial ("design.designInfo.masking"). A second, different value is a fault."""
        *parents, last = path.split(".")
        place = self.data
        for parent in parents:
            place = place.setdefault(parent, {})
        if place.setdefault(last, value) != value:
            message = f"The page gives two different values for {path}."
            cure = "Take out what does not belong to this trial, and ingest the page again."
            self.faults.append(Reason(code="two-answers", path=path, message=message, cure=cure))

    def get(self, path: str) -> Any:
        """Return the value at a path of the Trial, or None if it was not set."""
        place: Any = self.data
        for step in path.split("."):
            place = place.get(step) if isinstance(place, dict) else None
        return place

    def text(self, path: str, text: str) -> None:
        """Set the text at a path of the Trial. A text that is only a placeholder for "no value" is ignored."""
        if text and text.casefold() not in _ABSENT:
            self.put(path, text)

    def read(self, path: str, text: str, reader: Callable[[str], object]) -> None:
        """Parse a text with `reader` and set the result at a path. A ValueError of `reader` becomes a fault."""
        try:
            self.put(path, reader(text))
        except ValueError as error:
            cure = "Correct the page's text, or, if the site has a new word, update Trialwire and run: trialwire held retry ID."
            code = "bad-registry-number" if path.endswith("nctId") else "unknown-value"
            self.faults.append(Reason(code=code, path=path, message=f"{quoted(text, 60)} {error}.", cure=cure))

    def keep_label(self, label: str, text: str) -> None:
        """Keep the text below a label that the layout does not know, and add a finding."""
        self._keep(label, text)
        shown = _shown(label)
        message = f"The page has an unknown label ({shown}). Its text is kept with the trial."
        self.findings.append(Finding(code="unknown-label", path=shown, message=message))

    def keep_value(self, label: str, text: str, path: str, why: str) -> None:
        """Keep the text below a known label, if its value cannot be parsed without guessing, and add a finding."""
        self._keep(label, text)
        message = f"The page's {label.lower()} are kept as text: {why}."
        self.findings.append(Finding(code="unread-value", path=path, message=message))

    def _keep(self, label: str, text: str) -> None:
        self.labelled[label] = "\n".join(filter(None, (self.labelled.get(label), text)))

    def keep_text(self, text: str) -> None:
        """Keep a text without a label among the unlabelled texts, which no field of the Trial holds; add a finding."""
        self.unlabelled.append(text)
        message = "The page has text without a label. It is kept with the trial, in no field."
        self.findings.append(Finding(code="unlabelled-text", message=message, severity="info"))

    def finish(self) -> tuple[Trial, list[Finding]]:
        """Return (partial Trial, findings). Raises HoldError with every fault of the page."""
        if self.faults:
            raise HoldError(self.faults)
        for path, says in _EXPECTED:
            if self.get(path) is None:
                message = f"The page gives {says}."
                self.findings.append(Finding(code="not-given", path=path, message=message, severity="info"))
        beside: dict[str, object] = dict(self.labelled)
        if self.unlabelled:
            beside["unlabelled"] = self.unlabelled
        document = self.data | {"source": "pages", "partial": True, "layout": self.layout}
        if beside:
            document["pageText"] = beside
        try:
            return Trial.model_validate(document), self.findings
        except ValidationError as error:
            raise HoldError([_fault(detail) for detail in error.errors(include_url=False)]) from None


def _shown(label: str) -> str:
    """A label for a message, shortened. If it may be personal data, a text that does not show it."""
    return label if len(label) <= 40 and not re.search(r"[\d@;\n]", label) else "not shown"


def _fault(detail: Any) -> Reason:
    path = ".".join(str(step) for step in detail["loc"])
    code = "bad-registry-number" if path.endswith("nctId") else "bad-value"
    return Reason(
        code=code, path=path, message=f"{path} cannot be read from the page.", cure="Correct the page's text."
    )
