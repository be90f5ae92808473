"""Danish numbers and hours: what is read, and what is left unread because it can be meant in two ways."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.intake.numbers import exact, hours_of_day_fraction, read_hours, read_money, read_number

NBSP, THIN, MINUS = "\u00a0", "\u202f", "\u2212"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("7,5", "7.5"),
        ("7", "7"),
        ("007", "7"),
        ("1.234,50", "1234.50"),
        ("1.234.567", "1234567"),
        (f"1{NBSP}234,5", "1234.5"),
        (f"1{THIN}234,5", "1234.5"),
        (f" {NBSP}7,5 ", "7.5"),
        (f"{MINUS}3,25", "-3.25"),
        ("3,25-", "-3.25"),
        ("–3", "-3"),
        ("+3", "3"),
        ("7½", "7.5"),
        ("½", "0.5"),
        ("1.234", None),
        ("7.5", None),
        ("12.34,5", None),
        ("1,234,5", None),
        ("1.23,4", None),
        ("7,", None),
        (",5", None),
        ("abc", None),
        ("7,5 timer", None),
        ("", None),
        ("--3", None),
        ("٣", None),
        ("1e3", None),
        ("NaN", None),
    ],
)
def test_a_danish_number_is_read_strictly(text: str, value: str | None) -> None:
    assert read_number(text, "danish") == (None if value is None else Decimal(value))


@pytest.mark.parametrize(
    ("text", "style", "value"),
    [
        ("1.234", "danish-thousands", "1234"),
        ("7.5", "danish-thousands", None),
        ("7.5", "point", "7.5"),
        ("1,234.50", "point", "1234.50"),
        ("1,234", "point", None),
        ("7,5", "point", None),
        ("1.234", "point", "1.234"),
    ],
)
def test_the_layout_says_what_a_point_means(text: str, style: str, value: str | None) -> None:
    assert read_number(text, style) == (None if value is None else Decimal(value))


@given(st.decimals(min_value=-(10**9), max_value=10**9, places=2))
def test_a_number_written_the_danish_way_is_read_back(value: Decimal) -> None:
    written = f"{value:,.2f}".replace(",", " ").replace(".", ",").replace(" ", ".")
    assert read_number(written, "danish") == value


@pytest.mark.parametrize(
    ("text", "unit", "hours"),
    [
        ("7,5", "hours", "7.50"),
        ("37:30", "hours", "37.50"),
        ("0:20", "hours", "0.33"),
        ("450 min", "hours", "7.50"),
        ("450 min.", "hours", "7.50"),
        ("450", "minutes", "7.50"),
        ("10", "minutes", "0.17"),
        ("7,5 timer", "minutes", "7.50"),
        ("7 t 30 min", "hours", "7.50"),
        ("7 timer og 5 minutter", "hours", "7.08"),
        ("1t", "hours", "1.00"),
        ("37:30", "hh:mm", "37.50"),
        ("7.30", "hh:mm", "7.50"),
        ("7", "hh:mm", None),
        ("7:60", "hours", None),
        ("0,3125", "day-fraction", "7.50"),
        ("7,125", "hours", "7.13"),
        ("1.234", "hours", None),
        ("7.5", "hours", None),
        ("abc", "hours", None),
        ("timer", "hours", None),
    ],
)
def test_hours_are_read_in_their_unit(text: str, unit: str, hours: str | None) -> None:
    value = read_hours(text, "danish", unit)
    assert (None if value is None else f"{value:f}") == hours


@given(st.integers(min_value=0, max_value=9999), st.integers(min_value=0, max_value=59))
def test_hours_and_minutes_are_rounded_once_and_half_up(hours: int, minutes: int) -> None:
    expected = (Decimal(hours) + Decimal(minutes) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert read_hours(f"{hours}:{minutes:02}", "danish", "hours") == expected


@pytest.mark.parametrize(
    ("text", "kroner"),
    [
        ("kr. 1.234,50", "1234.50"),
        ("1.234,50 kr.", "1234.50"),
        ("275,-", "275.00"),
        ("DKK 275", "275.00"),
        ("-275,00", "-275.00"),
        ("324,505", "324.51"),
        ("1.234", None),
        ("275 EUR", None),
    ],
)
def test_kroner_are_read_with_or_without_their_sign(text: str, kroner: str | None) -> None:
    value = read_money(text, "danish")
    assert (None if value is None else f"{value:f}") == kroner


@given(st.decimals(min_value=0, max_value=10**6, places=2))
def test_a_spreadsheets_float_is_the_number_that_was_typed(value: Decimal) -> None:
    assert exact(repr(float(value))) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [("22.200000000000003", "22.2"), ("1E-16", "0"), ("2.5E3", "2500"), ("1E400", None), ("x", None)],
)
def test_digits_beyond_what_excel_keeps_are_no_digits(text: str, value: str | None) -> None:
    assert exact(text) == (None if value is None else Decimal(value))


@given(st.integers(min_value=0, max_value=168 * 60))
def test_a_day_fraction_gives_its_minutes_exactly(minutes: int) -> None:
    expected = (Decimal(minutes) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert hours_of_day_fraction(repr(minutes / 1440)) == expected


@pytest.mark.parametrize(
    ("text", "hours"),
    [
        ("08:00-15:30", "7.50"),
        ("8.00 – 15.30", "7.50"),
        ("09:15 til 10:00", "0.75"),
        ("00:00-24:00", "24.00"),
        ("22:00-06:00", None),
        ("08:00-08:00", None),
        ("08:00-25:00", None),
        ("08:00-15:60", None),
        ("8-15", None),
        ("8-15:30", None),
    ],
)
def test_two_times_with_their_minutes_are_the_hours_between_them(text: str, hours: str | None) -> None:
    for unit in ("hours", "minutes", "hh:mm"):
        assert read_hours(text, "danish", unit) == (None if hours is None else Decimal(hours))


@given(st.integers(0, 24 * 60 - 1), st.integers(1, 24 * 60))
def test_the_hours_between_two_times_are_their_minutes_by_sixty(start: int, end: int) -> None:
    text = f"{start // 60:02}:{start % 60:02}-{end // 60:02}:{end % 60:02}"
    worth = (Decimal(end - start) / 60).quantize(Decimal("0.01"), ROUND_HALF_UP)
    assert read_hours(text, "danish", "hours") == (worth if end > start else None)
