"""A made-up national year of the form's tables, as canonical CSV: 98 jobcentres, 500 agreements, 50 000 placements.

At size 1 about 3 million attendance rows and 1 million mentor-hour rows. What a row holds is decided by hashes of its
number, so that a size always gives the same rows. Something under one row in a hundred is wrong on purpose, in the
ways the rules know: lost rows, shifted dates, lost decimal points, wrong persons, late registrations, missing reports.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from exchange.checks.rules import load_rules
from exchange.form.codes import code_list
from exchange.form.tables import Table, tables

if TYPE_CHECKING:
    import duckdb

YEAR = 2016
_PLACEMENTS = 50_000
_AGREEMENTS = 500
_JOBCENTRES_EACH = 4

_CHANCE = """CREATE MACRO chance(salt, a, b) AS CAST(hash(salt || '/' || CAST(a AS VARCHAR) || '/' || CAST(b AS VARCHAR)) % 10000 AS INTEGER)"""

_WORLD = f"""
CREATE TABLE code AS SELECT unnest($codes) AS jobcentre, unnest(range(len($codes))) AS n;
CREATE TABLE agreement AS SELECT n AS a, 'AFT-' || lpad(CAST(n AS VARCHAR), 4, '0') AS agreement_id,
  CASE WHEN n % 10 = 0 THEN 'none' WHEN n % 10 = 1 THEN 'per-place' ELSE 'per-occupied-place' END AS funding
  FROM range($agreements) AS r(n);
CREATE TABLE party AS SELECT a.*, k.n AS k, c.jobcentre,
  [NULL, 'daily-both-sides', 'weekly-totals-with-notes', 'grants-and-appeal', 'conversations-four-weeks'][1 + c.n % 5]
    AS auditor_profile
  FROM agreement AS a, range({_JOBCENTRES_EACH}) AS k(n), code AS c
  WHERE c.n = (a.a * 7 + k.n * 13) % len($codes);
CREATE TABLE placement AS SELECT p.n AS p, p.n // $agreements AS turn, y.jobcentre || '-' || lpad(CAST(p.n AS VARCHAR), 5, '0') AS placement_id,
  y.a, y.agreement_id, y.jobcentre, y.auditor_profile, y.funding, s.start,
  CAST(s.start + INTERVAL (29 + 7 * (p.n // 7 % 5)) DAY AS DATE) AS last_day
  FROM range($placements) AS p(n)
  INNER JOIN party AS y ON y.a = p.n % $agreements AND y.k = p.n // $agreements % {_JOBCENTRES_EACH}
  CROSS JOIN LATERAL (SELECT CAST(DATE '{YEAR}-01-04' + INTERVAL (chance('start', p.n, 0) % 302) DAY AS DATE) AS start) AS s;
CREATE TABLE open_day AS SELECT CAST(f[1] AS DATE) AS date, f[2] AS week, CAST(f[4] AS INTEGER) AS weekday
  FROM (SELECT string_split(unnest(string_split($calendar, chr(10))), ',') AS f)
  WHERE f[5] = 'false' AND substr(f[1], 6) NOT IN ('06-05', '12-24', '12-31') AND substr(f[1], 1, 4) = '{YEAR}';
CREATE TABLE day AS SELECT p.*, d.date, d.week, d.weekday, CAST(right(d.week, 2) AS INTEGER) AS week_number FROM placement AS p
  INNER JOIN open_day AS d ON d.date BETWEEN p.start AND p.last_day;
"""

_TABLES = {
    "agreements": """SELECT agreement_id, 'Partnerskab om praktik ' || a AS title,
        lpad(CAST(10000000 + a AS VARCHAR), 8, '0') AS company_cvr, 'Virksomhed ' || a || ' A/S' AS company_name,
        'post' || a || '@example.dk' AS company_mailbox, '10' AS report_by_day,
        (SELECT jobcentre FROM party AS y WHERE y.a = g.a AND y.k = 0) AS lead_jobcentre,
        'company-mentor' AS mentor_model, funding, CASE WHEN a % 10 = 3 THEN '12' ELSE '4' END AS places,
        CASE WHEN a % 10 = 3 THEN 'exact' ELSE 'minimum' END AS places_are, '1.50' AS mentor_hours_per_week,
        '275.00' AS hourly_rate, '900.00' AS place_rate_per_week, '26' AS max_weeks, 'weekdays' AS proration,
        '2016-01-01' AS valid_from, '2016-12-31' AS valid_to FROM agreement AS g""",
    "parties": """SELECT agreement_id, jobcentre, CASE k WHEN 0 THEN 'lead' ELSE 'participant' END AS role,
        CASE WHEN a % 10 = 3 THEN '3' ELSE '1' END AS places, NULL AS auditor, auditor_profile,
        'jobcenter' || jobcentre || '@example.dk' AS contact_mailbox FROM party""",
    "responsibilities": """SELECT agreement_id, unnest($questions) AS question, 'company-mentor' AS responsible,
        'mentor@example.dk' AS contact FROM agreement WHERE chance('responsible', a, 0) >= 100""",
    "sites": """SELECT 'S-' || a || '-' || n AS site_id, agreement_id, 'Afdeling ' || n AS name,
        CAST(2000 + a AS VARCHAR) AS postcode FROM agreement, range(2) AS r(n)""",
    "mentors": """SELECT 'M-' || a || '-' || n AS mentor_id, agreement_id, 'company' AS employer, NULL AS jobcentre,
        '2015-06-01' AS valid_from, NULL AS valid_to FROM agreement, range(5) AS r(n)""",
    "placements": """SELECT placement_id, agreement_id, jobcentre, 'S-' || a || '-' || p % 2 AS site_id,
        't-' || lpad(CAST(CASE WHEN chance('same', p, 0) < 20 THEN greatest(p - $agreements, 0) ELSE p END AS VARCHAR), 6, '0')
            AS trainee_ref,
        $benefits[1 + chance('benefit', p, 0) % len($benefits)] AS benefit,
        CASE WHEN p % 3 = 0 THEN 'under-30' ELSE '30-plus' END AS age_group, CASE WHEN p % 2 = 0 THEN 'f' ELSE 'm' END AS gender,
        start, CASE WHEN chance('late', p, 0) < 50 THEN last_day - 14 ELSE last_day END AS planned_end, last_day AS actual_end,
        '25.00' AS weekly_hours,
        CASE WHEN chance('outcome', p, 0) < 100 THEN NULL ELSE $outcomes[1 + chance('outcome', p, 0) % len($outcomes)] END AS outcome,
        'Afklaring af arbejdsevne og mødestabilitet i forløb ' || p AS purpose FROM placement""",
    "attendance": """SELECT r.reporter, placement_id,
        CASE WHEN chance('outside' || r.reporter, p, date) < 3 THEN last_day + 3 ELSE date END AS date,
        '5.00' AS planned_hours,
        CASE WHEN c < 5 THEN 'fem' WHEN c < 13 THEN '50.00' WHEN c < 23 THEN '2.50' WHEN c < 33 THEN '1.00' WHEN c < 43 THEN '5.75'
            WHEN absent THEN '0.00' ELSE '5.00' END AS attended_hours,
        CASE WHEN absent THEN 'sick' WHEN c BETWEEN 13 AND 22 THEN 'other' END AS absence
        FROM (SELECT *, chance('absent', p, date) < 600 AS absent FROM day), (VALUES ('company'), ('jobcentre')) AS r(reporter),
        LATERAL (SELECT CASE WHEN chance('page', p, 0) % 10 = 0 OR r.reporter = 'jobcentre'
            THEN chance('attended' || r.reporter, p, date) ELSE 9999 END AS c)
        WHERE NOT (chance('week' || r.reporter, p, week) < 20)
        QUALIFY row_number() OVER (PARTITION BY r.reporter, placement_id,
            CASE WHEN chance('outside' || r.reporter, p, date) < 3 THEN last_day + 3 ELSE date END ORDER BY date) = 1""",
    "mentor_hours": """SELECT r.reporter, left(r.reporter, 1) || '-' || lpad(CAST(row_number() OVER (ORDER BY r.reporter, p, date, copy) AS VARCHAR), 8, '0') AS entry_id,
        placement_id, 'M-' || a || '-' || CASE WHEN c BETWEEN 60 AND 64 AND r.reporter = 'jobcentre' THEN 4 ELSE turn // 4 % 4 END AS mentor_id,
        CASE WHEN c BETWEEN 50 AND 59 AND r.reporter = 'jobcentre' THEN date + 1 ELSE date END AS date,
        CASE WHEN p % 2 = 0 THEN '09:00:00' END AS start_time, CASE WHEN p % 2 = 0 THEN '10:00:00' END AS end_time,
        CASE WHEN c < 5 AND r.reporter = 'jobcentre' THEN '10.00' WHEN c < 10 AND r.reporter = 'jobcentre' THEN '2.00'
            WHEN c < 15 AND r.reporter = 'jobcentre' THEN '0.85' ELSE CASE weekday % 2 WHEN 0 THEN '1.00' ELSE '1.25' END END AS hours,
        CASE WHEN absent THEN 'conversation' ELSE $activities[1 + d % len($activities)] END AS activity,
        CASE WHEN c BETWEEN 70 AND 79 THEN date + 45 WHEN c BETWEEN 80 AND 81 THEN date - 1 ELSE date + (d % 6)::INTEGER END AS registered_on,
        CASE WHEN d < 2 THEN 'Ring til tlf 12 34 56 78 om vagtplanen' WHEN c BETWEEN 90 AND 92 THEN NULL
            ELSE 'Samtale om opgaver, møderutiner og næste uge' END AS note
        FROM (SELECT *, chance('hours', p, date) AS c, chance('activity', p, date) AS d, chance('absent', p, date) < 600 AS absent
            FROM day WHERE weekday = 1 + turn % 5 OR (weekday = 1 + (turn + 2) % 5 AND (week_number + turn) % 3 <> 0)),
        (VALUES ('company'), ('jobcentre')) AS r(reporter), range(CASE WHEN c BETWEEN 93 AND 95 THEN 2 ELSE 1 END) AS x(copy)
        WHERE NOT (c BETWEEN 20 AND 34 AND r.reporter = 'jobcentre') AND NOT (c BETWEEN 35 AND 45 AND r.reporter = 'company')
        AND NOT (chance('silent', a, jobcentre || month(date)) < 30 AND r.reporter = 'jobcentre')""",
    "mentor_grants": """SELECT 'G-' || y.agreement_id || '-' || y.jobcentre || '-' || h.n AS grant_id, y.agreement_id, 'place' AS basis,
        NULL AS placement_id, y.jobcentre, 'Stabilt fremmøde' AS goal, 'Samtaler hver uge' AS tasks, 'Mentoruddannelse' AS mentor_qualifications,
        '3.00' AS hours_per_week, CASE WHEN chance('grant', y.a, y.k) < 100 THEN 'false' ELSE 'true' END AS appeal_guidance_given,
        '2015-12-15' AS signed_on, CASE h.n WHEN 1 THEN '2016-01-01' ELSE '2016-07-01' END AS valid_from,
        CASE WHEN h.n = 1 THEN '2016-06-30' WHEN chance('grant', y.a, y.k) > 9950 THEN '2016-12-01' ELSE '2016-12-31' END AS valid_to
        FROM party AS y, (VALUES (1), (2)) AS h(n)""",
    "confirmations": """SELECT placement_id, week, CASE WHEN chance('confirmed', p, week) < 50 THEN '1.00' ELSE '3.00' END AS mentor_hours_confirmed,
        max(date) + 7 AS confirmed_on FROM day GROUP BY placement_id, p, week""",
    "extensions": """SELECT placement_id, last_day - 20 AS decided_on, last_day AS new_planned_end, 'Konkret vurdering' AS reason
        FROM placement WHERE chance('late', p, 0) < 25""",
    "conversations": """SELECT 'K-' || placement_id || '-' || n AS conversation_id, placement_id, start + CAST(21 * n AS INTEGER) AS date,
        CASE n WHEN 0 THEN 'start' ELSE 'progress' END AS kind, 'M-' || a || '-' || turn // 4 % 4 AS held_by, CAST(4 + n AS VARCHAR) AS progress_score,
        'Fortsætter med flere opgaver' AS next_step FROM placement, range(3) AS r(n)
        WHERE start + CAST(21 * n AS INTEGER) <= last_day AND chance('talk', p, n) >= 60""",
    "final_reports": """SELECT placement_id, last_day + CASE WHEN chance('report', p, 1) < 80 THEN 40 ELSE 5 END AS delivered_on,
        $outcomes[1 + chance('outcome', p, 0) % len($outcomes)] AS recommendation, 'Kan arbejde 25 timer om ugen' AS work_capacity_note
        FROM placement WHERE chance('report', p, 0) >= 80""",
    "control_totals": """SELECT 'timer-' || jobcentre || '.xlsx' AS source,
        'mentor_hours.sum[jobcentre=' || jobcentre || ';month=2016-' || lpad(CAST(month(CAST(date AS DATE)) AS VARCHAR), 2, '0') || ']' AS measure,
        SUM(CAST(hours AS DECIMAL(9, 2))) + CASE WHEN hash(jobcentre) % 50 = 0 THEN 1 ELSE 0 END AS stated
        FROM mentor_hours INNER JOIN placement USING (placement_id) GROUP BY jobcentre, month(CAST(date AS DATE))
        UNION ALL
        SELECT 'samlet-' || agreement_id || '.xlsx', 'placements.count[agreement=' || agreement_id || ']',
            COUNT(*) + CASE WHEN hash(agreement_id) % 50 = 0 THEN 1 ELSE 0 END
        FROM placement GROUP BY agreement_id""",
    "claims": """SELECT 'K-' || agreement_id || '-' || jobcentre || '-' || lpad(CAST(month(first) AS VARCHAR), 2, '0') AS claim_id, agreement_id, jobcentre,
        first AS period_start, last_day(first) AS period_end, CAST(0.3 * days AS DECIMAL(9, 2)) AS hours, CASE funding WHEN 'per-place' THEN NULL ELSE CAST(275 AS DECIMAL(9, 2)) END AS hourly_rate,
        CASE funding WHEN 'none' THEN CAST(0 AS DECIMAL(18, 2))
            WHEN 'per-place' THEN CAST(0.2 * 900 * (SELECT count(*) FROM range(first, last_day(first) + 1, INTERVAL 1 DAY) AS r(d) WHERE isodow(d) < 6) AS DECIMAL(18, 2))
            ELSE CAST(82.5 * days + CASE WHEN chance('claim', agreement_id || jobcentre, month(first)) < 100 THEN 50 ELSE 0 END AS DECIMAL(18, 2)) END AS amount,
        last_day(first) + 5 AS submitted_on
        FROM (SELECT agreement_id, jobcentre, funding, date_trunc('month', date)::DATE AS first, COUNT(*) AS days FROM (
            SELECT agreement_id, jobcentre, funding, unnest(range(start, last_day + 1, INTERVAL 1 DAY))::DATE AS date FROM placement)
            WHERE isodow(date) < 6 GROUP BY ALL)""",
}


def write_year(folder: Path, size: float) -> None:
    """Write every table as ``<table>.csv``, sorted by primary key as the form's own writer does."""
    import duckdb

    with duckdb.connect() as connection:
        connection.execute("SET preserve_insertion_order = false")
        connection.execute("SET enable_progress_bar = false")
        _make_world(connection, size)
        for table in tables().values():
            _write(connection, table, folder / f"{table.name}.csv")


def _make_world(connection: duckdb.DuckDBPyConnection, size: float) -> None:
    connection.execute(_CHANCE)
    settings: dict[str, object] = {
        "codes": [code.code for code in code_list("municipality").codes],
        "agreements": round(_AGREEMENTS * size),
        "placements": round(_PLACEMENTS * size),
        "calendar": "\n".join(load_rules().calendar.split()[1:]),
        "activities": ["conversation", "training", "workplace-support", "coordination", "progress-review"],
        **{
            name + "s": [code.code for code in code_list(name).codes]
            for name in ("question", "benefit", "outcome")
        },
    }
    for name, value in settings.items():
        connection.execute(f"SET VARIABLE {name} = ?", [value])
    for statement in _WORLD.split(";\n"):
        if statement.strip():
            connection.execute(_with_variables(statement))


def _with_variables(sql: str) -> str:
    import re

    return re.sub(r"\$([a-z]+)", r"getvariable('\1')", sql)


def _write(connection: duckdb.DuckDBPyConnection, table: Table, path: Path) -> None:
    connection.execute(f"CREATE TABLE {table.name} AS {_with_variables(_TABLES[table.name])}")
    names = ", ".join(f'"{name}"' for name in table.field_names)
    key = ", ".join(f'"{name}"' for name in table.primary_key)
    target = str(path).replace("'", "''")
    connection.execute(
        f"COPY (SELECT {names} FROM {table.name} ORDER BY {key}) TO '{target}' (HEADER, DELIMITER ',')"
    )
    if table.name not in ("mentor_hours",):
        connection.execute(f"DROP TABLE {table.name}")
