"""``enblanket verify FILE``: the verdict on a package, offline; exit 0 only where everything holds.

Needs no workspace and no keys; with a workspace (``--workspace``, or one around the current folder) its trust, its memory
and its auditor profiles count too.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.passphrase import add_passphrase, passphrase_of
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
    add_passphrase(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Judge the package and say the verdict."""
    from exchange.parties import parse_party
    from exchange.workspace.acquaintance import judge_file, knowledge_of

    workspace = _workspace(terminal)
    us = parse_party(arguments.recipient).id if arguments.recipient else None
    trusted = [terminal.here / path for path in arguments.trust]
    knowledge = knowledge_of(workspace, trusted, us, terminal.clock())
    verdict = judge_file(terminal.here / arguments.file, knowledge, workspace, passphrase_of(arguments))
    if terminal.json:
        terminal.record(verdict.as_json(str(arguments.file)))
    else:
        _tell(verdict, arguments.file.name, terminal)
    return Exit.HOLDS if verdict.verdict == "accepted" else Exit.OPEN


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
