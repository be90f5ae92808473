"""``enblanket seal --period START..END --to PARTY``: one signed package each; prints one path per line.

``--countersign FILE`` signs a package of somebody else's once more instead, after it was accepted here.
"""

from __future__ import annotations

import argparse
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.arguments import UsageError
from exchange.cli.package_passphrase import add_package_passphrase, package_passphrase_of
from exchange.cli.passphrase import Passphrase, add_passphrase, passphrase_of, read_descriptor
from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.workspace.dispatch import Dispatched
    from exchange.workspace.folder import Workspace


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``seal`` takes."""
    parser.add_argument("--period", metavar="START..END", help=_("whole months, as 2016-01-01..2016-06-30"))
    parser.add_argument("--to", metavar="PARTY", help=_("a jobcentre (159) or an audit firm (aud-nord)"))
    parser.add_argument("--jobcentre", metavar="CODE", help=_("only this jobcentre’s rows"))
    parser.add_argument("--agreement", metavar="ID", help=_("only this agreement"))
    parser.add_argument("--encrypt", action="store_true", help=_("to the recipient’s trusted card, with age"))
    parser.add_argument(
        "--encrypt-to",
        metavar="PARTY",
        action="append",
        default=[],
        help=_("to this party’s trusted card too; may stand several times"),
    )
    parser.add_argument(
        "--passphrase-recipient-fd",
        type=int,
        metavar="N",
        help=_("encrypt with the passphrase from this file descriptor, for a recipient without a key"),
    )
    parser.add_argument(
        "--out", type=Path, metavar="DIR", help=_("where to write; else the workspace’s outbox")
    )
    parser.add_argument(
        "--draft", action="store_true", help=_("marked as a draft, which nobody accepts as final")
    )
    parser.add_argument(
        "--countersign",
        type=Path,
        metavar="FILE",
        help=_("sign this package of somebody else’s once more; --to says whom it is for"),
    )
    add_passphrase(parser)
    add_package_passphrase(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Seal or countersign, and print where the packages lie."""
    workspace = terminal.workspace()
    if arguments.countersign is not None:
        return _countersign(arguments, workspace, terminal)
    if arguments.period is None or arguments.to is None:
        raise UsageError(
            _(
                "Give --period START..END and --to PARTY, or --countersign FILE; “enblanket seal --help” tells more."
            )
        )
    for one in _seal(arguments, workspace, terminal):
        _tell(one, terminal)
    return Exit.HOLDS


def _seal(arguments: argparse.Namespace, workspace: Workspace, terminal: Terminal) -> list[Dispatched]:
    from exchange.parties import parse_party
    from exchange.periods import parse_period
    from exchange.workspace.dispatch import Order, seal

    order = Order(
        period=parse_period(arguments.period),
        recipient=parse_party(arguments.to),
        jobcentre=parse_party(arguments.jobcentre).id if arguments.jobcentre else None,
        agreement_id=arguments.agreement,
        draft=arguments.draft,
        encrypt=arguments.encrypt,
        encrypt_to=tuple(parse_party(one).id for one in arguments.encrypt_to),
        package_passphrase=_recipients_passphrase(arguments),
        folder=_folder(arguments, workspace, terminal),
        passphrase=passphrase_of(arguments),
    )
    return seal(workspace, order)


def _countersign(arguments: argparse.Namespace, workspace: Workspace, terminal: Terminal) -> int:
    from exchange.parties import parse_party
    from exchange.workspace.cosigning import Cosigning, countersign
    from exchange.workspace.envelopes import envelope_for

    us = parse_party(arguments.to).id if arguments.to else None
    readers = [parse_party(one).id for one in arguments.encrypt_to]
    if arguments.encrypt and us is not None:
        readers.insert(0, us)
    order = Cosigning(
        path=terminal.here / arguments.countersign,
        us=us,
        envelope=envelope_for(workspace, readers, _recipients_passphrase(arguments)),
        folder=_folder(arguments, workspace, terminal),
        passphrase=passphrase_of(arguments),
        package_passphrase=package_passphrase_of(arguments),
    )
    signed = countersign(workspace, order)
    if terminal.json:
        terminal.record(
            {
                "path": str(signed.path),
                "sha256": signed.sha256,
                "package_sha256": signed.origin,
                "countersignatures": signed.countersignatures,
            }
        )
    else:
        terminal.line(str(signed.path))
    return Exit.HOLDS


def _recipients_passphrase(arguments: argparse.Namespace) -> Passphrase | None:
    descriptor = arguments.passphrase_recipient_fd
    return None if descriptor is None else partial(read_descriptor, descriptor)


def _folder(arguments: argparse.Namespace, workspace: Workspace, terminal: Terminal) -> Path:
    return workspace.outbox if arguments.out is None else terminal.here / Path(arguments.out)


def _tell(one: Dispatched, terminal: Terminal) -> None:
    former = one.descriptor.supersedes
    if former is not None and not one.lists_changes:
        terminal.note(
            _(
                "{name} replaces number {number}, whose bytes are no longer here: it cannot list what it changes."
            ).format(name=one.path.name, number=former.sequence)
        )
    if not terminal.json:
        terminal.line(str(one.path))
        return
    terminal.record(
        {
            "path": str(one.path),
            "sha256": one.sha256,
            "agreement_id": one.descriptor.agreement_id,
            "jobcentre": one.descriptor.jobcentre,
            "recipient": one.descriptor.recipient,
            "period": str(one.descriptor.period),
            "sequence": one.descriptor.sequence,
            "draft": one.descriptor.draft,
        }
    )
