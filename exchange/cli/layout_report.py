"""How ``layout`` tells what it guessed and what a layout makes of a file: text for people, JSON for programs (docs/layouts.md).

No name of a person, free text or CPR number is shown: neither in first rows nor as the name of a sheet.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from exchange.cli.terminal import Terminal
from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.intake.guessing.guess import Guess
    from exchange.intake.guessing.proposal import ColumnGuess, Doubt, TableGuess
    from exchange.intake.mapping import MappedRow
    from exchange.intake.read import FileIntake

FIRST_ROWS = 5


def write_guess(guess: Guess, terminal: Terminal) -> None:
    """Write columns, tables, first rows, the layout's text and the summary."""
    names = sheet_names(guess.intake)
    for table in guess.proposal.tables:
        for column in table.columns:
            terminal.record(_column_json(column, table, names))
    for table in guess.proposal.tables:
        terminal.record(_table_json(table, names))
    _write_rows(guess.intake, terminal, FIRST_ROWS, unsent=guess.sender is None)
    terminal.record({"layout": guess.layout.name, "text": guess.text})
    terminal.record({"summary": _summary(guess, names)})


def tell_guess(guess: Guess, terminal: Terminal, *, whole: bool) -> None:
    """Tell the same to a person; the layout's text only where it was not written to a file."""
    names = sheet_names(guess.intake)
    for table in guess.proposal.tables:
        _tell_table(table, names, terminal)
    _tell_rows(guess.intake, terminal, FIRST_ROWS, unsent=guess.sender is None)
    _tell_dropped(guess, names, terminal)
    _tell_doubts(guess, terminal)
    if whole:
        terminal.line()
        for line in guess.text.splitlines():
            terminal.line(line)


def sheet_names(intake: FileIntake) -> Mapping[str, str]:
    """Return what each sheet may be called: one that is named after a person is called by its number."""
    from exchange.intake.discreet import discreet

    return dict(zip(intake.sheets, discreet(intake, ()).sheets, strict=True))


def _called(sheet: str, names: Mapping[str, str]) -> str:
    from exchange.form.confidential import masked

    return names.get(masked(sheet), masked(sheet))


def _column_json(column: ColumnGuess, table: TableGuess, names: Mapping[str, str]) -> dict[str, object]:
    from exchange.intake.cells import letters
    from exchange.intake.guessing.sentences import shown_heading

    found: dict[str, object] = {
        "table": table.table,
        "sheet": _called(column.sheet, names),
        "column": letters(column.number),
        "heading": shown_heading(column.heading),
        "group": shown_heading(column.group) or None,
        "field": column.field,
        "likeliest": column.likeliest,
        "confidence": column.confidence,
        "why": column.why,
        "alternatives": [{"field": name, "confidence": share} for name, share in column.alternatives],
    }
    return found | _reading_json(column, table)


def _reading_json(column: ColumnGuess, table: TableGuess) -> dict[str, object]:
    fields = [one for one in table.fields if one.field == column.field]
    blocks = [one for one in table.blocks if one.field == column.field and column.why == "day"]
    if not fields and not blocks:
        return {}
    one = blocks[0] if blocks else fields[0]
    return {
        "dates": list(one.choice.dates),
        "numbers": one.choice.numbers,
        "unit": one.choice.unit,
        "codes": dict(one.codes.codes),
        "carry": bool(fields and not blocks and fields[0].carry),
        "left_out": bool(one.left_out),
    }


def _table_json(table: TableGuess, names: Mapping[str, str]) -> dict[str, object]:
    return {
        "table": table.table,
        "sheets": [_called(name, names) for name in table.sheets],
        "confidence": table.confidence,
        "header_row": table.heading_row,
        "header_rows": table.header_rows,
        "wide": table.blocks[0].header if table.blocks else None,
        "cells": [
            {"field": cell.field, "at": cell.at, "sheet_name": cell.sheet_name, "labels": len(cell.labels)} for cell in table.cells
        ],
        "constants": dict(table.constants),
        "skips": [{"why": skip.why, "ends": skip.ends} for skip in table.skips],
        "hours_from_times": table.hours_from_times,
        "doubts": [_doubt_json(doubt) for doubt in table.doubts],
    }  # fmt: skip


def _doubt_json(doubt: Doubt) -> dict[str, object]:
    from exchange.intake.guessing.sentences import doubt_sentence, shown_text

    return {
        "what": doubt.what,
        "table": doubt.table,
        "columns": list(doubt.columns),
        "field": doubt.field,
        "text": None if doubt.text is None else shown_text(doubt.text),
        "alternatives": list(doubt.alternatives),
        "required": doubt.required,
        "message": doubt_sentence(doubt),
    }


def _summary(guess: Guess, names: Mapping[str, str]) -> dict[str, object]:
    intake = guess.intake
    return {
        "file": intake.file,
        "layout": guess.layout.name,
        "settled": guess.settled,
        "tables": len(guess.proposal.tables),
        "rows_read": intake.rows_read,
        "rows_mapped": len(intake.rows),
        "rows_skipped": len(intake.skipped),
        "skipped": [
            {"sheet": _called(one.sheet, names), "row": one.row, "why": one.why} for one in intake.skipped
        ],
        "findings": len(intake.faults),
        "sheets_not_read": [_called(name, names) for name in guess.proposal.unread],
        "hidden_sheets": len(guess.proposal.hidden),
        "doubts": [_doubt_json(doubt) for doubt in guess.proposal.doubts],
    }


def _first_rows(intake: FileIntake, shown: int, *, unsent: bool) -> Iterable[MappedRow]:
    """Give the first rows of each table, without what may not be shown."""
    from exchange.intake.discreet import discreet
    from exchange.intake.guessing.guess import shown_row

    counts: dict[str, int] = {}
    hidden = discreet(intake, ())
    for own, row in zip(intake.rows, hidden.rows, strict=True):
        counts[own.table] = counts.get(own.table, 0) + 1
        if counts[own.table] <= shown:
            yield shown_row(row, unsent=unsent)


def _write_rows(intake: FileIntake, terminal: Terminal, shown: int, *, unsent: bool) -> None:
    for row in _first_rows(intake, shown, unsent=unsent):
        terminal.record({"table": row.table, "row": dict(row.values), "cells": dict(row.cells)})


def _tell_table(table: TableGuess, names: Mapping[str, str], terminal: Terminal) -> None:
    from exchange.form.tables import tables

    sheets = ", ".join(dict.fromkeys(_called(name, names) for name in table.sheets if name))
    where = (
        _("{table}, heading in row {row}, {confidence} sure")
        if table.heading_row
        else _("{table}, no heading, {confidence} sure")
    )
    said = where.format(
        table=tables()[table.table].label, row=table.heading_row, confidence=_percent(table.confidence)
    )
    terminal.line(f"{sheets}: {said}" if sheets else said)
    first = table.sheets[0] if table.sheets else ""
    for column in table.columns:
        if column.sheet == first and column.why != "day":
            _tell_column(column, table, terminal)
    for block in table.blocks:
        days = sum(column.why == "day" and column.sheet == first for column in table.columns)
        terminal.line(_("  {count} columns of days → {field}, {confidence} sure").format(
            count=days // len(table.blocks), field=_label(table, block.field), confidence=_percent(block.confidence)
        ))  # fmt: skip


def _tell_column(column: ColumnGuess, table: TableGuess, terminal: Terminal) -> None:
    from exchange.intake.cells import letters
    from exchange.intake.guessing.sentences import shown_heading, why_words

    field = "–" if column.field is None else _label(table, column.field)
    sure = _percent(column.confidence) if column.field else ""
    terminal.line(
        f"  {letters(column.number):<3} {shown_heading(column.heading):<28.28} → {field:<22} {sure:>5}  {why_words(column)}".rstrip()
    )


def _label(table: TableGuess, field: str) -> str:
    from exchange.intake.guessing.sentences import field_label

    return field_label(table.table, field)


def _percent(share: float) -> str:
    from decimal import Decimal

    from exchange.figures import number

    return f"{number(Decimal(round(share * 100)))} %"


def _tell_rows(intake: FileIntake, terminal: Terminal, shown: int, *, unsent: bool) -> None:
    terminal.line(_("First rows (names, pseudonyms and free text hidden):"))
    for row in _first_rows(intake, shown, unsent=unsent):
        values = ", ".join(f"{name} {value}" for name, value in row.values.items() if value is not None)
        terminal.line(f"  {row.table}: {values}")


def _tell_dropped(guess: Guess, names: Mapping[str, str], terminal: Terminal) -> None:
    from exchange.cli.wording import skip_word

    intake = guess.intake
    terminal.line(
        _("{read} rows read, {mapped} mapped, {skipped} skipped, {findings} cells unreadable.").format(
            read=intake.rows_read,
            mapped=len(intake.rows),
            skipped=len(intake.skipped),
            findings=len(intake.faults),
        )
    )
    counts: dict[str, int] = {}
    for one in intake.skipped:
        counts[one.why] = counts.get(one.why, 0) + 1
    for why, count in counts.items():
        terminal.line(_("  skipped: {count} × {why}").format(count=count, why=skip_word(why)))
    for name in guess.proposal.copies:
        terminal.line(
            _("  the sheet {sheet} is not read: by its name it is a copy or a template").format(
                sheet=_called(name, names)
            )
        )
    for name in (name for name in guess.proposal.unread if name not in guess.proposal.copies):
        terminal.line(
            _("  the sheet {sheet} is not read: nothing on it looks like a table of the form").format(
                sheet=_called(name, names)
            )
        )


def _tell_doubts(guess: Guess, terminal: Terminal) -> None:
    from exchange.intake.guessing.sentences import doubt_sentence

    doubts = guess.proposal.doubts
    if not guess.intake.rows:
        terminal.line(
            _("The proposed layout maps no row: read through what it skips, or write one (docs/layouts.md).")
        )
    elif not doubts:
        terminal.line(_("Everything was sure."))
    if not doubts:
        return
    terminal.line(_("To be settled by a person before the layout is used:"))
    for sentence in dict.fromkeys(doubt_sentence(doubt) for doubt in doubts):
        terminal.line(f"  - {sentence}")


def write_tried(intake: FileIntake, terminal: Terminal, *, shown: int, unsent: bool) -> None:
    """Write what a layout makes of a file."""
    terminal.record(
        {
            "layout": intake.layout,
            "fits": True,
            "rows_read": intake.rows_read,
            "rows_mapped": len(intake.rows),
            "rows_skipped": len(intake.skipped),
            "findings": len(intake.faults),
        }
    )
    _write_rows(intake, terminal, shown, unsent=unsent)


def tell_tried(intake: FileIntake, terminal: Terminal, *, shown: int, unsent: bool) -> None:
    """Tell what a layout makes of a file."""
    terminal.line(
        _("{file}: layout {layout}, {read} rows read, {mapped} mapped, {skipped} skipped.").format(
            file=intake.file, layout=intake.layout, read=intake.rows_read, mapped=len(intake.rows), skipped=len(intake.skipped)
        )
    )  # fmt: skip
    _tell_rows(intake, terminal, shown, unsent=unsent)
