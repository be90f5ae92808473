"""D05 asks every question of the form's code list, whichever version of the list is shipped."""

from __future__ import annotations

from exchange.form.codes import code_list
from tests.checks.rule_cases import RuleCase


def test_every_question_of_the_code_list_is_asked() -> None:
    data = {"demands": {"responsibilities_required": True}, "responsibilities": []}

    findings = RuleCase("D05", "nothing answered", data).findings()

    asked = [dict(finding.subject)["question"] for finding in findings]
    assert asked == sorted(code.code for code in code_list("question").codes)
