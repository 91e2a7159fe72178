"""The table of countries agrees with ISO 3166, as pycountry publishes it."""

from __future__ import annotations

import pycountry

from trialwire.schemas.fhir.countries import COUNTRY_CODES


def test_every_code_is_a_code_of_iso_3166() -> None:
    assert {code for code in COUNTRY_CODES.values() if pycountry.countries.get(alpha_2=code) is None} == set()


def test_every_name_that_iso_3166_knows_has_the_code_that_it_gives() -> None:
    iso = {}
    for country in pycountry.countries:
        for name in (country.name, getattr(country, "official_name", None), getattr(country, "common_name", None)):
            if name:
                iso[name] = country.alpha_2
    both = COUNTRY_CODES.keys() & iso.keys()
    assert {name: (COUNTRY_CODES[name], iso[name]) for name in both if COUNTRY_CODES[name] != iso[name]} == {}
    assert {"France", "Germany", "Korea, Republic of", "Türkiye", "Viet Nam"} <= both
