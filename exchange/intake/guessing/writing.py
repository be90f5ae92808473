"""A proposal as the TOML of a layout, with a comment at each doubt (docs/layouts.md is the format).

In: a :class:`Proposal`. Out: text that :func:`exchange.intake.layout.read_layout` takes; what was left out stands behind ``#``.
Refuses nothing. No CPR number is written: a heading or sheet name that holds one is named by its place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from exchange.form.codes import code_list
from exchange.form.confidential import MASK, holds_cpr, masked
from exchange.form.tables import tables
from exchange.intake.cells import letters
from exchange.intake.guessing.proposal import (
    BlockGuess,
    CellGuess,
    CodeChoice,
    ColumnGuess,
    Doubt,
    FieldGuess,
    Proposal,
    SectionGuess,
    SkipGuess,
    TableGuess,
    TotalGuess,
)
from exchange.intake.guessing.sentences import doubt_sentence
from exchange.intake.guessing.tables_fit import SURE
from exchange.language import translate as _
from exchange.sanitise import visible

UNKNOWN_CODE = "?"
"""Written for a text with several meanings: no list has it, so every such cell is a finding until a person settles it."""


def layout_text(proposal: Proposal) -> str:
    """Return the layout as TOML."""
    lines = [
        *_comment(_("Proposed from the file {file}. Read it through; what stands behind # was not sure and is not read.").format(
            file=masked(proposal.file)
        )),
        f"name = {_text(proposal.name)}",
        f"title_da = {_text(_title(proposal))}",
        f"title_en = {_text(_title(proposal))}",
        "",
        "[match]",
        f"kind = {_text(proposal.kind)}",
        *_words(proposal),
        *(line for table in proposal.tables for line in _table(table)),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def _words(proposal: Proposal) -> Iterable[str]:
    if proposal.words:
        yield from _comment(_("Without # the layout reads only files in which a cell says this."))
        yield from (f"# {line}" for line in _key("words", [_pattern(word) for word in proposal.words]))


def _title(proposal: Proposal) -> str:
    return masked(proposal.name.replace("-", " ")).capitalize()


def _table(table: TableGuess) -> Iterable[str]:
    yield ""
    yield "[[table]]"
    yield f"table = {_text(table.table)}"
    yield from _key("sheets", [_pattern(name) for name in table.patterns])
    yield from _key("not_sheets", [_pattern(name) for name in table.not_sheets])
    if table.header_rows != 1:
        yield f"header_rows = {table.header_rows}"
    if table.header_rows == 0:
        yield f"first_row = {table.first_row}"
    if table.hours_from_times:
        yield "hours_from_times = true"
    for doubt in table.doubts:
        if doubt.what in ("table", "reporter", "place"):
            yield from _comment(doubt_sentence(doubt))
    yield from (line for cell in table.cells for line in _cell(cell))
    yield from (line for section in table.sections for line in _section(section))
    yield from (line for field in table.fields for line in _field(field, table))
    yield from (line for column in _doubtful(table) for line in _doubtful_column(column, table))
    yield from (line for block in table.blocks for line in _block(block, table))
    yield from _constants(table)
    yield from (line for skip in table.skips for line in _skip(skip))
    yield from (line for total in table.totals for line in _total(total))


def _cell(cell: CellGuess) -> Iterable[str]:
    yield ""
    yield "[[table.cell]]"
    yield f"field = {_text(cell.field)}"
    if cell.sheet_name:
        yield "sheet_name = true"
    elif cell.labels:
        yield from _key("label", [_pattern(label) for label in cell.labels])
    else:
        yield f"at = {_text(cell.at or 'A1')}"
    if cell.pattern:
        yield f"pattern = {_text(cell.pattern)}"


def _section(section: SectionGuess) -> Iterable[str]:
    yield ""
    yield "[[table.section]]"
    yield f"field = {_text(section.field)}"
    yield from _key("label", [_pattern(label) for label in section.labels])
    yield from _key("first", [_pattern(text) for text in section.first])
    if not section.labels and not section.first:
        yield "alone = true"
    if section.pattern:
        yield f"pattern = {_text(section.pattern)}"


def _field(field: FieldGuess, table: TableGuess) -> Iterable[str]:
    doubts = [doubt for doubt in table.doubts if doubt.field == field.field and doubt.what != "column"]
    lines = [
        "[[table.column]]",
        f"field = {_text(field.field)}",
        *_place(field, table),
        *_key("group", [_pattern(name) for name in field.group]),
        *(["optional = true"] if field.optional else []),
        *(["each = true"] if field.each else []),
        *(["carry = true"] if field.carry else []),
        *(["cpr = true"] if field.cpr else []),
        *_prefix(field),
        *_choice(field.choice.dates, field.choice.numbers, field.choice.unit, field.choice.blank),
        *([f"brackets = {_text(field.brackets)}"] if field.brackets else []),
        *_codes(field.codes, field.brackets or _list_of(table, field.field)),
        *_settings("fills", field.fills),
    ]
    yield ""
    for doubt in doubts:
        yield from _comment(doubt_sentence(doubt))
    if field.left_out:
        yield from (f"# {line}" for line in (*lines, *_alternatives(doubts)))
    else:
        yield from lines


def _prefix(field: FieldGuess) -> Iterable[str]:
    if field.lacks_jobcentre:
        yield from _comment(
            _("These numbers lack the jobcentre’s code; without # that of the sender is put before them.")
        )
        yield '# prefix = "{sender}-"'


def _place(field: FieldGuess, table: TableGuess) -> Iterable[str]:
    if field.names and not any(holds_cpr(name) for name in field.names):
        return _key("names", [_pattern(name) for name in field.names])
    column = next((one for one in table.columns if one.field == field.field), None)
    return [f"at = {_text(field.at or letters(column.number if column else 1))}"]


def _alternatives(doubts: Sequence[Doubt]) -> Iterable[str]:
    """Return each way a doubtful column may be read, as the key that says it."""
    for doubt in doubts:
        for choice in doubt.alternatives if doubt.what in ("dates", "numbers", "unit") else ():
            yield f"{doubt.what} = {_text([choice]) if doubt.what == 'dates' else _text(choice)}"


def _doubtful(table: TableGuess) -> Iterable[ColumnGuess]:
    seen: set[tuple[str | None, str]] = set()
    for column in table.columns:
        key = (column.likeliest, column.heading)
        if column.field is None and column.why in ("two-readings", "unsure") and key not in seen:
            seen.add(key)
            yield column


def _doubtful_column(column: ColumnGuess, table: TableGuess) -> Iterable[str]:
    yield ""
    for doubt in table.doubts:
        if doubt.what == "column" and letters(column.number) in doubt.columns and doubt.sheet == column.sheet:
            yield from _comment(doubt_sentence(doubt))
    fields = [column.likeliest or "note", *(name for name, _confidence in column.alternatives)]
    yield "# [[table.column]]"
    yield from (f"# field = {_text(name)}" for name in dict.fromkeys(fields))
    named = column.heading and column.named and not holds_cpr(column.heading)
    yield f"# names = {_text([column.heading])}" if named else f"# at = {_text(letters(column.number))}"


def _block(block: BlockGuess, table: TableGuess) -> Iterable[str]:
    doubts = [
        doubt
        for doubt in table.doubts
        if doubt.field == block.field and doubt.what not in ("column", "missing")
    ]
    lines = [
        "[[table.wide]]",
        f"field = {_text(block.field)}",
        f"header = {_text(block.header)}",
        *([f"gives = {_text(block.gives)}"] if block.gives else []),
        *_key("not_names", [_pattern(name) for name in block.not_names]),
        *_key("group", [_pattern(name) for name in block.group]),
        *(['group_gives = "_week"'] if block.weeks_above else []),
        *_choice(block.choice.dates, block.choice.numbers, block.choice.unit, block.choice.blank),
        *(
            _settings("sets", block.sets)
            if block.sets
            else _codes(block.codes, "absence")
            if block.field == "absence"
            else []
        ),
    ]
    yield ""
    for doubt in doubts:
        yield from _comment(doubt_sentence(doubt))
    behind = block.left_out or block.confidence < SURE
    yield from (f"# {line}" for line in (*lines, *_alternatives(doubts))) if behind else lines


def _choice(
    dates: Sequence[str], numbers: str | None, unit: str | None, blank: Sequence[str]
) -> Iterable[str]:
    yield from _key("dates", dates)
    if numbers:
        yield f"numbers = {_text(numbers)}"
    if unit:
        yield f"unit = {_text(unit)}"
    yield from _key("blank", blank)


def _list_of(table: TableGuess, field: str) -> str | None:
    return None if field.startswith("_") else tables()[table.table].field(field).code_list


def _codes(choice: CodeChoice, name: str | None) -> Iterable[str]:
    """Write what texts mean; a doubtful one that the form's list would read gets a code that no list has."""
    if name is None:
        return
    asked = {text: UNKNOWN_CODE for text in choice.doubtful if code_list(name).find(text) is not None}
    codes = {**choice.codes, **asked}
    codes = {text: code for text, code in codes.items() if not holds_cpr(text)}
    if codes:
        yield f"codes = {{ {', '.join(f'{_text(text)} = {_text(code)}' for text, code in codes.items())} }}"


def _settings(key: str, sets: Mapping[str, Mapping[str, str]]) -> Iterable[str]:
    if sets:
        texts = (
            f"{_text(text)} = {{ {', '.join(f'{name} = {_text(value)}' for name, value in values.items())} }}"
            for text, values in sets.items()
        )
        yield f"{key} = {{ {', '.join(texts)} }}"


def _constants(table: TableGuess) -> Iterable[str]:
    asked = [doubt for doubt in table.doubts if doubt.what in ("missing", "agreement", "jobcentre")]
    if not table.constants and not asked:
        return
    yield ""
    yield "[table.constants]"
    yield from (f"{name} = {_text(value)}" for name, value in table.constants.items())
    for doubt in asked:
        yield from _comment(doubt_sentence(doubt))
        field = tables()[table.table].field(doubt.field or "")
        yield from (f"# {field.name} = {_text(value)}" for value in doubt.alternatives or (field.example,))


def _skip(skip: SkipGuess) -> Iterable[str]:
    yield ""
    yield "[[table.skip]]"
    yield f"why = {_text(skip.why)}"
    yield from _key("first", [_pattern(text) for text in skip.first])
    yield from _key("any", [_pattern(text) for text in skip.any])
    yield from _key("blank", skip.blank)
    yield from _key("filled_only", skip.filled_only)
    if skip.ends:
        yield "ends = true"


def _total(total: TotalGuess) -> Iterable[str]:
    yield ""
    yield from _comment(
        _("The rows skipped as total state hours; without # they are held against the rows above them.")
    )
    yield "# [[table.total]]"
    yield f"# measure = {_text(total.measure)}"
    yield f"# skipped = {_text(total.skipped)}"
    yield f"# field = {_text(total.field)}"


def _key(name: str, texts: Sequence[str]) -> list[str]:
    return [f"{name} = {_text(list(texts))}"] if texts else []


def _pattern(text: str) -> str:
    """Write a sheet's own text as words of a layout; a CPR number in it becomes ``*``."""
    return masked(text).replace(MASK, "*")


def _text(value: str | Sequence[str]) -> str:
    """Write a TOML basic string, or a list of them: JSON's escapes are TOML's, but for DEL."""
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")


def _comment(sentence: str) -> list[str]:
    return [f"# {visible(sentence)}"]
