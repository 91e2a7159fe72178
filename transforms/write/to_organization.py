"""Writes a sponsor or collaborator as an Organization. Trials with the same spelling of the name share the resource."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.transforms.element import digest, line, reference
from trialwire.transforms.write.narrative import narrative

if TYPE_CHECKING:
    from trialwire.transforms.element import Json
    from trialwire.transforms.write.making import Making


def organization_reference(making: Making, name: str | None) -> Json | None:
    """Return a Reference to the Organization with this name. The first call with a name also makes the Organization.

    The id is a hash of the name (runs of white space count as one space). Two spellings are two organisations: we do not
    know which spelling is right, and one id must never have two contents.
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
