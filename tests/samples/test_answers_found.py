"""The samples through intake and checks: every row comes through, every answer is found, and nothing else above info."""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

import samples
from exchange.checks.engine import check
from exchange.checks.findings import Finding
from exchange.checks.profiles import shipped_profiles
from exchange.checks.rules import load_rules
from exchange.checks.source import RecordSource
from exchange.form.faults import Fault
from exchange.intake.crosswalk import Crosswalk, Known
from exchange.intake.layout import shipped_layouts
from exchange.intake.read import FileIntake, read_file
from exchange.parties import parse_party
from exchange.workspace.agreements import Agreement, read_agreement
from samples.make import spoilt

ROOT = Path(samples.__file__).parent
LAYOUTS = {
    "151": {"ballerup-dagskolonner"},
    "153": {"broendby-forloebsark"},
    "159": {"gladsaxe-maanedsark"},
    "165": {"albertslund-borgere", "albertslund-fremmoede", "albertslund-krav", "albertslund-mentortimer"},
    "167": {"hvidovre-fremmoede", "hvidovre-mentor", "hvidovre-refusion", "hvidovre-sager"},
    "99000001": {"redning-fremmoede", "redning-timer"},
}


@dataclass(frozen=True, slots=True)
class Taken:
    """What intake made of all sample files."""

    rows: Mapping[str, Sequence[Mapping[str, str | None]]]
    faults: Sequence[Fault]
    files: Mapping[str, Sequence[FileIntake]]


def key_of_nobody() -> bytes:
    return b"k" * 32


def known_of(agreement: Agreement) -> Known:
    rows = {
        name: [row.values for row in agreement.rows if row.table == name] for name in ("mentors", "parties")
    }
    lead = next(row["jobcentre"] for row in rows["parties"] if row["role"] == "lead")
    return Known(
        own=lead,
        mentors={row["mentor_id"] for row in rows["mentors"]},
        leads={agreement.agreement_id: lead},
    )


def take(agreement: Agreement, folder: Path) -> Iterator[tuple[str, FileIntake]]:
    """Read an agreement's exports, jobcentres before the company, placements before what names them."""
    names = agreement.names
    crosswalk = Crosswalk(names.placements, names.mentors, names.trainees)
    known = known_of(agreement)
    first = ("placements.csv", "albertslund_borgere.csv", "hvidovre_sager.csv")
    paths = sorted(
        folder.rglob("*.*"), key=lambda path: (len(path.parent.name), path.name not in first, path.name)
    )
    for path in paths:
        taken = read_file(
            path.name,
            path.read_bytes(),
            layouts=shipped_layouts(),
            sender=parse_party(path.parent.name),
            crosswalk=crosswalk,
            known=known,
            trainee_key=key_of_nobody,
        )
        known = known.with_rows(row.values for row in taken.rows if row.table == "placements")
        yield path.parent.name, taken


@pytest.fixture(scope="module")
def taken() -> Taken:
    rows: dict[str, list[Mapping[str, str | None]]] = defaultdict(list)
    files: dict[str, list[FileIntake]] = defaultdict(list)
    for path in sorted((ROOT / "agreements").iterdir()):
        agreement = read_agreement(path.read_bytes(), path.name)
        for row in agreement.rows:
            rows[row.table].append(dict(row.values))
        for party, file in take(agreement, ROOT / "exports" / path.stem):
            files[party].append(file)
            for mapped in file.rows:
                rows[mapped.table].append(mapped.values)
    return Taken(rows, [fault for sent in files.values() for file in sent for fault in file.faults], files)


@pytest.fixture(scope="module")
def findings(taken: Taken) -> list[Finding]:
    return check(
        RecordSource(taken.rows), rule_set=load_rules(), profiles=shipped_profiles(), faults=taken.faults
    )


def test_every_party_of_the_large_agreement_has_layouts_of_its_own(taken: Taken) -> None:
    used = {party: {file.layout for file in taken.files[party]} - {"canonical"} for party in LAYOUTS}

    assert used == LAYOUTS


def test_every_row_that_was_written_comes_through(taken: Taken) -> None:
    books = [books for books, _answers in spoilt()]

    assert {
        name: len(taken.rows[name]) for name in ("placements", "mentor_hours", "attendance", "claims")
    } == {
        "placements": sum(len(one.placements) for one in books),
        "mentor_hours": sum(len(one.hours) for one in books),
        "attendance": sum(len(one.days) for one in books),
        "claims": sum(len(one.claims) for one in books),
    }
    assert [
        row for sent in taken.files.values() for file in sent for row in file.rows if row.unresolved
    ] == []


def test_what_intake_read_is_what_was_true(taken: Taken) -> None:
    hours = {(row["reporter"], row["entry_id"]): row for row in taken.rows["mentor_hours"]}
    for books, _answers in spoilt():
        for one in books.hours:
            row = hours[one.side, one.entry_id]
            assert row["date"] == (one.written_date or one.day.isoformat())
            assert (row["hours"], row["activity"]) == (f"{one.hours:.2f}", one.activity)
            assert (row["placement_id"], row["mentor_id"]) == (one.placement, one.mentor)
            # A CPR number in a note is masked before it leaves intake (docs/security.md).
            note = re.sub(r"[0-9]{6}-[0-9]{4}", "******-****", one.note)
            assert (row["registered_on"], row["note"] or "") == (one.registered_on.isoformat(), note)


def test_every_answer_is_found_and_nothing_else_above_info(findings: Sequence[Finding]) -> None:
    answers = [json.loads(line) for line in (ROOT / "answers.jsonl").read_text(encoding="utf-8").splitlines()]
    expected = {
        (answer["rule"], *answer["subject"].items()): (answer.get("amount_dkk"), answer.get("likely_cause"))
        for answer in answers
    }
    found = {
        (finding.rule, *finding.subject): (
            None if finding.amount_dkk is None else f"{finding.amount_dkk:.2f}",
            finding.likely_cause,
        )
        for finding in findings
        if finding.severity != "info"
    }

    assert found == expected
