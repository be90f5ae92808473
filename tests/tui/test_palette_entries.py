"""Every entry of the design's palette: it stands under its prefix with a key, and its key does what it says."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from textual.widgets import Input

from exchange import language
from exchange.checks.findings import Finding
from exchange.reports.findings import COLUMNS, csv_lines, entry_json
from exchange.review.open_list import said
from tests.tui.memory_desk import MemoryDesk, finding, month_of_findings, words
from tests.tui.memory_house import MemoryHouse
from tests.tui.reviewing import (
    BRIEF,
    HOSTILE,
    MemoryShelf,
    MemorySources,
    dialog_line,
    line,
    listed,
    press,
    shown,
    statuses,
)
from tui.action import group_title, key_text
from tui.app import ReviewApp
from tui.screens.help import PaletteScreen
from tui.screens.page import PageScreen
from tui.text import UNICODE
from tui.widgets.line_list import LineList

# The palette of the design (tui.md), entry by entry: prefix, the design's words, the action.
DESIGN = """
decide: accepter = decide.accept · ret = decide.edit · afvis = decide.reject · spørg = decide.ask
decide: samme for markerede = batch.accept · … = batch.edit · … = batch.reject · … = batch.ask
decide: fortryd = undo · gentag = redo · vis journal for fundet = view.history_here
mark: alle i filteret = mark.all · samme virksomhed = mark.same_party · samme regel = mark.same_rule
mark: interval = mark.range · ryd = mark.clear
filter: kun høj alvor = filter.high · kun åbne = filter.open · kun spurgte = filter.asked · virksomhed … = filter.party
filter: uge … = filter.week · regel … = filter.rule · gem filter som … = filter.save · gemte filtre = filter.saved
filter: ryd = filter.clear
goto: fund nr. … = goto.number · virksomhed … = goto.party · uge … = goto.week · næste åbne = list.next_open
goto: pakke … = goto.package · kilde fil › ark › celle = goto.source
package: importér … = package.receive · verificér igen = package.verify · vis nøgle = package.key
package: stol på nøgle = package.trust · afvis = package.refuse · forsegl og lav svar = seal
package: eksportér kvittering = package.receipt · vis manifest = package.manifest
view: uger = view.weeks · journal = view.journal · tabel i stedet for graf = week.table · zoom rude = pane.zoom
view: kompakt = view.compact · ASCII-tegn = view.signs · cb-mørk = theme.cb-dark · cb-lys = theme.cb-light
view: ansi = theme.ansi · mono = theme.mono · sprog dansk/English = lang
export: liste som CSV = export.csv · JSON = export.json · skærmbillede SVG = export.picture · rapport = export.report
help: taster = help · tegnforklaring = help.signs · om denne regel = help.rule · fejlrapport uden persondata = help.fault
"""


@pytest.fixture(autouse=True)
def english() -> Iterator[None]:
    """Speak English, and leave the language as it was."""
    before = language.current()
    language.use("en")
    yield
    language.use(before)


def app_of(findings: list[Finding], folder: Path | None = None, desk: MemoryDesk | None = None) -> ReviewApp:
    return ReviewApp(
        desk or MemoryDesk(findings),
        words(),
        heading="Jobcenter Gladsaxe",
        house=MemoryHouse(),
        sources=MemorySources(),
        shelf=MemoryShelf(),
        pictures=folder,
    )


def three_parties() -> list[Finding]:
    """Return findings of two jobcentres, two rules and two weeks, as the list has them."""
    later = finding("M01", 4, owners=(("AFT-1", "173"),), dated=date(2016, 3, 9), likely_cause=None)
    return [finding("M01", 3), finding("R03", 1), finding("R03", 2, likely_cause=None), later]


def test_every_entry_of_the_design_stands_under_its_prefix_with_a_key() -> None:
    listed_ = {choice.action.id: choice for choice in PaletteScreen(UNICODE).choices() if choice.action}

    for row in DESIGN.strip().splitlines():
        prefix, _colon, entries = row.partition(": ")
        for entry in entries.split(" · "):
            name = entry.partition(" = ")[2]
            action = listed_[name].action
            assert action is not None
            assert listed_[name].text.startswith(f"{group_title(prefix).casefold()}: "), name  # type: ignore[arg-type]
            assert key_text(action.keys_in_force[0])


def test_the_palette_stands_in_groups_by_its_prefixes() -> None:
    prefixes = [choice.text.partition(":")[0] for choice in PaletteScreen(UNICODE, "weeks").choices()]
    groups = list(dict.fromkeys(prefixes))

    assert groups[:8] == ["decide", "mark", "filter", "go to", "package", "view", "export", "help"]
    assert prefixes == sorted(prefixes, key=groups.index)


async def test_marks_by_party_and_rule_and_filters_by_what_is_named() -> None:
    app = app_of(three_parties())
    async with app.run_test(size=BRIEF) as pilot:
        for key, marked in (("plus", 3), ("number_sign", 2), ("equals_sign", 1)):
            await press(pilot, "g", key)
            assert len(app._review.marks.ids) == marked, key
            assert line(app, "saved") == f"{marked} more marked."
            await press(pilot, "M")
        await press(pilot, "g", "s", *"why so", "enter", "Q")
        assert statuses(app) == ["asked"]
        await press(pilot, "Q", "ctrl+f")
        assert line(app, "saved") == "No filter was kept yet; F keeps this one under a name."
        for key, title in (("p", "PARTY"), ("W", "WEEK"), ("R", "RULE")):
            await press(pilot, key)
            lines = app.screen.query_one("#lines", LineList)
            above = shown(app).splitlines()
            cursor = next(at for at, text in enumerate(above) if ">[ ]" in text)
            assert title in above[cursor - 1], key
            assert lines.cursor
            await press(pilot, "space", "enter")
        assert len(statuses(app)) < 4
        await press(pilot, "F", *"mine", "enter")
        assert line(app, "saved") == "Kept as mine; Ctrl+F shows the kept filters."
        await press(pilot, "0")
        assert len(statuses(app)) == 4
        await press(pilot, "ctrl+f", "space", "enter")
        assert len(statuses(app)) < 4


async def test_goto_leads_to_the_first_finding_of_a_party_a_week_or_a_cell_and_filters_nothing() -> None:
    app = app_of(three_parties())
    async with app.run_test(size=BRIEF) as pilot:
        for key, said_, place in (
            ("comma", "173", 3),
            ("comma", "159", 0),
            ("full_stop", "10", 3),
            ("full_stop", "W09/16", 0),
            ("full_stop", "2016-W10", 3),
            ("semicolon", "falck.xlsx › Timer › D18", 2),
            ("semicolon", "gladsaxe f4", 1),
        ):
            await press(pilot, key)
            app.screen.query_one("#line", Input).value = said_
            await press(pilot, "enter")
            assert listed(app).cursor == place, said_
            assert listed(app).count == 4
        for key, said_ in (("comma", "999"), ("full_stop", "52"), ("full_stop", "x"), ("semicolon", "D1")):
            await press(pilot, key)
            app.screen.query_one("#line", Input).value = said_
            await press(pilot, "enter")
            assert dialog_line(app, "fault") == "Nothing in the list is called so.", said_
            await press(pilot, "escape")
        await press(pilot, "underscore", *"tvivl", "enter")
        assert app.place == "packages"
        assert [row.name for row in app.screen.shown] == ["tvivl.asice"]  # type: ignore[attr-defined]


async def test_the_list_is_exported_as_it_is_shown_and_nothing_is_written_over(tmp_path: Path) -> None:
    findings = month_of_findings()
    app = app_of(findings, tmp_path)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "exclamation_mark", "a", "V", "V", "D")
        entries = listed(app).entries
        assert line(app, "saved") == f"{len(entries)} findings written: {tmp_path / 'enblanket-1.jsonl'}"

    text = (tmp_path / "enblanket-1.csv").read_bytes()
    assert text == (tmp_path / "enblanket-2.csv").read_bytes()
    rows = list(csv.DictReader(text.decode("utf-8-sig").splitlines()))
    assert [row["finding_id"] for row in rows] == [entry.finding.finding_id for entry in entries]
    assert tuple(rows[0]) == COLUMNS
    assert (rows[0]["status"], rows[0]["decision"], rows[0]["amount_dkk"]) == (
        "accepted",
        "accept",
        "8250.00",
    )
    assert rows[0]["sources"] == "falck.xlsx > Timer > D46; gladsaxe_2016.csv > F33"
    said_ = (tmp_path / "enblanket-1.jsonl").read_text(encoding="utf-8").splitlines()
    assert [json.loads(text) for text in said_] == [entry_json(entry) for entry in entries]


def test_a_hostile_cell_is_no_formula_in_the_csv_and_moves_no_cursor() -> None:
    texts = [*HOSTILE, "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(A1)", "-2.50", "plain"]
    for text in texts:
        (written,) = csv_lines([said(replace(finding(), message=text, cure=text), None)])
        (cells,) = csv.reader([written])
        shown_ = dict(zip(COLUMNS, cells, strict=True))["message"]
        assert shown_.isprintable(), text
        assert not shown_.startswith(("=", "+", "@")), text
        assert not shown_.startswith("-") or text == "-2.50"


async def test_a_report_is_of_the_screen_that_is_shown_and_an_error_report_holds_nothing_of_people(
    tmp_path: Path,
) -> None:
    app = app_of(month_of_findings(), tmp_path)
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "B", "3", "B", "5", "B")
        assert "Written: " in str(app.screen.query_one("#saved").content)  # type: ignore[attr-defined]
        await press(pilot, "1", "Y")
        assert line(app, "saved") == f"Written: {tmp_path / 'enblanket-fault-1.txt'}"

    texts = [
        (tmp_path / f"enblanket-report-{number}.txt").read_text(encoding="utf-8") for number in (1, 2, 3)
    ]
    assert "Finding 30 of 30, open" in texts[0]
    assert texts[1].startswith("159-001  159 Gladsaxe  AFT-1\n")
    assert texts[2].startswith("AFT-1\n")
    fault = (tmp_path / "enblanket-fault-1.txt").read_text(encoding="utf-8")
    assert "findings by rule: R03 2\n" in fault
    assert "screen: screen 100x20\ntheme: cb-dark\nascii: False\nown keys: 0\n" in fault
    assert "Gladsaxe" not in fault
    assert str(tmp_path) not in fault


async def test_where_there_is_no_folder_nothing_is_written_and_it_says_so() -> None:
    app = app_of(month_of_findings())
    async with app.run_test(size=BRIEF) as pilot:
        for key in ("V", "P", "B"):
            await press(pilot, key)
            assert line(app, "saved") == "There is no folder for files here."


async def test_compact_shows_one_pane_and_each_theme_has_its_key() -> None:
    app = app_of(three_parties())
    async with app.run_test(size=(120, 24)) as pilot:
        assert "J Jobcentre" in shown(app)
        await press(pilot, "Z")
        assert "J Jobcentre" not in shown(app)
        await press(pilot, "enter")
        assert "J Jobcentre" in shown(app)
        await press(pilot, "escape", "3")
        assert "SUM" not in shown(app)
        await press(pilot, "Z")
        assert "SUM" in shown(app)
        for key, theme in (("6", "cb-dark"), ("7", "cb-light"), ("8", "ansi"), ("9", "mono")):
            await press(pilot, key)
            assert app.theme == theme


async def test_the_signs_and_the_rule_stand_on_a_page_that_closes_again() -> None:
    app = app_of(three_parties())
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "C")
        assert "▲       error" in shown(app)
        await press(pilot, "space", "pagedown")
        assert "steps that can be undone" in shown(app)
        await press(pilot, "pageup", "k", "j", "down", "up", "escape", "i")
        assert isinstance(app.screen, PageScreen)
        assert "M01 Hours outside placement" in shown(app)
        assert "Both sides must write the same." in shown(app)
        assert "- rounded on one side" in shown(app)
        await press(pilot, "q")
        assert not isinstance(app.screen, PageScreen)


async def test_the_figures_of_a_placement_are_copied() -> None:
    app = app_of(three_parties())
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "3", "y")

    assert app.clipboard.startswith("159-001  159 Gladsaxe  AFT-1\n  week")
    assert "2016-W25           22.20         23.70          1.50         25.00" in app.clipboard


async def test_another_language_keeps_the_filter_the_search_the_marks_and_the_place() -> None:
    app = app_of(three_parties())
    async with app.run_test(size=BRIEF) as pilot:
        await press(pilot, "space", "slash", *"timer", "enter", "G", "L")
        assert listed(app).cursor == 3
        assert len(app._review.marks.ids) == 1
        assert "timer" in line(app, "filter")
        await press(pilot, "I")
        assert "1 markeret" in line(app, "progress")


class Judging(MemoryDesk):
    """A desk that tells something else each time it judges."""

    def rejudge(self) -> bool:
        return True


async def test_a_screen_that_another_language_replaced_bears_what_was_judged_and_stored_for_it() -> None:
    app = app_of([], desk=Judging(three_parties()))
    async with app.run_test(size=BRIEF) as pilot:
        replaced = app._review
        await press(pilot, "L")
        await replaced._rejudging()
        replaced.stored(None)
        replaced.say("Saved")
        await press(pilot, "j")
        assert listed(app).cursor == 1
