"""Agreement files: one readable TOML per agreement in, rows of five form tables, exchange settings and a crosswalk out.

Where it sits: ``agreement add`` reads a file here once and strictly; the workspace stores the rows as a batch of
its own party. It refuses an unknown key, a value of another kind, and a row the form would not take: an
agreement is written by its own parties, so a fault in it is mended at once and never becomes a finding.
The crosswalk (local names of people) stays in the workspace's copy of the file and enters no event.
"""

from __future__ import annotations

import csv
import io
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from decimal import Decimal

from exchange.errors import AgreementError
from exchange.form.canonical import fault_of, number_text
from exchange.form.codes import code_list
from exchange.form.tables import Field, Table, table
from exchange.intake.crosswalk import name_key
from exchange.language import translate as _

# A list that a sentence can hold; the municipalities are 98.
_CODES_NAMED = 12
TABLES = ("agreements", "parties", "responsibilities", "sites", "mentors")
CROSSWALK_KINDS = ("placements", "mentors", "trainees")

_SECTIONS = {"agreement", "parties", "sites", "mentors", "responsibilities", "exchange", "crosswalk"}
_TomlValue = object


@dataclass(frozen=True, slots=True)
class AgreementRow:
    """One row of one of the five tables.

    Attributes:
        place: where in the file it stands: ``agreement`` or ``parties[2]``, counted from 1.
        values: canonical text of the fields that the file names.
    """

    table: str
    place: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ExchangeSettings:
    """How the parties of one agreement exchange.

    Attributes:
        sources_travel: whether the source files go along in packages.
        countersignatures: how many a package needs beside the sender's.
        deliver_by_day: the day of the next month a package is due; None where nothing is agreed.
    """

    sources_travel: bool = False
    countersignatures: int = 0
    deliver_by_day: int | None = None


@dataclass(frozen=True, slots=True)
class Names:
    """Local names as sheets write them, and the ids of the form they stand for."""

    placements: Mapping[str, str] = field(default_factory=dict)
    mentors: Mapping[str, str] = field(default_factory=dict)
    trainees: Mapping[str, str] = field(default_factory=dict)

    @property
    def texts(self) -> frozenset[str]:
        """The local names themselves."""
        return frozenset((*self.placements, *self.mentors, *self.trainees))

    def joined(self, other: Names) -> Names:
        """Return both; the other's word counts where both name the same."""
        return Names(
            _over(self.placements, other.placements),
            _over(self.mentors, other.mentors),
            _over(self.trainees, other.trainees),
        )


def _over(names: Mapping[str, str], others: Mapping[str, str]) -> dict[str, str]:
    said = {name_key(name) for name in others}
    return {**{name: found for name, found in names.items() if name_key(name) not in said}, **others}


@dataclass(frozen=True, slots=True, kw_only=True)
class Agreement:
    """One agreement file, read."""

    agreement_id: str
    rows: tuple[AgreementRow, ...]
    exchange: ExchangeSettings
    names: Names


def read_agreement(content: bytes, name: str) -> Agreement:
    """Read an agreement file.

    Args:
        content: the file's bytes, UTF-8 TOML.
        name: the file's name, for messages.

    Raises:
        AgreementError: names the file, the key and the cure.
    """
    file = _File(name)
    sections = file.parse(content)
    terms = file.section(sections, "agreement")
    agreement_id = terms.get("agreement_id")
    if not isinstance(agreement_id, str):
        raise file.refusal("agreement.agreement_id", _("give the agreement an id in quotes, as “AFT-1”"))
    rows = [file.row("agreements", "agreement", terms, agreement_id)]
    for section in TABLES[1:]:
        rows.extend(file.rows(section, sections.get(section, []), agreement_id))
    file.refuse_doubles(rows)
    return Agreement(
        agreement_id=agreement_id,
        rows=tuple(rows),
        exchange=file.exchange(file.section(sections, "exchange", optional=True)),
        names=file.names(file.section(sections, "crosswalk", optional=True)),
    )


def read_crosswalk(content: bytes, name: str) -> Names:
    """Read ``crosswalk.csv``: columns kind (placement, mentor, trainee), name, id; UTF-8, comma.

    Raises:
        AgreementError: names the file, the line and the cure.
    """
    try:
        reader = csv.DictReader(io.StringIO(content.decode("utf-8-sig"), newline=""), strict=True)
        kinds: dict[str, dict[str, str]] = {kind: {} for kind in CROSSWALK_KINDS}
        for row in reader:
            kind = f"{row.get('kind')}s"
            if kind not in kinds or not row.get("name") or not row.get("id"):
                raise _crosswalk_refusal(name, reader.line_num)
            kinds[kind][row["name"]] = row["id"]
    except (UnicodeDecodeError, csv.Error):
        raise _crosswalk_refusal(name, 1) from None
    return Names(**kinds)


def _crosswalk_refusal(name: str, line: int) -> AgreementError:
    return AgreementError(
        _(
            "{file}, line {line}: write kind (placement, mentor or trainee), name and id, in UTF-8 with commas."
        ).format(file=name, line=line)
    )


@dataclass(frozen=True, slots=True)
class _File:
    name: str

    def refusal(self, key: str, cure: str) -> AgreementError:
        return AgreementError(_("{file}, {key}: {cure}.").format(file=self.name, key=key, cure=cure))

    def parse(self, content: bytes) -> dict[str, _TomlValue]:
        try:
            sections = tomllib.loads(content.decode("utf-8-sig"), parse_float=Decimal)
        except UnicodeDecodeError:
            raise AgreementError(
                _("{file} is not UTF-8 text; save it as UTF-8.").format(file=self.name)
            ) from None
        except (ValueError, ArithmeticError, RecursionError) as error:
            raise AgreementError(
                _("{file} is not TOML: {reason}; mend that line.").format(file=self.name, reason=error)
            ) from None
        for section in sections:
            if section not in _SECTIONS:
                raise self.refusal(section, self._unknown(section, _SECTIONS))
        return sections

    def section(
        self, sections: Mapping[str, _TomlValue], name: str, *, optional: bool = False
    ) -> Mapping[str, _TomlValue]:
        found = sections.get(name, {} if optional else None)
        if not isinstance(found, dict):
            raise self.refusal(name, _("write it as a section, [{name}]").format(name=name))
        return found

    def rows(self, section: str, found: _TomlValue, agreement_id: str) -> Iterator[AgreementRow]:
        if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
            raise self.refusal(
                section, _("write each row as a section of its own, [[{name}]]").format(name=section)
            )
        for position, item in enumerate(found, start=1):
            yield self.row(section, f"{section}[{position}]", item, agreement_id)

    def row(
        self, table_name: str, place: str, found: Mapping[str, _TomlValue], agreement_id: str
    ) -> AgreementRow:
        form = table(table_name)
        values = {"agreement_id": agreement_id}
        for key, value in found.items():
            if key not in form.field_names:
                raise self.refusal(f"{place}.{key}", self._unknown(key, form.field_names))
            values[key] = self._text(f"{place}.{key}", form.field(key), value)
        if values["agreement_id"] != agreement_id:
            raise self.refusal(
                f"{place}.agreement_id", _("leave it out, or write {id}").format(id=agreement_id)
            )
        self._fill(place, form, values)
        return AgreementRow(table_name, place, values)

    def _fill(self, place: str, form: Table, values: dict[str, str]) -> None:
        for one in form.fields:
            if one.default is not None:
                values.setdefault(one.name, one.default)
            if one.required and one.name not in values:
                raise self.refusal(f"{place}.{one.name}", _("it is missing; add it"))

    def _text(self, key: str, form_field: Field, value: _TomlValue) -> str:
        text = _canonical(value, form_field)
        if text is None:
            raise self.refusal(key, self._cure(form_field))
        if fault_of(form_field, text) is not None:
            raise self.refusal(key, self._cure(form_field))
        return text

    def _cure(self, form_field: Field) -> str:
        codes = [] if form_field.code_list is None else code_list(form_field.code_list).codes
        if 0 < len(codes) <= _CODES_NAMED:
            return _("the form does not take this value; write one of {codes}").format(
                codes=", ".join(code.code for code in codes)
            )
        if form_field.example:
            return _("the form does not take this value; write it as {example}").format(
                example=form_field.example
            )
        return _("the form does not take this value")

    def _unknown(self, key: str, known: Iterable[str]) -> str:
        from difflib import get_close_matches

        near = get_close_matches(key, sorted(known), 1)
        if near:
            return _("there is no such key; did you mean {near}").format(near=near[0])
        return _("there is no such key; take it out")

    def refuse_doubles(self, rows: Iterable[AgreementRow]) -> None:
        seen: dict[tuple[str, str], str] = {}
        for row in rows:
            form = table(row.table)
            key = (row.table, form.key_of({name: row.values.get(name) for name in form.field_names}))
            if key in seen:
                raise self.refusal(
                    row.place, _("it has the same key as {place}; keep one").format(place=seen[key])
                )
            seen[key] = row.place

    def exchange(self, found: Mapping[str, _TomlValue]) -> ExchangeSettings:
        for key in found:
            if key not in ExchangeSettings.__dataclass_fields__:
                raise self.refusal(
                    f"exchange.{key}", self._unknown(key, ExchangeSettings.__dataclass_fields__)
                )
        travel = found.get("sources_travel", False)
        if not isinstance(travel, bool):
            raise self.refusal("exchange.sources_travel", _("write true or false"))
        return ExchangeSettings(
            sources_travel=travel,
            countersignatures=self._whole(found, "countersignatures", 0, 9) or 0,
            deliver_by_day=self._whole(found, "deliver_by_day", 1, 28),
        )

    def _whole(self, found: Mapping[str, _TomlValue], key: str, low: int, high: int) -> int | None:
        value = found.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            raise self.refusal(
                f"exchange.{key}", _("write a whole number from {low} to {high}").format(low=low, high=high)
            )
        return value

    def names(self, found: Mapping[str, _TomlValue]) -> Names:
        for kind in found:
            if kind not in CROSSWALK_KINDS:
                raise self.refusal(f"crosswalk.{kind}", self._unknown(kind, CROSSWALK_KINDS))
        return Names(*(self._pairs(found, kind) for kind in CROSSWALK_KINDS))

    def _pairs(self, found: Mapping[str, _TomlValue], kind: str) -> dict[str, str]:
        pairs = found.get(kind, {})
        if not isinstance(pairs, dict):
            raise self.refusal(f"crosswalk.{kind}", _('write it as {{ "local name" = "id" }}').format())
        for value in pairs.values():
            if not isinstance(value, str):
                raise self.refusal(f"crosswalk.{kind}", _("write every id in quotes"))
        return dict(pairs)


def _canonical(value: _TomlValue, form_field: Field) -> str | None:
    if isinstance(value, bool):
        return str(value).lower() if form_field.type == "boolean" else None
    if isinstance(value, int | Decimal):
        return _number(Decimal(value), form_field)
    if isinstance(value, datetime):
        return None
    if isinstance(value, date | time):
        return value.isoformat()
    return value if isinstance(value, str) and value.strip() else None


def _number(value: Decimal, form_field: Field) -> str | None:
    if form_field.type not in ("number", "integer") or not value.is_finite():
        return None
    if form_field.decimals is None:
        return f"{value:f}"
    return number_text(value, form_field.decimals) if value == round(value, form_field.decimals) else None
