"""``init``: a folder becomes a workspace, with its first key and the own card.

All of it is made in a folder of another name and moved in place with ``enblanket.toml`` last, so a process that dies
on the way leaves no half workspace. It refuses a folder that is one already, or that holds files of our names.
"""

from __future__ import annotations

import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.atomic import write_atomically
from exchange.errors import WorkspaceError
from exchange.language import translate as _
from exchange.ledger.ledger import FILE as LEDGER
from exchange.ledger.ledger import Ledger
from exchange.parties import Role
from exchange.workspace.chronicle import INIT
from exchange.workspace.folder import FOLDERS, Clock, Workspace
from exchange.workspace.owner import CONFIG, FORMAT, Owner, write_owner

if TYPE_CHECKING:
    from exchange.sealing.signing import SigningKey

ROLES: tuple[Role, ...] = ("jobcentre", "company", "auditor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Founder:
    """Who makes a workspace.

    Attributes:
        passphrase: None leaves the keys bare.
        issued: an authority's key, opened, instead of a new one.
    """

    owner: Owner
    role: Role
    passphrase: bytes | None
    issued: SigningKey | None = None


def found_workspace(folder: Path, founder: Founder, clock: Clock) -> Workspace:
    """Make a workspace and its first key.

    Raises:
        WorkspaceError: the role does not fit the party, or the folder holds something of ours already.
        KeyRefused: the passphrase is empty, or the name does not fit a certificate.
        OSError: the folder cannot be written.
    """
    _refuse_misfit(founder)
    refuse_place(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    making = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".enblanket-"))
    try:
        _fill(making, founder, clock)
        _move_in(making, folder)
    finally:
        shutil.rmtree(making, ignore_errors=True)
    return Workspace(folder, founder.owner, clock)


def _refuse_misfit(founder: Founder) -> None:
    party = founder.owner.party
    if party.role != founder.role:
        raise WorkspaceError(
            _("{party} is a {role} by its form: give --role {role}, or another --party.").format(
                party=party.id, role=party.role
            )
        )


def refuse_place(folder: Path) -> None:
    """Refuse a folder that is a workspace or holds files of our names, before anybody is asked for anything.

    Raises:
        WorkspaceError: it is.
    """
    if folder.exists() and not folder.is_dir():
        raise WorkspaceError(_("{folder} is a file; choose another folder.").format(folder=folder))
    taken = [name for name in (CONFIG, LEDGER, *FOLDERS) if (folder / name).exists()]
    if CONFIG in taken:
        raise WorkspaceError(
            _("{folder} is already a workspace; choose another folder.").format(folder=folder)
        )
    if taken:
        raise WorkspaceError(
            _("{folder} already holds {name}; choose an empty folder.").format(folder=folder, name=taken[0])
        )


def _fill(making: Path, founder: Founder, clock: Clock) -> None:
    from exchange.sealing import keys

    for name in FOLDERS:
        # The folder around them may be one that others can read.
        (making / name).mkdir(mode=0o700)
    owner = founder.owner
    keys.create_keys(
        making / "keys",
        keys.Owner(owner.party, owner.name),
        founder.passphrase,
        clock(),
        issued=founder.issued,
    )
    Ledger.create(making / LEDGER)
    workspace = Workspace(making, owner, clock)
    workspace.record(
        INIT, {"format": FORMAT, "party": owner.party.id, "name": owner.name, "role": founder.role}
    )
    write_atomically(making / CONFIG, write_owner(owner, founder.role))


def _move_in(making: Path, folder: Path) -> None:
    if not folder.exists():
        making.replace(folder)
        return
    for name in (*FOLDERS, LEDGER, CONFIG):
        (making / name).replace(folder / name)
