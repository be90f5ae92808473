"""``purge --before DATE``: retention ends; rows, sources and packages from before that day go, hashes and the ledger stay.

A day in, a :class:`Plan` out; and the plan done. An object goes as a whole, when the latest date in it lies before the day;
a source and what was seen while it was read go with the last of its tables; an answer workbook and its remarks go when they
came before the day; a package goes when it was sealed or came before the day and its period ended before it. An object that
something kept needs too is never named. The event that says what goes is written first and the files are deleted after
it: a process that dies in between has purged, nothing reads what it left, and the next purge deletes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path

from exchange.errors import WorkspaceError
from exchange.form.tables import table
from exchange.language import translate as _
from exchange.ledger.events import Body, Event
from exchange.periods import parse_period
from exchange.post.drafts import FOLDER as DRAFTS
from exchange.post.states import CAME
from exchange.workspace.chronicle import PURGE, SEAL, Take, purge_body
from exchange.workspace.correspondence import ANSWER, QUESTION
from exchange.workspace.deliveries import COUNTERSIGN, RECEIVE
from exchange.workspace.folder import Workspace
from exchange.workspace.inquiries import ASKED, REPLY
from exchange.workspace.inquiries import FOLDER as ASKED_FOLDER
from exchange.workspace.losses import FOUND
from exchange.workspace.standing import latest_date
from exchange.workspace.workbook_post import ready_in

_PACKAGES = (SEAL, FOUND, "draft", COUNTERSIGN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What goes.

    Attributes:
        objects: addresses that nothing kept needs; left_over: those that an earlier purge named and did not delete.
        sources, tables, packages: how many of each are among the objects.
        files: copies of these packages in outbox and quarantine, and what killed processes left half-written there.
        staying: tables that hold rows from before the day and from it on; their older rows no longer stand.
    """

    before: date
    objects: tuple[str, ...]
    left_over: tuple[str, ...]
    sources: int
    tables: int
    packages: tuple[str, ...]
    files: tuple[Path, ...]
    staying: int

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to say and nothing to delete."""
        return not self.objects and not self.left_over and not self.files and not self.staying


def plan_purge(workspace: Workspace, before: date) -> Plan:
    """Return what goes when retention ends for what lies before the day.

    Raises:
        WorkspaceError: the day is no first of a month, or still to come.
    """
    _refuse_day(before, workspace.clock().date(), workspace.chronicle().retained_from)
    events = workspace.ledger.events()
    takes = workspace.chronicle().takes
    dated = {take.event: _latest(workspace, take) for take in takes}
    old_tables = [
        stored.address
        for take in takes
        for name, stored in take.tables.items()
        if dated[take.event][name] < before
    ]
    over = [take for take in takes if take.files and _is_over(take, dated[take.event], before)]
    answers = [event for event in events if event.kind == ANSWER and event.at[:10] < before.isoformat()]
    sources = [one.source for take in over for one in take.files]
    sources += [str(event.body["source"]) for event in answers]
    packages = [(event, address) for event, address in _packages(events) if _is_old(event, before)]
    gone = {
        *old_tables,
        *sources,
        *(take.details for take in over),
        *(str(event.body["details"]) for event in answers),
        *(address for _event, address in packages),
    }
    kept = _needed(workspace, events, gone, over) | _of_answers(events, before)
    objects = sorted(gone - kept - workspace.chronicle().purged)
    there = [address for address in objects if workspace.objects.path(address).exists()]
    return Plan(
        before=before,
        objects=tuple(there),
        left_over=tuple(_left_over(workspace, kept)),
        sources=len(set(sources) & set(there)),
        tables=len(set(old_tables) & set(there)),
        packages=tuple(sorted({address for _event, address in packages} & set(there))),
        files=(*_copies(workspace, events, before), *_half_written(workspace, before)),
        staying=0
        if workspace.chronicle().retained_from == before
        else _staying(workspace, takes, set(old_tables), before),
    )


def purge(workspace: Workspace, plan: Plan) -> None:
    """Do it: the event first, the files after it.

    Raises:
        WorkspaceError: the ledger could not be written; nothing was deleted.
        OSError: a file could not be deleted; the next purge deletes it.
    """
    names = [path.relative_to(workspace.folder).as_posix() for path in plan.files]
    workspace.record(PURGE, purge_body(plan.before, plan.objects, plan.packages, names))
    for path in plan.files:
        path.unlink(missing_ok=True)
    for address in (*plan.objects, *plan.left_over):
        workspace.objects.path(address).unlink(missing_ok=True)


def _refuse_day(before: date, today: date, retained_from: date | None) -> None:
    if before.day != 1:
        raise WorkspaceError(
            _("Retention ends with a month: give the first day of one, not {day}.").format(day=before)
        )
    if before > today:
        raise WorkspaceError(_("{day} is still to come; nothing of today is purged.").format(day=before))
    if retained_from is not None and before < retained_from:
        raise WorkspaceError(
            _("What lies before {purged} was purged already; give that day or a later one.").format(
                purged=retained_from
            )
        )


def _latest(workspace: Workspace, take: Take) -> dict[str, date]:
    """Return the latest date in each table of a take; one without dates is as old as the newest of the others."""
    import duckdb

    found: dict[str, date | None] = {}
    with duckdb.connect() as connection:
        for name, stored in take.tables.items():
            latest = latest_date(table(name))
            path = str(workspace.objects.path(stored.address))
            query = f"SELECT max({latest}) FROM read_parquet(?)" if latest else None
            row = connection.execute(query, [path]).fetchone() if query else None
            found[name] = date.fromisoformat(row[0]) if row and row[0] else None
    taken = date.fromisoformat(take.at[:10])
    newest = max((day for day in found.values() if day is not None), default=taken)
    return {name: newest if day is None else day for name, day in found.items()}


def _is_over(take: Take, dated: dict[str, date], before: date) -> bool:
    """Whether all tables go; a take that brought no rows is as old as itself."""
    latest = max(dated.values(), default=date.fromisoformat(take.at[:10]))
    return latest < before


def _packages(events: Iterable[Event]) -> Iterator[tuple[Event, str]]:
    for event in events:
        if event.kind in _PACKAGES:
            yield event, str(event.body["sha256"])
        elif event.kind == RECEIVE:
            yield event, str(event.body["stored"])


def _is_old(event: Event, before: date) -> bool:
    ended = parse_period(str(event.body["period"])).end
    return date.fromisoformat(event.at[:10]) < before and ended < before


def _needed(workspace: Workspace, events: list[Event], gone: set[str], over: list[Take]) -> set[str]:
    """Return the addresses that something needs which is not among what goes."""
    ending = {take.event for take in over}
    kept = [
        address
        for take in workspace.chronicle().takes
        if take.files and take.event not in ending
        for address in (take.details, *(one.source for one in take.files))
    ]
    kept += [
        stored.address
        for take in workspace.chronicle().takes
        for stored in take.tables.values()
        if stored.address not in gone
    ]
    kept += [
        stored.address
        for added in workspace.chronicle().agreements.values()
        for stored in added.tables.values()
    ]
    kept += [str(event.body["history"]) for event in events if "history" in event.body]
    kept += [address for _event, address in _packages(events) if address not in gone]
    return set(kept)


def _of_answers(events: Iterable[Event], since: date) -> set[str]:
    """Return the addresses of answers that came on the day or later."""
    return {
        str(event.body[name])
        for event in events
        if event.kind == ANSWER and event.at[:10] >= since.isoformat()
        for name in ("source", "details")
    }


def _left_over(workspace: Workspace, kept: set[str]) -> Iterator[str]:
    for address in sorted(workspace.chronicle().purged - kept):
        if workspace.objects.path(address).exists():
            yield address


def _copies(workspace: Workspace, events: Iterable[Event], before: date) -> Iterator[Path]:
    """Give the files of old packages and questions that still lie in the outbox or in quarantine."""
    found: dict[Path, None] = {}
    for event in events:
        found.update(dict.fromkeys(_workbooks(workspace, event, before.isoformat())))
        if event.kind in (*_PACKAGES, RECEIVE) and _is_old(event, before):
            found.update(dict.fromkeys(_copies_of(workspace, event.kind, event.body)))
        elif event.kind == CAME and date.fromisoformat(event.at[:10]) < before:
            found.update(dict.fromkeys(_quarantined(workspace, str(event.body["sha256"]))))
    yield from (path for path in found if path.is_file())


def _workbooks(workspace: Workspace, event: Event, before: str) -> Iterator[Path]:
    """Give the files of questions and answers, ours and others', where they are old."""
    if event.kind == QUESTION and str(event.body["due"]) < before:
        workbook = workspace.outbox / Path(str(event.body["file"])).name
        yield from (workbook, workbook.with_suffix(".eml"))
    elif event.kind == ASKED and str(event.body["due"]) < before:
        yield workspace.folder / "inbox" / ASKED_FOLDER / Path(str(event.body["file"])).name
    ready = ready_in(event.body) if event.kind in (QUESTION, REPLY) else None
    if ready is not None and str(event.body.get("due", event.at[:10])) < before:
        yield from (workspace.outbox / ready.name, *_drafts_of(workspace, ready.name))


def _copies_of(workspace: Workspace, kind: str, body: Body) -> list[Path]:
    if kind == RECEIVE:
        return _quarantined(workspace, str(body["stored"]))
    name = Path(str(body["name"])).name
    return [workspace.outbox / name, workspace.outbox / f"{name}.age", *_drafts_of(workspace, name)]


def _drafts_of(workspace: Workspace, name: str) -> list[Path]:
    return [path for path in (workspace.outbox / DRAFTS).glob("*.eml") if path.name.startswith(name)]


def _quarantined(workspace: Workspace, sha256: str) -> list[Path]:
    folder = workspace.folder / "inbox" / "quarantine"
    return [folder / f"{sha256}{ending}" for ending in (".asice", ".asice.age")]


def _half_written(workspace: Workspace, before: date) -> Iterator[Path]:
    """Give the files that a process was killed over before the day, where rows and packages are written."""
    start = datetime.combine(before, time.min, UTC).timestamp()
    quarantine = workspace.folder / "inbox" / "quarantine"
    for path in (
        *(workspace.folder / "objects").rglob("*"),
        *workspace.outbox.glob(".*"),
        *quarantine.glob(".*"),
    ):
        hidden = any(part.startswith(".") for part in path.relative_to(workspace.folder).parts)
        if hidden and path.is_file() and path.stat().st_mtime < start:
            yield path


def _staying(workspace: Workspace, takes: Iterable[Take], old: set[str], before: date) -> int:
    """Return how many kept tables hold rows from before the day too."""
    import duckdb

    count = 0
    with duckdb.connect() as connection:
        for take in takes:
            for name, stored in take.tables.items():
                latest = latest_date(table(name))
                if latest is None or stored.address in old:
                    continue
                query = f"SELECT min({latest}) FROM read_parquet(?)"
                row = connection.execute(query, [str(workspace.objects.path(stored.address))]).fetchone()
                count += bool(row and row[0] and date.fromisoformat(row[0]) < before)
    return count
