"""What SQL can prove of a cell: an expression that is true only where the cell reader would find nothing.

In: a field and the name of its column. Out: DuckDB SQL, or None where only reading tells. A proof may miss good cells
(``+5``, ``2024-1-5``): they are read one by one. It must never be true for a bad one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from exchange.validation.descriptor import Field, Mode
from exchange.validation.values import FALSE, TRUE, reader_of

_SAFE_PATTERN = re.compile(
    r"(?:[A-Za-z0-9 _:/,@#%&=<>!~\"';-]|\\[d.\-/+*?()\[\]{}|^$\\]"
    r"|\[(?:[A-Za-z0-9 _.:/,@+-]|\\[d.\-])+\]|\((?!\?)|\(\?:|[)?*+]|\{[0-9]{1,3}(?:,[0-9]{0,3})?\})*\Z"
)
"""Patterns that RE2 accepts no text for that Python's re would refuse: no alternatives, classes by ASCII ranges."""
_LARGEST = 2**63 - 1
_EXACT_DIGITS = 15
"""Decimal texts up to this many characters differ as doubles whenever they differ as decimals."""


@dataclass(frozen=True, slots=True)
class Proof:
    """What SQL can say about one column.

    Attributes:
        typed: true only where the text is of the field's type.
        within: true only where it breaks no constraint, given that it is typed.
        canonical: whether different typed texts are different values, so that keys can be compared as text.
    """

    column: str
    field: Field
    typed: str
    within: str
    canonical: bool

    @property
    def missing(self) -> str:
        """True where the text means that there is no value."""
        return _one_of(self.column, self.field.missing)

    @property
    def proven(self) -> str:
        """True only where the text is a value that the cell reader would find nothing wrong with."""
        return f"(NOT {self.missing} AND coalesce({self.typed} AND {self.within}, false))"

    @property
    def good(self) -> str:
        """True only where the cell reader would find nothing wrong, be there a value or none."""
        return self.proven if self.field.required else f"({self.missing} OR {self.proven})"


def proof_of(field: Field, column: str, mode: Mode) -> Proof | None:
    """Return what SQL can prove of a field's cells, None where it can prove nothing useful."""
    prove = _PROOFS.get(field.type)
    if prove is None or (mode == "strict" and field.properties.get("categories")):
        return None
    return prove(field, column, mode)


def quoted(text: str) -> str:
    """Return a text as an SQL literal."""
    return "'" + text.replace("'", "''") + "'"


def _one_of(column: str, texts: tuple[str, ...]) -> str:
    if not texts:
        return "false"
    if len(texts) == 1:
        return f"({column} = {quoted(texts[0])})"
    return f"({column} IN ({', '.join(map(quoted, texts))}))"


def _proof(field: Field, column: str, typed: str, within: list[str], *, canonical: bool) -> Proof:
    return Proof(column, field, typed, " AND ".join(f"({each})" for each in within) or "true", canonical)


def _any(field: Field, column: str, _mode: Mode) -> Proof | None:
    return _string(field, column, _mode) if set(field.constraints) <= {"required", "unique", "enum"} else None


def _string(field: Field, column: str, mode: Mode) -> Proof | None:
    if field.type == "string" and field.format != "default":
        return None
    within: list[str] = []
    for name, written in field.constraints.items():
        if name in ("minLength", "maxLength"):
            within.append(f"length({column}) {'>=' if name == 'minLength' else '<='} {written}")
        elif name == "enum" and isinstance(written, list):
            within.append(_one_of(column, tuple(each for each in written if isinstance(each, str))))
        elif name == "pattern":
            if not _SAFE_PATTERN.match(str(written)):
                return None
            within.append(f"regexp_full_match({column}, {quoted(str(written))})")
    return _proof(
        field, column, "true", within, canonical=field.type == "string" and mode in ("strict", "compat")
    )


def _integer(field: Field, column: str, mode: Mode) -> Proof | None:
    if field.properties.get("bareNumber") is False:
        return None
    number = f"TRY_CAST({column} AS BIGINT)"
    read = reader_of(field, mode)
    within: list[str] = []
    for name, written in field.constraints.items():
        if name in _COMPARED:
            bound = read(written)
            if not isinstance(bound, int) or abs(bound) > _LARGEST:
                return None
            within.append(f"{number} {_COMPARED[name]} {bound}")
        elif name == "enum" and isinstance(written, list):
            within.append(_one_of(column, tuple(str(read(each)) for each in written)))
    return _proof(field, column, f"{column} = CAST({number} AS VARCHAR)", within, canonical=True)


def _number(field: Field, column: str, mode: Mode) -> Proof | None:
    if {"bareNumber", "groupChar", "decimalChar"} & set(field.properties) or "enum" in field.constraints:
        return None
    read = reader_of(field, mode)
    within: list[str] = []
    for name, written in field.constraints.items():
        if name not in _COMPARED:
            continue
        bound = str(read(written))
        if not re.fullmatch(rf"-?[0-9.]{{1,{_EXACT_DIGITS - 1}}}", bound):
            return None
        number = f"TRY_CAST({column} AS DOUBLE)"
        within.append(f"strlen({column}) <= {_EXACT_DIGITS} AND {number} {_COMPARED[name]} {bound}::DOUBLE")
    return _proof(
        field, column, f"regexp_full_match({column}, '-?[0-9]+(\\.[0-9]+)?')", within, canonical=False
    )


def _boolean(field: Field, column: str, mode: Mode) -> Proof | None:
    if "enum" in field.constraints or mode not in ("strict", "compat"):
        return None
    truths = [*_texts(field, "trueValues", TRUE), *_texts(field, "falseValues", FALSE)]
    return _proof(field, column, _one_of(column, tuple(truths)), [], canonical=False)


def _texts(field: Field, name: str, default: tuple[str, ...]) -> tuple[str, ...]:
    written = field.properties.get(name, default)
    return tuple(written) if isinstance(written, list | tuple) else ()


def _date(field: Field, column: str, mode: Mode) -> Proof | None:
    if field.format not in ("default", "%Y-%m-%d") or "enum" in field.constraints:
        return None
    read = reader_of(field, mode)
    # A date as DuckDB writes it back is one that strptime reads, and such texts sort as their dates.
    typed = f"strlen({column}) = 10 AND {column} = CAST(TRY_CAST({column} AS DATE) AS VARCHAR)"
    within = [
        f"{column} {_COMPARED[name]} {quoted(str(read(written)))}"
        for name, written in field.constraints.items()
        if name in _COMPARED
    ]
    return _proof(field, column, typed, within, canonical=True)


def _time(field: Field, column: str, _mode: Mode) -> Proof | None:
    if field.format != "default" or set(field.constraints) - {"required", "unique"}:
        return None
    typed = f"regexp_full_match({column}, '([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]')"
    return _proof(field, column, typed, [], canonical=False)


def _datetime(field: Field, column: str, _mode: Mode) -> Proof | None:
    if field.format != "default" or set(field.constraints) - {"required", "unique"}:
        return None
    clock = "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"
    day = f"left({column}, 10)"
    typed = (
        f"regexp_full_match({column}, '[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{clock}Z?') "
        f"AND {day} = CAST(TRY_CAST({day} AS DATE) AS VARCHAR)"
    )
    return _proof(field, column, typed, [], canonical=False)


def _year(field: Field, column: str, _mode: Mode) -> Proof | None:
    if set(field.constraints) - {"required", "unique"}:
        return None
    return _proof(field, column, f"regexp_full_match({column}, '[0-9]{{4}}')", [], canonical=True)


def _yearmonth(field: Field, column: str, _mode: Mode) -> Proof | None:
    if set(field.constraints) - {"required", "unique"}:
        return None
    typed = f"regexp_full_match({column}, '[0-9]{{4}}-(0[1-9]|1[0-2])')"
    return _proof(field, column, typed, [], canonical=True)


_COMPARED = {"minimum": ">=", "maximum": "<=", "exclusiveMinimum": ">", "exclusiveMaximum": "<"}
_PROOFS: Mapping[str, Callable[[Field, str, Mode], Proof | None]] = {
    "any": _any,
    "boolean": _boolean,
    "date": _date,
    "datetime": _datetime,
    "integer": _integer,
    "number": _number,
    "string": _string,
    "time": _time,
    "year": _year,
    "yearmonth": _yearmonth,
}
