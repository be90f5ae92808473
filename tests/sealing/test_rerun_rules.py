"""docs/rerun_rules.py: a package's own rules, run by DuckDB alone, find the findings that were signed."""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType

import duckdb
import pytest

from exchange.checks.engine import NEED_SEVERAL_JOBCENTRES
from exchange.checks.profiles import Profile
from exchange.checks.rules import load_rules
from exchange.checks.typed import sql_type
from exchange.form.tables import tables
from tests.small_town import Town, files_of

DOCS = Path(__file__).parents[2] / "docs"
SCRIPT = DOCS / "rerun_rules.py"


@pytest.fixture(scope="module")
def script() -> ModuleType:
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("rerun_rules", SCRIPT)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    sys.modules["rerun_rules"] = module
    spec.loader.exec_module(module)
    return module


@pytest.fixture
def package(town: Town, tmp_path: Path) -> Path:
    """A package of the small town, unpacked: among its findings one that a correction settled, and a redacted note."""
    for name, content in files_of(town.content()).items():
        path = tmp_path / "package" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    return tmp_path / "package"


def rerun(*words: str, cwd: Path | None = None) -> tuple[int, str, str]:
    done = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), *words], cwd=cwd, capture_output=True, check=False, text=True
    )
    return done.returncode, done.stdout, done.stderr


def signed(package: Path) -> Counter[str]:
    """Return how many findings of each rule are signed; read by hand, not by the program."""
    lines = (package / "findings.csv").read_text(encoding="utf-8").split("\n")[1:-1]
    return Counter(line.split(",")[1] for line in lines if re.match("[0-9a-f]{64},", line))


def ran(rules: Counter[str]) -> int:
    return sum(
        count
        for rule, count in rules.items()
        if rule not in NEED_SEVERAL_JOBCENTRES and not rule.startswith(("F-", "K"))
    )


def test_the_findings_of_a_package_are_found_again(package: Path) -> None:
    expected = ran(signed(package))

    assert expected >= 3
    assert {"R03", "K01", "P04"} <= set(signed(package))
    assert rerun(str(package)) == (0, f"{expected} findings found again, 0 otherwise\n", "")


def test_the_page_is_run_as_it_stands(town: Town, tmp_path: Path) -> None:
    page = (DOCS / "verify-without-enblanket.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```\n(unzip -qq .*?)```", page, re.DOTALL)
    shutil.copy(SCRIPT, tmp_path)
    shutil.copy(town.packages["aud-nord"], tmp_path)
    done = subprocess.run(
        ["sh", "-ec", block], cwd=tmp_path, capture_output=True, check=False, text=True,
        env={"PATH": f"{Path(sys.executable).parent}:/usr/bin:/bin"},
    )  # fmt: skip

    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(rf"`{re.escape(done.stdout.strip())}` \(exit code 0\)", page)


def test_the_text_for_the_duckdb_command_gives_nothing_where_all_is_found(
    package: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, sql, _err = rerun(str(package), "--sql")
    monkeypatch.chdir(package)

    with duckdb.connect() as connection:
        others = connection.execute(sql).fetchall()
        again = connection.execute("SELECT count(*) FROM compared WHERE signed AND found_again").fetchall()

    assert (code, others, again) == (0, [], [(ran(signed(package)),)])


def changed(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8", newline="")


def test_a_finding_kept_back_or_made_up_is_printed(package: Path) -> None:
    path = package / "findings.csv"
    lines = path.read_text(encoding="utf-8").split("\n")
    kept_back = next(line for line in lines if ",R03," in line)
    finding_id = kept_back.split(",")[0]
    changed(path, finding_id, "f" * 64)

    code, out, _err = rerun(str(package))

    assert code == 1
    assert set(out.splitlines()) == {
        f"R03 {finding_id} not in findings.csv",
        f"R03 {'f' * 64} only in findings.csv",
        f"{ran(signed(package)) - 1} findings found again, 2 otherwise",
    }


def test_rows_altered_after_the_check_are_told_by_their_findings(package: Path) -> None:
    changed(package / "data" / "mentor_hours.csv", "2016-02-09,,,2.00", "2016-02-09,,,3.00")

    assert rerun(str(package))[0] == 1


@pytest.mark.parametrize(
    ("select", "why"),
    [
        ("SELECT 1; COPY (SELECT 1) TO 'stolen.csv'", "refused: 'R03.sql' holds more than one statement\n"),
        ("SELECT * FROM read_csv('/etc/passwd')", "refused: Permission Error: "),
        ("SELECT * FROM '/etc/passwd'", "refused: "),
    ],
)
def test_a_rule_of_the_sender_reaches_nothing(package: Path, select: str, why: str) -> None:
    path = package / "rules" / "R03.sql"
    text = path.read_text(encoding="utf-8")
    path.write_text(text[: text.index("\nWITH ") + 1] + select + "\n", encoding="utf-8")

    code, out, err = rerun(str(package))

    assert (code, out) == (2, "")
    assert err.startswith(why)
    assert not (package / "stolen.csv").exists()


@pytest.mark.parametrize("header", ['subject = ["a\' || x"]', 'id = "R03\'"', 'id = "R 03"'])
def test_a_name_that_is_none_is_refused(package: Path, header: str) -> None:
    path = package / "rules" / "R03.sql"
    text = re.sub(
        rf"^-- {header.split(maxsplit=1)[0]} = .*$",
        lambda _found: f"-- {header}",
        path.read_text(encoding="utf-8"),
        count=1,
        flags=re.M,
    )
    path.write_text(text, encoding="utf-8")

    code, out, err = rerun(str(package))

    assert (code, out) == (2, "")
    assert err.startswith("refused: no name of ours: ")


@pytest.mark.parametrize("named", ["nowhere", "packed.asice", "."])
def test_what_is_no_unpacked_package_is_one_sentence(tmp_path: Path, named: str) -> None:
    (tmp_path / "packed.asice").write_bytes(b"PK")
    done = subprocess.run(
        [sys.executable, str(SCRIPT), named], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (
        2,
        "",
        f"refused: {named} is no unpacked package: unzip it into a folder, and name the folder\n",
    )


def test_it_needs_nothing_but_python_and_duckdb() -> None:
    imported: set[str] = set()
    for node in ast.walk(ast.parse(SCRIPT.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            imported.add((node.module or "").partition(".")[0])

    assert {name for name in imported if name not in sys.stdlib_module_names} == {"duckdb"}


def types_of(fields: Sequence[object], script: ModuleType) -> list[tuple[str, str, bool, str]]:
    return [
        (field.name, script.TYPES[field.kind][0], field.is_key, field.leads_to)  # type: ignore[attr-defined]
        for field in fields
    ]


def test_the_form_that_it_holds_is_ours(script: ModuleType) -> None:
    expected = {
        table.name: [
            (
                field.name,
                sql_type(field),
                field.name in table.primary_key,
                next((key.table for key in table.foreign_keys if key.field == field.name), ""),
            )
            for field in table.fields
        ]
        for table in tables().values()
    }

    assert {name: types_of(fields, script) for name, fields in script.form().items()} == expected


def test_what_it_leaves_out_and_what_profiles_leave_open_is_ours(script: ModuleType) -> None:
    plain = Profile(id="", title_da="", title_en="")

    assert script.NOT_FROM_A_PART == NEED_SEVERAL_JOBCENTRES
    assert {name: default for name, (_kind, default) in script.DEMANDS.items()} == {
        name: (str(value) if not isinstance(value := getattr(plain, name), bool | int | None) else value)
        for name in script.DEMANDS
    }
    assert all(
        rule.sql or rule.id.startswith(("F-", "K")) or rule.id == "T01"
        for rule in load_rules().rules.values()
    )
