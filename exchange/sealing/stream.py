"""The stream that a package belongs to; its numbers count within it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stream:
    """All packages of one sender, recipient, agreement and jobcentre."""

    sender: str
    recipient: str
    agreement_id: str
    jobcentre: str
