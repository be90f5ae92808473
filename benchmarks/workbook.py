"""Reading a workbook of 10 columns: ours beside openpyxl's read_only on the same file, and five times the rows.

Makes the files, runs every reader as a process of its own, in turn, and prints processor seconds, the peak of memory above what the
process had before it read, and the ratios. Both count the filled cells, which must be as many.
``python -m benchmarks workbook [ROWS] [RUNS]``.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path

ROWS = 100_000
RUNS = 3
TIMES = 5

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
TYPES = "application/vnd.openxmlformats-officedocument.spreadsheetml"
SMALL_PARTS = {
    "[Content_Types].xml": (
        f'<Types xmlns="{PACKAGE}/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{TYPES}.sheet.main+xml"/>'
        f'<Override PartName="/xl/worksheets/sheet1.xml" ContentType="{TYPES}.worksheet+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{TYPES}.styles+xml"/>'
        f'<Override PartName="/xl/sharedStrings.xml" ContentType="{TYPES}.sharedStrings+xml"/></Types>'
    ),
    "_rels/.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{DOCUMENT}/officeDocument" Target="xl/workbook.xml"/></Relationships>'
    ),
    "xl/workbook.xml": (
        f'<workbook xmlns="{MAIN}" xmlns:r="{DOCUMENT}"><sheets><sheet name="Timer" sheetId="1" r:id="r1"/></sheets></workbook>'
    ),
    "xl/_rels/workbook.xml.rels": (
        f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r1" Type="{DOCUMENT}/worksheet" Target="worksheets/sheet1.xml"/>'
        f'<Relationship Id="r2" Type="{DOCUMENT}/sharedStrings" Target="sharedStrings.xml"/>'
        f'<Relationship Id="r3" Type="{DOCUMENT}/styles" Target="styles.xml"/></Relationships>'
    ),
    "xl/styles.xml": (
        f'<styleSheet xmlns="{MAIN}"><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="2"/><xf numFmtId="46"/></cellXfs></styleSheet>'
    ),
}

# Each reader says: cells, processor seconds, peak MB above the start.
READ = """
import resource, sys, time
content = open(sys.argv[1], "rb").read()
{imports}
def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
before, begun, cells = peak(), time.process_time(), 0
{read}
print(cells, time.process_time() - begun, peak() - before)
"""
OURS = READ.format(
    imports="from exchange.intake.xlsx import read_workbook",
    read="""
for sheet in read_workbook("x.xlsx", content).sheets:
    for row in sheet.rows:
        for cell in row.cells.values():
            cells += cell.text != ""
""",
)
THEIRS = READ.format(
    imports="import io, warnings, openpyxl\nwarnings.simplefilter('ignore')",
    read="""
for sheet in openpyxl.load_workbook(io.BytesIO(content), read_only=True, data_only=True):
    for row in sheet.iter_rows():
        for cell in row:
            cells += cell.value is not None
""",
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One process: filled cells, processor seconds, peak memory above the start in MB."""

    cells: int
    seconds: float
    megabytes: float


def main() -> int:
    """Make the files, run the readers in turn, print the table."""
    rows, runs = (int(given) if given else usual for given, usual in zip_longest(sys.argv[1:], (ROWS, RUNS)))
    with tempfile.TemporaryDirectory() as folder:
        small, large = Path(folder) / "small.xlsx", Path(folder) / "large.xlsx"
        for path, count in ((small, rows), (large, rows * TIMES)):
            # A process apart: a child's peak memory begins at its parent's.
            making = f"from pathlib import Path; from benchmarks.workbook import make_workbook; make_workbook(Path({str(path)!r}), {count})"
            subprocess.run((sys.executable, "-c", making), check=True)
        taken = [(read(OURS, small), read(THEIRS, small), read(OURS, large)) for _run in range(runs)]
    ours, theirs, more = (median([run[place] for run in taken]) for place in range(3))
    if ours.cells != theirs.cells:
        raise SystemExit(f"{ours.cells} cells beside {theirs.cells}")
    print(f"Python {sys.version.split()[0]}, median of {runs} runs, load {os.getloadavg()[0]:.1f}\n")
    print("| rows × 10 columns | reader | processor s | peak MB above start | ratio |")
    print("| --- | --- | --- | --- | --- |")
    print(f"| {rows} | openpyxl read_only | {theirs.seconds:.2f} | {theirs.megabytes:.0f} | |")
    print(
        f"| {rows} | enblanket | {ours.seconds:.2f} | {ours.megabytes:.0f} | {theirs.seconds / ours.seconds:.1f} × faster |"
    )
    print(
        f"| {rows * TIMES} | enblanket | {more.seconds:.2f} | {more.megabytes:.0f} | {more.seconds / ours.seconds:.1f} × the time of {rows} |"
    )
    return 0


def median(readings: list[Reading]) -> Reading:
    """Return the median time and the highest memory."""
    return Reading(
        readings[0].cells,
        statistics.median(one.seconds for one in readings),
        max(one.megabytes for one in readings),
    )


def read(program: str, workbook: Path) -> Reading:
    """Run a reader in a process of its own."""
    done = subprocess.run(
        (sys.executable, "-c", program, str(workbook)), capture_output=True, check=True, text=True
    )
    cells, seconds, megabytes = done.stdout.split()
    return Reading(int(cells), float(seconds), float(megabytes))


def make_workbook(path: Path, rows: int) -> None:
    """Write a workbook byte for byte as Excel spells one: texts shared, a date, a duration, a formula, a yes or no."""
    strings: dict[str, int] = {}
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in SMALL_PARTS.items():
            archive.writestr(name, content)
        with archive.open("xl/worksheets/sheet1.xml", "w") as sheet:
            sheet.write(f'<worksheet xmlns="{MAIN}"><dimension ref="A1:J{rows + 1}"/><sheetData>'.encode())
            for line in sheet_rows(rows, strings):
                sheet.write(line.encode())
            sheet.write(b"</sheetData></worksheet>")
        with archive.open("xl/sharedStrings.xml", "w") as shared:
            shared.write(f'<sst xmlns="{MAIN}" uniqueCount="{len(strings)}">'.encode())
            shared.writelines(f"<si><t>{text}</t></si>".encode() for text in strings)
            shared.write(b"</sst>")


def sheet_rows(rows: int, strings: dict[str, int]) -> Iterator[str]:
    """Give the heading and the rows, and number their texts."""

    def text(value: str) -> int:
        return strings.setdefault(value, len(strings))

    heading = "".join(
        f'<c r="{letter}1" t="s"><v>{text(f"Kolonne {letter}")}</v></c>' for letter in "ABCDEFGHIJ"
    )
    yield f'<row r="1" spans="1:10">{heading}</row>'
    for n in range(2, rows + 2):
        placement, note, remark = f"159-{n % 5000:05d}", f"Samtale nr. {n}", f"Bemærkning {n % 997}"
        yield (
            f'<row r="{n}" spans="1:10"><c r="A{n}"><v>{n - 1}</v></c><c r="B{n}" t="s"><v>{text(placement)}</v></c>'
            f'<c r="C{n}" s="1"><v>{42370 + n % 366}</v></c><c r="D{n}" s="2"><v>{n % 75 / 10}</v></c>'
            f'<c r="E{n}" t="s"><v>{text(f"M-{n % 60:02d}")}</v></c><c r="F{n}" t="s"><v>{text(note)}</v></c>'
            f'<c r="G{n}" t="b"><v>{n % 2}</v></c><c r="H{n}" s="2"><f>D{n}*2</f><v>{n % 75 / 5}</v></c>'
            f'<c r="I{n}" s="3"><v>{n % 40 / 24}</v></c><c r="J{n}" t="s"><v>{text(remark)}</v></c></row>'
        )


if __name__ == "__main__":
    sys.exit(main())
