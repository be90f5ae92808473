"""Faults of form: what a reader saw in a file that the table alone cannot show. Made by intake, told by checks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, order=True)
class Fault:
    """One form fault at one cell; becomes the finding ``F-<type>``.

    Attributes:
        type: frictionless's error type, e.g. ``type-error``, ``extra-cell``, ``blank-row``.
        key: the row's primary key joined by ``|``, or ``sha256[:12]#SHEET!A1`` where it is unreadable.
    """

    type: str
    table: str
    key: str
    field: str
