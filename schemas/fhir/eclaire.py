"""Canonical addresses of ECLAIRE, the French directory of trials: guide `ans.fhir.fr.eclaire` 0.3.1 (FHIR 4.0.1)."""

from __future__ import annotations

_GUIDE = "https://interop.esante.gouv.fr/ig/fhir/eclaire/"


def code_system(name: str) -> str:
    """The address of a code system of ECLAIRE."""
    return f"{_GUIDE}CodeSystem/eclaire-{name}-code-system"


def structure(name: str) -> str:
    """The address of a profile or an extension of ECLAIRE."""
    return f"{_GUIDE}StructureDefinition/eclaire-{name}"


CRITERION_KIND = code_system("group-characteristic-kind")
POPULATION = code_system("study-population")
PHASE = code_system("study-phase")
"""Three of its code systems, for what it says of every Group and every study."""
