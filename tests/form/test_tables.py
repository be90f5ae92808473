"""The tables as form.md states them."""

from __future__ import annotations

import json
from decimal import Decimal
from importlib.resources import files
from pathlib import Path

import pytest

from exchange import language
from exchange.errors import FormError
from exchange.form.canonical import write_csv
from exchange.form.tables import Field, Table, form_version, read_table, table, tables

COLUMNS = {
    "agreements": "agreement_id title company_cvr company_name company_mailbox? report_by_day? lead_jobcentre mentor_model "
    "funding places places_are mentor_hours_per_week? hourly_rate? place_rate_per_week? max_weeks proration valid_from valid_to?",
    "parties": "agreement_id jobcentre role places? auditor? auditor_profile? contact_mailbox",
    "responsibilities": "agreement_id question responsible contact",
    "sites": "site_id agreement_id name postcode",
    "mentors": "mentor_id agreement_id employer jobcentre? valid_from valid_to?",
    "placements": "placement_id agreement_id jobcentre site_id trainee_ref benefit age_group gender start planned_end "
    "actual_end? weekly_hours outcome? purpose?",
    "mentor_hours": "reporter entry_id placement_id mentor_id date start_time? end_time? hours activity registered_on? note?",
    "attendance": "reporter placement_id date planned_hours attended_hours absence?",
    "mentor_grants": "grant_id agreement_id basis placement_id? jobcentre goal tasks mentor_qualifications? hours_per_week "
    "appeal_guidance_given signed_on? valid_from valid_to",
    "confirmations": "placement_id week mentor_hours_confirmed confirmed_on",
    "extensions": "placement_id decided_on new_planned_end reason",
    "conversations": "conversation_id placement_id date kind held_by progress_score? next_step?",
    "final_reports": "placement_id delivered_on recommendation work_capacity_note?",
    "control_totals": "source measure stated",
    "claims": "claim_id agreement_id jobcentre period_start period_end hours hourly_rate? amount submitted_on",
}
KEYS = {
    "agreements": "agreement_id",
    "parties": "agreement_id jobcentre",
    "responsibilities": "agreement_id question",
    "sites": "site_id",
    "mentors": "mentor_id",
    "placements": "placement_id",
    "mentor_hours": "reporter entry_id",
    "attendance": "reporter placement_id date",
    "mentor_grants": "grant_id",
    "confirmations": "placement_id week",
    "extensions": "placement_id decided_on",
    "conversations": "conversation_id",
    "final_reports": "placement_id",
    "control_totals": "source measure",
    "claims": "claim_id",
}
ALL_FIELDS = [
    pytest.param(owner, field, id=f"{owner.name}.{field.name}")
    for owner in tables().values()
    for field in owner.fields
]


def test_the_tables_stand_in_the_order_of_the_form() -> None:
    assert list(tables()) == list(COLUMNS)
    assert form_version() == "1.0.0"


@pytest.mark.parametrize("name", COLUMNS)
def test_a_table_has_the_columns_and_key_of_the_form(name: str) -> None:
    found = table(name)
    assert " ".join(field.name + ("" if field.required else "?") for field in found.fields) == COLUMNS[name]
    assert " ".join(found.primary_key) == KEYS[name]


def test_only_the_three_daily_tables_are_dated() -> None:
    dated = {name: found.dated_by for name, found in tables().items() if found.dated_by}
    assert dated == {"mentor_hours": "date", "attendance": "date", "conversations": "date"}


@pytest.mark.parametrize(("owner", "field"), ALL_FIELDS)
def test_a_reference_leads_where_its_name_says(owner: Table, field: Field) -> None:
    homes = {
        "agreement_id": "agreements",
        "placement_id": "placements",
        "mentor_id": "mentors",
        "site_id": "sites",
    }
    home = homes.get(field.name)
    expected = home if home != owner.name else None
    assert next((key.table for key in owner.foreign_keys if key.field == field.name), None) == expected


@pytest.mark.parametrize(("owner", "field"), ALL_FIELDS)
def test_hours_and_money_have_two_decimals_and_a_stated_total_has_its_own(owner: Table, field: Field) -> None:
    if field.type == "number":
        assert field.decimals == (None if (owner.name, field.name) == ("control_totals", "stated") else 2)


@pytest.mark.parametrize(("owner", "field"), ALL_FIELDS)
def test_a_field_speaks_both_languages(owner: Table, field: Field) -> None:
    texts = (
        field.label_da,
        field.label_en,
        field.description_da,
        field.description_en,
        owner.label_da,
        owner.label_en,
    )
    assert all(text.strip() for text in texts)
    assert field.description_da != field.description_en


@pytest.mark.parametrize(
    ("owner", "name", "minimum", "maximum", "exclusive"),
    [
        ("mentor_hours", "hours", "0", "24", True),
        ("attendance", "planned_hours", "0", "24", False),
        ("attendance", "attended_hours", "0", "24", False),
        ("placements", "weekly_hours", "0", "168", False),
        ("mentor_grants", "hours_per_week", "0", "168", False),
        ("confirmations", "mentor_hours_confirmed", "0", "168", False),
        ("agreements", "mentor_hours_per_week", "0", "168", False),
        ("agreements", "hourly_rate", "0", None, False),
        ("agreements", "report_by_day", "1", "28", False),
        ("agreements", "places", "1", None, False),
        ("conversations", "progress_score", "0", "10", False),
        ("claims", "hours", "0", None, False),
        ("claims", "amount", None, None, False),
    ],
)
def test_bounds_are_those_of_the_form(
    owner: str, name: str, minimum: str | None, maximum: str | None, exclusive: bool
) -> None:
    field = table(owner).field(name)
    assert field.minimum == (None if minimum is None else Decimal(minimum))
    assert field.maximum == (None if maximum is None else Decimal(maximum))
    assert field.exclusive_minimum is exclusive


@pytest.mark.usefixtures("english")
def test_a_label_comes_in_the_language_in_force() -> None:
    hours = table("mentor_hours").field("hours")
    assert (hours.label, table("mentor_hours").label) == ("Hours", "Mentor hours")
    assert hours.description == "Mentor hours, above 0 and at most 24"
    language.use("da")
    assert (hours.label, table("mentor_hours").label) == ("Timer", "Mentortimer")


def test_a_key_joins_its_values_and_writes_nothing_for_an_empty_one() -> None:
    assert table("attendance").key_of({"reporter": "company", "placement_id": None}) == "company||"


@pytest.mark.usefixtures("english")
def test_an_unknown_table_or_column_is_refused_with_those_there_are() -> None:
    with pytest.raises(FormError) as refused:
        table("sites").field("town")
    assert str(refused.value) == (
        "The table sites has no column “town”: its columns are site_id, agreement_id, name, postcode."
    )
    with pytest.raises(FormError) as refused:
        table("towns")
    assert str(refused.value) == f"The form has no table “towns”: its tables are {', '.join(COLUMNS)}."


@pytest.mark.usefixtures("english")
def test_a_schema_without_a_danish_title_is_refused() -> None:
    schema = json.loads(files("schemas").joinpath("tables/sites.json").read_text(encoding="utf-8"))
    del schema["title_da"]
    with pytest.raises(FormError) as refused:
        read_table(json.dumps(schema), "sites.json")
    assert str(refused.value) == (
        "sites.json is no table of the form: 'title_da' is missing or not readable; mend the file."
    )


def test_a_package_of_the_examples_is_valid_to_frictionless(tmp_path: Path) -> None:
    from frictionless import Package

    for name in ("datapackage.json", *(f"tables/{name}.json" for name in tables())):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(files("schemas").joinpath(name).read_bytes())
    (tmp_path / "data").mkdir()
    for name, found in tables().items():
        row = {field.name: field.example for field in found.fields}
        (tmp_path / "data" / f"{name}.csv").write_bytes(write_csv(found, [row]))
    report = Package.from_descriptor(str(tmp_path / "datapackage.json")).validate()
    assert report.flatten(["title", "rowNumber", "fieldName", "message"]) == []
    assert report.stats["tasks"] == len(COLUMNS)
