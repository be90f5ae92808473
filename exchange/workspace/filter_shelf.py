"""The saved filters of a workspace: ``filters.toml`` in its folder, which a copy of the folder brings along."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from exchange.atomic import write_atomically
from exchange.errors import WorkspaceError
from exchange.language import translate as _
from exchange.review.filtering import Filter
from exchange.review.saved_filters import read_filters, write_filters

FILTERS = "filters.toml"


@dataclass(frozen=True, slots=True)
class FilterShelf:
    """The filters that lie in a workspace's folder."""

    folder: Path

    def saved(self) -> Mapping[str, Filter]:
        """Return the filters by their names.

        Raises:
            WorkspaceError: the file is something else.
        """
        path = self.folder / FILTERS
        if not path.is_file():
            return {}
        try:
            return read_filters(path.read_text(encoding="utf-8-sig"), FILTERS)
        except UnicodeDecodeError:
            raise WorkspaceError(
                _("{path} is not UTF-8 text; save it as UTF-8.").format(path=FILTERS)
            ) from None

    def save(self, name: str, wanted: Filter) -> None:
        """Keep a filter; one of that name is replaced.

        Raises:
            WorkspaceError: it may not be kept.
            OSError: it could not be written; the filters are as they were.
        """
        self._write({**self.saved(), name: wanted})

    def remove(self, name: str) -> None:
        """Forget a filter.

        Raises:
            WorkspaceError, OSError: as :meth:`save`.
        """
        self._write({kept: wanted for kept, wanted in self.saved().items() if kept != name})

    def _write(self, filters: Mapping[str, Filter]) -> None:
        write_atomically(self.folder / FILTERS, write_filters(filters).encode())
