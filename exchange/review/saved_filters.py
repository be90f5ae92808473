"""Filters that people keep under a name: TOML text in, filters out, and back. Pure.

They belong to a workspace, whose parties and rules they name. It refuses text that is no such list, and a search that holds
what looks like a CPR number: the file is read by whoever opens the folder.
"""

from __future__ import annotations

import json
import tomllib
from collections.abc import Mapping
from typing import Protocol, cast, get_args

from exchange.checks.findings import SEVERITIES, Severity
from exchange.errors import WorkspaceError
from exchange.form.confidential import holds_cpr
from exchange.language import translate as _
from exchange.review.filtering import SORT_KEYS, USUAL, Filter, SortKey, Week, read_week
from exchange.review.open_list import Status

LONGEST_NAME = 60
_STATUSES: tuple[Status, ...] = get_args(Status)


class Shelf(Protocol):
    """Where filters are kept."""

    def saved(self) -> Mapping[str, Filter]:
        """Return the filters by their names, in order of the alphabet."""
        ...

    def save(self, name: str, wanted: Filter) -> None:
        """Keep a filter; one of that name is replaced.

        Raises:
            WorkspaceError: it may not be kept, or could not be written.
        """
        ...

    def remove(self, name: str) -> None:
        """Forget a filter; one that is not there is forgotten already."""
        ...


def read_filters(text: str, file: str) -> dict[str, Filter]:
    """Read what :func:`write_filters` wrote; a value that this version does not know lets everything through.

    Raises:
        WorkspaceError: the text is no TOML, or no list of filters.
    """
    try:
        found = tomllib.loads(text).get("filter", [])
    except (ValueError, RecursionError) as error:
        raise _unreadable(file, str(error)) from None
    if not isinstance(found, list) or not all(isinstance(one, dict) for one in found):
        raise _unreadable(file, _("[[filter]] is missing"))
    filters = {str(one.get("name", ""))[:LONGEST_NAME]: _read(one) for one in found}
    return dict(sorted((name, wanted) for name, wanted in filters.items() if name))


def write_filters(filters: Mapping[str, Filter]) -> str:
    """Return the text of a list of filters.

    Raises:
        WorkspaceError: a name or a search holds what looks like a CPR number.
    """
    for name, wanted in filters.items():
        if holds_cpr(name) or holds_cpr(wanted.search):
            raise WorkspaceError(
                _("The filter holds what looks like a CPR number and is not kept; search for something else.")
            )
    return "\n".join(_written(name, wanted) for name, wanted in sorted(filters.items()))


def _written(name: str, wanted: Filter) -> str:
    lines = {
        "name": name,
        "severities": [one for one in SEVERITIES if one in wanted.severities],
        "statuses": None if wanted.statuses is None else sorted(wanted.statuses),
        "parties": list(wanted.parties),
        "weeks": [str(week) for week in wanted.weeks] if wanted.weeks else None,
        "rules": list(wanted.rules),
        "search": wanted.search,
        "sort": list(wanted.sort),
    }
    told = (f"{key} = {_toml(value)}" for key, value in lines.items() if value is not None)
    return "\n".join(["[[filter]]", *told, ""])


def _toml(value: object) -> str:
    # A JSON string is a TOML string but for DEL, which TOML wants escaped.
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007F")


def _read(found: Mapping[str, object]) -> Filter:
    severities = frozenset(cast("list[Severity]", _known(found, "severities", SEVERITIES)))
    statuses = frozenset(cast("list[Status]", _known(found, "statuses", _STATUSES)))
    sort = cast("list[SortKey]", _known(found, "sort", SORT_KEYS))
    return Filter(
        severities=severities or frozenset(SEVERITIES),
        statuses=statuses or None,
        parties=tuple(_texts(found, "parties")),
        weeks=_weeks(_texts(found, "weeks")),
        rules=tuple(_texts(found, "rules")),
        search=str(found.get("search", "")),
        sort=tuple(sort) or USUAL,
    )


def _known(found: Mapping[str, object], name: str, values: tuple[str, ...]) -> list[str]:
    return [text for text in _texts(found, name) if text in values]


def _texts(found: Mapping[str, object], name: str) -> list[str]:
    value = found.get(name, [])
    return [text for text in value if isinstance(text, str)] if isinstance(value, list) else []


def _weeks(texts: list[str]) -> tuple[Week, Week] | None:
    read = [week for week in map(read_week, texts) if week is not None]
    return (min(read), max(read)) if read else None


def _unreadable(file: str, reason: str) -> WorkspaceError:
    return WorkspaceError(
        _("{path} cannot be read: {reason}; mend that line.").format(path=file, reason=reason)
    )
