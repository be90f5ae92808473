"""The shell: what is loaded when, which stream says what, and one sentence for every mistake."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path

import pytest

from exchange.cli.commands import load, summaries
from exchange.cli.terminal import Terminal
from tests.conftest import CommandLine, SteppingClock

ROOT = Path(__file__).parents[2]
HEAVY = {
    "duckdb", "_duckdb", "sqlite3", "rich", "textual", "frictionless", "cryptography", "asn1crypto", "pyrage", "openpyxl",
    "tomllib", "csv", "decimal", "exchange.workspace.folder", "exchange.form", "exchange.checks", "exchange.sealing",
}  # fmt: skip


def loaded_by(*words: str) -> set[str]:
    script = (
        "import sys\nfrom exchange.cli.main import run\nsys.argv = ['enblanket', *sys.argv[1:]]\n"
        "try:\n    run()\nexcept SystemExit:\n    pass\nprint(*sys.modules, file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *words],
        cwd=ROOT,
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    return set(done.stderr.split())


@pytest.mark.parametrize("words", [["--help"], ["take", "--help"], ["check", "--help"], ["init", "--help"]])
def test_help_loads_nothing_that_costs(words: list[str]) -> None:
    assert loaded_by(*words) & HEAVY == set()


def test_json_never_loads_rich(filled: CommandLine) -> None:
    modules = loaded_by("check", "--format", "json", "--workspace", str(filled.here))

    assert modules & {"duckdb", "_duckdb"}
    assert modules & {"rich", "textual", "cryptography"} == set()


def modules_there() -> list[str]:
    shipped = {path.stem for path in (ROOT / "exchange" / "cli").glob("*.py")}
    return [name for name in summaries() if name in shipped]


@pytest.mark.parametrize("name", modules_there())
def test_every_command_helps_in_both_languages(enblanket: CommandLine, name: str) -> None:
    for language in ("da", "en"):
        said = enblanket(name, "--help", "--lang", language)
        assert said.code == 0
        assert f"enblanket {name}" in said.out
        assert said.err == ""
    assert callable(load(name).run)


def test_every_command_is_a_module() -> None:
    assert set(modules_there()) <= set(summaries())
    helpers = {
        "__init__",
        "main",
        "commands",
        "arguments",
        "argparse_texts",
        "terminal",
        "passphrase",
        "wording",
    }
    unknown = {path.stem for path in (ROOT / "exchange" / "cli").glob("*.py")} - helpers - set(summaries())

    assert not {name for name in unknown if hasattr(load(name), "add_arguments")}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["chekc"], "There is no command “chekc”; did you mean check?"),
        (["frobnicate"], "There is no command “frobnicate”; “enblanket --help” lists them."),
        (["--frob"], "Unrecognized arguments: --frob; “enblanket --help” tells what it takes."),
        (["take"], "Name the files and who sent them: enblanket take FILE... --from PARTY."),
        (["check", "--frob"], "Unrecognized arguments: --frob; “enblanket check --help” tells what it takes."),
        (["take", "x.csv", "--from", "Falck"], "“Falck” is no party: give a municipality code (159), a CVR number (12345678) or an audit firm (aud-nord)."),
    ],
)  # fmt: skip
def test_a_mistake_is_one_sentence_and_exit_2(
    enblanket: CommandLine, words: list[str], sentence: str
) -> None:
    said = enblanket(*words)

    assert (said.code, said.out, said.err) == (2, "", f"enblanket: {sentence}\n")


@pytest.mark.parametrize("command", ["status", "check", "log", "settle", "decide", "take", "agreement"])
def test_a_folder_that_is_no_workspace_is_one_sentence(tmp_path: Path, command: str) -> None:
    words = {
        "settle": ["--period", "2016-01-01..2016-01-31"],
        "decide": ["abcdef", "accept"],
        "take": ["x.csv", "--from", "159"],
        "agreement": ["add", "x.toml"],
    }.get(command, [])

    said = CommandLine(tmp_path)(command, *words)
    named = CommandLine(tmp_path)(command, *words, "--workspace", "elsewhere")

    assert (said.code, said.err) == (
        2,
        f"enblanket: {tmp_path} is no workspace: make one with “enblanket init DIR”, or name one with --workspace.\n",
    )
    elsewhere = tmp_path / "elsewhere"
    assert (named.code, named.err) == (
        2,
        f"enblanket: {elsewhere} is no workspace: it holds no enblanket.toml; make one with “enblanket init {elsewhere}”.\n",
    )


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        ("format = 2\n", "{path}: format is not 1; use the enblanket that made it."),
        (
            'format = 1\nparty = 159\nname = "x"\n',
            "{path}: party and name must be texts in quotes, and language da or en.",
        ),
        ("format = \n", "{path} cannot be read: Invalid value (at line 1, column 10); mend that line."),
    ],
)
def test_a_broken_enblanket_toml_is_one_sentence(enblanket: CommandLine, content: str, sentence: str) -> None:
    path = enblanket.here / "enblanket.toml"
    path.write_text(content, encoding="utf-8")

    said = enblanket("status")

    assert (said.code, said.err) == (2, f"enblanket: {sentence.format(path=path)}\n")


def test_a_workspace_is_found_from_a_folder_inside_it(enblanket: CommandLine) -> None:
    inside = CommandLine(enblanket.here / "inbox")

    assert inside("log").code == 0
    assert CommandLine(enblanket.here.parent)("--workspace", "gladsaxe", "log").code == 0


@pytest.mark.parametrize(
    ("party", "role", "following"),
    [("159", "jobcentre", "agreement add FILE.toml"), ("aud-nord", "auditor", "keys trust LEAD.card")],
)
def test_a_new_workspace_names_the_next_command_of_its_owner(
    tmp_path: Path, party: str, role: str, following: str
) -> None:
    said = CommandLine(tmp_path)(
        "init", "new", "--party", party, "--name", "X", "--role", role, "--no-passphrase"
    )
    assert said.err == f"Next: enblanket {following} --workspace new\n"
    status = CommandLine(tmp_path / "new")("status", "--lang", "en").out
    assert status.endswith(f"\nNext: enblanket {following}\n")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["--party", "159", "--role", "company"], "159 is a jobcentre by its form: give --role jobcentre, or another --party."),
        (["--party", "15", "--role", "jobcentre"], "“15” is no party: give a municipality code (159), a CVR number (12345678) or an audit firm (aud-nord)."),
    ],
)  # fmt: skip
def test_init_refuses_a_party_that_is_not_its_role(tmp_path: Path, words: list[str], sentence: str) -> None:
    said = CommandLine(tmp_path)("init", "new", *words, "--name", "X", "--no-passphrase")

    assert (said.code, said.err) == (2, f"enblanket: {sentence}\n")
    assert list(tmp_path.iterdir()) == []


def test_init_fills_an_empty_folder_and_refuses_a_workspace(tmp_path: Path) -> None:
    (tmp_path / "new").mkdir()
    words = [
        "init",
        "new",
        "--party",
        "12345678",
        "--name",
        "Redning A/S",
        "--role",
        "company",
        "--no-passphrase",
    ]

    first, second = CommandLine(tmp_path)(*words, "--format", "json"), CommandLine(tmp_path)(*words)

    assert first.records[0]["party"] == "12345678"
    assert (second.code, second.err) == (
        2,
        f"enblanket: {tmp_path / 'new'} is already a workspace; choose another folder.\n",
    )
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == [
        "agreements", "auditors", "enblanket.toml", "inbox", "keys", "layouts", "ledger.sqlite", "objects", "outbox", "trust",
    ]  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["new"]


def test_init_needs_somebody_to_ask_for_a_passphrase(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with Path(os.devnull).open(encoding="utf-8") as nobody:
        monkeypatch.setattr(sys, "stdin", nobody)
        said = CommandLine(tmp_path)("init", "new", "--party", "159", "--name", "X", "--role", "jobcentre")

    assert (said.code, said.err) == (
        2,
        "enblanket: Nobody can be asked for a passphrase here; give --passphrase-fd N, or choose --no-passphrase.\n",
    )


def test_a_wrong_passphrase_is_one_sentence(tmp_path: Path) -> None:
    from exchange.sealing.keys import unlock_age

    reading, writing = os.pipe()
    os.write(writing, "kaffe på kande\n".encode())
    os.close(writing)
    line = CommandLine(tmp_path)
    said = line(
        "init", "new", "--party", "159", "--name", "X", "--role", "jobcentre", "--passphrase-fd", str(reading)
    )
    os.close(reading)

    assert said.code == 0, said.err
    assert unlock_age(tmp_path / "new" / "keys", "kaffe på kande".encode).recipient.startswith("age1")


def test_hostile_text_reaches_no_terminal() -> None:
    out, err = BytesIO(), BytesIO()
    terminal = Terminal(out, err, SteppingClock(), Path())
    hostile = "\x1b]52;c;evil\x07 \u202eabc \x9b31m Sønderborg"

    terminal.line(hostile)
    terminal.error(hostile)
    terminal.record({"value": hostile})

    for written in (out.getvalue(), err.getvalue()):
        text = written.decode()
        assert not {"\x1b", "\x07", "\u202e", "\x9b"} & set(text)
        assert "Sønderborg" in text
    assert json.loads(out.getvalue().decode().splitlines()[1]) == {"value": hostile}


def test_a_reader_that_leaves_early_causes_no_traceback() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with os.fdopen(writing, "wb") as nobody:
        done = subprocess.run(
            [sys.executable, "-c", "from exchange.cli.main import run; run()"],
            cwd=ROOT,
            stdout=nobody,
            stderr=subprocess.PIPE,
            check=False,
        )

    assert (done.returncode, done.stderr) == (2, b"")


def test_answers_are_utf_8_whatever_the_system_says() -> None:
    environment = {**os.environ, "PYTHONIOENCODING": "ascii", "LC_ALL": "C", "PYTHONUTF8": "0"}
    done = subprocess.run(
        [sys.executable, "-c", "from exchange.cli.main import run; import sys; sys.argv = ['e', 'explain', 'R01']; run()"],
        cwd=ROOT, capture_output=True, check=True, env=environment,
    )  # fmt: skip

    assert any(letter in done.stdout.decode("utf-8") for letter in "æøå")
