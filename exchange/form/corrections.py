"""Corrections: what a decision changed, beside the reported data that stay as they were. Made by review, read by checks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """One changed cell; ``field`` ``*`` leaves the row out of the corrected view.

    Attributes:
        key: the row's primary key joined by ``|``.
        reported, corrected: canonical text; None is an empty cell. Both None where a K01 was redacted.
        who: the party's name and key fingerprint; when: UTC, ISO 8601.
    """

    table: str
    key: str
    field: str
    reported: str | None
    corrected: str | None
    finding_id: str
    who: str
    when: str
