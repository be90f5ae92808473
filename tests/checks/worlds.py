"""The base world of the rule cases, for tests that look at the engine rather than at one rule."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from exchange.checks.engine import check
from exchange.checks.findings import Finding
from exchange.checks.rules import load_rules
from exchange.checks.source import Locator, RecordSource
from exchange.form.corrections import Correction
from exchange.form.faults import Fault
from tests.checks.rule_cases import world

Cells = Mapping[str, str]


def source_of(**tables: Sequence[Cells]) -> RecordSource:
    """Return the base world with these rows over the defaults; "" is an empty cell."""
    return RecordSource(world(tables))


def found(
    rules: Collection[str],
    *,
    corrections: Sequence[Correction] = (),
    faults: Sequence[Fault] = (),
    locator: Locator | None = None,
    **tables: Sequence[Cells],
) -> list[Finding]:
    """Run some rules on the base world."""
    return check(
        source_of(**tables),
        rule_set=load_rules(),
        profiles={},
        corrections=corrections,
        faults=faults,
        locator=locator,
        only=rules,
    )


def correction(
    table: str, key: str, field: str, corrected: str | None, reported: str | None = ""
) -> Correction:
    """Return a correction as a decision would make it."""
    return Correction(
        table=table,
        key=key,
        field=field,
        reported=reported,
        corrected=corrected,
        finding_id="0" * 64,
        who="159 Jobcenter",
        when="2016-04-01T00:00:00Z",
    )
