"""Countersignatures and encryption at the command line: who else vouches, and who reads."""

from __future__ import annotations

import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.conftest import CommandLine, Said, SteppingClock, opened
from tests.small_town import PERIOD, Town

LATER = datetime(2016, 4, 3, 8, 0, tzinfo=UTC)


@dataclass
class Three:
    """The lead, the participant who countersigns, and the auditor; all trust each other."""

    lead: CommandLine
    participant: CommandLine
    auditor: CommandLine

    def seal(self, *more: str) -> Path:
        said = self.lead("seal", "--period", PERIOD, "--to", "aud-nord", *more)
        assert said.code == 0, said.err
        return Path(said.out.strip())


@pytest.fixture(scope="module")
def acquainted(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("three")
    shutil.copytree(town.folder, root / "159")
    outside = CommandLine(root)
    for party, role in (("173", "jobcentre"), ("aud-nord", "auditor")):
        said = outside("init", party, "--party", party, "--name", f"Part {party}", "--role", role, "--no-passphrase")  # fmt: skip
        assert said.code == 0, said.err
    houses = [CommandLine(root / name) for name in ("159", "173", "aud-nord")]
    for one in houses:
        for other in houses:
            if one is not other:
                own = other("keys", "show", "--format", "json").records[0]
                card = other.here / "keys" / f"{own['party']}.card"
                assert one("keys", "trust", str(card), "--fingerprint", str(own["fingerprint"])).code == 0
    text = (town.folder.parent / "aft-1.toml").read_text(encoding="utf-8")
    agreed = root / "aft-1.toml"
    agreed.write_text(text.replace("[crosswalk]", "[exchange]\ncountersignatures = 1\n[crosswalk]"), encoding="utf-8")  # fmt: skip
    assert houses[0]("agreement", "add", str(agreed)).code == 0
    return root


@pytest.fixture
def three(acquainted: Path, tmp_path: Path) -> Three:
    shutil.copytree(acquainted, tmp_path / "all")
    clock = SteppingClock(LATER)
    return Three(*(CommandLine(tmp_path / "all" / name, clock) for name in ("159", "173", "aud-nord")))


def codes(said: Said) -> list[str]:
    return [check["code"] for check in said.records[0]["checks"] if check["code"]]  # type: ignore[attr-defined]


def test_what_the_agreement_asks_for_is_demanded_until_somebody_else_has_signed(three: Three) -> None:
    three.auditor("receive", str(next((three.lead.here / "outbox").glob("*aud-nord_1.asice"))))
    alone = three.seal()

    before = three.auditor("receive", str(alone), "--format", "json")
    signed = three.participant("seal", "--countersign", str(alone), "--to", "aud-nord", "--format", "json")
    both = Path(str(signed.records[0]["path"]))
    after = three.auditor("receive", str(both), "--format", "json")

    assert (before.code, before.records[0]["verdict"], codes(before)) == (
        1,
        "needs-attention",
        ["demands-countersignatures"],
    )
    assert (signed.code, signed.records[0]["countersignatures"]) == (0, 1)
    assert both.name == alone.name
    assert (after.code, after.records[0]["verdict"], after.records[0]["known"]) == (0, "accepted", False)
    assert "package 2 sealed for aud-nord" in three.lead("log").out
    assert f"{alone.name} countersigned" in three.participant("log").out
    # It is the same package: its sender recognises the answer, and the number counts once.
    receipt = next((three.auditor.here / "outbox").glob("*_2.receipt.asice"))
    closed = three.lead("receive", str(receipt), "--format", "json")
    assert (closed.code, closed.records[0]["verdict"]) == (0, "accepted")
    assert codes(three.auditor("verify", str(alone), "--format", "json")) == ["demands-countersignatures"]


def test_the_sender_cannot_countersign_its_own_package(three: Three) -> None:
    said = three.lead("seal", "--countersign", str(three.seal()))

    assert (said.code, said.out, said.err) == (
        2,
        "",
        (
            "enblanket: This key has signed the package already; "
            "a countersignature is somebody else’s, with a key of their own.\n"
        ),
    )


def test_what_is_not_accepted_is_not_countersigned(three: Three, tmp_path: Path) -> None:
    path = three.seal()
    head = opened(three.participant.here).ledger.head()
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    (tmp_path / "flipped.asice").write_bytes(content)

    elsewhere = three.participant("seal", "--countersign", str(path))
    flipped = three.participant("seal", "--countersign", str(tmp_path / "flipped.asice"), "--to", "aud-nord")

    assert (elsewhere.code, elsewhere.out, elsewhere.err) == (
        1,
        "",
        (
            f"enblanket: {path.name} is not accepted here, so it is not countersigned: "
            "The package is from 159 to aud-nord, not to 173; send it back.\n"
        ),
    )
    assert (flipped.code, flipped.out) == (1, "")
    assert list((three.participant.here / "outbox").iterdir()) == []
    assert opened(three.participant.here).ledger.head() == head


def test_openssl_verifies_both_signatures(three: Three, tmp_path: Path) -> None:
    both = three.participant("seal", "--countersign", str(three.seal()), "--to", "aud-nord").out.strip()
    subprocess.run(["unzip", "-qq", both, "-d", str(tmp_path / "files")], check=True)
    meta = tmp_path / "files" / "META-INF"

    for number, house in ((1, three.lead), (2, three.participant)):
        done = subprocess.run(
            [
                "openssl", "cms", "-verify", "-cades", "-binary", "-inform", "DER",
                "-in", str(meta / f"signature00{number}.p7s"), "-content", str(meta / f"ASiCManifest00{number}.xml"),
                "-CAfile", str(house.here / "keys" / "signing.crt"), "-partial_chain", "-purpose", "any",
                "-attime", str(int(LATER.timestamp()) + 60), "-out", os.devnull,
            ],
            capture_output=True,
            check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()


def piped(words: str) -> str:
    """Return a descriptor that gives these words."""
    reading, writing = os.pipe()
    os.write(writing, f"{words}\n".encode())
    os.close(writing)
    return str(reading)


def test_an_auditor_without_a_key_opens_it_with_a_passphrase_and_no_workspace(
    three: Three, tmp_path: Path
) -> None:
    path = three.seal("--passphrase-recipient-fd", piped("hest hegn hæk"))
    outside = CommandLine(tmp_path, three.lead.clock)
    words = ("verify", str(path), "--trust", str(three.lead.here / "keys" / "159.card"), "--recipient", "aud-nord")  # fmt: skip

    right = outside(*words, "--passphrase-fd", piped("hest hegn hæk"), "--format", "json")
    named = outside(*words, "--package-passphrase-fd", piped("hest hegn hæk"))
    wrong = outside(*words, "--passphrase-fd", piped("hest"))
    nobody = outside(*words)

    assert path.name.endswith("_2.asice.age")
    assert codes(right) == ["demands-countersignatures"]
    assert named.code == 1
    assert (wrong.code, wrong.out, wrong.err) == (
        2,
        "",
        "enblanket: The passphrase does not open the package; type it again, or ask the sender for it.\n",
    )
    assert nobody.err == (
        f"enblanket: {path} is encrypted with a passphrase; "
        "give it at the prompt or with --package-passphrase-fd.\n"
    )
    assert [one.name for one in tmp_path.iterdir() if one.is_file()] == []


def test_several_cards_open_it_and_each_receives(three: Three) -> None:
    path = three.seal("--encrypt", "--encrypt-to", "173")

    received = three.auditor("receive", str(path), "--format", "json")
    signed = three.participant("seal", "--countersign", str(path), "--to", "aud-nord", "--encrypt")
    open_again = three.participant("seal", "--countersign", str(path), "--to", "aud-nord")
    locked = three.lead("verify", str(path))

    assert received.records[0]["stored"] is True
    assert Path(signed.out.strip()).read_bytes().startswith(b"age-encryption.org/v1\n")
    assert three.auditor("receive", signed.out.strip()).code == 0
    assert open_again.err == (
        f"enblanket: {path.name} is encrypted and would come out open; say whom to encrypt it to.\n"
    )
    assert (locked.code, locked.out, locked.err) == (
        2,
        "",
        "enblanket: The package is not encrypted to our key; ask the sender to encrypt it to our card.\n",
    )


@pytest.mark.parametrize("kept", [0.2, 0.7, 0.999])
def test_a_cut_off_file_leaves_nothing(three: Three, tmp_path: Path, kept: float) -> None:
    path = three.seal("--encrypt")
    content = path.read_bytes()
    cut = tmp_path / "cut.asice.age"
    cut.write_bytes(content[: int(len(content) * kept)])
    before = sorted(str(one) for one in three.auditor.here.rglob("*"))

    said = three.auditor("receive", str(cut))

    assert said.code == 1
    assert said.err in (
        "enblanket: cut.asice.age: The package was cut off or altered after it was encrypted (encryption-altered); ask the sender for it again.\n",
        "enblanket: cut.asice.age: The package is cut off (encryption-cut); ask the sender for it again.\n",
    )
    assert sorted(str(one) for one in three.auditor.here.rglob("*")) == before


@pytest.mark.parametrize(
    ("more", "sentence"),
    [
        (("--encrypt-to", "101"), "No card of 101 is trusted here, so nothing can be encrypted to it; add it with “enblanket keys trust”."),
        (("--passphrase-recipient-fd", "-1"), "File descriptor -1 cannot be read; open it in the shell, as 3<passphrase.txt."),
    ],
)  # fmt: skip
def test_what_cannot_be_enveloped_seals_nothing(three: Three, more: tuple[str, ...], sentence: str) -> None:
    said = three.lead("seal", "--period", PERIOD, "--to", "aud-nord", *more)

    assert (said.code, said.out) == (2, "")
    assert said.err == f"enblanket: {sentence}\n"
    assert len(opened(three.lead.here).chronicle().sealed) == 2


def test_cards_and_a_passphrase_at_once_are_refused(three: Three) -> None:
    said = three.lead("seal", "--period", PERIOD, "--to", "aud-nord", "--encrypt", "--passphrase-recipient-fd", piped("x"))  # fmt: skip

    assert said.err == (
        "enblanket: A package is encrypted to cards or with a passphrase, not both; leave one of them out.\n"
    )


def test_neither_a_period_nor_a_package_is_one_sentence(three: Three) -> None:
    said = three.lead("seal", "--to", "aud-nord")

    assert (said.code, said.err) == (
        2,
        "enblanket: Give --period START..END and --to PARTY, or --countersign FILE; “enblanket seal --help” tells more.\n",
    )
