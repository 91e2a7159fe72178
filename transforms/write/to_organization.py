"""Sponsors and collaborators → Organization, shared by all trials that name the organisation alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.transforms.element import digest, line, reference
from trialwire.transforms.write.narrative import narrative

if TYPE_CHECKING:
    from trialwire.transforms.element import Json
    from trialwire.transforms.write.making import Making


def organization_reference(making: Making, name: str | None) -> Json | None:
    """A Reference to the Organization of that name, made at its first mention.

    The id is a hash of the name as it stands (runs of white space apart): two spellings are two organisations, because
    which of two spellings is right is not known, and one id must never stand for two contents.
    """
    if (words := line(name)) is None:
        return None
    id_ = "org-" + digest([words])
    if id_ not in making.organizations:
        making.organizations[id_] = {
            "resourceType": "Organization",
            "id": id_,
            "text": narrative([("Organization", words)]),
            "name": words,
        }
    return reference(making.organizations[id_], words)
