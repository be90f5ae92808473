"""``log --prove --acknowledge``: an old copy of a workspace was put back for good, and the month goes on."""

from __future__ import annotations

import shutil
import sqlite3
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest

from exchange.ledger.ledger import FILE
from tests.cli.test_log import Three, events, faults, history_of, introduced, went_on
from tests.conftest import CommandLine, Said, SteppingClock
from tests.small_town import PERIOD, Town

WHY = "Disken døde; kopien fra 1. april er lagt tilbage."
PHONED = "Ringet til Ida: de har lagt en gammel kopi tilbage."


@dataclass
class PutBack:
    """The lead on an old copy: number 2 left after it was made, and the auditor has taken and answered it."""

    lead: CommandLine
    lost: CommandLine
    auditor: CommandLine

    @property
    def package(self) -> Path:
        return next((self.lost.here / "outbox").glob("*_aud-nord_2.asice"))

    @property
    def receipt(self) -> Path:
        return next((self.auditor.here / "outbox").glob("*_aud-nord_2.receipt.asice"))

    def acknowledged(self, *papers: Path) -> Said:
        """Let the lead say that its own newer life is lost."""
        return self.lead("log", "--prove", *map(str, papers), "--acknowledge", "159", "--reason", WHY)

    def phoned(self) -> Said:
        """Let the auditor say so too."""
        return self.auditor("log", "--prove", "--acknowledge", "159", "--reason", PHONED)


@pytest.fixture(scope="module")
def houses(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Three:
    folder = tmp_path_factory.mktemp("put-back")
    three = introduced(town, folder)
    shutil.copytree(three.lead.here, folder / "old")
    went_on(three.lead)
    three.deliver(three.auditor, "aud-nord")
    return three


@pytest.fixture
def put_back(houses: Three, tmp_path: Path) -> PutBack:
    clock = SteppingClock(houses.lead.clock.now)
    names = ("old", "lead", "nord")
    return PutBack(
        *(
            CommandLine(Path(shutil.copytree(houses.lead.here.parent / name, tmp_path / name)), clock)
            for name in names
        )
    )


def sealed(house: CommandLine) -> Path:
    said = house("seal", "--period", PERIOD, "--to", "aud-nord")
    assert said.code == 0, said.err
    return Path(said.out.strip())


def taken_in(house: CommandLine, package: Path) -> tuple[object, bool | None, str | None]:
    said = house("receive", str(package), "--format", "json")
    return said.records[0]["verdict"], *history_of(said)


def test_an_old_copy_goes_on_when_both_sides_have_acknowledged_it(put_back: PutBack) -> None:
    lead, auditor = put_back.lead, put_back.auditor

    ours = put_back.acknowledged(put_back.package, put_back.receipt)

    assert ours.code == 0
    assert ours.err == (
        "Acknowledged: 1 event that 159 had shown is lost, and is missed no more.\n"
        f"{put_back.package.name} counts again, and its number is not given out anew.\n"
        "Whom we trusted, distrusted or were told of as revoked since the copy was made is lost too: look through "
        "“enblanket keys show”.\n"
    )
    last = events(lead)[-1]
    assert (last.kind, last.body["reason"], last.body["party"]) == ("acknowledge", WHY, "159")
    again = sealed(lead)
    assert again.name.endswith("_aud-nord_3.asice")
    assert taken_in(auditor, again) == ("refused", False, "history-rewritten")

    theirs = put_back.phoned()

    assert theirs.code == 0
    (line,) = [line for line in theirs.out.splitlines() if line.startswith("✓")]
    assert (
        line
        == f"✓ 1 event is lost, as {events(auditor)[-1].who} acknowledged on 2016-04-01: {PHONED} [acknowledged]"
    )
    assert taken_in(auditor, again) == ("accepted", True, None)
    assert auditor("verify", "--diff", str(again)).code == 0
    assert lead("receive", str(put_back.receipt)).code == 0
    (answer,) = (auditor.here / "outbox").glob("*_aud-nord_3.receipt.asice")
    assert lead("receive", str(answer)).code == 0
    assert not any(faults(lead).values())
    assert not any(faults(auditor).values())


def test_a_receipt_alone_keeps_its_number_from_being_given_out_again(put_back: PutBack) -> None:
    said = put_back.acknowledged(put_back.receipt)

    assert (said.code, put_back.package.name in said.err) == (0, True)
    assert sealed(put_back.lead).name.endswith("_aud-nord_3.asice")
    log = put_back.lead("log").out
    assert "package 2 for aud-nord, sealed in a copy that was lost, counts again" in log
    assert "loss in the history of 159 acknowledged" in log


def test_a_second_old_copy_and_the_lost_one_are_noticed_again(put_back: PutBack, tmp_path: Path) -> None:
    put_back.acknowledged(put_back.package)
    older = CommandLine(Path(shutil.copytree(put_back.lead.here, tmp_path / "older")), put_back.lead.clock)
    went_on(put_back.lead)
    again = sealed(put_back.lead)
    assert taken_in(put_back.auditor, again)[0] == "refused"
    put_back.phoned()
    assert taken_in(put_back.auditor, again)[0] == "accepted"

    went_on(older)
    second = sealed(older)

    assert history_of(put_back.auditor("verify", str(second), "--format", "json")) == (
        False,
        "history-rewritten",
    )
    assert [one["code"] for one in faults(put_back.auditor, second)["159"]] == ["rewritten"]

    third = sealed(put_back.lost)

    assert history_of(put_back.auditor("verify", str(third), "--format", "json")) == (False, "history-forked")
    assert put_back.lead("log", "--prove", str(third)).code == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ("log", "--prove", "--acknowledge", "159", "--reason", WHY),
            (
                "The history of 159 fits all that is known here; name the package or receipt that does not: "
                "enblanket log --prove FILE --acknowledge 159 --reason TEXT.\n"
            ),
        ),
        (("log", "--prove", "--acknowledge", "159"), "Say why in 1 to 500 characters: --reason TEXT.\n"),
        (
            ("log", "--prove", "--acknowledge", "159", "--reason", "ord/" * 126),
            "Say why in 1 to 500 characters: --reason TEXT.\n",
        ),
        (
            ("log", "--prove", "--acknowledge", "159", "--reason", "Borger 010180-1234 ringede."),
            "The text holds what looks like a CPR number, and the ledger keeps it for good; say it without.\n",
        ),
        (
            ("log", "--acknowledge", "159", "--reason", WHY),
            "Say it with the papers that show it: enblanket log --prove [FILE] --acknowledge PARTY --reason TEXT.\n",
        ),
        (
            ("log", "--prove", "--reason", WHY),
            "A reason is for --acknowledge PARTY; leave it out, or say whose history.\n",
        ),
    ],
)
def test_nothing_is_written_where_nothing_can_be_acknowledged(
    put_back: PutBack, words: tuple[str, ...], sentence: str
) -> None:
    before = events(put_back.lead)

    said = put_back.lead(*words)

    assert (said.code, said.out, said.err) == (2, "", f"enblanket: {sentence}")
    assert events(put_back.lead) == before


def test_a_ledger_that_does_not_fit_itself_acknowledges_nothing(put_back: PutBack) -> None:
    with closing(sqlite3.connect(put_back.lead.here / FILE, isolation_level=None)) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        connection.execute(
            "UPDATE events SET canonical = CAST(replace(CAST(canonical AS TEXT), 'Jobcenter', 'Jobcentre') AS BLOB) WHERE position = 2"
        )

    said = put_back.acknowledged(put_back.package)

    assert (said.code, said.out) == (2, "")
    assert said.err == (
        "enblanket: The ledger does not fit itself; “enblanket log” says where, and a copy of the workspace mends it.\n"
    )
