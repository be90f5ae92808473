"""The findings of a workspace in pages (:mod:`exchange.review.page_file`): made when they are missing, read as long as they are right.

What a check says depends on the rows, the rules, the auditors' profiles, the language and the corrections of the decisions in
force: the key names them all, so that pages of another key are never read. Decisions that correct nothing do not make them anew.
Many findings are judged by a process of its own, which keeps its memory and its work off the screen's::

    python -m exchange.workspace.finding_pages FOLDER LANGUAGE [AUDITOR]
"""

from __future__ import annotations

import hashlib
import json
import os
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from exchange import __version__
from exchange.language import current, use
from exchange.review.listing import Layered, MemoryListing
from exchange.review.open_list import latest_of
from exchange.review.page_file import FORMAT, write_pages
from exchange.review.paged import PagedListing
from exchange.workspace.chronicle import AGREEMENT, PURGE, TAKE, WITHDRAW
from exchange.workspace.finding_files import SUFFIX, forget_pages, make_folder, pages_file
from exchange.workspace.folder import Workspace, open_workspace

if TYPE_CHECKING:
    from exchange.review.decisions import Decision
    from exchange.review.open_list import Entry

# Reported rows from which on a process of its own costs less than it saves.
MANY_ROWS = 50_000


def pages_key(workspace: Workspace, auditor: str | None) -> str:
    """Return the sha256 of everything that the findings depend on.

    Raises:
        RuleError: the rules cannot be read.
    """
    from exchange.checks.rules import load_rules

    brought = [
        event.id for event in workspace.ledger.events() if event.kind in (AGREEMENT, TAKE, WITHDRAW, PURGE)
    ]
    profiles = {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted((workspace.folder / "auditors").glob("*.toml"))
    }
    whole = [
        FORMAT,
        __version__,
        load_rules().sha256,
        current(),
        auditor,
        brought,
        profiles,
        _correcting(workspace.decisions()),
    ]
    return hashlib.sha256(json.dumps(whole).encode()).hexdigest()


def _file(workspace: Workspace, auditor: str | None) -> Path:
    return pages_file(workspace.folder, pages_key(workspace, auditor), current())


def fresh_listing(workspace: Workspace, auditor: str | None) -> PagedListing | None:
    """Return the pages that lie there for the rows and corrections as they are; None where none do, or they are damaged."""
    path = _file(workspace, auditor)
    if not path.is_file():
        return None
    try:
        return PagedListing(path, workspace.decisions())
    except sqlite3.Error:
        return None


class Judge:
    """Judges the rows of a workspace into pages: those that lie there where they are right, and new ones where not."""

    def __init__(self, workspace: Workspace, auditor: str | None, many_rows: int = MANY_ROWS) -> None:
        """Remember what to judge.

        Args:
            workspace: read by this judge alone, which may run beside others that decide.
            auditor: a profile that judges instead of each party's own.
            many_rows: reported rows from which on a process of its own judges.
        """
        self._workspace, self._auditor, self._many = workspace, auditor, many_rows
        self._process: subprocess.Popen[bytes] | None = None
        self._is_stopped = False

    def listing(self) -> Layered | None:
        """Return the findings with the decisions of now, in memory where no page can be written; None where it was stopped.

        Raises:
            RuleError: a rule or profile cannot be used.
        """
        self._workspace.look_again()
        found = fresh_listing(self._workspace, self._auditor)
        if found is None and self._has_many_rows:
            if not self._is_stopped:
                self._judge_elsewhere()
            if self._is_stopped:
                return None
            found = fresh_listing(self._workspace, self._auditor)
        return found or self.judge_here()

    def stop(self) -> None:
        """End what goes on elsewhere; somebody leaves."""
        self._is_stopped = True
        if self._process is not None:
            self._process.terminate()

    @property
    def takes_time(self) -> bool:
        """Whether many rows must be judged for the next listing."""
        return self._has_many_rows and not _file(self._workspace, self._auditor).is_file()

    @property
    def _has_many_rows(self) -> bool:
        takes = self._workspace.chronicle().takes
        return sum(stored.rows for take in takes for stored in take.tables.values()) >= self._many

    def judge_here(self) -> Layered:
        """Judge in this process and write the pages."""
        workspace = self._workspace
        entries = workspace.review(self._auditor).entries
        path = _file(workspace, self._auditor)
        try:
            _write(path, entries, make_folder(workspace.folder))
            forget_pages(workspace.folder, but=path)
            return PagedListing(path, workspace.decisions())
        except (OSError, sqlite3.Error):
            # A full disk, or a folder that is not ours to write to: the pages are a convenience, what they say is not.
            return MemoryListing(entries)

    def _judge_elsewhere(self) -> None:
        """Have a process of its own write the pages; what it cannot do is tried, and told, here."""
        folder = str(self._workspace.folder.absolute())
        words = [
            sys.executable,
            "-m",
            __name__,
            folder,
            current(),
            *([self._auditor] if self._auditor else []),
        ]
        with subprocess.Popen(
            words, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        ) as self._process:
            if self._is_stopped:
                # Somebody left while it was started.
                self._process.terminate()
            self._process.wait()
        self._process = None


def _write(path: Path, entries: Sequence[Entry], folder: Path) -> None:
    with tempfile.TemporaryDirectory(dir=folder, prefix=".") as workplace:
        written = Path(workplace) / f"new{SUFFIX}"
        write_pages(written, entries)
        written.chmod(0o600)
        written.replace(path)


def _correcting(decisions: Sequence[Decision]) -> list[list[str]]:
    """Return the events of the decisions that correct something, or would but for a rival, in their order."""
    return [
        [one.event for one in (decision, *decision.rivals)]
        for decision in latest_of(decisions).values()
        if any(one.corrections for one in (decision, *decision.rivals))
    ]


def main(words: Sequence[str]) -> int:
    """Write the pages of a workspace, after those who wait for a key to be answered."""
    folder, language, *auditor = words
    if hasattr(os, "nice"):
        os.nice(5)
    use("en" if language == "en" else "da")
    workspace = open_workspace(Path(folder), lambda: datetime.now(UTC))
    Judge(workspace, auditor[0] if auditor else None).judge_here()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
