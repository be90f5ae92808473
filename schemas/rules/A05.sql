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
WITH week_of AS (
    SELECT l.placement_id, m.date AS monday
    FROM last_day AS l
    JOIN calendar AS m ON m.date >= l.start - 6 AND m.date <= l.last_day
    WHERE m.weekday = 1
),
silent AS (
    SELECT DISTINCT s.reporter, w.placement_id
    FROM week_of AS w
    CROSS JOIN (SELECT DISTINCT reporter FROM attended) AS s
    LEFT JOIN attended AS t
        ON t.reporter = s.reporter AND t.placement_id = w.placement_id AND t.monday = w.monday
    WHERE t.placement_id IS NULL
),
due_week AS (
    SELECT d.agreement_id, d.placement_id, d.reporter, d.week
    FROM due_day AS d
    JOIN silent AS s ON s.reporter = d.reporter AND s.placement_id = d.placement_id
    GROUP BY d.agreement_id, d.placement_id, d.reporter, d.week
    HAVING count(*) >= 3
),
present AS (
    SELECT DISTINCT t.reporter, t.placement_id, t.monday
    FROM attended AS t
    JOIN silent AS s ON s.reporter = t.reporter AND s.placement_id = t.placement_id
),
numbered AS (
    SELECT
        d.agreement_id,
        d.placement_id,
        d.reporter,
        m.date AS monday,
        r.monday IS NOT NULL AS has_row,
        sum(CASE WHEN r.monday IS NOT NULL THEN 1 ELSE 0 END)
            OVER (PARTITION BY d.placement_id, d.reporter ORDER BY m.date) AS run
    FROM due_week AS d
    JOIN calendar AS m ON m.iso_week = d.week
    LEFT JOIN present AS r
        ON r.reporter = d.reporter AND r.placement_id = d.placement_id AND r.monday = m.date
    WHERE m.weekday = 1
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
