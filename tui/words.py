"""Names of rules and fields for the screens, in the user's language; from the rule set and the form."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from exchange.checks.rules import Rule, RuleText
from exchange.form.codes import code_list
from exchange.form.tables import Table
from exchange.language import choose


@dataclass(frozen=True, slots=True)
class FieldText:
    """A field's label and type (form.md); the type decides how its values are written."""

    label: str
    type: str


@dataclass(frozen=True, slots=True)
class Words:
    """The rules and tables in use, by id and name."""

    rules: Mapping[str, Rule]
    tables: Mapping[str, Table]

    def rule(self, rule: str) -> RuleText | None:
        """Return a rule's texts; None for a rule that the rule set does not hold."""
        return self.rules[rule].text if rule in self.rules else None

    def cause(self, rule: str, code: str) -> str:
        """Return what a likely cause says; the code as words where the rule has no text for it."""
        text = self.rule(rule)
        return text.causes.get(code, code.replace("-", " ")) if text else code.replace("-", " ")

    def table(self, table: str) -> str:
        """Return a table's label; its name where the form does not know it."""
        known = self.tables.get(table)
        return choose(known.label_da, known.label_en) if known else table

    def field(self, table: str, field: str) -> FieldText:
        """Return a field's label and type; its name and ``string`` where the form does not know it."""
        known = self.tables.get(table)
        found = next((item for item in known.fields if item.name == field), None) if known else None
        return (
            FieldText(choose(found.label_da, found.label_en), found.type)
            if found
            else FieldText(field, "string")
        )

    def code(self, table: str, field: str, value: str) -> str | None:
        """Return the label of a code; None where the field takes no codes, or not this one."""
        known = self.tables.get(table)
        found = next((item for item in known.fields if item.name == field), None) if known else None
        if found is None or found.code_list is None:
            return None
        code = code_list(found.code_list).get(value)
        return code.label if code else None
