"""The crosswalk of a workspace: which local names and numbers stand for which ids, who says so, and which nobody knows yet.

``crosswalk.csv`` in the workspace is what ``enblanket crosswalk`` writes; agreement files bring names of their own. They
are united: the workspace's own file counts before a ``crosswalk.csv`` in ``agreements/``, that before the one that came beside an
agreement file, that before the section in it, and of two agreements the one that was added last. None of them ever
travels. It refuses an id that nobody knows, a CPR number, and a name that already stands for another id.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from exchange.atomic import write_atomically
from exchange.errors import CrosswalkRefused
from exchange.form.canonical import fault_of
from exchange.form.confidential import masked
from exchange.form.tables import table
from exchange.intake.crosswalk import name_key, ten_digits
from exchange.intake.near import Known, Near, near_matches
from exchange.intake.read import FileIntake
from exchange.intake.words import squeezed
from exchange.language import translate as _
from exchange.workspace.agreements import CROSSWALK_KINDS, Names, read_crosswalk
from exchange.workspace.folder import Workspace
from exchange.workspace.local_names import CROSSWALK

KIND_OF = {
    "placement_id": "placements",
    "mentor_id": "mentors",
    "held_by": "mentors",
    "trainee_ref": "trainees",
}
_ID_FIELDS = {
    "placements": ("placements", "placement_id"),
    "mentors": ("mentors", "mentor_id"),
    "trainees": ("placements", "trainee_ref"),
}
_COLUMNS = ("kind", "name", "id")
_LONGEST = 200


@dataclass(frozen=True, slots=True, order=True)
class Entry:
    """One local name and what it stands for.

    Attributes:
        kind: ``placements``, ``mentors`` or ``trainees``.
    """

    kind: str
    name: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """An entry and the file that tells it; ``counts`` is False where another file's word counts."""

    entry: Entry
    source: str
    counts: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A local name that nobody knows, and the rows that wait for it.

    Attributes:
        name: None where the cell holds what looks like a CPR number, which is shown nowhere.
        cell: of the first row that waits.
    """

    kind: str
    name: str | None
    sender: str
    rows: int
    cell: str
    near: tuple[Near, ...]


def told_names(workspace: Workspace) -> list[Told]:
    """Return every entry of every source, those that count before those that do not."""
    found: list[Told] = []
    counting: set[tuple[str, str]] = set()
    for source in reversed(workspace.name_sources()):
        for entry in entries_of(source.names):
            mark = (entry.kind, name_key(entry.name))
            found.append(Told(entry=entry, source=source.file, counts=mark not in counting))
            counting.add(mark)
    return sorted(found, key=lambda told: (not told.counts, told.entry, told.source))


def conflicts(told: Iterable[Told]) -> list[tuple[Told, Told]]:
    """Return the pairs of sources that give one name two ids: the one that counts, and the other."""
    told = list(told)
    by_name = {(one.entry.kind, name_key(one.entry.name)): one for one in told if one.counts}
    pairs = [(by_name[one.entry.kind, name_key(one.entry.name)], one) for one in told if not one.counts]
    return [(first, other) for first, other in pairs if first.entry.id != other.entry.id]


def entries_of(names: Names) -> Iterator[Entry]:
    """Give the entries of one source."""
    for kind in CROSSWALK_KINDS:
        pairs: Mapping[str, str] = getattr(names, kind)
        for name, found in pairs.items():
            yield Entry(kind, name, found)


def own_entries(workspace: Workspace) -> list[Entry]:
    """Return what the workspace's own ``crosswalk.csv`` says."""
    path = workspace.folder / CROSSWALK
    return list(entries_of(read_crosswalk(path.read_bytes(), CROSSWALK))) if path.is_file() else []


def entries_from(path: Path) -> list[Entry]:
    """Read the entries of a CSV that a person wrote (kind, name, id).

    Raises:
        CrosswalkRefused: there is no such file.
        AgreementError: a line of it is none.
    """
    if not path.is_file():
        raise CrosswalkRefused(
            _("{path} is no file; give a CSV with the columns kind, name and id.").format(path=path)
        )
    return list(entries_of(read_crosswalk(path.read_bytes(), path.name)))


def with_entries(workspace: Workspace, new: Sequence[Entry], *, replace: bool, fresh: bool) -> list[Entry]:
    """Return the own entries with new ones among them.

    Args:
        workspace: whose ids and names they are held against.
        new: what is added; a name that stands there with the same id changes nothing.
        replace: a name may get another id than it has.
        fresh: an id may be one that nothing here has yet, because its own row waits for the name.

    Raises:
        CrosswalkRefused: names the entry and the cure; no entry was taken.
    """
    ids = known_ids(workspace)
    standing = {
        (told.entry.kind, name_key(told.entry.name)): told for told in told_names(workspace) if told.counts
    }
    own = {(one.kind, name_key(one.name)): one for one in own_entries(workspace)}
    for one in new:
        entry = Entry(one.kind, squeezed(one.name), one.id.strip())
        mark = (entry.kind, name_key(entry.name))
        _refuse_entry(entry, ids, fresh=fresh)
        told = standing.get(mark)
        if told is not None and told.entry.id != entry.id and not replace:
            raise _taken_name(told, entry)
        if told is None or told.entry.id != entry.id:
            own[mark] = entry
            standing[mark] = Told(entry=entry, source=CROSSWALK, counts=True)
    return sorted(own.values())


def without_entries(workspace: Workspace, kind: str, names: Sequence[str]) -> list[Entry]:
    """Return the own entries without these names.

    Raises:
        CrosswalkRefused: one of them does not stand there.
    """
    own = {(one.kind, name_key(one.name)): one for one in own_entries(workspace)}
    for name in names:
        if own.pop((kind, name_key(name)), None) is None:
            raise _not_ours(workspace, kind, name)
    return sorted(own.values())


def write_entries(workspace: Workspace, entries: Iterable[Entry]) -> None:
    """Write the workspace's own ``crosswalk.csv``, whole or not at all."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    writer.writerows((one.kind.removesuffix("s"), one.name, one.id) for one in sorted(entries))
    write_atomically(workspace.folder / CROSSWALK, text.getvalue().encode())


def names_of(entries: Iterable[Entry]) -> Names:
    """Return the entries as a source of names."""
    kinds: dict[str, dict[str, str]] = {kind: {} for kind in CROSSWALK_KINDS}
    for one in entries:
        kinds[one.kind][one.name] = one.id
    return Names(**kinds)


def names_with(workspace: Workspace, own: Iterable[Entry]) -> Names:
    """Return the whole crosswalk as it would be with these own entries."""
    found = Names()
    for source in workspace.name_sources():
        if source.file != CROSSWALK:
            found = found.joined(source.names)
    return found.joined(names_of(own))


def known_ids(workspace: Workspace) -> dict[str, set[str]]:
    """Return the ids that rows here have, by kind."""
    holdings = workspace.holdings()
    return {
        kind: {row[name] or "" for row in holdings.records(table_name)} - {""}
        for kind, (table_name, name) in _ID_FIELDS.items()
    }


def unknown_names(
    workspace: Workspace, names: Names, files: Iterable[tuple[str, FileIntake]]
) -> list[Unknown]:
    """Return the names that rows of these files (each with its sender) wait for, with what they may be meant for."""
    found: dict[tuple[str, str | None, str], tuple[str | None, int, str]] = {}
    for sender, file in files:
        for row in file.rows:
            for name in row.unresolved:
                text = _shown(row.local.get(name))
                mark = (KIND_OF.get(name, name), name_key(text) if text else None, sender)
                first, count, cell = found.get(mark, (text, 0, row.cells.get(name, file.file)))
                found[mark] = (first, count + 1, cell)
    if not found:
        return []
    choices = _choices(workspace, names)
    return [
        Unknown(
            kind=kind,
            name=text,
            sender=sender,
            rows=count,
            cell=cell,
            near=tuple(near_matches(text, choices[kind])) if text else (),
        )
        for (kind, _key, sender), (text, count, cell) in sorted(
            found.items(), key=lambda item: (item[0][0], item[0][1] or "", item[0][2])
        )
    ]


def _shown(text: str | None) -> str | None:
    """Return a local name that may be shown: none that may be a CPR number."""
    return None if text in (None, "?") or ten_digits(text) or masked(text) != text else text


def _choices(workspace: Workspace, names: Names) -> dict[str, set[Known]]:
    ids = known_ids(workspace)
    found = {kind: {Known(one, one) for one in ids[kind]} for kind in CROSSWALK_KINDS}
    # A pseudonym is like no name.
    found["trainees"] = set()
    for entry in entries_of(names):
        found[entry.kind].add(Known(entry.name, entry.id))
    return found


def _refuse_entry(entry: Entry, ids: Mapping[str, set[str]], *, fresh: bool) -> None:
    if not entry.name or len(entry.name) > _LONGEST:
        raise CrosswalkRefused(
            _("A local name has 1 to {most} characters; write it as the sheet does.").format(most=_LONGEST)
        )
    if ten_digits(entry.name) or masked(entry.name) != entry.name:
        raise CrosswalkRefused(
            _(
                "What looks like a CPR number is kept in no crosswalk; let the layout read its column as CPR (cpr = true)."
            )
        )
    if entry.name in ids[entry.kind]:
        raise CrosswalkRefused(
            _("“{name}” is itself an id of the form and needs no crosswalk.").format(name=entry.name)
        )
    _refuse_id(entry, ids[entry.kind], fresh=fresh)


def _refuse_id(entry: Entry, ids: set[str], *, fresh: bool) -> None:
    table_name, name = _ID_FIELDS[entry.kind]
    if fault_of(table(table_name).field(name), entry.id) is not None or masked(entry.id) != entry.id:
        raise CrosswalkRefused(
            _("“{id}” is no id as the form writes it; write it as {example}.").format(
                id=masked(entry.id[:64]), example=table(table_name).field(name).example or "159-00012"
            )
        )
    # A trainee has no row of their own: a name and a pseudonym come together.
    if entry.kind == "trainees" or fresh or entry.id in ids:
        return
    near = near_matches(entry.id, (Known(one, one) for one in ids))
    sentence = (
        _(
            "Nothing here has the id {id}; did you mean {near}? Where its own row waits for this name, add --new."
        )
        if near
        else _("Nothing here has the id {id}; check it, or add --new where its own row waits for this name.")
    )
    raise CrosswalkRefused(sentence.format(id=entry.id, near=", ".join(one.known.id for one in near)))


def _taken_name(told: Told, entry: Entry) -> CrosswalkRefused:
    return CrosswalkRefused(
        _("“{name}” already stands for {id} ({file}); add --replace to let it stand for {new}.").format(
            name=entry.name, id=told.entry.id, file=told.source, new=entry.id
        )
    )


def _not_ours(workspace: Workspace, kind: str, name: str) -> CrosswalkRefused:
    mark = (kind, name_key(name))
    for told in told_names(workspace):
        if (told.entry.kind, name_key(told.entry.name)) == mark:
            return CrosswalkRefused(
                _("“{name}” stands in {file}; take it out there and add the agreement again.").format(
                    name=masked(name), file=told.source
                )
            )
    return CrosswalkRefused(
        _("“{name}” stands in no crosswalk here; “enblanket crosswalk list” shows what does.").format(
            name=masked(name)
        )
    )
