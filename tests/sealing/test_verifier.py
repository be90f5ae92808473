"""The verdict: an honest package is accepted, and each way to alter, replay or misdirect one has its code."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import pytest

from exchange.checks.rules import fingerprint, load_rules
from exchange.sealing.container import reader, seal_container
from exchange.sealing.keys import unlock_signing_key
from exchange.sealing.signing import SigningKey
from exchange.sealing.stream import Stream
from exchange.sealing.trust import Trust, trust_from_files
from exchange.sealing.verdict import CHECKS, Check, Knowledge, Memory, Verdict
from exchange.sealing.verifier import verify
from tests.small_town import NOW, Town, files_of, resigned

Change = Callable[[dict[str, bytes]], None]
STREAM = Stream("159", "aud-nord", "AFT-1", "159")


@pytest.fixture(scope="module")
def key(town: Town) -> SigningKey:
    return unlock_signing_key(town.folder / "keys", lambda: None)


@pytest.fixture(scope="module")
def knowledge(town: Town) -> Knowledge:
    rule_set = load_rules()
    return Knowledge(
        trust=trust_from_files([town.card]),
        now=NOW,
        us="aud-nord",
        rule_sets={rule_set.sha256: rule_set},
    )


@pytest.fixture(scope="module")
def without_rules(knowledge: Knowledge) -> Knowledge:
    """What is not about rules is judged without running them, which costs a second each."""
    return replace(knowledge, rule_sets={})


def judged(content: bytes, knowledge: Knowledge) -> Verdict:
    return verify(reader(content), len(content), knowledge)


def line(verdict: Verdict, check: str) -> Check:
    return verdict.checks[CHECKS.index(check)]


def codes(verdict: Verdict) -> dict[str, str | None]:
    """Return the code of each check that fails, but for the rules that a test does not run."""
    failed = {check.check: check.code for check in verdict.checks if check.ok is False}
    return {check: code for check, code in failed.items() if code != "rules-unknown"}


@pytest.mark.parametrize("in_memory", ["60MB", "5MB", "1MB"])
def test_rows_that_little_memory_does_not_hold_are_judged_in_more(
    town: Town, knowledge: Knowledge, tmp_path: Path, in_memory: str
) -> None:
    little = replace(knowledge, scratch=str(tmp_path), in_memory=in_memory)

    assert judged(town.content(), little) == judged(town.content(), knowledge)
    assert list(tmp_path.iterdir()) == []


def test_an_honest_package_is_accepted_and_every_check_has_its_line(town: Town, knowledge: Knowledge) -> None:
    verdict = judged(town.content(), knowledge)

    assert verdict.verdict == "accepted"
    assert [(check.check, check.ok, check.code) for check in verdict.checks] == [
        ("container", True, None),
        ("signatures", True, None),
        ("recipient", True, None),
        ("sequence", None, None),
        ("form", True, None),
        ("rules", True, None),
        ("settlement", True, None),
        ("decisions", True, None),
        ("demands", True, None),
        ("history", None, None),
    ]


def test_the_verdict_is_the_machine_contracts_object(town: Town, without_rules: Knowledge) -> None:
    verdict = judged(town.content(), without_rules).as_json("a.asice")

    assert list(verdict) == ["file", "sha256", "verdict", "checks"]
    assert [list(check) for check in verdict["checks"]] == [["check", "ok", "code", "detail"]] * 10  # type: ignore[attr-defined]


def test_a_stranger_may_read_but_trusts_no_signer(town: Town, knowledge: Knowledge) -> None:
    verdict = judged(town.content(), replace(knowledge, trust=Trust(), us=None))

    assert verdict.verdict == "refused"
    assert codes(verdict) == {"signatures": "signer-unknown"}
    assert line(verdict, "recipient").ok is None
    assert line(verdict, "rules").ok is True


@pytest.mark.parametrize(("us", "code"), [("aud-syd", "recipient-other"), ("173", "recipient-other")])
def test_a_package_for_somebody_else_is_refused(
    town: Town, without_rules: Knowledge, us: str, code: str
) -> None:
    verdict = judged(town.content(), replace(without_rules, us=us))

    assert verdict.verdict == "refused"
    assert codes(verdict) == {"recipient": code}
    assert line(verdict, "recipient").detail == (
        f"The package is from 159 to aud-nord, not to {us}; send it back."
    )


def test_the_sender_may_verify_its_own(town: Town, without_rules: Knowledge) -> None:
    assert line(judged(town.content(), replace(without_rules, us="159")), "recipient").ok is True


def positions(content: bytes) -> list[int]:
    """Every part of the file: an even comb, all of the first and last kilobyte, and around each entry's header."""
    heads = [at + step for at in _all(content, b"PK\x03\x04") for step in range(0, 40, 7)]
    comb = range(0, len(content), max(1, len(content) // 150))
    tail = range(len(content) - 200, len(content), 5)
    signature = content.rindex(b"META-INF/signature001.p7s", 0, content.rindex(b"PK\x01\x02"))
    return sorted({*comb, *tail, *range(0, 60, 3), *heads[::3], *range(signature, signature + 900, 11)})


def _all(content: bytes, mark: bytes) -> list[int]:
    found, at = [], content.find(mark)
    while at >= 0:
        found.append(at)
        at = content.find(mark, at + 1)
    return found


def test_one_flipped_bit_anywhere_is_refused_with_a_code(town: Town, without_rules: Knowledge) -> None:
    content = town.content()
    for at in positions(content):
        flipped = bytearray(content)
        flipped[at] ^= 1 << (at % 8)
        verdict = judged(bytes(flipped), without_rules)

        assert verdict.verdict == "refused", at
        assert all(check.code for check in verdict.checks if check.ok is False), at
        assert codes(verdict).keys() <= {"container", "signatures"}, at


@pytest.mark.parametrize("share", [0, 1, 21, 22, 1000, 0.5, 0.999])
def test_a_cut_off_package_is_refused(town: Town, without_rules: Knowledge, share: float) -> None:
    content = town.content()
    short = content[: int(share if share >= 1 else len(content) * share)]

    verdict = judged(short, without_rules)

    assert verdict.verdict == "refused"
    assert line(verdict, "container").ok is False
    assert line(verdict, "signatures").ok is False


def replaced(name: str, old: str, new: str) -> Change:
    def change(files: dict[str, bytes]) -> None:
        text = files[name].decode()
        assert old in text, (name, old)
        files[name] = text.replace(old, new).encode()

    return change


def without_line(name: str, mark: str) -> Change:
    def change(files: dict[str, bytes]) -> None:
        lines = files[name].decode().splitlines(keepends=True)
        kept = [one for one in lines if mark not in one]
        assert len(kept) < len(lines), mark
        files[name] = "".join(kept).encode()

    return change


def without_finding(rule: str) -> Change:
    """Leave a rule's finding out with its evidence, so that nothing of it is left to tell."""

    def change(files: dict[str, bytes]) -> None:
        lines = files["findings.csv"].decode().splitlines()
        finding_id = next(one for one in lines if f",{rule}," in one).partition(",")[0]
        for name in ("findings.csv", "evidence.csv"):
            without_line(name, finding_id)(files)

    return change


def all_of(*changes: Change) -> Change:
    def change(files: dict[str, bytes]) -> None:
        for one in changes:
            one(files)

    return change


def numbered_again(name: str) -> Change:
    """Number a result's rows from 1 again, so that only the missing row tells."""

    def change(files: dict[str, bytes]) -> None:
        head, *rows = files[name].decode().splitlines(keepends=True)
        files[name] = "".join(
            [head, *(f"{at:06},{row.partition(',')[2]}" for at, row in enumerate(rows, 1))]
        ).encode()

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(without_finding("C08"), id="a finding left out"),
        pytest.param(replaced("findings.csv", ",C08,warning,", ",C08,info,"), id="a severity softened"),
        pytest.param(replaced("findings.csv", "R03,error,accepted,2016-02-02", "R03,error,accepted,2016-05-02"), id="a date put off"),
        pytest.param(replaced("findings.csv", ",10560.00,", ",1.00,"), id="an amount lowered"),
        pytest.param(replaced("findings.csv", ",C08,warning,open,", ",C08,warning,accepted,"), id="a status made up"),
        pytest.param(replaced("data/claims.csv", ",1100.00,", ",21120.00,"), id="a claim raised"),
        pytest.param(without_line("evidence.csv", "company|12345678:1,hours"), id="evidence kept back"),
        pytest.param(replaced("findings.csv", ",0.00,", ",5.00,"), id="an effect made up"),
        pytest.param(all_of(replaced("data/placements.csv", "[redacted]", "Ring 010180-1234")), id="a CPR number called redacted"),
        pytest.param(replaced("decisions.csv", ",in-force,", ",lapsed,"), id="a decision lapsed"),
    ],
)  # fmt: skip
def test_altered_and_signed_again_the_rules_find_it(
    town: Town, knowledge: Knowledge, key: SigningKey, change: Change
) -> None:
    verdict = judged(resigned(town.content(), key, change), knowledge)

    assert verdict.verdict == "refused"
    assert line(verdict, "signatures").ok is True
    assert line(verdict, "rules").code == "rules-differ"


def corrected(*cells: str) -> Change:
    """Add a correction to those of the decision on R03."""

    def change(files: dict[str, bytes]) -> None:
        head, *rows = files["corrections.csv"].decode().splitlines()
        last = rows[-1].split(",")
        added = ",".join([f"{len(rows) + 1:06}", *cells, *last[-3:]])
        files["corrections.csv"] = "\n".join([head, *rows, added, ""]).encode()

    return change


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(replaced("corrections.csv", ",2.50,2.00,", ",2.50,2.25,"), id="another value than proposed"),
        pytest.param(replaced("corrections.csv", ",2.50,2.00,", ",,2.00,"), id="what was reported is kept back"),
        pytest.param(replaced("corrections.csv", ",2.50,2.00,", ",2.25,2.00,"), id="another value called reported"),
        pytest.param(corrected("agreements", "AFT-1", "hourly_rate", "275.00", "2750.00"), id="the agreement's rate in passing"),
        pytest.param(corrected("claims", "159:C1", "amount", "", ""), id="a claim blotted out in passing"),
        pytest.param(corrected("placements", "nobody", "outcome", "", "dropped-out"), id="a row that is not there"),
        pytest.param(replaced("decisions.csv", ",R03,accept,", ",R03,ask,"), id="a question that changes data"),
        pytest.param(replaced("decisions.csv", ",P04,reject,", ",R03,reject,"), id="another rule's decision"),
        pytest.param(replaced("decisions.csv", "Aftalt mellem de to jobcentre.", ""), id="rejected without a reason"),
        pytest.param(replaced("decisions.csv", "2016-04-01T", "somewhen "), id="decided on no day"),
        pytest.param(replaced("evidence.csv", ",H2,2.50", ",H2,2.25"), id="other evidence"),
    ],
)  # fmt: skip
def test_a_decision_that_does_not_fit_its_finding_is_refused(
    town: Town, without_rules: Knowledge, key: SigningKey, change: Change
) -> None:
    verdict = judged(resigned(town.content(), key, change), without_rules)

    assert verdict.verdict == "refused"
    assert codes(verdict) == {"form": "form-results"}


def test_a_finding_that_a_correction_settled_blocks_nobody(
    town: Town, knowledge: Knowledge, key: SigningKey
) -> None:
    settled = all_of(
        without_line("decisions.csv", ",P04,"),
        numbered_again("decisions.csv"),
        replaced("findings.csv", ",P04,error,rejected,", ",P04,error,settled,"),
    )

    assert judged(resigned(town.content(), key, settled), knowledge).verdict == "accepted"


def test_rows_of_fifteen_digits_are_judged_like_any_other(
    town: Town, knowledge: Knowledge, key: SigningKey
) -> None:
    huge = replaced("data/claims.csv", ",1100.00,", ",999999999999999.99,")

    verdict = judged(resigned(town.content(), key, huge), knowledge)

    assert verdict.verdict == "refused"
    assert line(verdict, "rules").code == "rules-differ"


def test_a_rule_that_is_stopped_is_a_verdict_and_no_failure(town: Town, knowledge: Knowledge) -> None:
    ((sha256, rule_set),) = knowledge.rule_sets.items()
    endless = replace(rule_set.rule("M01"), sql="SELECT a.* FROM calendar AS a, nowhere AS b")
    stopped = replace(rule_set, rules={**rule_set.rules, "M01": endless})

    verdict = judged(town.content(), replace(knowledge, rule_sets={sha256: stopped}))

    assert verdict.verdict == "refused"
    assert line(verdict, "rules").code == "rules-stopped"


def test_faults_of_rows_without_a_key_are_counted(town: Town, knowledge: Knowledge, key: SigningKey) -> None:
    twice = replaced("data/sites.csv", "2860\n", "2860\nS-1,AFT-1,Lageret,2870\n")

    verdict = judged(resigned(town.content(), key, twice), knowledge)

    assert line(verdict, "rules").code == "rules-differ"


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(replaced("datapackage.json", '"draft"', '"sender": "173", "draft"'), id="a name that stands twice"),
        pytest.param(replaced("datapackage.json", '"draft"', '"mood": NaN, "draft"'), id="no number"),
        pytest.param(replaced("datapackage.json", '"sequence": 1', '"sequence": 0'), id="a draft's number"),
        pytest.param(replaced("datapackage.json", '"sequence": 1', f'"sequence": {10**4000}'), id="endless number"),
        pytest.param(replaced("datapackage.json", '"language": "', '"language": "\\ud800'), id="half a character"),
        pytest.param(replaced("datapackage.json", '"resources": [', '"resources": [{"path": 5}, {"path": "x"},'), id="paths of two kinds"),
    ],
)  # fmt: skip
def test_a_descriptor_that_readers_could_take_two_ways_is_refused(
    town: Town, without_rules: Knowledge, key: SigningKey, change: Change
) -> None:
    files = files_of(town.content())
    change(files)

    found = codes(judged(seal_container(files, signer=key, at=NOW), without_rules))

    assert found == {"form": "form-descriptor"}


def test_a_schema_that_describes_another_table_is_refused(
    town: Town, without_rules: Knowledge, key: SigningKey
) -> None:
    def change(files: dict[str, bytes]) -> None:
        whole = json.loads(files["datapackage.json"])
        claims = next(one for one in whole["resources"] if one["path"] == "data/claims.csv")
        claims["schema"]["fields"][0]["name"] = "amount"
        files["datapackage.json"] = json.dumps(whole).encode()

    files = files_of(town.content())
    change(files)

    found = codes(judged(seal_container(files, signer=key, at=NOW), without_rules))

    assert found == {"form": "form-resource"}


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(replaced("settlement.csv", ",21120.00,", ",21120.01,"), id="the total"),
        pytest.param(replaced("settlement.csv", "12.8 × 3.00", "12.8 × 4.00"), id="the arithmetic"),
    ],
)
def test_an_altered_settlement_is_found_though_signed_again(
    town: Town, knowledge: Knowledge, key: SigningKey, change: Change
) -> None:
    verdict = judged(resigned(town.content(), key, change), knowledge)

    assert verdict.verdict == "refused"
    assert codes(verdict) == {"settlement": "settlement-differs"}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        pytest.param(replaced("datapackage.json", '"sequence": 1', '"sequence": "1"'), "form-descriptor", id="kind"),
        pytest.param(replaced("datapackage.json", '"start": "2016-01-01"', '"start": "2016-13-01"'), "form-descriptor", id="date"),
        pytest.param(replaced("datapackage.json", '"start": "2016-01-01"', '"start": "2016-W01-1"'), "form-descriptor", id="week date"),
        pytest.param(replaced("datapackage.json", '"start": "2016-01-01"', '"start": "2016-01-02"'), "form-descriptor", id="part of a month"),
        pytest.param(replaced("datapackage.json", '"created": "2016', '"created": "9999'), "form-descriptor", id="made after it was signed"),
        pytest.param(replaced("datapackage.json", '+00:00",\n', 'Z",\n'), "form-descriptor", id="another way to write the moment"),
        pytest.param(replaced("datapackage.json", '"supersedes": null', f'"supersedes": {{"sequence": 1, "sha256": "{"a" * 64}"}}'), "form-descriptor", id="replaces itself"),
        pytest.param(replaced("datapackage.json", '"retained_from": null', '"retained_from": "2016-W01-1"'), "form-descriptor", id="week of retention"),
        pytest.param(replaced("datapackage.json", '"heads_seen": {}', f'"heads_seen": {{"\\u001b[2J": ["{"a" * 64}"]}}'), "form-descriptor", id="heads of no party"),
        pytest.param(replaced("datapackage.json", '"heads_seen": {}', '"heads_seen": {"aud-nord": ["x"]}'), "form-descriptor", id="a head that is no hash"),
        pytest.param(replaced("datapackage.json", '"jobcentre": "159"', '"jobcentre": "0159"'), "form-descriptor", id="a party in another form"),
        pytest.param(replaced("datapackage.json", '"form_version": "1.', '"form_version": "2.'), "form-version", id="major version"),
        pytest.param(replaced("data/sites.csv", "2860\n", "2860\nS-2,AFT-2,Andet,2860\n"), "form-rows", id="a site of nobody"),
        pytest.param(replaced("data/placements.csv", "159-002,AFT-1,159", "159-002,AFT-1,173"), "form-rows", id="other jobcentre"),
        pytest.param(replaced("data/placements.csv", "\n159-001", '\n"159-001"'), "form-csv", id="not canonical"),
        pytest.param(replaced("findings.csv", ",warning,", ",mild,"), "form-results", id="no severity"),
        pytest.param(without_line("findings.csv", ",R03,"), "form-results", id="a decision of no finding"),
        pytest.param(replaced("findings.csv", '""M-01""', '""M-02""'), "form-results", id="another subject"),
        pytest.param(without_line("findings.csv", ",C03,"), "form-results", id="evidence of no finding"),
        pytest.param(lambda files: files.update({"data/extra.csv": b"a\n"}), "form-file", id="unknown file"),
        pytest.param(lambda files: files.pop("evidence.csv"), "form-file", id="missing file"),
        pytest.param(replaced("auditors/nord.toml", 'id = "nord"', 'id = "syd"'), "form-profile", id="profile's name"),
    ],
)  # fmt: skip
def test_a_package_in_another_form_is_refused(
    town: Town, without_rules: Knowledge, key: SigningKey, change: Change, code: str
) -> None:
    verdict = judged(resigned(town.content(), key, change), without_rules)

    assert verdict.verdict == "refused"
    assert codes(verdict) == {"form": code}
    assert line(verdict, "signatures").ok is True
    assert {check.ok for check in verdict.checks[5:]} == {None}


def test_a_file_that_the_descriptor_does_not_list_is_refused(
    town: Town, without_rules: Knowledge, key: SigningKey
) -> None:
    files = files_of(town.content())
    files["data/claims.csv"] += b"x"

    assert codes(judged(seal_container(files, signer=key, at=NOW), without_rules)) == {
        "form": "form-resource"
    }


def test_a_trusted_party_cannot_speak_for_another(
    town: Town, without_rules: Knowledge, key: SigningKey
) -> None:
    verdict = judged(
        resigned(town.content(), key, replaced("datapackage.json", '"sender": "159"', '"sender": "173"')),
        without_rules,
    )

    assert codes(verdict) == {"signatures": "signer-not-sender"}


def test_a_draft_is_never_final(town: Town, without_rules: Knowledge, key: SigningKey) -> None:
    draft = resigned(town.content(), key, replaced("datapackage.json", '"draft": false', '"draft": true'))

    verdict = judged(draft, without_rules)

    assert verdict.verdict == "refused"
    assert codes(verdict) == {"sequence": "draft"}


@pytest.mark.parametrize(
    ("known", "superseded", "code"),
    [
        ({}, False, None),
        ({1: "same"}, False, None),
        ({1: "other"}, False, "sequence-replayed"),
        ({1: "same", 2: "other"}, True, "sequence-superseded"),
        ({2: "other"}, False, "sequence-rollback"),
    ],
)
def test_a_sequence_is_fresh_once(
    town: Town, without_rules: Knowledge, known: dict[int, str], superseded: bool, code: str | None
) -> None:
    content = town.content()
    sha256 = judged(content, without_rules).sha256
    memory = Memory(
        party="aud-nord",
        events=frozenset(),
        packages={STREAM: {at: sha256 if name == "same" else "0" * 64 for at, name in known.items()}},
        superseded=frozenset({sha256}) if superseded else frozenset(),
    )

    found = line(judged(content, replace(without_rules, memory=memory)), "sequence")

    assert (found.ok, found.code) == (code is None, code)


def test_a_gap_before_a_package_is_told_but_no_fault_of_its_own(
    town: Town, without_rules: Knowledge, key: SigningKey
) -> None:
    third = resigned(town.content(), key, replaced("datapackage.json", '"sequence": 1', '"sequence": 3'))
    memory = Memory(party="aud-nord", events=frozenset(), packages={})

    verdict = judged(third, replace(without_rules, memory=memory))

    assert (line(verdict, "sequence").ok, line(verdict, "sequence").code) == (True, "sequence-gap")
    assert codes(verdict) == {}


@pytest.mark.parametrize(("events", "ok"), [({"a" * 64, "b" * 64}, True), ({"b" * 64}, False)])
def test_history_holds_when_the_heads_seen_of_us_are_ours(
    town: Town, without_rules: Knowledge, key: SigningKey, events: set[str], ok: bool
) -> None:
    witness = replaced(
        "datapackage.json", '"heads_seen": {}', f'"heads_seen": {{"aud-nord": ["{"a" * 64}"]}}'
    )
    memory = Memory(party="aud-nord", events=frozenset(events), packages={})

    verdict = judged(resigned(town.content(), key, witness), replace(without_rules, memory=memory))

    assert line(verdict, "history").ok is ok
    assert codes(verdict) == ({} if ok else {"history": "history-differs"})


def test_rules_that_are_not_the_named_set_are_refused(
    town: Town, without_rules: Knowledge, key: SigningKey
) -> None:
    verdict = judged(
        resigned(town.content(), key, replaced("rules/M01.sql", "SELECT", "select")), without_rules
    )

    assert verdict.verdict == "refused"
    assert codes(verdict) == {"rules": "rules-files-differ"}


def test_an_unknown_rule_set_asks_for_a_person_and_its_sql_is_not_run(
    town: Town, knowledge: Knowledge, key: SigningKey
) -> None:
    def change(files: dict[str, bytes]) -> None:
        files["rules/M01.sql"] = b"-- a rule of tomorrow\nSELECT no_such_function()\n"
        rules = {
            name.removeprefix("rules/"): text for name, text in files.items() if name.startswith("rules/")
        }
        before = json.loads(files["datapackage.json"])["rule_set"]["sha256"]
        replaced("datapackage.json", before, fingerprint(rules))(files)

    verdict = judged(resigned(town.content(), key, change), knowledge)

    assert verdict.verdict == "needs-attention"
    assert line(verdict, "rules").code == "rules-unknown"
    assert line(verdict, "settlement").ok is None


def test_an_error_that_nobody_decided_needs_attention(
    town: Town, knowledge: Knowledge, key: SigningKey
) -> None:
    undecided = all_of(
        without_line("decisions.csv", ",P04,"),
        numbered_again("decisions.csv"),
        replaced("findings.csv", ",P04,error,rejected,", ",P04,error,open,"),
    )

    verdict = judged(resigned(town.content(), key, undecided), knowledge)

    assert verdict.verdict == "needs-attention"
    assert codes(verdict) == {"decisions": "decisions-open"}


def test_an_auditors_own_copy_of_its_profile_counts(town: Town, without_rules: Knowledge) -> None:
    package = judged(town.content(), without_rules).package
    assert package is not None
    stricter = replace(package.profiles["nord"], final_report_days=7)

    verdict = judged(town.content(), replace(without_rules, profiles={"nord": stricter}))

    assert verdict.verdict == "needs-attention"
    assert codes(verdict) == {"demands": "demands-profile-differs"}


def test_unzip_sha256sum_and_openssl_verify_it_without_us(town: Town, tmp_path: Path) -> None:
    subprocess.run(["unzip", "-q", str(town.packages["aud-nord"]), "-d", str(tmp_path)], check=True)
    shutil.copy(town.folder / "keys" / "signing.crt", tmp_path / "trust.pem")

    sums = subprocess.run(
        ["sha256sum", "-c", "--strict", "--quiet", "SHA256SUMS"],
        cwd=tmp_path,
        capture_output=True,
        check=False,
    )
    signed = subprocess.run(
        [
            "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER", "-in", "META-INF/signature001.p7s",
            "-content", "META-INF/ASiCManifest001.xml", "-CAfile", "trust.pem", "-purpose", "any",
            "-attime", str(int(NOW.timestamp())), "-out", "/dev/null",
        ],
        cwd=tmp_path, capture_output=True, check=False,
    )  # fmt: skip

    assert (sums.returncode, sums.stdout, sums.stderr) == (0, b"", b"")
    assert signed.returncode == 0, signed.stderr
    assert b"CAdES Verification successful" in signed.stderr


def test_the_rules_inside_give_the_named_fingerprint_to_sha256sum(town: Town, tmp_path: Path) -> None:
    with ZipFile(town.packages["aud-nord"]) as archive:
        archive.extractall(tmp_path)
        named = json.loads(archive.read("datapackage.json"))["rule_set"]["sha256"]
    script = "cd rules && LC_ALL=C && export LC_ALL && sha256sum * | sha256sum"

    found = subprocess.run(["sh", "-c", script], cwd=tmp_path, capture_output=True, text=True, check=True)

    assert found.stdout.split()[0] == named
