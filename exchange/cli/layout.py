"""``enblanket layout guess | list | show | test``: layouts proposed from a file, at hand, as they stand, and tried; nothing is stored."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.arguments import UsageError
from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.intake.layout import Layout
    from exchange.intake.read import FileIntake
    from exchange.parties import Party

_SHOWN = 3


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``layout`` takes."""
    parser.add_argument(
        "action",
        choices=("guess", "list", "show", "test"),
        help=_("propose one from a file, list those at hand, show one, or try them on a file"),
    )
    parser.add_argument("target", nargs="?", metavar="FILE|NAME", help=_("the file, or the layout to show"))
    parser.add_argument("--out", type=Path, metavar="FILE.toml", help=_("write the proposed layout here"))
    parser.add_argument("--from", dest="sender", metavar="PARTY", help=_("who sends such files"))
    parser.add_argument("--layout", metavar="NAME", help=_("try this layout only"))


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Do what is asked; 1 where a required choice is open, or no layout reads the file whole."""
    if arguments.action == "list":
        return _list(terminal)
    if arguments.target is None:
        raise UsageError(
            _("Name the file, or for show the layout: enblanket layout {action} NAME.").format(
                action=arguments.action
            )
        )
    if arguments.action == "show":
        return _show(arguments.target, terminal)
    if arguments.action == "test":
        return _test(terminal.here / arguments.target, arguments, terminal)
    return _guess(terminal.here / arguments.target, arguments, terminal)


def _list(terminal: Terminal) -> int:
    for layout, own in _at_hand(terminal):
        tables = list(dict.fromkeys(table.table for table in layout.tables))
        if terminal.json:
            terminal.record(
                {
                    "layout": layout.name,
                    "title": _title(layout),
                    "kind": layout.kind,
                    "tables": tables,
                    "own": own,
                }
            )
        else:
            terminal.line(f"{layout.name:<28} {layout.kind:<5} {_title(layout)} ({', '.join(tables)})")
    return Exit.HOLDS


def _title(layout: Layout) -> str:
    from exchange.language import choose

    return choose(layout.title_da, layout.title_en)


def _show(name: str, terminal: Terminal) -> int:
    text = _texts(terminal).get(name)
    if text is None:
        raise UsageError(
            _("There is no layout “{layout}”: the layouts are {layouts}.").format(
                layout=name[:64],
                layouts=", ".join(sorted(layout.name for layout, _own in _at_hand(terminal))),
            )
        )
    if terminal.json:
        terminal.record({"layout": name, "text": text})
    else:
        for line in text.splitlines():
            terminal.line(line)
    return Exit.HOLDS


def _at_hand(terminal: Terminal) -> list[tuple[Layout, bool]]:
    """Return our own layouts, where there is a workspace, and the shipped ones."""
    from exchange.intake.layout import shipped_layouts

    own = [layout for layout in _own_layouts(terminal) if layout not in shipped_layouts()]
    return [*((layout, True) for layout in own), *((layout, False) for layout in shipped_layouts())]


def _own_layouts(terminal: Terminal) -> Sequence[Layout]:
    folder = _own_folder(terminal)
    return () if folder is None else terminal.workspace().layouts()


def _own_folder(terminal: Terminal) -> Path | None:
    """Return the workspace's folder of layouts; None where there is no workspace and none was named."""
    from exchange.errors import WorkspaceError

    try:
        return terminal.workspace().folder / "layouts"
    except WorkspaceError:
        if terminal.workspace_option is not None:
            raise
        return None


def _texts(terminal: Terminal) -> dict[str, str]:
    """Return the text of each layout by its name; our own go before the shipped ones."""
    from importlib.resources import files

    from exchange.intake.layout import read_layout

    shipped = {
        item.name.removesuffix(".toml"): item.read_text(encoding="utf-8")
        for item in files("schemas").joinpath("layouts").iterdir()
        if item.name.endswith(".toml")
    }
    folder = _own_folder(terminal)
    paths = sorted(folder.glob("*.toml")) if folder else []
    own = [(path.name, path.read_text(encoding="utf-8")) for path in paths]
    return shipped | {read_layout(text, name).name: text for name, text in own}


def _guess(path: Path, arguments: argparse.Namespace, terminal: Terminal) -> int:
    from exchange.atomic import write_atomically
    from exchange.cli.layout_report import tell_guess, write_guess
    from exchange.intake.guessing.guess import guess_layout
    from exchange.workspace.handed_in import bytes_of

    out = terminal.here / arguments.out if arguments.out else None
    if out is not None and out.exists():
        raise UsageError(
            _("{path} is already there; name another file, or move it away.").format(path=arguments.out)
        )
    guess = guess_layout(path.name, bytes_of(path), _sender(arguments))
    if out is not None:
        write_atomically(out, guess.text.encode())
    if terminal.json:
        write_guess(guess, terminal)
    else:
        tell_guess(guess, terminal, whole=out is None)
    if out is not None:
        terminal.note(
            _(
                "Written to {path}: read it through, then “enblanket take FILE --from PARTY --layout {layout}” in the workspace that has it in layouts/."
            ).format(path=arguments.out, layout=guess.layout.name)
        )
    return Exit.HOLDS if guess.settled else Exit.OPEN


def _sender(arguments: argparse.Namespace) -> Party | None:
    from exchange.parties import parse_party

    return parse_party(arguments.sender) if arguments.sender else None


def _test(path: Path, arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Try each layout alone and say what it makes of the file, or what it lacks."""
    from exchange.cli.layout_report import tell_tried, write_tried
    from exchange.errors import IntakeRefused
    from exchange.intake.guessing.guess import try_layout
    from exchange.workspace.handed_in import bytes_of

    content = bytes_of(path)
    layouts = [layout for layout, _own in _at_hand(terminal) if arguments.layout in (None, layout.name)]
    if not layouts:
        return _show(arguments.layout, terminal)
    fitting: list[FileIntake] = []
    for layout in layouts:
        try:
            fitting.append(try_layout(path.name, content, layout, _sender(arguments)))
        except IntakeRefused as refusal:
            _say_misfit(layout, str(refusal), terminal)
    for intake in fitting:
        if terminal.json:
            write_tried(intake, terminal, shown=_SHOWN, unsent=arguments.sender is None)
        else:
            tell_tried(intake, terminal, shown=_SHOWN, unsent=arguments.sender is None)
    if terminal.json:
        terminal.record({"summary": {"file": path.name, "layouts": [intake.layout for intake in fitting]}})
    elif not fitting:
        terminal.line(
            _("No layout reads {file}; “enblanket layout guess” proposes one.").format(file=path.name)
        )
    return Exit.HOLDS if len(fitting) == 1 and not fitting[0].faults else Exit.OPEN


def _say_misfit(layout: Layout, why: str, terminal: Terminal) -> None:
    if terminal.json:
        terminal.record({"layout": layout.name, "fits": False, "why": why})
    else:
        terminal.note(f"{layout.name}: {why}")
