"""Files that our keys do not open: a copy with keys of its own took them before a merge, or ours were made anew since.

The ledger tells it without a passphrase: who writes an event writes the fingerprint of the keys beside it, and the bytes of a
take are encrypted to its writer.
"""

from __future__ import annotations

from exchange.workspace.folder import Workspace
from exchange.workspace.key_desk import ROTATE


def shut_sources(workspace: Workspace) -> frozenset[str]:
    """Return the addresses of stored files that were encrypted to other keys than ours of today and before.

    Raises:
        KeyRefused: the workspace has no keys.
    """
    ours = _held(workspace)
    writers = {event.id: event.who for event in workspace.ledger.events()}
    first: dict[str, str] = {}
    for take in workspace.chronicle().takes:
        for one in take.files:
            first.setdefault(one.source, writers[take.event])
    return frozenset(source for source, who in first.items() if not who.endswith(ours))


def _held(workspace: Workspace) -> tuple[str, ...]:
    """Return the fingerprints of our keys, those that were rotated away among them."""
    from exchange.sealing.certificates import grouped
    from exchange.sealing.keys import own_certificate

    held = {own_certificate(workspace.keys).sha256}
    for event in reversed(workspace.ledger.events()):
        if event.kind == ROTATE and event.body["new"] in held:
            held.add(str(event.body["old"]))
    return tuple(grouped(sha256) for sha256 in held)
