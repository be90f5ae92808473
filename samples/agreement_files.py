"""The agreement files of the samples: terms, parties, sites, mentors, responsibilities and the crosswalk, as TOML.

In: the terms and placements. Out: text in the format of ``agreement add``. Names of companies say that they are invented.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from samples.exports import crosswalk
from samples.facts import Books

Value = str | int | bool

_DATES = frozenset({"valid_from", "valid_to"})
_COMPANY = {
    "RED-2016": "Redningskorpset Eksempel A/S (opdigtet)",
    "KRE-2016": "Kreditforeningen Eksempel A/S (opdigtet)",
    "FAB-2016": "Fabrikken Eksempel A/S (opdigtet)",
}
_NAMES = {
    "151": "ballerup",
    "153": "broendby",
    "157": "gentofte",
    "159": "gladsaxe",
    "165": "albertslund",
    "167": "hvidovre",
    "173": "lyngby-taarbaek",
    "540": "soenderborg",
}
_TERMS: Mapping[str, Mapping[str, Value]] = {
    "RED-2016": {
        "title": "Én mentor på alle stationer",
        "lead_jobcentre": "159",
        "mentor_model": "shared-mentor",
        "funding": "per-occupied-place",
        "places": 10,
        "places_are": "minimum",
        "mentor_hours_per_week": "3.00",
        "hourly_rate": "275.00",
    },
    "KRE-2016": {
        "title": "Seks pladser til fast pris",
        "lead_jobcentre": "157",
        "mentor_model": "company-mentor",
        "funding": "per-place",
        "places": 6,
        "places_are": "exact",
        "mentor_hours_per_week": "4.00",
        "place_rate_per_week": "1850.00",
    },
    "FAB-2016": {
        "title": "To fabrikker, to mentorer fra jobcenteret",
        "lead_jobcentre": "540",
        "mentor_model": "jobcentre-mentor",
        "funding": "none",
        "places": 6,
        "places_are": "minimum",
    },
}
_PARTIES: Mapping[str, tuple[tuple[str, str, str], ...]] = {
    "RED-2016": (
        ("159", "aud-nord", "daily-both-sides"),
        ("151", "aud-syd", "weekly-totals-with-notes"),
        ("153", "aud-vest", "conversations-four-weeks"),
        ("165", "aud-oest", "grants-and-appeal"),
        ("167", "aud-midt", "daily-both-sides"),
    ),
    "KRE-2016": (("157", "aud-fjord", "grants-and-appeal"), ("173", "aud-bakke", "conversations-four-weeks")),
    "FAB-2016": (("540", "aud-als", "weekly-totals-with-notes"),),
}
_STAND_INS = frozenset({"151", "153", "165", "167"})
_STAND_IN = (
    "# Stedfortræder: publikationen nævner ikke, hvilke fire jobcentre der var med.",
    "# A stand-in: the publication does not name the four jobcentres.",
)
_SITES: Mapping[str, tuple[tuple[str, str], ...]] = {
    "RED-2016": (
        ("Station Gladsaxe (opdigtet)", "2860"),
        ("Station Brøndby (opdigtet)", "2605"),
        ("Station Hvidovre (opdigtet)", "2650"),
        ("Station Ballerup (opdigtet)", "2750"),
        ("Station Glostrup (opdigtet)", "2600"),
        ("Station Albertslund (opdigtet)", "2620"),
    ),
    "KRE-2016": (("Kundeservice (opdigtet)", "2800"), ("Postrum og kantine (opdigtet)", "2800")),
    "FAB-2016": (("Fabrikken i Nordborg (opdigtet)", "6430"), ("Fabrikken i Gråsten (opdigtet)", "6300")),
}
_MENTORS: Mapping[str, int] = {"RED-2016": 2, "KRE-2016": 1, "FAB-2016": 2}
_RESPONSIBLE: Mapping[str, tuple[str, str]] = {
    "tasks-overview": ("company", "Stationslederen"),
    "support-at-work": ("{mentor}", "Mentoren på hans eller hendes telefon"),
    "support-for-colleagues": ("{mentor}", "Mentoren på hans eller hendes telefon"),
    "support-private-life": ("{mentor}", "Mentoren, med sagsbehandleren orienteret"),
    "morning-attendance": ("{mentor}", "Mentoren ringer ved udeblivelse"),
    "unforeseen-contact": ("lead-jobcentre", "Tovholderens fællespostkasse"),
    "progress-reviews": ("{mentor}", "Mentoren hver tredje uge"),
    "reporting": ("{mentor}", "Mentoren til tovholderen"),
    "filling-places": ("jobcentre", "Hvert jobcenters virksomhedskonsulent"),
    "informing-line-managers": ("company", "Virksomhedens CSR-ansvarlige"),
    "paperwork": ("lead-jobcentre", "Tovholderens fællespostkasse"),
}


def agreement_toml(books: Books) -> bytes:
    """Return the agreement's file."""
    return "\n".join(_lines(books)).encode() + b"\n"


def _lines(books: Books) -> Iterator[str]:
    agreement = books.terms.id
    prefix = agreement[:3]
    yield f"# {_COMPANY[agreement]}. Virksomhed, personer og tal er opdigtede; se samples/README.md."
    yield "# Invented company, people and figures; see samples/README.md."
    yield from _section("agreement", _terms(books))
    for jobcentre, auditor, profile in _PARTIES[agreement]:
        if jobcentre in _STAND_INS:
            yield from ("", *_STAND_IN)
        yield from _section("[parties]", _party(books, jobcentre, auditor, profile))
    for number, (name, postcode) in enumerate(_SITES[agreement], 1):
        yield from _section("[sites]", {"site_id": f"{prefix}-S{number}", "name": name, "postcode": postcode})
    by_jobcentre = agreement == "FAB-2016"
    for number in range(1, _MENTORS[agreement] + 1):
        employer: dict[str, Value] = {"employer": "company"}
        if by_jobcentre:
            employer = {"employer": "jobcentre", "jobcentre": "540"}
        yield from _section(
            "[mentors]", {"mentor_id": f"{prefix}-M{number}"} | employer | {"valid_from": "2016-01-04"}
        )
    mentor = "jobcentre-mentor" if by_jobcentre else "company-mentor"
    for question, (responsible, contact) in _RESPONSIBLE.items():
        row = {"question": question, "responsible": responsible.format(mentor=mentor), "contact": contact}
        yield from _section("[responsibilities]", row)
    yield from _section("exchange", {"sources_travel": False, "countersignatures": 0, "deliver_by_day": 10})
    if agreement == "RED-2016":
        yield from _crosswalk(books)


def _terms(books: Books) -> dict[str, Value]:
    agreement = books.terms.id
    return {
        "agreement_id": agreement,
        "company_cvr": books.terms.company,
        "company_name": _COMPANY[agreement],
        "company_mailbox": f"mentor@{agreement[:3].lower()}-eksempel.example",
        "report_by_day": 10,
        **_TERMS[agreement],
        "max_weeks": 26,
        "proration": "weekdays",
        "valid_from": "2016-01-04",
        "valid_to": "2016-12-31",
    }


def _party(books: Books, jobcentre: str, auditor: str, profile: str) -> dict[str, Value]:
    lead = _TERMS[books.terms.id]["lead_jobcentre"] == jobcentre
    places: dict[str, Value] = {"places": books.terms.places[jobcentre]} if books.terms.places else {}
    return {
        "jobcentre": jobcentre,
        "role": "lead" if lead else "participant",
        **places,
        "auditor": auditor,
        "auditor_profile": profile,
        "contact_mailbox": f"mentor@{_NAMES[jobcentre]}.example",
    }


def _section(name: str, values: Mapping[str, Value]) -> Iterator[str]:
    yield ""
    yield f"[{name}]"
    for key, value in values.items():
        yield f"{key} = {_toml(key, value)}"


def _toml(key: str, value: Value) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int) or key in _DATES:
        return str(value)
    return _quoted(value)


def _quoted(text: str) -> str:
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _crosswalk(books: Books) -> Iterator[str]:
    yield ""
    yield "# The parties' own numbers and names; they stay in the workspace and never travel."
    for name, pairs in crosswalk(books).items():
        yield f"[crosswalk.{name}]"
        for local, own in sorted(pairs.items(), key=lambda pair: (pair[1], pair[0])):
            yield f"{_quoted(local)} = {_quoted(own)}"
