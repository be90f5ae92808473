-- id = "A05"
-- version = 1
-- name = "missing-attendance"
-- severity = "warning"
-- subject = ["agreement_id", "placement_id", "reporter", "from", "to"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Fremmøde mangler i hele uger"
-- message = "{side_da} har intet fremmøde indberettet for forløbet {placement_id} fra {from} til {to} (hele uger uden fremmøde: {weeks})."
-- explanation = "Når forløbet løber, og der er indberettet både før og efter, skal hver uge have fremmøde eller fravær. En tom uge er som regel et ark, der er glemt."
-- cure = "Indhent fremmødet for ugerne, eller ret forløbets datoer, hvis det ikke løb."
-- basis = "Kontrolregel; baggrund: fokusrevisionen af mentorstøtte 2018-19 om manglende kontrol med leverede timer (cabiweb.dk/temaer/mentor/mentormaterialer/)"
-- [en]
-- title = "Attendance missing for whole weeks"
-- message = "{side_en} has reported no attendance for placement {placement_id} from {from} to {to} (whole weeks without attendance: {weeks})."
-- explanation = "While a placement runs, and there are reports before and after, each week must have attendance or absence. An empty week is usually a sheet forgotten."
-- cure = "Obtain the attendance of the weeks, or correct the placement's dates if it did not run."
-- basis = "Control; background: the focus audit of mentor support 2018-19 on hours delivered that nobody checked (cabiweb.dk/temaer/mentor/mentormaterialer/)"
WITH silent AS (
    SELECT l.agreement_id, l.jobcentre, l.placement_id, l.start, l.last_day, s.reporter, m.date AS monday
    FROM last_day AS l
    JOIN calendar AS m ON m.date >= l.start - 6 AND m.date <= l.last_day
    CROSS JOIN (SELECT DISTINCT reporter FROM attended) AS s
    LEFT JOIN attended AS t
        ON t.reporter = s.reporter AND t.placement_id = l.placement_id AND t.monday = m.date
    WHERE m.weekday = 1 AND t.placement_id IS NULL
),
silent_due AS (
    SELECT s.agreement_id, s.placement_id, s.reporter, s.monday
    FROM silent AS s
    JOIN open_day AS d ON d.monday = s.monday
    JOIN reported AS r
        ON r.table_name = 'attendance' AND r.agreement_id = s.agreement_id AND r.jobcentre = s.jobcentre
        AND r.reporter = s.reporter AND r.month = d.month
    WHERE s.start <= d.date AND d.date <= s.last_day AND r.first_date <= d.date AND d.date <= r.last_date
    GROUP BY s.agreement_id, s.placement_id, s.reporter, s.monday
    HAVING count(*) >= 3
),
several AS (
    -- Only between two such weeks can there be one that ends the run.
    SELECT placement_id, reporter, min(monday) AS first_monday, max(monday) AS final_monday
    FROM silent_due
    GROUP BY placement_id, reporter
    HAVING count(*) > 1
),
between_due AS (
    SELECT l.agreement_id, l.placement_id, w.reporter, d.monday
    FROM several AS w
    JOIN last_day AS l ON l.placement_id = w.placement_id
    JOIN open_day AS d ON d.monday >= w.first_monday AND d.monday <= w.final_monday
    JOIN reported AS r
        ON r.table_name = 'attendance' AND r.agreement_id = l.agreement_id AND r.jobcentre = l.jobcentre
        AND r.reporter = w.reporter AND r.month = d.month
    JOIN attended AS t ON t.reporter = w.reporter AND t.placement_id = l.placement_id AND t.monday = d.monday
    WHERE l.start <= d.date AND d.date <= l.last_day AND r.first_date <= d.date AND d.date <= r.last_date
    GROUP BY l.agreement_id, l.placement_id, w.reporter, d.monday
    HAVING count(*) >= 3
),
due_week AS (
    SELECT agreement_id, placement_id, reporter, monday, FALSE AS has_row FROM silent_due
    UNION ALL
    SELECT agreement_id, placement_id, reporter, monday, TRUE AS has_row FROM between_due
),
numbered AS (
    SELECT
        d.*,
        sum(CASE WHEN d.has_row THEN 1 ELSE 0 END)
            OVER (PARTITION BY d.placement_id, d.reporter ORDER BY d.monday) AS run
    FROM due_week AS d
)
SELECT
    agreement_id,
    placement_id,
    reporter,
    min(monday) AS "from",
    max(monday) + 6 AS "to",
    'placements/start/' || COALESCE(placement_id, '')
        || chr(10) || 'placements/planned_end/' || COALESCE(placement_id, '')
        || chr(10) || 'placements/actual_end/' || COALESCE(placement_id, '') AS evidence,
    count(*) AS weeks,
    CASE reporter WHEN 'company' THEN 'Virksomheden' ELSE 'Jobcenteret' END AS side_da,
    CASE reporter WHEN 'company' THEN 'The company' ELSE 'The jobcentre' END AS side_en
FROM numbered
WHERE NOT has_row
GROUP BY agreement_id, placement_id, reporter, run
