"""``enblanket init DIR``: a workspace, its first key and the own card."""

from __future__ import annotations

import argparse
from pathlib import Path

from exchange.cli.keys_own import issued_key, passphrase_to_be
from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``init`` takes."""
    parser.add_argument("folder", type=Path, metavar="DIR", help=_("the folder; made when it is missing"))
    parser.add_argument("--party", required=True, help=_("municipality code, CVR number or aud-…"))
    parser.add_argument("--name", required=True, help=_("the party's name; stands in its certificate"))
    parser.add_argument(
        "--role", required=True, choices=("jobcentre", "company", "auditor"), help=_("what the party is")
    )
    locked = parser.add_mutually_exclusive_group()
    locked.add_argument(
        "--passphrase-fd", type=int, metavar="N", help=_("read the passphrase from this file descriptor")
    )
    locked.add_argument("--no-passphrase", action="store_true", help=_("leave the keys bare"))
    parser.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="FILE",
        help=_("the PKCS#12 or PEM that an authority issued"),
    )
    parser.add_argument(
        "--certificate",
        type=Path,
        metavar="FILE",
        help=_("its certificates, where the PEM holds the key alone"),
    )
    parser.add_argument(
        "--file-passphrase-fd",
        type=int,
        metavar="N",
        help=_("read the issued file’s passphrase from this file descriptor"),
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Make it and say where the card lies."""
    from exchange.parties import parse_party
    from exchange.sealing.keys import own_card
    from exchange.workspace.founding import Founder, found_workspace, refuse_place
    from exchange.workspace.owner import Owner

    owner = Owner(parse_party(arguments.party), arguments.name, arguments.lang)
    refuse_place(terminal.here / arguments.folder)
    passphrase = passphrase_to_be(arguments)
    founder = Founder(
        owner=owner,
        role=arguments.role,
        passphrase=passphrase,
        issued=issued_key(arguments, passphrase, terminal),
    )
    workspace = found_workspace(terminal.here / arguments.folder, founder, terminal.clock)
    card = own_card(workspace.keys, owner.party.id)
    path = workspace.keys / f"{owner.party.id}.card"
    if terminal.json:
        terminal.record(
            {
                "workspace": str(workspace.folder),
                "party": card.party,
                "card": str(path),
                "fingerprint": card.fingerprint,
            }
        )
        return Exit.HOLDS
    terminal.line(
        _("{folder} is the workspace of {name} ({party}).").format(
            folder=workspace.folder, name=owner.name, party=owner.party.id
        )
    )
    terminal.line(_("Its card: {path}").format(path=path))
    terminal.line(
        _("Fingerprint, to be read out on the phone: {fingerprint}").format(fingerprint=card.fingerprint)
    )
    terminal.note(
        _("Next: enblanket keys trust LEAD.card --workspace {folder}").format(folder=arguments.folder)
        if owner.party.role == "auditor"
        else _("Next: enblanket agreement add FILE.toml --workspace {folder}").format(folder=arguments.folder)
    )
    return Exit.HOLDS
