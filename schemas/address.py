"""Masks secrets in addresses (URLs), so that they may be shown: the login's password and secrets in the query."""

from __future__ import annotations

import re

_NAMES = (
    "pass", "password", "passwd", "passphrase", "passfile", "pwd", "secret", "token", "apikey", "sig", "signature", "auth",
    "credential", "credentials", "code", "key",
)  # fmt: skip
"""Query parameters that hold a secret, also behind a prefix ("sslpassword", "client_secret", "X-Amz-Signature")."""
_IN_QUERY = re.compile(
    rf"([?&;](?:[\w.-]{{0,40}}[_.-]|ssl|access|shared|client|account)?(?:{'|'.join(_NAMES)})=)[^&;#\s'\"]+",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"(://[^/?#\s:@]{1,200}:)[^/?#\s@]{1,500}@")


def without_secrets(text: str) -> str:
    """Take any text; return it with the secrets in all its addresses replaced by ***."""
    if "=" in text:
        text = _IN_QUERY.sub(r"\1***", text)
    return _LOGIN.sub(r"\1***@", text) if "://" in text else text
