"""Cases for rules as data: ``cases/<RULE>.toml`` beside the base world of ``cases/_base.toml``.

A case holds, besides ``name``: tables as arrays of inline tables that differ from the default row; ``demands`` and
``severity`` of the auditor profile that the parties name (or ``profiles.<id>`` for several); and what must be found:
``expect`` (subjects), and in the same order, where given, ``amounts``, ``effects``, ``causes``, ``proposals``,
``severities`` and ``messages_da``. A value ``""`` in a table is an empty cell; ``base = false`` drops the base rows;
``corrections`` are (table, key, field, corrected) rows.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from exchange import language
from exchange.checks.engine import check
from exchange.checks.findings import Finding
from exchange.checks.profiles import Profile
from exchange.checks.rules import load_rules
from exchange.checks.source import RecordSource
from exchange.form.corrections import Correction
from exchange.form.tables import tables

CASES = Path(__file__).parent / "cases"
DEFAULT_PROFILE = "case"
_LISTED = ("amounts", "effects", "causes", "proposals", "severities", "messages_da", "evidence")
_KEYS = {"name", "expect", "demands", "severity", "profiles", "base", "corrections", *_LISTED}

Cells = Mapping[str, str | None]


@dataclass(frozen=True, slots=True)
class RuleCase:
    """One named case of one rule."""

    rule: str
    name: str
    data: Mapping[str, object]

    def __str__(self) -> str:
        return f"{self.rule}-{self.name}"

    def findings(self) -> list[Finding]:
        """Run the rule alone on the case's rows."""
        language.use("da")
        return check(
            RecordSource(world(self.data)),
            rule_set=load_rules(),
            profiles=self.profiles(),
            corrections=_corrections(self.data),
            only=[self.rule],
        )

    def profiles(self) -> Mapping[str, Profile]:
        """Return the auditor profiles that the case's parties may name."""
        return _profiles(self.data)

    def listed(self, name: str) -> Sequence[object] | None:
        """Return one of the lists that go with ``expect``."""
        values = self.data.get(name)
        assert values is None or isinstance(values, list)
        return values


def all_cases() -> list[RuleCase]:
    """Read every case of every rule; a file without cases or with a key nobody reads fails."""
    return [case for path in sorted(CASES.glob("[!_]*.toml")) for case in _cases_of(path)]


def world(data: Mapping[str, object]) -> Mapping[str, Sequence[Cells]]:
    """Return the rows of every table: the case's own over the defaults, else the base rows."""
    base = tomllib.loads((CASES / "_base.toml").read_text("utf-8"))
    rows = base["row"] if data.get("base", True) else {}
    return {
        name: [_row(base["default"][name], cells) for cells in data.get(name, rows.get(name, []))]  # type: ignore[attr-defined]
        for name in tables()
    }


def _cases_of(path: Path) -> Iterator[RuleCase]:
    content = tomllib.loads(path.read_text("utf-8"))
    assert content.get("case"), f"{path.name} has no case"
    for data in content["case"]:
        unknown = set(data) - _KEYS - set(tables())
        assert not unknown, f"{path.name}: {unknown}"
        yield RuleCase(path.stem, data["name"], data)


def _row(default: Mapping[str, object], cells: Mapping[str, object]) -> Cells:
    return {name: None if value == "" else _text(value) for name, value in {**default, **cells}.items()}


def _text(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _profiles(data: Mapping[str, object]) -> Mapping[str, Profile]:
    named = {DEFAULT_PROFILE: {key: data.get(key, {}) for key in ("demands", "severity")}}
    others = data.get("profiles", {})
    assert isinstance(others, dict)
    return {name: _profile(name, **content) for name, content in {**named, **others}.items()}


def _profile(
    name: str, demands: Mapping[str, object] | None = None, severity: Mapping[str, object] | None = None
) -> Profile:
    values = {key: _demand(key, value) for key, value in (demands or {}).items()}
    return Profile(id=name, title_da=name, title_en=name, severities=severity or {}, **values)  # type: ignore[arg-type]


def _demand(key: str, value: object) -> object:
    if isinstance(value, list):
        return tuple(value)
    return Decimal(str(value)) if key.endswith("_tolerance") else value


def _corrections(data: Mapping[str, object]) -> list[Correction]:
    rows = data.get("corrections", [])
    assert isinstance(rows, list)
    return [
        Correction(reported="", finding_id="0" * 64, who="case", when="2016-04-01T00:00:00Z", **row)
        for row in rows
    ]
