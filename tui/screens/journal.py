"""The journal: what happened in this workspace, newest first. Read-only: nothing here can change the ledger."""

from __future__ import annotations

from collections.abc import Sequence
from typing import ClassVar

from textual.binding import BindingType

from exchange.language import quoted, translate_plural
from exchange.language import translate as _
from exchange.workspace.journal import Happened
from tui.action import Place
from tui.paragraphs import BLANK, Paragraph, Piece
from tui.screens.view import ViewScreen
from tui.text import fit, moment_text
from tui.view_actions import view_bindings

_MOMENT, _WHO, _ID = 20, 26, 8


class JournalScreen(ViewScreen[Happened]):
    """The ledger, one event a line."""

    place: ClassVar[Place] = "journal"
    BINDINGS: ClassVar[list[BindingType]] = view_bindings("journal")

    def read(self) -> Sequence[Happened]:
        """Read the ledger."""
        return tuple(reversed(self.house.journal()))

    def columns(self, width: int) -> str:
        """Return the names of the columns."""
        who = fit(_("Who"), _WHO) if width >= _MOMENT + _WHO + _ID + 30 else ""
        return " ".join(one for one in (fit(_("When"), _MOMENT), fit(_("Event"), _ID), who, _("What")) if one)

    def line(self, row: Happened, width: int) -> Sequence[Piece]:
        """Draw an event: when, its id, who, what."""
        event, more = row.event, self.script.more
        has_who = width >= _MOMENT + _WHO + _ID + 30
        who = f" {fit(self.script.show(event.who), _WHO, more)}" if has_who else ""
        room = width - _MOMENT - _ID - 2 - (_WHO + 1 if has_who else 0)
        return (
            Piece(fit(moment_text(self.script.show(event.at)), _MOMENT, more)),
            Piece(f" {event.id[:_ID]}", "dim"),
            Piece(who),
            Piece(
                f" {fit(self.script.show(row.what), room, more)}",
                "warning" if event.kind == "undo" else "plain",
            ),
        )

    def told(self, row: Happened) -> Sequence[Paragraph]:
        """Return the whole event."""
        event, show = row.event, self.script.show
        said = [_labelled(_("WHY"), show(quoted(row.reason)))] if row.reason else []
        found = [_labelled(_("FINDING"), show(row.finding_id))] if row.finding_id else []
        return [
            Paragraph((Piece(show(row.what), "strong"),)),
            BLANK,
            _labelled(_("WHEN"), moment_text(show(event.at))),
            _labelled(_("WHO"), show(event.who)),
            *said,
            *found,
            BLANK,
            _labelled(_("EVENT"), event.id),
            *(_labelled(_("AFTER"), parent) for parent in event.parents),
            BLANK,
            *(
                _labelled("", show(f"{name}: {_short(value)}"))
                for name, value in event.body.items()
                if name != "reason"
            ),
        ]

    def searched(self, row: Happened) -> str:
        """Return what a search looks into."""
        event = row.event
        return "\n".join((event.at, event.id, event.who, event.kind, row.what, row.finding_id, row.reason))

    def summary(self) -> str:
        """Return how many events there are."""
        count = len(self.rows)
        text = translate_plural("{count} event, read-only", "{count} events, read-only", count)
        return text.format(count=count)

    def action_prove(self) -> None:
        """Say whether the history fits itself."""
        self.run_worker(self._proving())

    async def _proving(self) -> None:
        proof = await self.done(self.house.prove)
        if proof is None:
            return
        if proof.breaks:
            first = proof.breaks[0]
            text = _("Event {position} ({id}) does not fit: {code}").format(
                position=first.position, id=first.event_id[:12], code=first.code
            )
            self.say(self.script.show(text), "error")
            return
        text = translate_plural(
            "{count} event, each naming the one before by its hash; head {head}",
            "{count} events, each naming the one before by its hash; head {head}",
            proof.events,
        ).format(count=proof.events, head=", ".join(one[:12] for one in proof.head))
        self.say(f"{self.script.status['accepted']} {text}", "good")


def _labelled(label: str, text: str) -> Paragraph:
    return Paragraph((Piece(f"{label:<8} ", "label"), Piece(text)), 9)


def _short(value: object) -> str:
    text = str(value)
    return text if len(text) <= 400 else f"{text[:400]} …"
