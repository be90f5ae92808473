-- id = "D04"
-- version = 1
-- name = "attendance-not-daily"
-- severity = "warning"
-- subject = ["agreement_id", "placement_id", "reporter", "from", "to"]
-- parameters = ["attendance_daily"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Fremmøde ikke ført hver dag"
-- message = "{side_da} mangler fremmøde for forløbet {placement_id} fra {from} til {to} (arbejdsdage uden linje: {days})."
-- explanation = "Revisor kræver en linje for hver arbejdsdag, også når borgeren er fraværende. En dag uden linje kan hverken vise fremmøde eller fravær."
-- cure = "Indhent fremmøde eller fravær for de manglende dage."
-- basis = "Revisorprofilens krav attendance_daily"
-- [en]
-- title = "Attendance not kept daily"
-- message = "{side_en} has no attendance for placement {placement_id} from {from} to {to} (working days without a row: {days})."
-- explanation = "The auditor asks for a row for every working day, also when the trainee is absent. A day without a row shows neither attendance nor absence."
-- cure = "Obtain the attendance or absence of the missing days."
-- basis = "The auditor profile's demand attendance_daily"
WITH demanded AS (
    SELECT d.agreement_id, d.jobcentre, d.placement_id, d.reporter, d.date, t.date IS NOT NULL AS has_row
    FROM due_day AS d
    JOIN profile AS v ON v.agreement_id = d.agreement_id AND v.jobcentre = d.jobcentre
    LEFT JOIN attendance AS t
        ON t.reporter = d.reporter AND t.placement_id = d.placement_id AND t.date = d.date
    WHERE v.attendance_daily
),
lacking AS (
    SELECT DISTINCT placement_id, reporter FROM demanded WHERE NOT has_row
),
numbered AS (
    SELECT
        d.*,
        sum(CASE WHEN d.has_row THEN 1 ELSE 0 END)
            OVER (PARTITION BY d.placement_id, d.reporter ORDER BY d.date) AS run
    FROM demanded AS d
    JOIN lacking AS k ON k.placement_id = d.placement_id AND k.reporter = d.reporter
),
found AS (
    SELECT
        agreement_id,
        jobcentre,
        placement_id,
        reporter,
        min(date) AS first_date,
        max(date) AS final_date,
        count(*) AS days
    FROM numbered
    WHERE NOT has_row
    GROUP BY agreement_id, jobcentre, placement_id, reporter, run
)
SELECT
    f.agreement_id,
    f.placement_id,
    f.reporter,
    f.first_date AS "from",
    f.final_date AS "to",
    s.severity,
    'placements/start/' || COALESCE(f.placement_id, '')
        || chr(10) || 'placements/planned_end/' || COALESCE(f.placement_id, '')
        || chr(10) || 'placements/actual_end/' || COALESCE(f.placement_id, '') AS evidence,
    f.days,
    CASE f.reporter WHEN 'company' THEN 'Virksomheden' ELSE 'Jobcenteret' END AS side_da,
    CASE f.reporter WHEN 'company' THEN 'The company' ELSE 'The jobcentre' END AS side_en
FROM found AS f
LEFT JOIN profile_severity AS s
    ON s.agreement_id = f.agreement_id AND s.jobcentre = f.jobcentre AND s.rule = 'D04'
