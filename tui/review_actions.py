"""The rest of the review's keys: marks and batches, sources, filters; part of :data:`tui.actions.ACTIONS`."""

from __future__ import annotations

from tui.action import Action, Situation


def on_finding(situation: Situation) -> bool:
    """Whether there is a finding under the cursor."""
    return situation.has_finding


def on_open_finding(situation: Situation) -> bool:
    """Whether the finding under the cursor may be decided here and now."""
    return situation.has_finding and not situation.read_only


def on_answered(situation: Situation) -> bool:
    """Whether somebody has answered about the finding under the cursor, and it may be decided here and now."""
    return on_open_finding(situation) and situation.answered


def on_marked(situation: Situation) -> bool:
    """Whether any finding is marked."""
    return situation.marked


def on_marked_open(situation: Situation) -> bool:
    """Whether the marked findings may be decided here and now."""
    return situation.marked and not situation.read_only


def on_failed(situation: Situation) -> bool:
    """Whether something could not be stored and may be tried again."""
    return situation.failed


REVIEW_ACTIONS: tuple[Action, ...] = (
    Action(id="find.next", does="next_hit", keys=("n",), da="Næste fund", en="Next hit", group="find"),
    Action(id="find.prev", does="prev_hit", keys=("N",), da="Forrige fund", en="Previous hit", group="find"),
    Action(id="filter.menu", does="filter_menu", keys=("f",), da="Filter", en="Filter", group="find", line=1),
    Action(id="filter.sort", does="next_sort", keys=(">",), da="Sortér", en="Sort", group="find"),
    Action(
        id="mark.toggle",
        does="mark",
        keys=("space",),
        da="Markér",
        en="Mark",
        group="mark",
        line=1,
        enabled=on_finding,
    ),
    Action(
        id="mark.range",
        does="mark_range",
        keys=("v",),
        da="Interval (start/slut)",
        en="Range (start/end)",
        group="mark",
        enabled=on_finding,
    ),
    Action(
        id="mark.all",
        does="mark_all",
        keys=("*",),
        da="Alle i filteret",
        en="All in the filter",
        group="mark",
        enabled=on_finding,
    ),
    Action(
        id="mark.same",
        does="mark_same",
        keys=("=",),
        da="Alle af samme slags",
        en="All of the same kind",
        group="mark",
        enabled=on_finding,
    ),
    Action(
        id="mark.clear",
        does="mark_clear",
        keys=("M",),
        da="Ryd markering",
        en="Clear marks",
        group="mark",
        enabled=on_marked,
    ),
    Action(
        id="batch.accept",
        does="accept_marked",
        keys=("A",),
        da="Accepter markerede",
        en="Accept marked",
        group="decide",
        enabled=on_marked_open,
        command="enblanket decide ID accept --all-like",
    ),
    Action(
        id="batch.edit",
        does="correct_marked",
        keys=("E",),
        da="Ret markerede",
        en="Edit marked",
        group="decide",
        enabled=on_marked_open,
    ),
    Action(
        id="batch.reject",
        command="enblanket decide ID reject --all-like --reason TEXT",
        does="reject_marked",
        keys=("X",),
        da="Afvis markerede",
        en="Reject marked",
        group="decide",
        enabled=on_marked_open,
    ),
    Action(
        id="batch.ask",
        command="enblanket decide ID ask --all-like --reason TEXT",
        does="ask_marked",
        keys=("S",),
        da="Spørg om markerede",
        en="Ask about marked",
        group="decide",
        enabled=on_marked_open,
    ),
    Action(
        id="redo",
        does="redo",
        keys=("U",),
        da="Gentag",
        en="Redo",
        group="decide",
        command="enblanket decide --redo",
    ),
    Action(
        id="note",
        does="note",
        keys=("c",),
        da="Note",
        en="Note",
        group="decide",
        enabled=on_open_finding,
        command="enblanket decide ID --note TEXT",
    ),
    Action(
        id="retry",
        does="retry",
        keys=("r",),
        da="Prøv igen",
        en="Try again",
        group="decide",
        line=1,
        enabled=on_failed,
    ),
    Action(
        id="pane.prev",
        does="other_pane",
        keys=("shift+tab",),
        da="Forrige rude",
        en="Previous pane",
        group="evidence",
    ),
    Action(
        id="pane.zoom",
        does="zoom",
        keys=("z",),
        da="Zoom ruden",
        en="Zoom the pane",
        group="evidence",
        enabled=on_finding,
    ),
    Action(
        id="evidence.source",
        does="next_source",
        keys=("t",),
        da="Skift kilde",
        en="Next source",
        group="evidence",
        enabled=on_finding,
        command="enblanket explain RULE",
    ),
    Action(
        id="evidence.open",
        does="open_source",
        keys=("o",),
        da="Vis arket",
        en="Show the sheet",
        group="evidence",
        enabled=on_finding,
    ),
    Action(
        id="evidence.copy",
        does="copy_reference",
        keys=("y",),
        da="Kopiér reference",
        en="Copy reference",
        group="evidence",
        enabled=on_finding,
    ),
)
