"""Keys that a sender's rows get where the form wants one of the sender's own (form.md: unique across senders).

In: a local id or the facts of a row. Out: text of the form's id characters, at most 64. Refuses nothing.
"""

from __future__ import annotations

import hashlib
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from types import MappingProxyType

from exchange.form.confidential import masked
from exchange.form.tables import tables

OWN_KEYS: Mapping[str, str] = MappingProxyType(
    {
        "mentor_hours": "entry_id",
        "mentor_grants": "grant_id",
        "conversations": "conversation_id",
        "claims": "claim_id",
    }
)
_ID = re.compile(r"[A-Za-z0-9:._-]+")
_ID_LENGTH = 64


def safe_id(text: str, length: int) -> str:
    """Return an id of the form's characters; a text that had to be changed gets six hex digits of its own hash."""
    if _ID.fullmatch(text) and len(text) <= length:
        return text
    mark = hashlib.sha256(text.encode()).hexdigest()[:6]
    return f"{re.sub(r'[^A-Za-z0-9:._-]', '_', text)[: length - 7]}.{mark}"


def is_id(text: str) -> bool:
    """Tell whether the text has only the characters of an id."""
    return _ID.fullmatch(text) is not None and len(text) <= _ID_LENGTH


def local_key(party: str, local: str) -> str:
    """Return ``PARTY:local-id``."""
    prefix = f"{party}:"
    return prefix + safe_id(local.removeprefix(prefix), _ID_LENGTH - len(prefix))


def made_key(party: str, facts: Sequence[str | None], counters: Counter[str]) -> str:
    """Return ``PARTY:fact:fact:nn``; the counters tell equal facts apart and are added to. A CPR number in a fact is masked."""
    text = ":".join(masked(fact) if fact else "unknown" for fact in facts)
    made = f"{party}:{safe_id(text, _ID_LENGTH - len(party) - 4)}"
    counters[made] += 1
    return f"{made}:{counters[made]:02}"


def row_key(table: str, values: Mapping[str, str | None], unread: Sequence[str], first_cell: str) -> str:
    """Return the row's primary key, or its first cell where a part of the key is empty or unreadable."""
    form = tables()[table]
    if all(values.get(name) and name not in unread for name in form.primary_key):
        return form.key_of(values)
    return first_cell
