"""Which reported rows stand (workflow.md, step 3): a table of cases, and an oracle in Python for any history."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import duckdb
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from exchange.checks.findings import CellRef
from exchange.checks.source import Location
from exchange.form.faults import Fault
from exchange.form.tables import table
from exchange.ledger.objects import Objects
from exchange.workspace.holdings import Holdings
from exchange.workspace.standing import Batch
from exchange.workspace.stored_rows import StoredRow, row_name, write_tables


@dataclass(frozen=True)
class Report:
    """One batch, written short: table → rows of field=value words."""

    sender: str
    rows: Mapping[str, Sequence[str]]
    file: str = ""
    complete: bool = False
    rules: bool = False
    extra: Mapping[str, str] = field(default_factory=dict)


def values(words: str) -> dict[str, str | None]:
    return {name: value for name, _, value in (word.partition("=") for word in words.split())}


def hold(folder: Path, *reports: Report) -> Holdings:
    objects = Objects(folder)
    folder.mkdir(parents=True, exist_ok=True)
    batches = []
    for number, report in enumerate(reports):
        sha = (report.file or f"file{number}").ljust(64, "0")
        rows = {
            name: [_stored(values(words), place, sha) for place, words in enumerate(found, start=2)]
            for name, found in report.rows.items()
        }
        addresses = write_tables(objects, folder, rows)
        batches.append(
            Batch(
                sender=report.sender,
                objects=addresses,
                files=frozenset() if report.rules else frozenset({sha}),
                complete=report.complete,
                rules=report.rules,
            )
        )
    return Holdings(objects, tuple(batches))


def _stored(found: Mapping[str, str | None], place: int, sha256: str) -> StoredRow:
    cells = {name: f"{chr(65 + at)}{place}" for at, name in enumerate(found)}
    return StoredRow(found, "f.xlsx", "Timer", cells, sha256)


def standing(held: Holdings, name: str, *fields: str) -> list[str]:
    """Return what stands by the queries, which must be what a check is given of so few rows."""
    asked = sorted(" ".join(row[one] or "-" for one in fields) for row in held.records(name))
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA stored")
        replace(held).load(connection)
        picked = ", ".join(f'"{one}"' for one in fields)
        loaded = connection.execute(f"SELECT {picked} FROM stored.{name}").fetchall()
    assert sorted(" ".join(value or "-" for value in row) for row in loaded) == asked
    return asked


def hours(*rows: str) -> dict[str, list[str]]:
    """Rows as ``entry placement date hours``, of the company."""
    return {"mentor_hours": [_hour(row) for row in rows]}


def _hour(row: str, reporter: str = "company") -> str:
    entry, placement, day, number = row.split()
    return f"reporter={reporter} entry_id={entry} placement_id={placement} date={day} hours={number}"


COMPANY, OTHER = "12345678", "87654321"


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        pytest.param(
            [
                Report(COMPANY, hours("e1 p1 2016-03-01 1", "e2 p1 2016-03-31 2")),
                Report(COMPANY, hours("e3 p1 2016-03-15 3")),
            ],
            ["e3"],
            id="a newer report replaces the whole month",
        ),
        pytest.param(
            [
                Report(COMPANY, hours("e1 p1 2016-02-29 1", "e2 p1 2016-03-31 2")),
                Report(COMPANY, hours("e3 p1 2016-03-15 3")),
            ],
            ["e1", "e3"],
            id="other months stand",
        ),
        pytest.param(
            [
                Report(COMPANY, hours("e1 p1 2016-03-01 1", "e2 p2 2016-03-31 2")),
                Report(COMPANY, hours("e3 p1 2016-03-15 3")),
            ],
            ["e2", "e3"],
            id="other placements stand",
        ),
        pytest.param(
            [
                Report(COMPANY, hours("e1 p1 2016-02-01 1")),
                Report(COMPANY, hours("e2 p1 2016-01-15 3", "e3 p1 2016-03-15 3")),
            ],
            ["e1", "e2", "e3"],
            id="a month between two reported ones stands",
        ),
        pytest.param(
            [Report(COMPANY, hours("e1 p1 2016-03-01 1")), Report(OTHER, hours("e2 p1 2016-03-15 3"))],
            ["e1", "e2"],
            id="another sender replaces nothing",
        ),
        pytest.param(
            [
                Report(COMPANY, hours("e1 p1 2016-03-01 1")),
                Report(COMPANY, {"mentor_hours": [_hour("e2 p1 2016-03-02 1", "jobcentre")]}),
            ],
            ["e1", "e2"],
            id="a sheet of the other side replaces nothing",
        ),
        pytest.param(
            [Report(COMPANY, hours("e1 p1 2016-03-01 1", "e2 p1 2016-03-02 1"))],
            ["e1", "e2"],
            id="rows of one report stand beside each other",
        ),
        pytest.param(
            [
                Report(COMPANY, hours("e1 p1 2016-03-01 1")),
                Report(COMPANY, hours("e2 p1 2016-03-02 1")),
                Report(COMPANY, hours("e3 p1 2016-02-02 1")),
            ],
            ["e2", "e3"],
            id="the latest report of a month stands, whatever came after for others",
        ),
        pytest.param(
            [
                Report(COMPANY, hours("e1 p1 31-02-2016 1", "e2 p1 2016-03-02 1")),
                Report(COMPANY, hours("e3 p1 2016-03-05 1")),
            ],
            ["e3"],
            id="an unreadable date goes with the months it came with",
        ),
        pytest.param(
            [
                Report(COMPANY, hours("e1 p1 31-02-2016 1", "e2 p1 2016-03-02 1")),
                Report(COMPANY, hours("e3 p1 2016-04-05 1")),
            ],
            ["e1", "e2", "e3"],
            id="an unreadable date stays when other months are reported",
        ),
        pytest.param(
            [Report(COMPANY, hours("e1 p1 abc 1")), Report(COMPANY, hours("e3 p1 2016-04-05 1"))],
            ["e3"],
            id="an unreadable date alone goes with the next report of its placement",
        ),
        pytest.param(
            [Report(COMPANY, hours("e1 p1 2016-03-01 1")), Report(COMPANY, hours("e3 p1 abc 1"))],
            ["e1", "e3"],
            id="an unreadable date replaces nothing",
        ),
        pytest.param(
            [
                Report(COMPANY, hours("e1 p1 2016-03-01 1"), file="a"),
                Report(COMPANY, hours("e2 p9 2016-05-01 1"), file="a"),
            ],
            ["e2"],
            id="the same bytes mapped again void what they gave before",
        ),
        pytest.param(
            [
                Report(COMPANY, hours("e1 p1 2016-03-01 1"), file="a"),
                Report(OTHER, hours("e2 p9 2016-05-01 1"), file="a"),
            ],
            ["e1", "e2"],
            id="the same bytes of another sender void nothing",
        ),
        pytest.param(
            [
                Report(COMPANY, hours("e1 p1 2016-03-01 1")),
                Report(COMPANY, {"placements": ["placement_id=p1"]}, complete=True),
            ],
            ["e1"],
            id="a complete list of placements leaves hours alone",
        ),
    ],
)
def test_dated_facts_that_stand(tmp_path: Path, reports: list[Report], expected: list[str]) -> None:
    assert standing(hold(tmp_path, *reports), "mentor_hours", "entry_id") == expected


def placements(*rows: str) -> dict[str, list[str]]:
    return {"placements": [f"placement_id={row.split()[0]} outcome={row.split()[1]}" for row in rows]}


@pytest.mark.parametrize(
    ("reports", "expected"),
    [
        pytest.param(
            [Report("159", placements("p1 a", "p2 b")), Report("159", placements("p1 c"))],
            ["p1 c", "p2 b"],
            id="by key",
        ),
        pytest.param(
            [Report("159", placements("p1 a")), Report("157", placements("p1 c"))],
            ["p1 c"],
            id="by key, whoever sends",
        ),
        pytest.param(
            [Report("159", placements("p1 a", "p1 b"))],
            ["p1 a", "p1 b"],
            id="a key twice in one report stays twice",
        ),
        pytest.param(
            [Report("159", placements("p1 a", "p2 b")), Report("159", placements("p1 c"), complete=True)],
            ["p1 c"],
            id="complete",
        ),
        pytest.param(
            [Report("157", placements("p3 a")), Report("159", placements("p1 c"), complete=True)],
            ["p1 c", "p3 a"],
            id="complete of one sender leaves the others'",
        ),
        pytest.param(
            [Report("159", placements("p1 c"), complete=True), Report("159", placements("p2 d"))],
            ["p1 c", "p2 d"],
            id="more after complete",
        ),
        pytest.param(
            [Report("159", {"placements": ["outcome=x"]}), Report("159", placements("p1 c"))],
            ["p1 c"],
            id="a row without key goes",
        ),
        pytest.param(
            [Report("159", {"placements": ["outcome=x"]}), Report("157", placements("p1 c"))],
            ["- x", "p1 c"],
            id="a row without key stays while its sender is silent",
        ),
    ],
)
def test_undated_rows_that_stand(tmp_path: Path, reports: list[Report], expected: list[str]) -> None:
    assert standing(hold(tmp_path, *reports), "placements", "placement_id", "outcome") == expected


def test_an_agreement_file_stands_before_what_anybody_sends(tmp_path: Path) -> None:
    terms = Report("159", {"agreements": ["agreement_id=A hourly_rate=275.00"]}, rules=True)
    sent = Report(
        COMPANY, {"agreements": ["agreement_id=A hourly_rate=999.00", "agreement_id=B hourly_rate=1.00"]}
    )

    for order in ([terms, sent], [sent, terms]):
        assert standing(hold(tmp_path, *order), "agreements", "agreement_id", "hourly_rate") == [
            "A 275.00",
            "B 1.00",
        ]


_ROW = st.tuples(
    st.sampled_from(["p1", "p2"]),
    st.sampled_from(["2016-01-15", "2016-02-10", "2016-02-29", "2016-02-30", "2016-W05-1", "?"]),
)
_HISTORY = st.lists(
    st.tuples(st.sampled_from([COMPANY, OTHER]), st.lists(_ROW, min_size=1, max_size=4)),
    min_size=1,
    max_size=5,
)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_HISTORY)
def test_dated_facts_stand_as_a_plain_reading_of_the_rule_says(
    tmp_path_factory: pytest.TempPathFactory, history: list[tuple[str, list[tuple[str, str]]]]
) -> None:
    reports = [
        Report(sender, hours(*(f"e{at}-{n} {placement} {day} 1" for n, (placement, day) in enumerate(rows))))
        for at, (sender, rows) in enumerate(history)
    ]

    assert standing(hold(tmp_path_factory.mktemp("h"), *reports), "mentor_hours", "entry_id") == expected_of(
        history
    )


def expected_of(history: list[tuple[str, list[tuple[str, str]]]]) -> list[str]:
    readable = {"2016-01-15", "2016-02-10", "2016-02-29"}

    def months(at: int, placement: str) -> set[str]:
        return {day[:7] for one, day in history[at][1] if one == placement and day in readable}

    stands = []
    for at, (sender, rows) in enumerate(history):
        later = [n for n in range(at + 1, len(history)) if history[n][0] == sender]
        for n, (placement, day) in enumerate(rows):
            found = set().union(*(months(one, placement) for one in later)) if later else set()
            own = {day[:7]} if day in readable else months(at, placement)
            gone = bool(found & own) if own else bool(found)
            if not gone:
                stands.append(f"e{at}-{n}")
    return sorted(stands)


def test_every_value_leads_to_its_cell(tmp_path: Path) -> None:
    held = hold(tmp_path, Report(COMPANY, hours("e1 p1 2016-03-01 1", "e2 p1 abc 2")))
    ref = CellRef("mentor_hours", "company|e2", "hours")
    nameless = CellRef("mentor_hours", "file00000000#Timer!A3", "date")
    row = CellRef("mentor_hours", "company|e2", "*")

    assert held.cells(
        [ref, row, CellRef("mentor_hours", "company|e9", "hours"), CellRef("claims", "x", "hours")]
    ) == {
        ref: Location("f.xlsx", "Timer", "E3"),
        row: Location("f.xlsx", "Timer", "A3"),
    }
    assert held.values([ref]) == {ref: "2"}
    assert row_name("ab" * 32, "Timer", {"x": "AA2", "y": "B2", "z": "A10"}) == "abababababab#Timer!B2"
    assert held.cells([nameless]) == {}


def test_a_row_without_a_key_is_found_by_its_first_cell(tmp_path: Path) -> None:
    held = hold(tmp_path, Report("159", {"placements": ["outcome=x purpose=y"]}, file="ab" * 32))
    name = f"{'ab' * 6}#Timer!A2"

    assert held.cells([CellRef("placements", name, "purpose")]) == {
        CellRef("placements", name, "purpose"): Location("f.xlsx", "Timer", "B2")
    }


def test_row_ids_are_apart_and_lead_to_the_first_cell(tmp_path: Path) -> None:
    import duckdb

    held = hold(
        tmp_path,
        Report(COMPANY, hours("e1 p1 2016-03-01 1"), file="ab" * 32),
        Report(OTHER, hours("e1 p1 2016-03-01 1"), file="cd" * 32),
    )
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA stored")
        held.load(connection)
        ids = [
            row[0]
            for row in connection.execute("SELECT _row FROM stored.mentor_hours ORDER BY _row").fetchall()
        ]
        columns = [row[0] for row in connection.execute("DESCRIBE stored.mentor_hours").fetchall()]

    assert len(set(ids)) == 2
    assert held.rows("mentor_hours", ids) == {
        ids[0]: "abababababab#Timer!A2",
        ids[1]: "cdcdcdcdcdcd#Timer!A2",
    }
    assert columns == [*table("mentor_hours").field_names, "_row"]


def test_a_fault_goes_with_its_row(tmp_path: Path) -> None:
    seen = {
        "aa".ljust(64, "0"): [
            Fault("type-error", "mentor_hours", "company|e1", "hours"),
            Fault("blank-row", "mentor_hours", "aa0000000000#Timer!A9", ""),
        ]
    }
    first = Report(COMPANY, hours("e1 p1 2016-03-01 x"), file="aa")
    other = Report(COMPANY, hours("e2 p1 2016-04-01 1"), file="bb")
    better = Report(COMPANY, hours("e1 p1 2016-03-01 1"), file="bb")

    assert hold(tmp_path / "1", first, other).standing_faults(seen) == seen["aa".ljust(64, "0")]
    assert hold(tmp_path / "2", first, better).standing_faults(seen) == []


def test_an_auditors_profile_can_judge_in_place_of_each_partys_own(tmp_path: Path) -> None:
    import duckdb

    held = hold(tmp_path, Report("159", {"parties": ["agreement_id=A jobcentre=159 auditor_profile=mild"]}))
    with duckdb.connect() as connection:
        connection.execute("CREATE SCHEMA stored")
        Holdings(held.objects, held.batches, "strict").load(connection)

        assert connection.execute("SELECT auditor_profile FROM stored.parties").fetchall() == [("strict",)]
