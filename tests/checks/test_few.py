"""Few rows are typed in Python and many by the database: both must say the same of every text."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from exchange.checks.database import LIMITS, Database, open_database
from exchange.checks.engine import check
from exchange.checks.rules import load_rules
from exchange.checks.source import RecordSource
from exchange.form.corrections import Correction
from exchange.form.tables import Field, tables
from tests.checks.seeds import SEEDS, profiles_of, rows_of
from tests.checks.worlds import correction

_AS_MANY = replace(LIMITS, typed_here_below=0)
_ODD = (
    "", " ", "\u3000", "\x1c", "\n", "a\nb", "a\x7f", "=1+1", "æ", "\u00a0x", "0", "-0", "00.5", "7.5", "7.50", "7.505", "1e3", "+5",
    "12345678", "123456789", "1234567890", "12345678.25", "0.123456789", "-1", "1,5", "NaN", "true", "True", "false",
    "2016-03-01", "2016-3-1", "2016-02-30", "0000-01-01", "0001-01-01", "9999-12-31", "infinity", "2016-03-01 ", "٢016-03-01",
    "08:00:00", "08:00", "24:00:00", "23:59:60", "08:00:00.5", "08:00:00.123456", "08:00:00.50",
    "company", "jobcentre", "159", "12345678", "159-00001", "AFT-1", "M-1",
)  # fmt: skip
_JUDGED = ("agreements", "placements", "mentor_hours", "attendance", "claims", "control_totals")


def texts_of(field: Field) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), st.just(field.example), st.sampled_from(_ODD), st.text(max_size=4))


@st.composite
def odd_rows(draw: st.DrawFn) -> Mapping[str, Sequence[Mapping[str, str | None]]]:
    return {
        name: draw(
            st.lists(
                st.fixed_dictionaries({one.name: texts_of(one) for one in tables()[name].fields}), max_size=4
            )
        )
        for name in _JUDGED
    }


def shown(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Return what the rules see of each table, as reported and as corrected."""
    return {
        f"{schema}.{name}": database.rows(f"SELECT * FROM {schema}.{name} ORDER BY ALL")
        for schema in ("as_reported", "main")
        for name in tables()
    }


@settings(max_examples=12, deadline=None)
@given(odd_rows())
def test_few_rows_are_read_as_many_are(rows: Mapping[str, Sequence[Mapping[str, str | None]]]) -> None:
    corrections = corrections_of(rows)
    seen = []
    for limits in (LIMITS, _AS_MANY):
        with open_database(RecordSource(rows), rule_set=load_rules(), profiles={}, limits=limits) as database:
            assert (database.few is None) == (limits is _AS_MANY)
            reported = shown(database)
            changed = database.correct(corrections)
            corrected = shown(database)
            database.correct(())
            seen.append((reported, changed, corrected, shown(database)))

    assert seen[0] == seen[1]


def corrections_of(rows: Mapping[str, Sequence[Mapping[str, str | None]]]) -> list[Correction]:
    """Correct a cell of every table's first row, and leave its last placement out."""
    first = [
        correction(name, tables()[name].key_of(found[0]), tables()[name].field_names[-1], "7.5")
        for name, found in rows.items()
        if found
    ]
    placements = [tables()["placements"].key_of(row) for row in rows["placements"][-1:]]
    return [*first, *(correction("placements", key, "*", None) for key in placements)]


def test_few_rows_give_the_findings_that_many_give() -> None:
    seed = SEEDS[0]
    rows, profiles = rows_of(seed), profiles_of(seed)
    hours = rows["mentor_hours"][3]
    corrections = [correction("mentor_hours", f"{hours['reporter']}|{hours['entry_id']}", "hours", "7.25")]

    few, many = (
        check(
            RecordSource(rows),
            rule_set=load_rules(),
            profiles=profiles,
            corrections=corrections,
            limits=replace(LIMITS, typed_here_below=below),
        )
        for below in (10**9, 0)
    )

    assert few
    assert few == many
