"""Any workbook to a :class:`Book`: the one entrance for whoever reads cells.

In: bytes that :mod:`preflight` let through. Out: a :class:`Book`. Refused: what the reader of that format refuses.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from exchange.intake.cells import Book
from exchange.intake.preflight import workbook_format
from exchange.intake.xlsx import read_workbook as read_xlsx


def read_workbook(name: str, content: bytes) -> Book:
    """Read a workbook of any format; what is read of it, and when, is the format's reader's affair.

    Args:
        name: the file's name, used in messages.
        content: its bytes.

    Raises:
        IntakeRefused: names the file, the part and the cure; also later, from a sheet's rows.
    """
    kind = workbook_format(content)
    if kind in ("xls", "xlsb", "ods"):
        from exchange.intake.other_workbooks import read_other_workbook

        return _told_apart(read_other_workbook(name, content, kind))
    return _told_apart(read_xlsx(name, content))


def _told_apart(book: Book) -> Book:
    """Number the sheets whose names are alike once CPR numbers in them are hidden."""
    labels = Counter(sheet.label for sheet in book.sheets)
    return replace(
        book,
        sheets=tuple(
            replace(sheet, number=f"sheet-{place}") if labels[sheet.label] > 1 else sheet
            for place, sheet in enumerate(book.sheets, 1)
        ),
    )
