"""How ``receive`` and ``fetch`` say what came of a package, of a receipt, and of what was refused."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.terminal import Terminal
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.workspace.receiving import PackageCame, ReceiptCame


def holds(came: PackageCame | ReceiptCame) -> bool:
    """Whether everything holds: a package that was accepted, a receipt that returns nothing."""
    from exchange.workspace.receiving import PackageCame

    if isinstance(came, PackageCame):
        return came.verdict.verdict == "accepted"
    return came.answered.verdict == "accepted" and came.code is None


def tell_came(file: Path, came: PackageCame | ReceiptCame, terminal: Terminal) -> None:
    """Say what came of a file that could be judged."""
    from exchange.workspace.receiving import PackageCame

    if isinstance(came, PackageCame):
        _tell_package(file, came, terminal)
    else:
        _tell_receipt(file, came, terminal)


def tell_refused(file: Path, code: str, detail: str, terminal: Terminal) -> None:
    """Say that a file was refused as a whole."""
    if terminal.json:
        terminal.record({"file": str(file), "kind": "refused", "code": code, "detail": detail})
    else:
        terminal.error(detail)


def _tell_package(file: Path, came: PackageCame, terminal: Terminal) -> None:
    from exchange.workspace.wording import verdict_word

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
    from exchange.workspace.wording import standing_word

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
