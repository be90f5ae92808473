"""What the review works with: the desk, the sources behind its findings, the filters that were kept, and the words for all of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from exchange.checks.findings import Evidence, Finding
from exchange.errors import WorkspaceError
from exchange.language import translate as _
from exchange.review.desk import Desk
from exchange.review.filtering import Filter
from exchange.review.saved_filters import Shelf
from exchange.review.sources import Facts, NotShown, SourcePage, Sources
from tui.dossier import Dossiers


@dataclass(frozen=True, slots=True)
class NoSources:
    """Findings without files behind them."""

    def facts(self, _finding: Finding) -> Facts:
        """Return nothing beside the finding's own cells."""
        return Facts()

    def page(self, _item: Evidence, _above: int, _below: int) -> SourcePage | NotShown:
        """Say that no file is there."""
        return NotShown("no-file")

    def unlock(self, _passphrase: str) -> bool:
        """Open nothing."""
        return False


@dataclass(frozen=True, slots=True)
class NoShelf:
    """A review that keeps no filters."""

    def saved(self) -> Mapping[str, Filter]:
        """Return none."""
        return {}

    def save(self, _name: str, _wanted: Filter) -> None:
        """Refuse."""
        raise WorkspaceError(_("Filters are kept in a workspace, and this review has none."))

    def remove(self, _name: str) -> None:
        """Forget what was never kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Room:
    """What the screens of the review share.

    Attributes:
        heading: whose workspace it is, safe to show.
        files: the folder for what is written on demand; None writes nothing.
    """

    desk: Desk
    dossiers: Dossiers
    heading: str
    sources: Sources = field(default_factory=NoSources)
    shelf: Shelf = field(default_factory=NoShelf)
    files: Path | None = None
