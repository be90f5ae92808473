"""Pseudonyms: the same number and key give the same, and none reads as a CPR number itself."""

from __future__ import annotations

import hashlib
import hmac

from hypothesis import given
from hypothesis import strategies as st

from exchange.form.confidential import holds_cpr
from exchange.intake.crosswalk import trainee_ref

KEY = b"k" * 32
# Found by counting: under KEY its first 16 digits are such that K01 finds a CPR number in them.
UNLUCKY = "0000006331"


def digits_of(number: str) -> str:
    return hmac.new(KEY, number.encode(), hashlib.sha256).hexdigest()


def test_a_pseudonym_is_the_first_sixteen_digits_of_the_hmac() -> None:
    assert trainee_ref("0101701234", KEY) == f"T-{digits_of('0101701234')[:16]}"


def test_a_pseudonym_that_would_read_as_a_cpr_number_takes_the_next_sixteen() -> None:
    assert holds_cpr(f"T-{digits_of(UNLUCKY)[:16]}")
    assert trainee_ref(UNLUCKY, KEY) == f"T-{digits_of(UNLUCKY)[16:32]}"


@given(st.from_regex(r"\A[0-9]{10}\Z"), st.binary(min_size=32, max_size=32))
def test_no_pseudonym_reads_as_a_cpr_number(number: str, key: bytes) -> None:
    assert not holds_cpr(trainee_ref(number, key))
