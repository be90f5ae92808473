"""Time what a package costs beside what its bytes cost anyway, each piece of work in a process of its own.

``python -m benchmarks packages [MEGABYTES]`` makes the tables of a large package (:mod:`benchmarks.packages_made`) and
prints three ratios measured in one run: sealing beside SHA-256 and deflate of the same bytes; container and signatures
beside inflate and SHA-256; the whole verdict; with the memory each took above its start. Then the commands on small packages
(:mod:`benchmarks.packages_small`). Peak memory is what the kernel saw (wait4), so this needs Linux or macOS.
"""

from __future__ import annotations

import hashlib
import os
import platform
import statistics
import subprocess
import sys
import tempfile
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.packages_made import AGREEMENT, AUDITOR, END, JOBCENTRE, write_tables
from benchmarks.packages_small import print_small
from exchange.sealing.files import Files

if TYPE_CHECKING:
    from exchange.sealing.descriptor import Descriptor
    from exchange.sealing.signing import SigningKey
    from exchange.settlement.settle import Line, Missing, Total

MEGABYTES = 200
RUNS = 3
AT = datetime(2016, 7, 4, 9, 30, tzinfo=UTC)
_CHUNK = 2**18
_MEBIBYTE = 2**20


@dataclass(frozen=True, slots=True)
class Cost:
    """What one piece of work took: wall-clock and processor seconds, and MiB at the peak and above its start."""

    seconds: float
    processor: float
    peak: float
    above: float


def main() -> int:
    """Measure the large package and the small one and print both tables."""
    size = int(sys.argv[1]) if sys.argv[1:] else MEGABYTES
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        print(f"making a package of {size} MB …", file=sys.stderr)
        # In a process of its own: what a process holds, the ones it starts are said to have held.
        subprocess.run((sys.executable, "-m", "benchmarks.packages", "make", name, str(size)), check=True)
        costs: dict[str, list[Cost]] = {work: [] for work in _WORK}
        for run in range(RUNS):
            for work, taken in costs.items():
                taken.append(_run(work, folder))
                print(f"run {run + 1}: {work} {taken[-1].processor:.2f} CPU s", file=sys.stderr)
        _print_large({work: _median(taken) for work, taken in costs.items()}, folder)
    print_small()
    return 0


def bytes_sealed(folder: Path) -> None:
    """SHA-256 and deflate of the payload, which is what a packer of files does."""
    digest, packer = hashlib.sha256(), zlib.compressobj()
    for chunk in FilesOnDisk(folder).all_chunks():
        digest.update(chunk)
        packer.compress(chunk)
    packer.flush()


def seal(folder: Path) -> None:
    """Sign the payload's files and write the package."""
    from exchange.atomic import write_pieces_atomically
    from exchange.sealing.container import sealed_pieces

    pieces = sealed_pieces(FilesOnDisk(folder), signer=_key(folder), at=AT)
    write_pieces_atomically(folder / "sealed.asice", pieces)


def bytes_opened(folder: Path) -> None:
    """Inflate and SHA-256 of the payload, which is what unpacking and checking it costs."""
    digest, unpacker = hashlib.sha256(), zlib.decompressobj()
    with (folder / "deflated").open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(unpacker.decompress(chunk))


def opened(folder: Path) -> None:
    """Verify container and signatures."""
    from exchange.sealing.container import open_container
    from exchange.sealing.trust import Pin, Trust

    trust = Trust((Pin(_key(folder).certificate, "bench"),))
    with (folder / "package.asice").open("rb") as file:
        size = file.seek(0, 2)

        def read_at(offset: int, count: int) -> bytes:
            file.seek(offset)
            return file.read(count)

        if not open_container(read_at, size, trust, now=AT).ok:
            raise SystemExit("the package is not accepted")


def verdict(folder: Path) -> None:
    """Give the whole verdict: rows in the form, rules run again, settled again."""
    from exchange.workspace.acquaintance import judge_file, knowledge_of

    knowledge = knowledge_of(None, [folder / "trust.pem"], AUDITOR, AT)
    found = judge_file(folder / "package.asice", knowledge, None, lambda: None)
    if found.verdict != "accepted":
        raise SystemExit(str(found.as_json("package.asice")))


_WORK: Mapping[str, Callable[[Path], None]] = {
    "SHA-256 and deflate": bytes_sealed,
    "seal": seal,
    "inflate and SHA-256": bytes_opened,
    "container and signatures": opened,
    "whole verdict": verdict,
}


def _write(folder: Path, size: int) -> None:
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    from exchange.atomic import write_pieces_atomically
    from exchange.sealing.container import sealed_pieces
    from exchange.sealing.descriptor import NAME, write_descriptor
    from exchange.sealing.signing import new_signing_key, party_name

    files = _with_results(write_tables(size))
    files = {NAME: write_descriptor(_descriptor(), files), **files}
    key = new_signing_key(party_name("Jobcenter Gladsaxe"), JOBCENTRE, AT)
    (folder / "trust.pem").write_bytes(key.certificate.pem())
    private = key.private_key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (folder / "key.pem").write_bytes(private)
    packer = zlib.compressobj()
    with (folder / "deflated").open("wb") as file:
        for number, (name, content) in enumerate(files.items()):
            (folder / f"payload-{number:04}").write_bytes(content)
            file.write(packer.compress(content))
            with (folder / "names").open("a", encoding="ascii", newline="\n") as names:
                names.write(f"{name}\n")
        file.write(packer.flush())
    write_pieces_atomically(folder / "package.asice", sealed_pieces(files, signer=key, at=AT))


def _with_results(tables: dict[str, bytes]) -> dict[str, bytes]:
    """Return the payload of a package in which nothing was found and nothing is to be settled but what is missing."""
    from exchange.checks.rules import load_rules
    from exchange.form.canonical import write_csv
    from exchange.sealing.results import RESULTS, SETTLEMENT, settlement_rows

    rows: dict[str, Sequence[Mapping[str, str | None]]] = {table.name: () for table in RESULTS}
    rows[SETTLEMENT.name] = settlement_rows(_settled(tables))
    rules = {f"rules/{name}": content for name, content in sorted(load_rules().files.items())}
    return {**tables, **{f"{one.name}.csv": write_csv(one, rows[one.name]) for one in RESULTS}, **rules}


def _settled(tables: Mapping[str, bytes]) -> Sequence[Line | Missing | Total]:
    from exchange.checks.rules import load_rules
    from exchange.checks.source import CsvSource
    from exchange.periods import parse_period
    from exchange.settlement.settle import settle

    with tempfile.TemporaryDirectory() as name:
        paths = {Path(path).stem: Path(name) / Path(path).name for path in tables}
        for path, content in tables.items():
            paths[Path(path).stem].write_bytes(content)
        return settle(CsvSource(paths), parse_period(_PERIOD), rule_set=load_rules(), profiles={})


_PERIOD = f"2016-01-01..{END}"


def _descriptor() -> Descriptor:
    from exchange import __version__
    from exchange.checks.rules import load_rules
    from exchange.form.tables import form_version
    from exchange.ledger.events import stamp
    from exchange.periods import parse_period
    from exchange.sealing.descriptor import Descriptor

    rules = load_rules()
    return Descriptor(
        sender=JOBCENTRE,
        recipient=AUDITOR,
        agreement_id=AGREEMENT,
        jobcentre=JOBCENTRE,
        period=parse_period(_PERIOD),
        sequence=1,
        supersedes=None,
        form_version=form_version(),
        rule_set_version=rules.version,
        rule_set_sha256=rules.sha256,
        software_version=__version__,
        ledger_head=("0" * 64,),
        draft=False,
        language="en",
        created=stamp(AT),
    )


class FilesOnDisk(Files):
    """The payload as files beside a list of their names, read when asked for."""

    def __init__(self, folder: Path) -> None:
        """Read the names."""
        names = (folder / "names").read_text(encoding="ascii").splitlines()
        self._paths = {name: folder / f"payload-{number:04}" for number, name in enumerate(names)}

    def __getitem__(self, name: str) -> bytes:
        """Return a file's bytes."""
        return self._paths[name].read_bytes()

    def __iter__(self) -> Iterator[str]:
        """Give the names in order."""
        return iter(self._paths)

    def __len__(self) -> int:
        """Return how many files there are."""
        return len(self._paths)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Give a file's bytes piece by piece."""
        with self._paths[name].open("rb") as file:
            while chunk := file.read(_CHUNK):
                yield chunk

    def all_chunks(self) -> Iterator[bytes]:
        """Give the bytes of every file, one after the other."""
        for name in self:
            yield from self.chunks(name)


def _key(folder: Path) -> SigningKey:
    from exchange.sealing.certificates import der_from_pem, read_certificate
    from exchange.sealing.signing import open_pem

    certificate = read_certificate(der_from_pem((folder / "trust.pem").read_bytes()))
    return open_pem("key.pem", (folder / "key.pem").read_bytes(), certificate, lambda: None)


def _run(work: str, folder: Path) -> Cost:
    """Run one piece of work in a process of its own; its last line is its memory at the start, in MiB."""
    command = (sys.executable, "-m", "benchmarks.packages", work, str(folder))
    started = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    said = process.stdout.read() if process.stdout else ""
    _pid, status, usage = os.wait4(process.pid, 0)
    seconds = time.perf_counter() - started
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise subprocess.CalledProcessError(process.returncode, command)
    peak = usage.ru_maxrss * _UNIT / _MEBIBYTE
    return Cost(seconds, usage.ru_utime + usage.ru_stime, peak, peak - float(said.split()[-1]))


_UNIT = 1 if sys.platform == "darwin" else 1024


def _median(costs: Sequence[Cost]) -> Cost:
    return Cost(
        statistics.median(cost.seconds for cost in costs),
        statistics.median(cost.processor for cost in costs),
        max(cost.peak for cost in costs),
        max(cost.above for cost in costs),
    )


def _print_large(costs: Mapping[str, Cost], folder: Path) -> None:
    size = (folder / "package.asice").stat().st_size / 10**6
    load = ", ".join(f"{value:.1f}" for value in os.getloadavg())
    print(
        f"A package of {size:.0f} MB, {(folder / 'deflated').stat().st_size / 10**6:.0f} MB deflated; Python "
        f"{platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, load {load}; median of {RUNS} runs of "
        "the whole process, largest peak memory\n"
    )
    print("| work | seconds | CPU seconds | beside | CPU seconds | ratio | peak MiB | MiB above start |")
    print("|" + " --- |" * 8)
    for work, beside in _BESIDE.items():
        ours, other = costs[work], costs[beside]
        print(
            f"| {work} | {ours.seconds:.2f} | {ours.processor:.2f} | {beside} | {other.processor:.2f} "
            f"| {ours.processor / other.processor:.2f} | {ours.peak:.0f} | {ours.above:.0f} |"
        )


_BESIDE = {
    "seal": "SHA-256 and deflate",
    "container and signatures": "inflate and SHA-256",
    "whole verdict": "inflate and SHA-256",
}


def _start() -> float:
    """Return the memory of this process with everything imported that the work needs, in MiB."""
    import resource

    import exchange.sealing.container
    import exchange.sealing.signing  # noqa: F401

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT / _MEBIBYTE


if __name__ == "__main__":
    if sys.argv[1] == "make":
        _write(Path(sys.argv[2]), int(sys.argv[3]) * 10**6)
    else:
        start = _start()
        _WORK[sys.argv[1]](Path(sys.argv[2]))
        print(start)
