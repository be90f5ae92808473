"""What the ledger says of ``trust/``: by which files it stands, and which directories were accepted.

Stands under ``chronicle``; ``trust_desk`` writes the events. Each names the files that changed with their SHA-256 (null:
taken out) and the hash of the whole trust after it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import cast

from exchange.ledger.events import Event

TRUST, DISTRUST, REVOKED, ACCEPTED = "trust", "distrust", "revoke", "directory"


def trusted_files(events: Iterable[Event]) -> dict[str, str]:
    """Return the files of the trust after the events, by name their SHA-256."""
    found: dict[str, str] = {}
    for event in events:
        if event.kind in (TRUST, DISTRUST, REVOKED, ACCEPTED):
            changes = cast("dict[str, str | None]", event.body.get("changes", {}))
            found |= {name: digest for name, digest in changes.items() if digest is not None}
            for name in [name for name, digest in changes.items() if digest is None]:
                found.pop(name, None)
    return found


def newest_directories(events: Iterable[Event]) -> dict[tuple[str, str], int]:
    """Return the highest number of each lead's directories, by lead and agreement."""
    found: dict[tuple[str, str], int] = {}
    for event in events:
        if event.kind == ACCEPTED:
            mark = str(event.body["lead"]), str(event.body["agreement_id"])
            found[mark] = max(found.get(mark, 0), cast("int", event.body["sequence"]))
    return found
