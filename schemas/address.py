"""Addresses (URLs) as they may be shown: without the password of the login and without secrets in the query."""

from __future__ import annotations

import re

_NAMES = (
    "pass", "password", "passwd", "passphrase", "passfile", "pwd", "secret", "token", "apikey", "sig", "signature", "auth",
    "credential", "credentials", "code", "key",
)  # fmt: skip
"""Parameters that hold a secret, also behind a prefix ("sslpassword", "client_secret", "X-Amz-Signature")."""
_IN_QUERY = re.compile(
    rf"([?&;](?:[\w.-]{{0,40}}[_.-]|ssl|access|shared|client|account)?(?:{'|'.join(_NAMES)})=)[^&;#\s'\"]+",
    re.IGNORECASE,
)
_LOGIN = re.compile(r"(://[^/?#\s:@]{1,200}:)[^/?#\s@]{1,500}@")


def without_secrets(text: str) -> str:
    """The text with the values of secrets in the addresses in it replaced by ***."""
    if "=" in text:
        text = _IN_QUERY.sub(r"\1***", text)
    return _LOGIN.sub(r"\1***@", text) if "://" in text else text
