"""Certificates for one run, by an authority of its own."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    import trustme


def client_certificate(authority: trustme.CA, file: Path) -> dict[str, str]:
    """A client's certificate and its key, as settings."""
    made = authority.issue_cert("trialwire.example.org")
    certificate, key = file.with_suffix(".crt"), file.with_suffix(".key")
    made.cert_chain_pems[0].write_to_path(certificate)
    made.private_key_pem.write_to_path(key)
    return {"ssl_certfile": str(certificate), "ssl_keyfile": str(key)}
