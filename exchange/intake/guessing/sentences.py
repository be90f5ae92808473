"""What a guess says to a person: each doubt in one sentence, with what to do about it.

In: a :class:`Doubt`. Out: a sentence in the language in force. Refuses nothing; no CPR number passes.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from exchange.form.confidential import masked
from exchange.form.tables import tables
from exchange.intake.guessing.proposal import ColumnGuess, Doubt
from exchange.intake.guessing.vocabulary import best_likeness
from exchange.intake.words import squeezed
from exchange.language import quoted
from exchange.language import translate as _

_A_FIELD = 0.6
_PERSON = re.compile(r"[^\W\d_a-zæøå][\w.'’-]*(?:,? [^\W\d_a-zæøå][\w.'’-]*)+")


def doubt_sentence(doubt: Doubt) -> str:
    """Return what is not sure and what settles it."""
    values = {
        "columns": ", ".join(doubt.columns),
        "field": field_label(doubt.table, doubt.field),
        "table": tables()[doubt.table].label,
        "text": quoted(shown_text(doubt.text or "")),
        "choices": _(" or ").join(doubt.alternatives),
    }
    return _sentences(doubt)[doubt.what].format(**values)


def _sentences(doubt: Doubt) -> Mapping[str, str]:
    several = len(doubt.columns) > 1
    return {
        "column": _("Columns {columns} could each be {field}: keep the one that is.")
        if several
        else _("Column {columns} may be {field}, but that is not sure: confirm it or leave it out."),
        "dates": _("The dates in {field} can be read as {choices}: write the one that is meant."),
        "numbers": _("The numbers in {field} can be read as {choices}: write the one that is meant."),
        "unit": _("The figures in {field} can count {choices}: write the one that is meant."),
        "codes": _("{text} in {field} can mean {choices}: write the one that is meant.")
        if doubt.alternatives
        else _("{text} in {field} is on no list of the form: write what it means."),
        "missing": _("No column says {field}: write it under constants, or ask the sender for it."),
        "table": _("The columns could be {choices}: confirm the table."),
        "headings": _("The column headings can be {choices}, or what the columns hold is not told: confirm it."),
        "closed": _("{text} is a public holiday, so planned hours are set to 0.00 that day: take planned_hours out of sets where the plan stands."),
        "period": _("The headings of {field} are days that could be of any time: give {choices} by a cell, a column or a constant, and remove #."),
        "place": _("The heading of {table} can be row {choices}: give it words that no other row has, or a title."),
        "reporter": _("Nothing tells for certain who reported the rows ({choices}): without a word it is the sender’s own side."),
        "agreement": _("No cell names the agreement: write agreement_id under constants."),
        "jobcentre": _("No cell names the jobcentre: write its code, or {choices} for the sender, under constants."),
    }  # fmt: skip


def why_words(column: ColumnGuess) -> str:
    """Return why a column was taken for its field, or for none."""
    return {
        "heading": _("by its heading"),
        "heading-and-cells": _("by its heading and its cells"),
        "cells": _("by its cells"),
        "day": _("a day’s column"),
        "elsewhere": _("the form has no place for it here"),
        "two-readings": _("two readings are as likely"),
        "unsure": _("not sure enough"),
        "not-needed": _("a figure for the whole week"),
        "unknown": _("unknown"),
    }[column.why]


def field_label(table: str, field: str | None) -> str:
    """Return the form's label of a field, a helping field's own."""
    helping = {
        "_year": _("the year"),
        "_month": _("the month"),
        "_week": _("the week"),
        "_day": _("the day of the month"),
        "_weekday": _("the weekday"),
        "_start": _("the start time"),
        "_end": _("the end time"),
        "_break": _("the break"),
        "_times": _("both times"),
    }
    if field is None or field in helping:
        return helping.get(field or "", "")
    return tables()[table].field(field).label


def shown_text(text: str) -> str:
    """Return a sheet's own text as it may be shown: on one line, shortened, without CPR numbers."""
    return masked(squeezed(text))[:60]


def shown_heading(text: str) -> str:
    """Return a heading as it may be shown: one that is like no field and may be somebody's name is not."""
    unknown = best_likeness(text) < _A_FIELD
    return "…" if unknown and _PERSON.fullmatch(squeezed(text)) else shown_text(text)
