"""The exception hierarchy, sorted by what to do about an error.

TrialwireError                  every error a user may see; its text says what happened, to what, and what to do now
├── StopError                   stop the run: nothing was lost, nothing more is tried           (exit 1)
│   ├── SettingError            a setting is missing, malformed or contradicts another          (exit 2)
│   ├── UsageError              the command was called wrongly                                  (exit 2)
│   ├── BatchStoppedError       a batch looks wrong: none of it was written
│   └── ContractError           two parts disagree on the contract (topic layout, FHIR version, schema version)
├── RetryLaterError             the same call may succeed later: a server is down, a lease is taken (exit 75)
└── HoldError                   this record is stored unchanged with its reasons, not processed (never ends a run)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from collections.abc import Sequence

    from trialwire.schemas.held import Reason


class TrialwireError(Exception):
    """The base of all errors of Trialwire. Its text says what happened, to which record or server, and what to do."""

    exit_code: ClassVar[int] = 1


class StopError(TrialwireError):
    """The run must stop. A retry would fail in the same way until a user changes something, such as a setting."""


class SettingError(StopError):
    """A setting is missing, malformed or contradicts another setting."""

    exit_code = 2


class UsageError(StopError):
    """The command was called wrongly, for example with an argument that does not exist."""

    exit_code = 2


class BatchStoppedError(StopError):
    """A whole batch of records looks wrong (volume, drift, completeness), so no version of a trial was written.

    Only the held records of the batch, which were stored unchanged with their reasons, are kept.
    """


class ContractError(StopError):
    """Two parts of the system disagree on the contract: topic layout, FHIR version or schema version."""


class RetryLaterError(TrialwireError):
    """The same call may succeed later: a server is down, or another process has the lease.

    A lease is the exclusive right to do something for a limited time.
    """

    exit_code = 75


class HoldError(TrialwireError):
    """A record cannot be processed further, so it is stored unchanged.

    The error has every reason that was found, not only the first.
    """

    def __init__(self, reasons: Sequence[Reason]) -> None:
        self.reasons = tuple(reasons)
        super().__init__("; ".join(reason.message for reason in self.reasons))
