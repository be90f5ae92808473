"""``enblanket keys trust | distrust | restore | directory``: whom we trust.

Nothing is trusted on first sight: a card waits for the fingerprint that its owner read out, unless the key that we trust
already signed it; a directory for its lead's signature. Whatever comes is shown before it is asked about.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.arguments import UsageError
from exchange.cli.keys import tell
from exchange.cli.passphrase import passphrase_of
from exchange.cli.terminal import Exit, Terminal
from exchange.errors import KeyRefused
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.sealing.trust import Pin
    from exchange.workspace.folder import Workspace


def confirm(question: str, terminal: Terminal) -> None:
    """Ask a person and go on only after a yes.

    Raises:
        KeyRefused: nobody can be asked, or the answer is another.
    """
    if not sys.stdin.isatty():
        raise KeyRefused(_("Nobody can be asked here; look at what is shown and say --yes."))
    if _answered(question, terminal).strip().lower() not in ("y", "yes", "j", "ja"):
        raise KeyRefused(_("Nothing was changed."))


def _trust(arguments: argparse.Namespace, terminal: Terminal) -> int:
    file, content = _file(arguments.words, terminal)
    workspace = terminal.workspace()
    if b'"revocation"' in content[:64]:
        return _revocation(workspace, file, content, terminal)
    if b'"directory"' in content[:64]:
        return _directory(arguments, terminal, file, content)
    if arguments.action == "revoke":
        raise KeyRefused(
            _("{file} is no revocation; our own key is revoked with “enblanket keys revoke” alone.").format(
                file=file.name
            )
        )
    return _card(arguments, terminal, file, content)


def _card(arguments: argparse.Namespace, terminal: Terminal, file: Path, content: bytes) -> int:
    from exchange.sealing.trust import Standing, pin_from_bytes
    from exchange.workspace.trust_desk import standing, trust_pin

    workspace, pin = terminal.workspace(), pin_from_bytes(file.name, content)
    found = standing(workspace, pin)
    tell(pin, terminal, own=False)
    if found is Standing.KNOWN:
        terminal.note(_("{name} is trusted already.").format(name=pin.name))
        return Exit.HOLDS
    if found is Standing.VOUCHED:
        _tell_voucher(pin, terminal)
    if found is Standing.UNVOUCHED:
        terminal.note(
            _(
                "This card replaces one that is trusted here, whose key did not sign it: ask its owner why before you go on."
            )
        )
    if found is Standing.VOUCHED and arguments.fingerprint is None:
        if not arguments.yes:
            confirm(_("Trust the new card? [y/N] "), terminal)
    else:
        _compare(pin, arguments.fingerprint, terminal)
    trust_pin(workspace, pin, content)
    terminal.note(_("{name} is trusted from now on.").format(name=pin.name))
    return Exit.HOLDS


def _tell_voucher(pin: Pin, terminal: Terminal) -> None:
    card = pin.card
    voucher = None if card is None else card.former or card.certificate
    if voucher is not None:
        terminal.note(
            _("The key that is trusted here already signed this card: {fingerprint}").format(
                fingerprint=voucher.fingerprint
            )
        )


def _compare(pin: Pin, read_out: str | None, terminal: Terminal) -> None:
    from exchange.workspace.package_book import is_fingerprint_of

    if read_out is None and not sys.stdin.isatty():
        raise KeyRefused(_("Nobody can be asked here; give --fingerprint with what the other side read out."))
    question = _("The fingerprint as the other side reads it out: ")
    said = read_out if read_out is not None else _answered(question, terminal)
    if not is_fingerprint_of(pin, said):
        raise KeyRefused(
            _(
                "What was read out is not the fingerprint of {file}; nothing is trusted, ask its owner for the card again."
            ).format(file=pin.source)
        )


def _revocation(workspace: Workspace, file: Path, content: bytes, terminal: Terminal) -> int:
    from exchange.workspace.trust_desk import accept_revocation

    note = accept_revocation(workspace, content, file.name)
    if terminal.json:
        terminal.record({"party": note.party, "certificate": note.certificate, "since": str(note.since)})
    else:
        terminal.line(
            _("{party} revoked its key: nothing it signed from {day} on counts.").format(
                party=note.party, day=note.since
            )
        )
    return Exit.HOLDS


def _distrust(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.workspace.trust_desk import distrust

    if len(arguments.words) != 1:
        raise UsageError(
            _("Name what “enblanket keys show --format json” calls its file: keys distrust 173-1.card.")
        )
    distrust(terminal.workspace(), Path(arguments.words[0]).name)
    terminal.note(_("{name} is trusted no more.").format(name=Path(arguments.words[0]).name))
    return Exit.HOLDS


def _restore(arguments: argparse.Namespace, terminal: Terminal) -> int:  # noqa: ARG001 (the table's form)
    from exchange.workspace.trust_desk import restore

    mended, foreign = restore(terminal.workspace())
    for name in mended:
        terminal.line(_("{name} was put back.").format(name=name))
    for name in foreign:
        terminal.line(_("{name} is nobody’s: move it out of the trust folder.").format(name=name))
    return Exit.OPEN if foreign else Exit.HOLDS


def _directories(arguments: argparse.Namespace, terminal: Terminal) -> int:
    verb, *words = arguments.words or [""]
    if verb == "make" and arguments.agreement:
        return _make_directory(arguments, terminal)
    if verb != "trust" or len(words) != 1:
        raise UsageError(
            _("Say which way: enblanket keys directory make --agreement ID, or keys directory trust FILE.")
        )
    return _directory(arguments, terminal, *_file(words, terminal))


def _make_directory(arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.sealing.keys import unlock_signing_key
    from exchange.workspace.trust_desk import make_directory

    workspace = terminal.workspace()
    key = unlock_signing_key(workspace.keys, passphrase_of(arguments))
    path, missing = make_directory(workspace, arguments.agreement, key)
    terminal.line(str(path))
    if missing:
        terminal.note(_("Nobody’s card yet: {parties}").format(parties=", ".join(missing)))
    return Exit.HOLDS


def _directory(arguments: argparse.Namespace, terminal: Terminal, file: Path, content: bytes) -> int:
    from exchange.workspace.trust_desk import accept_directory, knows_lead, open_directory

    workspace = terminal.workspace()
    directory, cards = open_directory(workspace, content, file.name)
    terminal.note(
        _("Directory {sequence} for {agreement}, signed by {lead}; new here: {count}").format(
            sequence=directory.sequence,
            agreement=directory.agreement_id,
            lead=directory.lead,
            count=len(cards),
        )
    )
    if cards and not knows_lead(workspace, directory.agreement_id):
        terminal.note(
            _(
                "The agreement {agreement} is not known here, so that {lead} leads it is its own word; see whether you expect that."
            ).format(agreement=directory.agreement_id, lead=directory.lead)
        )
    for pin, _card in cards:
        tell(pin, terminal, own=False)
    if cards and not arguments.yes:
        confirm(_("Trust these cards on the lead’s word? [y/N] "), terminal)
    accept_directory(workspace, directory, content, cards)
    return Exit.HOLDS


def _file(words: list[str], terminal: Terminal) -> tuple[Path, bytes]:
    if len(words) != 1:
        raise KeyRefused(_("Name the card or certificate to trust: enblanket keys trust FILE."))
    path = terminal.here / words[0]
    try:
        return path, path.read_bytes()
    except OSError:
        raise KeyRefused(
            _("{path} cannot be read; name a card or a PEM certificate.").format(path=path)
        ) from None


def _answered(question: str, terminal: Terminal) -> str:
    # input() would write its prompt among the answers.
    terminal.err.write(question.encode())
    terminal.err.flush()
    return input()


ACTIONS: Mapping[str, Callable[[argparse.Namespace, Terminal], int]] = {
    "trust": _trust,
    "distrust": _distrust,
    "restore": _restore,
    "directory": _directories,
}
