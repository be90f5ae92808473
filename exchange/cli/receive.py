"""``enblanket receive FILE…``: take in packages and receipts; a signed receipt of each package lies in the outbox.

Each file is judged by itself: one that is refused does not keep the others out. Exit 0 only where every package was
accepted and no receipt returns one of ours.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.package_passphrase import add_package_passphrase, package_passphrase_of
from exchange.cli.passphrase import add_passphrase, passphrase_of
from exchange.cli.terminal import Exit, Terminal
from exchange.errors import EnblanketError, PackageRefused
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.workspace.receiving import PackageCame, ReceiptCame


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``receive`` takes."""
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help=_("a package or a receipt"))
    add_passphrase(parser)
    add_package_passphrase(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Take in each file and say what came of it."""
    from exchange.form.confidential import masked
    from exchange.workspace.receiving import Keys, PackageCame, receive

    workspace = terminal.workspace()
    keys = Keys(own=passphrase_of(arguments), package=package_passphrase_of(arguments))
    worst: int = Exit.HOLDS
    for file in arguments.files:
        try:
            came = receive(workspace, terminal.here / file, keys)
        except PackageRefused as refusal:
            _refused(file, refusal, terminal)
            worst = max(worst, Exit.OPEN)
            continue
        except EnblanketError as error:
            terminal.error(masked(str(error)))
            worst = max(worst, Exit.FAILED)
            continue
        if isinstance(came, PackageCame):
            _tell_package(file, came, terminal)
            holds = came.verdict.verdict == "accepted"
        else:
            _tell_receipt(file, came, terminal)
            holds = came.answered.verdict == "accepted" and came.code is None
        worst = max(worst, Exit.HOLDS if holds else Exit.OPEN)
    return worst


def _refused(file: Path, refusal: PackageRefused, terminal: Terminal) -> None:
    if terminal.json:
        terminal.record({"file": str(file), "kind": "refused", "code": refusal.code, "detail": str(refusal)})
    else:
        terminal.error(str(refusal))


def _tell_package(file: Path, came: PackageCame, terminal: Terminal) -> None:
    from exchange.cli.wording import verdict_word

    if terminal.json:
        terminal.record(
            {
                "kind": "package",
                **came.verdict.as_json(str(file)),
                "known": came.known,
                "stored": came.stored,
                "receipt": None if came.receipt is None else str(came.receipt),
                "quarantined": None if came.quarantined is None else str(came.quarantined),
            }
        )
        return
    terminal.line(_("{file}: {verdict}").format(file=file.name, verdict=verdict_word(came.verdict.verdict)))
    for check in came.verdict.checks:
        if check.code is not None:
            terminal.line(f"  {check.detail} [{check.code}]")
    if came.known:
        terminal.line(_("  It had come before; nothing was added."))
    elif came.quarantined is not None:
        terminal.line(_("  Not taken in; the bytes lie in {path}.").format(path=came.quarantined))
    elif not came.stored:
        terminal.line(_("  Not taken in, and nobody is answered."))
    if came.receipt is not None:
        terminal.line(_("  Receipt to send back: {path}").format(path=came.receipt))


def _tell_receipt(file: Path, came: ReceiptCame, terminal: Terminal) -> None:
    from exchange.cli.wording import standing_word

    answered = came.answered
    if terminal.json:
        terminal.record(
            {
                "kind": "receipt",
                "file": str(file),
                "package": came.name,
                "package_sha256": answered.package,
                "from": answered.party,
                "verdict": answered.verdict,
                "codes": list(answered.codes),
                "counts": dict(answered.counts),
                "at": answered.on,
                "known": came.known,
                "code": came.code,
            }
        )
        return
    terminal.line(
        _("{file}: {party} says of {package}: {standing}").format(
            file=file.name,
            party=answered.party,
            package=came.name,
            standing=standing_word(answered.verdict),
        )
    )
    if answered.codes:
        terminal.line(f"  {', '.join(answered.codes)}")
    if came.known:
        terminal.line(_("  It had come before; nothing was added."))
    if came.code is not None:
        terminal.line(
            _(
                "  The receipt names events of ours that our ledger does not hold; “enblanket log --prove” says where. [{code}]"
            ).format(code=came.code)
        )
