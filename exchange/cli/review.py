"""``enblanket review``: the findings on a screen, to decide; line by line with ``--plain``; as running text in a pipe."""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exchange.cli.passphrase import Passphrase, add_passphrase, passphrase_at_hand, passphrase_of
from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.workspace.decision_desk import DecisionDesk
    from exchange.workspace.folder import Workspace
    from tui.text import Script
    from tui.words import Words

THEMES = ("cb-dark", "cb-light", "ansi", "mono")


@dataclass(frozen=True, slots=True)
class _Look:
    """How the screen opens."""

    theme: str = THEMES[0]
    ascii_only: bool = False
    tour: bool = False


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``review`` takes."""
    parser.add_argument(
        "--plain",
        action="store_true",
        help=_("line by line, for a screen reader: sentences out, letters in, also from a pipe"),
    )
    parser.add_argument("--ascii", action="store_true", help=_("no character but ASCII and æøå"))
    parser.add_argument("--theme", choices=THEMES, default="cb-dark", help=_("the colours"))
    parser.add_argument(
        "--auditor", metavar="PROFILE", help=_("judge by this auditor's profile instead of each party's own")
    )
    add_passphrase(parser)


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Open the screen, talk, or tell the open list; the exit code says whether anything is left open."""
    from exchange.workspace.decision_desk import DecisionDesk

    workspace = terminal.workspace()
    if on_a_screen(terminal) and not terminal.json and not arguments.plain:
        return _show(workspace, terminal, arguments)
    if arguments.plain and not terminal.json:
        return _talk(workspace, terminal, arguments)
    desk = DecisionDesk(workspace, arguments.auditor)
    _tell(desk, terminal, ascii_only=arguments.ascii)
    return _answer(desk)


def on_a_screen(terminal: Terminal) -> bool:
    """Whether a person sits before a screen and a keyboard."""
    return sys.stdin.isatty() and terminal.out.isatty()


def show_tour(workspace: Workspace, terminal: Terminal) -> None:
    """Open the review of a workspace with the tour through it; tell the whole list where there is no screen."""
    from exchange.workspace.decision_desk import DecisionDesk, desk_at_screen

    if terminal.json or not on_a_screen(terminal):
        _tell(DecisionDesk(workspace), terminal, ascii_only=False)
        return
    terminal.out.flush()
    with desk_at_screen(workspace) as desk:
        _open(desk, terminal, lambda: None, _Look(tour=True))


def _show(workspace: Workspace, terminal: Terminal, arguments: argparse.Namespace) -> int:
    from exchange.workspace.decision_desk import desk_at_screen

    with desk_at_screen(workspace, arguments.auditor) as desk:
        if desk.takes_time:
            terminal.note(_("The rows are judged before the screen opens; the next time it opens at once."))
        # Nobody is asked before the screen stands; it asks when a file is to be shown.
        at_hand = passphrase_at_hand(arguments, passphrase_of(arguments))
        _open(desk, terminal, at_hand, _Look(arguments.theme, ascii_only=arguments.ascii))
        return _answer(desk)


def _answer(desk: DecisionDesk) -> int:
    from exchange.review.filtering import Filter
    from exchange.review.open_list import OPEN

    weighs = Filter(severities=frozenset({"error", "warning"}), statuses=OPEN)
    return Exit.OPEN if desk.listing.tally(weighs).count else Exit.HOLDS


def _tell(desk: DecisionDesk, terminal: Terminal, *, ascii_only: bool) -> None:
    if terminal.json:
        from exchange.reports.findings import entry_json

        for entry in desk.entries():
            terminal.record(entry_json(entry))
        return
    from tui.dossier import Dossiers
    from tui.plain import plain_lines

    dossiers = Dossiers(_words(), _script(ascii_only=ascii_only))
    for line in plain_lines(desk.entries(), dossiers, desk.workspace.owner.name):
        terminal.line(line)


def _talk(workspace: Workspace, terminal: Terminal, arguments: argparse.Namespace) -> int:
    from exchange.workspace.decision_desk import desk_at_screen
    from exchange.workspace.source_pages import SourceDesk
    from tui.dossier import Dossiers
    from tui.plain import PlainReview

    script = _script(ascii_only=arguments.ascii)
    heading = script.show(workspace.owner.name)

    def ask(question: str) -> str | None:
        terminal.line(question)
        terminal.out.flush()
        said = sys.stdin.buffer.readline()
        return said.decode("utf-8", "replace").rstrip("\r\n") if said else None

    def tell(text: str) -> None:
        terminal.line(text)

    at_hand = passphrase_at_hand(arguments, passphrase_of(arguments))
    with desk_at_screen(workspace, arguments.auditor) as desk:
        sources = SourceDesk(desk.workspace, at_hand)
        PlainReview(desk, Dossiers(_words(), script), heading, ask, tell, sources).run()
        return _answer(desk)


def _open(desk: DecisionDesk, terminal: Terminal, passphrase: Passphrase, look: _Look) -> None:
    from exchange.workspace.filter_shelf import FilterShelf
    from exchange.workspace.house import WorkspaceHouse
    from exchange.workspace.source_pages import SourceDesk
    from tui.app import ReviewApp
    from tui.keymap import keys_of_person

    ReviewApp(
        desk,
        _words(),
        heading=desk.workspace.owner.name,
        house=WorkspaceHouse(desk.workspace.folder, terminal.clock),
        sources=SourceDesk(desk.workspace, passphrase),
        shelf=FilterShelf(desk.workspace.folder),
        theme=look.theme,
        ascii_only=look.ascii_only,
        keys=keys_of_person(),
        pictures=terminal.here,
        tour=look.tour,
    ).run()


def _script(*, ascii_only: bool) -> Script:
    from tui.text import ASCII, UNICODE

    return ASCII if ascii_only else UNICODE


def _words() -> Words:
    from exchange.checks.rules import load_rules
    from exchange.form.tables import tables
    from tui.words import Words

    return Words(load_rules().rules, tables())
