"""What stands on the pages that are only read: the signs, and what a rule asks. Values in, paragraphs out."""

from __future__ import annotations

from collections.abc import Sequence

from exchange.language import translate as _
from exchange.workspace.wording import severity_word, status_word
from tui.dossier import Dossiers
from tui.paragraphs import BLANK, Paragraph, Piece
from tui.text import ASCII, UNICODE, Script, date_text

_LABEL = 12


def signs(script: Script) -> Sequence[Paragraph]:
    """Return every sign of the screens with its word, and what stands for it under ``--ascii``."""
    severities = [
        (one, UNICODE.severity[one], ASCII.severity[one], severity_word(one)) for one in UNICODE.severity
    ]
    statuses = [(one, UNICODE.status[one], ASCII.status[one], status_word(one)) for one in UNICODE.status]
    others = [
        ("●", "*", _("marked")),
        (">", ">", _("the cursor")),
        ("≠", "!=", _("the sides differ")),
        ("⊂", "in", _("within what is agreed")),
        ("█", "#", _("hours of the company")),
        ("▒", "%", _("hours of the jobcentre")),
        ("|", "|", _("what is agreed")),
        ("↶", "u", _("steps that can be undone")),
    ]
    return [
        _heading(_("SEVERITY")),
        *(_sign(sign, plain, word, script) for _name, sign, plain, word in severities),
        BLANK,
        _heading(_("STATUS")),
        *(_sign(sign, plain, word, script) for _name, sign, plain, word in statuses),
        BLANK,
        _heading(_("OTHER SIGNS")),
        *(_sign(sign, plain, word, script) for sign, plain, word in others),
        BLANK,
        Paragraph((Piece(_("No colour stands alone: a sign and a word say the same."), "dim"),)),
    ]


def about_rule(rule_id: str, dossiers: Dossiers) -> Sequence[Paragraph]:
    """Return what ``enblanket explain`` tells of a rule."""
    show, rule = dossiers.script.show, dossiers.words.rules.get(rule_id)
    if rule is None:
        return (Paragraph((Piece(_("The rule set in use does not hold this rule."), "warning"),)),)
    text = rule.text
    since = date_text(rule.valid_from.isoformat())
    said = (
        (_("What and why"), text.explanation),
        (_("What to do"), text.cure),
        (_("Basis"), text.basis),
        (_("Since"), since),
        (_("One finding for each"), ", ".join(rule.subject)),
    )
    told = [
        part
        for label, words in said
        if words
        for part in (_heading(label), Paragraph((Piece(show(words)),)), BLANK)
    ]
    causes = [Paragraph((Piece(show(f"- {cause}")),), 2) for cause in text.causes.values()]
    return [*told, *((_heading(_("Likely causes")), *causes) if causes else ())]


def _heading(text: str) -> Paragraph:
    return Paragraph((Piece(text, "label"),))


def _sign(sign: str, plain: str, word: str, script: Script) -> Paragraph:
    shown = plain if script.ascii else sign
    twin = "" if script.ascii else f"   --ascii {plain}"
    return Paragraph((Piece(f"  {shown:<8}", "strong"), Piece(f"{word:<40}"), Piece(twin, "dim")), _LABEL)
