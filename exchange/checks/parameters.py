"""The parameters that rules read, by who sets them: the agreement, the auditor's profile or the rule set itself.

A rule's header names them; :mod:`.rules` refuses a name that nobody sets, and ``explain`` says for each who sets it and
what holds where nobody does.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from exchange.checks.demands import DEMANDS, PARAMETERS
from exchange.form.tables import table
from exchange.language import choose

if TYPE_CHECKING:
    from decimal import Decimal

    from exchange.checks.rules import Rule, RuleSet

SetBy = Literal["agreement", "auditor", "rule-set"]

LIMITS_WORD = "rule_set"
LIMITS = ("mentor_day_limit", "mentor_week_limit")
"""The rule set's own, in hours; the word of that name gives their values."""


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter that a rule reads.

    Attributes:
        title: in the language in force; the name where it has no other.
        default: what holds where nobody sets it, as canonical text; None where nothing does.
        unit: of the default, in the language in force; may be empty.
    """

    name: str
    set_by: SetBy
    title: str
    default: bool | int | Decimal | str | None
    unit: str = ""


def is_parameter(name: str) -> bool:
    """Whether rules.md has a parameter of that name."""
    return name in PARAMETERS or name in LIMITS or name in table("agreements").field_names


def parameters_of(rule: Rule, rule_set: RuleSet) -> tuple[Parameter, ...]:
    """Return the parameters that a rule reads, in the order of its header."""
    limits = _limits(rule_set) if set(rule.parameters) & set(LIMITS) else {}
    return tuple(_parameter(name, limits) for name in rule.parameters)


def _parameter(name: str, limits: dict[str, Decimal]) -> Parameter:
    if name in limits:
        return Parameter(name, "rule-set", name, limits[name], choose("timer", "hours"))
    if name in PARAMETERS:
        return _demanded(name)
    field = table("agreements").field(name)
    return Parameter(name, "agreement", field.label, field.default)


def _demanded(name: str) -> Parameter:
    from exchange.checks.profiles import Profile

    demand = next(demand for demand in DEMANDS if demand.parameter == name)
    default = Profile(id="", title_da="", title_en="").value(demand)
    return Parameter(
        name, "auditor", demand.title, None if isinstance(default, tuple) else default, demand.unit
    )


def _limits(rule_set: RuleSet) -> dict[str, Decimal]:
    import duckdb

    with duckdb.connect() as connection:
        row = connection.execute(rule_set.words[LIMITS_WORD].sql).fetchone() or ()
    return dict(zip(LIMITS, row, strict=True))
