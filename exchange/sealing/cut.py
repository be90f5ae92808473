"""The cut: everything a workspace holds in, the rows of one agreement and jobcentre out (workflow.md, What a package holds).

Cut by agreement and jobcentre, never by date. The agreement's own tables go whole; of other agreements only the rows that
these rows refer to, since a reference that leads nowhere would be judged otherwise than at home. Never another
jobcentre's placement, nor a row that hangs on one. Used by ``package`` to make, and by ``verifier`` to hold what came.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from exchange.checks.engine import NEED_SEVERAL_JOBCENTRES
from exchange.checks.findings import Finding
from exchange.form.tables import Table, tables

Row = Mapping[str, str | None]

CPR = "K01"
OF_AGREEMENT = ("agreements", "parties", "responsibilities", "sites", "mentors")
OF_JOBCENTRE = ("placements", "mentor_grants", "claims")
TOTALS = "control_totals"

_OF_ONE_CELL = ("F-", "K")
_FILTERED = re.compile(r"[\[;]agreement=([^;\]]+)")


@dataclass(frozen=True, slots=True)
class Share:
    """Whose rows a package holds."""

    agreement_id: str
    jobcentre: str


@dataclass(frozen=True, slots=True)
class HeldRow:
    """One reported row.

    Attributes:
        sender: the party that sent it; "" where that is not known.
        sha256: of the file it was read from; "" where it was read from none.
    """

    values: Row
    sender: str = ""
    sha256: str = ""


Held = Mapping[str, Sequence[HeldRow]]


def cut(held: Held, share: Share) -> dict[str, list[HeldRow]]:
    """Return the rows of the share by table, in the order of the form; tables without rows are left out."""
    placements = {row.values.get("placement_id") for row in _owned(held.get("placements", ()), share)}
    found = {
        table.name: [row for row in held.get(table.name, ()) if _belongs(table, row, share, placements)]
        for table in tables().values()
    }
    _add_referred(found, held)
    return {name: rows for name, rows in found.items() if rows}


def misplaced(rows: Mapping[str, Iterable[Row]], share: Share) -> str | None:
    """Return a table with a row that :func:`cut` would not have let through, or None; each row is looked at once.

    ``rows`` are all of a package; who sent them is the share's jobcentre.
    """
    placements = {row.get("placement_id") for row in rows.get("placements", ()) if _is_own(row, share)}
    referred: dict[str, set[str | None]] = {name: set() for name in OF_AGREEMENT}
    known: dict[str, set[str | None]] = {name: set() for name in OF_AGREEMENT}
    strange: dict[str, list[Row]] = {name: [] for name in OF_AGREEMENT}
    for table in tables().values():
        keys = [(key.field, referred[key.table]) for key in table.foreign_keys if key.table in referred]
        for row in rows.get(table.name, ()):
            if _belongs(table, HeldRow(row, sender=share.jobcentre), share, placements):
                for field, wanted in keys:
                    wanted.add(row.get(field))
                if table.name in OF_AGREEMENT:
                    known[table.name].add(row.get(_key(table.name)))
            elif table.name in OF_AGREEMENT:
                strange[table.name].append(row)
            else:
                return table.name
    return _unreferred(strange, known, referred)


def _unreferred(
    strange: Mapping[str, Sequence[Row]],
    known: Mapping[str, Collection[str | None]],
    referred: Mapping[str, set[str | None]],
) -> str | None:
    # Sites and mentors first, as in :func:`_add_referred`: their agreement is then referred to.
    for name in reversed(OF_AGREEMENT):
        for row in strange[name]:
            key = row.get(_key(name))
            if key is None or key in known[name] or key not in referred[name]:
                return name
            for foreign in tables()[name].foreign_keys:
                if foreign.table in referred:
                    referred[foreign.table].add(row.get(foreign.field))
    return None


def row_keys(rows: Held) -> dict[tuple[str, str], list[HeldRow]]:
    """Return the rows by table and primary key; a key may stand twice, which F-primary-key tells."""
    found: dict[tuple[str, str], list[HeldRow]] = {}
    for name, held in rows.items():
        table = tables()[name]
        for row in held:
            found.setdefault((name, table.key_of(row.values)), []).append(row)
    return found


def concerns(finding: Finding, share: Share, keys: Collection[tuple[str, str]]) -> bool:
    """Whether a finding goes with the share's rows.

    It does with a row of the share as evidence, or with nothing but the agreement's own rows, unless it is one of those
    that need several jobcentres: their other rows are just what the agreement's row is held against. What is said of one
    cell (F and K) goes wherever its row goes, and control totals have no owner but their sender.
    ``keys`` are table and primary key of the rows that travel.
    """
    owners = set(finding.owners)
    if (share.agreement_id, share.jobcentre) in owners:
        return True
    if finding.rule.startswith(_OF_ONE_CELL) or any(item.table == TOTALS for item in finding.evidence):
        return any((item.table, item.ref.key) in keys for item in finding.evidence)
    whole = {(share.agreement_id, "")}
    return bool(owners & whole) if finding.rule in NEED_SEVERAL_JOBCENTRES else owners == whole


def _belongs(table: Table, row: HeldRow, share: Share, placements: set[str | None]) -> bool:
    if table.name in OF_AGREEMENT:
        return row.values.get("agreement_id") == share.agreement_id
    if table.name in OF_JOBCENTRE:
        return _is_of(row, share)
    if table.name == TOTALS:
        return row.sender == share.jobcentre and _counts_in(row.values.get("measure") or "", share)
    return row.values.get("placement_id") in placements


def _owned(rows: Iterable[HeldRow], share: Share) -> Iterable[HeldRow]:
    return (row for row in rows if _is_of(row, share))


def _is_of(row: HeldRow, share: Share) -> bool:
    return _is_own(row.values, share)


def _is_own(row: Row, share: Share) -> bool:
    return (row.get("agreement_id"), row.get("jobcentre")) == (share.agreement_id, share.jobcentre)


def _counts_in(measure: str, share: Share) -> bool:
    return all(name == share.agreement_id for name in _FILTERED.findall(measure))


def _add_referred(found: dict[str, list[HeldRow]], held: Held) -> None:
    # Sites and mentors first: they in turn refer to their agreement.
    for name in reversed(OF_AGREEMENT):
        known = {row.values.get(_key(name)) for row in found[name]}
        wanted = _referred(found, name) - known
        if wanted:
            found[name] += [row for row in held.get(name, ()) if row.values.get(_key(name)) in wanted]


def _referred(found: Held, name: str) -> set[str | None]:
    return {
        row.values.get(key.field)
        for table in tables().values()
        for key in table.foreign_keys
        if key.table == name
        for row in found[table.name]
    } - {None}


def _key(name: str) -> str:
    return tables()[name].primary_key[0]
