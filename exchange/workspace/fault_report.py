"""What somebody who mends the program needs to know of a workspace, and nothing of what it says: versions, counts and rule ids.

A workspace in, names and values out. No name, number of a person, party, path, amount, reason or cell is among them.
"""

from __future__ import annotations

import locale
import os
import platform
import sqlite3
import sys
from collections import Counter
from collections.abc import Iterable
from importlib.metadata import PackageNotFoundError, version
from typing import TYPE_CHECKING

from exchange import __version__
from exchange.form.tables import form_version
from exchange.language import current

if TYPE_CHECKING:
    from exchange.workspace.folder import Workspace

_PACKAGES = ("textual", "rich", "duckdb", "openpyxl", "cryptography", "python-calamine")
_SURROUNDINGS = ("TERM", "COLORTERM", "NO_COLOR", "TERM_PROGRAM")
_LONGEST = 40


def fault_report(workspace: Workspace) -> dict[str, object]:
    """Return what to send when something fails.

    Raises:
        WorkspaceError: the ledger cannot be read.
        RuleError: our own rules cannot be run.
    """
    from exchange.checks.rules import load_rules

    chronicle, rules = workspace.chronicle(), load_rules()
    entries = workspace.review().entries
    return {
        **surroundings(),
        "form": form_version(),
        "rules": f"{rules.version} {rules.sha256[:12]}",
        "events": _counted(event.kind for event in workspace.ledger.events()),
        "breaks in the ledger": len(workspace.ledger.verify()),
        "agreements": len(chronicle.agreements),
        "findings by rule": _counted(entry.finding.rule for entry in entries),
        "findings by status": _counted(entry.status for entry in entries),
    }


def surroundings() -> dict[str, object]:
    """Return what the program runs on."""
    return {
        "enblanket": __version__,
        "python": platform.python_version(),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "sqlite": sqlite3.sqlite_version,
        **{name: _version(name) for name in _PACKAGES},
        "language": current(),
        "encoding": f"{locale.getpreferredencoding(do_setlocale=False)} {sys.getfilesystemencoding()}",
        **{name: os.environ[name][:_LONGEST] for name in _SURROUNDINGS if name in os.environ},
    }


def _version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError:
        return "-"


def _counted(words: Iterable[str]) -> str:
    return ", ".join(f"{word} {count}" for word, count in sorted(Counter(words).items()))
