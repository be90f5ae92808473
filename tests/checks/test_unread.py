"""Rows that are judged straight from their files give what the same rows give from memory, whatever stands in their cells."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from exchange.checks.engine import check
from exchange.checks.rules import load_rules
from exchange.checks.source import CsvSource, RecordSource, Row
from exchange.checks.text_rules import holds_address, holds_formula
from exchange.form.canonical import write_csv
from exchange.form.confidential import MASK, holds_cpr
from exchange.form.tables import tables
from tests.checks.seeds import SEEDS, profiles_of, rows_of

MOST = 1_500

ODD = (
    None, " ", "\u00a0", "x", "company", "Company", "companY ", "2016-02-30", "2016-2-3", "0000-01-01", "2199-12-31",
    "7.5", "07.50", "7.500", "1e2", "-0.00", "24:00:00", "9:00:00", "a|b", "a\nb", "\t1", "TRUE", "true", "010116-1234",
    "=1+1", "+45 12 34 56 78", "123456789012", "1234567.00", "sick\x07", "æøå", "2016-W53",
)  # fmt: skip


def strewn(number: int) -> dict[str, list[Row]]:
    """Return a seed's rows, of each table the first, with one cell in thirty made odd, and some rows twice."""
    chance = random.Random(number)  # noqa: S311 (for test data)
    found: dict[str, list[Row]] = {}
    for name, rows in rows_of(SEEDS[number % 2]).items():
        kept = [dict(row) for row in rows[:MOST] for _ in range(1 + (chance.random() < 0.01))]
        for row in kept:
            for field in row:
                if chance.random() < 1 / 30:
                    row[field] = chance.choice(ODD)
        found[name] = list(kept)
    return found


@pytest.mark.parametrize("number", range(2))
def test_files_say_what_records_say(number: int, tmp_path: Path) -> None:
    rows = strewn(number)
    for name, records in rows.items():
        (tmp_path / f"{name}.csv").write_bytes(write_csv(tables()[name], records))
    source = CsvSource({name: tmp_path / f"{name}.csv" for name in rows})

    from_files, from_records = (
        check(one, rule_set=load_rules(), profiles=profiles_of(SEEDS[number % 2]))
        for one in (source, RecordSource(rows))
    )

    assert from_files == from_records
    assert len(from_files) > 100


def test_totals_of_files_are_those_of_records_down_to_the_last_odd_row(tmp_path: Path) -> None:
    odd = [
        ("0004-02-29", "1.00"),
        ("2016-03-01", "01.00"),
        ("2016-03-02", "x"),
        ("2016-03-03", "2.50"),
        (" 2016-03-04", "4.00"),
    ]
    base = rows_of(SEEDS[0])
    hours: list[Row] = [
        {**base["mentor_hours"][0], "entry_id": f"n{number}", "date": day, "hours": worked, "reporter": reporter}
        for number, (day, worked) in enumerate(odd)
        for reporter in ("company", "jobcentre", "Company")
    ]  # fmt: skip
    placement = base["mentor_hours"][0]["placement_id"]
    measures = [
        f"mentor_hours.{what}[{filters}]"
        for what in ("sum", "count")
        for filters in ("month=0004-02", "month=2016-03", "reporter=company", "reporter=Company", f"placement={placement};month=2016-03")
    ]  # fmt: skip
    totals: list[Row] = [{"source": "s", "measure": measure, "stated": "-1.00"} for measure in measures]
    rows: dict[str, list[Row]] = {
        "placements": base["placements"],
        "mentor_hours": hours,
        "control_totals": totals,
    }
    for name, records in rows.items():
        (tmp_path / f"{name}.csv").write_bytes(write_csv(tables()[name], records))
    source = CsvSource({name: tmp_path / f"{name}.csv" for name in rows})

    from_files, from_records = (
        check(one, rule_set=load_rules(), profiles={}, only={"T01"}) for one in (source, RecordSource(rows))
    )

    assert from_files == from_records
    told = {dict(one.subject)["measure"]: one.message.rpartition(" ")[2] for one in from_files}
    assert told["mentor_hours.sum[month=0004-02]"] == "3,00."
    assert told["mentor_hours.sum[reporter=Company]"] == "8,50."
    assert told["mentor_hours.count[month=2016-03]"] == "9."


NOTED = (
    "Ring til tlf 12 34 56 78", "TLF: 12345678", "+45 12345678", "0045 12 34 56 78", "a@b.dk", "010116-1234", "0101161234",
    "01 01 16 1234", "٠١٠١١٦-١٢٣٤", "Borger ******-**** ringede", "=1+1", "@navn", "\tx", "Samtale om næste uge",
)  # fmt: skip


def test_what_a_text_rule_holds_of_is_looked_at_in_every_note() -> None:
    rows = [
        {**rows_of(SEEDS[0])["mentor_hours"][0], "entry_id": f"n{number}", "note": text}
        for number, text in enumerate(NOTED)
    ]
    source = RecordSource({**rows_of(SEEDS[0]), "mentor_hours": rows})

    found = check(source, rule_set=load_rules(), profiles={}, only={"K01", "K02", "K03"})

    subjects = [(finding.rule, dict(finding.subject)) for finding in found]
    told = {(rule, of["key"].split("|")[1]) for rule, of in subjects if of["table"] == "mentor_hours"}
    held = {
        (rule, f"n{number}")
        for number, text in enumerate(NOTED)
        for rule, holds in (
            ("K01", lambda text: holds_cpr(text) or MASK in text),
            ("K02", holds_formula),
            ("K03", holds_address),
        )
        if holds(text)
    }
    assert told == held
    assert {rule for rule, _ in held} == {"K01", "K02", "K03"}
