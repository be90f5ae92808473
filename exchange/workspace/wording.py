"""The words of events, packages and answers, the same for commands and screens. Codes in, a word or two out."""

from __future__ import annotations

from typing import TYPE_CHECKING

from exchange.language import translate as _

if TYPE_CHECKING:
    from exchange.checks.findings import Severity
    from exchange.review.open_list import Status
    from exchange.sealing.verdict import Word
    from exchange.workspace.deliveries import Standing


def severity_word(severity: Severity) -> str:
    """Return the word of a severity; on a screen it always stands beside its shape."""
    return {"error": _("error"), "warning": _("warning"), "info": _("info")}[severity]


def status_word(status: Status) -> str:
    """Return the word of a status; on a screen it always stands beside its glyph."""
    return {
        "open": _("open"),
        "accepted": _("accepted"),
        "corrected": _("corrected"),
        "rejected": _("rejected"),
        "asked": _("asked"),
        "lapsed": _("lapsed"),
        "settled": _("settled"),
        "conflict": _("conflict"),
    }[status]


def decided(verb: str) -> str:
    """Return what an event's verb did; a verb that is none as it stands."""
    words = {"accept": _("accepted"), "correct": _("corrected"), "reject": _("rejected"), "ask": _("asked")}
    return words.get(verb, verb)


def verdict_word(verdict: Word) -> str:
    """Return a verdict in a word or two."""
    return {
        "accepted": _("accepted"),
        "refused": _("refused"),
        "needs-attention": _("needs attention"),
    }[verdict]


def standing_word(standing: Standing) -> str:
    """Return where a package, a receipt or a workbook of questions stands, in a word."""
    return {
        "sealed": _("sealed"),
        "queued": _("queued"),
        "sent": _("sent"),
        "delivered": _("delivered"),
        "accepted": _("accepted"),
        "returned": _("returned"),
        "answered": _("answered"),
        "overdue": _("overdue"),
    }[standing]


def answer_word(text: str) -> str:
    """Return what an event says of a package, in a word; one that is not known as it stands."""
    words = {
        "accepted": _("accepted"),
        "needs-attention": _("needs attention"),
        "refused": _("refused"),
        "delivered": _("delivered"),
        "returned": _("returned"),
    }
    return words.get(text, text)
