"""The ledger: one SQLite file of events that can be added to and never changed.

Events come in, a history with a head goes out; the head is the sorted list of tips, events that no other
event names as parent. It refuses a second writer (one sentence) and, by triggers, any UPDATE or DELETE.

A rollback journal and not a WAL: a person copies the workspace as a folder, and the one file must be whole.
``synchronous=EXTRA`` costs one more fsync per command, and what was said saved survives a power cut.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from exchange.errors import WorkspaceError
from exchange.language import translate as _
from exchange.ledger.branches import in_common_order
from exchange.ledger.events import Body, Event, read_event, stamp
from exchange.ledger.lineage import Link

FILE = "ledger.sqlite"

# Seconds another process may take to finish its own transaction.
PATIENCE = 5.0

# Of the file and of the ids; 1 made an id of an event's bytes in one piece.
_FORMAT = 2

_REFUSE = "BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END;"
# REPLACE deletes without asking a delete trigger, so an insert upon what is there is refused by itself.
_SCHEMA = f"""
BEGIN IMMEDIATE;
CREATE TABLE events (position INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, canonical BLOB NOT NULL) STRICT;
CREATE TABLE parents (child TEXT NOT NULL REFERENCES events (id), parent TEXT NOT NULL REFERENCES events (id),
    PRIMARY KEY (parent, child)) STRICT;
CREATE TRIGGER events_update BEFORE UPDATE ON events {_REFUSE}
CREATE TRIGGER events_delete BEFORE DELETE ON events {_REFUSE}
CREATE TRIGGER events_replace BEFORE INSERT ON events
    WHEN EXISTS (SELECT 1 FROM events WHERE position = NEW.position OR id = NEW.id) {_REFUSE}
CREATE TRIGGER parents_update BEFORE UPDATE ON parents {_REFUSE}
CREATE TRIGGER parents_delete BEFORE DELETE ON parents {_REFUSE}
CREATE TRIGGER parents_replace BEFORE INSERT ON parents
    WHEN EXISTS (SELECT 1 FROM parents WHERE parent = NEW.parent AND child = NEW.child) {_REFUSE}
PRAGMA user_version = {_FORMAT};
COMMIT;
"""
_TIPS = "SELECT id FROM events WHERE NOT EXISTS (SELECT 1 FROM parents WHERE parent = id) ORDER BY id"


@dataclass(frozen=True, slots=True)
class Break:
    """Where the history does not fit itself.

    Attributes:
        position: the event's place in the file, from 1.
        code: ``unreadable``, ``altered`` (the bytes do not give the id), ``orphan`` (a parent is missing or
            comes later) or ``parents-differ`` (the index of parents says other than the event).
    """

    position: int
    event_id: str
    code: str


class Ledger:
    """The events of one workspace. Every call opens and closes the file, so nobody is kept waiting."""

    def __init__(self, path: Path) -> None:
        """Remember where the file lies; nothing is opened yet."""
        self._path = path

    @classmethod
    def create(cls, path: Path) -> Ledger:
        """Make an empty ledger.

        Raises:
            WorkspaceError: one is already there.
        """
        if path.exists():
            raise WorkspaceError(_("{path} is already there; choose another folder.").format(path=path))
        ledger = cls(path)
        # Reasons may name people: nobody but the owner reads them, where the system knows owners.
        path.touch(mode=0o600)
        with ledger._opened(new=True) as connection:
            connection.executescript(_SCHEMA)
        return ledger

    def events(self) -> list[Event]:
        """Return all events, parents before children: as they were written, united copies in the order they share."""
        with self._opened() as connection:
            rows = connection.execute("SELECT canonical FROM events ORDER BY position").fetchall()
        return in_common_order([read_event(bytes(row[0])) for row in rows])

    def links(self) -> tuple[Link, ...]:
        """Return the links of all events in the order of :meth:`events`."""
        return tuple(event.link for event in self.events())

    def head(self) -> tuple[str, ...]:
        """Return the sorted tips; empty for an empty ledger."""
        with self._opened() as connection:
            return _tips(connection)

    def append(self, kind: str, body: Body, *, who: str, at: datetime) -> Event:
        """Add one event upon the tips, in one transaction.

        Raises:
            WorkspaceError: another process holds the ledger, or the file cannot be written; nothing was added.
        """
        (event,) = self.append_all([(kind, body)], who=who, at=at)
        return event

    def append_all(self, said: Iterable[tuple[str, Body]], *, who: str, at: datetime) -> list[Event]:
        """Add events, each upon the one before it, all or none, in one transaction.

        Args:
            said: the kind and the body of each.
            who: wrote them all.
            at: the one moment of them all.

        Raises:
            WorkspaceError: another process holds the ledger, or the file cannot be written; nothing was added.
        """
        events: list[Event] = []
        with self._opened() as connection, _transaction(connection):
            tips = _tips(connection)
            for kind, body in said:
                event = Event(parents=tips, kind=kind, at=stamp(at), who=who, body=body)
                _insert(connection, event)
                events.append(event)
                tips = (event.id,)
        return events

    def size(self) -> int:
        """Return how many events there are."""
        with self._opened() as connection:
            return int(connection.execute("SELECT coalesce(max(position), 0) FROM events").fetchone()[0])

    def unite(self, events: Iterable[Event]) -> list[Event]:
        """Add events of a copy of this history, all or none, and return those that were not here.

        Args:
            events: parents before children; each parent is here or among them.

        Raises:
            WorkspaceError: another process holds the ledger, or the file cannot be written; nothing was added.
        """
        with self._opened() as connection, _transaction(connection):
            known = {str(row[0]) for row in connection.execute("SELECT id FROM events")}
            new = [event for event in events if event.id not in known]
            for event in new:
                _insert(connection, event)
        return new

    def verify(self) -> list[Break]:
        """Return every place where the history does not fit itself; empty where it is whole."""
        with self._opened() as connection:
            rows = connection.execute(
                "SELECT position, id, canonical FROM events ORDER BY position"
            ).fetchall()
            edges = connection.execute("SELECT child, parent FROM parents").fetchall()
        return list(_breaks(rows, edges))

    @contextmanager
    def _opened(self, *, new: bool = False) -> Iterator[sqlite3.Connection]:
        if not new and not self._path.exists():
            raise WorkspaceError(
                _("{path} is missing; restore it from a copy of the workspace.").format(path=self._path)
            )
        try:
            with closing(sqlite3.connect(self._path, timeout=PATIENCE, isolation_level=None)) as connection:
                connection.execute("PRAGMA synchronous = EXTRA")
                connection.execute("PRAGMA foreign_keys = ON")
                if not new:
                    self._refuse_format(connection)
                yield connection
        except sqlite3.OperationalError as error:
            raise self._refusal(error) from None
        except sqlite3.DatabaseError:
            raise WorkspaceError(
                _("{path} is no ledger or is damaged; restore it from a copy of the workspace.").format(
                    path=self._path
                )
            ) from None

    def _refuse_format(self, connection: sqlite3.Connection) -> None:
        (found,) = connection.execute("PRAGMA user_version").fetchone()
        if found not in (0, _FORMAT):
            raise WorkspaceError(
                _(
                    "{path} is a ledger of form {found} and this program reads {ours}; use the enblanket that made it."
                ).format(path=self._path, found=found, ours=_FORMAT)
            )

    def _refusal(self, error: sqlite3.OperationalError) -> WorkspaceError:
        if "locked" in str(error) or "busy" in str(error):
            return WorkspaceError(
                _("{path} is in use by another enblanket; wait until it has finished and try again.").format(
                    path=self._path
                )
            )
        return WorkspaceError(
            _("{path} cannot be used ({reason}); see that the disk has room and may be written.").format(
                path=self._path, reason=error
            )
        )


@contextmanager
def _transaction(connection: sqlite3.Connection) -> Iterator[None]:
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
    except BaseException:
        connection.execute("ROLLBACK")
        raise
    connection.execute("COMMIT")


def _tips(connection: sqlite3.Connection) -> tuple[str, ...]:
    return tuple(str(row[0]) for row in connection.execute(_TIPS))


def _insert(connection: sqlite3.Connection, event: Event) -> None:
    connection.execute("INSERT INTO events (id, canonical) VALUES (?, ?)", (event.id, event.canonical()))
    connection.executemany(
        "INSERT INTO parents (child, parent) VALUES (?, ?)", [(event.id, parent) for parent in event.parents]
    )


def _breaks(rows: Sequence[tuple[int, str, bytes]], edges: Iterable[tuple[str, str]]) -> Iterator[Break]:
    indexed: dict[str, set[str]] = {}
    for child, parent in edges:
        indexed.setdefault(child, set()).add(parent)
    seen: set[str] = set()
    for position, event_id, canonical in rows:
        code = _fault(event_id, bytes(canonical), seen, indexed.get(event_id, set()))
        if code:
            yield Break(position, event_id, code)
        seen.add(event_id)


def _fault(event_id: str, canonical: bytes, seen: set[str], indexed: set[str]) -> str | None:
    try:
        event = read_event(canonical)
    except WorkspaceError:
        return "unreadable"
    if event.id != event_id or event.canonical() != canonical:
        return "altered"
    if not set(event.parents) <= seen or (seen and not event.parents):
        return "orphan"
    return None if set(event.parents) == indexed else "parents-differ"
