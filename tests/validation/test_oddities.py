"""What frictionless lets pass and strict mode does not: each cell in both modes, frictionless as the witness."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.validation.beside import errors_of, ours, theirs, write_package

Json = dict[str, object]

LET_PASS = [
    ("1.5 as 15 where points group", {"type": "number", "groupChar": ".", "decimalChar": ","}, "1.5"),
    ("an underscore in a number", {"type": "number"}, "1_000"),
    ("an underscore in an integer", {"type": "integer"}, "1_000"),
    ("digits of another script in a number", {"type": "number"}, "٣"),
    ("digits of another script in an integer", {"type": "integer"}, "１２"),
    ("NaN", {"type": "number"}, "NaN"),
    ("an infinity", {"type": "number"}, "-Infinity"),
    ("a date without its zeros", {"type": "date"}, "2024-1-5"),
    ("a date by pattern without its zeros", {"type": "date", "format": "%d/%m/%Y"}, "5/1/2024"),
    ("a month without its zero", {"type": "yearmonth"}, "2024-1"),
    ("a year of blanks and digits", {"type": "year"}, " 024"),
    ("half of an alternative pattern", {"type": "string", "constraints": {"pattern": "a|b"}}, "ax"),
]
GOOD_IN_BOTH = [
    ({"type": "number", "groupChar": ".", "decimalChar": ","}, '"1.234.567,5"'),
    ({"type": "number"}, "-1.5e3"),
    ({"type": "number"}, " 3 "),
    ({"type": "integer"}, "+7"),
    ({"type": "number", "bareNumber": False}, "kr. 12.50"),
    ({"type": "date"}, "2024-02-29"),
    ({"type": "yearmonth"}, "2024-02"),
    ({"type": "year"}, "0024"),
    ({"type": "string", "constraints": {"pattern": "a|b"}}, "b"),
]
BEYOND = [
    ("an integer with groups", {"type": "integer", "groupChar": ","}, '"1,234"', '"12,34"'),
    ("a category", {"type": "string", "categories": ["a", "b"]}, "a", "c"),
    ("a labelled category", {"type": "integer", "categories": [{"value": 1, "label": "one"}]}, "1", "2"),
]


def one_field(
    folder: Path, field: Mapping[str, object], cells: list[str], schema: Mapping[str, object] | None = None
) -> None:
    described = {"fields": [{"name": "f"} | dict(field), {"name": "g"}]} | dict(schema or {})
    content = "".join(f"{cell},x\n" for cell in ("f", *cells)).replace("f,x", "f,g", 1)
    resource = {
        "name": "t",
        "path": "t.csv",
        "encoding": "utf-8",
        "dialect": {"delimiter": ","},
        "schema": described,
    }
    write_package(folder, {"name": "p", "resources": [resource]}, {"t.csv": content.encode()})


@pytest.mark.parametrize(("field", "cell"), [pytest.param(*rest, id=name) for name, *rest in LET_PASS])
def test_strict_mode_refuses_what_frictionless_lets_pass(tmp_path: Path, field: Json, cell: str) -> None:
    one_field(tmp_path, field, [cell])
    witness = theirs("datapackage.json", tmp_path)

    assert isinstance(witness, dict)
    assert errors_of(witness) == errors_of(ours("datapackage.json", tmp_path)) == []
    assert [row for row, _name, _kind in errors_of(ours("datapackage.json", tmp_path, "strict"))] == [2]


@pytest.mark.parametrize(("field", "cell"), GOOD_IN_BOTH)
def test_both_modes_take_what_the_standard_takes(tmp_path: Path, field: Json, cell: str) -> None:
    one_field(tmp_path, field, [cell])

    assert errors_of(ours("datapackage.json", tmp_path)) == []
    assert errors_of(ours("datapackage.json", tmp_path, "strict")) == []


@pytest.mark.parametrize(("field", "good", "bad"), [pytest.param(*rest, id=name) for name, *rest in BEYOND])
def test_strict_mode_enforces_what_frictionless_does_not_know(
    tmp_path: Path, field: Json, good: str, bad: str
) -> None:
    one_field(tmp_path, field, [good, bad])

    assert [row for row, _name, _kind in errors_of(ours("datapackage.json", tmp_path, "strict"))] == [3]


def test_strict_mode_enforces_unique_keys_and_skips_rows_without_one(tmp_path: Path) -> None:
    one_field(tmp_path, {"type": "integer"}, ["1", "", "", "01"], {"uniqueKeys": [["f", "g"]]})

    assert errors_of(ours("datapackage.json", tmp_path)) == []
    assert errors_of(ours("datapackage.json", tmp_path, "strict")) == [(5, "f", "unique-error")]


def test_strict_mode_goes_on_after_a_thousand_errors(tmp_path: Path) -> None:
    one_field(tmp_path, {"type": "integer"}, ["x"] * 1500)

    assert len(errors_of(ours("datapackage.json", tmp_path))) == 1000
    assert len(errors_of(ours("datapackage.json", tmp_path, "strict", None))) == 1500


def test_strict_mode_takes_a_file_for_what_its_descriptor_says(tmp_path: Path) -> None:
    """A semicolon that the dialect does not name is guessed by frictionless, and part of a cell here."""
    schema = {"fields": [{"name": "a"}, {"name": "b"}]}
    resource = {"name": "t", "path": "t.csv", "schema": schema}
    write_package(tmp_path, {"name": "p", "resources": [resource]}, {"t.csv": b"a;b\n1;2\n"})

    assert errors_of(ours("datapackage.json", tmp_path)) == []
    assert [kind for _row, _name, kind in errors_of(ours("datapackage.json", tmp_path, "strict"))] == [
        "missing-label",
        "incorrect-label",
    ]


def test_the_forms_own_tables_hold_in_strict_mode(tmp_path: Path) -> None:
    """The shared form's descriptor is sound and its schemas contradict nothing; empty tables lack only their rows."""
    schema = json.loads((Path(__file__).parents[2] / "schemas/tables/attendance.json").read_text("utf-8"))
    schema.pop("foreignKeys", None)
    header = ",".join(field["name"] for field in schema["fields"])
    resource = {"name": "t", "path": "t.csv", "schema": schema}
    write_package(tmp_path, {"name": "p", "resources": [resource]}, {"t.csv": f"{header}\n".encode()})

    assert ours("datapackage.json", tmp_path, "strict")["valid"]
