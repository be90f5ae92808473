"""Data packages of every kind of field, constraint, header, row, key, encoding and dialect, as Hypothesis draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from io import BytesIO
from typing import TypeVar, cast

import xlsxwriter
from hypothesis import strategies as st

from exchange.validation.cells import SUPPORTED

V2 = "https://datapackage.org/profiles/2.0/datapackage.json"
Json = dict[str, object]
T = TypeVar("T")

CELLS: dict[str, list[str]] = {
    "any": ["a", "1", "é"],
    "array": ["[1,2]", '["a"]', "[]", "{}", "[1", '["a","b","c"]'],
    "boolean": ["true", "false", "True", "1", "0", "yes", "no", "tRUE"],
    "date": [
        "2024-01-05", "2024-1-5", "2023-02-30", "05/01/2024", "2024-01-05T00:00:00", "٢٠٢٤-٠١-٠٥", "0000-01-01",
        "0001-01-01", "9999-12-31", "12345-01-01", " 2024-01-05", "5 Jan 2024",
    ],
    "datetime": [
        "2024-01-05T10:00:00", "2024-01-05T10:00:00Z", "2024-01-05 10:00:00", "2024-01-05T10:00", "2024-01-05T24:00:00",
        "2024-01-05T10:00:00+02:00", "2024-02-30T10:00:00", "2024-01-05T10:00:00.123", "2024-01-05T10:00:60",
    ],
    "duration": ["P1Y", "PT1H", "P1D", "1h", "P", "-P1D", "P1Y2M3DT4H"],
    "geojson": ['{"type":"Point","coordinates":[1,2]}', '{"type":"X"}', "{}", "[1]"],
    "geopoint": ["1,2", "181,3", "1,91", "a,b", "[1,2]", '{"lon":1,"lat":2}', "1", "1,2,3", " 1 , 2 ", "NaN,1"],
    "integer": [
        "1", "01", "-5", "+5", " 7 ", "1_000", "１２", "1.0", "x", "999999999999999999999", "-0", "$5", "5%", "1.000",
    ],
    "list": ["a,b", "1,2", "", "a;b", "1,x", "true,false"],
    "number": [
        "1", "1.5", "-2.25", "+5", "1e3", "NaN", "inf", "1_0.5", "٣", "1,5", "1.000,5", ".5", "5.", "x", "5.5%", " 3 ",
        "1.2.3", "1 000", "sNaN",
    ],
    "object": ["{}", '{"a":1}', "[]", '{"a":1,"b":2}', "x"],
    "string": [
        "a", "abc", "ax", "b", "é", "a@b.dk", "http://x.dk", "YWJj", "6ba7b810-9dad-11d1-80b4-00c04fd430c8", " ", "a|b",
        "123-456", 'say "no"', "two\nlines",
    ],
    "time": ["10:00:00", "10:00", "24:00:00", "10:00:00Z", "10:00:00.5", "25:00:00", "1000"],
    "year": ["2024", "24", "02024", "-024", " 024", "２０２４", "20_4", "0000"],
    "yearmonth": ["2024-01", "2024-13", "2024", "24-1", "2024-1", "2024-01-01"],
}  # fmt: skip
FORMATS = {
    "string": ["email", "uri", "binary", "uuid"],
    "date": ["any", "%d/%m/%Y", "%Y-%m-%d"],
    "datetime": ["any", "%Y-%m-%d %H:%M:%S"],
    "time": ["any", "%H:%M"],
    "geopoint": ["array", "object"],
    "geojson": ["topojson"],
}
BOUNDS: dict[str, list[object]] = {
    "integer": [0, 5, "3", -5],
    "number": [0, 2.5, "100"],
    "date": ["2024-01-05", "2000-01-01"],
    "datetime": ["2024-01-05T10:00:00", "2024-01-05T10:00:00", "2024-01-05T10:00:00Z"],
    "time": ["10:00:00", "10:00:00", "10:00:00Z"],
    "year": [2024, "2000"],
    "yearmonth": ["2024-01"],
}
PATTERNS = ["a|b", "[a-z]+", "[0-9]{3}-[0-9]{3}", ".*", r"\d+", "(a|x)+", "[^0-9]+"]
JSON_CELLS: list[object] = [
    1,
    2.5,
    -3,
    0,
    1.0,
    True,
    False,
    None,
    "",
    [1, 2],
    {"a": 1},
    [],
    {},
    ["1", "2"],
    2024,
    [2024, 1],
]
SHEET_CELLS: list[object] = [
    1, 2.5, -3, 0, 0.1, 1e20, True, False, None, None, 2024, date(2024, 1, 5), datetime.fromisoformat("2024-01-05T10:30"), time(10, 0),
    datetime.fromisoformat("2024-01-05T00:00"), 45_000,
]  # fmt: skip
UNHASHABLE = ("object", "array", "list", "geojson")


@dataclass
class Drawing:
    """Draws values; ``one_in`` says how seldom a thing happens."""

    draw: st.DrawFn

    def of(self, values: Sequence[T]) -> T:
        return self.draw(st.sampled_from(values))

    def one_in(self, number: int) -> bool:
        return self.draw(st.integers(1, number)) == number


@st.composite
def packages(draw: st.DrawFn, *, plain: bool = False) -> tuple[Json, dict[str, bytes]]:
    """A descriptor of one to three tables and its files; ``plain`` ones are written as a screen can vouch for."""
    some = Drawing(draw)
    newer = some.one_in(2)
    resources: list[Json] = []
    files: dict[str, bytes] = {}
    for name in ("t", "u", "v")[: some.of([1, 1, 1, 2, 3])]:
        if not plain and some.one_in(8):
            resources.append(_inline(some, name, newer=newer))
        elif not plain and some.one_in(12):
            resources.append(_workbook(some, name, files, newer=newer))
        else:
            resources.append(_table(some, name, files, newer=newer, plain=plain))
    if some.one_in(3):
        _refer(some, resources, files)
    package: Json = {"name": "p", "resources": resources}
    return package | ({"$schema": V2} if newer else {}), files


def _table(some: Drawing, name: str, files: dict[str, bytes], *, newer: bool, plain: bool) -> Json:
    fields = [
        _field(some, place, newer=newer) for place in range(some.draw(st.integers(2 if plain else 1, 4)))
    ]
    schema = _schema(some, fields, newer=newer)
    delimiter = "," if plain else some.of([",", ",", ",", ";", "\t", "|"])
    labels = [str(field["name"]) for field in fields]
    rows = [_row(some, fields, schema) for _ in range(some.draw(st.integers(0, 12)))]
    if not plain:
        labels = _mislabelled(some, labels)
    if not plain or some.one_in(2):
        rows = [_misshapen(some, row) for row in rows]
    end = some.of(["\n", "\n", "\r\n"])
    lines = [delimiter.join(_quoted(cell, delimiter) for cell in row) for row in (labels, *rows)]
    resource: Json = {"name": name, "path": f"{name}.csv", "schema": schema}
    text = end.join(lines) + ("" if some.one_in(8) else end)
    if plain:
        files[f"{name}.csv"] = _encoded_plainly(some, text, resource)
        resource["dialect"] = {"delimiter": ",", "header": True, "skipInitialSpace": False}
        return resource
    content = files[f"{name}.csv"] = _encoded(some, text, resource)
    _dialect(some, resource, delimiter)
    _measured(some, resource, content, len(rows))
    return resource


def _inline(some: Drawing, name: str, *, newer: bool) -> Json:
    """Rows that stand in the descriptor, as lists or by name, of texts and of other JSON values."""
    fields = [_field(some, place, newer=newer) for place in range(some.draw(st.integers(1, 3)))]
    schema = _schema(some, fields, newer=newer)
    names = [str(field["name"]) for field in fields]
    rows: list[list[object]] = [
        [some.of([cell, some.of(JSON_CELLS)]) for cell in _row(some, fields, schema)]
        for _ in range(some.draw(st.integers(1, 6)))
    ]
    data: list[object] = [names, *rows]
    if some.one_in(2):
        data = [dict(zip(names, row, strict=True)) for row in rows]
    return {"name": name, "data": data, "schema": schema}


def _workbook(some: Drawing, name: str, files: dict[str, bytes], *, newer: bool) -> Json:
    """A sheet of an Excel workbook with texts, numbers, dates, times, truths and gaps."""
    fields = [_field(some, place, newer=newer) for place in range(some.draw(st.integers(1, 4)))]
    schema = _schema(some, fields, newer=newer)
    labels = _mislabelled(some, [str(field["name"]) for field in fields])
    rows = [
        [some.of([cell, some.of(SHEET_CELLS)]) for cell in _misshapen(some, _row(some, fields, schema))]
        for _ in range(some.draw(st.integers(0, 6)))
    ]
    files[f"{name}.xlsx"] = workbook([labels, *rows])
    options: list[Json] = [
        {}, {}, {}, {"excel": {"sheet": "second"}}, {"excel": {"sheet": 2}}, {"excel": {"sheet": 3}}, {"header": False},
        {"excel": {"preserveFormatting": True}}, {"excel": {"stringified": True}}, {"headerRows": [2]},
        {"skipBlankRows": True}, {"commentChar": "#"}, {"excel": {"fillMergedCells": True}},
    ]  # fmt: skip
    return {"name": name, "path": f"{name}.xlsx", "schema": schema, "dialect": some.of(options)}


def workbook(rows: Sequence[Sequence[object]]) -> bytes:
    """Return a workbook of the rows and a second sheet; the same rows give the same bytes."""
    content = BytesIO()
    with xlsxwriter.Workbook(content, {"in_memory": True, "strings_to_numbers": False}) as book:
        sheet = book.add_worksheet("first")
        formats = {
            date: book.add_format({"num_format": "yyyy-mm-dd"}),
            datetime: book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"}),
            time: book.add_format({"num_format": "hh:mm:ss"}),
        }
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(row, column, cell)
                elif cell is not None:
                    sheet.write(row, column, cell, formats.get(type(cell)))
        book.add_worksheet("second").write_row(0, 0, ["a", 1, None, True])
    return content.getvalue()


def schema_of(some: Drawing, most: int) -> Json:
    """A schema of some fields, of either version."""
    newer = some.one_in(2)
    fields = [_field(some, place, newer=newer) for place in range(some.draw(st.integers(1, most)))]
    return _schema(some, fields, newer=newer)


def _field(some: Drawing, place: int, *, newer: bool) -> Json:
    kind = some.of(sorted(CELLS))
    field: Json = {"name": f"{some.of('abcdefgh')}{place}", "type": kind}
    if kind in FORMATS and some.one_in(3):
        field["format"] = some.of(FORMATS[kind])
    constraints = {name: _constraint(some, kind, name) for name in SUPPORTED[kind] if some.one_in(4)}
    if field.get("format") and not some.one_in(4):
        constraints = {name: value for name, value in constraints.items() if "imum" not in name}
    if not newer:
        constraints = {name: value for name, value in constraints.items() if not name.startswith("exclusive")}
    if some.one_in(10 if kind not in UNHASHABLE else 60):
        constraints["unique"] = True
    if constraints:
        field["constraints"] = constraints
    return field | _properties(some, kind, newer=newer)


def _constraint(some: Drawing, kind: str, name: str) -> object:
    if name == "required":
        return not some.one_in(5)
    if name in ("minLength", "maxLength"):
        return some.of([0, 1, 2, 3])
    if name == "pattern":
        return "(" if some.one_in(30) else some.of(PATTERNS)
    return [some.of(CELLS[kind]) for _ in range(3)] if name == "enum" else some.of(BOUNDS[kind])


def _properties(some: Drawing, kind: str, *, newer: bool) -> Json:
    options: dict[str, list[Json]] = {
        "number": [
            {"decimalChar": ","},
            {"groupChar": ".", "decimalChar": ","},
            {"groupChar": " "},
            {"floatNumber": True},
        ],
        "boolean": [{"trueValues": ["yes", "1"], "falseValues": ["no", "0"]}],
        "list": [{"itemType": "integer"}, {"delimiter": ";"}, {"itemType": "boolean"}],
        "array": [
            {"arrayItem": {"type": "integer"}},
            {"arrayItem": {"type": "string", "constraints": {"maxLength": 1}}},
        ],
    }
    drawn: Json = dict(some.of(options[kind])) if kind in options and some.one_in(3) else {}
    if kind in ("number", "integer") and some.one_in(6):
        drawn["bareNumber"] = some.one_in(3)
    if some.one_in(10):
        valued: list[object] = [[{"value": "-", "label": "none"}]] if newer else []
        drawn["missingValues"] = some.of([[""], ["-"], [], ["", "NA"], *valued])
    return drawn


def _schema(some: Drawing, fields: list[Json], *, newer: bool) -> Json:
    schema: Json = {"fields": fields}
    if some.one_in(3):
        schema["missingValues"] = some.of([["", "-"], ["NA"], ["", "n/a", "-"]])
    keyable = [str(field["name"]) for field in fields if field["type"] not in UNHASHABLE or some.one_in(60)]
    if keyable and some.one_in(3):
        schema["primaryKey"] = some.of([keyable[:1], keyable[:2], keyable[-1:]])
        if some.one_in(2) and len(cast("list[str]", schema["primaryKey"])) == 1:
            schema["primaryKey"] = keyable[0]
    if newer and some.one_in(5):
        schema["fieldsMatch"] = some.of(["exact", "equal", "subset", "superset", "partial"])
    return schema


def _row(some: Drawing, fields: list[Json], schema: Json) -> list[str]:
    missing = cast("list[str]", schema.get("missingValues", [""]))
    cells: list[str] = []
    for field in fields:
        kind = str(field["type"])
        cells.append(some.of([*CELLS[kind], *CELLS[kind], *missing, some.of(CELLS[some.of(sorted(CELLS))])]))
    return cells


def _mislabelled(some: Drawing, labels: list[str]) -> list[str]:
    return some.of(
        [labels] * 8
        + [
            ["wrong", *labels[1:]],
            [*labels, "extra"],
            labels[:-1],
            ["", *labels[1:]],
            [*labels[:-1], labels[0]],
        ]
        + [[label.upper() for label in labels], labels[::-1], []]
    )


def _misshapen(some: Drawing, row: list[str]) -> list[str]:
    return some.of(
        [row] * 10 + [row[:-1], [*row, "extra"], [""] * len(row), [], ["#c", *row[1:]], [*row, "", ""]]
    )


def _quoted(cell: str, delimiter: str) -> str:
    if any(mark in cell for mark in (delimiter, '"', "\n")):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _encoded_plainly(some: Drawing, text: str, resource: Json) -> bytes:
    encoding = resource["encoding"] = some.of(["utf-8"] * 5 + ["cp1252", "utf-16", "latin-1", "utf-8-sig"])
    return text.encode(encoding, "replace")


def _encoded(some: Drawing, text: str, resource: Json) -> bytes:
    encoding = some.of([None, None, "utf-8", "latin-1", "utf-16", "cp1252", "utf-8-sig", "nonsense"])
    if encoding is not None:
        resource["encoding"] = encoding
    content = text.encode(encoding if encoding not in (None, "nonsense") else "utf-8", "replace")
    return content + b"\xff\xfe\xe9\n" if some.one_in(40) else content


def _dialect(some: Drawing, resource: Json, delimiter: str) -> None:
    options: list[Json] = [
        {}, {}, {"header": False}, {"headerRows": [2]}, {"headerRows": [1, 2]}, {"commentChar": "#"}, {"commentRows": [2]},
        {"skipBlankRows": True}, {"headerCase": False}, {"skipInitialSpace": True}, {"quoteChar": "'"},
        {"escapeChar": "\\"}, {"csv": {"delimiter": delimiter}},
    ]  # fmt: skip
    dialect = some.of(options) | ({"delimiter": delimiter} if some.one_in(2) else {})
    if dialect:
        resource["dialect"] = dialect


def _measured(some: Drawing, resource: Json, content: bytes, rows: int) -> None:
    options: list[Json] = [
        *[{}] * 9, {"bytes": len(content)}, {"bytes": 5}, {"hash": "sha256:aa"}, {"hash": "cc"}, {"hash": "sha1:dd"},
        {"rows": rows}, {"fields": 2},
    ]  # fmt: skip
    resource |= some.of(options)
    if some.one_in(25):
        del resource["schema"]


def _refer(some: Drawing, resources: list[Json], files: dict[str, bytes]) -> None:
    """Make the first table refer to itself, to another of the package, to one made for it, or to none."""
    schema = cast("Json", resources[0].get("schema"))
    fields = cast("list[Json]", schema["fields"]) if schema else []
    keyable = [field for field in fields if some.one_in(30) or field["type"] not in UNHASHABLE]
    if not keyable:
        return
    names = [str(field["name"]) for field in keyable][: some.of([1, 1, 2])]
    target = some.of(["", str(resources[-1]["name"]), "other", "other", "nowhere"])
    reference: Json = {"resource": target, "fields": names}
    if target == str(resources[-1]["name"]) and resources[-1].get("schema"):
        theirs = cast("list[Json]", cast("Json", resources[-1]["schema"])["fields"])
        reference["fields"] = [str(some.of(theirs)["name"]) for _ in names]
    schema["foreignKeys"] = [{"fields": names, "reference": reference}]
    if target != "other":
        return
    kinds = [str(field["type"]) for field in keyable[: len(names)]]
    rows = [names, *([some.of(CELLS[kind]) for kind in kinds] for _ in range(4))]
    files["other.csv"] = "".join(",".join(_quoted(cell, ",") for cell in row) + "\n" for row in rows).encode()
    other = {
        "fields": [
            {"name": name, "type": some.of([kind, "string"])} for name, kind in zip(names, kinds, strict=True)
        ]
    }
    resources.append({"name": "other", "path": "other.csv", "schema": other, "encoding": "utf-8"})
