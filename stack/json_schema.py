"""Validates resources with the JSON Schema of the FHIR specification: types, patterns, unknown elements."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import orjson

from trialwire.stack import node_packages
from trialwire.stack.extra import imported

if TYPE_CHECKING:
    from collections.abc import Mapping

# The published R5 schema has one pattern with an extra brace, which no regular-expression engine compiles.
_BROKEN, _MENDED = b"{1,9}})?$", b"{1,9})?$"


def findings(resource: Mapping[str, Any], version: str) -> list[dict[str, str]]:
    """Return the schema errors of a resource in one FHIR version, each as {"severity", "id", "path", "message"}.

    The list is empty if the resource is valid.
    """
    return [
        {
            "severity": "error",
            "id": str(error.kind.name),
            "path": ".".join(str(step) for step in error.instance_path),
            "message": error.message[:300],
        }
        for error in _validator(version, str(resource["resourceType"])).iter_errors(resource)
    ]


@cache
def _validator(version: str, resource_type: str) -> Any:
    """Return a compiled validator of one resource type.

    It is a hundred times faster than the schema's `oneOf` of all types.
    """
    with imported():
        import jsonschema_rs

    return jsonschema_rs.validator_for(
        {"$schema": "http://json-schema.org/draft-06/schema#", "definitions": _definitions(version)}
        | {"$ref": f"#/definitions/{resource_type}"}
    )


@cache
def _definitions(version: str) -> Any:
    published = (node_packages.definitions(version) / "openapi" / "fhir.schema.json").read_bytes()
    return orjson.loads(published.replace(_BROKEN, _MENDED))["definitions"]
