"""A blank form of a small invented agreement, and a filled one read as intake reads it."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from datetime import date

from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from exchange.form.workbook.plan import Blank, Row, tables_of
from exchange.intake.blanket import Filled, map_form, mark_in
from exchange.intake.context import Context
from exchange.intake.crosswalk import Crosswalk, Known, KnownPlacement
from exchange.intake.xlsx import read_workbook
from exchange.language import Language
from exchange.parties import Party, parse_party
from exchange.periods import Period

FILE = "f.xlsx"
PERIOD = Period(date(2016, 3, 1), date(2016, 3, 31))
FIRST = 7
KNOWN = Known(
    own="159",
    placements={name: KnownPlacement("159", "AFT-1") for name in ("159-00012", "159-00013")},
    mentors={"M-01", "M-02"},
    leads={"AFT-1": "159"},
)
PLACEMENTS: Sequence[Row] = tuple(
    {
        "placement_id": name, "agreement_id": "AFT-1", "jobcentre": "159", "site_id": "STED-1",
        "trainee_ref": f"T-{name}", "benefit": "resource-programme", "age_group": "30-plus", "gender": "f",
        "start": "2016-01-04", "planned_end": "2016-06-30", "actual_end": None, "weekly_hours": "20.00",
        "outcome": None, "purpose": "Afklaring",
    }
    for name in ("159-00012", "159-00013")
)  # fmt: skip
HOURS: Sequence[Row] = tuple(
    {
        "reporter": "company", "entry_id": f"12345678:159-00012:2016-03-0{day}:M-01:01", "placement_id": "159-00012",
        "mentor_id": "M-01", "date": f"2016-03-0{day}", "start_time": "09:30:00", "end_time": "11:00:00",
        "hours": "1.50", "activity": "training", "registered_on": "2016-03-09", "note": None,
    }
    for day in (1, 2, 3)
)  # fmt: skip


def blank(
    party: str = "12345678",
    language: Language = "da",
    rows: Mapping[str, Sequence[Row]] | None = None,
    tables: Sequence[str] = (),
    *,
    leads: bool = False,
) -> Blank:
    """Return a blank of the company (12345678) or a jobcentre."""
    found = parse_party(party)
    return Blank(
        agreement_id="AFT-1",
        title="Partnerskab Redning",
        party=found,
        party_name="Redning A/S" if found.role == "company" else "Jobcenter Gladsaxe",
        leads=leads,
        period=PERIOD,
        language=language,
        tables=tables_of(found, tables),
        rows=rows or {},
        placements=PLACEMENTS,
        mentors=(
            {"mentor_id": "M-01", "employer": "company", "valid_from": "2016-01-04"},
            {"mentor_id": "M-02", "employer": "jobcentre", "jobcentre": "159", "valid_from": "2016-01-04"},
        ),
        sites=({"site_id": "STED-1", "name": "Station Gladsaxe", "postcode": "2860"},),
        jobcentres=("159", "173"),
        mailbox="mentor@gladsaxe.example",
    )


def opened(content: bytes) -> Workbook:
    """Open a form as openpyxl sees it."""
    return load_workbook(io.BytesIO(content), rich_text=True)


def saved(book: Workbook) -> bytes:
    """Return the bytes of a workbook as openpyxl saves it: another program's way of writing."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def column_of(sheet: Worksheet, field: str) -> int:
    """Return the column whose hidden field name is of that field."""
    return next(place for place, cell in enumerate(sheet[5], 1) if str(cell.value).endswith(f".{field}"))


def read_back(content: bytes, sender: Party | str = "12345678", known: Known = KNOWN) -> Filled:
    """Read a filled form."""
    book = read_workbook(FILE, content)
    mark = mark_in(book, FILE)
    assert mark is not None
    context = Context(
        file=FILE,
        sha256=hashlib.sha256(content).hexdigest(),
        sender=sender if isinstance(sender, Party) else parse_party(sender),
        crosswalk=Crosswalk(mentors={"Mette Opdigtet": "M-01"}),
        known=known,
        trainee_key=lambda: b"key of a test",
    )
    return map_form(book, mark, context)


def values_of(filled: Filled, table: str) -> list[dict[str, str | None]]:
    """Return the rows of one table, as read."""
    return [dict(row.values) for part in filled.parts for row in part.rows if row.table == table]
