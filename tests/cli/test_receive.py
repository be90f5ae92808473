"""``receive`` and ``receipt``: a package is taken in once, answered once, and what does not follow on is told apart."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from zipfile import ZipFile

import pytest

from exchange.sealing.container import seal_container
from exchange.sealing.keys import unlock_signing_key
from exchange.sealing.receipts import NAME, read_receipt, write_receipt
from tests.conftest import CommandLine, Said, SteppingClock, opened
from tests.small_town import PERIOD, Town, files_of, resigned

LINES = "159/mentor_hours.csv"


@dataclass
class Two:
    """The lead and its auditor, who trust each other; both clocks are one."""

    lead: CommandLine
    auditor: CommandLine
    sources: Path

    def seal(self, *more: str, period: str = PERIOD) -> Path:
        said = self.lead("seal", "--period", period, "--to", "aud-nord", *more)
        assert said.code == 0, said.err
        return Path(said.out.strip())

    def correct(self, old: str, new: str) -> None:
        """Take the lead's hours again with another figure, and decide what that opens."""
        path = self.sources / "mentor_hours.csv"
        path.write_text(path.read_text(encoding="utf-8").replace(old, new), encoding="utf-8", newline="\n")
        assert self.lead("take", str(path), "--from", "159").code == 0
        for one in self.lead("check", "--format", "json").records:
            if one["status"] in ("open", "lapsed") and one["severity"] == "error":
                self.lead("decide", str(one["finding_id"]), "reject", "--reason", "Set.")

    def receive(self, *paths: Path) -> Said:
        return self.auditor("receive", *map(str, paths), "--format", "json")

    def receipts(self) -> list[Path]:
        return sorted((self.auditor.here / "outbox").iterdir())


@pytest.fixture(scope="module")
def acquainted(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("two")
    shutil.copytree(town.folder, root / "lead")
    shutil.copytree(town.folder.parent / "159", root / "159")
    outside = CommandLine(root)
    said = outside("init", "nord", "--party", "aud-nord", "--name", "Revision Nord", "--role", "auditor", "--no-passphrase")  # fmt: skip
    assert said.code == 0, said.err
    lead, auditor = CommandLine(root / "lead"), CommandLine(root / "nord")
    for one, other in ((lead, auditor), (auditor, lead)):
        own = other("keys", "show", "--format", "json").records[0]
        card = other.here / "keys" / f"{own['party']}.card"
        trusted = one("keys", "trust", str(card), "--fingerprint", str(own["fingerprint"]))
        assert trusted.code == 0, trusted.err
    return root


@pytest.fixture
def two(acquainted: Path, tmp_path: Path) -> Two:
    shutil.copytree(acquainted, tmp_path / "both")
    clock = SteppingClock(datetime(2016, 4, 3, 8, 0, tzinfo=UTC))
    lead, auditor = (CommandLine(tmp_path / "both" / name, clock) for name in ("lead", "nord"))
    return Two(lead, auditor, tmp_path / "both" / "159")


@pytest.fixture(scope="module")
def answered(acquainted: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The two after the auditor has received the lead's first package."""
    root = tmp_path_factory.mktemp("answered") / "both"
    shutil.copytree(acquainted, root)
    clock = SteppingClock(datetime(2016, 4, 3, 8, 0, tzinfo=UTC))
    package = next((root / "lead" / "outbox").glob("*aud-nord_1.asice"))
    assert CommandLine(root / "nord", clock)("receive", str(package)).code == 0
    return root


@pytest.fixture
def first(two: Two) -> Path:
    return next((two.lead.here / "outbox").glob("*aud-nord_1.asice"))


def codes(said: Said) -> list[str]:
    return [check["code"] for check in said.records[0]["checks"] if check["code"]]  # type: ignore[attr-defined]


def test_a_package_that_holds_is_stored_and_answered(two: Two, first: Path) -> None:
    said = two.receive(first)

    (record,) = said.records
    assert (said.code, record["verdict"], record["known"], record["stored"]) == (0, "accepted", False, True)
    (path,) = two.receipts()
    assert path.name == "AFT-1_159_2016-01--2016-03_aud-nord_1.receipt.asice"
    assert record["receipt"] == str(path)
    assert opened(two.auditor.here).objects.get(str(record["sha256"])) == first.read_bytes()
    with ZipFile(path) as archive:
        receipt = read_receipt(archive.read("receipt.json"))
    assert (receipt.package_sha256, receipt.verdict, receipt.sequence) == (record["sha256"], "accepted", 1)
    assert receipt.ledger_head == opened(two.auditor.here).ledger.head()
    assert dict(receipt.counts) == {"error": 0, "warning": 3, "info": 1}


def test_the_same_package_twice_is_one(two: Two, first: Path) -> None:
    two.receive(first)
    head = opened(two.auditor.here).ledger.head()
    receipt = two.receipts()[0].read_bytes()

    again = two.receive(first)

    assert (again.code, again.records[0]["known"]) == (0, True)
    assert opened(two.auditor.here).ledger.head() == head
    assert two.receipts()[0].read_bytes() == receipt


def test_a_receipt_that_was_lost_is_written_again(two: Two, first: Path) -> None:
    two.receive(first)
    two.receipts()[0].unlink()

    two.receive(first)

    assert two.lead("receive", str(two.receipts()[0])).code == 0


def test_a_receipt_closes_the_loop(two: Two, first: Path) -> None:
    before = two.lead("status", "--format", "json").records[0]["packages"]
    two.receive(first)

    said = two.lead("receive", str(two.receipts()[0]), "--format", "json")
    again = two.lead("receive", str(two.receipts()[0]), "--format", "json")

    assert [one["standing"] for one in before] == ["sealed", "sealed"]  # type: ignore[attr-defined]
    (record,) = said.records
    assert (record["kind"], record["from"], record["verdict"], record["known"], record["code"]) == (
        "receipt", "aud-nord", "accepted", False, None,
    )  # fmt: skip
    assert again.records[0]["known"] is True
    after = two.lead("status", "--format", "json").records[0]["packages"]
    assert [one["standing"] for one in after] == ["accepted", "sealed"]  # type: ignore[attr-defined]
    assert "package 1 sealed for aud-nord [accepted]" in two.lead("log").out
    assert "aud-nord says of package" in two.lead("log").out


def test_the_heads_that_came_travel_in_what_is_sealed_next(two: Two, first: Path) -> None:
    two.receive(first)
    two.lead("receive", str(two.receipts()[0]))

    with ZipFile(two.seal()) as archive:
        descriptor = json.loads(archive.read("datapackage.json"))

    assert descriptor["heads_seen"] == {"aud-nord": list(opened(two.auditor.here).ledger.head())}


def key_of(one: CommandLine) -> Callable[[bytes, Callable[[dict[str, bytes]], None]], bytes]:
    key = unlock_signing_key(one.here / "keys", lambda: None)
    return lambda content, change: resigned(content, key, change)


def described(**values: object) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        whole = {**json.loads(files["datapackage.json"]), **values}
        files["datapackage.json"] = json.dumps(whole, ensure_ascii=False, indent=2).encode()

    return change


def test_other_bytes_under_a_number_that_came_are_replayed_and_kept_as_evidence(
    two: Two, first: Path, tmp_path: Path
) -> None:
    two.receive(first)
    other = tmp_path / "other.asice"
    other.write_bytes(key_of(two.lead)(first.read_bytes(), described()))

    said = two.receive(other)
    again = two.receive(other)

    (record,) = said.records
    assert (said.code, record["verdict"], record["stored"]) == (1, "refused", False)
    assert "sequence-replayed" in codes(said)
    kept = Path(str(record["quarantined"]))
    assert kept == two.auditor.here / "inbox" / "quarantine" / f"{record['sha256']}.asice"
    assert kept.read_bytes() == other.read_bytes()
    assert again.records[0]["known"] is True
    assert codes(two.receive(first)) == []


def test_a_returned_package_is_told_to_its_sender(two: Two, first: Path, tmp_path: Path) -> None:
    # The auditor has read another 1: of two copies of the lead's workspace one came first.
    other = tmp_path / "other.asice"
    other.write_bytes(key_of(two.lead)(first.read_bytes(), described()))
    two.receive(other)
    receipt = two.receive(first).records[0]["receipt"]

    said = two.lead("receive", str(receipt), "--format", "json")

    assert (said.code, said.records[0]["verdict"]) == (1, "returned")
    assert "sequence-replayed" in said.records[0]["codes"]  # type: ignore[operator]


def test_a_receipt_that_was_made_after_it_was_signed_is_refused(
    two: Two, first: Path, tmp_path: Path
) -> None:
    """Its moment would put it before all later ones, whatever they show of a history."""
    receipt = Path(str(two.receive(first).records[0]["receipt"]))
    content = files_of(receipt.read_bytes())[NAME]
    later = replace(read_receipt(content), at=datetime(2026, 1, 1, tzinfo=UTC))
    key = unlock_signing_key(two.auditor.here / "keys", lambda: None)
    forged = tmp_path / "forged.receipt.asice"
    forged.write_bytes(seal_container({NAME: write_receipt(later)}, signer=key, at=two.auditor.clock()))

    said = two.lead("receive", str(forged), "--format", "json")
    proof = two.lead("log", "--prove", str(forged), "--format", "json")

    assert (said.code, said.records[0]["code"]) == (1, "receipt-form")
    assert proof.records[0]["evidence"]["code"] == "receipt-form"  # type: ignore[index]
    assert two.lead("receive", str(receipt)).code == 0


def test_what_came_in_time_holds_when_its_certificate_has_ended(
    two: Two, first: Path, tmp_path: Path
) -> None:
    """The workspace remembers when it came; who remembers nothing has the signer's own word alone."""
    two.receive(first)
    later = SteppingClock(datetime(2022, 1, 1, tzinfo=UTC))

    here = CommandLine(two.auditor.here, later)("verify", str(first), "--format", "json")
    elsewhere = CommandLine(tmp_path, later)(
        "verify", str(first), "--trust", str(two.lead.here / "keys" / "159.card"), "--format", "json"
    )

    assert (here.code, codes(here)) == (0, [])
    assert (elsewhere.code, codes(elsewhere)) == (1, ["signing-time-unproven"])


def test_a_gap_is_told_and_what_comes_late_fills_it(two: Two, first: Path) -> None:
    second = two.seal(period="2016-01-01..2016-01-31")

    early = two.receive(second)
    late = two.receive(first)

    assert (early.code, codes(early)) == (0, ["sequence-gap"])
    assert (late.code, codes(late)) == (0, ["sequence-late"])


def test_an_older_one_that_was_never_seen_is_rolled_back_or_superseded(two: Two, first: Path) -> None:
    second, third = two.seal(), two.seal()
    two.receive(third)

    assert codes(two.receive(second))[0] == "sequence-superseded"
    assert codes(two.receive(first))[0] == "sequence-rollback"
    assert two.receive(first).code == 1


def test_a_package_that_replaces_another_than_the_one_that_came_is_a_fork(
    two: Two, first: Path, tmp_path: Path
) -> None:
    two.receive(first)
    content = two.seal().read_bytes()
    elsewhere = tmp_path / "elsewhere.asice"
    elsewhere.write_bytes(
        key_of(two.lead)(content, described(supersedes={"sequence": 1, "sha256": "0" * 64}))
    )
    forgetful = tmp_path / "forgetful.asice"
    forgetful.write_bytes(
        key_of(two.lead)(
            content, lambda files: (described(supersedes=None)(files), files.pop("changes.csv"))[0]
        )
    )

    assert "sequence-fork" in codes(two.receive(elsewhere))
    assert "sequence-fork" in codes(two.receive(forgetful))


def test_the_superseded_one_says_so_and_the_correction_shows_what_changed(two: Two, first: Path) -> None:
    two.receive(first)
    two.correct("159-001,M-01,2016-02-09,,,2.00", "159-001,M-01,2016-02-09,,,1.75")
    second = two.seal()
    said = two.receive(second)

    diff = two.auditor("verify", str(second), "--diff", "--format", "json").records[0]
    told = two.auditor("verify", str(second), "--diff").out

    assert said.code in (0, 1)
    assert said.records[0]["stored"] is True
    assert diff["changes_checked"] is True
    assert {
        "table": "mentor_hours",
        "key": "jobcentre|159:2",
        "field": "hours",
        "kind": "changed",
        "before": "2.00",
        "after": "1.75",
    } in diff["changes"]  # type: ignore[operator]
    assert "1 cell differs from number 1, as held against the one we have:\n" in told
    assert "  ~ mentor_hours jobcentre|159:2 hours: 2.00 → 1.75\n" in told
    assert codes(two.auditor("verify", str(first), "--format", "json")) == ["sequence-superseded"]


def test_a_list_of_changes_that_is_not_what_changed_is_refused(two: Two, first: Path, tmp_path: Path) -> None:
    two.receive(first)
    two.correct("159-001,M-01,2016-02-09,,,2.00", "159-001,M-01,2016-02-09,,,1.75")

    def hide(files: dict[str, bytes]) -> None:
        files["changes.csv"] = files["changes.csv"].replace(b"changed,2.00,1.75", b"changed,2.00,1.80")

    other = tmp_path / "other.asice"
    other.write_bytes(key_of(two.lead)(two.seal().read_bytes(), hide))

    assert "form-changes" in codes(two.receive(other))
    stranger = two.lead.here.parent / "strange"
    stranger.mkdir()
    without = CommandLine(stranger)(
        "verify",
        str(other),
        "--trust",
        str(two.lead.here / "keys" / "159.card"),
        "--diff",
        "--format",
        "json",
    )
    assert without.records[0]["changes_checked"] is None


def test_what_is_not_for_us_or_of_nobody_we_know_is_left_alone(two: Two, town: Town, tmp_path: Path) -> None:
    picture = tmp_path / "picture.asice"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(300))
    head = opened(two.auditor.here).ledger.head()

    said = two.receive(town.packages["aud-syd"], picture)

    assert said.code == 1
    assert [(one["verdict"], one["stored"], one["receipt"], one["quarantined"]) for one in said.records] == [
        ("refused", False, None, None)
    ] * 2
    assert opened(two.auditor.here).ledger.head() == head


def test_a_draft_is_not_taken_in(two: Two) -> None:
    said = two.receive(two.seal("--draft"))

    assert (said.code, said.records[0]["stored"], codes(said)) == (1, False, ["draft"])
    assert two.receipts() == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"sender": "173"}, "The receipt answers a package of 173, not of 159; pass it on."),
        (
            {"package_sha256": "0" * 64},
            (
                "The receipt answers number 1 to aud-nord, which this workspace has not sealed so; "
                "look for another copy of the workspace that has."
            ),
        ),
        (
            {"recipient": "aud-syd"},
            "The receipt is in the name of aud-syd and aud-nord signed it; do not rely on it.",
        ),
        ({"verdict": "paid"}, "The receipt does not say what it must; ask its sender for a new one."),
        ({"sequence": True}, "The receipt does not say what it must; ask its sender for a new one."),
        (
            {"at": "2016-04-01T08:00:00"},
            "The receipt does not say what it must; ask its sender for a new one.",
        ),
        ({"more": 1}, "The receipt does not say what it must; ask its sender for a new one."),
    ],
)
def test_a_receipt_that_does_not_hold_is_one_sentence_and_nothing_happens(
    answered: Path, tmp_path: Path, change: dict[str, object], sentence: str
) -> None:
    lead = CommandLine(answered / "lead", SteppingClock(datetime(2016, 4, 4, 8, 0, tzinfo=UTC)))
    with ZipFile(next((answered / "nord" / "outbox").iterdir())) as archive:
        whole = {**json.loads(archive.read("receipt.json")), **change}
    key = unlock_signing_key(answered / "nord" / "keys", lambda: None)
    content = (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()
    forged = tmp_path / "forged.asice"
    forged.write_bytes(
        seal_container({"receipt.json": content}, signer=key, at=datetime(2016, 4, 4, 7, 30, tzinfo=UTC))
    )
    head = opened(lead.here).ledger.head()

    said = lead("receive", str(forged))

    assert (said.code, said.out, said.err) == (1, "", f"enblanket: {sentence}\n")
    assert opened(lead.here).ledger.head() == head


def test_our_own_package_is_not_received(two: Two, first: Path) -> None:
    said = two.lead("receive", str(first))

    assert (said.code, said.err) == (
        1,
        f"enblanket: {first.name} is our own package; its recipient aud-nord receives it.\n",
    )


def test_what_came_by_phone_is_noted(two: Two, first: Path) -> None:
    noted = two.lead("receipt", "record", first.name, "--verdict", "returned", "--on", "2016-04-01", "--note", "Mangler bilag.")  # fmt: skip

    assert (noted.code, noted.err) == (0, f"{first.name}: returned, noted.\n")
    assert f"  returned   {first.name}\n" in two.lead("status").out
    wrong = two.lead("receipt", "record", "nothing.asice", "--verdict", "accepted")
    early = two.lead("receipt", "record", first.name, "--verdict", "accepted", "--on", "2016-03-01")
    number = two.lead("receipt", "record", first.name, "--verdict", "accepted", "--note", "Ringet om 010180-1234.")  # fmt: skip
    assert number.err == (
        "enblanket: The text holds what looks like a CPR number, and the ledger keeps it for good; say it without.\n"
    )
    assert wrong.err == (
        "enblanket: “nothing.asice” names no package that was sealed here, or several; "
        "“enblanket log” shows their names.\n"
    )
    assert early.err == (
        "enblanket: 2016-03-01 lies before the package was sealed or is still to come; give the day of the answer.\n"
    )


def test_nobody_answered_by_the_agreed_day_is_overdue(two: Two, town: Town) -> None:
    text = (town.folder.parent / "aft-1.toml").read_text(encoding="utf-8")
    agreed = two.lead.here.parent / "aft-1.toml"
    agreed.write_text(
        text.replace("[crosswalk]", "[exchange]\ndeliver_by_day = 10\n[crosswalk]"), encoding="utf-8"
    )
    assert two.lead("agreement", "add", str(agreed)).code == 0

    in_time = two.lead("status", "--format", "json").records[0]["packages"]
    two.lead.clock.now = two.lead.clock.now.replace(day=11)
    late = two.lead("status", "--period", "2015-12-01..2016-03-31", "--format", "json").records[0]

    assert [one["standing"] for one in in_time] == ["sealed", "sealed"]  # type: ignore[attr-defined]
    assert [(one["standing"], one["due"]) for one in late["packages"]] == [("overdue", "2016-04-10")] * 2  # type: ignore[attr-defined]
    december = "2015-12-01..2015-12-31"
    assert [(one["jobcentre"], one["period"], one["due"]) for one in late["not_sealed"]] == [  # type: ignore[attr-defined]
        ("159", december, "2016-01-10"),
        ("173", december, "2016-01-10"),
    ]
    told = two.lead("status", "--period", "2015-12-01..2016-03-31", "--lang", "en").out
    assert "  overdue    not sealed for aud-nord (159): 2015-12-01 – 2015-12-31, due 2016-01-10\n" in told
