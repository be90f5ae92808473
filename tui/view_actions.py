"""The keys of the screens beside the review: packages, weeks, journal, coverage, and of the dialogs that belong to them.

What moves in a list is the review's own rows, so a person's own key for "down" is the same everywhere.
"""

from __future__ import annotations

from textual.binding import BindingType

from tui.action import Action, Place
from tui.actions import ACTIONS, bindings

SHARED = frozenset(
    {
        "list.down",
        "list.up",
        "list.half_down",
        "list.half_up",
        "list.top",
        "list.bottom",
        "pane.evidence",
        "pane.back",
        "pane.next",
        "find.search",
    }
)

VIEW_ACTIONS: tuple[Action, ...] = (
    Action(
        id="package.verify",
        does="verify",
        keys=("v",),
        da="Verificér igen",
        en="Verify again",
        group="package",
        place="packages",
        line=1,
        command="enblanket verify FILE",
    ),
    Action(
        id="package.receive",
        does="receive",
        keys=("i",),
        da="Importér",
        en="Take in",
        group="package",
        place="packages",
        line=1,
        command="enblanket receive FILE",
    ),
    Action(
        id="package.key",
        does="key",
        keys=("p",),
        da="Nøgle og tillid",
        en="Key and trust",
        group="package",
        place="packages",
        line=1,
        command="enblanket keys trust FILE --fingerprint TEXT",
    ),
    Action(
        id="package.receipt",
        does="receipt",
        keys=("e",),
        da="Kvittering",
        en="Receipt",
        group="package",
        place="packages",
        line=2,
        command="enblanket receive FILE",
    ),
    Action(
        id="package.scan",
        does="scan",
        keys=("r",),
        da="Se efter nye",
        en="Look for new",
        group="package",
        place="packages",
        line=2,
        command="enblanket status",
    ),
    Action(
        id="week.next_placement",
        does="next_placement",
        keys=("J",),
        da="næste forløb",
        en="next placement",
        group="week",
        place="weeks",
        line=1,
        command="enblanket report weeks --placement ID",
    ),
    Action(
        id="week.prev_placement",
        does="prev_placement",
        keys=("K",),
        da="forrige forløb",
        en="previous placement",
        group="week",
        place="weeks",
        line=2,
        command="enblanket report weeks --placement ID",
    ),
    Action(
        id="week.table",
        does="table",
        keys=("t",),
        da="Tabel",
        en="Table",
        group="week",
        place="weeks",
        line=1,
        command="enblanket report weeks",
    ),
    Action(
        id="week.zoom_in",
        does="zoom_in",
        keys=("+",),
        da="Finere akse",
        en="Finer axis",
        group="week",
        place="weeks",
        line=2,
        command="enblanket report weeks",
    ),
    Action(
        id="week.zoom_out",
        does="zoom_out",
        keys=("-",),
        da="Grovere akse",
        en="Coarser axis",
        group="week",
        place="weeks",
        command="enblanket report weeks",
    ),
    Action(
        id="week.group",
        does="group",
        keys=("b",),
        da="Gruppér",
        en="Group",
        group="week",
        place="weeks",
        line=2,
        command="enblanket report weeks",
    ),
    Action(
        id="week.findings",
        does="findings",
        keys=("f",),
        da="Afvigelser i ugen",
        en="Findings of the week",
        group="week",
        place="weeks",
        line=2,
        command="enblanket check --format json",
    ),
    Action(
        id="journal.prove",
        does="prove",
        keys=("v",),
        da="Prøv kæden",
        en="Prove the chain",
        group="history",
        place="journal",
        line=1,
        command="enblanket log --prove",
    ),
    Action(
        id="coverage.next_unmet",
        does="next_unmet",
        keys=("J",),
        da="næste ikke opfyldt",
        en="next unmet",
        group="move",
        place="coverage",
        line=1,
        command="enblanket report coverage",
    ),
    Action(
        id="trust.confirm",
        does="confirm",
        keys=("f10",),
        da="Stol på (når alt passer)",
        en="Trust (once all of it fits)",
        group="dialog",
        place="trust",
        command="enblanket keys trust FILE --fingerprint TEXT",
    ),
    Action(
        id="trust.cancel",
        does="cancel",
        keys=("escape",),
        da="Annullér (intet stoles på)",
        en="Cancel (nothing is trusted)",
        group="dialog",
        place="trust",
    ),
    Action(
        id="help.down",
        does="down",
        keys=("down",),
        da="næste linje",
        en="next line",
        group="dialog",
        place="help",
    ),
    Action(
        id="help.up",
        does="up",
        keys=("up",),
        da="linjen før",
        en="line before",
        group="dialog",
        place="help",
    ),
    Action(
        id="help.page_down",
        does="page_down",
        keys=("pagedown",),
        da="side ned",
        en="page down",
        group="dialog",
        place="help",
    ),
    Action(
        id="help.page_up",
        does="page_up",
        keys=("pageup",),
        da="side op",
        en="page up",
        group="dialog",
        place="help",
    ),
    Action(
        id="tour.next",
        does="next",
        keys=("enter", "right"),
        da="Næste trin",
        en="Next step",
        group="dialog",
        place="tour",
        command="enblanket demo --review",
    ),
    Action(
        id="tour.leave",
        does="leave",
        keys=("escape",),
        da="Forlad rundvisningen",
        en="Leave the tour",
        group="dialog",
        place="tour",
        command="enblanket demo",
    ),
)

EVERY_ACTION: tuple[Action, ...] = (*ACTIONS, *VIEW_ACTIONS)


def of_place(place: Place) -> tuple[Action, ...]:
    """Return the actions of one screen: its own, and what moves in every list."""
    own = tuple(action for action in EVERY_ACTION if action.place == place)
    return (*own, *(action for action in ACTIONS if action.id in SHARED))


def view_bindings(place: Place) -> list[BindingType]:
    """Return the bindings of a screen beside the review.

    Raises:
        ValueError: one of its keys also moves in its list.
    """
    here = of_place(place)
    owners = {key: action.id for action in here for key in action.keys}
    for action in here:
        for key in action.keys:
            if owners[key] != action.id:
                raise ValueError(f"key {key} belongs to both {action.id} and {owners[key]}")
    shared = [action for action in here if action.id in SHARED]
    return [*bindings(place, here), *bindings("screen", shared)]
