"""``enblanket keys …``: our own keys and cards, and whom we trust.

``new``, ``passphrase``, ``rotate``, ``revoke``, ``remember`` and ``forget`` stand in ``keys_own``; ``trust``, ``distrust``,
``restore`` and ``directory`` in ``keys_trust``; ``card`` in ``keys_card``; the lead's register key travels by ``register``.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.keys_card import add_addresses
from exchange.cli.passphrase import add_passphrase
from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _

if TYPE_CHECKING:
    from datetime import date

    from exchange.sealing.trust import Pin

_ACTIONS = (
    "show", "new", "passphrase", "trust", "distrust", "restore", "revoke", "rotate", "directory", "register", "card",
    "remember", "forget",
)  # fmt: skip
Action = Callable[[argparse.Namespace, Terminal], int]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``keys`` takes."""
    parser.add_argument(
        "action",
        choices=_ACTIONS,
        help=_(
            "show ours and whom we trust; make new keys; change their passphrase; trust a card, a directory or a revocation; take one out of the trust; "
            "put the trust folder back; revoke or rotate our key; make or trust a directory; export or import the register key; put addresses on our card; "
            "let the system’s keyring remember or forget the passphrase"
        ),
    )
    parser.add_argument(
        "words",
        nargs="*",
        metavar="FILE",
        help=_(
            "the file to trust, take out or revoke by; “make” or “trust” for a directory; “export” or “import” for the register key"
        ),
    )
    parser.add_argument(
        "--fingerprint",
        metavar="TEXT",
        help=_("what the other side read out, digits or words; else it is asked for"),
    )
    parser.add_argument(
        "--yes", action="store_true", help=_("do it without asking, where no fingerprint is needed")
    )
    _add_issued_file(parser)
    parser.add_argument(
        "--since", metavar="DATE", help=_("revoke: the first day that does not count; else today")
    )
    parser.add_argument(
        "--card", type=int, metavar="N", help=_("revoke: which of our cards; else the one in use")
    )
    parser.add_argument("--agreement", metavar="ID", help=_("directory make: of which agreement"))
    parser.add_argument("--to", metavar="PARTY", help=_("register export: who gets it"))
    parser.add_argument(
        "--replace", action="store_true", help=_("register import: also where files were taken already")
    )
    parser.add_argument(
        "--no-passphrase", action="store_true", help=_("new, passphrase: leave the keys bare")
    )
    parser.add_argument(
        "--new-passphrase-fd",
        type=int,
        metavar="N",
        help=_("passphrase: read the new one from this file descriptor"),
    )
    add_addresses(parser)
    add_passphrase(parser)


def _add_issued_file(parser: argparse.ArgumentParser) -> None:
    """Say where keys that an authority issued lie."""
    parser.add_argument(
        "--from",
        dest="source",
        type=Path,
        metavar="FILE",
        help=_("new, rotate: the PKCS#12 or PEM that an authority issued"),
    )
    parser.add_argument(
        "--certificate",
        type=Path,
        metavar="FILE",
        help=_("new, rotate: its certificates, where the PEM holds the key alone"),
    )
    parser.add_argument(
        "--file-passphrase-fd",
        type=int,
        metavar="N",
        help=_("new, rotate: read the issued file’s passphrase from this file descriptor"),
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Do it."""
    if arguments.action == "show":
        return _show(terminal)
    return _action(arguments.action)(arguments, terminal)


def _action(name: str) -> Action:
    if name in ("trust", "distrust", "restore", "directory"):
        from exchange.cli import keys_trust

        return keys_trust.ACTIONS[name]
    if name == "card":
        from exchange.cli import keys_card

        return keys_card.card
    from exchange.cli import keys_own

    return keys_own.ACTIONS[name]


def _show(terminal: Terminal) -> int:
    from exchange.sealing.rotation import own_revocations
    from exchange.workspace.trust_desk import trusted

    workspace = terminal.workspace()
    ours = own_revocations(workspace.keys, workspace.owner.party.id)
    theirs = trusted(workspace)
    for pin in sorted(ours, key=lambda pin: -1 if pin.card is None else -pin.card.sequence):
        revocation = ours.revocation_of(pin.certificate)
        tell(pin, terminal, own=True, revoked=None if revocation is None else revocation.since)
    for pin in theirs:
        revocation = theirs.revocation_of(pin.certificate)
        tell(pin, terminal, own=False, revoked=None if revocation is None else revocation.since)
    return Exit.HOLDS


def tell(pin: Pin, terminal: Terminal, *, own: bool, revoked: date | None = None) -> None:
    """Say whose certificate it is, its fingerprint in full, and from when to when it counts."""
    from exchange.sealing.fingerprint_words import grouped_words

    card, certificate = pin.card, pin.certificate
    start = certificate.not_before.date() if card is None else card.valid_from
    end = certificate.not_after.date() if card is None else card.valid_to
    if terminal.json:
        terminal.record(
            {
                "own": own,
                "file": pin.source,
                "party": pin.party,
                "name": pin.name,
                "fingerprint": certificate.fingerprint,
                "valid_from": str(start),
                "valid_to": str(end),
                "age_recipient": None if card is None else card.age_recipient,
                "sequence": None if card is None else card.sequence,
                "mailbox": None if card is None else card.mailbox,
                "sftp": None if card is None else card.sftp,
                "sftp_host_key": None if card is None else card.sftp_host_key,
                "revoked": None if revoked is None else str(revoked),
            }
        )
        return
    who = _("{name} ({party}), our own card") if own else _("{name} ({party})")
    terminal.line(who.format(name=pin.name, party=pin.party or _("no card")))
    terminal.line(f"  {certificate.fingerprint}")
    words = grouped_words(certificate.sha256)
    for first in (0, len(words) // 2):
        terminal.line(f"  {' '.join(words[first : first + len(words) // 2])}")
    number = "" if card is None else _("card {sequence}, ").format(sequence=card.sequence)
    terminal.line("  " + number + _("valid from {start} to {end}").format(start=start, end=end))
    for address in () if card is None else (card.mailbox, card.sftp, card.sftp_host_key):
        if address:
            terminal.line(f"  {address}")
    if revoked is not None:
        terminal.line("  " + _("revoked from {day}").format(day=revoked))
