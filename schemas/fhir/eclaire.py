"""The canonical addresses of ECLAIRE, the French register of trials, which is published as FHIR R4.

Source: implementation guide `ans.fhir.fr.eclaire` 0.3.1 (FHIR 4.0.1).
"""

from __future__ import annotations

_GUIDE = "https://interop.esante.gouv.fr/ig/fhir/eclaire/"


def code_system(name: str) -> str:
    """Take a name; return the address of ECLAIRE's code system with this name."""
    return f"{_GUIDE}CodeSystem/eclaire-{name}-code-system"


def structure(name: str) -> str:
    """Take a name; return the address of ECLAIRE's profile or extension with this name."""
    return f"{_GUIDE}StructureDefinition/eclaire-{name}"


CRITERION_KIND = code_system("group-characteristic-kind")
POPULATION = code_system("study-population")
PHASE = code_system("study-phase")
"""Three code systems of ECLAIRE, for the codes that are the same in every Group and every study."""
