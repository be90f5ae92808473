"""Canonical text: strict readers, Frictionless as the oracle of faults, and files whose bytes follow from the facts."""

from __future__ import annotations

import csv
import io
import random
from datetime import date, time
from decimal import Decimal
from functools import lru_cache
from importlib.resources import files
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.form import canonical
from exchange.form.canonical import fault_of, number_text, write_csv
from exchange.form.tables import Field, Table, table, tables

ALL_FIELDS = [
    pytest.param(owner, field, id=f"{owner.name}.{field.name}")
    for owner in tables().values()
    for field in owner.fields
]
# Frictionless takes more than the form does: ``1e3``, ``NaN``, ``1_000``, `` 1``, ``2016-1-5``; those have rows of their own below.
NASTY = [
    "x",
    "0",
    "00",
    "1",
    "-1",
    "0.00",
    "24",
    "24.01",
    "168",
    "168.01",
    "28",
    "29",
    "11",
    "7,5",
    "1.234,50",
    "37:30",
    "450 min",
    "--1",
    "2016-02-29",
    "2015-02-29",
    "29-02-2016",
    "09:00:00",
    "24:00:01",
    "9.30",
    "true",
    "TRUE",
    "ja",
    "159",
    "0159",
    "999",
    "sick",
    "Syg",
    "2016-W09",
    "2016-W54",
    "2016-W9",
    "aud-nord",
    "aud-",
    "aud-nord-",
    "æøå",
    "a b",
    "a" * 64,
    "a" * 65,
    "a" * 500,
    "a" * 501,
    "=1+1",
    "12345678",
    "1234567",
    "placements.count",
    "outcomes.finished[agreement=AFT-1;jobcentre=159]",
    "outcomes.flexjobs",
    "claims.count[mentor=M-01]",
]


@lru_cache(maxsize=32)
def _oracle(name: str) -> Any:  # noqa: ANN401 - a third party's object
    from frictionless import Schema

    return Schema.from_descriptor(str(files("schemas").joinpath(f"tables/{name}.json")))


@pytest.mark.parametrize(("owner", "field"), ALL_FIELDS)
def test_a_fault_has_the_type_that_frictionless_gives_it(owner: Table, field: Field) -> None:
    reader = _oracle(owner.name).get_field(field.name).create_cell_reader()
    for text in [*NASTY, "", field.example]:
        notes = reader(text)[1] or {}
        expected = None if not notes else "type-error" if "type" in notes else "constraint-error"
        assert (text, fault_of(field, text)) == (text, expected)


@pytest.mark.parametrize(
    ("field", "text", "fault"),
    [
        ("mentor_hours.hours", "1.234", "type-error"),
        ("mentor_hours.hours", "1e1", "type-error"),
        ("mentor_hours.hours", "NaN", "type-error"),
        ("mentor_hours.hours", "Infinity", "type-error"),
        ("mentor_hours.hours", "1_0", "type-error"),
        ("mentor_hours.hours", "+1", "type-error"),
        ("mentor_hours.hours", ".5", "type-error"),
        ("mentor_hours.hours", "5.", "type-error"),
        ("mentor_hours.hours", " 1.00", "type-error"),
        ("mentor_hours.hours", "1.00\n", "type-error"),
        ("mentor_hours.hours", "١", "type-error"),
        ("mentor_hours.hours", "1" * 16, "type-error"),
        ("mentor_hours.hours", "1.5", None),
        ("mentor_hours.hours", "07.50", None),
        ("mentor_hours.hours", None, "constraint-error"),
        ("mentor_hours.hours", " \t\u00a0", "constraint-error"),
        ("mentor_hours.note", " ", None),
        ("mentor_hours.note", None, None),
        ("mentor_hours.date", "2016-2-3", "type-error"),
        ("mentor_hours.date", "20160203", "type-error"),
        ("mentor_hours.date", "2016-W05-3", "type-error"),
        ("mentor_hours.start_time", "09:00", "type-error"),
        ("mentor_hours.placement_id", "159-00012\n", "constraint-error"),
        ("agreements.places", "1.0", "type-error"),
        ("agreements.places", "1" * 10, "type-error"),
        ("control_totals.stated", "1.2345", None),
        ("control_totals.stated", "-59", None),
        ("claims.amount", "-825.00", None),
        ("mentor_grants.appeal_guidance_given", "1", "type-error"),
        ("control_totals.measure", "mentor_hours.sum[reporter=company;month=2016-03]", None),
        ("control_totals.measure", "benefits.all[]", "constraint-error"),
        ("control_totals.measure", "genders.sum", "constraint-error"),
    ],
)
def test_the_form_is_stricter_than_frictionless_where_a_text_could_be_misread(
    field: str, text: str | None, fault: str | None
) -> None:
    owner, _, name = field.partition(".")
    assert fault_of(table(owner).field(name), text) == fault


def test_readers_give_exact_values() -> None:
    assert canonical.read_number("275.00") == Decimal("275.00")
    assert canonical.read_number("1.005") == Decimal("1.005")
    assert canonical.read_number("1.005", 2) is None
    assert canonical.read_integer("-7") == -7
    assert canonical.read_date("2016-02-29") == date(2016, 2, 29)
    assert canonical.read_time("09:30:00") == time(9, 30)
    assert (canonical.read_boolean("true"), canonical.read_boolean("false")) == (True, False)
    assert canonical.read_boolean("True") is None


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        ("7.5", 2, "7.50"),
        ("-0", 2, "0.00"),
        ("1E+3", 2, "1000.00"),
        ("59", None, "59"),
        ("0.125", None, "0.125"),
        ("1.500", 2, "1.50"),
    ],
)
def test_a_number_is_written_in_one_way(value: str, decimals: int | None, text: str) -> None:
    assert number_text(Decimal(value), decimals) == text


def test_writing_never_rounds() -> None:
    with pytest.raises(ValueError, match=r"^7\.333 has more than 2 decimals$"):
        number_text(Decimal("7.333"))


@given(st.decimals(min_value=-(10**13), max_value=10**13, places=2))
def test_a_number_reads_back_as_written(value: Decimal) -> None:
    assert canonical.read_number(number_text(value), 2) == value


CELL = st.none() | st.text(st.characters(codec="utf-8"), max_size=12)


@st.composite
def _rows(draw: st.DrawFn) -> tuple[Table, list[dict[str, str | None]]]:
    owner = draw(st.sampled_from(list(tables().values())))
    rows = st.fixed_dictionaries(dict.fromkeys(owner.field_names, CELL))
    return owner, draw(st.lists(rows, max_size=6))


@given(_rows(), st.randoms())
def test_the_same_facts_in_any_order_are_the_same_bytes(
    facts: tuple[Table, list[dict[str, str | None]]], chance: random.Random
) -> None:
    owner, rows = facts
    shuffled: list[dict[str, str | None]] = list(rows)
    chance.shuffle(shuffled)
    assert write_csv(owner, shuffled) == write_csv(owner, rows)


@given(_rows())
def test_a_written_table_reads_back_sorted_by_its_key(
    facts: tuple[Table, list[dict[str, str | None]]],
) -> None:
    owner, rows = facts
    read = list(csv.DictReader(io.StringIO(write_csv(owner, rows).decode(), newline=""), strict=True))
    filled = [{name: row[name] or "" for name in owner.field_names} for row in rows]
    assert sorted(read, key=lambda row: list(row.items())) == sorted(
        filled, key=lambda row: list(row.items())
    )
    keys = [[row[name] for name in owner.primary_key] for row in read]
    assert keys == sorted(keys)


def test_the_bytes_of_a_table_are_those_of_the_form() -> None:
    rows: list[dict[str, str | None]] = [
        {"site_id": "b", "agreement_id": "AFT-1", "name": "Ørsted, øst", "postcode": "2860"},
        {"site_id": "a", "agreement_id": "AFT-1", "name": 'Station "A"', "postcode": None},
        {"site_id": "B", "agreement_id": "AFT-1", "name": "to\nlinjer"},
    ]
    assert write_csv(table("sites"), rows) == (
        b'site_id,agreement_id,name,postcode\nB,AFT-1,"to\nlinjer",\na,AFT-1,"Station ""A""",\n'
        b'b,AFT-1,"\xc3\x98rsted, \xc3\xb8st",2860\n'
    )
