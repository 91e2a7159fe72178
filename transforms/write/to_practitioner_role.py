"""Writes a person of a study as a PractitionerRole: name, role, organisation, contact details.

If contacts are excluded, the contact rule has already removed the people. Then a PractitionerRole can only hold the
organisation of a responsible party.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.transforms.element import digest, line, present, reference
from trialwire.transforms.write.narrative import narrative

if TYPE_CHECKING:
    from trialwire.schemas.trial import Contact
    from trialwire.transforms.element import Json
    from trialwire.transforms.write.making import Making


def practitioner_role(
    making: Making,
    *,
    name: str | None,
    codes: list[Json],
    organization: str | None = None,
    contact: Contact | None = None,
    location: Json | None = None,
) -> Json | None:
    """Add a PractitionerRole to the Bundle and return it, or return None if there are no data about the person.

    The id of the PractitionerRole is a hash of the data.
    """
    codes = [code for code in codes if code]
    telecom = telecoms(contact) if contact else []
    where = line(organization)
    if not (name or codes or where or telecom):
        return None
    words = [name, where, *(code.get("text") for code in codes), *(one["value"] for one in telecom)]
    id_ = f"{making.study_id}-role-{digest([*words, location['id'] if location else None], 12)}"
    found = present(
        resourceType="PractitionerRole",
        id=making.role_names.unique(id_),
        text=narrative(
            [
                ("Person", name),
                ("Role", ", ".join(code.get("text", "") for code in codes)),
                ("For", where),
                ("Reachable", ", ".join(one["value"] for one in telecom)),
            ]
        ),
        practitioner=present(display=name),
        organization=present(display=where),
        code=codes,
        location=[reference(location)] if location else None,
    )
    if telecom:
        found |= {"telecom": telecom} if making.version == "R4" else {"contact": [{"telecom": telecom}]}
    making.roles.append(found)
    return found


def telecoms(contact: Contact) -> list[Json]:
    """Return the telephone number (with extension) and the e-mail address of a contact as ContactPoints."""
    phone = line(contact.phone)
    if extension := line(contact.phone_ext):
        phone = f"{phone} ext. {extension}" if phone else f"ext. {extension}"
    return [
        {"system": system, "value": value}
        for system, value in (("phone", phone), ("email", line(contact.email)))
        if value
    ]
