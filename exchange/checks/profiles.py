"""Auditor profiles: what one audit firm asks for, as data. TOML text in, frozen values out.

A profile names the parameters of rules.md that it sets; what it leaves out keeps the default there. A key, rule or
value that rules.md does not know is refused with file and line, never skipped: a demand that nobody reads would be
worse than none.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import cache
from importlib import resources

from exchange.checks.demands import PARAMETERS, UNDER_DOCUMENTED, Demand
from exchange.checks.findings import SEVERITIES, Severity
from exchange.errors import RuleError
from exchange.form.codes import code_list
from exchange.language import choose
from exchange.language import translate as _

Section = Mapping[str, object]

RULES_WITH_PROFILE_SEVERITY = ("C07", "D01", "D02", "D03", "D04", "D05", "D06", "D07")

# A century: what is longer is a slip of the pen, and would leave the days that a date can have.
_LONGEST = 36_500
_MOST = 9_999_999

_KEYS = ("id", "title_da", "title_en", "valid_from", "valid_to", "demands", "severity")


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """One auditor's demands; the defaults are those of rules.md.

    Attributes:
        attendance_tolerance: hours; claim_tolerance: kroner.
        conversation_every_weeks, registration_days: None where the rule is off.
        note_required_for: activity codes.
        severities: for the D rules and C07; a rule that is not named is a warning.
        named: the parameters that the profile itself sets, be it to the default; the others are not asked.
    """

    id: str
    title_da: str
    title_en: str
    valid_from: date | None = None
    valid_to: date | None = None
    grants_required: bool = False
    final_report_days: int = 14
    attendance_tolerance: Decimal = Decimal("0.50")
    claim_tolerance: Decimal = Decimal("0.00")
    conversation_every_weeks: int | None = None
    registration_days: int | None = None
    attendance_daily: bool = False
    responsibilities_required: bool = False
    both_sides: bool = False
    closed_period: bool = False
    note_required_for: tuple[str, ...] = ()
    severities: Mapping[str, Severity] = field(default_factory=dict)
    named: frozenset[str] = frozenset()

    @property
    def title(self) -> str:
        """Its title in the language in force."""
        return choose(self.title_da, self.title_en)

    def asks(self, demand: Demand) -> bool:
        """Whether the profile makes the demand; a switch that it sets to false it does not."""
        if demand.parameter == UNDER_DOCUMENTED:
            return UNDER_DOCUMENTED in self.severities
        value = self.value(demand)
        return demand.parameter in self.named and value is not False and value != ()

    def value(self, demand: Demand) -> bool | int | Decimal | tuple[str, ...] | Severity | None:
        """Return what is asked: the parameter's value, or the severity of an under-documented claim."""
        if demand.parameter == UNDER_DOCUMENTED:
            return self.severities.get(UNDER_DOCUMENTED)
        found: bool | int | Decimal | tuple[str, ...] | None = getattr(self, demand.parameter)
        return found


@cache
def shipped_profiles() -> Mapping[str, Profile]:
    """Return the profiles in ``schemas/auditors``, by id.

    Raises:
        RuleError: a file there is no profile.
    """
    folder = resources.files("schemas") / "auditors"
    files = sorted(
        (item for item in folder.iterdir() if item.name.endswith(".toml")), key=lambda item: item.name
    )
    profiles = [read_profile(file.read_text("utf-8"), file.name) for file in files]
    return {profile.id: profile for profile in profiles}


def read_profile(text: str, name: str) -> Profile:
    """Read one profile from its TOML text; ``name`` is the file's, for messages.

    Raises:
        RuleError: no TOML, a key or rule that is not known, or a value of the wrong kind; names file and line.
    """
    page = _Page(name, text)
    top = page.parsed()
    page.refuse_unknown(top, _KEYS)
    demands, severities = page.section(top, "demands"), page.section(top, "severity")
    page.refuse_unknown(demands, PARAMETERS)
    page.refuse_unknown(severities, RULES_WITH_PROFILE_SEVERITY)
    defaults = Profile(id="", title_da="", title_en="")
    return Profile(
        id=page.identifier(top),
        title_da=page.text_of(top, "title_da"),
        title_en=page.text_of(top, "title_en"),
        valid_from=page.date_of(top, "valid_from"),
        valid_to=page.date_of(top, "valid_to"),
        final_report_days=page.days(demands, "final_report_days", defaults.final_report_days),
        conversation_every_weeks=page.count(demands, "conversation_every_weeks"),
        registration_days=page.count(demands, "registration_days"),
        attendance_tolerance=page.amount(demands, "attendance_tolerance", defaults.attendance_tolerance),
        claim_tolerance=page.amount(demands, "claim_tolerance", defaults.claim_tolerance),
        grants_required=page.switch(demands, "grants_required"),
        attendance_daily=page.switch(demands, "attendance_daily"),
        responsibilities_required=page.switch(demands, "responsibilities_required"),
        both_sides=page.switch(demands, "both_sides"),
        closed_period=page.switch(demands, "closed_period"),
        note_required_for=page.activities(demands),
        severities={rule: page.severity(severities, rule) for rule in severities},
        named=frozenset(demands),
    )


@dataclass(frozen=True, slots=True)
class _Page:
    name: str
    text: str

    def parsed(self) -> Section:
        try:
            return tomllib.loads(self.text, parse_float=Decimal)
        except (ArithmeticError, RecursionError) as error:
            raise self.refused_at(1, _("it holds a number or a nesting that cannot be read")) from error
        except ValueError as error:
            found = re.search(r"at line (\d+)", str(error))
            raise self.refused_at(
                int(found[1]) if found else self.text.count("\n") + 1, str(error)
            ) from error

    def refuse_unknown(self, section: Section, known: Iterable[str]) -> None:
        for key in section:
            if key not in known:
                raise self.refused(key, _("“{key}” is not known here").format(key=key[:40]))

    def section(self, top: Section, key: str) -> Section:
        value = top.get(key, {})
        if not isinstance(value, dict):
            raise self.refused(key, _("“{key}” must be a section").format(key=key))
        return value

    def identifier(self, top: Section) -> str:
        value = self.text_of(top, "id")
        if not re.fullmatch(r"[A-Za-z0-9:._-]{1,64}", value):
            raise self.refused("id", _("“id” must be 1 to 64 letters, digits or : . _ -"))
        return value

    def text_of(self, section: Section, key: str) -> str:
        value = section.get(key)
        if not isinstance(value, str) or not value.strip():
            raise self.refused(key, _("“{key}” must be a text").format(key=key))
        return value

    def date_of(self, section: Section, key: str) -> date | None:
        value = section.get(key)
        if value is not None and type(value) is not date:
            raise self.refused(key, _("“{key}” must be a date").format(key=key))
        return value

    def switch(self, section: Section, key: str) -> bool:
        value = section.get(key, False)
        if not isinstance(value, bool):
            raise self.refused(key, _("“{key}” must be true or false").format(key=key))
        return value

    def count(self, section: Section, key: str) -> int | None:
        value = section.get(key)
        if value is None:
            return None
        if type(value) is not int or not 0 <= value <= _LONGEST:
            why = _("“{key}” must be a whole number from 0 to {most}")
            raise self.refused(key, why.format(key=key, most=_LONGEST))
        return value

    def days(self, section: Section, key: str, default: int) -> int:
        value = self.count(section, key)
        return default if value is None else value

    def amount(self, section: Section, key: str, default: Decimal) -> Decimal:
        try:
            value = Decimal(str(section.get(key, default)))
            exact = value.quantize(Decimal("0.01"))
        except InvalidOperation:
            value, exact = Decimal(-1), Decimal(0)
        if value != exact or not 0 <= value <= _MOST:
            why = _("“{key}” must be a number from 0 to {most} with two decimals")
            raise self.refused(key, why.format(key=key, most=_MOST))
        return exact

    def activities(self, demands: Section) -> tuple[str, ...]:
        value = demands.get("note_required_for", [])
        known = {code.code for code in code_list("activity").codes}
        if not isinstance(value, list) or not all(item in known for item in value):
            raise self.refused("note_required_for", _("“note_required_for” must be a list of activity codes"))
        return tuple(sorted(value))

    def severity(self, section: Section, rule: str) -> Severity:
        value = section[rule]
        if value not in SEVERITIES:
            raise self.refused(rule, _("“{key}” must be error, warning or info").format(key=rule))
        return value

    def refused(self, key: str, why: str) -> RuleError:
        lines = self.text.split("\n")
        form = re.compile(rf"\s*\[?\"?{re.escape(key)}\b")
        return self.refused_at(
            next((number for number, line in enumerate(lines, 1) if form.match(line)), 1), why
        )

    def refused_at(self, line: int, why: str) -> RuleError:
        return RuleError(_("{file}, line {line}: {why}.").format(file=self.name, line=line, why=why))
