"""``crosswalk`` and the files that were taken already: unknown names listed, settled, and their rows admitted."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli import small
from tests.conftest import CommandLine, opened

LAYOUT = """
name = "sag-timer"
title_da = "Timer pr. sag"
title_en = "Hours per case"
[match]
kind = "csv"
[csv]
encoding = "utf-8"
delimiter = ";"
[reading]
dates = ["dd-mm-yyyy"]
[[table]]
table = "mentor_hours"
column = [
  { field = "date", names = ["Dato"] },
  { field = "placement_id", names = ["Sag"] },
  { field = "mentor_id", names = ["Mentor"] },
  { field = "hours", names = ["Timer"] },
]
[table.constants]
activity = "conversation"
"""
HOURS = """\
Dato;Sag;Mentor;Timer
01-03-2016;4711;Anna Hørup;1,50
02-03-2016;4711;Åge Kjær;2,00
03-03-2016;159-00012;M-01;3,00
"""
OWN_NAMES = '\n[crosswalk]\nmentors = { "Anna Hoerup" = "M-01" }\n'


@pytest.fixture
def waiting(enblanket: CommandLine) -> CommandLine:
    """A workspace in which two of three rows wait for names."""
    outside = enblanket.here.parent / "sent"
    agreement = small.agreement_file(outside)
    agreement.write_text(small.AGREEMENT + OWN_NAMES, encoding="utf-8")
    assert enblanket("agreement", "add", str(agreement)).code == 0
    assert (
        enblanket("take", str(small.write(outside / "p", placements=small.PLACEMENTS)), "--from", "159").code
        == 0
    )
    (enblanket.here / "layouts" / "sag.toml").write_text(LAYOUT, encoding="utf-8")
    assert (
        enblanket("take", str(small.write(outside, timer=HOURS) / "timer.csv"), "--from", "12345678").code
        == 0
    )
    return enblanket


def hours_of(enblanket: CommandLine) -> list[str | None]:
    return [row["hours"] for row in opened(enblanket.here).holdings().records("mentor_hours")]


def timer(enblanket: CommandLine) -> str:
    return str(enblanket.here.parent / "sent" / "timer.csv")


def test_take_prints_the_unknown_with_near_matches(waiting: CommandLine) -> None:
    said = waiting("take", timer(waiting), "--from", "12345678")

    assert said.out.splitlines()[-5:] == [
        "  waits: 1 row for the mentor “Anna Hørup” that nobody knows (timer.csv#C2)",
        "    near: M-01, as “Anna Hoerup”",
        "  waits: 1 row for the mentor “Åge Kjær” that nobody knows (timer.csv#C3)",
        "  waits: 2 rows for the placement “4711” that nobody knows (first timer.csv#B2)",
        "  Say whom they mean with “enblanket crosswalk add KIND NAME ID”; the rows come in at once.",
    ]


def test_a_near_match_is_never_taken(waiting: CommandLine) -> None:
    assert hours_of(waiting) == ["3.00"]


def test_list_shows_entries_and_the_unknown_for_programs(waiting: CommandLine) -> None:
    said = waiting("crosswalk", "list", "--format", "json")

    assert said.code == 1
    assert said.records == [
        {
            "entry": {
                "kind": "mentors",
                "name": "Anna Hoerup",
                "id": "M-01",
                "source": "AFT-1.toml",
                "counts": True,
            }
        },
        {
            "unknown": {
                "kind": "mentors",
                "name": "Anna Hørup",
                "sender": "12345678",
                "rows": 1,
                "cell": "timer.csv#C2",
                "near": [{"name": "Anna Hoerup", "id": "M-01", "likeness": 100}],
            }
        },
        {
            "unknown": {
                "kind": "mentors",
                "name": "Åge Kjær",
                "sender": "12345678",
                "rows": 1,
                "cell": "timer.csv#C3",
                "near": [],
            }
        },
        {
            "unknown": {
                "kind": "placements",
                "name": "4711",
                "sender": "12345678",
                "rows": 2,
                "cell": "timer.csv#B2",
                "near": [],
            }
        },
        {"summary": {"entries": 1, "unknown": 3, "closed": []}},
    ]


def test_add_admits_the_rows_without_the_file(waiting: CommandLine) -> None:
    Path(timer(waiting)).unlink()

    first = waiting("crosswalk", "add", "placements", "4711", "159-00012")
    then = waiting(
        "crosswalk", "add", "mentors", "anna  HØRUP", "M-01", "Åge Kjær", "M-01", "--format", "json"
    )

    assert (first.code, then.code) == (0, 0)
    assert first.out.startswith("1 name added.\n1 file was mapped again.\n  waits: 1 row for the mentor")
    assert then.records[0]["summary"]["admitted"] == 2  # type: ignore[index]
    assert hours_of(waiting) == ["1.50", "2.00", "3.00"]
    assert waiting("crosswalk", "list").code == 0
    assert (waiting.here / "crosswalk.csv").read_text(encoding="utf-8") == (
        "kind,name,id\nmentor,anna HØRUP,M-01\nmentor,Åge Kjær,M-01\nplacement,4711,159-00012\n"
    )


def test_a_csv_of_names_is_added_as_a_whole_or_not_at_all(waiting: CommandLine) -> None:
    path = waiting.here.parent / "names.csv"
    path.write_text("kind,name,id\nmentor,Anna Hørup,M-01\nplacement,4711,159-99999\n", encoding="utf-8")
    refused = waiting("crosswalk", "add", "--file", str(path))
    assert (refused.code, (waiting.here / "crosswalk.csv").exists()) == (2, False)
    path.write_text("kind,name,id\nmentor,Anna Hørup,M-01\nplacement,4711,159-00012\n", encoding="utf-8")

    assert waiting("crosswalk", "add", "--file", str(path)).code == 0

    assert hours_of(waiting) == ["1.50", "3.00"]


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (
            ["add", "mentors", "Åge Kjær", "M-09"],
            "Nothing here has the id M-09; check it, or add --new where its own row waits for this name.",
        ),
        (
            ["add", "placements", "4711", "159-0012"],
            "Nothing here has the id 159-0012; did you mean 159-00012? Where its own row waits for this name, add --new.",
        ),
        (
            ["add", "mentors", "ANNA HOERUP", "M-02", "--new"],
            "“ANNA HOERUP” already stands for M-01 (AFT-1.toml); add --replace to let it stand for M-02.",
        ),
        (
            ["add", "trainees", "010170-1234", "T-1"],
            "What looks like a CPR number is kept in no crosswalk; let the layout read its column as CPR (cpr = true).",
        ),
        (
            ["add", "trainees", "Ib Hansen", "T 1"],
            "“T 1” is no id as the form writes it; write it as t-5035-63f9-c67b.",
        ),
        (["add", "mentors", "M-01", "M-01"], "“M-01” is itself an id of the form and needs no crosswalk."),
        (
            ["add", "mentors", " ", "M-01"],
            "A local name has 1 to 200 characters; write it as the sheet does.",
        ),
        (
            ["add", "mentors", "Åge Kjær"],
            'Give names and ids in pairs, as enblanket crosswalk add mentors "local name" M-01, or --file FILE.csv.',
        ),
        (
            ["remove", "mentors", "Anna Hoerup"],
            "“Anna Hoerup” stands in AFT-1.toml; take it out there and add the agreement again.",
        ),
        (
            ["remove", "mentors", "Nobody"],
            "“Nobody” stands in no crosswalk here; “enblanket crosswalk list” shows what does.",
        ),
        (["remove"], 'Give the names to forget, as enblanket crosswalk remove mentors "local name".'),
    ],
)
def test_a_wrong_entry_is_one_sentence_and_nothing_changes(
    waiting: CommandLine, words: list[str], sentence: str
) -> None:
    head = opened(waiting.here).ledger.head()

    said = waiting("crosswalk", *words)

    assert (said.code, said.out, said.err) == (2, "", f"enblanket: {sentence}\n")
    assert opened(waiting.here).ledger.head() == head
    assert not (waiting.here / "crosswalk.csv").exists()


def test_our_own_word_counts_and_the_conflict_is_said(waiting: CommandLine) -> None:
    waiting("crosswalk", "add", "placements", "4711", "159-00012")

    said = waiting("crosswalk", "add", "mentors", "Anna Hoerup", "M-02", "--new", "--replace")

    assert said.code == 0
    assert waiting("crosswalk", "list").err == (
        "“Anna Hoerup” stands for M-02 in crosswalk.csv and for M-01 in AFT-1.toml; crosswalk.csv counts, mend one of them.\n"
    )
    assert opened(waiting.here).names().mentors == {"Anna Hoerup": "M-02"}


def test_remove_lets_the_rows_wait_again(waiting: CommandLine) -> None:
    waiting("crosswalk", "add", "mentors", "Anna Hørup", "M-01")
    waiting("crosswalk", "add", "placements", "4711", "159-00012")
    assert hours_of(waiting) == ["1.50", "3.00"]

    said = waiting("crosswalk", "remove", "mentors", "anna hørup")

    assert said.out.splitlines()[:3] == [
        "1 name removed.",
        "2 files were mapped again.",
        "1 row waits again.",
    ]
    assert hours_of(waiting) == ["3.00"]


def test_status_counts_what_waits_and_names_the_next_command(waiting: CommandLine) -> None:
    said = waiting("status")

    assert "  2 rows wait for a name in the crosswalk\n" in said.out
    assert said.out.endswith("Next: enblanket crosswalk list\n")


def test_admitted_rows_do_not_replace_what_came_after(waiting: CommandLine) -> None:
    """The file with waiting rows came first: a newer report of the same month stays the newest."""
    newer = "Dato;Sag;Mentor;Timer\n09-03-2016;159-00012;M-01;7,00\n"
    sent = small.write(waiting.here.parent / "newer", timer=newer) / "timer.csv"
    waiting("take", str(sent), "--from", "12345678")

    waiting("crosswalk", "add", "placements", "4711", "159-00012")
    waiting("crosswalk", "add", "mentors", "Åge Kjær", "M-01")

    assert hours_of(waiting) == ["7.00"]


def test_a_changed_layout_maps_the_stored_bytes_again(waiting: CommandLine) -> None:
    Path(timer(waiting)).unlink()
    layout = waiting.here / "layouts" / "sag.toml"
    layout.write_text(LAYOUT.replace('"conversation"', '"training"'), encoding="utf-8")

    said = waiting("take", "--again")
    twice = waiting("take", "--again", "--format", "json")

    assert said.code == 0, said.err
    assert said.out.startswith("1 file was mapped again.\n")
    assert twice.records[0]["summary"]["stored"] == []  # type: ignore[index]
    assert [row["activity"] for row in opened(waiting.here).holdings().records("mentor_hours")] == [
        "training"
    ]


def test_the_same_file_under_a_changed_layout_keeps_its_place(waiting: CommandLine) -> None:
    newer = "Dato;Sag;Mentor;Timer\n09-03-2016;159-00012;M-01;7,00\n"
    sent = small.write(waiting.here.parent / "newer", timer=newer) / "timer.csv"
    waiting("take", str(sent), "--from", "12345678")
    layout = waiting.here / "layouts" / "sag.toml"
    layout.write_text(LAYOUT.replace('"conversation"', '"training"'), encoding="utf-8")

    waiting("take", timer(waiting), "--from", "12345678")

    assert hours_of(waiting) == ["7.00"]


def test_a_replaced_file_says_so_and_can_be_put_back(filled: CommandLine) -> None:
    newer = small.HOURS_HEAD + "company,12345678:9,159-00012,M-01,2016-03-30,1.00,training,2016-03-30\n"
    sent = small.write(filled.here.parent / "newer", mentor_hours=newer)
    filled("take", str(sent), "--from", "12345678")
    older = filled.here.parent / "older"
    path = small.write(older, mentor_hours=small.COMPANY_HOURS) / "mentor_hours.csv"

    again = filled("take", str(path), "--from", "12345678")
    command = again.out.splitlines()[-1].partition("“")[2].partition("”")[0].split()

    assert again.out.splitlines()[-1].startswith(
        "  3 rows of it were replaced by newer files; “enblanket take --restore "
    )
    back = filled(*command[1:])
    assert (
        back.out == "mentor_hours.csv from 12345678 is the newest again; 3 rows that did not stand stand.\n"
    )
    rows = opened(filled.here).holdings().records("mentor_hours")
    assert len([row for row in rows if row["reporter"] == "company"]) == 3
    assert filled(*command[1:]).out == (
        "mentor_hours.csv: nothing newer has replaced a row of it; nothing was stored.\n"
    )


def sha_of(folder: Path, sender: str, table: str) -> str:
    return next(
        one.sha256
        for take, one in opened(folder).chronicle().standing_files()
        if take.sender == sender and one.name == f"{table}.csv"
    )


def test_withdrawing_brings_back_what_was_replaced(filled: CommandLine) -> None:
    newer = small.HOURS_HEAD + "company,12345678:9,159-00012,M-01,2016-03-30,1.00,training,2016-03-30\n"
    sent = small.write(filled.here.parent / "newer", mentor_hours=newer)
    filled("take", str(sent), "--from", "12345678")
    sha256 = sha_of(filled.here, "12345678", "mentor_hours")
    before = [one.id for one in opened(filled.here).ledger.events()]

    newest = opened(filled.here).chronicle().takes[-1].files[0].sha256
    said = filled("take", "--withdraw", newest[:8].upper())

    assert said.out == "mentor_hours.csv from 12345678 is withdrawn; 1 row of it stood.\n"
    rows = opened(filled.here).holdings().records("mentor_hours")
    assert [row["entry_id"] for row in rows if row["reporter"] == "company"] == [
        "12345678:1",
        "12345678:2",
        "12345678:3",
    ]
    assert sha256 != newest
    assert [one.id for one in opened(filled.here).ledger.events()][:-1] == before
    assert filled("take", "--withdraw", newest).err == (
        f"enblanket: mentor_hours.csv was withdrawn already; “enblanket take --restore {newest[:12]}” takes it again.\n"
    )


def test_a_file_taken_from_the_wrong_sender_is_taken_again_from_the_right_one(filled: CommandLine) -> None:
    sha256 = sha_of(filled.here, "12345678", "mentor_hours")
    filled("take", "--withdraw", sha256)

    said = filled("take", "--restore", sha256[:12], "--from", "159", "--format", "json")

    assert said.records[0]["restored"] == {"sha256": sha256, "sender": "159", "rows": 3, "stored": True}
    held = opened(filled.here).holdings()
    assert (held.count_of(sha256, "12345678"), held.count_of(sha256, "159")) == (0, 3)


def test_a_file_of_two_senders_asks_for_one(filled: CommandLine) -> None:
    path = small.write(filled.here.parent / "again", mentor_hours=small.COMPANY_HOURS) / "mentor_hours.csv"
    filled("take", str(path), "--from", "87654321")
    sha256 = sha_of(filled.here, "87654321", "mentor_hours")

    refused = filled("take", "--withdraw", sha256)
    done = filled("take", "--withdraw", sha256, "--from", "87654321")

    assert refused.err == (
        f"enblanket: The file {sha256[:12]} was taken from 12345678, 87654321; name one with --from.\n"
    )
    assert (refused.code, done.code) == (2, 0)
    assert opened(filled.here).holdings().count_of(sha256, "12345678") == 3


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--withdraw", "abc"], "“abc” is no sha256; give its first 8 or more digits, as “enblanket take --list” shows them."),
        (["--withdraw", "0000000000"], "No file that was taken begins with 0000000000; “enblanket take --list” shows them."),
        (["--restore", "0000000000"], "No file that was taken begins with 0000000000; “enblanket take --list” shows them."),
        (["--again", "0000000000"], "No file that was taken begins with 0000000000; “enblanket take --list” shows them."),
        (["x.csv", "--withdraw", "abcdef01"], "--list, --again, --restore and --withdraw each stand alone: they are about files that were taken already."),
        (["--list", "--again"], "--list, --again, --restore and --withdraw each stand alone: they are about files that were taken already."),
    ],
)  # fmt: skip
def test_a_file_that_was_not_taken_is_one_sentence(
    filled: CommandLine, words: list[str], sentence: str
) -> None:
    said = filled("take", *words)

    assert (said.code, said.out, said.err) == (2, "", f"enblanket: {sentence}\n")


def test_decisions_stay_and_lapse_with_what_they_were_made_on(filled: CommandLine) -> None:
    finding = next(one for one in filled("check", "--format", "json").records if one["rule"] == "R03")
    assert filled("decide", str(finding["finding_id"]), "accept").code == 0
    sha256 = sha_of(filled.here, "12345678", "mentor_hours")

    filled("take", "--withdraw", sha256)

    found = filled("check", "--format", "json").records
    assert finding["finding_id"] not in {one["finding_id"] for one in found}
    assert len(opened(filled.here).decisions()) == 1
    assert opened(filled.here).corrections() == ()
    filled("take", "--restore", sha256)
    back = next(
        one
        for one in filled("check", "--format", "json").records
        if one["finding_id"] == finding["finding_id"]
    )
    assert back["status"] == "accepted"


def test_a_package_that_was_sealed_before_is_named_and_left(filled: CommandLine) -> None:
    for finding in filled("check", "--format", "json").records:
        if finding["severity"] == "error":
            assert filled("decide", str(finding["finding_id"]), "accept").code == 0
    assert (
        filled("agreement", "add", str(small.audited_agreement_file(filled.here.parent / "terms"))).code == 0
    )
    sealed = filled("seal", "--period", "2016-03-01..2016-03-31", "--to", "aud-nord", "--format", "json")
    assert sealed.code == 0, sealed.err
    package = next((filled.here / "outbox").glob("*.asice"))
    content = package.read_bytes()

    said = filled("take", "--withdraw", sha_of(filled.here, "12345678", "mentor_hours"), "--format", "json")

    assert said.records[0]["withdrawn"]["sealed"] == [package.name]  # type: ignore[index]
    assert package.read_bytes() == content
    assert (
        f"  {package.name} was sealed while mentor_hours.csv from 12345678 stood, which is withdrawn; seal it again\n"
        in filled("status").out
    )
