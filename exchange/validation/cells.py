"""One cell against its field: missing, of the type, within the constraints.

In: a field and a cell. Out: the value and why it does not fit, in frictionless' words. A cell that is not of its type
is not held against constraints. A schema mistake that would stop frictionless with a traceback is refused here.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, cast

from exchange.language import translate as _
from exchange.validation.descriptor import Field, Mode, read_field
from exchange.validation.mistakes import SchemaMistake
from exchange.validation.values import reader_of

BOUNDS: Mapping[str, Callable[[Any, Any], bool]] = {
    "minimum": operator.ge,
    "maximum": operator.le,
    "exclusiveMinimum": operator.gt,
    "exclusiveMaximum": operator.lt,
}
_BOUNDED = ("required", *BOUNDS, "enum")
_SIZED = ("required", "minLength", "maxLength", "enum")
SUPPORTED: Mapping[str, Sequence[str]] = {
    "any": ("required", "enum"),
    "array": _SIZED,
    "boolean": ("required", "enum"),
    "date": _BOUNDED,
    "datetime": _BOUNDED,
    "duration": ("required", "enum"),
    "geojson": ("required", "enum"),
    "geopoint": ("required", "enum"),
    "integer": _BOUNDED,
    "list": ("required", "minLength", "maxLength"),
    "number": _BOUNDED,
    "object": _SIZED,
    "string": ("required", "minLength", "maxLength", "pattern", "enum"),
    "time": _BOUNDED,
    "year": _BOUNDED,
    "yearmonth": _BOUNDED,
}
"""The constraints that each type knows, in the order in which they are reported."""

Check = Callable[[object], bool]


class Judged(NamedTuple):
    """A cell's value, why it is not of its type, and the constraints it breaks."""

    value: object
    wrong_type: str | None = None
    broken: tuple[str, ...] = ()


CellReader = Callable[[object], Judged]


def cell_reader(field: Field, mode: Mode) -> CellReader:
    """Return what judges the cells of a field.

    Raises:
        SchemaMistake: a constraint of the field says something that no cell can be held against. In compatible mode a
            bound is only missed when a cell comes to it, as there.
    """
    read = reader_of(field, mode)
    missing = frozenset(field.missing)
    checks = [(_note(field, name), check) for name, check in _checks(field, mode)]
    wrong_type = _type_note(field)

    def judge(cell: object) -> Judged:
        value = None if str(cell) in missing else cell
        if value is not None:
            value = read(value)
            if value is None:
                return Judged(None, wrong_type(cell))
        if not checks:
            return Judged(value)
        return Judged(value, None, tuple(note for note, holds in checks if not holds(value)))

    return _with_items(field, mode, _naming(field, judge)) if field.type == "array" else _naming(field, judge)


def _naming(field: Field, judge: CellReader) -> CellReader:
    """Make a value that cannot be compared with a bound name the field instead of stopping with a traceback."""
    if not {*BOUNDS, "enum"} & set(field.constraints):
        return judge

    def judged(cell: object) -> Judged:
        try:
            return judge(cell)
        except TypeError:
            raise SchemaMistake(
                _(
                    "In the schema of {file} the field “{field}” compares a time with an offset and one without, "
                    "“{cell}”: write the bound as the cells are written."
                ),
                field=field.name,
                cell=cell,
            ) from None
        except ArithmeticError:
            raise SchemaMistake(
                _(
                    "In {file} the field “{field}” has a number that compares with none, “{cell}”: mend that cell."
                ),
                field=field.name,
                cell=cell,
            ) from None

    return judged


def _with_items(field: Field, mode: Mode, judge: CellReader) -> CellReader:
    item_descriptor = dict(cast("Mapping[str, object]", field.properties.get("arrayItem") or {}))
    if not item_descriptor:
        return judge
    item_descriptor.pop("arrayItem", None)
    item = cell_reader(read_field({"name": field.name, "type": "any"} | item_descriptor), mode)

    def judged(cell: object) -> Judged:
        whole = judge(cell)
        if whole.value is None or whole.wrong_type or whole.broken:
            return whole
        values = cast("list[object]", whole.value)
        items = [item(each) for each in values]
        if mode == "compat":
            # frictionless writes the items' values over those of the descriptor, and reports what it then finds there.
            values[:] = [each.value for each in items]
        return _judged_items(items)

    return judged


def _judged_items(items: list[Judged]) -> Judged:
    types = [f"array item {each.wrong_type}" for each in items if each.wrong_type]
    # One note per constraint: a later item's replaces an earlier one's.
    broken = {note.split('"')[1]: f"array item {note}" for each in items for note in each.broken}
    return Judged([each.value for each in items], types[-1] if types else None, tuple(broken.values()))


def _type_note(field: Field) -> Callable[[object], str]:
    whole = f'type is "{field.type}/{field.format}"'
    if field.type != "list":
        return lambda _cell: whole
    items = f'expected item type is "{field.properties.get("itemType") or "string"}"'
    return lambda cell: items if isinstance(cell, str | list | tuple) else whole


def _note(field: Field, name: str) -> str:
    written = field.properties["categories"] if name == "categories" else field.constraints[name]
    return f'constraint "{name}" is "{written}"'


def _checks(field: Field, mode: Mode) -> list[tuple[str, Check]]:
    written = [(name, field.constraints.get(name)) for name in SUPPORTED[field.type]]
    checks = [(name, _check(field, name, value, mode)) for name, value in written if value is not None]
    if mode == "strict" and field.properties.get("categories"):
        checks.append(("categories", _categories(field, mode)))
    return checks


def _check(field: Field, name: str, written: object, mode: Mode) -> Check:
    if name == "required":
        return lambda value: not (written and value is None)
    if name == "pattern":
        return _pattern(field, str(written), mode)
    if name == "enum":
        read = reader_of(field, mode)
        allowed = [read(each) for each in cast("Sequence[object]", written)]
        return lambda value: value is None or value in allowed
    if name in BOUNDS:
        return _bound(field, name, written, mode)
    compare, size = (operator.ge if name == "minLength" else operator.le), cast("int", written)
    return lambda value: value is None or compare(len(cast("str", value)), size)


def _pattern(field: Field, written: str, mode: Mode) -> Check:
    try:
        # frictionless puts the anchors around the whole, so that in “a|b” each holds one half.
        pattern = re.compile(f"(?:{written})" if mode == "strict" else f"^{written}$")
    except re.error as error:
        raise SchemaMistake(
            _(
                "In the schema of {file} the pattern of the field “{field}” is no regular expression ({reason}): "
                "mend “{pattern}”."
            ),
            field=field.name,
            reason=error.msg,
            pattern=written,
        ) from None
    match = pattern.fullmatch if mode == "strict" else pattern.match
    return lambda value: value is None or match(cast("str", value)) is not None


def _bound(field: Field, name: str, written: object, mode: Mode) -> Check:
    bound = reader_of(field, mode)(written)
    mistake = SchemaMistake(
        _(
            "In the schema of {file} the {constraint} of the field “{field}” is no {type} as the field writes it, "
            "“{bound}”: write it as the cells are written."
        ),
        constraint=name,
        field=field.name,
        type=field.type,
        bound=written,
    )
    if bound is None and mode == "strict":
        raise mistake
    holds = BOUNDS[name]

    def within(value: object) -> bool:
        # A value that does not equal itself (NaN) is within no bound.
        if value is None or value != value:  # noqa: PLR0124
            return value is None
        if bound is None:
            raise mistake
        return holds(value, bound)

    return within


def _categories(field: Field, mode: Mode) -> Check:
    entries = cast("Sequence[object]", field.properties["categories"])
    read = reader_of(field, mode)
    allowed = {read(each["value"] if isinstance(each, Mapping) else each) for each in entries}
    return lambda value: value is None or value in allowed
