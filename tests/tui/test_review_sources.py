"""The files behind findings: the rows around a cell as they were taken, the sides against one another, the sheet, the reference."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from exchange import language
from exchange.checks.findings import Evidence, Finding
from exchange.review.comparison import Compared, compare
from exchange.review.sources import Facts, NotShown, SourcePage, SourceRow
from exchange.workspace.folder import Workspace, open_workspace
from exchange.workspace.source_pages import SourceDesk
from tests.tui.memory_desk import MemoryDesk, finding, month_of_findings
from tests.tui.reviewing import (
    BRIEF,
    NARROW,
    PASSPHRASE,
    MemorySources,
    app_of,
    dialog_line,
    line,
    pane,
    press,
    put,
    shown,
)
from tests.tui.terminal import KeepingDriver
from tests.tui.test_workspace import NOW, PLACEMENTS, command
from tui.screens.one_line import OneLineDialog
from tui.screens.sheet import SheetScreen
from tui.side_by_side import sheet
from tui.text import ASCII, UNICODE


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English, whatever the machine speaks."""
    before = language.current()
    language.use("en")
    yield
    language.use(before)


PLACEMENT = PLACEMENTS.splitlines()[1].split(",")[0]
ROWS = (
    "reporter,entry_id,placement_id,mentor_id,date,hours,registered_on,activity,note",
    *(
        f"company,99000003:{number},{PLACEMENT},FAB-M1,2016-03-{number + 1:02d},{number}.00,2016-03-28,conversation,{note}"
        for number, note in (
            (1, ""),
            (2, "\x1b]52;c;eA==\x07"),
            (3, "010203-1234 was here"),
            (4, ""),
            (5, ""),
        )
    ),
)


@pytest.fixture(scope="module")
def taken(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with a passphrase, and one file of the company's taken."""
    home = tmp_path_factory.mktemp("sources")
    (home / "words").write_text(PASSPHRASE, encoding="ascii")
    (home / "mentor_hours.csv").write_text("\n".join(ROWS) + "\n", encoding="utf-8")
    before = language.current()
    with (home / "words").open("rb") as words:
        fd = ("--passphrase-fd", str(words.fileno()))
        named = ("--party", "540", "--name", "Jobcenter", "--role", "jobcentre", *fd)
        made = [command(home, "init", str(home / "workspace"), *named)]
        samples = Path(__file__).parents[2] / "samples"
        made += [
            command(home / "workspace", "agreement", "add", str(samples / "agreements" / "fabrik-2016.toml")),
            command(home / "workspace", "take", str(home / "mentor_hours.csv"), "--from", "99000003"),
        ]
    language.use(before)
    assert [said for code, said in made if code != 0] == []
    return home / "workspace"


def opened(folder: Path) -> Workspace:
    return open_workspace(folder, lambda: NOW)


def cell(number: int, field: str, letter: str, value: str) -> Evidence:
    key = (("reporter", "company"), ("entry_id", f"99000003:{number}"))
    return Evidence("mentor_hours", key, field, "mentor_hours.csv", None, f"{letter}{number + 1}", value)


def test_the_rows_around_a_cell_are_those_of_the_file_with_numbers_of_persons_masked(taken: Path) -> None:
    desk = SourceDesk(opened(taken), PASSPHRASE.encode)

    page = desk.page(cell(3, "hours", "F", "3.00"), 1, 1)

    assert isinstance(page, SourcePage)
    assert page.columns == tuple("ABCDEFGHI")
    assert (page.row, page.column) == (4, 5)
    assert [row.number for row in page.rows] == [3, 4, 5]
    assert [row.cells[5] for row in page.rows] == ["2.00", "3.00", "4.00"]
    assert [row.cells[8] for row in page.rows] == ["\x1b]52;c;eA==\x07", "******-**** was here", ""]


def test_a_page_ends_where_the_file_ends(taken: Path) -> None:
    page = SourceDesk(opened(taken), PASSPHRASE.encode).page(cell(5, "hours", "F", "5.00"), 400, 400)

    assert isinstance(page, SourcePage)
    assert [row.number for row in page.rows] == [1, 2, 3, 4, 5, 6]
    assert page.rows[0].cells == tuple(ROWS[0].split(","))


def test_a_locked_key_shows_nothing_until_its_passphrase_fits(taken: Path) -> None:
    desk = SourceDesk(opened(taken))
    wanted = cell(1, "hours", "F", "1.00")

    assert desk.page(wanted, 1, 1) == NotShown("locked")
    assert not desk.unlock("wrong")
    assert desk.page(wanted, 1, 1) == NotShown("locked")
    assert desk.unlock(PASSPHRASE)
    assert isinstance(desk.page(wanted, 1, 1), SourcePage)


def test_a_stored_file_that_was_altered_or_purged_is_not_shown(taken: Path) -> None:
    workspace = opened(taken)
    ((_take, file),) = [
        one for one in workspace.chronicle().standing_files() if one[1].name == "mentor_hours.csv"
    ]
    path = workspace.objects.path(file.source)
    kept = path.read_bytes()
    wanted = cell(1, "hours", "F", "1.00")
    try:
        path.write_bytes(kept[:-1])
        assert SourceDesk(workspace, PASSPHRASE.encode).page(wanted, 1, 1) == NotShown("altered")
        path.unlink()
        assert SourceDesk(workspace, PASSPHRASE.encode).page(wanted, 1, 1) == NotShown("altered")
    finally:
        path.write_bytes(kept)
    desk = SourceDesk(workspace, PASSPHRASE.encode)
    workspace._chronicle = replace(workspace.chronicle(), purged=frozenset({file.source}))
    assert desk.page(wanted, 1, 1) == NotShown("purged")


def test_a_value_that_nobody_wrote_in_a_file_has_no_page(taken: Path) -> None:
    nowhere = Evidence(
        "mentor_hours", (("reporter", "company"), ("entry_id", "x")), "hours", None, None, None, "1.00"
    )

    assert SourceDesk(opened(taken), PASSPHRASE.encode).page(nowhere, 1, 1) == NotShown("no-file")


def test_the_rows_behind_a_finding_come_with_what_was_agreed(taken: Path) -> None:
    wanted = finding(
        subject=(("agreement_id", "FAB-2016"), ("placement_id", PLACEMENT)),
        evidence=(cell(2, "hours", "F", "2.00"),),
    )

    facts = SourceDesk(opened(taken), PASSPHRASE.encode).facts(wanted)

    assert facts.rows["mentor_hours", "company|99000003:2"]["date"] == "2016-03-03"
    assert facts.agreement is not None
    assert facts.agreement["agreement_id"] == "FAB-2016"
    assert facts.mentors == {"FAB-M1"}


def signs(found: Finding, facts: Facts) -> dict[str, tuple[str, str]]:
    return {line.field: (line.between, line.agreed) for line in compare(found, facts)}


def test_the_sides_are_held_against_one_another_and_against_the_agreement() -> None:
    one = finding()

    assert compare(one, MemorySources().facts(one)) == [
        Compared(
            table="mentor_hours",
            field="hours",
            company=("3.00",),
            jobcentre=("2.50",),
            agreement=("3.00",),
            between="differs",
            agreed="within",
            limit=True,
        ),
        Compared(
            table="mentor_hours",
            field="mentor_id",
            company=("M-01",),
            jobcentre=("M-01",),
            agreement=("M-01",),
            between="equal",
            agreed="equal",
        ),
        Compared(
            table="mentor_hours",
            field="date",
            company=("2016-03-02",),
            jobcentre=("2016-03-02",),
            agreement=("2016-01-04", "2016-07-01"),
            between="equal",
            agreed="within",
        ),
        Compared(table="claims", field="hourly_rate", agreement=("275.00",), between="none", agreed="none"),
    ]


def test_that_a_side_says_nothing_is_a_difference_where_the_rule_is_about_that_alone() -> None:
    alone = (finding().evidence[0],)

    assert signs(finding("R01", evidence=alone), Facts()) == {"hours": ("differs", "none")}
    assert signs(finding("M01", evidence=alone), Facts()) == {"hours": ("none", "none")}


def test_dates_outside_the_placement_and_hours_above_the_agreement_differ() -> None:
    one = finding()
    facts = MemorySources().facts(one)
    early = {**(facts.placement or {}), "start": "2016-03-03"}
    less = {**(facts.agreement or {}), "mentor_hours_per_week": "2.00"}

    assert signs(one, replace(facts, placement=early, agreement=less)) == {
        "hours": ("differs", "differs"),
        "mentor_id": ("equal", "equal"),
        "date": ("equal", "differs"),
        "hourly_rate": ("none", "none"),
    }


def test_several_cells_of_a_side_are_added_up_and_dates_become_a_span() -> None:
    cells = tuple(
        replace(finding().evidence[0], key=(("reporter", "company"), ("entry_id", str(number))), value=value)
        for number, value in enumerate(("1.25", "0.50", "2.00"))
    )
    (hours,) = compare(finding("M02", evidence=cells), Facts())
    (days,) = compare(
        finding(
            "M02",
            evidence=tuple(
                replace(one, field="date", value=f"2016-03-0{at}") for at, one in enumerate(cells, 1)
            ),
        ),
        Facts(),
    )

    assert hours.company == ("3.75",)
    assert days.company == ("2016-03-01", "2016-03-03")


PAGE = SourcePage(
    file="falck.xlsx",
    sheet="Timer",
    columns=("A", "B", "C", "D"),
    rows=(
        SourceRow(9, ("a long text that no column has room for", "M-01", "B-0412", "8,00")),
        SourceRow(10, ("\x1b[2J", "M-02", "[/b]", "11,50")),
    ),
    row=10,
    column=3,
    sha256="0" * 64,
)


@pytest.mark.parametrize("width", [12, 20, 30, 48, 80])
def test_a_sheet_fits_the_width_with_the_cell_in_brackets(width: int) -> None:
    lines = [paragraph.text.rstrip() for paragraph in sheet(PAGE, UNICODE, width)]

    assert max(map(len, lines)) <= width
    assert "[ 11,50 ]" in lines[-1]
    assert "\x1b" not in "".join(lines)
    assert "D" in lines[0]


def test_a_sheet_in_ascii_holds_nothing_else() -> None:
    assert "".join(paragraph.text for paragraph in sheet(PAGE, ASCII, 30)).isascii()


async def test_the_pane_shows_the_rows_and_t_goes_to_the_next_cell() -> None:
    sources = MemorySources()
    app = app_of(MemoryDesk([finding()]), sources=sources)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot)
        assert ">C falck.xlsx › Timer › D17" in pane(app)
        assert "[ 3,00 ]" in pane(app)
        assert "sha256 9f2c…a71e  ✓ unchanged since intake" in pane(app)

        await press(pilot, "t")
        assert ">J gladsaxe_2016.csv › F4" in pane(app)
        assert "[ 2,50 ]" in pane(app)
        await press(pilot, "t")
        assert [name for name, _above, _below in sources.asked] == ["D17", "F4", "D17"]


async def test_the_sheet_fills_the_screen_and_is_moved_in_and_closed() -> None:
    app = app_of(MemoryDesk([finding()]))
    async with app.run_test(size=NARROW) as pilot:
        await press(pilot, "o")
        assert isinstance(app.screen, SheetScreen)
        assert dialog_line(app, "title") == "falck.xlsx › Timer › D17"
        assert "[ 3,00 ]" in shown(app)

        await press(pilot, "pagedown", "pagedown", "pagedown")
        assert "[ 3,00 ]" not in shown(app)
        await press(pilot, "g")
        assert "[ 3,00 ]" in shown(app)
        await press(pilot, "right", "right", "left", "j", "k", "pageup")
        assert " B " in shown(app)
        await press(pilot, "escape")
        assert not isinstance(app.screen, SheetScreen)


async def test_the_passphrase_is_asked_for_when_a_sheet_is_locked_and_is_not_shown() -> None:
    sources = MemorySources(gone="locked")
    app = app_of(MemoryDesk([finding()]), sources=sources)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot)
        assert "The file is encrypted and the key is locked: o asks for the passphrase." in pane(app)

        await press(pilot, "o", *"wrong", "enter")
        assert isinstance(app.screen, OneLineDialog)
        assert dialog_line(app, "fault") == "That is not the passphrase."
        assert "wrong" not in shown(app)

        put(app, "line", PASSPHRASE)
        await press(pilot, "enter")
        assert not isinstance(app.screen, OneLineDialog)
        await press(pilot)
        assert "[ 3,00 ]" in pane(app)


async def test_the_reference_is_copied_through_the_terminal_as_safe_text() -> None:
    hostile = replace(finding().evidence[0], file="a\x1b]52;c;x\x07\u202e.csv", sheet=None)
    app = app_of(MemoryDesk([finding(evidence=(hostile,))]))
    app.driver_class = KeepingDriver
    async with app.run_test(size=BRIEF, headless=False) as pilot:
        await press(pilot, "y")
        driver = app._driver
        assert isinstance(driver, KeepingDriver)
        copied = driver.written.split("\x1b]52;c;")[1].split("\x07")[0]

        assert base64.b64decode(copied).decode() == "a<U+001B>]52;c;x<U+0007><U+202E>.csv › D17"
        assert line(app, "saved") == "Copied: a<U+001B>]52;c;x<U+0007><U+202E>.csv › D17"


async def test_a_finding_without_a_file_says_so_at_each_key() -> None:
    entered = replace(finding().evidence[0], file=None, sheet=None, cell=None)
    app = app_of(MemoryDesk([finding(evidence=(entered,))]))
    async with app.run_test(size=BRIEF) as pilot:
        for key in ("t", "o", "y"):
            await press(pilot, key)
            assert line(app, "saved") == "No file stands behind this value."
        assert "entered here" in pane(app)


async def test_an_empty_filter_leaves_the_pane_and_what_can_be_decided_empty() -> None:
    app = app_of(MemoryDesk(month_of_findings()))
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "slash", *"zzz")

        assert pane(app) == ""
        assert "Correct" not in shown(app)
