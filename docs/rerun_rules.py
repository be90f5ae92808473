"""Run a package's own rules again with nothing but DuckDB, and hold what they find against findings.csv.

    python rerun_rules.py FOLDER          FOLDER holds the unpacked package; needs Python 3.11 and `pip install duckdb`
    python rerun_rules.py FOLDER --sql    print the SQL instead: python rerun_rules.py FOLDER --sql > rerun.sql
                                          cd FOLDER && duckdb < ../rerun.sql

Exit 0: the same finding ids. 1: others; each is printed. 2: the package holds what no rule set of ours does.
docs/verify-without-enblanket.md says what is not run, and why.
"""

from __future__ import annotations

import csv
import json
import os
import re
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, NoReturn

# The form, version 1: * is part of the key, > leads to another table; d date, t time, i integer, b boolean, h hours, m kroner,
# n any number. A table without rows does not travel, so the package alone cannot tell its columns.
FORM = """
agreements agreement_id* title company_cvr company_name company_mailbox report_by_day:i lead_jobcentre mentor_model funding places:i places_are mentor_hours_per_week:h hourly_rate:m place_rate_per_week:m max_weeks:i proration valid_from:d valid_to:d
parties agreement_id*>agreements jobcentre* role places:i auditor auditor_profile contact_mailbox
responsibilities agreement_id*>agreements question* responsible contact
sites site_id* agreement_id>agreements name postcode
mentors mentor_id* agreement_id>agreements employer jobcentre valid_from:d valid_to:d
placements placement_id* agreement_id>agreements jobcentre site_id>sites trainee_ref benefit age_group gender start:d planned_end:d actual_end:d weekly_hours:h outcome purpose
mentor_hours reporter* entry_id* placement_id>placements mentor_id>mentors date:d start_time:t end_time:t hours:h activity registered_on:d note
attendance reporter* placement_id*>placements date*:d planned_hours:h attended_hours:h absence
mentor_grants grant_id* agreement_id>agreements basis placement_id>placements jobcentre goal tasks mentor_qualifications hours_per_week:h appeal_guidance_given:b signed_on:d valid_from:d valid_to:d
confirmations placement_id*>placements week* mentor_hours_confirmed:h confirmed_on:d
extensions placement_id*>placements decided_on*:d new_planned_end:d reason
conversations conversation_id* placement_id>placements date:d kind held_by progress_score:i next_step
final_reports placement_id*>placements delivered_on:d recommendation work_capacity_note
control_totals source* measure* stated:n
claims claim_id* agreement_id>agreements jobcentre period_start:d period_end:d hours:h hourly_rate:m amount:m submitted_on:d
"""
TYPES = {
    "": ("VARCHAR", r"(?s).*\S.*"),
    "d": ("DATE", "[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    "t": ("TIME", "([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]"),
    "i": ("INTEGER", "-?[0-9]{1,9}"),
    "b": ("BOOLEAN", "true|false"),
    "h": ("DECIMAL(9, 2)", r"-?[0-9]{1,15}(\.[0-9]{1,2})?"),
    "m": ("DECIMAL(18, 2)", r"-?[0-9]{1,15}(\.[0-9]{1,2})?"),
    "n": ("DECIMAL(38, 15)", r"-?[0-9]{1,15}(\.[0-9]{1,15})?"),
}

# These need the rows of several jobcentres. F and K judge the text of cells in Python and have no SELECT.
NOT_FROM_A_PART = {"P02", "P04", "P08", "M04", "M09", "T01"}
# Whether the claim fits the hours is asked of what was reported.
NOT_CORRECTED = {"C01"}

# What an auditor may ask, and what holds where its profile does not (docs/auditors.md).
DEMANDS = {
    "grants_required": ("BOOLEAN", False),
    "final_report_days": ("INTEGER", 14),
    "attendance_tolerance": ("DECIMAL(9, 2)", "0.50"),
    "claim_tolerance": ("DECIMAL(18, 2)", "0.00"),
    "conversation_every_weeks": ("INTEGER", None),
    "registration_days": ("INTEGER", None),
    "attendance_daily": ("BOOLEAN", False),
    "responsibilities_required": ("BOOLEAN", False),
    "both_sides": ("BOOLEAN", False),
    "closed_period": ("BOOLEAN", False),
}
OTHERWISE = "SELECT * FROM main.compared WHERE NOT (signed AND found_again) ORDER BY ALL;"


class Field(NamedTuple):
    """One field of the form."""

    name: str
    kind: str
    is_key: bool
    leads_to: str


class Rule(NamedTuple):
    """A SELECT of the package: a rule, or a word that others read."""

    name: str
    is_rule: bool
    is_view: bool
    subject: list[str]
    select: str


def form() -> dict[str, list[Field]]:
    """Return the fields of each table."""
    word = re.compile(r"(\w+)(\*?)(?::(\w))?(?:>(\w+))?(?::(\w))?")
    found: dict[str, list[Field]] = {}
    for line in FORM.strip().split("\n"):
        table, *fields = line.split()
        parts = [(word.fullmatch(field) or refuse(field)).groups(default="") for field in fields]
        found[table] = [Field(name, first or last, bool(key), to) for name, key, first, to, last in parts]
    return found


def quoted(value: object) -> str:
    """Return a value as SQL."""
    return "NULL" if value is None else "'" + str(value).replace("'", "''") + "'"


def plain(name: str) -> str:
    """Return a name that stands in SQL as it is; the package is the sender's, and another name might be a command."""
    if not re.fullmatch(r"[A-Za-z0-9_]{1,64}", name):
        refuse(f"no name of ours: {name[:80]!r}")
    return name


def refuse(why: str) -> NoReturn:
    """Stop: the package holds what no rule set of ours does."""
    sys.stderr.write(f"refused: {why}\n")
    sys.exit(2)


def csv_file(path: Path) -> str:
    """Return the SQL that reads a CSV file of the package, every cell as text."""
    with path.open(encoding="utf-8", newline="") as file:
        columns = ", ".join(f"'{plain(name)}': 'VARCHAR'" for name in next(csv.reader(file)))
    return (
        f"read_csv({quoted(path.as_posix())}, columns = {{{columns}}}, header = true, auto_detect = false, "
        "delim = ',', quote = '\"', escape = '\"', nullstr = '')"
    )


def loaded() -> Iterator[str]:
    """Read every file. Afterwards DuckDB opens no other: the rules are the sender's."""
    yield "CREATE SCHEMA as_reported; CREATE SCHEMA corrected;"
    yield "CREATE TABLE found (rule VARCHAR, finding_id VARCHAR);"
    yield f"CREATE TABLE fixes AS SELECT * FROM {csv_file(Path('corrections.csv'))};"
    yield f"CREATE TABLE findings AS SELECT * FROM {csv_file(Path('findings.csv'))};"
    kinds = "{'date': 'DATE', 'iso_week': 'VARCHAR', 'month': 'VARCHAR', 'weekday': 'INTEGER', 'closed': 'BOOLEAN'}"
    yield f"CREATE TABLE calendar AS SELECT * FROM read_csv('rules/calendar.csv', header = true, columns = {kinds});"
    yield from auditors()
    for table, fields in form().items():
        path = Path("data") / f"{table}.csv"
        nothing = ", ".join(f'CAST(NULL AS VARCHAR) AS "{field.name}"' for field in fields)
        rows = f"SELECT * FROM {csv_file(path)}" if path.exists() else f"SELECT {nothing} WHERE FALSE"
        yield f"CREATE TABLE as_reported.text_{table} AS {rows};"
        yield f"CREATE TABLE corrected.text_{table} AS {corrected(table, fields)};"
    yield "SET enable_external_access = false;"


def auditors() -> Iterator[str]:
    """Make the tables that the words about auditors read."""
    columns = ", ".join(f"{name} {kind}" for name, (kind, _default) in DEMANDS.items())
    yield f"CREATE TABLE auditor_demand (profile VARCHAR, {columns});"
    yield "CREATE TABLE auditor_note (profile VARCHAR, activity VARCHAR);"
    yield "CREATE TABLE auditor_severity (profile VARCHAR, rule VARCHAR, severity VARCHAR);"
    for path in sorted(Path("auditors").glob("*.toml")):
        profile = tomllib.loads(path.read_text(encoding="utf-8"))
        asked, name = profile.get("demands", {}), quoted(profile["id"])
        values = [quoted(asked.get(demand, default)) for demand, (_kind, default) in DEMANDS.items()]
        yield f"INSERT INTO auditor_demand VALUES ({', '.join([name, *values])});"
        for activity in asked.get("note_required_for", []):
            yield f"INSERT INTO auditor_note VALUES ({name}, {quoted(activity)});"
        for rule, severity in profile.get("severity", {}).items():
            yield f"INSERT INTO auditor_severity VALUES ({name}, {quoted(rule)}, {quoted(severity)});"


def corrected(table: str, fields: list[Field]) -> str:
    """Return the reported rows with the cells of corrections.csv; one of the field * leaves its row out."""
    key = " || '|' || ".join(f"COALESCE(\"{field.name}\", '')" for field in fields if field.is_key)
    cells = ", ".join(
        f"CASE WHEN map_contains(m, '{name}') THEN m['{name}'] ELSE \"{name}\" END AS \"{name}\""
        for name in (field.name for field in fields)
    )
    last = f"SELECT DISTINCT ON (key, field) * FROM fixes WHERE \"table\" = '{table}' ORDER BY number DESC"
    fixes = f"SELECT key AS k, map_from_entries(list((field, corrected))) AS m FROM ({last}) GROUP BY key"
    return (
        f"SELECT {cells} FROM as_reported.text_{table} LEFT JOIN ({fixes}) ON k = {key} "
        "WHERE NOT COALESCE(map_contains(m, '*'), FALSE)"
    )


def typed() -> Iterator[str]:
    """Read text as values: what cannot be read is NULL; a row without its key, or that leads nowhere, is left out."""
    whole = form()
    for table, fields in whole.items():
        values, tests = [], ["TRUE"]
        for field in fields:
            kind, pattern = TYPES[field.kind]
            column = f'"{field.name}"'
            value = (
                f"CASE WHEN regexp_full_match({column}, '{pattern}') THEN TRY_CAST({column} AS {kind}) END"
            )
            values.append(f"{value} AS {column}")
            if field.is_key:
                tests.append(f"{value} IS NOT NULL")
            if field.leads_to:
                ids = f"SELECT {whole[field.leads_to][0].name} FROM text_{field.leads_to}"
                tests.append(f"({column} IS NULL OR trim({column}) = '' OR {column} IN ({ids}))")
        yield f"CREATE TABLE {table} AS SELECT {', '.join(values)} FROM text_{table} WHERE {' AND '.join(tests)};"
    dated = "period_start IS NOT NULL AND period_end IS NOT NULL"
    yield f"CREATE TABLE periods AS SELECT DISTINCT period_start, period_end FROM claims WHERE {dated};"


def rules() -> dict[str, Rule]:
    """Read rules/*.sql: a TOML header in comments, then one SELECT."""
    found: dict[str, Rule] = {}
    for path in sorted(Path("rules").glob("*.sql")):
        lines = path.read_text(encoding="utf-8").split("\n")
        said = tomllib.loads("\n".join(line[2:].strip() for line in lines if line.startswith("--")))
        select = "\n".join(line for line in lines if not line.startswith("--")).strip().rstrip(";")
        if ";" in select:
            refuse(f"{path.name!r} holds more than one statement")
        if select:
            name = plain(said.get("id") or said["name"])
            subject = [plain(column) for column in said.get("subject", [])]
            found[name] = Rule(name, "id" in said, said.get("view") is True, subject, select)
    return found


def words(select: str, known: dict[str, Rule], made: set[str]) -> Iterator[str]:
    """Make the words that a SELECT reads, each after those that it reads itself."""
    for name in re.findall(r"\b(?:FROM|JOIN)\s+([a-z_]+)\b", select, re.IGNORECASE):
        if name in known and not known[name].is_rule and name not in made:
            made.add(name)
            yield from words(known[name].select, known, made)
            kind = "VIEW" if known[name].is_view else "TABLE"
            yield f"CREATE {kind} {name} AS {known[name].select};"


def judged(known: dict[str, Rule], left_out: set[str], agreement: str) -> Iterator[str]:
    """Let every rule speak: a finding's id is the sha256 of the JSON of rule and subject."""
    made: set[str] = set()
    for rule in known.values():
        if not rule.is_rule or rule.name in left_out:
            continue
        yield from words(rule.select, known, made)
        texts = [f"COALESCE(CAST(\"{column}\" AS VARCHAR), '')" for column in rule.subject]
        parts = " || ',' || ".join(f"CAST(to_json({text}) AS VARCHAR)" for text in texts)
        # A site or mentor may have been lent by another agreement, whose own findings stay with it.
        own = f"WHERE agreement_id = {quoted(agreement)}" if "agreement_id" in rule.subject else ""
        yield (
            f"INSERT INTO main.found SELECT '{rule.name}', sha256('[\"{rule.name}\",' || {parts} || ']') "
            f"FROM ({rule.select}\n) {own};"
        )


def statements() -> Iterator[str]:
    """Return all of the SQL, in order, for the package in this folder."""
    agreement = json.loads(Path("datapackage.json").read_text(encoding="utf-8"))["agreement"]
    known = rules()
    yield from loaded()
    for shown, left_out in (("as_reported", set[str]()), ("corrected", NOT_CORRECTED)):
        yield f"SET search_path = '{shown},main';"
        yield from typed()
        yield from judged(known, NOT_FROM_A_PART | left_out, agreement)
    ran = ", ".join(
        quoted(rule.name) for rule in known.values() if rule.is_rule and rule.name not in NOT_FROM_A_PART
    )
    yield (
        "CREATE TABLE main.compared AS SELECT COALESCE(s.rule, f.rule) AS rule, "
        "COALESCE(s.finding_id, f.finding_id) AS finding_id, s.rule IS NOT NULL AS signed, f.rule IS NOT NULL AS found_again "
        f"FROM (SELECT rule, finding_id FROM main.findings WHERE rule IN ({ran})) AS s "
        "FULL JOIN (SELECT DISTINCT rule, finding_id FROM main.found) AS f ON s.finding_id = f.finding_id;"
    )


def run() -> int:
    """Run it with the module and say what differs."""
    import duckdb

    with duckdb.connect(config={"python_enable_replacements": "false"}) as connection:
        try:
            for statement in statements():
                connection.execute(statement)
        except duckdb.Error as error:
            refuse(str(error).split("\n", 1)[0])
        same = connection.execute(
            "SELECT count(*) FROM main.compared WHERE signed AND found_again"
        ).fetchall()[0][0]
        others = connection.execute(OTHERWISE).fetchall()
    for rule, finding_id, signed, _found_again in others:
        where = "only in findings.csv" if signed else "not in findings.csv"
        sys.stdout.write(f"{rule} {finding_id} {where}\n")
    sys.stdout.write(f"{same} findings found again, {len(others)} otherwise\n")
    return 1 if others else 0


if __name__ == "__main__":
    if len(sys.argv) < 2:
        sys.stderr.write(__doc__ or "")
        sys.exit(2)
    if not Path(sys.argv[1], "datapackage.json").is_file():
        refuse(f"{sys.argv[1]} is no unpacked package: unzip it into a folder, and name the folder")
    os.chdir(sys.argv[1])
    if "--sql" in sys.argv:
        sys.stdout.write("\n".join([*statements(), OTHERWISE]) + "\n")
        sys.exit(0)
    sys.exit(run())
