"""The rest of the review's keys: marks and batches, sources, filters, places to go to; part of :data:`tui.actions.ACTIONS`."""

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


def on_search(situation: Situation) -> bool:
    """Whether there are hits to go to."""
    return situation.searched and situation.has_finding


def on_failed(situation: Situation) -> bool:
    """Whether something could not be stored and may be tried again."""
    return situation.failed


# Neighbours in the footer that share a label.
_HITS, _MARKED = ("fund", "hits"), ("markerede", "marked")

MARKED_ACTIONS: tuple[Action, ...] = (
    Action(
        id="batch.accept",
        does="accept_marked",
        keys=("A",),
        da="Accepter markerede",
        en="Accept marked",
        group="decide",
        line=1,
        short=_MARKED,
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
        line=1,
        short=_MARKED,
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
        line=1,
        short=_MARKED,
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
        line=1,
        short=_MARKED,
        enabled=on_marked_open,
    ),
)

REVIEW_ACTIONS: tuple[Action, ...] = (
    Action(
        id="find.next",
        does="next_hit",
        keys=("n",),
        da="Næste fund",
        en="Next hit",
        group="find",
        line=2,
        short=_HITS,
        enabled=on_search,
    ),
    Action(
        id="find.prev",
        does="prev_hit",
        keys=("N",),
        da="Forrige fund",
        en="Previous hit",
        group="find",
        line=2,
        short=_HITS,
        enabled=on_search,
    ),
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
        id="filter.menu",
        does="filter_menu",
        keys=("f",),
        da="Filtermenu",
        en="Filter menu",
        group="find",
        listed="filter",
        line=1,
        short=("Filter", "Filter"),
    ),
    Action(
        id="filter.asked",
        does="asked_only",
        keys=("Q",),
        da="Kun spurgte",
        en="Asked only",
        group="find",
        listed="filter",
    ),
    Action(
        id="filter.party",
        does="filter_party",
        keys=("p",),
        da="Part …",
        en="Party …",
        group="find",
        listed="filter",
    ),
    Action(
        id="filter.week",
        does="filter_week",
        keys=("W",),
        da="Uge …",
        en="Week …",
        group="find",
        listed="filter",
    ),
    Action(
        id="filter.rule",
        does="filter_rule",
        keys=("R",),
        da="Regel …",
        en="Rule …",
        group="find",
        listed="filter",
    ),
    Action(
        id="filter.save",
        does="save_filter",
        keys=("F",),
        da="Gem filter som …",
        en="Save filter as …",
        group="find",
        listed="filter",
    ),
    Action(
        id="filter.saved",
        does="saved_filters",
        keys=("ctrl+f",),
        da="Gemte filtre",
        en="Saved filters",
        group="find",
        listed="filter",
    ),
    Action(
        id="filter.clear",
        does="clear_filter",
        keys=("0",),
        da="Ryd filter og søgning",
        en="Clear filter and search",
        group="find",
        listed="filter",
    ),
    Action(
        id="filter.sort",
        does="next_sort",
        keys=(">",),
        da="Sortér",
        en="Sort",
        group="find",
        listed="filter",
    ),
    Action(
        id="goto.party",
        does="goto_party",
        keys=("comma",),
        da="Part …",
        en="Party …",
        group="goto",
    ),
    Action(
        id="goto.week",
        does="goto_week",
        keys=(".",),
        da="Uge …",
        en="Week …",
        group="goto",
    ),
    Action(
        id="goto.source",
        does="goto_source",
        keys=(";",),
        da="Kilde: fil, ark, celle …",
        en="Source: file, sheet, cell …",
        group="goto",
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
        id="mark.same_party",
        does="mark_same_party",
        keys=("+",),
        da="Samme part",
        en="Same party",
        group="mark",
        enabled=on_finding,
    ),
    Action(
        id="mark.same_rule",
        does="mark_same_rule",
        keys=("#",),
        da="Samme regel",
        en="Same rule",
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
        listed="view",
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
        line=2,
        short=("Kopiér", "Copy"),
        enabled=on_finding,
    ),
    Action(
        id="help.rule",
        does="about_rule",
        keys=("i",),
        da="Om denne regel",
        en="About this rule",
        group="help",
        enabled=on_finding,
        command="enblanket explain RULE",
    ),
    Action(
        id="export.csv",
        does="export_csv",
        keys=("V",),
        da="Listen som CSV",
        en="The list as CSV",
        group="export",
        command="enblanket report findings",
    ),
    Action(
        id="export.json",
        does="export_json",
        keys=("D",),
        da="Listen som JSON",
        en="The list as JSON",
        group="export",
        command="enblanket check --format json",
    ),
)
