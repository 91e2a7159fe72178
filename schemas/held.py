"""Findings (what was noticed about a record) and held records (stored unchanged because they cannot be processed)."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from trialwire.schemas.contact_data import masked, masked_path

Stage = Literal["parse", "identify", "map", "quality", "publish", "load"]


class Reason(BaseModel):
    """One reason why one record cannot be processed, with what to do about it (`cure`).

    `code`: a kebab-case word that never changes. `path`: the place in the source record
    ("protocolSection.statusModule.overallStatus", or "" for the whole record). Contact data in a message are masked.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    path: Annotated[str, AfterValidator(masked_path)] = ""
    message: Annotated[str, AfterValidator(masked)]
    cure: str = ""

    def document(self) -> dict[str, str]:
        """Return the reason as JSON-compatible data."""
        return self.model_dump(include={"code", "path", "message", "cure"})


class Finding(Reason):
    """One fact about one record that does not stop its processing. It is reported and stored with the record."""

    severity: Literal["info", "warning"] = "warning"


class HeldRecord(BaseModel):
    """A record that was stored unchanged instead of being processed, with its reasons.

    `stage`: the step of processing that the record did not pass, such as "parse". The same record always has the same
    `id`.
    """

    model_config = ConfigDict(frozen=True)

    id: str
    source: str
    origin: str
    stage: Stage
    reasons: tuple[Reason, ...]
    trial_id: str | None = None
