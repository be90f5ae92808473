"""Dates as people and Excel write them."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.intake.dates import (
    MONTHS,
    WEEKDAYS,
    compile_style,
    date_of_serial,
    day_of_week,
    read_date_text,
    read_month,
    read_week,
    weekday_disagrees,
)
from exchange.intake.layout import DEFAULT_DATES
from exchange.intake.values import read_time_text, read_times_text


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2016-03-03", "2016-03-03"),
        ("2016-03-03T00:00:00", "2016-03-03"),
        ("03-03-2016", "2016-03-03"),
        ("3-3-2016", "2016-03-03"),
        ("03.03.2016", "2016-03-03"),
        ("3/3-2016", "2016-03-03"),
        ("3/12/2016", "2016-12-03"),
        ("d. 3. marts 2016", "2016-03-03"),
        ("3. marts 2016", "2016-03-03"),
        ("3.marts 2016", "2016-03-03"),
        ("tor. d. 3. mar. 2016", "2016-03-03"),
        ("torsdag den 3. marts 2016", "2016-03-03"),
        ("tor 03-03-2016", "2016-03-03"),
        ("man 03-03-2016", "2016-03-03"),
        ("THURSDAY, 3. March 2016", "2016-03-03"),
        ("\u00a003-03-2016 ", "2016-03-03"),
        ("29-02-2016", "2016-02-29"),
        ("31-02-2016", None),
        ("29-02-2015", None),
        ("03-13-2016", None),
        ("03/04-16", None),
        ("03-03-16", None),
        ("3. marts", None),
        ("2016", None),
        ("xyz 03-03-2016", None),
        ("abc", None),
        ("", None),
    ],
)
def test_a_date_is_read_by_the_usual_danish_styles_or_not_at_all(text: str, day: str | None) -> None:
    assert read_date_text(text, DEFAULT_DATES) == (None if day is None else date.fromisoformat(day))


@pytest.mark.parametrize(
    ("text", "style", "day"),
    [
        ("03/04-16", "d/m-yy", "2016-04-03"),
        ("03/04/68", "d/m/yy", "2068-04-03"),
        ("03/04/69", "d/m/yy", "1969-04-03"),
        ("3/4", "d/m", "2016-04-03"),
        ("04/03/2016", "m/d/yyyy", "2016-04-03"),
    ],
)
def test_other_styles_are_read_where_the_layout_names_them(text: str, style: str, day: str) -> None:
    assert read_date_text(text, (style,), 2016) == date.fromisoformat(day)


@pytest.mark.parametrize("style", ["", "d", "d-m-y", "dd-mm-yyyyy", "yyyy", "d-m-yyyy yy", "hh:mm"])
def test_what_is_no_style_is_known(style: str) -> None:
    assert compile_style(style) is None


@given(st.dates(min_value=date(1000, 1, 1)), st.sampled_from(range(5)))
def test_a_date_written_in_a_style_is_read_back(day: date, style: int) -> None:
    written = (
        day.isoformat(),
        f"{day.day}-{day.month}-{day.year}",
        f"{day.day:02}.{day.month:02}.{day.year}",
        f"{day.day}. {MONTHS[day.month - 1]} {day.year}",
        f"{WEEKDAYS[day.weekday()][:3]}. d. {day.day}. {MONTHS[day.month - 1][:3]}. {day.year}",
    )[style]
    assert read_date_text(written, DEFAULT_DATES) == day
    assert not weekday_disagrees(written, day)


def test_a_weekday_that_does_not_fit_is_noticed() -> None:
    assert weekday_disagrees("man 03-03-2016", date(2016, 3, 3))


@given(st.dates(min_value=date(1900, 3, 1)), st.integers(min_value=0, max_value=86398))
def test_a_serial_gives_its_day_whatever_the_time(day: date, seconds: int) -> None:
    serial = (day - date(1899, 12, 30)).days + Decimal(seconds) / 86400
    assert date_of_serial(serial) == day


@pytest.mark.parametrize(
    ("serial", "day"),
    [
        ("1", "1900-01-01"),
        ("59", "1900-02-28"),
        ("60", None),
        ("61", "1900-03-01"),
        ("-1", None),
        ("0", None),
        ("2958465", "9999-12-31"),
        ("2958466", None),
        ("1e9", None),
    ],
)
def test_the_leap_day_that_1900_did_not_have_is_no_date(serial: str, day: str | None) -> None:
    assert date_of_serial(Decimal(serial)) == (None if day is None else date.fromisoformat(day))


@pytest.mark.parametrize(
    ("text", "month"),
    [
        ("marts 2016", (2016, 3)),
        ("Marts", (None, 3)),
        ("3", (None, 3)),
        ("03-2016", (2016, 3)),
        ("2016-03", (2016, 3)),
        ("mar. 2016", (2016, 3)),
        ("13", None),
        ("ma", None),
        ("uge 3", None),
    ],
)
def test_a_month_is_read_with_its_year_where_it_stands_there(
    text: str, month: tuple[int | None, int] | None
) -> None:
    assert read_month(text) == month


@pytest.mark.parametrize(
    ("text", "week"),
    [
        ("9", (None, 9)),
        ("Uge 9", (None, 9)),
        ("uge nr. 12", (None, 12)),
        ("2016-W09", (2016, 9)),
        ("9/2016", (2016, 9)),
        ("54", None),
        ("marts", None),
    ],
)
def test_a_week_is_read_with_its_year_where_it_stands_there(
    text: str, week: tuple[int | None, int] | None
) -> None:
    assert read_week(text) == week


def test_week_53_is_a_week_only_in_years_that_have_it() -> None:
    assert day_of_week(2015, 53, 5) == date(2016, 1, 1)
    assert day_of_week(2016, 53, 1) is None


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("9:30", time(9, 30)),
        ("09.30", time(9, 30)),
        ("kl. 9", time(9)),
        ("kl 9.15", time(9, 15)),
        ("24:00", time(0)),
        ("9", None),
        ("25:00", None),
        ("9:60", None),
        ("24:30", None),
        ("ni", None),
    ],
)
def test_a_time_of_day_is_read_strictly(text: str, moment: time | None) -> None:
    assert read_time_text(text) == moment


@pytest.mark.parametrize(
    ("text", "times"),
    [
        ("08:00-15:30", (time(8), time(15, 30))),
        ("8–15", (time(8), time(15))),
        ("kl. 8.15 til kl. 15", (time(8, 15), time(15))),
        ("22:00 - 06:00", (time(22), time(6))),
        ("8-24", (time(8), time(0))),
        ("08:00", None),
        ("8-25", None),
        ("8:75-9:00", None),
        ("8-15-17", None),
        ("mandag-fredag", None),
        ("", None),
    ],
)
def test_two_times_in_one_text_are_read_strictly(text: str, times: tuple[time, time] | None) -> None:
    assert read_times_text(text) == times


@pytest.mark.parametrize("text", ["03-03-2016 09:30", "03-03-2016 kl. 9.30", "03-03-2016 kl 09:30:00"])
def test_a_time_behind_the_date_does_not_hide_it(text: str) -> None:
    assert read_date_text(text, ("d-m-yyyy",)) == date(2016, 3, 3)
