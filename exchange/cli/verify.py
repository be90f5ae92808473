"""``enblanket verify FILE``: the verdict on a package, offline; exit 0 only where everything holds.

Needs no workspace and no keys; with a workspace (``--workspace``, or one around the current folder) its trust, its memory
and its auditor profiles count too.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.changes_told import changes_json, tell_changes
from exchange.cli.package_passphrase import add_package_passphrase, package_passphrase_of
from exchange.cli.passphrase import Passphrase, add_passphrase, passphrase_of
from exchange.cli.terminal import Exit, Terminal
from exchange.errors import WorkspaceError
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.sealing.verdict import Check, Verdict, Word
    from exchange.workspace.folder import Workspace

_SIGNS = {True: "✓", False: "✗", None: "–"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``verify`` takes."""
    parser.add_argument("file", type=Path, metavar="FILE", help=_("the package"))
    parser.add_argument(
        "--trust",
        type=Path,
        metavar="CARD_OR_PEM",
        action="append",
        default=[],
        help=_("a card or certificate that you trust; may stand several times"),
    )
    parser.add_argument("--recipient", metavar="PARTY", help=_("who you are: the package must be for you"))
    parser.add_argument(
        "--receipt",
        type=Path,
        metavar="FILE",
        action="append",
        default=[],
        help=_("a receipt that proves when the package was there; may stand several times"),
    )
    parser.add_argument(
        "--diff",
        action="store_true",
        help=_("show what a correction changes in the package that it replaces"),
    )
    add_passphrase(parser)
    add_package_passphrase(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Judge the package and say the verdict."""
    from exchange.parties import parse_party
    from exchange.workspace.acquaintance import judged, knowledge_of, opened_file, openers_of, with_receipts

    workspace = _workspace(terminal)
    us = parse_party(arguments.recipient).id if arguments.recipient else None
    trusted = [terminal.here / path for path in arguments.trust]
    knowledge = knowledge_of(workspace, trusted, us, terminal.clock())
    knowledge = with_receipts(knowledge, [terminal.here / path for path in arguments.receipt])
    path = terminal.here / arguments.file
    openers = openers_of(workspace, passphrase_of(arguments), _package_passphrase(arguments))
    with opened_file(path, openers) as (read_at, size):
        verdict = judged(read_at, size, knowledge, path)
        if terminal.json:
            changed = changes_json(verdict, knowledge) if arguments.diff else {}
            terminal.record({**verdict.as_json(str(arguments.file)), **changed})
        else:
            _tell(verdict, arguments.file.name, terminal)
            if arguments.diff:
                tell_changes(verdict, knowledge, terminal)
    return Exit.HOLDS if verdict.verdict == "accepted" else Exit.OPEN


def _package_passphrase(arguments: argparse.Namespace) -> Passphrase:
    """A package needs one passphrase only, our key's or its own: where one descriptor is named, it gives either."""
    named = arguments.package_passphrase_fd is None and arguments.passphrase_fd is not None
    return passphrase_of(arguments) if named else package_passphrase_of(arguments)


def _workspace(terminal: Terminal) -> Workspace | None:
    try:
        return terminal.workspace()
    except WorkspaceError:
        if terminal.workspace_option is not None:
            raise
        return None


def _tell(verdict: Verdict, name: str, terminal: Terminal) -> None:
    for check in verdict.checks:
        terminal.line(_line(check))
    terminal.line()
    if verdict.fingerprint:
        terminal.line(_("Signer’s fingerprint: {fingerprint}").format(fingerprint=verdict.fingerprint))
    terminal.line(_("{file}: {verdict}").format(file=name, verdict=_word(verdict.verdict)))


def _line(check: Check) -> str:
    code = f" [{check.code}]" if check.code else ""
    return f"{_SIGNS[check.ok]} {_label(check.check):<15} {check.detail}{code}"


def _label(check: str) -> str:
    return {
        "container": _("container"),
        "signatures": _("signatures"),
        "recipient": _("recipient"),
        "sequence": _("sequence"),
        "form": _("form"),
        "rules": _("rules"),
        "settlement": _("settlement"),
        "decisions": _("decisions"),
        "demands": _("demands"),
        "history": _("history"),
    }[check]


def _word(word: Word) -> str:
    return {
        "accepted": _("accepted: everything that can be judged here holds"),
        "refused": _("refused: do not rely on it"),
        "needs-attention": _("needs attention: look at what is open"),
    }[word]
