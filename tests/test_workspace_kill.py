"""A process that dies on the way has done nothing or everything, and the next one goes on from there."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli import small
from tests.conftest import CommandLine, opened

ROOT = Path(__file__).parents[1]

# Where the process dies: a function of the house, and whether it does its work first.
DEATHS = {
    "before the first object": ("exchange.workspace.storing", "_stored_sources", False),
    "after the sources": ("exchange.workspace.storing", "_stored_sources", True),
    "after the tables": ("exchange.workspace.storing", "write_tables", True),
    "before the event": ("exchange.ledger.ledger", "_tips", False),
    "inside the transaction": ("exchange.ledger.ledger", "_insert", True),
}

SCRIPT = """
import importlib, os, sys
module, name, works = importlib.import_module(sys.argv[1]), sys.argv[2], sys.argv[3] == "True"
original = getattr(module, name)
def dies(*words, **named):
    if works:
        original(*words, **named)
    os._exit(9)
setattr(module, name, dies)
sys.argv = ["enblanket", *sys.argv[4:]]
from exchange.cli.main import run
run()
"""


def die(where: str, *words: str) -> None:
    module, name, works = DEATHS[where]
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT, module, name, str(works), *words],
        cwd=ROOT,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 9, done.stderr.decode()


@pytest.mark.parametrize("where", DEATHS)
def test_a_take_that_dies_has_taken_nothing_and_can_be_repeated(enblanket: CommandLine, where: str) -> None:
    sent = small.write(enblanket.here.parent / "sent", placements=small.PLACEMENTS)
    words = ["take", str(sent), "--from", "159", "--workspace", str(enblanket.here)]
    head = opened(enblanket.here).ledger.head()

    die(where, *words)

    after = opened(enblanket.here)
    assert after.ledger.head() == head
    assert after.ledger.verify() == []
    assert after.holdings().records("placements") == []
    assert enblanket("status").code == 0
    assert enblanket(*words).code == 0
    assert len(opened(enblanket.here).holdings().records("placements")) == 1


@pytest.mark.parametrize("where", ["before the event", "inside the transaction"])
def test_an_agreement_that_dies_can_be_added_again(enblanket: CommandLine, where: str) -> None:
    words = ["agreement", "add", str(small.agreement_file(enblanket.here.parent / "sent"))]

    die(where, *words, "--workspace", str(enblanket.here))

    assert opened(enblanket.here).chronicle().agreements == {}
    assert enblanket(*words).code == 0
    assert opened(enblanket.here).names().mentors == {}


def test_an_init_that_dies_leaves_no_half_workspace(tmp_path: Path) -> None:
    words = [
        "init",
        str(tmp_path / "new"),
        "--party",
        "159",
        "--name",
        "X",
        "--role",
        "jobcentre",
        "--no-passphrase",
    ]

    die("inside the transaction", *words)

    assert not (tmp_path / "new").exists()
    assert CommandLine(tmp_path)(*words).code == 0
