"""The profiles that our resources may claim, by the setting `profile`, and the code systems that come with them.

ECLAIRE: the French ministries' directory of trials, guide `ans.fhir.fr.eclaire` (FHIR 4.0.1).
"""

from __future__ import annotations

from schemas.code_systems import CodeSystem

ECLAIRE = "https://interop.esante.gouv.fr/ig/fhir/eclaire/"

PROFILES: dict[str, frozenset[str]] = {
    "base": frozenset(),
    "eclaire": frozenset(
        f"{ECLAIRE}StructureDefinition/{name}"
        for name in ("eclaire-researchstudy", "eclaire-group", "eclaire-location")
    ),
}
"""What `meta.profile` may hold."""

SYSTEMS: dict[str, dict[str, CodeSystem]] = {"base": {}, "eclaire": {}}
