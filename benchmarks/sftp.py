"""Time the SFTP way beside OpenSSH's own client: one file of 200 MB to and from one sshd on loopback, in turn, in one run.

``python -m benchmarks sftp [MEGABYTES]`` starts the server of the tests (``tests/post/ssh_servers.py``), sends the file with
``sftp`` (``put -f`` and ``get -f``: brought to the disk, as ours is) and with :meth:`exchange.post.sftp.Sftp.deliver`, gets it with
``get`` and as ``fetch`` reads it, and prints the median of each, elapsed and in processor seconds of the client, and their ratio.
OpenSSH is a whole process, ours goes from the connection to its end; the start of Python and asyncssh, once for a command, is told
by itself.
"""

from __future__ import annotations

import hashlib
import os
import resource
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from exchange.atomic import write_pieces_atomically
from exchange.post import sftp
from exchange.post.settings import SshAccount
from exchange.post.sftp_places import Place
from exchange.post.ways import Parcel, nothing
from tests.post.ssh_servers import SshServer, missing, running

MEGABYTES, RUNS = 200, 5


@dataclass(frozen=True, slots=True)
class Cost:
    """What one transfer took, in seconds: by the clock, and of the client's processor."""

    elapsed: float
    processor: float


def main() -> int:
    """Measure and print the table."""
    if why := missing():
        print(f"OpenSSH cannot run here: {why}", file=sys.stderr)
        return 1
    size = int(sys.argv[1]) if sys.argv[1:] else MEGABYTES
    with tempfile.TemporaryDirectory() as name, running() as server:
        one = _parcel(Path(name), size * 10**6)
        work: dict[str, Callable[[], None]] = {
            "put, OpenSSH": lambda: _openssh(server, f"put -f {one.path} {server.path}/theirs"),
            "put, ours": lambda: _put(server, one),
            "get, OpenSSH": lambda: _openssh(server, f"get -f {server.path}/theirs {name}/theirs"),
            "get, ours": lambda: _get(server, one),
        }
        costs: dict[str, list[Cost]] = {what: [] for what in work}
        for run in range(RUNS):
            server.empty()
            for what, does in work.items():
                costs[what].append(_measured(does))
                print(f"run {run + 1}: {what} {costs[what][-1].elapsed:.2f} s", file=sys.stderr)
        start = [_measured(_started) for _run in range(RUNS)]
        _print(costs, size)
        print(
            f"\nStarting Python with asyncssh: {_median(start).elapsed:.2f} s, {_median(start).processor:.2f} CPU s."
        )
    return 0


def _parcel(folder: Path, size: int) -> Parcel:
    path, content = folder / "package", os.urandom(size)
    path.write_bytes(content)
    return Parcel(
        kind="package",
        name="package.asice.age",
        path=path,
        size=size,
        sha256=hashlib.sha256(content).hexdigest(),
        sender="159",
        recipient="173",
        agreement_id="AFT-1",
        jobcentre="159",
        period="2016-01-01..2016-03-31",
        sequence=1,
    )


def _openssh(server: SshServer, line: str) -> None:
    known = server.root / "known_hosts"
    known.write_text(f"[127.0.0.1]:{server.port} {server.host_key}\n", encoding="utf-8")
    words = (
        "-q",
        "-b",
        "-",
        "-F",
        "none",
        "-i",
        str(server.key),
        "-o",
        f"UserKnownHostsFile={known}",
        "-P",
        str(server.port),
    )
    subprocess.run(
        ("sftp", *words, f"{server.user}@127.0.0.1"),
        input=line.encode(),
        check=True,
        stdout=subprocess.DEVNULL,
    )


def _put(server: SshServer, one: Parcel) -> None:
    with sftp.opened(_place(server), sftp.Ourselves(us="159", folder=one.path.parent), _nobody) as way:
        way.deliver(one, nothing)


def _get(server: SshServer, one: Parcel) -> None:
    with sftp.opened(_place(server), sftp.Ourselves(us="173", folder=one.path.parent), _nobody) as way:
        (offer,) = way.offers()
        write_pieces_atomically(one.path.with_name("ours"), way.read(offer))


def _started() -> None:
    subprocess.run((sys.executable, "-c", "import exchange.post.sftp"), check=True)


def _place(server: SshServer) -> Place:
    return Place(
        host="127.0.0.1",
        port=server.port,
        user=server.user,
        path=server.path,
        host_key=server.host_key,
        key=server.key,
        certificate=None,
        where="way[1]",
    )


def _nobody(account: SshAccount) -> str:
    raise SystemExit(f"a password is asked for: {account.user}")


def _measured(does: Callable[[], None]) -> Cost:
    began, before = time.monotonic(), _processor()
    does()
    return Cost(time.monotonic() - began, _processor() - before)


def _processor() -> float:
    both = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in both)


def _print(costs: dict[str, list[Cost]], size: int) -> None:
    print(
        f"| {size} MB, median of {RUNS} | OpenSSH, s | ours, s | ratio | OpenSSH, CPU s | ours, CPU s | ratio |"
    )
    print("| --- | --- | --- | --- | --- | --- | --- |")
    for what in ("put", "get"):
        theirs, ours = (_median(costs[f"{what}, {who}"]) for who in ("OpenSSH", "ours"))
        print(
            f"| {what} | {theirs.elapsed:.2f} | {ours.elapsed:.2f} | {ours.elapsed / theirs.elapsed:.2f} "
            f"| {theirs.processor:.2f} | {ours.processor:.2f} | {ours.processor / theirs.processor:.2f} |"
        )


def _median(found: list[Cost]) -> Cost:
    return Cost(
        statistics.median(one.elapsed for one in found), statistics.median(one.processor for one in found)
    )


if __name__ == "__main__":
    sys.exit(main())
