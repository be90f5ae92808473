"""A month between three houses by every way: packages, questions and their answers, a correction, a return, receipts.

Every loop closes, nothing counts twice; and by folder, what else can happen to a file.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from email import message_from_bytes
from email.policy import SMTP
from pathlib import Path

import pytest

from exchange import language
from exchange.checks.findings import finding_id
from tests.conftest import CommandLine, Said, SteppingClock, opened
from tests.intake.questions import answered, saved
from tests.post import mail_servers, ssh_servers
from tests.post.compound import SMALLEST, compound, message
from tests.post.conftest import (
    FIRST,
    HOUSES,
    SECOND,
    SUMMER,
    USERS,
    Three,
    configure_mail,
    configure_sftp,
    well,
)
from tests.post.faults import fault
from tests.post.mail_servers import PASSWORD, Servers, until
from tests.post.ssh_servers import SshServer
from tests.small_town import AGREEMENT

ELEVEN = finding_id("M02", ["AFT-1", "173-901", "jobcentre", "2016-W05"])
DIFFER = finding_id("R03", ["AFT-1", "173-901", "M-01", "2016-02-02"])
SYD = FIRST.replace("_159_", "_173_").replace("aud-nord", "aud-syd")


def states(house: CommandLine) -> dict[str, str]:
    """Return where everything that a house sent stands, by name."""
    records = well(house("post", "status", "--format", "json")).records
    return {str(one["name"]): str(one["state"]) for one in records if one["direction"] == "out"}


def came(house: CommandLine) -> list[tuple[str, str]]:
    """Return what came to a house by post, and what became of it."""
    records = well(house("post", "status", "--format", "json")).records
    return [(str(one["name"]), str(one["state"])) for one in records if one["direction"] == "in"]


@dataclass
class Post:
    """One way between the houses, and what people do where it does not go by itself.

    Attributes:
        homes: the folder of the house that a party's mail is saved in.
    """

    three: Three
    homes: dict[str, Path]

    def send(self, house: CommandLine) -> Said:
        return house("send")

    def fetch(self, house: CommandLine) -> Said:
        return house("fetch")

    def configure(self) -> None:
        self.three.configure('by = "folder"\npath = "../drive"')


class ByDrafts(Post):
    """A person opens each draft, sends it and says so; another saves it, from Outlook where it is large enough to write one."""

    def configure(self) -> None:
        for house in self.homes:
            for other in self.homes:
                way = f'[[way]]\nparty = "{other}"\nby = "eml"\nto = "{other}@example.dk"\nlargest_mb = 1\n'
                with (self.homes[house] / "post.toml").open("a", encoding="utf-8") as file:
                    file.write(way if other != house else "")

    def send(self, house: CommandLine) -> Said:
        said = house("send")
        for draft in sorted((house.here / "outbox" / "mail").iterdir()):
            letter = message_from_bytes(draft.read_bytes(), policy=SMTP)
            box = self.homes[str(letter["To"]).partition("@")[0]] / "inbox"
            (attachment,) = (part.get_content() for part in letter.iter_attachments())
            if len(attachment) >= SMALLEST:
                (box / f"VS {draft.stem}.msg").write_bytes(compound(message(attachment)))
            else:
                shutil.copy(draft, box / f"VS {draft.name}")
            well(house("post", "sent", draft.name))
            draft.unlink()
        return said


class ByServers(Post):
    """Postfix takes what goes, Dovecot holds what came."""

    def __init__(self, three: Three, homes: dict[str, Path], servers: Servers) -> None:
        super().__init__(three, homes)
        self.servers = servers

    def configure(self) -> None:
        for party in self.homes:
            configure_mail(self.three, party, self.servers)

    def send(self, house: CommandLine) -> Said:
        before = sum(len(self.servers.folder(user)) for user in USERS.values())
        said = with_mail_password(house, "send")
        # Postfix delivers on its own time.
        until(
            lambda: (
                sum(len(self.servers.folder(user)) for user in USERS.values())
                == before + said.out.count(": sent to")
            )
        )
        return said

    def fetch(self, house: CommandLine) -> Said:
        return with_mail_password(house, "fetch")


class BySftp(Post):
    """One server for all, with a letterbox for each."""

    def __init__(self, three: Three, homes: dict[str, Path], server: SshServer) -> None:
        super().__init__(three, homes)
        self.server = server

    def configure(self) -> None:
        configure_sftp(self.three, self.server)


def with_mail_password(house: CommandLine, *words: str) -> Said:
    """Run a command with the mail password on a descriptor."""
    reads, writes = os.pipe()
    os.write(writes, PASSWORD.encode())
    os.close(writes)
    said = house(*words, "--mail-password-fd", str(reads))
    os.close(reads)
    return said


@pytest.fixture(scope="session")
def month(with_second: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The three as the month begins: a package for each of the others, and something to ask 173 about."""
    root = tmp_path_factory.mktemp("month")
    shutil.copytree(with_second, root / "three")
    three = Three(root / "three", SteppingClock(SUMMER))
    well(three.lead("decide", ELEVEN, "ask", "--reason", "Eleven hours in one day?"))
    three.seal(to="173").unlink()
    return three.root


WAYS = ["folder", "eml"]
WAYS += [] if mail_servers.missing() else ["smtp"]
WAYS += [] if ssh_servers.missing() else ["sftp"]


@pytest.fixture(params=WAYS)
def post(request: pytest.FixtureRequest, month: Path, tmp_path: Path) -> Post:
    shutil.copytree(month, tmp_path / "three")
    three = Three(tmp_path / "three", SteppingClock(SUMMER))
    homes = {party: three.house(party).here for party in HOUSES}
    if request.param == "smtp":
        made: Post = ByServers(three, homes, request.getfixturevalue("empty"))
    elif request.param == "sftp":
        made = BySftp(three, homes, request.getfixturevalue("ssh"))
    else:
        made = ByDrafts(three, homes) if request.param == "eml" else Post(three, homes)
    made.configure()
    return made


def test_a_month_goes_round_between_three_houses_by_every_way(post: Post) -> None:
    three, first_of_173 = post.three, "AFT-1_173_2016-01--2016-03_173_1.asice"
    well(three.lead("ask", "--to", "173"))
    well(post.send(three.lead))
    backup = CommandLine(Path(shutil.copytree(three.lead.here, three.root / "backup")), three.clock)

    for house in (three.auditor, three.participant):
        well(post.fetch(house))
    (workbook,) = (three.participant.here / "inbox" / "questions").iterdir()
    told = {1: {"ask.answer": "Another value is right", "ask.value": 3, "ask.remark": "Tastefejl"}}
    workbook.write_bytes(saved(answered(workbook.read_bytes(), told)))
    well(three.participant("ask", "--answer", str(workbook)))
    for house in (three.auditor, three.participant):
        well(post.send(house))
    well(post.fetch(three.lead))

    corrected = well(three.lead("decide", ELEVEN, "--as-answered"))
    assert corrected.out.endswith("  mentor_hours jobcentre|173:1: hours 11.00 → 3.00\n")
    well(three.lead("decide", DIFFER, "accept", "--reason", "As 173 answered."))
    three.seal(to="173").unlink()
    well(post.send(three.lead))
    well(post.fetch(three.participant))
    well(post.send(three.participant))
    well(post.fetch(three.lead))

    second_of_173 = first_of_173.replace("_1.", "_2.")
    assert states(three.lead) == {
        FIRST: "sent",
        SYD: "sealed",
        SECOND: "accepted",
        first_of_173: "accepted",
        second_of_173: "accepted",
        "159_173_1.questions.asice.age": "answered",
    }
    assert [state for _name, state in came(three.auditor)] == ["verified"]
    assert [state for _name, state in came(three.participant)] == ["verified"] * 3
    for house in (three.auditor, three.participant):
        assert set(states(house).values()) == {"sent"}

    # A copy from before the correction seals the number anew, and is told so.
    again = three.seal_in(backup, to="173")
    again.unlink()
    post.homes["159"] = backup.here
    well(post.send(backup))
    refused = post.fetch(three.participant)
    well(post.send(three.participant))
    returned = post.fetch(backup)

    assert (refused.code, returned.code) == (1, 1)
    assert "[sequence-replayed]" in refused.out
    assert again.name == second_of_173
    assert states(backup)[again.name] == "returned"
    assert states(three.lead)[second_of_173] == "accepted"
    for house in (three.lead, three.auditor, three.participant):
        before = opened(house.here).ledger.head()
        assert (post.send(house).code, post.fetch(house).code) == (0, 0)
        assert (opened(house.here).ledger.head(), opened(house.here).ledger.verify()) == (before, [])


@fault("delivered twice, or by two ways", "folder", seen="two drives, and by hand under another name")
def test_the_same_package_by_two_ways_is_one(by_folder: Three) -> None:
    three = by_folder
    well(three.lead("send"))
    other_stick = three.root / "stick"
    (other_stick / "aud-nord").mkdir(parents=True)
    shutil.copy(three.drive / "aud-nord" / FIRST, other_stick / "aud-nord" / "Kopi af pakken.zip")
    saved = Path(shutil.copy(three.drive / "aud-nord" / FIRST, three.root / "renamed.bin"))
    three.configure('by = "folder"\npath = "../drive"', "aud-nord")
    with (three.auditor.here / "post.toml").open("a") as file:
        file.write('[[way]]\nparty = "159"\nby = "folder"\npath = "../stick"\n')

    said = [
        *well(three.auditor("fetch", "--format", "json")).records,
        *well(three.auditor("fetch", str(saved), "--format", "json")).records,
    ]

    assert [(one["kind"], one.get("verdict")) for one in said] == [
        ("package", "accepted"),
        ("known", None),
        ("known", None),
    ]
    assert len(opened(three.auditor.here).chronicle().received) == 1
    assert len(came(three.auditor)) == 1
    assert saved.exists()
    assert len(list((three.auditor.here / "outbox").iterdir())) == 1


def test_sending_and_fetching_again_change_nothing(by_folder: Three) -> None:
    three = by_folder
    well(three.lead("send"))
    well(three.auditor("fetch"))
    heads = opened(three.lead.here).ledger.head(), opened(three.auditor.here).ledger.head()

    sent, fetched = three.lead("send", "--to", "aud-nord"), three.auditor("fetch")

    assert (sent.code, sent.err) == (0, "Nothing waits to be sent.\n")
    assert (fetched.code, fetched.err) == (0, "Nothing new has come.\n")
    assert heads == (opened(three.lead.here).ledger.head(), opened(three.auditor.here).ledger.head())


@fault("delivered out of order", "folder", "draft", "imap", "sftp", seen="judged by number")
def test_numbers_are_judged_in_their_order_and_not_in_that_of_their_letters() -> None:
    from exchange.workspace.fetching import order_of

    names = ["A_159_p_aud_10.asice", "A_159_p_aud_9.asice.age", "0f3a.asice", "A_159_p_aud_2.receipt.asice"]

    assert sorted(names, key=order_of) == [names[2], names[3], names[1], names[0]]


def test_half_a_package_is_left_until_it_is_whole(by_folder: Three) -> None:
    three = by_folder
    well(three.lead("send"))
    path = three.drive / "aud-nord" / FIRST
    whole = path.read_bytes()
    path.write_bytes(whole[:-100] + bytes(100))

    early = three.auditor("fetch")
    path.write_bytes(whole)
    late = three.auditor("fetch")

    assert (early.code, early.out) == (0, "")
    assert early.err == f"{FIRST}: not whole yet; it is taken when it is.\nNothing new has come.\n"
    assert (late.code, late.out.splitlines()[0]) == (0, f"{FIRST}: accepted")


def test_half_an_encrypted_package_is_put_aside_at_a_second_look_and_the_whole_one_still_comes(
    by_folder: Three,
) -> None:
    three = by_folder
    name = three.seal("--encrypt").name
    well(three.lead("send"))
    (three.drive / "aud-nord" / FIRST).unlink()
    path = three.drive / "aud-nord" / name
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])

    early = three.auditor("fetch", "--format", "json")
    left = path.exists()
    three.auditor("fetch")
    aside = (path.parent / "taken" / name).exists()
    path.write_bytes(whole)
    late = three.auditor("fetch", "--format", "json")

    assert (early.code, early.records[0]["code"]) == (1, "encryption-altered")
    assert early.records[0]["detail"] == (
        f"{name}: The package was cut off or altered after it was encrypted (encryption-altered); "
        "ask the sender for it again."
    )
    assert (left, aside, path.exists()) == (True, True, False)
    assert (late.records[0]["verdict"], late.records[0]["stored"]) == ("accepted", True)
    assert len(list((three.auditor.here / "inbox" / "quarantine").iterdir())) == 1


def test_what_is_nothing_of_ours_is_left_where_it_lies(by_folder: Three) -> None:
    three = by_folder
    box = three.drive / "aud-nord"
    box.mkdir()
    (box / "\x1b[31mferie.docx").write_bytes(b"PK\x03\x04" + bytes(600))

    said = three.auditor("fetch")

    assert said.code == 0
    assert said.err.splitlines()[0] == (
        "<U+001B>[31mferie.docx: no package, no receipt and no message; it is left where it is."
    )
    assert len(list(box.iterdir())) == 1


def test_what_does_not_verify_is_quarantined_with_its_reason(by_folder: Three) -> None:
    three = by_folder
    well(three.lead("send"))
    path = three.drive / "aud-nord" / FIRST
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)

    said = three.auditor("fetch", "--format", "json")

    assert (said.code, said.records[0]["verdict"], said.records[0]["stored"]) == (1, "refused", False)
    assert came(three.auditor) == [(FIRST, "quarantined")]
    (kept,) = (three.auditor.here / "inbox" / "quarantine").iterdir()
    assert kept.read_bytes() == bytes(content)
    assert not path.exists()
    assert not list((three.auditor.here / "inbox" / "post").iterdir())


@pytest.mark.parametrize("again", ["sent", "from quarantine"])
def test_what_was_refused_for_an_unknown_signer_verifies_when_it_comes_again(
    by_folder: Three, again: str
) -> None:
    three = by_folder
    well(three.lead("send"))
    well(three.auditor("keys", "distrust", "159-1.card"))
    refused = three.auditor("fetch")
    (kept,) = (three.auditor.here / "inbox" / "quarantine").iterdir()
    assert refused.out.splitlines()[-2:] == [
        f"  Not taken in; the bytes lie in {kept}.",
        f"  Once the card is trusted, “enblanket receive {kept}” takes it in.",
    ]
    before = came(three.auditor)
    own = three.lead("keys", "show", "--format", "json").records[0]
    well(
        three.auditor(
            "keys",
            "trust",
            str(three.lead.here / "keys" / "159.card"),
            "--fingerprint",
            str(own["fingerprint"]),
        )
    )
    if again == "from quarantine":
        said = three.auditor("receive", str(kept))
        assert (said.code, said.out.splitlines()[0]) == (0, f"{kept.name}: accepted")
        return
    shutil.copy(three.drive / "aud-nord" / "taken" / FIRST, three.drive / "aud-nord")

    well(three.auditor("fetch"))

    assert (before, came(three.auditor)) == ([(FIRST, "quarantined")], [(FIRST, "verified")])


def test_a_process_that_died_before_it_could_say_sent_delivers_once(by_folder: Three) -> None:
    three = by_folder
    # What it had done until then: the file lies there, and the ledger does not say so.
    (three.drive / "aud-nord").mkdir()
    shutil.copy(three.lead.here / "objects" / _object(three), three.drive / "aud-nord" / FIRST)

    well(three.lead("send"))

    assert [path.name for path in (three.drive / "aud-nord").iterdir()] == [FIRST]
    assert states(three.lead)[FIRST] == "sent"


def test_a_process_that_died_before_it_judged_is_finished_by_the_next(by_folder: Three) -> None:
    from exchange.workspace.fetching import fetch
    from exchange.workspace.receiving import Keys

    three = by_folder
    well(three.lead("send"))
    (three.drive / "aud-nord" / "other.txt").write_text("x")
    workspace = opened(three.auditor.here)
    dying = fetch(workspace, Keys(own=lambda: None, package=lambda: None), lambda _server: "")
    next(dying)
    del dying
    assert came(three.auditor) == [(FIRST, "received")]
    (three.drive / "aud-nord" / FIRST).unlink()

    said = well(three.auditor("fetch"))

    assert said.out.splitlines()[0] == f"{FIRST}: accepted"
    assert came(three.auditor) == [(FIRST, "verified")]


def _object(three: Three) -> str:
    sealed = opened(three.lead.here).chronicle().sealed[0].body["sha256"]
    return f"{str(sealed)[:2]}/{str(sealed)[2:]}"


@fault("not connected, not reached", "folder", seen="a drive that is away")
def test_a_drive_that_is_not_connected_leaves_everything_queued(by_folder: Three) -> None:
    three = by_folder
    three.drive.rmdir()

    first, again = three.lead("send", "--to", "aud-nord"), three.lead("send", "--to", "aud-nord")
    fetched = three.auditor("fetch")
    queued = states(three.lead)[FIRST]
    three.drive.mkdir()
    well(three.lead("send"))

    assert (first.code, first.out) == (1, f"{FIRST}: stays queued for aud-nord\n")
    drive = three.lead.here / "../drive"
    assert first.err == (
        f"enblanket: The folder {drive} is not there; connect the drive or the stick, or mend post.toml.\n"
    )
    assert (again.code, fetched.code, queued) == (1, 1, "queued")
    kinds = [event.kind for event in opened(three.lead.here).ledger.events()]
    assert (kinds.count("queue"), kinds.count("sent"), states(three.lead)[FIRST]) == (1, 1, "sent")


def test_the_overdue_come_first(by_folder: Three) -> None:
    three = by_folder
    agreed = three.root / "aft-1.toml"
    agreed.write_text(
        AGREEMENT.replace("[crosswalk]", "[exchange]\ndeliver_by_day = 10\n[crosswalk]"), encoding="utf-8"
    )
    well(three.lead("agreement", "add", str(agreed)))
    well(three.lead("send"))
    three.seal(to="173", period="2016-01-01..2016-04-30")
    three.clock.now = three.clock.now.replace(day=11)

    said = well(three.lead("post", "status"))

    assert said.out.splitlines() == [
        "Out:",
        "  stands   due         party     what       by      about",
        "  overdue  2016-04-10  aud-syd   package 1  –       2016-01–03 173 AFT-1",
        "  overdue  2016-04-10  aud-nord  package 1  folder  2016-01–03 159 AFT-1",
        "  sealed   2016-05-10  173       package 1  –       2016-01–04 173 AFT-1",
    ]


@pytest.fixture
def english() -> Iterator[None]:
    before = language.current()
    language.use("en")
    yield
    language.use(before)


@fault("two at once", "folder", "smtp", "imap", "sftp", seen="one lock for all ways")
@pytest.mark.usefixtures("english")
def test_two_who_send_at_once_wait_for_each_other(by_folder: Three) -> None:
    from exchange.errors import WorkspaceError
    from exchange.post.lock import held

    with held(by_folder.lead.here):
        with pytest.raises(WorkspaceError) as busy, held(by_folder.lead.here, patience=0.05):
            pass
        waits: list[float] = []
        with pytest.raises(WorkspaceError), held(by_folder.lead.here, patience=0.5, pause=waits.append):
            pass
    with held(by_folder.lead.here):
        assert len(waits) == 5
    assert str(busy.value) == (
        "Another enblanket sends or fetches here; wait until it has finished and try again."
    )


def test_a_party_without_a_way_is_a_sentence(three: Three) -> None:
    everyone, named = three.lead("send"), three.lead("send", "--to", "aud-nord", "--by", "folder")

    assert (everyone.code, everyone.err.splitlines()[0]) == (
        0,
        f"{FIRST}: post.toml names no way to aud-nord; add one as docs/post.md shows, or hand it over",
    )
    assert (named.code, named.err) == (
        2,
        "enblanket: post.toml names no way to aud-nord by folder; add one as docs/post.md shows.\n",
    )


def test_the_log_tells_what_went_and_came(by_folder: Three) -> None:
    well(by_folder.lead("send", "--to", "aud-nord"))
    well(by_folder.auditor("fetch"))

    sent, came_in = by_folder.lead("log").out, by_folder.auditor("log").out

    key = str(opened(by_folder.lead.here).chronicle().sealed[0].body["sha256"])[:12]
    assert f"  package {key} queued for aud-nord by folder  – " in sent
    assert f"  package {key} sent to aud-nord by folder  – " in sent
    assert "package 1 sealed for aud-nord [sent]" in sent
    assert f"  {FIRST} came by folder  – " in came_in
    assert f"  what came as {key}: verified  – " in came_in


def test_status_names_send_as_the_next_command_while_something_waits(by_folder: Three) -> None:
    from exchange.cli import status
    from exchange.cli.status_post import leaving
    from exchange.periods import parse_period

    period, today = parse_period("2016-01-01..2016-03-31"), date(2016, 4, 3)
    # As if somebody had decided on everything.
    glance = replace(status._look(opened(by_folder.lead.here), period, today), entries=())
    well(by_folder.lead("send"))
    after = replace(glance, left=leaving(opened(by_folder.lead.here)))

    assert (status._next(glance), status._next(after)) == (
        "enblanket send",
        "enblanket take FILE... --from PARTY",
    )
