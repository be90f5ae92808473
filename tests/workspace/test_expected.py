"""Who is to report under an agreement, as its lead sees it and as a participant does, and what is still to be sealed."""

from __future__ import annotations

import pytest

from exchange.periods import parse_period
from exchange.workspace.expected import Expected, Row, expected, not_sealed

AGREEMENTS: list[Row] = [{"agreement_id": "AFT-1", "company_cvr": "12345678", "lead_jobcentre": "159"}]
PARTIES: list[Row] = [
    {"agreement_id": "AFT-1", "jobcentre": "159", "auditor": "aud-nord"},
    {"agreement_id": "AFT-1", "jobcentre": "173", "auditor": None},
]


@pytest.mark.parametrize(
    ("us", "found"),
    [
        ("159", [("159", "aud-nord"), ("173", "173"), ("12345678", None)]),
        ("173", [("173", None)]),
        ("12345678", [("12345678", None)]),
        ("101", []),
    ],
)
def test_only_the_lead_waits_for_others_and_seals(us: str, found: list[tuple[str, str | None]]) -> None:
    assert [(one.party, one.recipient) for one in expected(AGREEMENTS, PARTIES, us)] == found


@pytest.mark.parametrize(
    ("jobcentre", "period", "left"),
    [
        ("159", "2016-01-01..2016-06-30", []),
        ("159", "2015-12-01..2016-12-31", []),
        ("159", "2016-01-01..2016-02-29", ["2016-03-01..2016-03-31"]),
        ("173", "2016-01-01..2016-06-30", ["2016-01-01..2016-03-31"]),
    ],
)
def test_a_package_counts_for_the_months_it_covers(jobcentre: str, period: str, left: list[str]) -> None:
    one = Expected(agreement_id="AFT-1", party="159", recipient="aud-nord")
    package = {"agreement_id": "AFT-1", "jobcentre": jobcentre, "period": period}

    found = not_sealed(one, parse_period("2016-01-01..2016-03-31"), [package])

    assert [str(months) for months in found] == left
