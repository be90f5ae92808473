"""Who sent which file, and what names and numbers mean there: what all of a file's cells are read by.

Values only.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from exchange.intake.crosswalk import Crosswalk, Known
from exchange.parties import Party


def _nobody_looks(rows: int) -> None:
    """Tell nobody."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """One file's sender and meaning.

    Attributes:
        file, sha256: the file's name, used in cells and messages, and the hash of its bytes.
        sender: who sent it.
        crosswalk: local names and numbers to ids.
        known: placements, mentors and roles that the workspace knows.
        trainee_key: called when a CPR number is met.
        watch: told now and then how many rows of the file were met.
    """

    file: str
    sha256: str
    sender: Party
    crosswalk: Crosswalk
    known: Known
    trainee_key: Callable[[], bytes]
    watch: Callable[[int], None] = _nobody_looks
