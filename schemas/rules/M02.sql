-- id = "M02"
-- version = 1
-- name = "weekly-hours-over-grant"
-- severity = "warning"
-- subject = ["agreement_id", "placement_id", "reporter", "week"]
-- parameters = ["mentor_hours_per_week"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Flere mentortimer på ugen end bevilget"
-- message = "Ifølge {side_da} fik forløbet {placement_id} {hours} mentortimer i uge {week}; der er bevilget {granted} timer om ugen."
-- explanation = "Mentoraftalen, eller partnerskabsaftalen hvor der ingen mentoraftale er, bestemmer, hvor mange timer om ugen der betales for. Timer ud over det er ikke bevilget."
-- cure = "Ret timerne, eller registrér en mentoraftale, der giver de ekstra timer."
-- basis = "Mentoraftalens felt hours_per_week, ellers partnerskabsaftalens felt mentor_hours_per_week; KL om tilsyn med mentorordninger, 2018 (kl.dk/nyhed/2018/september/vigtigt-at-kommunerne-har-fokus-paa-tilsyn-med-mentorordninger/)"
-- [en]
-- title = "More mentor hours in the week than granted"
-- message = "According to the {side_en}, placement {placement_id} got {hours} mentor hours in week {week}; {granted} hours a week are granted."
-- explanation = "The mentor agreement, or the partnership agreement where there is none, sets how many hours a week are paid. Hours beyond that are not granted."
-- cure = "Correct the hours, or register a mentor agreement that grants the extra hours."
-- basis = "The mentor agreement's field hours_per_week, else the partnership agreement's mentor_hours_per_week; Local Government Denmark on supervision of mentor schemes, 2018 (kl.dk/nyhed/2018/september/vigtigt-at-kommunerne-har-fokus-paa-tilsyn-med-mentorordninger/)"
WITH total AS (
    SELECT
        agreement_id,
        jobcentre,
        placement_id,
        reporter,
        week,
        sum(hours) AS hours,
        max(hourly_rate) AS hourly_rate,
        min(date) AS first_date,
        max(date) AS last_date
    FROM hours
    WHERE week IS NOT NULL
    GROUP BY agreement_id, jobcentre, placement_id, reporter, week
),
likely AS (
    SELECT t.*, a.mentor_hours_per_week
    FROM total AS t
    JOIN agreements AS a ON a.agreement_id = t.agreement_id
    WHERE t.hours > a.mentor_hours_per_week OR t.hours > (SELECT min(hours_per_week) FROM mentor_grants)
),
reaching AS (
    SELECT t.placement_id, t.reporter, t.week, t.first_date, t.last_date, g.hours_per_week, g.valid_from, g.valid_to
    FROM likely AS t
    JOIN mentor_grants AS g ON g.placement_id = t.placement_id
    WHERE g.basis = 'trainee' AND g.valid_from <= t.last_date AND t.first_date <= COALESCE(g.valid_to, t.first_date)
    UNION ALL
    SELECT t.placement_id, t.reporter, t.week, t.first_date, t.last_date, g.hours_per_week, g.valid_from, g.valid_to
    FROM likely AS t
    JOIN mentor_grants AS g ON g.agreement_id = t.agreement_id AND g.jobcentre = t.jobcentre
    WHERE g.basis = 'place' AND g.valid_from <= t.last_date AND t.first_date <= COALESCE(g.valid_to, t.first_date)
),
covering AS (
    SELECT placement_id, reporter, week, hours_per_week
    FROM reaching
    WHERE valid_from <= first_date OR last_date <= COALESCE(valid_to, last_date)
    UNION ALL
    SELECT r.placement_id, r.reporter, r.week, r.hours_per_week
    FROM reaching AS r
    JOIN hours AS h ON h.placement_id = r.placement_id AND h.reporter = r.reporter AND h.week = r.week
    WHERE
        r.first_date < r.valid_from AND r.valid_to < r.last_date AND r.valid_from <= h.date AND h.date <= r.valid_to
),
largest AS (
    SELECT placement_id, reporter, week, max(hours_per_week) AS granted
    FROM covering
    GROUP BY placement_id, reporter, week
),
judged AS (
    SELECT t.*, COALESCE(g.granted, t.mentor_hours_per_week) AS granted
    FROM likely AS t
    LEFT JOIN largest AS g
        ON g.placement_id = t.placement_id AND g.reporter = t.reporter AND g.week = t.week
    WHERE t.hours > COALESCE(g.granted, t.mentor_hours_per_week)
),
keyed AS (
    SELECT
        h.agreement_id,
        h.jobcentre,
        h.placement_id,
        h.reporter,
        h.week,
        string_agg(
            'mentor_hours/hours/' || COALESCE(h.reporter, '') || '|' || COALESCE(h.entry_id, ''),
            chr(10) ORDER BY h.date, h.entry_id
        ) AS cells
    FROM hours AS h
    JOIN (SELECT DISTINCT placement_id, week FROM judged) AS j ON j.placement_id = h.placement_id AND j.week = h.week
    GROUP BY h.agreement_id, h.jobcentre, h.placement_id, h.reporter, h.week
)
SELECT
    j.agreement_id,
    j.placement_id,
    j.reporter,
    j.week,
    round(CAST(j.hours - j.granted AS DECIMAL(38, 2)) * j.hourly_rate * 100) AS amount_ore,
    k.cells AS evidence,
    j.hours,
    j.granted,
    CASE j.reporter WHEN 'company' THEN 'virksomheden' ELSE 'jobcenteret' END AS side_da,
    j.reporter AS side_en
FROM judged AS j
JOIN keyed AS k
    ON k.agreement_id = j.agreement_id
    AND COALESCE(k.jobcentre, '') = COALESCE(j.jobcentre, '')
    AND k.placement_id = j.placement_id
    AND COALESCE(k.reporter, '') = COALESCE(j.reporter, '')
    AND k.week = j.week
