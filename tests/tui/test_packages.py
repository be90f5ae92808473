"""Packages in a real workspace: judged, taken in, answered, and a key trusted only when all of its fingerprint was heard."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from textual.widgets import Input, Static

from exchange import language
from exchange.sealing.cards import read_card
from exchange.sealing.fingerprint_words import WORDS, grouped_words, in_words, said_digits
from exchange.workspace.house import WorkspaceHouse
from exchange.workspace.package_book import state_of
from tests.conftest import CommandLine, SteppingClock
from tests.sealing.test_container import SIGNATURE, entries_of, rewritten
from tests.small_town import Town
from tests.tui.memory_house import MemoryHouse
from tests.tui.terminal import screen_text
from tests.tui.views import WIDE, app_over, last_line, press
from tui.app import ReviewApp
from tui.screens.one_line import OneLineDialog
from tui.screens.page import PageScreen
from tui.screens.trust import TrustDialog
from tui.screens.view import ViewScreen


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English, and leave the language as it was."""
    before = language.current()
    language.use("en")
    yield
    language.use(before)


def test_the_words_of_a_fingerprint_say_all_of_it_and_none_is_a_number() -> None:
    whole = bytes(range(256)).hex()[:64]

    assert len(WORDS) == len(set(WORDS)) == 256
    assert all(word.isascii() and word.islower() and set(word) - set("0123456789abcdef") for word in WORDS)
    assert len(in_words(whole)) == 32
    assert said_digits("  ".join(grouped_words(whole))) == whole
    assert said_digits(whole.upper()) == whole
    assert said_digits(" ".join(grouped_words(whole)[:7])) != whole


@pytest.mark.parametrize(
    ("codes", "state"),
    [
        ((None,), "valid"),
        (("signer-unknown",), "unknown-key"),
        (("card-not-valid-then",), "key-expired"),
        (("signer-revoked", "signer-unknown"), "unknown-key"),
        (("signature-wrong",), "invalid"),
        (("signature-wrong", "signer-unknown"), "invalid"),
        (("container-signature-missing",), "unsigned"),
    ],
)
def test_of_several_signatures_the_worst_counts(codes: tuple[str | None, ...], state: str) -> None:
    assert state_of(codes) == state


@pytest.fixture(scope="module")
def auditor_home(town: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An auditor's workspace with the lead's card, its package and a damaged copy in the inbox."""
    folder = tmp_path_factory.mktemp("auditor") / "nord"
    founding = ("--party", "aud-nord", "--name", "Revision Nord", "--role", "auditor", "--no-passphrase")
    assert CommandLine(folder.parent)("init", str(folder), *founding).code == 0
    shutil.copy(town.card, folder / "inbox" / "159.card")
    shutil.copy(town.packages["aud-nord"], folder / "inbox" / "pakke.asice")
    whole = town.content()
    (folder / "inbox" / "brudt.asice").write_bytes(whole[: len(whole) // 2])
    return folder


def test_a_package_without_its_signature_is_unsigned(town: Town, auditor: Path) -> None:
    parts = entries_of(town.packages["aud-nord"].read_bytes())
    for path in (auditor / "inbox").iterdir():
        path.unlink()
    (auditor / "inbox" / "uden.asice").write_bytes(rewritten(parts, {SIGNATURE: None}))

    (line,) = WorkspaceHouse(auditor, SteppingClock()).packages().came

    assert (line.state, line.codes) == ("unsigned", ("container-signature-missing",))


@pytest.fixture
def auditor(auditor_home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(auditor_home, tmp_path / "nord"))


def app_in(folder: Path) -> ReviewApp:
    app = app_over()
    app._house = WorkspaceHouse(folder, SteppingClock())
    return app


def states(app: ReviewApp) -> list[tuple[str, str]]:
    assert isinstance(app.screen, ViewScreen)
    return [(row.state, row.kind) for row in app.screen.rows]


def on_a_dialog(app: ReviewApp, name: str) -> str:
    return str(app.screen.query_one(f"#{name}", Static).content)


async def test_a_card_is_trusted_when_all_of_it_was_heard_and_its_package_is_then_taken_in(
    auditor: Path, town: Town
) -> None:
    card = read_card(town.card.read_bytes(), "159.card")
    words = " ".join(in_words(card.certificate.sha256))
    app = app_in(auditor)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "2")
        assert states(app) == [("card", "card"), ("invalid", "waiting"), ("unknown-key", "waiting")]
        await press(pilot, "t")
        assert isinstance(app.screen, TrustDialog)
        shown = " ".join(screen_text(app).split())
        assert " ".join(card.certificate.fingerprint.split()[:8]) in shown
        assert all(group in shown for group in grouped_words(card.certificate.sha256))
        await press(pilot, "f10")
        assert on_a_dialog(app, "fault") == "Not trusted: that is not the whole fingerprint."
        app.screen.query_one("#line", Input).value = " ".join(words.split()[:31])
        await press(pilot, "enter")
        assert isinstance(app.screen, TrustDialog)
        assert on_a_dialog(app, "progress") == "62 of 64 digits fit"
        app.screen.query_one("#line", Input).value = words
        await press(pilot, "enter")
        assert last_line(app) == "Jobcenter Gladsaxe is trusted from now on."
        assert states(app)[2] == ("valid", "waiting")

        await press(pilot, "G", "v")
        assert last_line(app).startswith("Judged: ")
        told = screen_text(app)
        assert "VERDICT" in told
        assert "The container is whole" in told
        await press(pilot, "i")
        assert "Receipt to send back: " in last_line(app)
        assert [kind for _state, kind in states(app)] == ["card", "waiting", "received"]
        stick = auditor.parent / "usb"
        stick.mkdir()
        await press(pilot, "G", "e")
        app.screen.query_one("#line", Input).value = str(stick)
        await press(pilot, "enter")
        (receipt,) = stick.iterdir()
        assert last_line(app) == f"Receipt to send back: {receipt}"
        assert receipt.read_bytes() == (auditor / "outbox" / receipt.name).read_bytes()

    log = CommandLine(auditor)("log", "--format", "json")
    kinds = [record["kind"] for record in log.records if "kind" in record]
    assert kinds[-2:] == ["trust", "receive"]
    assert len(list((auditor / "outbox").glob("*.asice"))) == 1


async def test_a_page_shows_the_key_of_a_card_and_of_a_package_and_what_is_inside(
    auditor: Path, town: Town
) -> None:
    card = read_card(town.card.read_bytes(), "159.card")
    app = app_in(auditor)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "2")
        await press(pilot, "p")
        assert isinstance(app.screen, PageScreen)
        assert " ".join(card.certificate.fingerprint.split()[8:]) in screen_text(app)
        assert "nobody of that party is trusted here yet" in screen_text(app)
        await press(pilot, "escape", "m")
        assert last_line(app) == "There are no bytes of a package here to judge."
        await press(pilot, "G", "p")
        shown = screen_text(app)
        assert all(" ".join(card.certificate.fingerprint.split()[at : at + 8]) in shown for at in (0, 8))
        assert all(words in shown for words in grouped_words(card.certificate.sha256))
        assert "NOT known here" in shown
        await press(pilot, "escape", "m")
        shown = screen_text(app)
        assert "FROM      159" in shown
        assert "TO        aud-nord" in shown
        assert "  datapackage.json" in shown


async def test_a_package_that_a_person_rejects_is_kept_aside_and_its_sender_is_told(
    auditor: Path, town: Town
) -> None:
    house = WorkspaceHouse(auditor, SteppingClock())
    card = house.offered(auditor / "inbox" / "159.card")
    house.trust(card, card.pin.certificate.fingerprint)
    app = app_in(auditor)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "2", "R")
        assert last_line(app) == "Only a package that waits in the inbox can be rejected."
        await press(pilot, "G", "R", *"y", "enter")
        assert on_a_dialog(app, "fault") == "Write yes, or cancel with Esc."
        await press(pilot, *"es", "enter")
        assert last_line(app).startswith("Refused and kept aside. Receipt to send back: ")
        assert [kind for _state, kind in states(app)] == ["card", "waiting", "quarantine", "received"]

    (quarantined,) = (auditor / "inbox" / "quarantine").iterdir()
    assert quarantined.read_bytes() == town.packages["aud-nord"].read_bytes()
    (receipt,) = (auditor / "outbox").glob("*.asice")
    lead = CommandLine(Path(shutil.copytree(town.folder, auditor.parent / "lead")))
    our_card = next((auditor / "keys").glob("*.card"))
    digits = read_card(our_card.read_bytes(), our_card.name).certificate.fingerprint
    assert lead("keys", "trust", str(our_card), "--fingerprint", digits).code == 0
    answered = lead("receive", str(receipt), "--format", "json")
    assert answered.code == 1
    assert answered.records[-1]["verdict"] == "returned"
    assert "recipient-refused" in str(answered.records[-1]["codes"])


def test_the_command_refuses_as_the_key_does_and_only_packages(auditor: Path, town: Town) -> None:
    nord = CommandLine(auditor)
    digits = read_card(town.card.read_bytes(), "159.card").certificate.fingerprint
    assert nord("keys", "trust", str(town.card), "--fingerprint", digits).code == 0

    refused = nord("receive", str(town.packages["aud-nord"]), "--refuse")
    assert refused.code == 1
    assert "A person at the recipient refused the package." in refused.out + refused.err
    (receipt,) = (auditor / "outbox").glob("*.asice")
    said = nord("receive", str(receipt), "--refuse")
    assert (said.code, said.err) == (
        2,
        f"enblanket: {receipt.name} is no package; only a package is refused.\n",
    )


async def test_something_else_than_the_fingerprint_is_told_where_it_begins_and_escape_trusts_nothing(
    auditor: Path, town: Town
) -> None:
    card = read_card(town.card.read_bytes(), "159.card")
    app = app_in(auditor)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "2", "t")
        digits = card.certificate.sha256
        wrong = digits[:10] + ("0" if digits[10] != "0" else "1")
        app.screen.query_one("#line", Input).value = wrong
        await pilot.pause()
        assert on_a_dialog(app, "progress").startswith("✗ 10 of 64 digits fit, then something else")
        await press(pilot, "escape")
        assert states(app)[2] == ("unknown-key", "waiting")
    assert list((auditor / "trust").iterdir()) == []


async def test_a_path_that_is_none_is_refused_in_the_dialog_and_a_passphrase_is_never_shown() -> None:
    house = MemoryHouse(locked=True)
    app = app_over(house)
    async with app.run_test(size=WIDE) as pilot:
        await press(pilot, "2", "G", "t", *"x.card", "enter")
        assert isinstance(app.screen, OneLineDialog)
        assert on_a_dialog(app, "fault") == "x.card is no card; name a card."
        await press(pilot, "escape", "home", "j", "i", *"hemmeligt")
        assert isinstance(app.screen, OneLineDialog)
        assert "hemmeligt" not in screen_text(app)
        await press(pilot, "enter")
        assert last_line(app) == "The passphrase is not that of the key; try again."
        await press(pilot, "v")
        assert last_line(app) == "nyt.asice cannot be opened here; ask for the passphrase."
        await press(pilot, "home", "e")
        assert last_line(app) == "There is no receipt of ours here; i takes a package in and writes it."
        await press(pilot, "v")
        assert last_line(app) == "There are no bytes of a package here to judge."

    assert ("take in", "nyt.asice hemmeligt") in house.asked
