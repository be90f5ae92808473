"""A workspace whose review lists as many findings as are asked for: founded by the commands, its pages written by the product's writer.

The findings are made by their number, so that many of them are never held at once; the same number gives the same finding.
They carry no proposal: a decision on them corrects no row, and so leaves the pages as they are. Of a million the product
writes the first 100 000, which takes a quarter of a minute; SQL then lays nine more of these behind them, each row and each
index entry as the product would write it, but for the ids within, so decide among the first 100 000 only.
"""

from __future__ import annotations

import hashlib
import json
import sqlite3
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import overload

from exchange import language
from exchange.checks.findings import SEVERITIES, Evidence, Finding, finding_id
from exchange.review.open_list import Entry
from exchange.review.page_file import write_pages
from exchange.workspace.finding_files import make_folder, pages_file
from exchange.workspace.finding_pages import pages_key
from exchange.workspace.folder import open_workspace

RULES = ("R03", "M01", "M07", "P03", "R01")
WORDS = (
    "mentor",
    "virksomheden",
    "jobcenteret",
    "perioden",
    "bevillingen",
    "Ærø",
    "Sønderborg",
    "Frederikshavn",
)
FIRST_DAY = date(2016, 1, 4)
WRITTEN = 100_000
# One more of everything: {by} is how many findings there are of one, {words} how many words; its ids have {mark} bytes at the other end.
_ONCE_MORE = """
INSERT INTO findings SELECT place + {by}, CAST(substr(finding, {mark} + 1) || substr(finding, 1, {mark}) AS BLOB), turn + {by}, stands, severity,
    dated, kind, circle, amount, company, jobcentre FROM findings WHERE place < {one};
INSERT INTO texts SELECT place + {by}, text FROM texts WHERE place < {one};
INSERT INTO contents SELECT place + {by}, stands, judged, content FROM contents WHERE place < {one};
INSERT INTO vocabularies SELECT first + {by}, number + {words}, words FROM vocabularies WHERE first < {one};
INSERT INTO holders SELECT number + {words}, places FROM holders WHERE number < {of_one};
"""


class Made(Sequence[Entry]):
    """Entries in the order of the check, each made when it is asked for."""

    def __init__(self, count: int) -> None:
        """Remember how many."""
        self._count = count

    def __len__(self) -> int:
        """How many there are."""
        return self._count

    @overload
    def __getitem__(self, turn: int) -> Entry: ...
    @overload
    def __getitem__(self, turn: slice) -> Sequence[Entry]: ...
    def __getitem__(self, turn: int | slice) -> Entry | Sequence[Entry]:
        """Return the entry of a turn."""
        if isinstance(turn, slice):
            return [self[one] for one in range(*turn.indices(self._count))]
        if turn >= self._count:
            raise IndexError(turn)
        return Entry(made_finding(turn), "open")

    def __iter__(self) -> Iterator[Entry]:
        """Make them one after the other."""
        return (self[turn] for turn in range(self._count))


def made_finding(number: int) -> Finding:
    """Return the finding of a number: two cells that differ, whose place and hours the number's hash decides."""
    chance = hashlib.sha256(str(number).encode()).digest()
    rule = RULES[chance[0] % len(RULES)]
    day = FIRST_DAY + timedelta(days=int.from_bytes(chance[1:3], "big") % 360)
    jobcentre = str(101 + chance[3] % 94)
    subject = (
        ("agreement_id", f"AFT-{chance[4] % 10}"),
        ("placement_id", f"{jobcentre}-{int.from_bytes(chance[5:7], 'big'):05d}"),
        ("mentor_id", f"M-{chance[7] % 97:02d}"),
        ("date", day.isoformat()),
        ("number", str(number)),
    )
    hours = [f"{int.from_bytes(chance[at : at + 2], 'big') % 1200 / 100:.2f}" for at in (8, 10)]
    word = WORDS[chance[12] % len(WORDS)]
    return Finding(
        finding_id=finding_id(rule, [value for _name, value in subject]),
        rule=rule,
        severity=SEVERITIES[min(chance[13] % 5, 2)],
        subject=subject,
        message=f"The company has {hours[0]} hours on {day}, the jobcentre {hours[1]}; see {word}.",
        cure="Ask the mentor, or accept the jobcentre's figure.",
        amount_dkk=Decimal(int.from_bytes(chance[14:16], "big")).scaleb(-2),
        likely_cause="rounded" if chance[16] % 3 else None,
        evidence=tuple(
            Evidence(
                "mentor_hours",
                (("reporter", side), ("entry_id", f"{side}:{number}")),
                "hours",
                f"timer_{jobcentre}_{day:%Y-%m}.xlsx",
                "Timer",
                f"D{number % 900 + 2}",
                hours[place],
            )
            for place, side in enumerate(("company", "jobcentre"))
        ),
        judged=finding_id("judged", [str(number)]),
        dated=day,
        owners=((subject[0][1], jobcentre),),
    )


def make_workspace(folder: Path, enblanket: str, findings: int) -> None:
    """Found a workspace and lay so many findings in its pages, as a check of that many would."""
    subprocess.run(
        (enblanket, "init", str(folder), "--party", "159", "--name", "Jobcenter", "--role", "jobcentre", "--no-passphrase"),
        check=True,
        stdout=subprocess.DEVNULL,
    )  # fmt: skip
    language.use("en")
    workspace = open_workspace(folder, lambda: datetime.now(UTC))
    make_folder(folder)
    path = pages_file(folder, pages_key(workspace, None), "en")
    times = max(findings // WRITTEN, 1)
    if findings % times:
        raise SystemExit(f"{findings} is no whole number of {WRITTEN} findings.")
    write_pages(path, Made(findings // times))
    lay_behind(path, findings // times, times)


def lay_behind(path: Path, findings: int, times: int) -> None:
    """Have pages hold their findings so many times."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.executescript(
            "PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF; DROP INDEX by_finding;"
        )
        (words,) = connection.execute("SELECT max(number) + 1 FROM holders").fetchone()
        for more in range(1, times):
            connection.executescript(
                _ONCE_MORE.format(
                    by=more * findings, one=findings, words=more * words, of_one=words, mark=more
                )
            )
        connection.execute(
            "UPDATE totals SET count = count * ?1, open = open * ?1, company = company * ?1, jobcentre = jobcentre * ?1, amount = amount * ?1",
            (times,),
        )
        (choices,) = connection.execute("SELECT value FROM facts WHERE name = 'choices'").fetchone()
        counted = {
            name: [(value, count * times) for value, count in found]
            for name, found in json.loads(choices).items()
        }
        connection.execute("UPDATE facts SET value = ? WHERE name = 'choices'", (json.dumps(counted),))
        connection.executescript("CREATE UNIQUE INDEX by_finding ON findings (finding);")
