"""Questions and answers by the post: signed and encrypted, taken from whom they were asked alone, the same twice is one."""

from __future__ import annotations

import io
import shutil
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from openpyxl import load_workbook

from exchange.cli.post_watch import watch
from exchange.errors import PackageRefused
from exchange.post.lock import held
from exchange.sealing.container import seal_container
from exchange.sealing.keys import unlock_signing_key
from exchange.sealing.workbooks import LARGEST, NAME, Enclosed, read_enclosed, workbook_pieces, write_enclosed
from exchange.workspace.inquiries import inquiries, to_answer
from exchange.workspace.receiving import Keys, receive
from tests.conftest import CommandLine, SteppingClock, opened
from tests.intake.questions import answered, saved, three_questions
from tests.post import ssh_servers
from tests.post.conftest import SUMMER, Three, configure_sftp, well
from tests.post.test_killed import left_by, visible
from tests.post.test_month import ELEVEN, came, states
from tests.post.test_watch import arguments
from tests.post.test_watch import said as told_by

QUESTIONS, ANSWERS = "159_173_1.questions.asice.age", "173_159_1.answers.asice.age"
TOLD = {1: {"ask.answer": "Another value is right", "ask.value": 3, "ask.remark": "Tastefejl"}}


@pytest.fixture(autouse=True)
def _english(in_english: None) -> None:
    """Sentences are asserted in English."""


@pytest.fixture(scope="session")
def asking(acquainted: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The lead has something to ask 173, and a folder is between them."""
    root = tmp_path_factory.mktemp("asking") / "three"
    shutil.copytree(acquainted, root)
    three = Three(root, SteppingClock(SUMMER))
    three.configure('by = "folder"\npath = "../drive"')
    well(three.lead("decide", ELEVEN, "ask", "--reason", "Eleven hours in one day?"))
    return root


@pytest.fixture(scope="session")
def asked_once(asking: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The question is with 173."""
    root = tmp_path_factory.mktemp("asked") / "three"
    shutil.copytree(asking, root)
    three = Three(root, SteppingClock(SUMMER))
    well(three.lead("ask", "--to", "173", "--by", "2016-04-12"))
    well(three.lead("send", "--to", "173"))
    well(three.participant("fetch"))
    return root


def copied(root: Path, tmp_path: Path) -> Three:
    shutil.copytree(root, tmp_path / "three")
    return Three(tmp_path / "three", SteppingClock(SUMMER))


@pytest.fixture
def before(asking: Path, tmp_path: Path) -> Three:
    return copied(asking, tmp_path)


@pytest.fixture
def asked(asked_once: Path, tmp_path: Path) -> Three:
    return copied(asked_once, tmp_path)


def workbook_of(house: CommandLine) -> Path:
    (path,) = (house.here / "inbox" / "questions").iterdir()
    return path


def fill(path: Path, **more: object) -> Path:
    told = {1: {**TOLD[1], **{f"ask.{name}": value for name, value in more.items()}}}
    path.write_bytes(saved(answered(path.read_bytes(), told)))
    return path


# ---- the way there and back


def test_a_question_leaves_encrypted_and_signed_and_no_draft_is_written(before: Three) -> None:
    said = before.lead("ask", "--to", "173", "--by", "2016-04-12")
    well(before.lead("send", "--to", "173"))

    assert (said.code, said.err) == (0, "")
    assert said.out == (
        f"{before.lead.here}/outbox/159-173-questions-1.xlsx\n"
        "1 question to 173, to be answered by 2016-04-12; “enblanket send” brings it, encrypted to them.\n"
    )
    outbox = {path.name for path in (before.lead.here / "outbox").iterdir()}
    assert {QUESTIONS, "159-173-questions-1.xlsx"} == outbox
    assert not any(name.endswith(".eml") for name in outbox)
    delivered = (before.drive / "173" / QUESTIONS).read_bytes()
    assert delivered.startswith(b"age-encryption.org/v1\n")
    assert b"PK\x03\x04" not in delivered
    told = well(before.participant("fetch"))
    path = workbook_of(before.participant)
    assert told.out == (
        f"{QUESTIONS}: 1 question of 159, to be answered by 2016-04-12\n"
        f"  Fill it in and send it back: enblanket ask --answer {path}\n"
    )
    assert path.read_bytes() == (before.lead.here / "outbox" / "159-173-questions-1.xlsx").read_bytes()


@pytest.mark.parametrize("lacks", ["a way", "a card"])
def test_a_party_that_the_post_does_not_reach_gets_the_draft(before: Three, lacks: str) -> None:
    if lacks == "a way":
        (before.lead.here / "post.toml").unlink()
    else:
        well(before.lead("keys", "distrust", "173-1.card"))

    said = well(before.lead("ask", "--to", "173", "--format", "json"))

    (record,) = said.records
    assert (record["posted"], Path(str(record["draft"])).name) == (None, "159-173-questions-1.eml")
    assert not any("questions" in name for name in states(before.lead))


def test_answers_come_back_to_their_findings_and_nothing_is_decided(asked: Three) -> None:
    path, decided = fill(workbook_of(asked.participant)), opened(asked.lead.here).decisions()

    said = asked.participant("ask", "--answer", str(path))
    again = asked.participant("ask", "--answer", str(path))
    well(asked.participant("send"))
    taken = well(asked.lead("fetch"))

    first = "159-questions-1.xlsx: 1 question of 159 answered, 0 left open; “enblanket send” brings it.\n"
    assert (said.code, said.out) == (0, first)
    assert again.out == f"{first}  The same workbook was answered with before; nothing was added.\n"
    assert taken.out == (
        "173_159_answers.xlsx: 1 question answered, 0 left open.\n"
        f"  {ELEVEN[:8]} Another value is right: 3.00\n"
        "“enblanket ask --list” shows what each answer proposes; nothing was changed by it.\n"
    )
    assert opened(asked.lead.here).decisions() == decided
    assert states(asked.lead)[QUESTIONS] == "answered"
    assert states(asked.participant) == {ANSWERS: "sent"}
    (listed,) = asked.lead("ask", "--list", "--format", "json").records
    assert (listed["state"], listed["proposal"]["value"]) == ("answered", "3.00")  # type: ignore[index]


def test_who_answers_again_is_taken_at_the_later_word(asked: Three) -> None:
    for value in (3, 4):
        well(asked.participant("ask", "--answer", str(fill(workbook_of(asked.participant), value=value))))
    well(asked.participant("send"))

    well(asked.lead("fetch"))

    assert set(states(asked.participant)) == {ANSWERS, ANSWERS.replace("_1.", "_2.")}
    (listed,) = asked.lead("ask", "--list", "--format", "json").records
    assert listed["answer"]["value"] == "4.00"  # type: ignore[index]


def test_the_same_questions_by_two_ways_and_unpacked_are_one(asked: Three, tmp_path: Path) -> None:
    path = fill(workbook_of(asked.participant))
    filled = path.read_bytes()
    sent = Path(shutil.copy(asked.drive / "173" / "taken" / QUESTIONS, tmp_path / "anders.bin"))

    by_mail = asked.participant("fetch", str(sent), "--format", "json").records
    by_hand = asked.participant("receive", str(sent), "--format", "json").records

    assert [one["kind"] for one in by_mail] == ["known"]
    assert [(one["kind"], one["known"]) for one in by_hand] == [("questions", True)]
    assert path.read_bytes() == filled
    assert len(inquiries(opened(asked.participant.here).ledger.events())) == 1


def test_a_workbook_that_was_deleted_lies_there_again_when_the_questions_come_again(asked: Three) -> None:
    path = workbook_of(asked.participant)
    content = path.read_bytes()
    path.unlink()

    well(asked.participant("receive", str(asked.drive / "173" / "taken" / QUESTIONS)))

    assert path.read_bytes() == content


def test_a_workbook_that_is_being_filled_in_is_never_written_over(asked: Three) -> None:
    path = fill(workbook_of(asked.participant))
    filled = path.read_bytes()

    other = answered(path.read_bytes(), {1: {"ask.remark": "x"}})
    told = take(asked.participant, container(asked.lead, questions(), saved(other)))

    assert path.read_bytes() == filled
    assert told == "159-questions-1-2.xlsx"


def test_asked_anew_the_older_questions_are_waited_for_no_more(asked: Three) -> None:
    well(asked.lead("ask", "--to", "173", "--by", "2016-04-20"))
    asked.clock.now = asked.clock.now.replace(day=13)

    out = [
        one for one in asked.lead("post", "status", "--format", "json").records if one["kind"] == "questions"
    ]
    well(asked.lead("send", "--to", "173"))
    well(asked.participant("fetch"))

    assert [(one["sequence"], one["overdue"], one["over"]) for one in out] == [
        (2, False, False),
        (1, False, True),
    ]
    waiting = to_answer(opened(asked.participant.here).ledger.events(), date(2016, 4, 21))
    assert [(one.inquiry.bundle, one.left, one.overdue) for one in waiting] == [(1, 0, False), (2, 1, True)]


def test_what_was_decided_without_an_answer_is_waited_for_no_more(before: Three) -> None:
    well(before.lead("ask", "--to", "173", "--by", "2016-04-12"))
    well(before.lead("decide", ELEVEN, "reject", "--reason", "They phoned."))

    said = before.lead("send", "--to", "173")

    assert (said.code, said.err) == (0, "Nothing waits to be sent.\n")


def test_a_copy_brings_what_was_asked_and_answered(asked: Three, tmp_path: Path) -> None:
    well(asked.participant("ask", "--answer", str(fill(workbook_of(asked.participant)))))
    well(asked.participant("send"))
    well(asked.lead("fetch"))

    for house in (asked.lead, asked.participant):
        copy = CommandLine(
            Path(shutil.copytree(house.here, tmp_path / f"copy-{house.here.name}")), asked.clock
        )
        opened(copy.here).record("note", {"rule": "M02", "finding_id": ELEVEN, "note": "x"})
        well(house("merge", str(copy.here)))
        assert states(house) == states(copy)


def test_the_journal_tells_of_questions_and_answers(asked: Three) -> None:
    well(asked.participant("ask", "--answer", str(fill(workbook_of(asked.participant)))))

    said = asked.participant("log").out

    assert "  questions of 159 came, to be answered by 2016-04-12  – " in said
    assert "  answers for 159 made ready  – " in said


def test_when_retention_ends_workbooks_and_what_carried_them_go(asked: Three) -> None:
    well(asked.participant("ask", "--answer", str(fill(workbook_of(asked.participant)))))
    asked.clock.now = asked.clock.now.replace(year=2022)

    for house in (asked.lead, asked.participant):
        well(house("purge", "--before", "2021-01-01", "--yes"))

    left = [
        path.name
        for path in (*visible(asked.lead.here / "outbox"), *visible(asked.participant.here / "outbox"))
    ]
    assert left == []
    assert visible(asked.participant.here / "inbox") == []


@pytest.mark.parametrize("by", ["folder", *([] if ssh_servers.missing() else ["sftp"])])
def test_a_watch_brings_questions_and_answers_while_a_person_works_beside_it(
    before: Three, by: str, request: pytest.FixtureRequest
) -> None:
    if by == "sftp":
        configure_sftp(before, request.getfixturevalue("ssh"))
    well(before.lead("ask", "--to", "173", "--by", "2016-04-12"))
    filled: list[str] = []

    def work(_seconds: float) -> None:
        """Between two looks, and while the post is held, a person fills in what came."""
        with held(before.participant.here):
            path = workbook_of(before.participant)
            if not filled:
                filled.append(well(before.participant("ask", "--answer", str(fill(path)))).out)

    lead, asked_house = arguments(before, "159", 1), arguments(before, "173", 3)
    assert watch(*lead, lambda _seconds: None) == 0
    assert watch(*asked_house, work) == 0
    assert watch(*lead, lambda _seconds: None) == 0

    out, err = told_by(asked_house[1])
    assert [line.partition(":")[0] for line in out.splitlines()] == [
        QUESTIONS,
        "  Fill it in and send it back",
        ANSWERS,
    ]
    assert err.count("+00:00") == 2
    assert states(before.lead)[QUESTIONS] == "answered"
    assert fill(workbook_of(before.participant)).exists()


# ---- what is refused


def questions(**more: object) -> Enclosed:
    made = Enclosed(
        what="questions", sender="159", recipient="173", bundle=1, due=date(2016, 4, 12), file="questions.xlsx",
        at=datetime(2016, 4, 3, 9, 0, tzinfo=UTC),
    )  # fmt: skip
    return replace(made, **more)  # type: ignore[arg-type]


def answers(**more: object) -> Enclosed:
    return questions(
        **{
            "what": "answers",
            "sender": "173",
            "recipient": "159",
            "due": None,
            "file": "answers.xlsx",
            **more,
        }
    )


def container(signer: CommandLine, enclosed: Enclosed, workbook: bytes) -> bytes:
    """Return a container that a house signed, whatever it says."""
    return b"".join(
        workbook_pieces(enclosed, workbook, unlock_signing_key(signer.here / "keys", lambda: None))
    )


def take(house: CommandLine, content: bytes) -> str:
    """Receive a container, and return the name of the workbook of its questions, or why it was refused."""
    from exchange.workspace.inquiries import QuestionsCame

    path = house.here.parent / "came.asice"
    path.write_bytes(content)
    workspace = opened(house.here)
    workspace.clock = house.clock
    try:
        came_in = receive(workspace, path, Keys(own=lambda: None, package=lambda: None))
    except PackageRefused as refused:
        return refused.code
    return came_in.path.name if isinstance(came_in, QuestionsCame) else "taken"


def filled_by_173(three: Three) -> bytes:
    return fill(workbook_of(three.participant)).read_bytes()


@pytest.mark.parametrize(
    ("code", "made"),
    [
        ("taken", lambda three, book: container(three.participant, answers(), book)),
        ("workbook-signer", lambda three, book: container(three.auditor, answers(), book)),
        ("workbook-unasked", lambda three, book: container(three.auditor, answers(sender="aud-nord"), book)),
        ("workbook-other", lambda three, book: container(three.participant, answers(recipient="aud-nord"), book)),
        ("workbook-form", lambda three, book: container(three.participant, answers(), book[:-100])),
        ("workbook-form", lambda three, _book: container(three.participant, answers(), b"x")),
        ("workbook-unasked", lambda three, _book: container(three.participant, answers(), three_questions_answered())),
        (
            "workbook-form",
            lambda three, book: seal_container(
                {NAME: write_enclosed(answers()), "answers.xlsx": book, "more.txt": b""},
                signer=unlock_signing_key(three.participant.here / "keys", lambda: None),
                at=SUMMER,
            ),
        ),
    ],
)  # fmt: skip
def test_answers_are_taken_from_whom_was_asked_alone(
    asked: Three, code: str, made: Callable[[Three, bytes], bytes]
) -> None:
    events = len(opened(asked.lead.here).ledger.events())

    assert take(asked.lead, made(asked, filled_by_173(asked))) == code

    assert (len(opened(asked.lead.here).ledger.events()) > events) is (code == "taken")


def three_questions_answered() -> bytes:
    """Return a workbook of another bundle, whose questions nobody asked here."""
    return saved(answered(three_questions(), {1: {"ask.answer": "Vores værdi er rigtig"}}))


def test_answers_of_somebody_whom_nobody_trusts_are_kept_apart(asked: Three) -> None:
    well(asked.participant("ask", "--answer", str(fill(workbook_of(asked.participant)))))
    well(asked.participant("send"))
    well(asked.lead("keys", "distrust", "173-1.card"))

    said = asked.lead("fetch", "--format", "json")

    assert (said.code, [one["code"] for one in said.records]) == (1, ["workbook-signature"])
    assert came(asked.lead) == [(ANSWERS, "quarantined")]
    assert opened(asked.lead.here).chronicle().answered == ()


def test_a_copy_that_never_asked_says_so(asked: Three, asking: Path, tmp_path: Path) -> None:
    other = copied(asking, tmp_path / "other")

    assert (
        take(other.lead, container(asked.participant, answers(), filled_by_173(asked))) == "workbook-unasked"
    )


@pytest.mark.parametrize(
    "wrong",
    [{"sender": "aud-nord"}, {"bundle": 2}, {"recipient": "159"}],
)
def test_questions_that_are_not_the_senders_to_us_are_refused(asked: Three, wrong: dict[str, object]) -> None:
    book = workbook_of(asked.participant).read_bytes()
    signer = asked.auditor if "sender" in wrong else asked.lead

    code = take(asked.participant, container(signer, questions(**wrong), book))

    assert code == ("workbook-other" if "recipient" in wrong else "workbook-form")
    assert len(visible(asked.participant.here / "inbox" / "questions")) == 1


@pytest.mark.parametrize(
    "change",
    [
        ('"enblanket-workbook/1"', '"enblanket-workbook/2"'),
        ('"questions"', '"questionnaire"'),
        ('"159"', '"0159"'),
        ('"159"', "159"),
        ('"bundle": 1', '"bundle": true'),
        ('"bundle": 1', '"bundle": 0'),
        ('"2016-04-12"', "null"),
        ('"2016-04-12"', '"20160412"'),
        ('"questions.xlsx"', '"../questions.xlsx"'),
        ("+00:00", ""),
        ("{", "[{"),
        ("}", '  "more": 1\n}'),
        ("}\n", "} \n"),
    ],
)
def test_a_workbook_json_in_any_other_form_is_refused(change: tuple[str, str]) -> None:
    content = write_enclosed(questions()).decode()
    assert read_enclosed(content.encode()) == questions()
    assert change[0] in content

    with pytest.raises(PackageRefused) as refused:
        read_enclosed(content.replace(change[0], change[1], 1).encode())

    assert refused.value.code == "workbook-form"


@pytest.mark.parametrize(
    ("made", "sentence"),
    [
        (lambda path: path, "{file} answers nothing yet: choose an answer in at least one line, save it and try again."),
        (
            lambda path: fill(path, remark="Ring 010180-1234"),
            "{file}, row 6: the answer holds a name or a CPR number; write it without, and save it.",
        ),
        (
            lambda path: fill(path, remark="Bo Bæk siger nej"),
            "{file}, row 6: the answer holds a name or a CPR number; write it without, and save it.",
        ),
        (
            lambda path: (path.write_bytes(three_questions_answered()), path)[1],
            "{file} asks 12345678, not us; take the answers of others with “enblanket take”.",
        ),
        (
            lambda path: (path.write_bytes(saved(load_workbook(io.BytesIO(plain_book())))), path)[1],
            "{file} is no workbook of questions; name the one that was filled in.",
        ),
        (lambda path: path.with_name("none.xlsx"), "{path} does not exist; check the name."),
        (lambda path: path.rename(path.with_suffix(".txt")), "{file} is no Excel file; save it as .xlsx and try again."),
        (
            lambda path: (path.write_bytes(path.read_bytes() + bytes(LARGEST)), path)[1],
            "{file} is larger than 16 MB; copy the answers into the workbook as it came.",
        ),
    ],
)  # fmt: skip
def test_an_answer_that_cannot_leave_is_one_sentence(
    asked: Three, made: Callable[[Path], Path], sentence: str
) -> None:
    (asked.participant.here / "crosswalk.csv").write_text(
        "kind,name,id\nmentor,Bo Bæk,M-01\n", encoding="utf-8"
    )
    path = made(workbook_of(asked.participant))

    said = asked.participant("ask", "--answer", str(path))

    assert (said.code, said.err) == (2, f"enblanket: {sentence.format(file=path.name, path=path)}\n")
    assert states(asked.participant) == {}


def plain_book() -> bytes:
    from openpyxl import Workbook

    return saved(Workbook())


def test_answers_go_to_a_trusted_card_alone(asked: Three) -> None:
    well(asked.participant("keys", "distrust", "159-1.card"))

    said = asked.participant("ask", "--answer", str(fill(workbook_of(asked.participant))))
    both = asked.participant("ask", "--answer", "x.xlsx", "--to", "159")

    assert said.code == 2
    assert said.err == (
        "enblanket: No card of 159 is trusted here, so nothing can be encrypted to it; "
        "add it with “enblanket keys trust”.\n"
    )
    assert (both.code, both.err.splitlines()[0]) == (
        2,
        "enblanket: Who asked stands in the workbook; leave --to out.",
    )


def test_a_file_that_was_changed_in_the_outbox_does_not_leave(asked: Three) -> None:
    well(asked.participant("ask", "--answer", str(fill(workbook_of(asked.participant)))))
    (asked.participant.here / "outbox" / ANSWERS).write_bytes(b"age-encryption.org/v1\nother")

    said = asked.participant("send")

    assert said.err == f"{ANSWERS}: its file is gone from the outbox; seal, receive, ask or answer again\n"
    assert not (asked.drive / "159").exists()


# ---- killed


def test_a_house_that_is_killed_over_asking_or_sending_asks_once(before: Three, tmp_path: Path) -> None:
    *_earlier, last = left_by(before, "lead", "ask --to 173 --by 2016-04-12", tmp_path / "copies")
    left = {path.name for path in visible(last.lead.here / "outbox")}

    # Everything but the event lies there already.
    assert {QUESTIONS, "159-173-questions-1.xlsx"} == left
    assert QUESTIONS not in states(last.lead)
    well(last.lead("ask", "--to", "173", "--by", "2016-04-12"))
    for three in left_by(last, "lead", "send --to 173", tmp_path / "sending"):
        assert states(three.lead)[QUESTIONS] in ("sealed", "queued")
        well(three.lead("send", "--to", "173"))
        assert [path.name for path in visible(three.drive)] == [QUESTIONS]
        assert states(three.lead)[QUESTIONS] == "sent"


def test_an_asked_house_that_is_killed_over_a_fetch_has_the_questions_once(
    asked: Three, tmp_path: Path
) -> None:
    well(asked.lead("ask", "--to", "173", "--by", "2016-04-20"))
    well(asked.lead("send", "--to", "173"))
    second = QUESTIONS.replace("_1.", "_2.")
    seen = set()
    for three in left_by(asked, "participant", "fetch", tmp_path / "copies"):
        seen.add(tuple(state for _name, state in came(three.participant)))

        well(three.participant("fetch"))

        assert came(three.participant) == [(QUESTIONS, "verified"), (second, "verified")]
        assert [one.bundle for one in inquiries(opened(three.participant.here).ledger.events())] == [1, 2]
        assert [path.name for path in visible(three.participant.here / "inbox")] == [
            "159-questions-1.xlsx",
            "159-questions-2.xlsx",
        ]
        assert [path.name for path in visible(three.drive / "173")] == [QUESTIONS, second]
    assert seen == {("verified",), ("verified", "received"), ("verified", "verified")}


def test_an_asked_house_that_is_killed_over_its_answer_answers_once(asked: Three, tmp_path: Path) -> None:
    path = fill(workbook_of(asked.participant)).relative_to(asked.participant.here)
    seen = set()
    for three in left_by(asked, "participant", f"ask --answer {path}", tmp_path / "copies"):
        seen.add(states(three.participant).get(ANSWERS, ""))

        well(three.participant("ask", "--answer", str(path)))
        well(three.participant("send"))

        assert states(three.participant) == {ANSWERS: "sent"}
        assert [one.name for one in visible(three.drive / "159")] == [ANSWERS]
        assert opened(three.participant.here).ledger.verify() == []
    assert seen == {""}


def test_an_asking_house_that_is_killed_over_the_answers_has_them_once(asked: Three, tmp_path: Path) -> None:
    well(asked.participant("ask", "--answer", str(fill(workbook_of(asked.participant)))))
    well(asked.participant("send"))
    seen = set()
    for three in left_by(asked, "lead", "fetch", tmp_path / "copies"):
        seen.add((states(three.lead)[QUESTIONS], tuple(state for _name, state in came(three.lead))))

        well(three.lead("fetch"))

        assert came(three.lead) == [(ANSWERS, "verified")]
        assert states(three.lead)[QUESTIONS] == "answered"
        events = opened(three.lead.here).ledger.events()
        assert sum(event.kind == "answer" for event in events) == 1
        assert opened(three.lead.here).ledger.verify() == []
    assert seen == {
        ("sent", ()),
        ("sent", ("received",)),
        ("answered", ("received",)),
        ("answered", ("verified",)),
    }
