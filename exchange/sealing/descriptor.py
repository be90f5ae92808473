"""``datapackage.json``: what a package says of itself, as a Data Package (v2) with the exchange's own properties.

Values in, canonical JSON out, and back. Every file of the payload is a resource with its size and SHA-256, so the
descriptor alone tells whether a folder of files is the whole package. Readers take properties that they do not know
(form.md, Versioning), but never a known one of another kind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from importlib.resources import files
from typing import cast

from exchange.errors import PackageRefused, SettlementError, WorkspaceError
from exchange.form.tables import Table, form_version, tables
from exchange.language import translate as _
from exchange.parties import parse_party
from exchange.periods import Period, parse_period
from exchange.sanitise import visible
from exchange.sealing.files import Files, Measure, as_files, beginning
from exchange.sealing.results import CHANGES, RESULTS

NAME = "datapackage.json"
PROFILE = "https://datapackage.org/profiles/2.0/datapackage.json"
_LONGEST = 4 * 1024 * 1024
_MOST_PACKAGES = 999_999
_LONGEST_TEXT = 256
_HASH = re.compile(r"[0-9a-f]{64}")

Json = object

_SAID_TO_PEOPLE = frozenset({"title", "title_da", "description", "description_da", "example"})


@dataclass(frozen=True, slots=True)
class Former:
    """The package that this one replaces."""

    sequence: int
    sha256: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Descriptor:
    """What a package says of itself beside its files.

    Attributes:
        sender, recipient: party ids; recipient is a jobcentre or an audit firm.
        period: whole months; what is settled and what blocks.
        sequence: 1 for the first package of this sender, recipient, agreement and jobcentre; 0 for a draft.
        supersedes: the last package with the same of these and the same period.
        rule_set_version, rule_set_sha256: which rules judged.
        ledger_head: the sender's tips before this package.
        heads_seen: by party, the tips last seen of its ledger.
        retained_from: the sender holds nothing before that day any more; None where retention took nothing.
        countersignatures: how many the agreement asks for beside the sender's signature.
        language: of the messages in findings.csv.
        created: UTC, ISO 8601.
    """

    sender: str
    recipient: str
    agreement_id: str
    jobcentre: str
    period: Period
    sequence: int
    supersedes: Former | None
    form_version: str
    rule_set_version: str
    rule_set_sha256: str
    software_version: str
    ledger_head: tuple[str, ...]
    heads_seen: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    draft: bool
    retained_from: date | None = None
    countersignatures: int = 0
    language: str
    created: str

    @property
    def stem(self) -> str:
        """The file's name without its ending: agreement, jobcentre, period, recipient and sequence."""
        # A colon is legal in an id and not in a Windows file name.
        agreement = self.agreement_id.replace(":", "-")
        period = f"{self.period.start:%Y-%m}--{self.period.end:%Y-%m}"
        last = "draft" if self.draft else str(self.sequence)
        return f"{agreement}_{self.jobcentre}_{period}_{self.recipient}_{last}"


def write_descriptor(descriptor: Descriptor, payload: Mapping[str, bytes]) -> bytes:
    """Return the JSON of a package with these files; the same values give the same bytes."""
    contents = as_files(payload)
    whole = {
        "$schema": PROFILE,
        "name": descriptor.stem.lower(),
        "version": descriptor.form_version,
        "created": descriptor.created,
        **_properties(descriptor),
        "resources": [_resource(path, contents.measure(path), set(payload)) for path in contents],
    }
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode("utf-8")


def read_descriptor(payload: Files) -> Descriptor:
    """Read the descriptor and hold every file against it.

    Raises:
        PackageRefused: ``form-descriptor`` (missing, or not what it must be) or ``form-resource`` (a file is not
            listed, is missing, or has another size or hash).
    """
    try:
        whole = json.loads(
            beginning(payload, NAME, _LONGEST)[:_LONGEST].decode("utf-8"),
            object_pairs_hook=_once,
            parse_constant=_refuse_constant,
        )
        descriptor = _descriptor(whole)
        resources = _once([(_text(one, "path"), one) for one in whole["resources"]])
        said = {one["path"]: (one["bytes"], one["hash"]) for one in whole["resources"]}
        other = _other_schemas(resources, descriptor, payload)
    except (
        KeyError,
        ValueError,
        TypeError,
        AttributeError,
        RecursionError,
        SettlementError,
        WorkspaceError,
    ):
        raise _unfit() from None
    _refuse_other_files(said, payload)
    for path in other:
        raise _other_file(path)
    return descriptor


def _once(pairs: Sequence[tuple[str, Json]]) -> dict[str, Json]:
    """Refuse a name that stands twice: of two values each reader would believe another."""
    found = dict(pairs)
    if len(found) < len(pairs):
        raise ValueError
    return found


def _refuse_constant(name: str) -> Json:
    raise ValueError(name)


def _properties(descriptor: Descriptor) -> dict[str, Json]:
    former = descriptor.supersedes
    return {
        "sender": descriptor.sender,
        "recipient": descriptor.recipient,
        "agreement": descriptor.agreement_id,
        "jobcentre": descriptor.jobcentre,
        "period": {"start": str(descriptor.period.start), "end": str(descriptor.period.end)},
        "sequence": descriptor.sequence,
        "supersedes": None if former is None else {"sequence": former.sequence, "sha256": former.sha256},
        "draft": descriptor.draft,
        "retained_from": None if descriptor.retained_from is None else str(descriptor.retained_from),
        "countersignatures": descriptor.countersignatures,
        "form_version": descriptor.form_version,
        "rule_set": {"version": descriptor.rule_set_version, "sha256": descriptor.rule_set_sha256},
        "software_version": descriptor.software_version,
        "ledger_head": list(descriptor.ledger_head),
        "heads_seen": {party: list(head) for party, head in sorted(descriptor.heads_seen.items())},
        "language": descriptor.language,
    }


def refuse_made_later(descriptor: Descriptor, signed: datetime | None) -> None:
    """See that a package says of itself no later moment than its first signature does.

    The order of histories rests on that moment, and a signature from the future does not hold.

    Raises:
        PackageRefused: ``form-descriptor``.
    """
    if signed is not None and datetime.fromisoformat(descriptor.created) > signed:
        raise _unfit()


def _unfit() -> PackageRefused:
    return PackageRefused(
        "form-descriptor",
        _("The package's {name} does not say what it must; ask the sender for a new package.").format(
            name=NAME
        ),
    )


def _descriptor(whole: Mapping[str, Json]) -> Descriptor:
    period = _section(whole, "period")
    rule_set = _section(whole, "rule_set")
    seen = _section(whole, "heads_seen")
    draft = _switch(whole, "draft")
    sequence = _count(whole, "sequence", least=0 if draft else 1)
    return Descriptor(
        sender=_party(_text(whole, "sender")),
        recipient=_party(_text(whole, "recipient")),
        agreement_id=_text(whole, "agreement"),
        jobcentre=_party(_text(whole, "jobcentre")),
        period=_months(f"{_text(period, 'start')}..{_text(period, 'end')}"),
        sequence=sequence,
        supersedes=_former(whole, _MOST_PACKAGES if draft else sequence),
        form_version=_text(whole, "form_version"),
        rule_set_version=_text(rule_set, "version"),
        rule_set_sha256=_sha256(rule_set["sha256"]),
        software_version=_text(whole, "software_version"),
        ledger_head=_tips(whole, "ledger_head"),
        heads_seen={_party(party): _tips(seen, party) for party in seen},
        draft=draft,
        retained_from=_day(whole.get("retained_from")),
        countersignatures=_count(whole, "countersignatures", least=0) if "countersignatures" in whole else 0,
        language=_text(whole, "language"),
        created=_moment(_text(whole, "created")),
    )


def _moment(text: str) -> str:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None or moment.isoformat() != text:
        raise ValueError(text)
    return text


def _party(text: str) -> str:
    if parse_party(text).id != text:
        raise ValueError(text)
    return text


def _months(text: str) -> Period:
    period = parse_period(text)
    if not period.whole_months:
        raise ValueError(text)
    return period


def _former(whole: Mapping[str, Json], before: int) -> Former | None:
    """Return the package that is replaced, whose number is an earlier one."""
    if whole["supersedes"] is None:
        return None
    former = _section(whole, "supersedes")
    found = Former(_count(former, "sequence"), _sha256(former["sha256"]))
    if found.sequence >= before:
        raise ValueError(found)
    return found


def _sha256(found: Json) -> str:
    if not isinstance(found, str) or not _HASH.fullmatch(found):
        raise TypeError(found)
    return found


def _refuse_other_files(resources: Mapping[str, tuple[Json, Json]], payload: Files) -> None:
    for path in sorted(resources.keys() ^ (payload.keys() - {NAME})):
        raise _other_file(path)
    for path, said in resources.items():
        measure = payload.measure(path)
        if said != (measure.size, _hash(measure)):
            raise _other_file(path)


def _other_schemas(resources: Mapping[str, Json], descriptor: Descriptor, payload: Files) -> list[str]:
    """Return the tables that the descriptor describes otherwise than the same version of the form does.

    Who reads the package with other tools reads it by these schemas; titles and descriptions may be mended.
    """
    if descriptor.form_version != form_version():
        return []
    return [
        path
        for path in sorted(resources.keys() & _tabular().keys() & payload.keys())
        if _meaning(resources[path]) != _meaning(_resource(path, payload.measure(path), set(payload)))
    ]


def _meaning(resource: Json) -> Json:
    """Return what a reader would act on; a TypeError or KeyError where it is no resource with a schema."""
    if not isinstance(resource, dict) or not isinstance(resource["schema"], dict):
        raise TypeError
    schema = resource["schema"]
    fields = [
        {name: value for name, value in one.items() if name not in _SAID_TO_PEOPLE}
        for one in schema["fields"]
    ]
    rest = {name: value for name, value in resource.items() if name not in (*_SAID_TO_PEOPLE, "schema")}
    return rest, {
        **{name: value for name, value in schema.items() if name not in _SAID_TO_PEOPLE},
        "fields": fields,
    }


def _other_file(path: str) -> PackageRefused:
    return PackageRefused(
        "form-resource",
        _(
            "The package's file “{name}” is not the one that datapackage.json lists; ask for a new package."
        ).format(name=visible(str(path)[:80])),
    )


def _resource(path: str, measure: Measure, paths: set[str]) -> dict[str, Json]:
    shared = {"path": path, "bytes": measure.size, "hash": _hash(measure)}
    tabular = _tabular().get(path)
    if tabular is None:
        return {"name": path.lower().replace("/", "-"), **shared}
    return {
        **tabular,
        **shared,
        "schema": _without_absent(cast("Mapping[str, Json]", tabular["schema"]), paths),
    }


def _hash(measure: Measure) -> str:
    return f"sha256:{measure.sha256.hex()}"


@lru_cache(maxsize=1)
def _tabular() -> Mapping[str, Mapping[str, Json]]:
    """Return the resources of the form with their schemas in them, and those of the results, by path."""
    schemas = files("schemas")
    form = json.loads(schemas.joinpath(NAME).read_text(encoding="utf-8"))
    found: dict[str, Mapping[str, Json]] = {}
    for resource in form["resources"]:
        schema = json.loads(schemas.joinpath(resource["schema"]).read_text(encoding="utf-8"))
        found[resource["path"]] = {**resource, "schema": schema}
    shared = {
        name: form["resources"][0][name]
        for name in ("type", "scheme", "format", "mediatype", "encoding", "dialect")
    }
    for table in (*RESULTS, CHANGES):
        found[f"{table.name}.csv"] = {"name": table.name, **shared, "schema": _schema(table)}
    return found


def _schema(table: Table) -> dict[str, Json]:
    return {
        "fields": [{"name": name, "type": "string"} for name in table.field_names],
        "missingValues": [""],
        "primaryKey": list(table.primary_key),
    }


def _without_absent(schema: Mapping[str, Json], paths: set[str]) -> dict[str, Json]:
    """Leave out foreign keys to tables that do not travel because they have no rows."""
    keys = cast("Sequence[Mapping[str, Mapping[str, str]]]", schema.get("foreignKeys", ()))
    there = [key for key in keys if data_path(key["reference"]["resource"]) in paths]
    rest = {name: value for name, value in schema.items() if name != "foreignKeys"}
    return {**rest, "foreignKeys": there} if there else rest


def data_path(table_name: str) -> str:
    """Return where a table of the form stands in a package."""
    return f"data/{tables()[table_name].name}.csv"


def _section(whole: Mapping[str, Json], name: str) -> Mapping[str, Json]:
    found = whole[name]
    if not isinstance(found, dict):
        raise TypeError(name)
    return found


def _text(whole: Mapping[str, Json], name: str) -> str:
    found = whole[name]
    if not isinstance(found, str) or not 0 < len(found) <= _LONGEST_TEXT or not found.isprintable():
        raise TypeError(name)
    return found


def _tips(whole: Mapping[str, Json], name: str) -> tuple[str, ...]:
    """Return the tips of a ledger."""
    found = whole[name]
    if not isinstance(found, list):
        raise TypeError(name)
    return tuple(_sha256(text) for text in found)


def _count(whole: Mapping[str, Json], name: str, *, least: int = 1) -> int:
    found = whole[name]
    if type(found) is not int or not least <= found <= _MOST_PACKAGES:
        raise TypeError(name)
    return found


def _day(found: Json) -> date | None:
    if found is None:
        return None
    if not isinstance(found, str) or date.fromisoformat(found).isoformat() != found:
        raise TypeError
    return date.fromisoformat(found)


def _switch(whole: Mapping[str, Json], name: str) -> bool:
    found = whole[name]
    if not isinstance(found, bool):
        raise TypeError(name)
    return found
