"""Writes each site as a Location, with the recruitment status that the registry gives for this site."""

from __future__ import annotations

from typing import TYPE_CHECKING

from trialwire.schemas.fhir.codes import title
from trialwire.schemas.fhir.extensions import SITE_STATUS
from trialwire.transforms.element import Names, concept, digest, line, present, registry_coding
from trialwire.transforms.write.narrative import narrative
from trialwire.transforms.write.to_practitioner_role import practitioner_role, telecoms

if TYPE_CHECKING:
    from trialwire.schemas.trial import Contact, GeoPoint, Site
    from trialwire.transforms.element import Json
    from trialwire.transforms.write.making import Making


def locations(making: Making) -> list[Json]:
    """Return one Location per site, in the order of the record. Its id is a hash of facility and address."""
    names = Names()
    return [_location(making, site, names) for site in making.trial.contacts_locations.locations]


def _location(making: Making, site: Site, names: Names) -> Json:
    place = [line(part) for part in (site.facility, site.city, site.state, site.zip, site.country)]
    facility, city, state, postal_code, country = place
    position, doubt = _position(site.geo_point)
    status = title(site.status) if site.status else None
    found = present(
        resourceType="Location",
        id=names.unique(f"{making.study_id}-site-{digest(place, 12)}"),
        text=narrative(
            [
                ("Site", facility),
                ("Place", ", ".join(filter(None, (city, state, postal_code, country)))),
                ("Status", status),
            ]
        ),
        extension=_status(site.status, status),
        name=facility,
        description=doubt,
        mode="instance",
        address=present(city=city, state=state, postalCode=postal_code, country=country),
        position=position,
    )
    for contact in site.contacts:
        _reachable(making, found, contact)
    return found


def _position(point: GeoPoint | None) -> tuple[Json | None, str | None]:
    """(position, None), or (None, text) if latitude or longitude is missing or out of range (WGS 84)."""
    if point is None:
        return None, None
    latitude, longitude = point.lat, point.lon
    if latitude is not None and longitude is not None and abs(latitude) <= 90 and abs(longitude) <= 180:
        return {"longitude": longitude, "latitude": latitude}, None
    given = [
        f"{name} {value}" for name, value in (("latitude", latitude), ("longitude", longitude)) if value is not None
    ]
    return None, f"Position given by the registry: {', '.join(given)}" if given else None


def _status(word: str | None, words: str | None) -> list[Json]:
    if word is None:
        return []
    status = concept(words, registry_coding("RecruitmentStatus", word))
    return [{"url": SITE_STATUS, "valueCodeableConcept": status}]


def _reachable(making: Making, location: Json, contact: Contact) -> None:
    """Add a contact person of the site. R4's Location cannot hold the name, so a PractitionerRole holds it."""
    kind = concept(title(contact.role), registry_coding("ContactRole", contact.role)) if contact.role else {}
    telecom = telecoms(contact)
    name = line(contact.name)
    if making.version == "R5":
        person = present(purpose=kind, name=[{"text": name}] if name else None, telecom=telecom)
        if person:
            location.setdefault("contact", []).append(person)
        return
    if telecom:
        location.setdefault("telecom", []).extend(telecom)
    practitioner_role(making, name=name, codes=[kind], contact=contact, location=location)
