"""``agreement add``: an agreement file into the workspace, as rows that stand and a copy that stays readable.

One event per version; the latest judges everything (workflow.md, step 2). The copy in ``agreements/`` holds the
crosswalk of names, which enters no event; the file's bytes are kept encrypted to ourselves, version by version.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from exchange.atomic import write_atomically
from exchange.errors import AgreementError
from exchange.language import translate as _
from exchange.workspace.agreements import Agreement, AgreementRow, read_agreement, read_crosswalk
from exchange.workspace.chronicle import AGREEMENT, StoredTable, agreement_body
from exchange.workspace.folder import Workspace
from exchange.workspace.stored_rows import StoredRow, write_tables


@dataclass(frozen=True, slots=True, kw_only=True)
class Added:
    """What ``agreement add`` did.

    Attributes:
        rows: by table; unchanged: the same bytes were the latest version already, and nothing was stored.
    """

    agreement_id: str
    rows: Mapping[str, int]
    unchanged: bool


def add_agreement(workspace: Workspace, path: Path) -> Added:
    """Read an agreement file and make it the latest version of its agreement.

    Raises:
        AgreementError: there is no such file, or it is no agreement; nothing was stored.
        WorkspaceError: the ledger could not be written; nothing happened.
    """
    if not path.is_file():
        raise AgreementError(_("{path} is no file; give the path of an agreement file.").format(path=path))
    content = path.read_bytes()
    agreement = read_agreement(content, path.name)
    crosswalk = _crosswalk_beside(path)
    sha256 = hashlib.sha256(content).hexdigest()
    rows = {name: len(found) for name, found in _by_table(agreement).items()}
    if _is_latest(workspace, agreement.agreement_id, sha256, crosswalk):
        return Added(agreement_id=agreement.agreement_id, rows=rows, unchanged=True)
    _store(workspace, agreement, path.name, sha256, content)
    copy = _copy_of(workspace, agreement.agreement_id)
    write_atomically(copy, content)
    if crosswalk is not None:
        write_atomically(copy.with_suffix(".crosswalk.csv"), crosswalk)
    return Added(agreement_id=agreement.agreement_id, rows=rows, unchanged=False)


def _crosswalk_beside(path: Path) -> bytes | None:
    beside = path.with_name("crosswalk.csv")
    if not beside.is_file():
        return None
    content = beside.read_bytes()
    read_crosswalk(content, beside.name)
    return content


def _is_latest(workspace: Workspace, agreement_id: str, sha256: str, crosswalk: bytes | None) -> bool:
    latest = workspace.chronicle().agreements.get(agreement_id)
    if latest is None or latest.sha256 != sha256:
        return False
    copy = _copy_of(workspace, agreement_id)
    known = copy.with_suffix(".crosswalk.csv")
    # The copy is written after the event: a process that died in between is healed by adding again.
    whole = copy.is_file() and hashlib.sha256(copy.read_bytes()).hexdigest() == sha256
    return whole and (crosswalk is None or (known.is_file() and known.read_bytes() == crosswalk))


def _store(workspace: Workspace, agreement: Agreement, name: str, sha256: str, content: bytes) -> None:
    import pyrage

    from exchange.sealing.keys import own_recipient

    recipient = pyrage.x25519.Recipient.from_str(own_recipient(workspace.keys))
    source = workspace.objects.put(bytes(pyrage.encrypt(content, [recipient])))
    rows = {
        table_name: [_stored_row(row, name, sha256) for row in found]
        for table_name, found in _by_table(agreement).items()
    }
    addresses = write_tables(workspace.objects, workspace.folder / "objects", rows)
    stored = {
        table_name: StoredTable(address, len(rows[table_name])) for table_name, address in addresses.items()
    }
    copy = _copy_of(workspace, agreement.agreement_id).name
    body = agreement_body(agreement.agreement_id, copy, sha256, stored, agreement.exchange)
    workspace.record(AGREEMENT, {**body, "source": source})


def _stored_row(row: AgreementRow, name: str, sha256: str) -> StoredRow:
    return StoredRow(row.values, name, row.place, {field: field for field in row.values}, sha256)


def _by_table(agreement: Agreement) -> dict[str, list[AgreementRow]]:
    found: dict[str, list[AgreementRow]] = {}
    for row in agreement.rows:
        found.setdefault(row.table, []).append(row)
    return found


def _copy_of(workspace: Workspace, agreement_id: str) -> Path:
    # A colon is legal in an id and not in a Windows file name.
    return workspace.folder / "agreements" / f"{agreement_id.replace(':', '_')}.toml"
