"""``enblanket keys new | passphrase | rotate | revoke | register | remember | forget``: what concerns our own keys.

A passphrase comes in by prompt, file descriptor or keyring; a card, a note or a sentence goes out, never a key.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.arguments import UsageError
from exchange.cli.passphrase import (
    new_passphrase,
    passphrase_of,
    passphrase_of_file,
    read_descriptor,
)
from exchange.cli.terminal import Exit, Terminal
from exchange.errors import KeyRefused
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.sealing.cards import Card
    from exchange.sealing.signing import SigningKey
    from exchange.workspace.folder import Workspace


def issued_key(
    arguments: argparse.Namespace, passphrase: bytes | None, terminal: Terminal
) -> SigningKey | None:
    """Return the key that ``--from`` names, opened; None where a new one shall be made.

    Raises:
        KeyRefused: the file cannot be read or opened, or packages may not be signed with what is in it.
    """
    if arguments.source is None:
        return None
    from exchange.sealing.issued import open_issued

    content = _content(terminal.here / arguments.source)
    if arguments.certificate is not None:
        content += b"\n" + _content(terminal.here / arguments.certificate)
    asked = passphrase_of_file(arguments.source.name, arguments.file_passphrase_fd, passphrase)
    return open_issued(arguments.source.name, content, asked, terminal.clock())


def passphrase_to_be(arguments: argparse.Namespace) -> bytes | None:
    """Return the passphrase of keys that are still to be made; None leaves them bare."""
    if arguments.no_passphrase:
        return None
    return new_passphrase() if arguments.passphrase_fd is None else read_descriptor(arguments.passphrase_fd)


def _new(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.sealing.keys import refuse_second
    from exchange.workspace.key_desk import make_keys

    workspace = terminal.workspace()
    refuse_second(workspace.keys)
    passphrase = passphrase_to_be(arguments)
    card = make_keys(workspace, passphrase, issued_key(arguments, passphrase, terminal))
    _tell_card(card, workspace, terminal)
    return Exit.HOLDS


def _change(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.cli.vault import MARKER
    from exchange.sealing.locking import change_passphrase, finish_change

    workspace = terminal.workspace()
    in_keyring = (workspace.keys / MARKER).exists()
    new = None
    if finish_change(workspace.keys):
        terminal.note(_("The change that was interrupted is finished: the new passphrase counts."))
    else:
        new = change_passphrase(
            workspace.keys, passphrase_of(arguments), lambda: _passphrase_in_place(arguments)
        )
        terminal.note(
            _("The keys lie bare now.") if new is None else _("The keys have their new passphrase.")
        )
    if in_keyring:
        _let_keyring_follow(workspace, new, terminal)
    return Exit.HOLDS


def _let_keyring_follow(workspace: Workspace, passphrase: bytes | None, terminal: Terminal) -> None:
    from exchange.cli.vault import follow

    if not follow(workspace.keys, workspace.owner.party.id, passphrase):
        message = _(
            "The system’s keyring gave no answer: it may hold the old passphrase still, and is not asked for it; “enblanket keys remember” gives it the new one."
        )
    elif passphrase is None:
        message = _("The system’s keyring has no passphrase of these keys.")
    else:
        message = _("The system’s keyring has the new passphrase too.")
    terminal.note(message)


def _passphrase_in_place(arguments: argparse.Namespace) -> bytes | None:
    if arguments.no_passphrase:
        return None
    descriptor = arguments.new_passphrase_fd
    return new_passphrase("--new-passphrase-fd") if descriptor is None else read_descriptor(descriptor)


def _rotate(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.workspace.key_desk import rotate, unfinished_rotation

    workspace = terminal.workspace()
    card = unfinished_rotation(workspace)
    if card is not None:
        _tell_card(card, workspace, terminal)
        return Exit.HOLDS
    passphrase = _passphrase(arguments, workspace)
    rotated = rotate(workspace, passphrase, issued_key(arguments, passphrase, terminal))
    _tell_card(rotated.new, workspace, terminal)
    if rotated.vouched:
        terminal.note(
            _("The key of before signed the new card: who trusts the old card is shown that, and confirms.")
        )
    else:
        terminal.note(
            _(
                "The key of before was revoked and vouches for nothing: read out the new fingerprint to everybody."
            )
        )
    return Exit.HOLDS


def _revoke(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.workspace.key_desk import refuse_revocation, revoke

    if arguments.words:
        from exchange.cli.keys_trust import ACTIONS as TRUST

        return TRUST["trust"](arguments, terminal)
    workspace = terminal.workspace()
    since = _day(arguments.since) if arguments.since else terminal.clock().date()
    refuse_revocation(workspace, arguments.card, since)
    if not arguments.yes:
        from exchange.cli.keys_trust import confirm

        confirm(
            _(
                "Nothing that is signed from {day} on will count, and this cannot be undone. Revoke? [y/N] "
            ).format(day=since),
            terminal,
        )
    path = revoke(workspace, arguments.card, since, _passphrase(arguments, workspace))
    if terminal.json:
        terminal.record({"note": str(path), "since": str(since)})
    else:
        terminal.line(
            _("Revoked from {day}: send {path} to everybody who trusts our card.").format(
                day=since, path=path
            )
        )
    return Exit.HOLDS


def _register(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.parties import parse_party
    from exchange.workspace.register_desk import export_register, import_register

    workspace = terminal.workspace()
    if arguments.words == ["export"] and arguments.to:
        path = export_register(workspace, parse_party(arguments.to), passphrase_of(arguments))
        terminal.line(str(path))
        return Exit.HOLDS
    if len(arguments.words) == 2 and arguments.words[0] == "import":
        file = terminal.here / arguments.words[1]
        sender = import_register(
            workspace, _content(file), file.name, passphrase_of(arguments), replace=arguments.replace
        )
        terminal.note(
            _("Trainees’ numbers are coded with the register key of {name} from now on.").format(name=sender)
        )
        return Exit.HOLDS
    raise UsageError(
        _("Say which way: enblanket keys register export --to PARTY, or keys register import FILE.")
    )


def _remember(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.cli.vault import remember
    from exchange.sealing.keys import unlock_age

    workspace = terminal.workspace()
    asked = passphrase_of(arguments)
    unlock_age(workspace.keys, asked)
    passphrase = asked()
    if passphrase is None:
        raise KeyRefused(_("The keys lie bare, so there is no passphrase to remember."))
    remember(workspace.keys, workspace.owner.party.id, passphrase)
    terminal.note(_("The system’s keyring has the passphrase; it is asked for no more."))
    return Exit.HOLDS


def _forget(arguments: argparse.Namespace, terminal: Terminal) -> int:  # noqa: ARG001 (the table's form)
    from exchange.cli.vault import forget

    forget(terminal.workspace().keys)
    terminal.note(_("The system’s keyring has no passphrase of these keys."))
    return Exit.HOLDS


def _passphrase(arguments: argparse.Namespace, workspace: Workspace) -> bytes | None:
    from exchange.sealing.keys import is_bare

    return None if is_bare(workspace.keys) else passphrase_of(arguments)()


def _tell_card(card: Card, workspace: Workspace, terminal: Terminal) -> None:
    path = workspace.keys / f"{card.party}.card"
    if terminal.json:
        terminal.record(
            {
                "party": card.party,
                "card": str(path),
                "sequence": card.sequence,
                "fingerprint": card.fingerprint,
                "valid_to": str(card.valid_to),
            }
        )
        return
    terminal.line(_("Its card: {path}").format(path=path))
    terminal.line(
        _("Fingerprint, to be read out on the phone: {fingerprint}").format(fingerprint=card.fingerprint)
    )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise UsageError(_("“{text}” is no day; write it as 2016-03-31.").format(text=text[:40])) from None


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise KeyRefused(
            _("{path} cannot be read ({reason}).").format(path=path, reason=error.strerror)
        ) from None


ACTIONS: Mapping[str, Callable[[argparse.Namespace, Terminal], int]] = {
    "new": _new,
    "passphrase": _change,
    "rotate": _rotate,
    "revoke": _revoke,
    "register": _register,
    "remember": _remember,
    "forget": _forget,
}
