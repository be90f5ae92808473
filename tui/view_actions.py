"""The keys of the screens beside the review: packages, weeks, journal, coverage, and of the dialogs that belong to them.

What moves in a list is the review's own rows, so a person's own key for "down" is the same everywhere.
"""

from __future__ import annotations

from textual.binding import BindingType

from tui.action import Action, Place
from tui.actions import ACTIONS, bindings
from tui.page_actions import PAGE_ACTIONS

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
        id="package.verify",
        does="verify",
        keys=("v",),
        da="Verificér igen",
        en="Verify again",
        group="package",
        place="packages",
        line=1,
        short=("Verificér", "Verify"),
        command="enblanket verify FILE",
    ),
    Action(
        id="package.key",
        does="key",
        keys=("p",),
        da="Vis nøgle",
        en="Show key",
        group="package",
        place="packages",
        line=1,
        short=("Nøgle", "Key"),
        command="enblanket verify FILE",
    ),
    Action(
        id="package.trust",
        does="trust",
        keys=("t",),
        da="Stol på nøgle",
        en="Trust key",
        group="package",
        place="packages",
        line=1,
        short=("Stol på", "Trust"),
        command="enblanket keys trust FILE --fingerprint TEXT",
    ),
    Action(
        id="package.refuse",
        does="refuse",
        keys=("R",),
        da="Afvis pakke",
        en="Reject package",
        group="package",
        place="packages",
        line=1,
        short=("Afvis", "Reject"),
        command="enblanket receive FILE --refuse",
    ),
    Action(
        id="package.receipt",
        does="receipt",
        keys=("e",),
        da="Eksportér kvittering",
        en="Export receipt",
        group="package",
        place="packages",
        line=2,
        short=("Kvittering", "Receipt"),
        command="enblanket receive FILE",
    ),
    Action(
        id="package.manifest",
        does="manifest",
        keys=("m",),
        da="Vis manifest",
        en="Show manifest",
        group="package",
        place="packages",
        line=2,
        short=("Manifest", "Manifest"),
        command="enblanket verify FILE",
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
        short=("Skan", "Scan"),
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
        short=("forløb", "placement"),
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
        line=1,
        short=("forløb", "placement"),
        command="enblanket report weeks --placement ID",
    ),
    Action(
        id="week.table",
        does="table",
        keys=("t",),
        da="Tabel i stedet for graf",
        en="Table instead of bars",
        group="week",
        listed="view",
        short=("Tabel", "Table"),
        place="weeks",
        line=1,
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
        line=1,
        short=("Fund i ugen", "Findings"),
        command="enblanket check --format json",
    ),
    Action(
        id="week.zoom_in",
        does="zoom_in",
        keys=("+",),
        da="Finere akse",
        en="Finer axis",
        group="week",
        place="weeks",
        line=1,
        short=("Zoom", "Zoom"),
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
        line=1,
        short=("Zoom", "Zoom"),
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
        line=1,
        short=("Gruppér", "Group"),
        command="enblanket report weeks",
    ),
    Action(
        id="week.copy",
        does="copy_figures",
        keys=("y",),
        da="Kopiér tal",
        en="Copy figures",
        group="week",
        place="weeks",
        line=2,
        command="enblanket report weeks --placement ID",
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
    *PAGE_ACTIONS,
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
