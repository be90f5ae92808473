"""``seal``, ``verify`` and ``keys``: paths on stdout, one sentence on stderr, and exit codes a script can rely on."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import sys
from contextlib import closing
from pathlib import Path

import pytest

from tests.conftest import CommandLine
from tests.small_town import PERIOD, Town


@pytest.fixture
def undecided(town: Town, tmp_path: Path) -> CommandLine:
    return CommandLine(Path(shutil.copytree(town.open, tmp_path / "lead")))


@pytest.fixture
def decided(town: Town, tmp_path: Path) -> CommandLine:
    return CommandLine(Path(shutil.copytree(town.folder, tmp_path / "lead")))


@pytest.fixture(scope="module")
def auditor(town: Town, tmp_path_factory: pytest.TempPathFactory) -> CommandLine:
    """The auditor's own workspace, which trusts the lead."""
    outside = CommandLine(tmp_path_factory.mktemp("auditor"))
    said = outside("init", "nord", "--party", "aud-nord", "--name", "Revision Nord", "--role", "auditor", "--no-passphrase")  # fmt: skip
    assert said.code == 0, said.err
    enblanket = CommandLine(outside.here / "nord")
    shown = enblanket("keys", "trust", str(town.card), "--fingerprint", fingerprint_of(town))
    assert shown.code == 0, shown.err
    return enblanket


def fingerprint_of(town: Town) -> str:
    own = CommandLine(town.folder)("keys", "show", "--format", "json").records[0]
    return str(own["fingerprint"])


def test_what_blocks_is_counted_and_the_first_named_and_nothing_is_sealed(undecided: CommandLine) -> None:
    found = undecided("check", "--format", "json").records
    first = next(one["finding_id"] for one in found if one["severity"] == "error")

    said = undecided("seal", "--period", PERIOD, "--to", "aud-nord")

    assert (said.code, said.out) == (1, "")
    assert said.err == (
        "enblanket: Findings that block the package: 3; the first is K01, "
        f"decide it with “enblanket decide {first} accept|correct|reject”.\n"
    )
    assert list((undecided.here / "outbox").iterdir()) == []


def test_nothing_is_sealed_on_a_history_that_somebody_altered(decided: CommandLine) -> None:
    altered = (
        "UPDATE events SET canonical = CAST(replace(CAST(canonical AS TEXT), 'accept', 'reject') AS BLOB)"
    )
    with closing(sqlite3.connect(decided.here / "ledger.sqlite", isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(altered)

    said = decided("seal", "--period", PERIOD, "--to", "aud-nord")

    assert (said.code, said.out) == (1, "")
    assert said.err == (
        "enblanket: The ledger does not fit itself; “enblanket log” says where, "
        "and a copy of the workspace mends it.\n"
    )


def test_a_draft_is_refused_while_a_cpr_number_is_undecided_only(undecided: CommandLine) -> None:
    refused = undecided("seal", "--period", PERIOD, "--to", "aud-nord", "--draft")
    cpr = next(
        one["finding_id"] for one in undecided("check", "--format", "json").records if one["rule"] == "K01"
    )
    undecided("decide", str(cpr), "accept", "--reason", "Streges over.")

    said = undecided("seal", "--period", PERIOD, "--to", "aud-nord", "--draft")
    verdict = undecided("verify", said.out.strip(), "--format", "json")

    assert refused.code == 1
    assert Path(said.out.strip()).name == "AFT-1_159_2016-01--2016-03_aud-nord_draft.asice"
    assert verdict.code == 1
    assert verdict.records[0]["verdict"] == "refused"
    assert {check["check"]: check["code"] for check in verdict.records[0]["checks"]}["sequence"] == "draft"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("words", "code", "sentence"),
    [
        (
            ("--period", "2016-01-15..2016-03-31", "--to", "aud-nord"),
            1,
            (
                "2016-01-15..2016-03-31 is not whole months; "
                "give a period from a first to a last day, as 2016-01-01..2016-06-30."
            ),
        ),
        (
            ("--period", PERIOD, "--to", "aud-vest"),
            1,
            "No agreement here has aud-vest as jobcentre or auditor as asked; see the parties in the agreement file.",
        ),
        (
            ("--period", PERIOD, "--to", "aud-nord", "--jobcentre", "173"),
            1,
            "No agreement here has aud-nord as jobcentre or auditor as asked; see the parties in the agreement file.",
        ),
        (
            ("--period", PERIOD, "--to", "12345678"),
            1,
            "12345678 is a company; a package goes to a jobcentre or an audit firm.",
        ),
        (
            ("--period", PERIOD, "--to", "159"),
            1,
            "159 is our own party, and nobody sends a package to itself; say whom it is for.",
        ),
        (
            ("--period", PERIOD, "--to", "aud-nord", "--encrypt"),
            2,
            (
                "No card of aud-nord is trusted here, so nothing can be encrypted to it; "
                "add it with “enblanket keys trust”."
            ),
        ),
        (
            ("--period", "2016", "--to", "aud-nord"),
            2,
            "“2016” is no period: write it as 2016-01-01..2016-03-31.",
        ),
    ],
)
def test_what_cannot_be_sealed_is_one_sentence(
    town: Town, words: tuple[str, ...], code: int, sentence: str
) -> None:
    said = CommandLine(town.folder)("seal", *words)

    assert (said.code, said.out, said.err) == (code, "", f"enblanket: {sentence}\n")


def test_each_package_has_the_next_sequence_and_names_the_one_it_replaces(
    decided: CommandLine, tmp_path: Path
) -> None:
    said = decided(
        "seal", "--period", PERIOD, "--to", "aud-nord", "--out", str(tmp_path / "away"), "--format", "json"
    )
    (record,) = said.records

    assert record["sequence"] == 2
    assert Path(str(record["path"])) == tmp_path / "away" / "AFT-1_159_2016-01--2016-03_aud-nord_2.asice"
    first = decided.here / "outbox" / "AFT-1_159_2016-01--2016-03_aud-nord_1.asice"
    assert codes(decided("verify", str(record["path"]), "--format", "json").records[0]) == {}
    assert codes(decided("verify", str(first), "--format", "json").records[0]) == {
        "sequence": "sequence-superseded"
    }


def codes(record: dict[str, object]) -> dict[str, str]:
    checks = record["checks"]
    assert isinstance(checks, list)
    return {check["check"]: check["code"] for check in checks if check["ok"] is False}


def test_sealing_is_an_event_with_the_packages_sha256(town: Town) -> None:
    import hashlib

    from tests.conftest import opened

    sealed = opened(town.folder).chronicle().sealed

    assert [(one.body["recipient"], one.body["sequence"]) for one in sealed] == [
        ("aud-nord", 1),
        ("aud-syd", 1),
    ]
    assert [one.body["sha256"] for one in sealed] == [
        hashlib.sha256(town.content(auditor)).hexdigest() for auditor in ("aud-nord", "aud-syd")
    ]


def test_verify_accepts_without_workspace_and_keys(town: Town, tmp_path: Path) -> None:
    said = CommandLine(tmp_path)(
        "verify", str(town.packages["aud-nord"]), "--trust", str(town.card), "--recipient", "aud-nord"
    )

    lines = said.out.splitlines()
    assert said.code == 0
    assert [line[0] for line in lines[:10]] == ["✓", "✓", "✓", "–", "✓", "✓", "✓", "✓", "✓", "–"]
    assert lines[1].startswith("✓ signatures      Signed by Jobcenter Gladsaxe on 2016-04-01 08:00:")
    assert lines[-2] == f"Signer’s fingerprint: {fingerprint_of(town)}"
    assert lines[-1] == (
        "AFT-1_159_2016-01--2016-03_aud-nord_1.asice: accepted: everything that can be judged here holds"
    )


def test_the_json_of_verify_is_one_record_of_the_contract(town: Town, tmp_path: Path) -> None:
    path = str(town.packages["aud-syd"])

    said = CommandLine(tmp_path)("verify", path, "--format", "json")

    (record,) = said.records
    assert said.code == 1
    assert list(record) == ["file", "sha256", "verdict", "checks"]
    assert (record["file"], record["verdict"]) == (path, "refused")
    assert codes(record) == {"signatures": "signer-unknown"}


def test_one_flipped_byte_is_refused_with_exit_one(town: Town, tmp_path: Path) -> None:
    content = bytearray(town.content())
    content[len(content) // 2] ^= 1
    (tmp_path / "flipped.asice").write_bytes(content)

    said = CommandLine(tmp_path)("verify", "flipped.asice", "--trust", str(town.card))

    assert said.code == 1
    assert said.out.splitlines()[0].startswith("✗ container")
    assert said.out.splitlines()[0].endswith("[entry-crc]")
    assert said.out.splitlines()[-1] == "flipped.asice: refused: do not rely on it"


@pytest.mark.parametrize("content", [b"", b"\x89PNG\r\n\x1a\n" + bytes(500), b"PK\x05\x06" + bytes(18)])
def test_what_is_no_package_is_refused_with_exit_one(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "some.asice").write_bytes(content)

    said = CommandLine(tmp_path)("verify", "some.asice", "--format", "json")

    assert (said.code, said.err) == (1, "")
    assert list(codes(said.records[0])) == ["container", "signatures"]


def test_a_missing_package_could_not_be_judged(tmp_path: Path) -> None:
    said = CommandLine(tmp_path)("verify", "nowhere.asice")

    assert (said.code, said.out) == (2, "")
    assert said.err == (
        f"enblanket: {tmp_path / 'nowhere.asice'} cannot be read (No such file or directory); "
        "give the path of a package.\n"
    )


def test_a_workspace_that_trusts_the_sender_needs_no_more(town: Town, auditor: CommandLine) -> None:
    said = auditor("verify", str(town.packages["aud-nord"]), "--format", "json")

    assert said.code == 0, said.out
    checks = {check["check"]: check["ok"] for check in said.records[0]["checks"]}  # type: ignore[attr-defined]
    assert checks["sequence"] is True
    assert checks["history"] is None


def test_a_workspace_of_somebody_else_sees_that_it_is_not_for_them(town: Town, auditor: CommandLine) -> None:
    said = auditor("verify", str(town.packages["aud-syd"]), "--format", "json")

    assert codes(said.records[0]) == {"recipient": "recipient-other"}


def test_encrypted_to_the_auditors_card_only_the_auditor_opens_it(
    decided: CommandLine, auditor: CommandLine
) -> None:
    card = auditor.here / "keys" / "aud-nord.card"
    fingerprint = str(auditor("keys", "show", "--format", "json").records[0]["fingerprint"])
    trusted = decided("keys", "trust", str(card), "--fingerprint", fingerprint.upper().replace(" ", ":"))
    assert trusted.code == 0, trusted.err

    path = decided("seal", "--period", PERIOD, "--to", "aud-nord", "--encrypt").out.strip()

    assert Path(path).name == "AFT-1_159_2016-01--2016-03_aud-nord_2.asice.age"
    assert Path(path).read_bytes().startswith(b"age-encryption.org/v1\n")
    opened = auditor("verify", path, "--format", "json")
    assert opened.records[0]["verdict"] == "accepted"
    locked = decided("verify", path)
    assert (locked.code, locked.out) == (2, "")
    stranger = CommandLine(auditor.here.parent)("verify", path)
    assert stranger.err == (
        f"enblanket: {path} is encrypted; open it with age first, or verify it in the workspace it was sent to.\n"
    )


def test_a_wrong_fingerprint_trusts_nobody(auditor: CommandLine, undecided: CommandLine) -> None:
    card = Path(shutil.copy(auditor.here / "keys" / "aud-nord.card", undecided.here.parent / "nord.card"))

    said = undecided("keys", "trust", str(card), "--fingerprint", "0" * 64)

    assert said.code == 2
    assert said.err == (
        "enblanket: What was read out is not the fingerprint of nord.card; "
        "nothing is trusted, ask its owner for the card again.\n"
    )
    assert list((undecided.here / "trust").iterdir()) == []


def test_keys_show_tells_our_card_and_whom_we_trust(town: Town, auditor: CommandLine) -> None:
    records = auditor("keys", "show", "--format", "json").records

    assert [(one["own"], one["party"], one["name"]) for one in records] == [
        (True, "aud-nord", "Revision Nord"),
        (False, "159", "Jobcenter Gladsaxe"),
    ]
    assert records[1]["fingerprint"] == fingerprint_of(town)
    assert json.dumps(records).count("BEGIN") == 0


def test_a_wrong_passphrase_seals_nothing(town: Town, tmp_path: Path) -> None:
    outside = CommandLine(tmp_path)
    founding = ("--party", "159", "--name", "Jobcenter Gladsaxe", "--role", "jobcentre")
    assert outside("init", "lead", *founding, "--passphrase-fd", str(piped("the right words"))).code == 0
    lead = CommandLine(tmp_path / "lead")
    assert lead("agreement", "add", str(town.folder.parent / "aft-1.toml")).code == 0
    order = ("seal", "--period", PERIOD, "--to", "aud-syd", "--passphrase-fd")

    wrong = lead(*order, str(piped("other words")))
    right = lead(*order, str(piped("the right words")))

    assert (wrong.code, wrong.out) == (2, "")
    assert wrong.err == "enblanket: The passphrase does not open signing.pem; type it again.\n"
    assert right.code == 0
    assert Path(right.out.strip()).name.endswith("_aud-syd_1.asice")


def piped(words: str) -> int:
    """Return a descriptor that gives these words."""
    reading, writing = os.pipe()
    os.write(writing, f"{words}\n".encode())
    os.close(writing)
    return reading


def test_status_names_who_is_still_to_be_sealed_for(decided: CommandLine) -> None:
    for one in decided("check", "--format", "json").records:
        if one["status"] == "open":
            decided("decide", str(one["finding_id"]), "reject", "--reason", "Set ved gennemgang.")
    (before,) = decided("status", "--period", "2015-12-01..2016-03-31", "--format", "json").records
    assert before["next"] == "enblanket seal --period 2015-12-01..2015-12-31 --to aud-nord"
    while str(before["next"]).startswith("enblanket seal"):
        words = str(before["next"]).split()[1:]
        sealed = decided(*words)
        assert sealed.code == 0, sealed.err
        (after,) = decided("status", "--period", "2015-12-01..2016-03-31", "--format", "json").records
        assert after["next"] != before["next"]
        before = after
    assert before["next"] == "enblanket take FILE... --from PARTY"


def test_the_log_tells_of_a_draft(decided: CommandLine) -> None:
    assert decided("seal", "--period", PERIOD, "--to", "aud-nord", "--draft").code == 0

    assert "  draft made for aud-nord  – " in decided("log").out


def test_a_workspace_in_a_folder_that_others_read_is_closed_to_them(tmp_path: Path) -> None:
    shared = tmp_path / "shared"
    shared.mkdir(mode=0o755)
    said = CommandLine(tmp_path)("init", "shared", "--party", "159", "--name", "Gladsaxe", "--role", "jobcentre", "--no-passphrase")  # fmt: skip

    assert said.code == 0, said.err
    assert sys.platform == "win32" or {path.stat().st_mode & 0o077 for path in shared.iterdir()} == {0}
    assert "\n1 event, each naming" in CommandLine(shared)("log").out
