"""``enblanket keys card``: the addresses on our own card, where others send what is for us."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.arguments import UsageError
from exchange.cli.passphrase import passphrase_of
from exchange.cli.terminal import Exit, Terminal
from exchange.errors import KeyRefused
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.workspace.card_desk import Addresses

_LONGEST = 64 * 1024


def add_addresses(parser: argparse.ArgumentParser) -> None:
    """Say what ``keys card`` takes."""
    parser.add_argument("--mailbox", metavar="ADDRESS", help=_("card: our e-mail address; “” takes it out"))
    parser.add_argument(
        "--sftp",
        metavar="URL",
        help=_("card: our SFTP server, as sftp://aft@post.example:22/aft; “” takes it out"),
    )
    parser.add_argument(
        "--sftp-host-key",
        type=Path,
        metavar="FILE",
        help=_("card: the server’s public key, ssh_host_ed25519_key.pub"),
    )


def card(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Put a card with other addresses in the place of ours."""
    from exchange.sealing.keys import is_bare
    from exchange.workspace.card_desk import address_card

    addresses = _addresses(arguments, terminal)
    workspace = terminal.workspace()
    passphrase = None if is_bare(workspace.keys) else passphrase_of(arguments)()
    made = address_card(workspace, addresses, passphrase)
    path = workspace.keys / f"{made.party}.card"
    if terminal.json:
        terminal.record(
            {
                "party": made.party,
                "card": str(path),
                "sequence": made.sequence,
                "fingerprint": made.fingerprint,
                "mailbox": made.mailbox,
                "sftp": made.sftp,
                "sftp_host_key": made.sftp_host_key,
            }
        )
        return Exit.HOLDS
    terminal.line(_("Its card: {path}").format(path=path))
    terminal.note(
        _(
            "Card {sequence} has the same keys: send it to everybody who trusts us, they confirm it without a call."
        ).format(sequence=made.sequence)
    )
    return Exit.HOLDS


def _addresses(arguments: argparse.Namespace, terminal: Terminal) -> Addresses:
    from exchange.workspace.card_desk import Addresses

    if (arguments.mailbox, arguments.sftp, arguments.sftp_host_key) == (None, None, None):
        raise UsageError(_("Say what shall stand on the card: --mailbox, or --sftp with --sftp-host-key."))
    file = arguments.sftp_host_key
    key = None if file is None else _host_key(terminal.here / file)
    return Addresses(
        mailbox=arguments.mailbox, sftp=arguments.sftp, sftp_host_key="" if arguments.sftp == "" else key
    )


def _host_key(path: Path) -> str:
    """Return the public key in a file as ``ssh-keygen`` or ``ssh-keyscan`` writes it."""
    from exchange.post.sftp_places import is_host_key

    try:
        with path.open("rb") as file:
            lines = file.read(_LONGEST).decode("utf-8", "replace").splitlines()
    except OSError as error:
        raise KeyRefused(
            _("{path} cannot be read ({reason}).").format(path=path, reason=error.strerror)
        ) from None
    for line in lines:
        words = line.split()
        for pair in (words[:2], words[1:3]):
            if is_host_key(" ".join(pair)):
                return " ".join(pair)
    raise KeyRefused(
        _("{path} holds no public SSH key; take the server’s ssh_host_ed25519_key.pub.").format(path=path)
    )
