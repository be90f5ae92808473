"""The partnerships of the publication as test data: its sums, its three ways of paying, and the traps beside them.

Figures from Cabi/VFSA, Det Professionelle Partnerskab (2015), as requirements list them with their sum checks; the
numbers of each fixture are those of that list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from decimal import Decimal

import pytest

from exchange import language
from exchange.checks.findings import Finding
from exchange.form.canonical import fault_of
from exchange.form.codes import code_list
from exchange.form.tables import table
from tests.checks.worlds import Cells, found

OUTCOMES = {
    "Ordinært job": 4,
    "Uddannelse": 4,
    "Afklaret eller indstillet til fleksjob": 7,
    "Afklaret til møde med rehabiliteringsteamet": 4,
    "Fortsat i andet kommunalt tilbud": 10,
    "Overgået til anden praktik": 7,
    "Langtidssygemeldt": 5,
    "Stoppet af andre årsager": 18,
}
BENEFITS = {
    "Kontanthjælp, aktivitetsparat": 23,
    "Uddannelsesydelse, uddannelsesparat": 14,
    "Kontanthjælp, jobparat": 6,
    "Uddannelsesydelse, aktivitetsparat": 10,
    "Sygedagpenge": 16,
    "Ledighedsydelse": 6,
    "Ressourceforløb": 4,
    "Ægtefælleforsørget": 1,
    "Ubekendt": 1,
}
CPR_WEIGHTS = (4, 3, 2, 7, 6, 5, 4, 3, 2, 1)


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    language.use("en")
    yield
    language.use("da")


def codes_of(name: str, counts: dict[str, int]) -> list[str]:
    """Return the code of each of the people counted under a printed word."""
    codes = [(code_list(name).find(word), count) for word, count in counts.items()]
    assert None not in dict(codes)
    return [str(code) for code, count in codes for _ in range(count)]


def the_81() -> list[Cells]:
    """Return the 81 placements: 60 finished, of which the outcome table accounts for 59; 21 go on."""
    outcomes = codes_of("outcome", OUTCOMES)
    ended = [{"outcome": outcome, "actual_end": "2015-06-30"} for outcome in outcomes]
    others = [{"outcome": "", "actual_end": "2015-06-30"}] + [{"outcome": ""}] * 21
    genders = ["m"] * 57 + ["f"] * 24
    ages = ["under-30"] * 30 + ["30-plus"] * 51
    return [
        {**end, "placement_id": f"159-{place:05}", "benefit": benefit, "gender": gender, "age_group": age}
        for place, (end, benefit, gender, age) in enumerate(
            zip(ended + others, codes_of("benefit", BENEFITS), genders, ages, strict=True)
        )
    ]


def totals(**stated: str) -> list[Cells]:
    return [
        {"source": "publikation.pdf", "measure": measure.replace("__", "."), "stated": value}
        for measure, value in stated.items()
    ]


def subjects(findings: Sequence[Finding]) -> list[dict[str, str]]:
    return [dict(finding.subject) for finding in findings]


def rules_of(findings: Sequence[Finding]) -> list[str]:
    return [finding.rule for finding in findings]


MONEY = ("C01", "C02", "C03", "C04", "C05")


# Fixture 2: outcomes that add up to 59 against 60; benefits that add up to 81 of 81.


@pytest.mark.parametrize(
    ("speak", "message"),
    [
        ("en", "publikation.pdf states outcomes.finished as 60; the rows give 59."),
        ("da", "publikation.pdf angiver outcomes.finished til 60; rækkerne giver 59."),
    ],
)
def test_the_outcome_table_is_one_short_of_what_the_text_says(speak: language.Language, message: str) -> None:
    language.use(speak)

    (finding,) = found(
        ["T01"], placements=the_81(), control_totals=totals(outcomes__finished="60", outcomes__all="59")
    )

    assert (finding.severity, finding.message) == ("error", message)
    assert dict(finding.subject) == {"source": "publikation.pdf", "measure": "outcomes.finished"}
    assert [(item.field, item.value) for item in finding.evidence] == [("stated", "60")]
    assert finding.proposal is None


def test_the_benefit_table_adds_up_to_81_of_81() -> None:
    stated = totals(
        placements__count="81", benefits__all="81", genders__m="57", genders__f="24", genders__all="81",
        age_groups__all="81",
    )  # fmt: skip

    assert found(["T01"], placements=the_81(), control_totals=stated) == []


@pytest.mark.parametrize(
    ("name", "measure", "printed"), [("outcome", "outcomes", OUTCOMES), ("benefit", "benefits", BENEFITS)]
)
def test_every_printed_line_agrees_with_the_rows_and_one_more_does_not(
    name: str, measure: str, printed: dict[str, int]
) -> None:
    lines = {f"{measure}.{code_list(name).find(word)}": count for word, count in printed.items()}
    right = [{"source": "r", "measure": line, "stated": str(count)} for line, count in lines.items()]
    wrong = [{"source": "w", "measure": line, "stated": str(count + 1)} for line, count in lines.items()]

    findings = found(["T01"], placements=the_81(), control_totals=right + wrong)

    assert subjects(findings) == [{"source": "w", "measure": line} for line in sorted(lines)]


# Fixture 3: Falck pays per occupied place, 275 kr. an hour and 3 hours a week; vacant places are not paid.


def held(count: int, jobcentre: str = "159") -> list[Cells]:
    return [
        {
            "placement_id": f"{jobcentre}-{place:05}",
            "jobcentre": jobcentre,
            "trainee_ref": f"t-{jobcentre}-{place}",
        }
        for place in range(count)
    ]


def thirteen_weeks(hours: str, amount: str, **cells: str) -> Cells:
    return {
        "period_start": "2016-02-01",
        "period_end": "2016-05-01",
        "hours": hours,
        "amount": amount,
        **cells,
    }


@pytest.mark.parametrize(
    ("places", "hours", "claimed", "over"),
    [
        (10, "390.00", "107250.00", None),  # 10 x 13 x 3 x 275
        (8, "312.00", "85800.00", None),
        (8, "390.00", "107250.00", "21450.00"),  # two vacant places, 26 weeks' worth
        (0, "39.00", "10725.00", "10725.00"),
    ],
)
def test_falck_is_not_paid_for_vacant_places(places: int, hours: str, claimed: str, over: str | None) -> None:
    findings = found(MONEY, placements=held(places), claims=[thirteen_weeks(hours, claimed)])

    assert [(f.rule, f"{f.amount_dkk:.2f}") for f in findings] == ([("C02", over)] if over else [])


# Fixture 4: BRFkredit is paid per place, whatever number is referred.

BRF = {"funding": "per-place", "places": "6", "places_are": "exact", "place_rate_per_week": "1850.00"}
BRF_PARTIES = [{"jobcentre": "157", "places": "3"}, {"jobcentre": "173", "places": "3"}]
BRF_CLAIMS = [  # 3 places x 13 weeks x 1850.00
    thirteen_weeks("262.36", "72150.00", claim_id="K-157", jobcentre="157"),
    thirteen_weeks("262.36", "72150.00", claim_id="K-173", jobcentre="173"),
]


@pytest.mark.parametrize("held_of_six", [(2, 2), (3, 3), (0, 0)])
def test_brfkredit_costs_the_same_with_four_of_six_places_held(held_of_six: tuple[int, int]) -> None:
    first, second = held_of_six

    findings = found(
        ["C02", "C03", "C09"],
        agreements=[BRF],
        parties=BRF_PARTIES,
        placements=held(first, "157") + held(second, "173"),
        claims=BRF_CLAIMS,
    )

    assert findings == []


def test_brfkredit_paid_only_for_held_places_is_too_little() -> None:
    less = [{**claim, "amount": "48100.00"} for claim in BRF_CLAIMS]  # 2 of 3 places

    findings = found(
        ["C02", "C03"],
        agreements=[BRF],
        parties=BRF_PARTIES,
        placements=held(2, "157") + held(2, "173"),
        claims=less,
    )

    assert [(f.rule, f"{f.amount_dkk:.2f}") for f in findings] == [("C03", "24050.00")] * 2


# Fixture 5: Danfoss: no money in the partnership, so any amount above nought is a finding.


@pytest.mark.parametrize(
    ("amount", "is_found"), [("0.01", True), ("10725.00", True), ("0.00", False), ("", False)]
)
def test_danfoss_claims_nothing(amount: str, is_found: bool) -> None:
    findings = found(
        MONEY,
        agreements=[{"funding": "none"}],
        parties=[{"jobcentre": "540"}],
        placements=held(6, "540"),
        claims=[thirteen_weeks("39.00", amount, jobcentre="540")],
    )

    assert rules_of(findings) == (["C05"] if is_found else [])


# Fixture 6: a nine-month placement, with and without decisions to extend it.

NINE_MONTHS = {"start": "2016-02-01", "planned_end": "2016-07-31", "actual_end": "2016-10-31"}
FIRST = {"decided_on": "2016-07-20", "new_planned_end": "2016-09-30"}
SECOND = {"decided_on": "2016-09-20", "new_planned_end": "2016-10-31"}


@pytest.mark.parametrize(
    ("extensions", "is_found"),
    [
        ((), True),
        ((FIRST,), True),
        ((FIRST, SECOND), False),
        (({**SECOND, "decided_on": "2016-11-01"},), True),
    ],
)
def test_nine_months_need_a_chain_of_decisions(extensions: tuple[Cells, ...], is_found: bool) -> None:
    findings = found(["P03", "P09"], placements=[NINE_MONTHS], extensions=list(extensions))

    assert rules_of(findings) == (["P09"] if is_found else [])


# Fixture 7: the printed "uddannelsesydelse" is the statute's "uddannelseshjælp".


@pytest.mark.parametrize("kind", ["uddannelsesparat", "aktivitetsparat"])
def test_the_printed_name_of_a_benefit_means_the_statutory_one(kind: str) -> None:
    benefits = code_list("benefit")

    assert (
        benefits.find(f"Uddannelsesydelse, {kind}") == benefits.find(f"uddannelseshjælp {kind}") is not None
    )
    assert benefits.find("uddannelsesydelse") is None  # two benefits: a question for a person, not a guess


def test_a_printed_name_that_reached_the_tables_unread_breaks_the_form() -> None:
    word = "Uddannelsesydelse, uddannelsesparat"

    assert fault_of(table("placements").field("benefit"), word) == "constraint-error"
    (finding,) = found(["F"], placements=[{"benefit": word}])
    assert dict(finding.subject) == {"table": "placements", "key": "159-00001", "field": "benefit"}
    assert finding.rule == "F-constraint-error"


# Fixture 8: numbers like CPR numbers of 1 January, of which many fail modulus 11 and are valid all the same.


NUMBERS = [f"0101{year}{serial}" for year in ("65", "66") for serial in range(1000, 1012)]


def fails_modulus_11(digits: str) -> bool:
    return sum(int(digit) * weight for digit, weight in zip(digits, CPR_WEIGHTS, strict=True)) % 11 != 0


def test_numbers_of_1_january_are_found_whether_or_not_modulus_11_holds() -> None:
    assert {fails_modulus_11(number) for number in NUMBERS} == {True, False}
    notes = [
        {"entry_id": f"c-{place:02}", "note": f"talt med {number[:6]}-{number[6:]}"}
        for place, number in enumerate(NUMBERS)
    ]

    findings = found(["K01"], mentor_hours=notes)

    assert [dict(finding.subject)["key"] for finding in findings] == [
        f"company|{row['entry_id']}" for row in notes
    ]
    assert {finding.severity for finding in findings} == {"error"}
    assert not any(number[:6] in finding.message for finding in findings for number in NUMBERS)


# Fixture 9: the same hours claimed to two of five jobcentres.

FIVE = ["159", "151", "153", "163", "165"]


def test_the_same_claim_to_two_of_five_jobcentres_is_over_and_undocumented_at_the_second() -> None:
    hours = [
        {"entry_id": f"c-{day}", "date": f"2016-03-{day:02}", "hours": "0.60"} for day in range(1, 24)
    ]  # 23 x 0.60 = 13.80
    claims = [{"claim_id": f"K-{code}", "jobcentre": code} for code in FIVE[:2]]

    findings = found(
        ["C02", "C03", "C06", "C07"],
        parties=[{"jobcentre": code} for code in FIVE],
        mentor_hours=hours,
        claims=claims,
    )

    assert [(f.rule, dict(f.subject)["claim_id"]) for f in findings] == [("C02", "K-151"), ("C07", "K-151")]
    assert [f.amount_dkk for f in findings] == [Decimal("3795.00")] * 2


def test_the_same_mentor_day_reported_for_two_of_five_jobcentres_is_more_than_a_day() -> None:
    day = {"date": "2016-03-01", "start_time": "08:00:00", "hours": "7.50"}
    placements = [*held(1, "159"), *held(1, "163")]
    both = [{**day, "entry_id": code, "placement_id": f"{code}-00000"} for code in ("159", "163")]
    parties = [{"jobcentre": code} for code in FIVE]

    (finding,) = found(["M03", "M04"], parties=parties, placements=placements, mentor_hours=both)

    assert dict(finding.subject) == {"reporter": "company", "mentor_id": "M-01", "date": "2016-03-01"}
    assert finding.amount_dkk == Decimal("825.00")  # 15.00 - 12.00 hours x 275.00
    assert finding.owners == (("AFT-1", "159"), ("AFT-1", "163"))


# Fixture 10: a placement that spans 31 December 2015 and 1 January 2016.


def test_the_last_week_of_2015_goes_on_into_2016() -> None:
    hours = [
        {"entry_id": "c-1", "date": "2015-12-31", "hours": "2.00"},
        {"entry_id": "c-2", "date": "2016-01-03", "hours": "2.00"},
        {"entry_id": "c-3", "date": "2016-01-04", "hours": "2.00"},
    ]

    (finding,) = found(
        ["M01", "M02"],
        agreements=[{"valid_from": "2015-01-01"}],
        placements=[{"start": "2015-12-31", "planned_end": "2016-01-31"}],
        mentor_hours=hours,
    )

    assert dict(finding.subject)["week"] == "2015-W53"
    assert finding.amount_dkk == Decimal("275.00")  # 4.00 - 3.00 hours
