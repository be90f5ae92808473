"""``ask``: a question goes out in a draft with a workbook, its answer comes back by ``take``, and a person accepts it."""

from __future__ import annotations

import email
import email.policy
import io
import shutil
from datetime import timedelta
from pathlib import Path

import pytest
from openpyxl import load_workbook

from exchange.checks.findings import finding_id
from tests.cli import small
from tests.conftest import START, CommandLine, SteppingClock, opened
from tests.intake.questions import answered, saved

DIFFER = finding_id("R03", ["AFT-1", "159-00012", "M-01", "2016-03-03"])
NAME = "Bo Bæk"
MESSAGE = (
    "For 159-00012 on 2016-03-03 (mentor M-01) the company has 15.00 mentor hours and the jobcentre 1.50. "
    "Probably the decimal separator was lost in the larger figure."
)


@pytest.fixture(scope="session")
def asking_folder(filled_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace that has decided to ask one question, and knows a name."""
    folder = Path(shutil.copytree(filled_folder, tmp_path_factory.mktemp("asking") / "gladsaxe"))
    (folder / "crosswalk.csv").write_text(f"kind,name,id\nmentor,{NAME},M-01\n", encoding="utf-8")
    said = CommandLine(folder)("decide", DIFFER, "ask", "--reason", "Which is right?")
    assert said.code == 0, said.err
    return folder


@pytest.fixture
def asking(asking_folder: Path, tmp_path: Path) -> CommandLine:
    folder = Path(shutil.copytree(asking_folder, tmp_path / "gladsaxe"))
    return CommandLine(folder, SteppingClock(START + timedelta(hours=1)))


def draft(enblanket: CommandLine, name: str = "questions-1") -> tuple[email.message.EmailMessage, bytes]:
    """Return the mail and the workbook beside it."""
    base = enblanket.here / "outbox" / f"159-12345678-{name}"
    mail = email.message_from_bytes(base.with_suffix(".eml").read_bytes(), policy=email.policy.default)
    assert isinstance(mail, email.message.EmailMessage)
    return mail, base.with_suffix(".xlsx").read_bytes()


def body_of(mail: email.message.EmailMessage) -> str:
    body = mail.get_body()
    assert body is not None
    return str(body.get_content()).replace("\r\n", "\n")


def test_a_question_goes_out_is_answered_and_a_person_accepts_the_answer(asking: CommandLine) -> None:
    asked = asking("ask", "--to", "12345678")

    assert asked.code == 0, asked.err
    outbox = asking.here / "outbox"
    assert asked.out == (
        f"{outbox}/159-12345678-questions-1.eml\n"
        f"{outbox}/159-12345678-questions-1.xlsx\n"
        "1 question to 12345678, to be answered by 2016-04-15; open the draft and send it by secure mail.\n"
    )
    assert asked.err == "No agreement here tells the mailbox of 12345678; write it in the draft.\n"

    mail, workbook = draft(asking)
    assert mail["Subject"] == "Questions about agreement AFT-1: answers by 2016-04-15"
    assert (mail["From"], mail["To"], mail["X-Unsent"], mail["Date"]) == (
        "mentor@gladsaxe.example",
        None,
        "1",
        None,
    )
    assert body_of(mail) == (
        "Hello\n"
        "\n"
        "We have questions about what you reported under agreement AFT-1. There are 1 of them, in the attached workbook "
        "“159-12345678-questions-1.xlsx”.\n"
        "\n"
        "Choose an answer in each line, and write the right value where it is another one. Save the file and return it by "
        "secure mail by 2016-04-15.\n"
        "\n"
        "Never write names or CPR numbers, neither in the workbook nor in the mail.\n"
        "\n"
        "Kind regards\n"
        "Jobcenter Gladsaxe\n"
    )
    (attachment,) = mail.iter_attachments()
    assert attachment.get_content() == workbook
    assert attachment.get_filename() == "159-12345678-questions-1.xlsx"
    sheet = load_workbook(io.BytesIO(workbook)).worksheets[0]
    (question,) = [one.event for one in opened(asking.here).decisions()]
    assert [cell.value for cell in sheet[6]] == [
        "1", "159-00012", "2016-W09", "2016-03-03", MESSAGE, "Which is right?", "Hours: 15.00", "Hours: 1.50",
        None, None, None, question,
    ]  # fmt: skip

    back = asking.here.parent / "back.xlsx"
    back.write_bytes(
        saved(
            answered(
                workbook,
                {1: {"ask.answer": "Another value is right", "ask.value": "1.75", "ask.remark": NAME}},
            )
        )
    )
    shown = asking("take", str(back), "--from", "12345678", "--dry-run")
    taken = asking("take", str(back), "--from", "12345678")
    again = asking("take", str(back), "--from", "12345678")
    assert (shown.code, taken.code, again.code) == (0, 0, 0)
    assert taken.out == (
        "back.xlsx: 1 question answered, 0 left open.\n"
        f"  {DIFFER[:8]} Another value is right: 1.75\n"
        "“enblanket ask --list” shows what each answer proposes; nothing was changed by it.\n"
    )
    kept_back = (
        "back.xlsx, row 6: the remark names somebody; it was not kept, and stands in the file alone.\n"
    )
    assert shown.err == f"{kept_back}Nothing was stored (--dry-run).\n"
    assert taken.err.startswith("Stored as event ")
    assert taken.err.endswith(kept_back)
    assert again.out == (
        "back.xlsx: 1 question answered, 0 left open.\n"
        "  already taken: the same bytes from the same sender; nothing stored.\n"
    )
    assert opened(asking.here).corrections() == ()

    listed = asking("ask", "--list")
    assert listed.code == 1
    assert listed.out == (
        f"{DIFFER[:8]} R03 → 12345678 [answered] {MESSAGE}\n"
        "         12345678 answered 2016-04-01: Another value is right: 1.75\n"
        f"         To accept it: enblanket decide {DIFFER[:8]} --as-answered\n"
    )
    accepted = asking("decide", DIFFER[:8], "--as-answered")
    assert accepted.out.endswith("  mentor_hours company|12345678:2: hours 15.00 → 1.75\n")
    assert [one.reason for one in opened(asking.here).decisions()][-1] == "as 12345678 answered on 2016-04-01"
    assert "questions to 12345678, to be answered by 2016-04-15" in asking("log").out
    assert NAME.encode() not in b"".join(
        one.read_bytes() for one in asking.here.rglob("*") if one.name != "crosswalk.csv" and one.is_file()
    )


def test_the_draft_in_danish(asking: CommandLine) -> None:
    said = asking("ask", "--to", "12345678", "--by", "20.04.2016", "--lang", "da")

    mail, _workbook = draft(asking, "spoergsmaal-1")
    assert said.out.endswith(
        "1 spørgsmål til 12345678, svar senest 2016-04-20; åbn kladden, og send den med sikker post.\n"
    )
    assert said.err == "Ingen aftale her siger, hvilken postkasse 12345678 har; skriv den i kladden.\n"
    assert mail["Subject"] == "Spørgsmål om aftale AFT-1: svar senest 20.04.2016"
    assert body_of(mail) == (
        "Hej\n"
        "\n"
        "Vi har spørgsmål til det, I har indberettet under aftale AFT-1. Antal spørgsmål: 1. De står i den vedhæftede "
        "projektmappe ”159-12345678-spoergsmaal-1.xlsx”.\n"
        "\n"
        "Vælg et svar i hver linje, og skriv den rigtige værdi, hvor det er en anden. Gem filen, og send den tilbage med "
        "sikker post senest 20.04.2016.\n"
        "\n"
        "Skriv aldrig navne eller CPR-numre, hverken i projektmappen eller i mailen.\n"
        "\n"
        "Venlig hilsen\n"
        "Jobcenter Gladsaxe\n"
    )


def test_a_question_nobody_answers_is_overdue_asked_again_and_lapses_with_its_values(
    asking: CommandLine,
) -> None:
    asking("ask", "--to", "12345678")
    asking.clock.now += timedelta(days=20)
    overdue = asking("ask", "--list")
    asking("ask", "--to", "12345678")
    newer = small.write(
        asking.here.parent / "newer", mentor_hours=small.COMPANY_HOURS.replace("15.00", "16.00")
    )
    asking("take", str(newer), "--from", "12345678")
    lapsed = asking("ask", "--list")

    assert (overdue.code, overdue.out) == (
        1,
        f"{DIFFER[:8]} R03 → 12345678 [overdue, by 2016-04-15] {MESSAGE}\n",
    )
    assert (
        lapsed.out
        == f"{DIFFER[:8]} R03 → 12345678 [lapsed] {MESSAGE.partition(' Probably')[0].replace('15.00', '16.00')}\n"
    )
    assert "questions-2" in str(sorted((asking.here / "outbox").iterdir())[-1])


REFUSED = {
    "nobody": (
        ["ask"],
        "Name who is asked: enblanket ask --to PARTY; “enblanket ask --list” tells what is open.",
    ),
    "ourselves": (["ask", "--to", "159"], "159 is our own party; decide the question here."),
    "a stranger": (
        ["ask", "--to", "167"],
        "167 is no party of an agreement here: the parties are 12345678.",
    ),
    "a day that has passed": (
        ["ask", "--to", "12345678", "--by", "2016-03-01"],
        "2016-03-01 has passed; give a day by which the party can answer.",
    ),
    "no day": (
        ["ask", "--to", "12345678", "--by", "soon"],
        "“soon” is no day; write it as 2016-04-15.",
    ),
    "no answer yet": (
        ["decide", DIFFER, "--as-answered"],
        f"Nobody has answered about {DIFFER[:12]}; “enblanket ask --list” tells how far it is.",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_asked_is_refused_in_one_sentence(asking: CommandLine, case: str) -> None:
    words, sentence = REFUSED[case]
    head = opened(asking.here).ledger.head()

    said = asking(*words)

    assert (said.code, said.out, said.err) == (2, "", f"enblanket: {sentence}\n")
    assert opened(asking.here).ledger.head() == head
    assert list((asking.here / "outbox").iterdir()) == []


def test_answers_of_others_and_to_others_are_refused(asking: CommandLine) -> None:
    untouched = CommandLine(Path(shutil.copytree(asking.here, asking.here.parent / "before")))
    asking("ask", "--to", "12345678")
    back = asking.here.parent / "back.xlsx"
    back.write_bytes(saved(answered(draft(asking)[1], {1: {"ask.remark": "later"}})))
    with_another = back.with_name("another.xlsx")
    book = answered(back.read_bytes(), {1: {"ask.question": "f" * 64}})
    with_another.write_bytes(saved(book))

    said = {
        "another party": asking("take", str(back), "--from", "159"),
        "never asked": asking("take", str(with_another), "--from", "12345678"),
    }

    assert {name: (one.code, one.err) for name, one in said.items()} == {
        "another party": (
            2,
            "enblanket: back.xlsx holds the answers of 12345678, not of 159: take it with --from 12345678.\n",
        ),
        "never asked": (
            2,
            "enblanket: another.xlsx answers questions that were never asked here: merge the copy of the workspace that asked them.\n",
        ),
    }
    # A copy that decided to ask knows its question, whoever bundled it.
    assert untouched("take", str(back), "--from", "12345678").code == 0


def told_of_questions(enblanket: CommandLine) -> tuple[str, str]:
    """Return what ``status`` says of questions, and its last line."""
    lines = enblanket("status").out.splitlines()
    return lines[lines.index("Questions to parties:") + 1], lines[-1]


def test_status_says_how_far_questions_are_and_what_to_do(asking: CommandLine) -> None:
    others = [one.finding.finding_id for one in opened(asking.here).review().entries if one.status == "open"]
    asking("decide", *others, "reject", "--reason", "seen")
    found = {"unsent": told_of_questions(asking)}
    asking("ask", "--to", "12345678")
    found["open"] = told_of_questions(asking)
    today = asking.clock.now
    asking.clock.now += timedelta(days=20)
    found["overdue"] = told_of_questions(asking)
    (record,) = asking("status", "--format", "json").records
    asking.clock.now = today
    back = asking.here.parent / "back.xlsx"
    back.write_bytes(saved(answered(draft(asking)[1], {1: {"ask.answer": "Our value is right"}})))
    assert asking("take", str(back), "--from", "12345678").code == 0
    found["answered"] = told_of_questions(asking)

    ask = "enblanket ask --to 12345678"
    take, listed = "enblanket take FILE... --from 12345678", "enblanket ask --list"
    assert found == {
        "unsent": (f"  12345678   1 not sent: {ask}", f"Next: {ask}"),
        "open": ("  12345678   1 waiting for an answer, wanted by 2016-04-15", f"Next: {take}"),
        "overdue": (f"  12345678   1 overdue, wanted by 2016-04-15: {ask}", f"Next: {ask}"),
        "answered": (f"  12345678   1 answered: {listed}", f"Next: {listed}"),
    }
    states = {"answered": 0, "overdue": 1, "open": 0, "unsent": 0, "lapsed": 0}
    assert (record["next"], record["questions"]) == (
        ask,
        [{"to": "12345678", **states, "due": "2016-04-15", "next": ask}],
    )
