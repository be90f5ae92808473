"""The whole oracle: rows and profiles in, every finding of rules.md but the F rules out."""

from __future__ import annotations

from collections.abc import Mapping

from tests.checks.oracle.attendance import attendance
from tests.checks.oracle.claims import claims
from tests.checks.oracle.confidentiality import confidential
from tests.checks.oracle.demands import demanded
from tests.checks.oracle.facts import Demands, Facts, Verdict
from tests.checks.oracle.grants import grants
from tests.checks.oracle.mentor_hours import mentor_hours
from tests.checks.oracle.placements import placements
from tests.checks.oracle.rows import Tables
from tests.checks.oracle.totals import control_totals
from tests.checks.oracle.two_sides import two_sides

FAMILIES = (placements, grants, mentor_hours, attendance, two_sides, claims, demanded)


def judge(tables: Tables, profiles: Mapping[str, Demands]) -> list[Verdict]:
    """Every finding, in no order."""
    facts = Facts(tables, profiles)
    found = [verdict for family in FAMILIES for verdict in family(facts)]
    return [*found, *confidential(tables), *control_totals(tables)]
