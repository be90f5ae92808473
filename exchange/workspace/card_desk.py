"""Our card with other addresses: the same keys, one number more, signed anew; an event in the ledger.

Addresses in, the card that lies beside our keys out. Who trusts the card of before is shown the new one and confirms it, since the
same key signed it. It refuses an address that nobody could use.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from exchange.atomic import write_atomically
from exchange.errors import KeyRefused
from exchange.language import translate as _
from exchange.post.sftp_places import is_host_key, parse_address
from exchange.sealing.cards import Card, is_mailbox, read_card, write_card
from exchange.sealing.keys import own_card, unlock_signing_key
from exchange.workspace.folder import Workspace
from exchange.workspace.key_desk import CARD, next_sequence


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """Where packages may be sent; None leaves what the card says, "" takes it out."""

    mailbox: str | None = None
    sftp: str | None = None
    sftp_host_key: str | None = None


def address_card(workspace: Workspace, addresses: Addresses, passphrase: bytes | None) -> Card:
    """Put a card with these addresses in the place of ours.

    Raises:
        KeyRefused: an address cannot be used, a server has no key, or our keys cannot be opened.
    """
    party = workspace.owner.party.id
    old = own_card(workspace.keys, party)
    card = replace(
        old,
        mailbox=_either(addresses.mailbox, old.mailbox),
        sftp=_either(addresses.sftp, old.sftp),
        sftp_host_key=_either(addresses.sftp_host_key, old.sftp_host_key),
        sequence=next_sequence(workspace),
        former=None,
    )
    _refuse_unusable(card)
    content = write_card(card, unlock_signing_key(workspace.keys, lambda: passphrase))
    read = read_card(content)
    workspace.record(CARD, {"sequence": read.sequence, "mailbox": read.mailbox, "sftp": read.sftp})
    write_atomically(workspace.keys / f"{party}.card", content)
    return read


def _either(new: str | None, old: str) -> str:
    return old if new is None else new


def _refuse_unusable(card: Card) -> None:
    if card.mailbox and not is_mailbox(card.mailbox):
        raise KeyRefused(_("“{address}” is no e-mail address.").format(address=card.mailbox[:200]))
    if card.sftp and (not card.sftp.isascii() or parse_address(card.sftp) is None):
        # Not repeated: it may hold a password.
        raise KeyRefused(
            _("That is no SFTP address; write it as sftp://aft@post.example:22/aft, without a password.")
        )
    if card.sftp and not is_host_key(card.sftp_host_key):
        raise KeyRefused(
            _(
                "An SFTP server is of use only with its key; give --sftp-host-key with the server’s ssh_host_ed25519_key.pub."
            )
        )
