"""The three sample agreements and their placements: what is agreed, before anybody has done or written anything.

The models are those of the publication "Det Professionelle Partnerskab"; companies, people and case numbers are
invented. Jobcentres 151, 153, 165 and 167 are stand-ins for the four that the publication does not name.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from samples.facts import Placement, Terms

RESCUE = Terms(
    id="RED-2016",
    slug="redningskorps-2016",
    company="99000001",
    hours_per_week=Decimal("3.00"),
    hourly_rate=Decimal("275.00"),
    monthly=frozenset({"159", "167"}),
    with_grants=frozenset({"165"}),
)
CREDIT = Terms(
    id="KRE-2016",
    slug="kredit-2016",
    company="99000002",
    hours_per_week=Decimal("4.00"),
    hourly_rate=None,
    place_rate=Decimal("1850.00"),
    places={"157": 3, "173": 3},
    with_grants=frozenset({"157", "173"}),
)
FACTORY = Terms(
    id="FAB-2016",
    slug="fabrik-2016",
    company="99000003",
    hours_per_week=Decimal("3.00"),
    hourly_rate=None,
    company_reports_hours=False,
)

JULY_1 = date(2016, 7, 1)
APRIL_1 = date(2016, 4, 1)
JANUARY_4 = date(2016, 1, 4)
APRIL_4 = date(2016, 4, 4)


def _gladsaxe() -> list[Placement]:
    return [
        Placement(
            id="159-00001", case="GL-2016-011", slot="P01", site="RED-S1", trainee="159:B-011",
            benefit="cash-benefit-activity-ready", age_group="30-plus", gender="m",
            start=JANUARY_4, planned_end=JULY_1,
        ),
        Placement(
            id="159-00002", case="GL-2016-014", slot="P02", site="RED-S2", trainee="159:B-014",
            benefit="sickness-benefit", age_group="30-plus", gender="f",
            start=JANUARY_4, planned_end=JULY_1, planned=Decimal("3.00"),
        ),
        Placement(
            id="159-00003", case="GL-2016-019", slot="P03", site="RED-S1", trainee="159:B-019",
            benefit="cash-benefit-job-ready", age_group="under-30", gender="m",
            start=JANUARY_4, planned_end=APRIL_1, actual_end=APRIL_1, outcome="ordinary-job",
            report_after=6,
        ),
        Placement(
            id="159-00004", case="GL-2016-037", slot="P12", site="RED-S3", trainee="159:B-037",
            benefit="education-benefit-education-ready", age_group="under-30", gender="f",
            start=APRIL_4, planned_end=JULY_1, planned=Decimal("5.00"),
        ),
    ]  # fmt: skip


def _ballerup() -> list[Placement]:
    return [
        Placement(
            id="151-00001", case="BA/0041-16", slot="P04", site="RED-S4", trainee="", cpr="010179-4107",
            benefit="resource-programme", age_group="30-plus", gender="f",
            start=JANUARY_4, planned_end=JULY_1, planned=Decimal("5.00"),
        ),
        Placement(
            id="151-00002", case="BA/0044-16", slot="P05", site="RED-S4", trainee="", cpr="010188-4215",
            benefit="cash-benefit-activity-ready", age_group="under-30", gender="m",
            start=JANUARY_4, planned_end=date(2016, 4, 15), actual_end=date(2016, 4, 15),
            outcome="placement-elsewhere", planned=Decimal("3.00"), report_after=56,
        ),
        Placement(
            id="151-00003", case="BA/0067-16", slot="P13", site="RED-S5", trainee="", cpr="010168-4118",
            benefit="unemployment-benefit-flexjob", age_group="30-plus", gender="m",
            start=date(2016, 4, 18), planned_end=JULY_1,
        ),
    ]  # fmt: skip


def _broendby() -> list[Placement]:
    return [
        Placement(
            id="153-00001", case="BRO 101-16", slot="P06", site="RED-S5", trainee="153:K0101",
            benefit="cash-benefit-activity-ready", age_group="30-plus", gender="m",
            start=JANUARY_4, planned_end=JULY_1,
        ),
        Placement(
            id="153-00002", case="BRO 104-16", slot="P07", site="RED-S2", trainee="153:K0104",
            benefit="education-benefit-activity-ready", age_group="under-30", gender="f",
            start=JANUARY_4, planned_end=APRIL_1, actual_end=APRIL_1, planned=Decimal("3.50"),
            report_after=5,
        ),
        Placement(
            id="153-00003", case="BRO 129-16", slot="P14", site="RED-S2", trainee="153:K0129",
            benefit="spouse-supported", age_group="30-plus", gender="f",
            start=APRIL_4, planned_end=JULY_1,
        ),
    ]  # fmt: skip


def _albertslund() -> list[Placement]:
    return [
        Placement(
            id="165-00001", case="A-16/207", slot="P08", site="RED-S6", trainee="", cpr="010171-4302",
            benefit="sickness-benefit", age_group="30-plus", gender="f",
            start=JANUARY_4, planned_end=APRIL_1, extended_to=JULY_1, extension_decided=date(2016, 3, 18),
        ),
        Placement(
            id="165-00002", case="A-16/211", slot="P09", site="RED-S6", trainee="", cpr="010190-4021",
            benefit="education-benefit-education-ready", age_group="under-30", gender="m",
            start=JANUARY_4, planned_end=date(2016, 3, 18), actual_end=APRIL_1, outcome="education",
            report_after=7,
        ),
        Placement(
            id="165-00003", case="A-16/258", slot="P15", site="RED-S4", trainee="", cpr="010188-4215",
            benefit="cash-benefit-activity-ready", age_group="under-30", gender="m",
            start=APRIL_4, planned_end=JULY_1, planned=Decimal("3.00"),
        ),
    ]  # fmt: skip


def _hvidovre() -> list[Placement]:
    return [
        Placement(
            id="167-00001", case="HV-000871", slot="P10", site="RED-S3", trainee="167:00871",
            benefit="cash-benefit-activity-ready", age_group="30-plus", gender="m",
            start=JANUARY_4, planned_end=JULY_1,
        ),
        Placement(
            id="167-00002", case="HV-000874", slot="P11", site="RED-S6", trainee="167:00874",
            benefit="cash-benefit-job-ready", age_group="30-plus", gender="f",
            start=JANUARY_4, planned_end=JULY_1, planned=Decimal("3.50"),
        ),
        Placement(
            id="167-00003", case="HV-000902", slot="P16", site="RED-S1", trainee="167:00902",
            benefit="resource-programme", age_group="30-plus", gender="x",
            start=date(2016, 2, 1), planned_end=date(2016, 8, 12),
        ),
    ]  # fmt: skip


def rescue_placements() -> list[Placement]:
    """The five-jobcentre agreement: 16 placements on at least ten places, 11 to 12 of them running at a time."""
    return [*_ballerup(), *_broendby(), *_gladsaxe(), *_albertslund(), *_hvidovre()]


def _credit_placement(number: int, jobcentre: str, benefit: str, start: date, end: date) -> Placement:
    ended = end < JULY_1
    return Placement(
        id=f"{jobcentre}-1000{number}", case="", slot="", site=f"KRE-S{number % 2 + 1}",
        trainee=f"{jobcentre}:K{number}", benefit=benefit, age_group="30-plus", gender="fm"[number % 2],
        start=start, planned_end=end, actual_end=end if ended else None,
        outcome="flexjob" if ended else "",
    )  # fmt: skip


def credit_placements() -> list[Placement]:
    """The agreement with a fixed price per place: six places, and for two weeks seven people on them."""
    return [
        _credit_placement(1, "157", "cash-benefit-activity-ready", JANUARY_4, JULY_1),
        _credit_placement(2, "157", "resource-programme", JANUARY_4, JULY_1),
        _credit_placement(3, "157", "sickness-benefit", JANUARY_4, JULY_1),
        _credit_placement(1, "173", "cash-benefit-activity-ready", JANUARY_4, JULY_1),
        _credit_placement(2, "173", "unemployment-benefit-flexjob", JANUARY_4, JULY_1),
        _credit_placement(3, "173", "cash-benefit-activity-ready", JANUARY_4, date(2016, 4, 15)),
        _credit_placement(4, "173", "unknown", APRIL_4, JULY_1),
    ]


def factory_placements() -> list[Placement]:
    """The agreement without money: six places at two factories, young people on education help."""
    kinds = ("education-benefit-activity-ready", "education-benefit-education-ready")
    return [
        Placement(
            id=f"540-2000{number}", case="", slot="", site=f"FAB-S{number % 2 + 1}", trainee=f"540:U{number}",
            benefit=kinds[number % 2], age_group="under-30", gender="mf"[number % 2],
            start=JANUARY_4, planned_end=JULY_1,
        )
        for number in range(1, 7)
    ]  # fmt: skip
