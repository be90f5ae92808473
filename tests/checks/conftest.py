"""What several tests of the checks ask of the two seeds, judged once."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from pathlib import Path

import pytest

from exchange import language
from exchange.checks.engine import check
from exchange.checks.findings import Finding
from exchange.checks.rules import load_rules
from tests.checks.seeds import profiles_of, source_of


@pytest.fixture(scope="session")
def findings_of() -> Callable[[Path], Sequence[Finding]]:
    """Return what gives a seed's findings, in Danish, by all rules."""

    @cache
    def judged(seed: Path) -> Sequence[Finding]:
        before = language.current()
        language.use("da")
        findings = check(source_of(seed), rule_set=load_rules(), profiles=profiles_of(seed))
        language.use(before)
        return tuple(findings)

    return judged
