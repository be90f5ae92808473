"""Time ``seal`` and ``verify`` of a small package as whole commands, run in turn.

The same month of the samples is sealed in two workspaces: in a house that holds one jobcentre's own rows, and in the demo's, which
holds three agreements with the rows of five jobcentres and of the companies, and decisions, so that all is judged as reported and
again as corrected. What is verified is a package of the demo for one jobcentre.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path

from benchmarks.commands import sample_workspace

RUNS = 9

_PERIOD = ("--period", "2016-07-01..2016-07-31", "--to", "aud-nord", "--draft")


def print_small() -> None:
    """Measure the commands and print the table: medians of whole processes after one run that is not counted."""
    enblanket = str(Path(sys.executable).with_name("enblanket"))
    with sample_workspace() as demo, house_of_one() as house:
        package = min((demo / "outbox").glob("*.asice"))
        commands = {
            "enblanket seal, a house of one jobcentre": ((enblanket, "seal", *_PERIOD), house),
            "enblanket seal, the demo": ((enblanket, "seal", *_PERIOD), demo),
            "enblanket verify": (
                (enblanket, "verify", package.name, "--trust", "../keys/159.card"),
                package.parent,
            ),
        }
        taken: dict[str, list[tuple[float, float]]] = {what: [] for what in commands}
        for _run in range(RUNS + 1):
            for what, (command, folder) in commands.items():
                taken[what].append(_taken(command, folder))
    print("\n| command | seconds | CPU seconds | least CPU seconds |\n| --- | --- | --- | --- |")
    for what, runs in taken.items():
        seconds, processor = zip(*runs[1:], strict=True)
        print(
            f"| {what} | {statistics.median(seconds):.2f} | {statistics.median(processor):.2f} | {min(processor):.2f} |"
        )


@contextmanager
def house_of_one() -> Iterator[Path]:
    """Make a workspace that holds one agreement and what one of its jobcentres reported."""
    from exchange.parties import parse_party
    from exchange.workspace.agreement_book import add_agreement
    from exchange.workspace.demonstration import EXPORTS, LEAD
    from exchange.workspace.founding import Founder, found_workspace
    from exchange.workspace.taking import Order, take

    samples = Path(str(resources.files("samples")))
    with tempfile.TemporaryDirectory() as folder:
        house = Path(folder) / "house"
        founder = Founder(owner=LEAD, role="jobcentre", passphrase=None)
        workspace = found_workspace(house, founder, lambda: datetime.now(UTC))
        add_agreement(workspace, samples / "agreements" / f"{EXPORTS}.toml")
        paths = [samples / "exports" / EXPORTS / "159"]
        take(workspace, Order(paths=paths, sender=parse_party("159"), passphrase=lambda: None))
        yield house


def _taken(command: Sequence[str], folder: Path) -> tuple[float, float]:
    """Return wall-clock and processor seconds of a command.

    Raises:
        CalledProcessError: it failed.
    """
    started = time.perf_counter()
    process = subprocess.Popen(command, cwd=folder, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _pid, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    return time.perf_counter() - started, usage.ru_utime + usage.ru_stime


if __name__ == "__main__":
    print_small()
