"""What a ``take`` says of each file: read, mapped, skipped and why, guessed, doubtful; as text and as JSON.

In: a :class:`FileIntake`. Out: lines for the terminal, or an object of the machine contract. The counts hold: rows read are rows mapped and
rows skipped.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import TYPE_CHECKING

from exchange.language import translate as _
from exchange.language import translate_plural

if TYPE_CHECKING:
    from exchange.intake.mapping import MappedRow
    from exchange.intake.read import FileIntake

_SPANS_SHOWN = 12
_CELLS_SHOWN = 6


def file_lines(file: FileIntake) -> Iterator[str]:
    """Say what became of one file."""
    yield _("{file}: layout {layout}, {read} rows read, {mapped} mapped, {skipped} skipped.").format(
        file=file.file,
        layout=file.layout,
        read=file.rows_read,
        mapped=len(file.rows),
        skipped=len(file.skipped),
    )
    for table, count in tables_of(file.rows).items():
        yield f"  {table:<16} {count}"
    yield from _skipped_lines(file)
    for guess in file.guessed:
        yield _("  guessed: {sentence}").format(sentence=guess)
    yield from _doubtful_lines(file)


def file_json(file: FileIntake, *, already: bool) -> dict[str, object]:
    """Return the same for programs; every row and every cell is there."""
    return {
        "file": file.file,
        "sha256": file.sha256,
        "layout": file.layout,
        "rows_read": file.rows_read,
        "rows_mapped": len(file.rows),
        "rows_skipped": len(file.skipped),
        "tables": tables_of(file.rows),
        "skipped": [
            {"why": why, "sheet": sheet, "count": len(rows), "rows": rows}
            for (why, sheet), rows in _skipped(file).items()
        ],
        "guessed": list(file.guessed),
        "doubtful": [{"why": one.why, "cell": one.cell, "field": one.field} for one in file.doubts],
        "notices": list(file.notices),
        "already_taken": already,
    }


def tables_of(rows: Iterable[MappedRow]) -> dict[str, int]:
    """Count the rows of each table, in the form's order."""
    from exchange.form.tables import tables

    found = Counter(row.table for row in rows)
    return {name: found[name] for name in tables() if name in found}


def _skipped(file: FileIntake) -> Mapping[tuple[str, str], list[int]]:
    found: dict[tuple[str, str], list[int]] = {}
    for one in file.skipped:
        place = one.sheet or (one.file if one.file != file.file else "")
        found.setdefault((one.why, place), []).append(one.row)
    return found


def _skipped_lines(file: FileIntake) -> Iterator[str]:
    from exchange.cli.wording import skip_word

    for (why, sheet), rows in _skipped(file).items():
        spans = _spans(rows)
        shown = ", ".join(spans[:_SPANS_SHOWN])
        if len(spans) > _SPANS_SHOWN:
            shown = _("{rows} and more (--format json lists all)").format(rows=shown)
        yield translate_plural(
            "  skipped {count} × {why}: {sheet} row {rows}",
            "  skipped {count} × {why}: {sheet} rows {rows}",
            len(rows),
        ).format(count=len(rows), why=skip_word(why), sheet=sheet or file.file, rows=shown)


def _spans(rows: Sequence[int]) -> list[str]:
    """Write rows that follow one another as ``12-14``."""
    spans: list[str] = []
    for _offset, run in groupby(enumerate(sorted(set(rows))), key=lambda item: item[1] - item[0]):
        numbers = [number for _index, number in run]
        spans.append(str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}-{numbers[-1]}")
    return spans


def _doubtful_lines(file: FileIntake) -> Iterator[str]:
    cells: dict[str, list[str]] = {}
    for one in file.doubts:
        cells.setdefault(one.why, []).append(one.cell.replace(f"{file.file}#", "") or file.file)
    for why, places in cells.items():
        shown = ", ".join(places[:_CELLS_SHOWN])
        if len(places) > _CELLS_SHOWN:
            shown = _("{cells} and more (--format json lists all)").format(cells=shown)
        yield _("  doubtful {count} × {why}: {cells}").format(
            count=len(places), why=_doubt_word(why), cells=shown
        )


def _doubt_word(why: str) -> str:
    return {
        "unreadable": _("cannot be read"),
        "ambiguous": _("can be meant in two ways"),
        "error-cell": _("an error of the spreadsheet"),
        "no-value": _("a formula that was never computed"),
        "weekday": _("a weekday that does not fit the date"),
        "unknown-name": _("a name or number that nobody knows"),
        "missing-cell": _("a cell that is missing"),
        "extra-cell": _("a cell too many"),
    }.get(why, why)
