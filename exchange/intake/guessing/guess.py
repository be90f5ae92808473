"""The entrance to guessing: a file in, a proposed layout out, run at once through the same mapping as any other.

In: a name, the bytes, who sent it. Out: a :class:`Guess`. Nothing is stored. Refused with one sentence (:class:`IntakeRefused`): what intake
itself refuses, the form's own CSV, and a file on which no table can be recognised.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from exchange.errors import IntakeRefused, LayoutError
from exchange.form.confidential import masked
from exchange.form.tables import tables
from exchange.intake.blanket import mark_in
from exchange.intake.canonical import is_canonical
from exchange.intake.cells import Book, Cell
from exchange.intake.crosswalk import Crosswalk, Known
from exchange.intake.delimited import read_delimited
from exchange.intake.guessing.contents import traits_of
from exchange.intake.guessing.proposal import Proposal
from exchange.intake.guessing.propose import propose
from exchange.intake.guessing.reading_back import read_back
from exchange.intake.guessing.writing import layout_text
from exchange.intake.layout import CsvStyle, Kind, Layout, read_layout
from exchange.intake.mapping import MappedRow
from exchange.intake.preflight import look_at
from exchange.intake.read import FileIntake, read_file
from exchange.intake.workbooks import read_workbook
from exchange.language import translate as _
from exchange.parties import Party

NAMED = frozenset({"mentor_id", "trainee_ref", "held_by", "contact", "contact_mailbox", "name"})
"""Fields that a sheet fills with names of people: never shown."""
SOMEBODY = Party("sender", "company")
_A_KEY = b"only to show rows"


@dataclass(frozen=True, slots=True, kw_only=True)
class Guess:
    """A proposed layout and what it makes of the file."""

    proposal: Proposal
    text: str
    layout: Layout
    intake: FileIntake
    sender: Party | None

    @property
    def settled(self) -> bool:
        """Whether every required choice was sure, every cell readable, and there is a row."""
        asked = any(doubt.required for doubt in self.proposal.doubts)
        return not asked and not self.intake.faults and bool(self.intake.rows)


def guess_layout(name: str, content: bytes, sender: Party | None = None) -> Guess:
    """Propose a layout for a file and map the file by it.

    Args:
        name: the file's name without its folder.
        content: its bytes.
        sender: who sent it; None leaves open whose side reported.

    Raises:
        IntakeRefused: names the file, why no layout can be proposed, and the cure.
    """
    name = masked(name)
    kind, book = _book(name, content)
    return as_proposed(name, content, read_back(propose(name, book, kind, sender), book), sender)


def as_proposed(name: str, content: bytes, proposal: Proposal, sender: Party | None) -> Guess:
    """Write the layout of a proposal and read the file by it.

    Raises:
        IntakeRefused: the layout does not read the file that it was proposed for.
    """
    text = layout_text(proposal)
    try:
        layout = read_layout(text, f"{proposal.name}.toml")
        intake = try_layout(name, content, layout, sender)
    except (LayoutError, IntakeRefused) as error:
        raise IntakeRefused(
            _(
                "What was proposed for {file} does not read the file itself ({why}); write a layout by hand (docs/layouts.md)."
            ).format(file=name, why=str(error).rstrip("."))
        ) from error
    return Guess(proposal=proposal, text=text, layout=layout, intake=intake, sender=sender)


def _book(name: str, content: bytes) -> tuple[Kind, Book]:
    looked = look_at(name, content)
    if looked.kind == "canonical" or (looked.kind == "csv" and is_canonical(name, content)):
        raise IntakeRefused(
            _("{file} is the form’s own CSV and needs no layout: take it as it is.").format(file=name)
        )
    if looked.kind == "csv":
        return "csv", read_delimited(name, content, CsvStyle())
    book = read_workbook(name, content)
    if mark_in(book, name) is not None:
        raise IntakeRefused(
            _("{file} is the Excel form and needs no layout: take it as it is.").format(file=name)
        )
    return "xlsx", book


def try_layout(name: str, content: bytes, layout: Layout, sender: Party | None) -> FileIntake:
    """Map a file by one layout, with nothing known of placements and mentors; nothing is stored.

    Raises:
        IntakeRefused: the file does not fit the layout, or cannot be taken at all.
    """
    return read_file(
        name,
        content,
        layouts=[layout],
        sender=sender or SOMEBODY,
        crosswalk=Crosswalk(),
        known=Known(),
        trainee_key=lambda: _A_KEY,
        layout=layout.name,
    )


def shown_row(row: MappedRow, *, unsent: bool = False) -> MappedRow:
    """Return a mapped row as it may be shown: without names of people, CPR numbers, pseudonyms and free text.

    Who reported is left out where nobody said who sends the file.
    """
    hidden = {
        field.name
        for field in tables()[row.table].fields
        if field.name in NAMED or _is_free(row.table, field.name)
    }
    values = {name: _shown(name, row, hidden) for name in row.values}
    if values.get("reporter") is not None and row.cells.get("reporter") is None and unsent:
        values["reporter"] = None
    return replace(row, values=values, local={})


def _is_free(table: str, name: str) -> bool:
    field = tables()[table].field(name)
    return field.type == "string" and field.code_list is None and field.pattern is None


def _shown(name: str, row: MappedRow, hidden: set[str]) -> str | None:
    """Hide what is somebody's name, also where a column was taken for something else."""
    value = row.values[name] if row.values[name] is not None else row.local.get(name)
    if value is None:
        return None
    coded = tables()[row.table].field(name).code_list is not None
    named = not coded and "name" in traits_of(Cell(1, value))
    return "…" if name in hidden or named else masked(value)
