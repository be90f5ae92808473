"""F: exactly the faults of the scalar reader, whatever the table, field and text; keys and references besides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from datetime import date, timedelta

import pytest

from exchange import language
from exchange.checks.control_totals import read_measure
from exchange.checks.engine import check
from exchange.checks.findings import CellRef
from exchange.checks.rules import load_rules
from exchange.checks.source import Location, RecordSource
from exchange.errors import RuleError
from exchange.form.canonical import fault_of
from exchange.form.faults import Fault
from exchange.form.tables import Table, tables
from tests.checks.rule_cases import world
from tests.checks.worlds import found

TEXTS = (
    "", " ", "\u00a0", "\t\n", "x", "a b", "a|b", "å", "a\nb", "a\x00b".replace("\x00", "\x01"), "x" * 500, "x" * 501,
    "2016-02-29", "2015-02-29", "2016-2-1", "2016-02-01 ", "0000-01-01", "0001-01-01", "9999-12-31", "10000-01-01",
    "0", "0.00", "0.01", "-0.01", "-1", "1", "1.0", "1.00", "1.000", "1.", ".5", "1,5", "+1", "1e3", "NaN", "1_000",
    "٣", "１.00", "24.00", "24.01", "168.00", "168.01", "28", "29", "10", "11", "123456789012345", "1234567890123456",
    "007", "true", "false", "TRUE", "08:30:00", "8:30", "08:30", "24:00:00", "08:60:00", "company", "lead", "157", "0157",
    "999", "540", "12345678", "1234", "2016-W09", "2016-W54", "placements.count", "?1.00",
)  # fmt: skip

UNIQUE = {
    "agreements": "agreement_id", "parties": "agreement_id", "responsibilities": "agreement_id", "sites": "site_id",
    "mentors": "mentor_id", "placements": "placement_id", "mentor_hours": "entry_id", "attendance": "date",
    "mentor_grants": "grant_id", "confirmations": "placement_id", "extensions": "decided_on",
    "conversations": "conversation_id", "final_reports": "placement_id", "control_totals": "source", "claims": "claim_id",
}  # fmt: skip
PREFIX = {"agreement_id": "AFT-", "placement_id": "159-"}

Cells = dict[str, str | None]


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    language.use("en")
    yield
    language.use("da")


def unique(field: str, number: int) -> str:
    if field in ("date", "decided_on"):
        return str(date(2016, 1, 1) + timedelta(days=number))
    return f"{PREFIX.get(field, 'id-')}{number:05}"


def rows_with_every_text(table: Table, default: Mapping[str, str | None], most: int) -> list[Cells]:
    rows: list[Cells] = [
        {**default, UNIQUE[table.name]: unique(UNIQUE[table.name], number)} for number in range(most)
    ]
    for number, (field, text) in enumerate((field, text) for field in table.fields for text in TEXTS):
        rows[number][field.name] = text
    return rows


def test_every_text_in_every_field_is_judged_as_the_scalar_reader_judges_it() -> None:
    most = len(TEXTS) * max(len(table.fields) for table in tables().values())
    given = world({name: [{}] for name in tables()})
    defaults = {
        name: {field: given[name][0].get(field) for field in table.field_names}
        for name, table in tables().items()
    }
    rows = {name: rows_with_every_text(table, defaults[name], most) for name, table in tables().items()}
    rows["sites"].append(dict(defaults["sites"]))
    rows["mentors"].append(dict(defaults["mentors"]))
    rows["agreements"].append(dict(defaults["agreements"]))
    rows["placements"].append(dict(defaults["placements"]))

    findings = check(RecordSource(rows), rule_set=load_rules(), profiles={}, only=["F"])

    said: Counter[tuple[str, str, str, str]] = Counter()
    for finding in findings:
        values = [item.value or "" for item in finding.evidence if item.field == finding.evidence[0].field]
        subject = dict(finding.subject)
        said.update((finding.rule, subject["table"], subject["field"], value) for value in values[:1])
    assert said == Counter(expected(rows))


def expected(rows: Mapping[str, list[Cells]]) -> Iterator[tuple[str, str, str, str]]:
    for name, table in tables().items():
        keys = Counter(
            table.key_of(row)
            for row in rows[name]
            if all((row[part] or "").strip() for part in table.primary_key)
        )
        for row in rows[name]:
            yield from faults_of_row(table, row)
            yield from dangling(table, row, rows)
            if keys.get(table.key_of(row), 0) > 1:
                yield "F-primary-key", name, table.primary_key[0], row[table.primary_key[0]] or ""


def faults_of_row(table: Table, row: Cells) -> Iterator[tuple[str, str, str, str]]:
    for field in table.fields:
        text = row[field.name]
        fault = fault_of(field, text)
        if fault:
            yield f"F-{fault}", table.name, field.name, text or ""
        elif field.name == "measure" and text and read_measure(text) is None:
            yield "F-constraint-error", table.name, field.name, text


def dangling(
    table: Table, row: Cells, rows: Mapping[str, list[Cells]]
) -> Iterator[tuple[str, str, str, str]]:
    for key in table.foreign_keys:
        text = row[key.field] or ""
        if text.strip() and text not in parents(rows, key.table, key.to_field):
            yield "F-foreign-key", table.name, key.field, text


_parents: dict[tuple[int, str], set[str | None]] = {}


def parents(rows: Mapping[str, list[Cells]], table: str, field: str) -> set[str | None]:
    place = (id(rows), table)
    if place not in _parents:
        _parents[place] = {row[field] for row in rows[table]}
    return _parents[place]


class Sheet:
    """A locator that knows every row's first cell."""

    def cells(self, refs: Collection[CellRef]) -> Mapping[CellRef, Location]:  # noqa: ARG002
        return {}

    def rows(self, table: str, row_ids: Collection[int]) -> Mapping[int, str]:  # noqa: ARG002
        return {row: f"0123456789ab#Timer!A{row + 2}" for row in row_ids}


def test_a_double_key_is_named_by_its_source_and_so_are_the_other_faults_of_its_rows() -> None:
    rows = [{"hours": "abc"}, {"hours": "2.00"}]

    findings = found(["F"], mentor_hours=rows, locator=Sheet())

    assert [(finding.rule, *dict(finding.subject).values()) for finding in findings] == [
        ("F-primary-key", "mentor_hours", "0123456789ab#Timer!A2", "reporter"),
        ("F-primary-key", "mentor_hours", "0123456789ab#Timer!A3", "reporter"),
        ("F-type-error", "mentor_hours", "0123456789ab#Timer!A2", "hours"),
    ]


def test_without_a_source_a_double_key_is_named_by_its_content_in_any_order() -> None:
    rows = [{"hours": "1.00"}, {"hours": "2.00"}]

    assert found(["F"], mentor_hours=rows) == found(["F"], mentor_hours=rows[::-1])


def test_a_fault_is_told_with_its_field_its_example_and_its_cell() -> None:
    (finding,) = found(["F"], mentor_hours=[{"date": "31-02-2016"}])

    assert finding.rule == "F-type-error"
    assert finding.severity == "error"
    assert (
        finding.message == "Date in Mentor hours (company|c-1) cannot be read; write for example 2016-02-03."
    )
    assert [(item.ref, item.value) for item in finding.evidence] == [
        (CellRef("mentor_hours", "company|c-1", "date"), "31-02-2016")
    ]
    assert finding.dated is None
    assert finding.owners == (("AFT-1", "159"),)


def test_what_intake_saw_is_told_once_beside_what_the_tables_show() -> None:
    faults = [
        Fault("type-error", "mentor_hours", "company|c-1", "hours"),
        Fault("extra-cell", "mentor_hours", "company|c-1", "note"),
        Fault("blank-row", "mentor_hours", "0123456789ab#Timer!A9", "hours"),
    ]

    findings = found(["F"], mentor_hours=[{"hours": "abc"}], faults=faults)

    assert [finding.rule for finding in findings] == ["F-blank-row", "F-extra-cell", "F-type-error"]


def test_a_fault_that_no_rule_tells_is_refused() -> None:
    with pytest.raises(RuleError) as refusal:
        found(["F"], faults=[Fault("moon-error", "claims", "k", "amount")])

    assert str(refusal.value).startswith("There is no rule “F-moon-error”: give one of A01, A02,")


def test_a_row_whose_key_cannot_be_read_stops_no_rule() -> None:
    keys = ("  ", "a\x1bb", "a\nb")
    rows = world(
        {
            name: [{column: key} for key in keys]
            for name, column in (("claims", "claim_id"), ("placements", "placement_id"))
        }
    )

    findings = check(RecordSource(rows), rule_set=load_rules(), profiles={})

    told = Counter(
        (of["table"], of["field"])
        for one in findings
        if one.rule == "F-constraint-error" and (of := dict(one.subject))
    )
    assert told["claims", "claim_id"] == told["placements", "placement_id"] == len(keys)
