"""Signed texts: a flat JSON object and one signature over it, in exactly one form.

Stands under ``revocation`` and ``directory``, as ``cards`` does it for cards: the reader takes exactly the bytes that the
writer writes, so any altered byte is refused. Who may sign which text is decided by them.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from exchange.sealing.certificates import Certificate
from exchange.sealing.signing import SigningKey

Field: TypeAlias = "str | int | list[str]"


class NotInForm(Exception):
    """The bytes are not what the writer writes."""


@dataclass(frozen=True, slots=True)
class SignedText:
    """What was read; whether the signature holds is asked with :meth:`is_signed_by`."""

    kind: str
    body: Mapping[str, Field]
    signature: bytes

    def is_signed_by(self, certificate: Certificate) -> bool:
        """Whether this certificate's key signed the text."""
        return certificate.verifies(self.signature, _signed_bytes(self.kind, self.body))

    def text(self, name: str) -> str:
        """Return a field that must be a text.

        Raises:
            NotInForm: it is another kind of value.
        """
        value = self.body[name]
        if not isinstance(value, str):
            raise NotInForm
        return value

    def number(self, name: str) -> int:
        """Return a field that must be a whole number.

        Raises:
            NotInForm: it is another kind of value.
        """
        value = self.body[name]
        if type(value) is not int:
            raise NotInForm
        return value

    def texts(self, name: str) -> list[str]:
        """Return a field that must be a list of texts.

        Raises:
            NotInForm: it is another kind of value.
        """
        value = self.body[name]
        if not isinstance(value, list) or not all(type(one) is str for one in value):
            raise NotInForm
        return value


def write_signed_text(kind: str, body: Mapping[str, Field], key: SigningKey) -> bytes:
    """Return the bytes; ``kind`` is signed too, so that no text passes for one of another kind."""
    return _encoded(kind, body, base64.b64encode(key.sign(_signed_bytes(kind, body))).decode("ascii"))


def read_signed_text(kind: str, fields: Sequence[str], content: bytes) -> SignedText:
    """Read what :func:`write_signed_text` wrote with exactly these fields.

    Raises:
        NotInForm: another kind, other fields, or another form.
    """
    try:
        outer = json.loads(content.decode("utf-8"))
        body = {name: outer[kind][name] for name in fields}
        proof = outer["signature"]
        signature = base64.b64decode(proof.encode("ascii"), validate=True)
        same = _encoded(kind, body, base64.b64encode(signature).decode("ascii")) == content
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, binascii.Error):
        raise NotInForm from None
    if not same:
        raise NotInForm
    return SignedText(kind, body, signature)


def _signed_bytes(kind: str, body: Mapping[str, Field]) -> bytes:
    text = json.dumps(body, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    return f"enblanket {kind} 1\n{text}".encode()


def _encoded(kind: str, body: Mapping[str, Field], signature: str) -> bytes:
    whole = {kind: body, "signature": signature}
    return (json.dumps(whole, ensure_ascii=False, allow_nan=False, indent=2) + "\n").encode()
