"""``enblanket keys show | trust FILE``: our own card, and whom we trust."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.terminal import Exit, Terminal
from exchange.errors import KeyRefused
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.sealing.trust import Pin


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``keys`` takes."""
    parser.add_argument(
        "action", choices=("show", "trust"), help=_("our card and whom we trust, or trust one more")
    )
    parser.add_argument(
        "file", type=Path, nargs="?", metavar="FILE", help=_("the card or certificate to trust")
    )
    parser.add_argument(
        "--fingerprint", metavar="TEXT", help=_("what the other side read out; else it is asked for")
    )


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Show the keys, or trust one more."""
    if arguments.action == "show":
        return _show(terminal)
    if arguments.file is None:
        raise KeyRefused(_("Name the card or certificate to trust: enblanket keys trust FILE."))
    return _trust(terminal.here / arguments.file, arguments.fingerprint, terminal)


def _show(terminal: Terminal) -> int:
    from exchange.sealing.keys import own_card
    from exchange.sealing.trust import Pin, trust_from_folder

    workspace = terminal.workspace()
    card = own_card(workspace.keys, workspace.owner.party.id)
    own = Pin(card.certificate, f"{card.party}.card", card)
    _tell(own, terminal, own=True)
    for pin in trust_from_folder(workspace.trust):
        _tell(pin, terminal, own=False)
    return Exit.HOLDS


def _trust(path: Path, read_out: str | None, terminal: Terminal) -> int:
    from exchange.sealing.trust import add_pin, pin_from_bytes

    workspace = terminal.workspace()
    try:
        content = path.read_bytes()
    except OSError:
        raise KeyRefused(
            _("{path} cannot be read; name a card or a PEM certificate.").format(path=path)
        ) from None
    pin = pin_from_bytes(path.name, content)
    _tell(pin, terminal, own=False)
    if _digits(read_out if read_out is not None else _asked(terminal)) != pin.certificate.sha256:
        raise KeyRefused(
            _(
                "What was read out is not the fingerprint of {file}; nothing is trusted, ask its owner for the card again."
            ).format(file=path.name)
        )
    stored = add_pin(workspace.trust, pin, content)
    workspace.record("trust", {"file": stored.name, "party": pin.party, "sha256": pin.certificate.sha256})
    terminal.note(_("{name} is trusted from now on.").format(name=pin.name))
    return Exit.HOLDS


def _asked(terminal: Terminal) -> str:
    if not sys.stdin.isatty():
        raise KeyRefused(_("Nobody can be asked here; give --fingerprint with what the other side read out."))
    # input() would write its prompt among the answers.
    terminal.err.write(_("The fingerprint as the other side reads it out: ").encode())
    terminal.err.flush()
    return input()


def _digits(text: str) -> str:
    return "".join(character for character in text.lower() if character not in " :-\t")


def _tell(pin: Pin, terminal: Terminal, *, own: bool) -> None:
    card, certificate = pin.card, pin.certificate
    if terminal.json:
        terminal.record(
            {
                "own": own,
                "file": pin.source,
                "party": pin.party,
                "name": pin.name,
                "fingerprint": certificate.fingerprint,
                "valid_from": str(certificate.not_before.date() if card is None else card.valid_from),
                "valid_to": str(certificate.not_after.date() if card is None else card.valid_to),
                "age_recipient": None if card is None else card.age_recipient,
            }
        )
        return
    who = _("{name} ({party}), our own card") if own else _("{name} ({party})")
    terminal.line(who.format(name=pin.name, party=pin.party or _("no card")))
    terminal.line(f"  {certificate.fingerprint}")
