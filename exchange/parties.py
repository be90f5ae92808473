"""Parties: a jobcentre (municipality code), a company (CVR number) or an audit firm (``aud-…``)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from exchange.errors import WorkspaceError
from exchange.language import translate as _

Role = Literal["jobcentre", "company", "auditor"]

_FORMS: tuple[tuple[Role, str], ...] = (
    ("jobcentre", r"0?[1-9][0-9]{2}"),
    ("company", r"[1-9][0-9]{7}"),
    ("auditor", r"aud-[a-z0-9](?:[a-z0-9-]{0,58}[a-z0-9])?"),
)


@dataclass(frozen=True, slots=True)
class Party:
    """A party id and what its form says it is."""

    id: str
    role: Role


def parse_party(text: str) -> Party:
    """Read a party id; ``0159`` is ``159``.

    Raises:
        WorkspaceError: the text has none of the three forms.
    """
    for role, form in _FORMS:
        if re.fullmatch(form, text):
            return Party(text.lstrip("0") if role == "jobcentre" else text, role)
    raise WorkspaceError(
        _(
            "“{text}” is no party: give a municipality code (159), a CVR number (12345678) "
            "or an audit firm (aud-nord)."
        ).format(text=text[:40])
    )
