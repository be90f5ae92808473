"""A package's payload: whose rows it holds, what of the others it shows, and the same bytes for the same facts."""

from __future__ import annotations

import csv
import io
import json
import shutil
import string
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from exchange.checks.engine import check
from exchange.checks.findings import Finding
from exchange.checks.rules import load_rules
from exchange.checks.source import RecordSource
from exchange.errors import SealRefused
from exchange.form.tables import tables
from exchange.periods import Period
from exchange.review.decisions import Decision, Verb
from exchange.review.open_list import Entry, Status, open_list
from exchange.sealing.blocking import blocking, refuse_blocked
from exchange.sealing.cut import HeldRow, Share, cut
from exchange.sealing.descriptor import Descriptor
from exchange.sealing.package import Facts, make_payload
from exchange.settlement.settle import settle
from tests.small_town import FILES, NAMES, SECRETS_OF_173, Town, files_of

PERIOD = Period(date(2016, 1, 1), date(2016, 3, 31))


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode(), newline="")))


def test_the_files_stand_in_the_order_of_the_design(town: Town) -> None:
    names = list(files_of(town.content()))

    rules = [name for name in names if name.startswith("rules/")]
    assert names == [
        "datapackage.json",
        *[f"data/{name}.csv" for name in ("agreements", "parties", "sites", "mentors", "placements", "mentor_hours", "claims")],
        "findings.csv", "decisions.csv", "corrections.csv", "settlement.csv", "evidence.csv",
            "history.csv",
        *sorted(rules),
        "auditors/nord.toml",
    ]  # fmt: skip
    shipped = Path(__file__).parents[2] / "schemas"
    expected = {path.name for path in (shipped / "rules").iterdir() if path.suffix in (".sql", ".toml")}
    assert {name.removeprefix("rules/") for name in rules} == {*expected, "calendar.csv"}


def test_the_rules_inside_are_the_bytes_that_ship(town: Town) -> None:
    shipped = Path(__file__).parents[2] / "schemas"
    files = files_of(town.content())

    assert files["rules/R03.sql"] == (shipped / "rules" / "R03.sql").read_bytes()
    assert files["rules/calendar.csv"] == (shipped / "calendar.csv").read_bytes()


def test_the_descriptor_says_who_what_and_with_which_rules(town: Town) -> None:
    said = json.loads(files_of(town.content())["datapackage.json"])

    assert town.packages["aud-nord"].name == "AFT-1_159_2016-01--2016-03_aud-nord_1.asice"
    assert said["$schema"] == "https://datapackage.org/profiles/2.0/datapackage.json"
    expected = {
        "sender": "159",
        "recipient": "aud-nord",
        "agreement": "AFT-1",
        "jobcentre": "159",
        "period": {"start": "2016-01-01", "end": "2016-03-31"},
        "sequence": 1,
        "supersedes": None,
        "draft": False,
        "heads_seen": {},
        "language": "en",
    }
    assert {name: said[name] for name in expected} == expected
    assert len(said["ledger_head"]) == 1


def test_frictionless_finds_the_whole_package_valid(town: Town, tmp_path: Path) -> None:
    from frictionless import Package

    for name, content in files_of(town.content()).items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(content)

    report = Package(str(tmp_path / "datapackage.json")).validate()

    assert [error.message for error in report.errors] == []
    assert [task.flatten(["message"]) for task in report.tasks if not task.valid] == []


def test_nothing_of_another_jobcentre_travels_but_code_and_placement_of_a_shared_finding(town: Town) -> None:
    files = files_of(town.content())
    places = {
        (secret, name, line)
        for secret in (*SECRETS_OF_173, *NAMES)
        for name, content in files.items()
        for line in content.decode().splitlines()
        if secret in line
    }

    assert {(secret, name) for secret, name, _line in places} == {
        ("173-901", "findings.csv"),
        ("173-901", "evidence.csv"),
    }
    shown = [line.split(",", 2)[2] for _secret, name, line in places if name == "evidence.csv"]
    assert set(shown) == {"placements,173-901,placement_id,173,,,,"}
    (shared,) = [line for _secret, name, line in places if name == "findings.csv"]
    assert shared.endswith(",,,,,,,,One trainee in two placements at once")


def test_the_other_jobcentre_gets_its_own_rows_alone(town: Town) -> None:
    files = files_of(town.content("aud-syd"))

    assert [row["placement_id"] for row in rows_of(files["data/placements.csv"])] == ["173-901", "173-902"]
    assert {row["placement_id"] for row in rows_of(files["data/mentor_hours.csv"])} == {"173-901"}
    assert "data/claims.csv" not in files
    assert b"159:C1" not in b"".join(files.values())


def test_a_cpr_number_travels_nowhere_and_its_cell_as_redacted(town: Town) -> None:
    files = files_of(town.content())

    assert not [name for name, content in files.items() if b"010180" in content]
    purposes = {row["placement_id"]: row["purpose"] for row in rows_of(files["data/placements.csv"])}
    assert purposes == {"159-001": "", "159-002": "[redacted]"}
    redaction = rows_of(files["corrections.csv"])[0]
    assert (redaction["table"], redaction["field"], redaction["reported"], redaction["corrected"]) == (
        "placements", "purpose", "", "",
    )  # fmt: skip


def test_evidence_names_files_by_their_sha256_alone(town: Town) -> None:
    import hashlib

    evidence = rows_of(files_of(town.content())["evidence.csv"])
    sha256 = hashlib.sha256(FILES["159/mentor_hours.csv"].encode()).hexdigest()

    cells = {(row["key"], row["field"]): (row["file"], row["cell"], row["value"]) for row in evidence}
    assert cells["jobcentre|159:1", "hours"] == (f"src-{sha256[:12]}.csv", "H2", "2.00")
    assert all(not row["file"] or row["file"].startswith("src-") for row in evidence)


# -- the pure room, without a workspace


def held() -> dict[str, list[HeldRow]]:
    """Two jobcentres' rows, straight from the files of the small town."""
    base: dict[str, list[HeldRow]] = {
        "agreements": [row(agreement_id="AFT-1", title="t", company_cvr="12345678", company_name="n", lead_jobcentre="159",
                           mentor_model="shared-mentor", funding="per-occupied-place", places="4", places_are="exact",
                           mentor_hours_per_week="3.00", hourly_rate="275.00", max_weeks="26", proration="weekdays",
                           valid_from="2016-01-01")],
        "parties": [row(agreement_id="AFT-1", jobcentre=code, role=role, contact_mailbox="a@b.example")
                    for code, role in (("159", "lead"), ("173", "participant"))],
        "sites": [row(site_id="S-1", agreement_id="AFT-1", name="Lageret", postcode="2860")],
        "mentors": [row(mentor_id="M-01", agreement_id="AFT-1", employer="company", valid_from="2016-01-01")],
        "control_totals": [HeldRow({"source": f"{code}.xlsx", "measure": "placements.count", "stated": "2"}, code)
                           for code in ("159", "173")],
    }  # fmt: skip
    for name, text in FILES.items():
        sender, table_name = name.split("/")
        rows = [HeldRow({k: v or None for k, v in one.items()}, sender) for one in rows_of(text.encode())]
        base.setdefault(table_name.removesuffix(".csv"), []).extend(rows)
    return base


def row(**values: str) -> HeldRow:
    return HeldRow(values, "159")


def facts_of(rows: Mapping[str, Sequence[HeldRow]]) -> Facts:
    rule_set = load_rules()
    source = RecordSource({name: [one.values for one in found] for name, found in rows.items()})
    entries = open_list(
        lambda found: check(source, rule_set=rule_set, profiles={}, corrections=found), ()
    ).entries
    decided = {
        entry.finding.finding_id: decision(entry, "accept")
        for entry in entries
        if entry.finding.severity == "error"
    }
    return Facts(
        held=rows,
        entries=[decided_entry(entry, decided.get(entry.finding.finding_id)) for entry in entries],
        decisions=list(decided.values()),
        settlement=settle(source, PERIOD, rule_set=rule_set, profiles={}),
        rule_set=rule_set,
        profiles={},
        local_names=NAMES,
    )


def decided_entry(entry: Entry, made: Decision | None) -> Entry:
    return entry if made is None else Entry(entry.finding, "accepted", made)


def decision(entry: Entry, verb: Verb) -> Decision:
    return Decision(
        event=f"event of {entry.finding.finding_id}", finding_id=entry.finding.finding_id, rule=entry.finding.rule,
        verb=verb, reason="Set.", value=None, judged=entry.finding.judged, who="159", when="2016-04-01T08:00:00+00:00",
    )  # fmt: skip


def descriptor(jobcentre: str = "159", **changes: object) -> Descriptor:
    rule_set = load_rules()
    plain = Descriptor(
        sender="159", recipient="aud-nord", agreement_id="AFT-1", jobcentre=jobcentre, period=PERIOD, sequence=1,
        supersedes=None, form_version="1.0.0", rule_set_version=rule_set.version, rule_set_sha256=rule_set.sha256,
        software_version="0.1.0", ledger_head=("a" * 64,), draft=False, language="en", created="2016-04-01T08:00:00+00:00",
    )  # fmt: skip
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def facts() -> Facts:
    return facts_of(held())


def test_the_same_facts_give_the_same_bytes_in_any_order(facts: Facts) -> None:
    shuffled = replace(
        facts,
        held={name: list(reversed(rows)) for name, rows in sorted(facts.held.items(), reverse=True)},
        entries=list(reversed(facts.entries)),
    )

    assert make_payload(shuffled, descriptor()) == make_payload(facts, descriptor())


def test_only_the_senders_own_control_totals_go_along(facts: Facts) -> None:
    totals = rows_of(make_payload(facts, descriptor())["data/control_totals.csv"])

    assert [one["source"] for one in totals] == ["159.xlsx"]


def test_anothers_claim_does_not_come_along_with_the_agreements_rate(facts: Facts) -> None:
    dear = row(
        claim_id="173:C9", agreement_id="AFT-1", jobcentre="173", period_start="2016-02-01", period_end="2016-02-29",
        hours="4.00", hourly_rate="300.00", amount="1200.00", submitted_on="2016-04-05",
    )  # fmt: skip
    with_claim = facts_of({**facts.held, "claims": [*facts.held["claims"], dear]})

    own = make_payload(with_claim, descriptor("173"))
    others = make_payload(with_claim, descriptor("159"))

    assert "C04" in {one["rule"] for one in rows_of(own["findings.csv"])}
    assert not [name for name, content in others.items() if b"173:C9" in content]


def test_somebodys_name_as_a_sheet_stays_at_home(facts: Facts) -> None:
    from exchange.checks.findings import Evidence

    def named(item: Evidence, sheet: str) -> Evidence:
        return replace(item, file="Gladsaxe.XLSX", sheet=sheet, cell="D17")

    entries = []
    for entry in facts.entries:
        sheet = "karl  fantasi 2016" if entry.finding.rule == "R03" else "Timer"
        evidence = tuple(named(item, sheet) for item in entry.finding.evidence)
        entries.append(replace(entry, finding=replace(entry.finding, evidence=evidence)))
    sourced = {name: [replace(one, sha256="ab" * 32) for one in rows] for name, rows in facts.held.items()}

    payload = make_payload(replace(facts, entries=entries, held=sourced), descriptor())
    shown = {(one["file"], one["sheet"]) for one in rows_of(payload["evidence.csv"]) if one["cell"]}

    assert shown == {("src-abababababab.xlsx", ""), ("src-abababababab.xlsx", "Timer")}
    assert not [name for name, content in payload.items() if b"fantasi" in content.lower()]


def test_a_jobcentre_that_is_no_party_gets_nothing(facts: Facts) -> None:
    with pytest.raises(SealRefused) as refused:
        make_payload(facts, descriptor("175"))

    assert str(refused.value) == (
        "Jobcentre 175 is no party of agreement AFT-1; add it with “enblanket agreement add”."
    )


def finding(**changes: object) -> Finding:
    plain = Finding(finding_id="f" * 64, rule="R03", severity="error", subject=(), message="", cure="")
    return replace(plain, **changes)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("status", "severity", "dated", "blocks"),
    [
        ("open", "error", None, True),
        ("open", "error", date(2016, 3, 31), True),
        ("open", "error", date(2016, 4, 1), False),
        ("asked", "error", None, True),
        ("lapsed", "error", date(2016, 1, 1), True),
        ("open", "warning", None, False),
        ("open", "info", None, False),
        ("accepted", "error", None, False),
        ("corrected", "error", None, False),
        ("rejected", "error", None, False),
        ("settled", "error", None, False),
    ],
)
def test_an_open_error_blocks_when_undated_or_dated_by_the_end(
    status: Status, severity: str, dated: date | None, blocks: bool
) -> None:
    entry = Entry(finding(severity=severity, dated=dated), status)

    assert bool(blocking([entry], PERIOD.end)) is blocks


@pytest.mark.parametrize("draft", [False, True])
def test_a_cpr_number_blocks_whatever_its_date_and_a_draft_too(draft: bool) -> None:
    entry = Entry(finding(rule="K01", dated=date(2017, 1, 1)), "open")

    with pytest.raises(SealRefused):
        refuse_blocked([entry], PERIOD.end, draft=draft)


def test_a_draft_may_hold_what_is_still_open() -> None:
    refuse_blocked([Entry(finding(), "open")], PERIOD.end, draft=True)


def test_the_refusal_counts_and_names_the_first_with_its_command() -> None:
    entries = [Entry(finding(finding_id=letter * 64), "open") for letter in "ab"]

    with pytest.raises(SealRefused) as refused:
        refuse_blocked(entries, PERIOD.end, draft=False)

    assert str(refused.value) == (
        f"Findings that block the package: 2; the first is R03, decide it with “enblanket decide {'a' * 64} accept|correct|reject”."
    )


# -- the cut as a law


IDS = st.text(string.ascii_lowercase, min_size=1, max_size=2)


@st.composite
def worlds(draw: st.DrawFn) -> dict[str, list[HeldRow]]:
    placements = draw(
        st.lists(
            st.tuples(IDS, st.sampled_from(["A", "B"]), st.sampled_from(["157", "159"])),
            max_size=6, unique_by=lambda item: item[0],
        )
    )  # fmt: skip
    hours = draw(st.lists(st.tuples(IDS, st.sampled_from(["M-A", "M-B"])), max_size=8))
    agreements = [row(agreement_id=name) for name in ("A", "B")]
    return {
        "agreements": agreements,
        "mentors": [row(mentor_id=f"M-{name}", agreement_id=name) for name in ("A", "B")],
        "placements": [
            row(placement_id=key, agreement_id=name, jobcentre=code) for key, name, code in placements
        ],
        "mentor_hours": [
            row(reporter="company", entry_id=str(at), placement_id=key, mentor_id=mentor)
            for at, (key, mentor) in enumerate(hours)
        ],
    }


@given(worlds())
def test_every_placement_and_hour_goes_to_its_own_jobcentre_alone(world: dict[str, list[HeldRow]]) -> None:
    shares = [Share(name, code) for name in ("A", "B") for code in ("157", "159")]
    parts = {share: cut(world, share) for share in shares}
    known = {one.values["placement_id"] for one in world["placements"]}

    for name in ("placements", "mentor_hours"):
        sent = [one for part in parts.values() for one in part.get(name, [])]
        expected = [one for one in world[name] if one.values["placement_id"] in known]
        assert sorted(map(str, sent)) == sorted(map(str, expected))


@given(worlds())
def test_no_reference_of_a_part_leads_nowhere_that_led_somewhere(world: dict[str, list[HeldRow]]) -> None:
    for share in (Share("A", "157"), Share("B", "159")):
        part = cut(world, share)
        for table in tables().values():
            for key in table.foreign_keys:
                there = {one.values[key.to_field] for one in part.get(key.table, [])}
                home = {one.values[key.to_field] for one in world.get(key.table, [])}
                for one in part.get(table.name, []):
                    value = one.values.get(key.field)
                    assert value in there or value not in home


def test_two_sealings_of_one_copy_differ_in_the_signature_alone(town: Town, tmp_path: Path) -> None:
    from tests.conftest import CommandLine
    from tests.small_town import PERIOD as MONTHS

    contents = []
    for copy in ("one", "other"):
        folder = Path(shutil.copytree(town.folder, tmp_path / copy))
        said = CommandLine(folder)("seal", "--period", MONTHS, "--to", "173")
        assert said.code == 0, said.err
        contents.append(Path(said.out.strip()).read_bytes())

    first, second = (content[: content.rindex(b"PK\x03\x04")] for content in contents)
    assert first == second
    assert b"META-INF/ASiCManifest001.xml" in first
