"""Pseudonyms: the same number and key give the same, and none reads as a CPR number itself."""

from __future__ import annotations

import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.form.confidential import holds_cpr
from exchange.intake.crosswalk import Known as Workspace
from exchange.intake.crosswalk import KnownPlacement, is_cpr, trainee_ref
from exchange.intake.near import Known, near_matches
from exchange.parties import parse_party

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


@pytest.mark.parametrize(
    ("digits", "valid"),
    [
        ("0101701234", True),
        ("2902001234", False),  # 1900 was no leap year
        ("2902004234", True),  # 2000 was
        ("2902581234", False),
        ("2902045678", True),  # seventh digit 5 and 04: 2004
        ("2902585678", False),  # 5 and 58: 1858
        ("3112369999", True),
        ("3102701234", False),
        ("6101701234", False),  # a day of 61 is an administrative number, no CPR number
        ("1234567890", False),
    ],
)
def test_a_cpr_number_is_told_by_its_date_alone(digits: str, valid: bool) -> None:
    assert is_cpr(digits) is valid


ANNA = Known("Anna Hørup", "M-01")


@pytest.mark.parametrize(
    ("text", "known", "ids"),
    [
        ("ANNA HOERUP", [ANNA], ["M-01"]),
        ("Hørup, Anna", [ANNA], ["M-01"]),
        ("Ana Hørup", [ANNA], ["M-01"]),
        ("Aase Kjaer", [Known("Åse Kjær", "M-02"), ANNA], ["M-02"]),
        ("Åse Kjer", [Known("Aase Kjær", "M-02")], ["M-02"]),
        ("Bo Madsen", [ANNA], []),
        ("12", [Known("159-00012", "159-00012"), Known("159-00013", "159-00013")], ["159-00012"]),
        ("159-0012", [Known("159-00012", "159-00012")], ["159-00012"]),
        ("F2016-7985", [Known("F2016-4782", "159-00001")], []),
        ("", [ANNA], []),
        ("?!", [ANNA], []),
        ("Jens Ole", [Known("Jens Ole", f"M-{n}") for n in range(5)], ["M-0", "M-1", "M-2"]),
    ],
)
def test_near_matches_are_the_names_it_may_have_been_meant_for(
    text: str, known: list[Known], ids: list[str]
) -> None:
    assert [near.known.id for near in near_matches(text, known)] == ids


KNOWN = Workspace(
    own="159",
    placements={"159-00012": KnownPlacement("159", "AFT-1")},
    leads={"AFT-1": "159"},
)


@pytest.mark.parametrize(
    ("sender", "values", "skipped"),
    [
        ("101", {"placement_id": "159-00012"}, True),
        ("101", {"placement_id": "159-00012", "jobcentre": "101", "agreement_id": "AFT-1"}, True),
        ("101", {"placement_id": "159-00012", "jobcentre": "101", "agreement_id": "AFT-9"}, False),
        ("101", {"placement_id": "101-00001", "jobcentre": "101", "agreement_id": "AFT-1"}, False),
        ("101", {"placement_id": "101-00001", "jobcentre": "157", "agreement_id": "AFT-1"}, True),
        ("159", {"placement_id": "101-00001", "jobcentre": "157", "agreement_id": "AFT-1"}, False),
        ("12345678", {"placement_id": "159-00012"}, False),
        ("101", {"placement_id": "101-00001", "jobcentre": "157", "agreement_id": "AFT-9"}, False),
        # Nobody brought it yet, and its id says whose it is; an id of another make says nothing.
        ("101", {"placement_id": "157-00001", "jobcentre": "101", "agreement_id": "AFT-1"}, True),
        ("159", {"placement_id": "157-00001", "jobcentre": "159", "agreement_id": "AFT-1"}, False),
        ("101", {"placement_id": "157-1", "jobcentre": "101", "agreement_id": "AFT-1"}, False),
        ("101", {"placement_id": "157-00001"}, False),
    ],
)
def test_whose_rows_a_jobcentre_may_send(sender: str, values: dict[str, str | None], skipped: bool) -> None:
    assert KNOWN.is_anothers(parse_party(sender), values) is skipped
