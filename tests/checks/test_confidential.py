"""CPR numbers, formulas and addresses in text: properties beside the cases of K01 to K03."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from exchange.checks.text_rules import holds_formula
from exchange.form.confidential import MASK, holds_cpr, masked

BLANK = st.sampled_from(("", " ", "\u00a0", "\u2009", "\t"))
BETWEEN = st.sampled_from(("", " ", "-", "\u2010", "\u2011", "\u2013", "\u2212", " -", "- ", "\u00a0\u2013"))
AROUND = st.text(st.characters(exclude_categories=["Nd"]), max_size=12)


DAYS = st.dates(date(2000, 1, 1), date(2000, 12, 31))
NUMBERS = st.builds(
    "{0:%d}{1}{0:%m}{2}{3:02}{4}{5:04}".format,
    DAYS, BLANK, BLANK, st.integers(0, 99), BETWEEN, st.integers(0, 9999),
)  # fmt: skip


@given(before=AROUND, number=NUMBERS, after=AROUND)
def test_a_number_in_any_dress_is_found_and_masked(before: str, number: str, after: str) -> None:
    assert holds_cpr(before + number + after)
    assert masked(before + number + after) == before + MASK + after


@given(st.text())
def test_a_masked_text_holds_no_number_and_stays_as_it_is(text: str) -> None:
    assert not holds_cpr(masked(text))
    assert masked(masked(text)) == masked(text)


@given(st.text(st.sampled_from("0123456789 -"), max_size=30))
def test_masking_digits_leaves_no_number(text: str) -> None:
    assert not holds_cpr(masked(text))


@given(st.decimals(allow_nan=False, allow_infinity=False, places=2))
def test_a_number_is_no_formula(number: object) -> None:
    assert not holds_formula(f"{number:f}")
    assert holds_formula(f"={number:f}")
