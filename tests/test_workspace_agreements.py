"""Agreement files: what they become, and the sentence for each mistake."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from exchange import language
from exchange.errors import AgreementError
from exchange.workspace.agreements import ExchangeSettings, Names, read_agreement, read_crosswalk
from tests.conftest import CommandLine, opened

WHOLE = """
[agreement]
agreement_id = "AFT-1"
title = "Én mentor"
company_cvr = "12345678"
company_name = "Redning A/S"
lead_jobcentre = "159"
mentor_model = "shared-mentor"
funding = "per-occupied-place"
places = 10
places_are = "minimum"
mentor_hours_per_week = 3
hourly_rate = "275.00"
proration = "weekdays"
valid_from = 2016-01-04
[[parties]]
jobcentre = "159"
role = "lead"
contact_mailbox = "mentor@gladsaxe.example"
[[sites]]
site_id = "S1"
name = "Station"
postcode = "2860"
[[mentors]]
mentor_id = "M-01"
employer = "company"
valid_from = 2016-01-04
[[responsibilities]]
question = "paperwork"
responsible = "company"
contact = "Vagtcentralen"
[exchange]
deliver_by_day = 10
[crosswalk]
mentors = { "Anders And" = "M-01" }
placements = { "Sag 12" = "159-00012" }
"""


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    before = language.current()
    language.use("en")
    yield
    language.use(before)


def test_an_agreement_file_becomes_rows_settings_and_names() -> None:
    agreement = read_agreement(WHOLE.encode(), "aft.toml")

    assert agreement.agreement_id == "AFT-1"
    assert [(row.table, row.place) for row in agreement.rows] == [
        ("agreements", "agreement"),
        ("parties", "parties[1]"),
        ("responsibilities", "responsibilities[1]"),
        ("sites", "sites[1]"),
        ("mentors", "mentors[1]"),
    ]
    terms = agreement.rows[0].values
    assert (terms["places"], terms["mentor_hours_per_week"], terms["hourly_rate"]) == ("10", "3.00", "275.00")
    assert (terms["valid_from"], terms["max_weeks"]) == ("2016-01-04", "26")
    assert agreement.rows[1].values["agreement_id"] == "AFT-1"
    assert agreement.exchange == ExchangeSettings(deliver_by_day=10)
    assert agreement.names == Names({"Sag 12": "159-00012"}, {"Anders And": "M-01"})


@pytest.mark.parametrize(
    ("old", "new", "sentence"),
    [
        ("", "[[", "aft.toml is not TOML: "),
        ('hourly_rate = "275.00"', "hourly_rat = 275", "aft.toml, agreement.hourly_rat: there is no such key; did you mean hourly_rate."),
        ('hourly_rate = "275.00"', "hourly_rate = true", "aft.toml, agreement.hourly_rate: the form does not take this value; write it as 275.00."),
        ('hourly_rate = "275.00"', "hourly_rate = 275.005", "aft.toml, agreement.hourly_rate: the form does not take this value; write it as 275.00."),
        ("places = 10", "places = 0", "aft.toml, agreement.places: the form does not take this value; write it as 10."),
        ("valid_from = 2016-01-04", 'valid_from = "4/1-16"', "aft.toml, agreement.valid_from: the form does not take this value; write it as 2016-01-04."),
        ('agreement_id = "AFT-1"', "", "aft.toml, agreement.agreement_id: give the agreement an id in quotes, as “AFT-1”."),
        ('title = "Én mentor"\n', "", "aft.toml, agreement.title: it is missing; add it."),
        ('role = "lead"', 'role = "boss"', "aft.toml, parties[1].role: the form does not take this value; write one of lead, participant."),
        ('role = "lead"', 'agreement_id = "AFT-2"\nrole = "lead"', "aft.toml, parties[1].agreement_id: leave it out, or write AFT-1."),
        ("[[sites]]", '[[sites]]\nsite_id = "S1"\nname = "X"\npostcode = "2860"\n[[sites]]', "aft.toml, sites[2]: it has the same key as sites[1]; keep one."),
        ("[[sites]]", "[[site]]", "aft.toml, site: there is no such key; did you mean sites."),
        ("[[sites]]", "[sites]", "aft.toml, sites: write each row as a section of its own, [[sites]]."),
        ("deliver_by_day = 10", "deliver_by_day = 31", "aft.toml, exchange.deliver_by_day: write a whole number from 1 to 28."),
        ("deliver_by_day = 10", "sources_travel = 1", "aft.toml, exchange.sources_travel: write true or false."),
        ('"Anders And" = "M-01"', '"Anders And" = 1', "aft.toml, crosswalk.mentors: write every id in quotes."),
        ("mentors = {", "mentorer = {", "aft.toml, crosswalk.mentorer: there is no such key; did you mean mentors."),
    ],
)  # fmt: skip
def test_a_mistake_names_file_key_and_cure(old: str, new: str, sentence: str) -> None:
    assert old in WHOLE
    with pytest.raises(AgreementError) as refused:
        read_agreement((WHOLE.replace(old, new, 1) if old else WHOLE + new).encode(), "aft.toml")

    assert str(refused.value).startswith(sentence)


def test_a_crosswalk_beside_the_file_is_read_by_kind() -> None:
    names = read_crosswalk(
        b"kind,name,id\nmentor,Anders And,M-01\ntrainee,Rip,T-0123456789abcdef\n", "crosswalk.csv"
    )

    assert names == Names({}, {"Anders And": "M-01"}, {"Rip": "T-0123456789abcdef"})


@pytest.mark.parametrize("content", [b"kind,name,id\nboss,A,B\n", b"kind,name,id\nmentor,A\n", b"\xff\xfe"])
def test_a_crosswalk_with_a_mistake_is_one_sentence(content: bytes) -> None:
    with pytest.raises(
        AgreementError, match=r"^crosswalk.csv, line \d: write kind \(placement, mentor or trainee\)"
    ):
        read_crosswalk(content, "crosswalk.csv")


def test_adding_again_replaces_and_the_same_bytes_change_nothing(enblanket: CommandLine) -> None:
    path = enblanket.here.parent / "aft.toml"
    path.write_text(WHOLE, encoding="utf-8")
    first = enblanket("agreement", "add", str(path), "--format", "json")
    again = enblanket("agreement", "add", str(path), "--format", "json")
    path.write_text(
        WHOLE.replace('"275.00"', '"280.00"').replace(
            '[[mentors]]\nmentor_id = "M-01"', '[[mentors]]\nmentor_id = "M-02"'
        ),
        encoding="utf-8",
    )
    newer = enblanket("agreement", "add", str(path), "--format", "json")

    rows = {"agreements": 1, "parties": 1, "responsibilities": 1, "sites": 1, "mentors": 1}
    assert first.records == [{"agreement_id": "AFT-1", "rows": rows, "unchanged": False, "admitted": 0}]
    assert again.records[0]["unchanged"] is True
    assert newer.records[0]["unchanged"] is False
    holdings = opened(enblanket.here).holdings()
    assert [row["hourly_rate"] for row in holdings.records("agreements")] == ["280.00"]
    assert [row["mentor_id"] for row in holdings.records("mentors")] == ["M-02"]
    assert len(opened(enblanket.here).ledger.events()) == 3


def test_names_of_people_stay_out_of_the_ledger(enblanket: CommandLine) -> None:
    path = enblanket.here.parent / "aft.toml"
    path.write_text(WHOLE, encoding="utf-8")
    enblanket("agreement", "add", str(path))

    assert opened(enblanket.here).names().mentors == {"Anders And": "M-01"}
    for file in (enblanket.here / "ledger.sqlite", *(enblanket.here / "objects").rglob("*")):
        assert file.is_dir() or b"Anders" not in file.read_bytes()
