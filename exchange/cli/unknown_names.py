"""How the commands say local names that nobody knows: what waits for them, and what they may be meant for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from exchange.language import translate as _
from exchange.language import translate_plural

if TYPE_CHECKING:
    from exchange.cli.terminal import Terminal
    from exchange.workspace.crosswalk import Unknown

_SHOWN = 12


def unknown_json(unknown: Unknown) -> dict[str, object]:
    """Return a name of the machine contract; the name of what looks like a CPR number is null."""
    return {
        "kind": unknown.kind,
        "name": unknown.name,
        "sender": unknown.sender,
        "rows": unknown.rows,
        "cell": unknown.cell,
        "near": [
            {"name": near.known.name, "id": near.known.id, "likeness": near.likeness} for near in unknown.near
        ],
    }


def tell_unknown(unknown: Sequence[Unknown], terminal: Terminal, *, all_of_them: bool = False) -> None:
    """Say the names with their near matches and the command that settles them."""
    shown = unknown if all_of_them else unknown[:_SHOWN]
    for one in shown:
        terminal.line(_waits(one))
        for near in one.near:
            known = near.known
            terminal.line(
                _("    near: {id}").format(id=known.id)
                if known.name == known.id
                else _("    near: {id}, as “{name}”").format(id=known.id, name=known.name)
            )
    if len(shown) < len(unknown):
        terminal.line(
            _("  and {count} more names (“enblanket crosswalk list” shows all)").format(
                count=len(unknown) - len(shown)
            )
        )
    if any(one.name is not None for one in unknown):
        terminal.line(
            _("  Say whom they mean with “enblanket crosswalk add KIND NAME ID”; the rows come in at once.")
        )


def _waits(one: Unknown) -> str:
    values = {"count": one.rows, "kind": kind_word(one.kind), "name": one.name, "cell": one.cell}
    if one.name is None:
        return translate_plural(
            "  waits: {count} row with a CPR number in the place of a {kind} ({cell}); mend the sheet or its layout",
            "  waits: {count} rows with a CPR number in the place of a {kind} (first {cell}); mend the sheet or its layout",
            one.rows,
        ).format(**values)
    return translate_plural(
        "  waits: {count} row for the {kind} “{name}” that nobody knows ({cell})",
        "  waits: {count} rows for the {kind} “{name}” that nobody knows (first {cell})",
        one.rows,
    ).format(**values)


def kind_word(kind: str) -> str:
    """Return the word of a kind of local name."""
    return {"placements": _("placement"), "mentors": _("mentor"), "trainees": _("trainee")}.get(kind, kind)
