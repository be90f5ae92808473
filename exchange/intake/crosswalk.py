"""From a sheet's own names and numbers to the form's ids, and from a CPR number to its keyed pseudonym.

In: the workspace's crosswalk and what it knows. Out: an id, or None where nobody knows it. Refuses nothing. Local names and
CPR numbers stop here: what leaves is an id or a pseudonym.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from exchange.form.confidential import holds_cpr
from exchange.intake.words import squeezed
from exchange.parties import Party

_CPR = re.compile(r"([0-9]{6})[- ]?([0-9]{4})", re.ASCII)
_OWN_ID = re.compile(r"([0-9]{3})-[0-9]{5}", re.ASCII)


def name_key(text: str) -> str:
    """Return what two spellings of one local name have in common: they differ in case and blanks at most."""
    return squeezed(text).casefold()


@dataclass(frozen=True, slots=True)
class Crosswalk:
    """Local texts to ids; matched without case and extra blanks."""

    placements: Mapping[str, str] = field(default_factory=dict)
    mentors: Mapping[str, str] = field(default_factory=dict)
    trainees: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for name in ("placements", "mentors", "trainees"):
            object.__setattr__(
                self, name, {name_key(text): found for text, found in getattr(self, name).items()}
            )

    def placement(self, text: str) -> str | None:
        """Return the placement of a local case number."""
        return self.placements.get(name_key(text))

    def mentor(self, text: str) -> str | None:
        """Return the mentor of a local name."""
        return self.mentors.get(name_key(text))

    def trainee(self, text: str) -> str | None:
        """Return the trainee_ref of a local name."""
        return self.trainees.get(name_key(text))


@dataclass(frozen=True, slots=True)
class KnownPlacement:
    """Whose a placement is."""

    jobcentre: str
    agreement_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the workspace knows already.

    Attributes:
        own: the workspace's own party id; its own files are never cut down to its own placements.
        placements: by placement_id.
        mentors: mentor_ids.
        leads: agreement_id to the lead's municipality code.
    """

    own: str | None = None
    placements: Mapping[str, KnownPlacement] = field(default_factory=dict)
    mentors: Collection[str] = ()
    leads: Mapping[str, str] = field(default_factory=dict)

    def with_rows(self, rows: Iterable[Mapping[str, str | None]]) -> Known:
        """Return this and the placements of the rows (of the table placements); what was known before counts."""
        found = {
            row["placement_id"] or "": KnownPlacement(
                row.get("jobcentre") or "", row.get("agreement_id") or ""
            )
            for row in rows
            if row.get("placement_id")
        }
        return replace(self, placements={**found, **self.placements})

    def is_anothers(self, sender: Party, values: Mapping[str, str | None]) -> bool:
        """Tell whether a jobcentre sent a row about another's placement (intake.md 5); the agreement's lead may send for all.

        A jobcentre that is no party of the agreement is no more trusted than one that is. Where nobody knows the
        agreement there is nothing to hold the row against, and it is taken. A placement that nobody brought yet is the
        jobcentre's whose code its id begins with (form.md): the crosswalk gives ids to the files of a wrong sender too.
        """
        if sender.role != "jobcentre" or sender.id == self.own:
            return False
        placement_id = values.get("placement_id") or ""
        placement = self.placements.get(placement_id) or KnownPlacement(_jobcentre_of(placement_id), "")
        agreement = values.get("agreement_id") or placement.agreement_id
        jobcentres = {values.get("jobcentre") or "", placement.jobcentre} - {""}
        return self.leads.get(agreement, sender.id) != sender.id and bool(jobcentres - {sender.id})


def _jobcentre_of(placement_id: str) -> str:
    """Return the code that an id as the form makes it begins with; "" of any other."""
    found = _OWN_ID.fullmatch(placement_id)
    return found[1] if found else ""


def ten_digits(text: str) -> str | None:
    """Return the ten digits of what may be a CPR number, the leading zero that a spreadsheet drops put back; None if it is none."""
    text = squeezed(text)
    found = _CPR.fullmatch(text.zfill(10) if text.isdecimal() and len(text) == 9 else text)
    return found[1] + found[2] if found else None


def is_cpr(digits: str) -> bool:
    """Tell whether ten digits are a CPR number: the first six are a day, of the century that the seventh tells.

    The last digits are no check: since 2007 numbers are issued that fail modulus 11 (CPR-kontoret, "Personnumre uden
    kontrolciffer"). The centuries are those of "Personnummeret i CPR-systemet", CPR-kontoret.
    """
    day, month, year, seventh = int(digits[:2]), int(digits[2:4]), int(digits[4:6]), int(digits[6])
    try:
        date(_century(seventh, year) + year, month, day)
    except ValueError:
        return False
    return True


def _century(seventh: int, year: int) -> int:
    if seventh < 4:
        return 1900
    if seventh in (4, 9):
        return 2000 if year < 37 else 1900
    return 2000 if year < 58 else 1800


def trainee_ref(digits: str, key: bytes) -> str:
    """Return ``T-`` and the first 16 hex digits of HMAC-SHA256 over the ten digits (intake.md 5).

    Where these by chance read as a CPR number themselves, which K01 would refuse to send, the next 16 of the same HMAC
    that do not (docs/decisions/0004).
    """
    code = hmac.new(key, digits.encode("ascii"), hashlib.sha256).hexdigest()
    refs = [f"T-{code[start : start + 16]}" for start in range(0, len(code), 16)]
    return next((ref for ref in refs if not holds_cpr(ref)), refs[0])
