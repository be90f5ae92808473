"""The table of ``docs/reliability.md``: each fault test says which fault it holds for which way, and the run makes the page.

A run of all of ``tests/post`` compares what passed with the page and fails where they differ; ``--write-reliability`` writes it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

import pytest

from tests.post import mail_servers, ssh_servers

HERE = Path(__file__).parent
PAGE = HERE.parents[1] / "docs" / "reliability.md"

WAYS = {"folder": "folder", "draft": "draft by hand", "smtp": "SMTP", "imap": "IMAP", "sftp": "SFTP"}
_MAIL, _NET, _ALL = ("smtp", "imap"), ("smtp", "imap", "sftp"), tuple(WAYS)
_BOXES = ("folder", "imap", "sftp")

# What can go wrong, and for which ways it can.
FAULTS: Mapping[str, tuple[str, ...]] = {
    "cut at every tenth of a transfer": ("folder", *_NET),
    "half-open connection": _NET,
    "slow link, 10 kB/s": _NET,
    "disk full over there": ("folder", *_NET),
    "disk full here": _ALL,
    "wrong host key": ("sftp",),
    "TLS certificate ended": _MAIL,
    "TLS certificate unknown, or of another host": _MAIL,
    "TLS taken out on the way": _MAIL,
    "login refused": _NET,
    "quota exceeded": ("folder", *_NET),
    "a server that lies about size": _NET,
    "larger than the server takes": ("smtp",),
    "delivered twice, or by two ways": ("folder", "draft", "imap", "sftp"),
    "delivered out of order": ("folder", "draft", "imap", "sftp"),
    "kill -9 at random moments": ("folder", *_NET),
    "kill -9 before any of its writes": ("folder",),
    "not connected, not reached": ("folder", *_NET),
    "a file that grows or changes under way": ("folder", "sftp"),
    "nothing may be written over there": _BOXES,
    "a damaged or false part": ("draft", "imap"),
    "two at once": ("folder", *_NET),
    "names of attachments that are paths": ("draft", "imap"),
    "10 000 attachments": ("draft", "imap"),
    "messages 50 deep in one another": ("draft", "imap"),
    "headers that end headers": ("draft", *_MAIL),
    "remote names and words with escapes": ("folder", *_NET),
    "a link in the place of a file or folder": ("folder", "sftp"),
}

_HEAD = """# Faults, and what the post makes of them

After each of these the next `send` or `fetch` finishes the work: nothing lost, nothing delivered twice, nothing half-visible. What is hostile is refused or
neutralised, with a sentence. This page is made by the tests themselves (`pytest tests/post -m fault --write-reliability`); every full run compares it with what passed, and fails
where it says anything else. Servers are real ones on loopback (Postfix, Dovecot, OpenSSH), and faults of a connection come from a proxy before them (`tests/post/wire.py`).

A cell says what was done and which test of the list below holds it; “–” is a fault that this way cannot have.
"""


def fault(name: str, *ways: str, seen: str = "held") -> pytest.MarkDecorator:
    """Mark a test as what holds a fault for these ways; ``seen`` says in a few words what it does."""
    for way in ways:
        assert way in FAULTS[name], f"{way} cannot have “{name}”"
    return pytest.mark.fault(name, ways, seen)


@dataclass(frozen=True, slots=True)
class Held:
    """One test that passed, and a cell that it holds."""

    fault: str
    way: str
    seen: str
    test: str


def page(held: Iterable[Held]) -> str:
    """Return the page for what passed."""
    passed = list(held)
    tests = sorted({one.test for one in passed})
    numbers = {test: number for number, test in enumerate(tests, 1)}
    lines = [f"| fault | {' | '.join(WAYS.values())} |", f"| --- |{' --- |' * len(WAYS)}"]
    for name, possible in FAULTS.items():
        cells = (_cell(passed, name, way, numbers) if way in possible else "–" for way in WAYS)
        lines.append(f"| {name} | {' | '.join(cells)} |")
    listed = [f"{number}. `{test}`" for test, number in numbers.items()]
    return "\n".join([_HEAD, *lines, "", "## The tests", "", *listed, ""])


def _cell(passed: Iterable[Held], name: str, way: str, numbers: Mapping[str, int]) -> str:
    tests: dict[tuple[int, str], int] = {}
    for one in passed:
        if (one.fault, one.way) == (name, way):
            key = (numbers[one.test], one.seen)
            tests[key] = tests.get(key, 0) + 1
    words = [
        f"{seen}{f', {count} cases' if count > 1 else ''} ({number})"
        for (number, seen), count in sorted(tests.items())
    ]
    return "; ".join(words) or "*not tried*"


@dataclass(eq=False)
class FaultTable:
    """What a run of pytest says about faults; under xdist the controller hears of every test."""

    config: pytest.Config
    held: list[Held] = field(default_factory=list)
    said: str = ""

    def pytest_itemcollected(self, item: pytest.Item) -> None:
        for mark in item.iter_markers("fault"):
            name, ways, seen = mark.args
            item.user_properties += [("fault", [name, way, seen]) for way in ways]

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        if report.when != "call" or not report.passed:
            return
        test = report.nodeid.removeprefix("tests/post/").partition("[")[0]
        for kind, words in report.user_properties:
            if kind == "fault":
                name, way, seen = cast("list[str]", words)
                self.held.append(Held(name, way, seen, test))

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        if not self._is_whole():
            return
        made = page(self.held)
        if self.config.getoption("write_reliability"):
            PAGE.write_text(made, encoding="utf-8")
            self.said = f"{PAGE.name} is written."
        elif session.exitstatus == pytest.ExitCode.OK and made != PAGE.read_text(encoding="utf-8"):
            self.said = "docs/reliability.md says something else than this run: pytest tests/post -m fault --write-reliability"
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.said:
            terminalreporter.write_line(self.said, red=True, bold=True)

    def _is_whole(self) -> bool:
        """Whether all fault tests of tests/post ran, in this process or in workers of it."""
        option = self.config.option
        chosen = ("keyword", "deselect", "ignore", "ignore_glob", "lf", "stepwise", "collectonly")
        if hasattr(self.config, "workerinput") or any(getattr(option, name, None) for name in chosen):
            return False
        if option.markexpr not in ("", "fault"):
            return False
        if mail_servers.missing() or ssh_servers.missing():
            return False
        places = [(self.config.invocation_params.dir / one).resolve() for one in self.config.args]
        return any(place == HERE or place in HERE.parents for place in places)
