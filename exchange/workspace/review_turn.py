"""Whose turn it is to review: one person at a time decides on a screen, others look on and are told who it is.

The note ``.review/turn`` is held by a lock of the operating system, which ends with the process however that ends; a copied
workspace holds nobody. SQLite does the locking, as it does for the ledger, on every system the same.
"""

from __future__ import annotations

import os
import platform
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import datetime
from pathlib import Path

from exchange.ledger.events import stamp
from exchange.review.desk import ReadOnly
from exchange.workspace.finding_files import make_folder

FILE = "turn"
# Milliseconds that somebody who takes the turn at this moment may need to write the note.
_PATIENCE = 1_000
_NOTE = "CREATE TABLE IF NOT EXISTS turn (place INTEGER PRIMARY KEY, who TEXT, host TEXT, pid INTEGER, since TEXT)"
_TAKE = "INSERT OR REPLACE INTO turn VALUES (0, ?, ?, ?, ?)"


@contextmanager
def turn(workspace: Path, who: str, now: datetime) -> Iterator[ReadOnly | None]:
    """Take the turn for the block; give who has it instead where somebody has.

    Where the folder cannot be written there is nothing to take: the ledger will say so itself.
    """
    try:
        path = make_folder(workspace) / FILE
    except OSError:
        yield None
        return
    try:
        connection = sqlite3.connect(path, timeout=0, isolation_level=None)
    except sqlite3.Error:
        yield None
        return
    with closing(connection):
        yield _taken(connection, ReadOnly(who, platform.node(), os.getpid(), stamp(now)))


def _taken(connection: sqlite3.Connection, ours: ReadOnly) -> ReadOnly | None:
    try:
        connection.execute("PRAGMA synchronous = OFF")
        connection.execute(_NOTE)
        connection.execute(_TAKE, (ours.who, ours.host, ours.pid, ours.since))
        # Held until the connection is closed; others may read the note meanwhile.
        connection.execute("BEGIN IMMEDIATE")
    except sqlite3.Error as error:
        return _holder(connection) if "locked" in str(error) else None
    return None


def _holder(connection: sqlite3.Connection) -> ReadOnly:
    connection.execute(f"PRAGMA busy_timeout = {_PATIENCE}")
    (who, host, pid, since), *_others = connection.execute("SELECT who, host, pid, since FROM turn")
    return ReadOnly(who, host, pid, since)
