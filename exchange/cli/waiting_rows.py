"""Rows that wait, admitted as soon as a command brings what they waited for: new placements, mentors or names.

The files are opened with the workspace's own key. Nobody is asked for a passphrase on the way: where there is none at hand, the command that
admits the rows is said.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from typing import TYPE_CHECKING

from exchange.cli.passphrase import Passphrase, passphrase_at_hand
from exchange.language import translate_plural

if TYPE_CHECKING:
    from exchange.cli.terminal import Terminal
    from exchange.workspace.folder import Workspace


@dataclass(frozen=True, slots=True)
class Admitted:
    """What became of rows that waited.

    Attributes:
        rows: how many came in.
        left: how many wait and could not be tried, since the key is locked or a file no longer reads.
    """

    rows: int = 0
    left: int = 0


NONE_WAITED = Admitted()


def admit(arguments: argparse.Namespace, passphrase: Passphrase, workspace: Workspace) -> Admitted:
    """Map the files again that have waiting rows.

    Args:
        arguments: tell where a passphrase is at hand.
        passphrase: of this command, used where it asks nobody.
        workspace: whose rows wait.
    """
    from exchange.errors import IntakeRefused, KeyRefused
    from exchange.workspace.retaking import admit_waiting

    waiting = len(workspace.waiting())
    if not waiting:
        return NONE_WAITED
    try:
        again = admit_waiting(workspace, passphrase_at_hand(arguments, passphrase))
    except (KeyRefused, IntakeRefused):
        return Admitted(left=waiting)
    return Admitted(rows=max(again.admitted, 0))


def tell_admitted(admitted: Admitted, terminal: Terminal) -> None:
    """Say how many rows came in, or the command that tries it."""
    if admitted.rows and not terminal.json:
        terminal.line(
            translate_plural(
                "{count} row that waited has come in.",
                "{count} rows that waited have come in.",
                admitted.rows,
            ).format(count=admitted.rows)
        )
    if admitted.left:
        terminal.note(
            translate_plural(
                "{count} row waits from before; “enblanket take --again” lets it in if its placement or mentor has come.",
                "{count} rows wait from before; “enblanket take --again” lets in those whose placement or mentor has come.",
                admitted.left,
            ).format(count=admitted.left)
        )
