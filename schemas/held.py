"""Findings and held records: what was noticed about a record, and what keeps one from going on."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict

from trialwire.schemas.contact_data import masked

Stage = Literal["parse", "identify", "map", "quality", "publish", "load"]


class Reason(BaseModel):
    """One fact about one record, with its cure.

    `code` is a stable kebab-case word, `path` the place in the source ("protocolSection.statusModule.overallStatus",
    or "" for the whole record). A message that quotes contact data has it masked.
    """

    model_config = ConfigDict(frozen=True)

    code: str
    path: str = ""
    message: Annotated[str, AfterValidator(masked)]
    cure: str = ""


class Finding(Reason):
    """A Reason that does not stop the record: it is reported and kept beside it."""

    severity: Literal["info", "warning"] = "warning"


class HeldRecord(BaseModel):
    """A record that was kept whole instead of going on. `id` is stable: the same record is held once."""

    model_config = ConfigDict(frozen=True)

    id: str
    source: str
    origin: str
    stage: Stage
    reasons: tuple[Reason, ...]
    trial_id: str | None = None
