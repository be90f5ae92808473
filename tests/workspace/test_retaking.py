"""Taking, taking back, putting back and mapping again: what stands is what a plain model of the history says."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from exchange.errors import IntakeRefused
from exchange.parties import parse_party
from exchange.workspace.folder import Workspace
from exchange.workspace.retaking import map_again, restore, withdraw
from exchange.workspace.taking import Order, take
from tests.conftest import opened

SENDERS = ("12345678", "87654321")
HEAD = "reporter,entry_id,placement_id,mentor_id,date,hours,activity,registered_on"
PLACEMENTS = "placement_id,agreement_id,jobcentre,site_id,trainee_ref,benefit,age_group,gender,start,planned_end,weekly_hours"

# name → (table, rows); a row of hours is (placement, month), one of placements (placement,).
FILES: dict[str, tuple[str, tuple[tuple[str, ...], ...]]] = {
    "a": ("mentor_hours", (("p1", "01"), ("p1", "02"))),
    "b": ("mentor_hours", (("p1", "02"), ("p2", "02"))),
    "c": ("mentor_hours", (("p2", "01"), ("p2", "02"), ("p1", "03"))),
    "d": ("mentor_hours", (("p1", "02"),)),
    "e": ("placements", (("159-1",), ("159-2",))),
    "f": ("placements", (("159-2",), ("159-3",))),
}
Place = tuple[str, ...]


def write_files(folder: Path) -> dict[str, Path]:
    paths = {}
    for name, (table, rows) in FILES.items():
        head = HEAD if table == "mentor_hours" else PLACEMENTS
        lines = [_line(name, table, row) for row in rows]
        path = folder / name / f"{table}.csv"
        path.parent.mkdir(parents=True)
        path.write_text("\n".join([head, *lines]) + "\n", encoding="utf-8")
        paths[name] = path
    return paths


def _line(name: str, table: str, row: tuple[str, ...]) -> str:
    if table == "mentor_hours":
        placement, month = row
        return f"company,{name}:{placement}:{month},{placement},M-01,2016-{month}-10,1.00,training,2016-{month}-10"
    return f"{row[0]},AFT-1,159,S1,T-{name * 16},resource-programme,under-30,f,2016-01-04,2016-06-30,20.00"


@dataclass
class Model:
    """The history as a list of reports, each a sender's files that came together; what is newest stands."""

    reports: list[tuple[str, set[str], bool]] = field(default_factory=list)

    def take(self, sender: str, files: Iterable[str], *, complete: bool = False) -> None:
        new = {one for one in files if not self._report_of(sender, one)}
        if new:
            self.reports.append((sender, new, complete))

    def withdraw(self, sender: str, file: str) -> bool:
        report = self._report_of(sender, file)
        if report:
            report[1].remove(file)
        return report is not None

    def restore(self, sender: str, file: str, *, complete: bool) -> None:
        report = self._report_of(sender, file)
        own = {(sender, file, row) for row in FILES[file][1]}
        if report and own <= self.standing():
            return
        if report:
            report[1].remove(file)
            complete = report[2]
        self.reports.append((sender, {file}, complete))

    def _report_of(self, sender: str, file: str) -> tuple[str, set[str], bool] | None:
        return next((one for one in self.reports if one[0] == sender and file in one[1]), None)

    def standing(self) -> set[tuple[str, str, Place]]:
        found = set()
        for at, (sender, files, _complete) in enumerate(self.reports):
            for file in files:
                table, rows = FILES[file]
                found |= {
                    (sender, file, row)
                    for row in rows
                    if not any(
                        self._replaces(later, sender, table, row)
                        for later in range(at + 1, len(self.reports))
                    )
                }
        return found

    def _replaces(self, at: int, sender: str, table: str, row: Place) -> bool:
        later = self.reports[at]
        others = [FILES[file][1] for file in later[1] if FILES[file][0] == table]
        same_row = any(row in rows for rows in others)
        if table == "mentor_hours":
            return later[0] == sender and same_row
        return (same_row and not self._is_ended(at)) or (bool(others) and later[2] and later[0] == sender)

    def _is_ended(self, at: int) -> bool:
        """Whether the same sender said later what all its placements are: what this report replaced stands again."""
        return any(
            sender == self.reports[at][0]
            and complete
            and any(FILES[file][0] == "placements" for file in files)
            for sender, files, complete in self.reports[at + 1 :]
        )


def what_stands(workspace: Workspace) -> set[tuple[str, str, Place]]:
    import duckdb

    from exchange.form.tables import table

    holdings = workspace.holdings()
    found: set[tuple[str, str, Place]] = set()
    with duckdb.connect() as connection:
        hours = connection.execute(
            f"SELECT _sender, entry_id FROM ({holdings.standing(table('mentor_hours'))})"
        ).fetchall()
        placements = connection.execute(
            f"SELECT _sender, trainee_ref, placement_id FROM ({holdings.standing(table('placements'))})"
        ).fetchall()
    for sender, entry in hours:
        file, placement, month = entry.split(":")
        found.add((sender, file, (placement, month)))
    for sender, trainee, placement in placements:
        found.add((sender, trainee[-1], (placement,)))
    return found


def order(paths: Sequence[Path], sender: str, *, complete: bool = False) -> Order:
    return Order(paths=paths, sender=parse_party(sender), complete=complete, passphrase=lambda: None)


def sha_of(path: Path) -> str:
    import hashlib

    return hashlib.sha256(path.read_bytes()).hexdigest()


_FILE = st.sampled_from(sorted(FILES))
_SENDER = st.sampled_from(SENDERS)
_STEP = st.one_of(
    st.tuples(st.just("take"), _SENDER, st.sets(_FILE, min_size=1, max_size=2), st.booleans()),
    st.tuples(st.sampled_from(["withdraw", "restore", "again"]), _SENDER, _FILE, st.sampled_from([False])),
)


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(_STEP, min_size=2, max_size=7))
@example([("take", "12345678", {"a"}, False), ("take", "87654321", {"a"}, False)])
@example(
    [
        ("take", "12345678", {"a", "f"}, False),
        ("take", "87654321", {"f"}, False),
        ("take", "87654321", {"e"}, True),
    ]
)
def test_what_stands_is_what_the_model_says(
    founded: Path,
    tmp_path_factory: pytest.TempPathFactory,
    steps: list[tuple[str, str, set[str] | str, bool]],
) -> None:
    folder = tmp_path_factory.mktemp("h")
    workspace = opened(Path(shutil.copytree(founded, folder / "w")))
    paths = write_files(folder)
    model = Model()
    completes: dict[tuple[str, str], bool] = {}
    for verb, sender, what, wholly in steps:
        if verb == "take":
            files = sorted(what)
            complete = wholly and not any(model._report_of(sender, one) for one in files)
            take(workspace, order([paths[one] for one in files], sender, complete=complete))
            model.take(sender, files, complete=complete)
            completes |= {(sender, one): complete for one in files}
            continue
        assert isinstance(what, str)
        sha256 = sha_of(paths[what])
        if verb == "withdraw":
            if model.withdraw(sender, what):
                withdraw(workspace, sha256, parse_party(sender))
            else:
                with pytest.raises(IntakeRefused):
                    withdraw(workspace, sha256, parse_party(sender))
        elif verb == "again":
            # Another crosswalk maps every file again, and each keeps its place.
            (workspace.folder / "crosswalk.csv").write_text(
                f"kind,name,id\nmentor,nobody {len(workspace.chronicle().takes)},M-01\n"
            )
            map_again(workspace, lambda: None)
        elif (sender, what) in completes:
            restore(workspace, sha256[:8], parse_party(sender), lambda: None)
            model.restore(sender, what, complete=completes[sender, what])
    assert what_stands(workspace) == model.standing()
