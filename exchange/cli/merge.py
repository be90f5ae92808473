"""``enblanket merge DIR``: what happened in another copy of this workspace comes here too; keys never."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING

from exchange.cli.terminal import Exit, Terminal
from exchange.language import translate as _
from exchange.language import translate_plural

if TYPE_CHECKING:
    from exchange.workspace.merging import Merged
    from exchange.workspace.merging_files import Beside


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Say what ``merge`` takes."""
    parser.add_argument("folder", type=Path, metavar="DIR", help=_("the other copy of this workspace"))


def run(arguments: argparse.Namespace, terminal: Terminal) -> int:
    """Merge and say what came; 1 where both copies decided a finding differently."""
    from exchange.workspace.merging import merge

    merged = merge(terminal.workspace(), terminal.here / arguments.folder)
    if terminal.json:
        terminal.record(_as_json(merged))
    else:
        _tell(merged, terminal)
    return Exit.OPEN if merged.conflicts else Exit.HOLDS


def _as_json(merged: Merged) -> dict[str, object]:
    from exchange.reports.findings import word_json

    return {
        "events": len(merged.events),
        "objects": merged.objects,
        "conflicts": [
            {
                "finding_id": one.finding_id,
                "rule": one.rule,
                "words": [word_json(word) for word in (*one.rivals, one)],
            }
            for one in merged.conflicts
        ],
        "sealed_twice": list(merged.sealed_twice),
        "purged": merged.purged,
        "closed": list(merged.closed),
        "brought": list(merged.beside.brought),
        "kept": list(merged.beside.kept),
        "names": merged.beside.names,
        "names_differing": merged.beside.differing,
        "trusted": list(merged.beside.trusted),
    }


def _tell(merged: Merged, terminal: Terminal) -> None:
    if merged.events:
        terminal.line(
            translate_plural(
                "{count} event of the other copy is here now.",
                "{count} events of the other copy are here now.",
                len(merged.events),
            ).format(count=len(merged.events))
        )
    else:
        terminal.line(_("Everything that happened in the other copy was here already."))
    _tell_beside(merged.beside, terminal)
    _warn(merged, terminal)
    _warn_of_closed(merged, terminal)
    if merged.conflicts:
        _tell_conflicts(merged, terminal)


def _tell_beside(beside: Beside, terminal: Terminal) -> None:
    for sentence, names in (
        (_("Came along: {names}."), beside.brought),
        (_("Trusted in the other copy, and here now: {names}."), beside.trusted),
        (_("Both copies have these, and they differ; ours stand: {names}."), beside.kept),
    ):
        if names:
            terminal.line(sentence.format(names=", ".join(names)))
    if beside.names:
        terminal.line(
            translate_plural(
                "{count} local name of the other copy came into crosswalk.csv.",
                "{count} local names of the other copy came into crosswalk.csv.",
                beside.names,
            ).format(count=beside.names)
        )
    if beside.differing:
        terminal.note(
            translate_plural(
                "{count} local name stands for another id in the other copy; ours stands, look at it with “enblanket crosswalk list”.",
                "{count} local names stand for other ids in the other copy; ours stand, look at them with “enblanket crosswalk list”.",
                beside.differing,
            ).format(count=beside.differing)
        )


def _warn(merged: Merged, terminal: Terminal) -> None:
    if merged.sealed_twice:
        terminal.note(
            _(
                "Both copies have sealed packages with the same number ({names}): tell the recipients, and seal again; "
                "from now on only one copy should seal."
            ).format(names=", ".join(merged.sealed_twice))
        )
    if merged.purged:
        terminal.note(
            _(
                "Retention ended in the other copy for what lies before {day}: run “enblanket purge --before {day}” here too."
            ).format(day=merged.purged)
        )


def _warn_of_closed(merged: Merged, terminal: Terminal) -> None:
    if merged.closed:
        terminal.note(
            _(
                "A copy with other keys took {files}: their rows are here, but a layout or a name that changes here does not "
                "reach them, nor does the screen show their sheets; map them again there and merge, or take them here."
            ).format(files=", ".join(merged.closed))
        )


def _tell_conflicts(merged: Merged, terminal: Terminal) -> None:
    from exchange.cli.wording import said_by

    conflicts, brought = merged.conflicts, {event.id for event in merged.events}
    terminal.line(
        translate_plural(
            "{count} finding was decided differently in the two copies, and blocks sealing until it is decided again:",
            "{count} findings were decided differently in the two copies, and block sealing until they are decided again:",
            len(conflicts),
        ).format(count=len(conflicts))
    )
    for decision in conflicts:
        terminal.line(f"  {decision.rule} {decision.finding_id[:12]}")
        for word in (*decision.rivals, decision):
            place = _("in the other copy") if word.event in brought else _("here")
            terminal.line(f"    {place}: {said_by(word)}")
    terminal.line(_("“enblanket review” shows them first; “enblanket decide ID VERB” ends them."))
