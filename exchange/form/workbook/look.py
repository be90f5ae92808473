"""How the form looks: one font, five colours, one style for each kind of cell. Loaded only where a form is written.

In: nothing. Out: openpyxl's styles by name, registered in a workbook. Refuses nothing. Arial, because every office program has it
or a font of the same widths, so that columns fit alike.
"""

from __future__ import annotations

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Protection, Side

from exchange.form.tables import Field
from exchange.form.workbook.plan import ColumnPlan
from exchange.language import choose

FONT = "Arial"
INK = "FF1B2B34"
DEEP = "FF14505C"
SOFT = "FF4F7F8A"
PALE = "FFE8F0F1"
MISSING = "FFFFF0C2"
LINE = "FFC3CFD2"
WHITE = "FFFFFFFF"
TEXT_FORMAT = "@"

_HAIR = Side(style="thin", color=LINE)
_BOX = Border(left=_HAIR, right=_HAIR, top=_HAIR, bottom=_HAIR)


def register(book: Workbook) -> None:
    """Add the form's styles to a workbook, in a fixed order."""
    # Widths are counted in digits of the normal font, and openpyxl has no other door to it.
    book._named_styles["Normal"].font = entry_font()  # type: ignore[attr-defined]  # noqa: SLF001
    for style in (*_fixed_styles(), *_entry_styles()):
        book.add_named_style(style)


def entry_style(column: ColumnPlan) -> str:
    """Return the name of the style of a column's cells."""
    if column.hidden:
        return "entry text"
    if column.is_long:
        return "entry long"
    if column.choices:
        return "entry long"
    return {"string": "entry text", "boolean": "entry text"}.get(column.field.type) or _by_number(
        column.field
    )


def date_format() -> str:
    """Return how a date is shown in the language in force."""
    return choose("dd-mm-yyyy", "yyyy-mm-dd")


def number_format(field: Field) -> str:
    """Return how a field's numbers and days are shown."""
    return _FORMATS[_by_number(field)] or date_format()


def _by_number(field: Field) -> str:
    if field.type == "number":
        return "entry hours" if "hours" in field.name else "entry money"
    return {"date": "entry date", "time": "entry time", "integer": "entry whole"}.get(
        field.type, "entry text"
    )


_FORMATS = {
    "entry text": TEXT_FORMAT,
    "entry long": TEXT_FORMAT,
    "entry date": "",
    "entry time": "hh:mm",
    "entry hours": "0.00",
    "entry money": "#,##0.00",
    "entry whole": "0",
}


def entry_font() -> Font:
    """Return the font of what people enter."""
    return Font(name=FONT, size=10, color=INK)


def entry_alignment(style: str) -> Alignment:
    """Return how what people enter stands in its cell."""
    right = style in ("entry hours", "entry money", "entry whole")
    return Alignment(
        horizontal="right" if right else "left",
        vertical="center",
        wrap_text=style == "entry long",
        indent=1,
    )


def _entry_styles() -> list[NamedStyle]:
    return [
        NamedStyle(
            name=name,
            font=entry_font(),
            border=_BOX,
            number_format=shown or date_format(),
            alignment=entry_alignment(name),
            protection=Protection(locked=False),
        )
        for name, shown in _FORMATS.items()
    ]


def _fixed_styles() -> list[NamedStyle]:
    wrapped = Alignment(vertical="center", wrap_text=True)
    boxed = Alignment(vertical="center", wrap_text=True, indent=1, horizontal="left")
    return [
        _style("sheet title", Font(name=FONT, size=18, bold=True, color=DEEP), Alignment(vertical="center")),
        _style("sheet subtitle", Font(name=FONT, size=10, bold=True, color=INK), Alignment(vertical="center")),
        _style("sheet note", Font(name=FONT, size=9, color=SOFT), wrapped),
        _style("section", Font(name=FONT, size=12, bold=True, color=DEEP), Alignment(vertical="bottom")),
        _style("heading", _on_dark(10), _centred(), DEEP, border=True),
        _style("heading optional", _on_dark(10), _centred(), SOFT, border=True),
        _style("total", Font(name=FONT, size=10, bold=True, color=DEEP), Alignment(horizontal="right", vertical="center", indent=1), PALE, border=True),
        _style("total label", Font(name=FONT, size=10, bold=True, color=DEEP), Alignment(horizontal="left", vertical="center", indent=1), PALE, border=True),
        _style("body", Font(name=FONT, size=10, color=INK), wrapped),
        _style("body strong", Font(name=FONT, size=10, bold=True, color=INK), wrapped),
        _style("step", Font(name=FONT, size=12, bold=True, color=SOFT), Alignment(vertical="center", horizontal="center")),
        _style("guide heading", _on_dark(10), boxed, DEEP, border=True),
        _style("guide cell", Font(name=FONT, size=9, color=INK), boxed, border=True),
        _style("guide strong", Font(name=FONT, size=9, bold=True, color=INK), boxed, border=True),
        _style("plain text", Font(name=FONT, size=9, color=INK), Alignment(), shown=TEXT_FORMAT),
    ]  # fmt: skip


def _on_dark(size: int) -> Font:
    return Font(name=FONT, size=size, bold=True, color=WHITE)


def _centred() -> Alignment:
    return Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)


def _style(  # noqa: PLR0913 (the parts of a style)
    name: str,
    font: Font,
    alignment: Alignment,
    fill: str | None = None,
    *,
    border: bool = False,
    shown: str = "General",
) -> NamedStyle:
    return NamedStyle(
        name=name,
        font=font,
        alignment=alignment,
        fill=PatternFill("solid", fgColor=fill) if fill else PatternFill(),
        border=_BOX if border else Border(),
        number_format=shown,
        protection=Protection(locked=True),
    )
