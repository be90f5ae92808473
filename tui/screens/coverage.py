"""Coverage: every auditor by every demand, from the same call as ``enblanket report coverage``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual.binding import BindingType

from exchange.language import translate as _
from exchange.reports.coverage import Auditor, Cell, State
from exchange.reports.coverage_told import (
    SIGNS,
    asked,
    finding_line,
    heading,
    jobcentre_name,
    outcome,
    state_text,
)
from tui.action import Place
from tui.paragraphs import BLANK, Paragraph, Piece, Tone
from tui.screens.view import ViewScreen
from tui.text import fit
from tui.view_actions import view_bindings

_TONES: dict[State, Tone] = {"met": "good", "not-met": "error", "not-asked": "dim", "unknown": "warning"}
_ASCII: dict[State, str] = {"met": "v", "not-met": "x", "not-asked": ".", "unknown": "?"}
_MOST_FINDINGS = 200


@dataclass(frozen=True, slots=True)
class Asked:
    """One demand of one auditor."""

    auditor: Auditor
    cell: Cell


class CoverageScreen(ViewScreen[Asked]):
    """Demands, one a line, with their auditor."""

    place: ClassVar[Place] = "coverage"
    BINDINGS: ClassVar[list[BindingType]] = view_bindings("coverage")

    def read(self) -> Sequence[Asked]:
        """Read the report."""
        return tuple(Asked(one.auditor, cell) for one in self.house.coverage() for cell in one.cells)

    def columns(self, width: int) -> str:
        """Return the names of the columns."""
        who, demand, state = _shares(width)
        return " ".join((fit(_("Jobcentre, auditor"), who), fit(_("Demand"), demand), fit(_("State"), state)))

    def line(self, row: Asked, width: int) -> Sequence[Piece]:
        """Draw a demand: whose, what, and what has become of it."""
        who, demand, state = _shares(width)
        show, more = self.script.show, self.script.more
        whose = f"{jobcentre_name(row.auditor.jobcentre)}, {row.auditor.name or '–'}"
        return (
            Piece(fit(show(whose), who, more)),
            Piece(f" {fit(show(row.cell.demand.title), demand, more)} "),
            Piece(
                fit(show(f"{self._sign(row.cell)} {state_text(row.cell)}"), state, more),
                _TONES[row.cell.state],
            ),
        )

    def told(self, row: Asked) -> Sequence[Paragraph]:
        """Return what the auditor asks, and which findings stand against it."""
        show, profile = self.script.show, row.auditor.profile
        what = (
            asked(profile, row.cell.demand)
            if profile and profile.asks(row.cell.demand)
            else row.cell.demand.title
        )
        unmet = row.cell.unmet
        return [
            Paragraph((Piece(show(heading(row.auditor)), "strong"),), 2),
            Paragraph((Piece(show(row.auditor.agreement_id), "dim"),)),
            BLANK,
            Paragraph((Piece(show(what)),), 2),
            Paragraph((Piece(show(f"{self._sign(row.cell)} {outcome(row.cell)}"), _TONES[row.cell.state]),)),
            BLANK,
            *(Paragraph((Piece(show(finding_line(one))),), 2) for one in unmet[:_MOST_FINDINGS]),
        ]

    def searched(self, row: Asked) -> str:
        """Return what a search looks into."""
        auditor, demand = row.auditor, row.cell.demand
        parts = (auditor.agreement_id, jobcentre_name(auditor.jobcentre), auditor.name, auditor.profile_id)
        return "\n".join(
            (
                *(part or "" for part in parts),
                demand.title,
                demand.parameter,
                *demand.rules,
                state_text(row.cell),
            )
        )

    def summary(self) -> str:
        """Return how many demands are met."""
        weighed = [row.cell.state for row in self.rows if row.cell.state != "not-asked"]
        return _("{met} of {count} demands met").format(met=weighed.count("met"), count=len(weighed))

    def nothing(self) -> Sequence[str]:
        """Return why there are no demands."""
        return (
            _(
                "No party names an auditor: set auditor and auditor_profile under [[parties]] of the agreement."
            ),
        )

    def action_next_unmet(self) -> None:
        """Go to the next demand that is not met."""
        places = range(self.list.cursor + 1, len(self.shown))
        unmet = (at for at in places if self.shown[at].cell.state in ("not-met", "unknown"))
        self.list.move_to(next(unmet, self.list.cursor))

    def _sign(self, cell: Cell) -> str:
        return _ASCII[cell.state] if self.script.ascii else SIGNS[cell.state]


def _shares(width: int) -> tuple[int, int, int]:
    state = 18
    who = max((width - state - 2) * 45 // 100, 8)
    return who, max(width - state - 2 - who, 8), state
