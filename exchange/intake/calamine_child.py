"""Read an .xls, .xlsb or .ods workbook with python-calamine in a process of its own, which a hostile file may take down.

In: the workbook's bytes on standard input; limits as arguments. Out: JSON Lines on standard output: for each sheet a line of its name,
whether it is hidden and its merged ranges, then for each row that has cells its number and cells. The last line says ``"end"``, so
that a process that was stopped is known. It runs by its path (``python -P``) and imports nothing of the house: no folder that a
user stands in can put its own modules in between.
"""

from __future__ import annotations

import io
import json
import re
import sys
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from python_calamine import CalamineSheet, CalamineWorkbook

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 (a sheet knows no time zone)
# How OpenDocument writes a duration, and what calamine hands on as a text.
_ODS_DURATION = re.compile(r"PT([0-9]{1,6})H([0-9]{1,2})M([0-9]{1,2})(?:\.[0-9]+)?S")
_CELLS = 3_000_000
_TEXT = 48 * 2**20
_MERGED = 100_000


def main() -> int:
    """Read, write, and return 0; anything else means that the workbook could not be read."""
    megabytes, seconds = (int(given) for given in sys.argv[1:3])
    bound(megabytes * 2**20, seconds)
    import python_calamine

    content = sys.stdin.buffer.read()
    try:
        book = python_calamine.load_workbook(io.BytesIO(content))
        written = 0
        for line in _lines(book):
            written += len(line)
            if written > _TEXT:
                return say({"refused": "size"})
            sys.stdout.write(line + "\n")
    except python_calamine.PasswordError:
        return say({"refused": "password"})
    return say({"end": True})


def say(record: object) -> int:
    """Write one line and return success."""
    sys.stdout.write(json.dumps(record) + "\n")
    sys.stdout.flush()
    return 0


def bound(memory: int, seconds: int) -> None:
    """Bound this process where the platform can; the parent's clock bounds it everywhere."""
    if sys.platform == "win32":
        _bound_on_windows(memory)
    else:
        import resource

        resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))


def _bound_on_windows(memory: int) -> None:
    """Put this process into a job whose processes may take so much memory (JOB_OBJECT_LIMIT_PROCESS_MEMORY)."""
    if sys.platform == "win32":
        import ctypes

        kernel = ctypes.windll.kernel32
        kernel.CreateJobObjectW.restype = kernel.GetCurrentProcess.restype = ctypes.c_void_p
        job = ctypes.c_void_p(kernel.CreateJobObjectW(None, None))
        # JOBOBJECT_EXTENDED_LIMIT_INFORMATION: LimitFlags at 16, ProcessMemoryLimit behind the basic and the I/O part.
        wide = ctypes.sizeof(ctypes.c_void_p)
        limits = (ctypes.c_ubyte * (144 if wide == 8 else 112))()
        ctypes.c_uint32.from_buffer(limits, 16).value = 0x100
        ctypes.c_size_t.from_buffer(limits, 112 if wide == 8 else 96).value = memory
        kernel.SetInformationJobObject(job, 9, limits, len(limits))
        kernel.AssignProcessToJobObject(job, ctypes.c_void_p(kernel.GetCurrentProcess()))


def _lines(book: CalamineWorkbook) -> Iterator[str]:
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    cells = 0
    for place, about in enumerate(book.sheets_metadata):
        if about.typ != SheetTypeEnum.WorkSheet:
            continue
        sheet = book.get_sheet_by_index(place)
        merged = [
            (top + 1, left + 1, bottom + 1, right + 1)
            for (top, left), (bottom, right) in (sheet.merged_cell_ranges or ())[:_MERGED]
        ]
        hidden = about.visible != SheetVisibleEnum.Visible
        yield json.dumps({"sheet": about.name, "hidden": hidden, "merged": merged})
        for line, filled in _rows(sheet):
            cells += filled
            if cells > _CELLS:
                yield json.dumps({"refused": "size"})
                return
            yield line


def _rows(sheet: CalamineSheet) -> Iterator[tuple[str, int]]:
    """Give each row that has cells as a line; rows come from the sheet's first, columns only from the first that is filled."""
    if sheet.start is None:
        return
    left = sheet.start[1] + 1
    for number, row in enumerate(sheet.iter_rows(), 1):
        filled = [(column, *told(value)) for column, value in enumerate(row, left) if value != ""]
        if filled:
            yield json.dumps((number, filled), ensure_ascii=False), len(filled)


def told(value: object) -> tuple[str, str]:
    """Return a value's kind and text as our own reader gives them; dates and times as serials."""
    if isinstance(value, bool):
        return "boolean", "true" if value else "false"
    if isinstance(value, int | float):
        return "number", repr(value).removesuffix(".0")
    if isinstance(value, date | time | timedelta):
        return _told_time(value)
    duration = _ODS_DURATION.fullmatch(str(value))
    if duration is not None:
        hours, minutes, seconds = map(int, duration.groups())
        return "time", _serial(timedelta(hours=hours, minutes=minutes, seconds=seconds))
    return "text", str(value)


def _told_time(value: date | time | timedelta) -> tuple[str, str]:
    if isinstance(value, timedelta):
        return "time", _serial(value)
    if isinstance(value, time):
        return "time", _serial(timedelta(hours=value.hour, minutes=value.minute, seconds=value.second))
    moment = value if isinstance(value, datetime) else datetime(value.year, value.month, value.day)  # noqa: DTZ001 (as _EPOCH)
    # A duration over a day in a workbook that only says "h:mm" comes as a day of January 1900.
    is_time = isinstance(value, datetime) and value.year <= 1900
    return "time" if is_time else "date", _serial(moment - _EPOCH, early=value.year <= 1900)


def _serial(since: timedelta, *, early: bool = False) -> str:
    """Write days since the epoch; Excel counts one day less before its 29 February 1900."""
    days = since / timedelta(days=1) - (1 if early and since < timedelta(days=61) else 0)
    return repr(round(days, 9)).removesuffix(".0")


if __name__ == "__main__":
    sys.exit(main())
