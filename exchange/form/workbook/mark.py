"""The form's hidden mark: what makes a filled form known again, whoever renamed its sheets.

In: facts of a form, or the texts of the hidden sheet that a reader found. Out: the sheet's lines, or a :class:`Mark`. Refused with one
sentence (:class:`FormError`): a mark that is torn, or of a newer form than this program knows.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

from exchange.errors import EnblanketError, FormError
from exchange.form.canonical import fault_of, write_csv
from exchange.form.tables import form_version, table
from exchange.form.workbook.plan import OWN_KEYS, Blank, Row
from exchange.language import Language
from exchange.language import translate as _
from exchange.parties import Party, parse_party
from exchange.periods import Period, parse_period

SHEET = "enblanket"
SIGN = "enblanket-form"
# The workbook's own make: a reader of one make may not understand the next.
MAKE = 1
# Fields whose texts are taken as they stand in a row that was filled in beforehand.
KEPT_FIELDS = ("placement_id", "mentor_id", "held_by", "trainee_ref", *sorted(OWN_KEYS))
_VERSION = re.compile(r"([0-9]{1,4})\.([0-9]{1,4})\.([0-9]{1,4})")

Line = tuple[str, str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What the hidden sheet says.

    Attributes:
        version: of the form the workbook was made with.
        prefilled: sha256 of the rows that stood there when it was made.
        sheets: the names its sheets had, to their table; "" for sheets that hold no rows.
        kept: field → the ids that were filled in beforehand.
    """

    version: str
    agreement_id: str
    party: Party
    leads: bool
    period: Period
    language: Language
    prefilled: str
    sheets: Mapping[str, str] = field(default_factory=dict)
    kept: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def is_newer(self) -> bool:
        """Whether it was made with a newer form of the same major version."""
        return _parts(self.version) > _parts(form_version())


def mark_of(blank: Blank, sheets: Mapping[str, str]) -> Mark:
    """Return the mark of a form; ``sheets`` are its sheets' names and their tables."""
    return Mark(
        version=form_version(),
        agreement_id=blank.agreement_id,
        party=blank.party,
        leads=blank.leads,
        period=blank.period,
        language=blank.language,
        prefilled=rows_sha256(blank.rows),
        sheets=sheets,
        kept={name: _ids(blank, name) for name in KEPT_FIELDS},
    )


def rows_sha256(rows: Mapping[str, Sequence[Row]]) -> str:
    """Return the sha256 of tables as their canonical files, empty ones left out."""
    whole = hashlib.sha256()
    for name in sorted(name for name in rows if rows[name]):
        whole.update(f"{name}\n".encode())
        whole.update(write_csv(table(name), rows[name]))
    return whole.hexdigest()


def lines_of(mark: Mark) -> list[Line]:
    """Return the hidden sheet's lines: what, and one or two texts."""
    facts = [
        (SIGN, str(MAKE), ""),
        ("form", mark.version, ""),
        ("agreement", mark.agreement_id, ""),
        ("party", mark.party.id, ""),
        ("lead", "yes" if mark.leads else "no", ""),
        ("period", str(mark.period), ""),
        ("language", mark.language, ""),
        ("prefilled", mark.prefilled, ""),
    ]
    facts += [("sheet", name, of) for name, of in mark.sheets.items()]
    return facts + [("kept", name, text) for name in KEPT_FIELDS for text in sorted(mark.kept[name])]


def read_mark(file: str, lines: Iterable[Line]) -> Mark:
    """Read the hidden sheet's lines; what is unknown there is left alone.

    Raises:
        FormError: names the file and the cure.
    """
    facts: dict[str, str] = {}
    sheets: dict[str, str] = {}
    kept: dict[str, set[str]] = {name: set() for name in KEPT_FIELDS}
    for what, text, more in lines:
        if what == "sheet":
            sheets[text] = more
        elif what == "kept" and text in kept:
            kept[text].add(more)
        else:
            facts.setdefault(what, text)
    _refuse_newer(file, facts)
    try:
        return Mark(
            version=facts["form"],
            agreement_id=_agreement(facts["agreement"]),
            party=parse_party(facts["party"]),
            leads=facts["lead"] == "yes",
            period=parse_period(facts["period"]),
            language=cast("Language", facts["language"] if facts["language"] == "en" else "da"),
            prefilled=facts["prefilled"],
            sheets=sheets,
            kept={name: frozenset(texts) for name, texts in kept.items()},
        )
    except (KeyError, ValueError, EnblanketError):
        raise _torn(file) from None


def _refuse_newer(file: str, facts: Mapping[str, str]) -> None:
    version = facts.get("form", "")
    if not _VERSION.fullmatch(version) or not facts.get(SIGN, "").isdecimal():
        raise _torn(file)
    if int(facts[SIGN]) > MAKE or _parts(version)[0] != _parts(form_version())[0]:
        raise FormError(
            _(
                "{file} was made with version {version} of the form and this enblanket knows {own}: "
                "use the enblanket that made it, or ask for a form of version {own}."
            ).format(file=file, version=version, own=form_version())
        )


def _agreement(text: str) -> str:
    if fault_of(table("agreements").field("agreement_id"), text) is not None:
        raise ValueError(text)
    return text


def _torn(file: str) -> FormError:
    return FormError(
        _(
            "{file}: the hidden sheet “{sheet}” was changed and no longer says whose form it is: "
            "copy the rows into the form as it was sent out."
        ).format(file=file, sheet=SHEET)
    )


def _parts(version: str) -> tuple[int, ...]:
    found = _VERSION.fullmatch(version)
    return tuple(int(part) for part in found.groups()) if found else (0, 0, 0)


def _ids(blank: Blank, name: str) -> frozenset[str]:
    return frozenset(row.get(name) or "" for rows in blank.rows.values() for row in rows) - {""}
