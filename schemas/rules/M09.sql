-- id = "M09"
-- version = 1
-- name = "mentor-week-over-limit"
-- severity = "warning"
-- subject = ["reporter", "mentor_id", "week"]
-- parameters = ["mentor_week_limit"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Mentor har for mange timer på én uge"
-- message = "Ifølge {side_da} gav mentor {mentor_id} {hours} timer i uge {week} (forløb: {placements}); grænsen er {limit} timer på en uge."
-- explanation = "En mentor kan ikke give flere timer, end en fuld arbejdsuge rummer. Det kan være de samme timer skrevet på flere forløb eller hos flere jobcentre."
-- cure = "Kontrollér ugens registreringer med mentoren, og ret datoer eller timer."
-- basis = "Kontrolregel, regelsættets grænse mentor_week_limit; baggrund: KL om for mange afregnede mentortimer, 2018 (kl.dk/nyhed/2018/september/vigtigt-at-kommunerne-har-fokus-paa-tilsyn-med-mentorordninger/)"
-- [en]
-- title = "Mentor with too many hours in a week"
-- message = "According to the {side_en}, mentor {mentor_id} gave {hours} hours in week {week} (placements: {placements}); the limit is {limit} hours a week."
-- explanation = "A mentor cannot give more hours than a full working week holds. They may be the same hours written on several placements or with several jobcentres."
-- cure = "Check the week's entries with the mentor, and correct dates or hours."
-- basis = "Control, the rule set's limit mentor_week_limit; background: Local Government Denmark on over-claimed mentor hours, 2018 (kl.dk/nyhed/2018/september/vigtigt-at-kommunerne-har-fokus-paa-tilsyn-med-mentorordninger/)"
WITH over AS (
    SELECT reporter, mentor_id, week
    FROM hours
    WHERE mentor_id IS NOT NULL AND week IS NOT NULL
    GROUP BY reporter, mentor_id, week
    HAVING sum(hours) > (SELECT mentor_week_limit FROM rule_set)
),
total AS (
    SELECT
        h.reporter,
        h.mentor_id,
        h.week,
        sum(h.hours) AS hours,
        count(DISTINCT h.placement_id) AS placements,
        CASE
            WHEN count(*) = count(h.hourly_rate) AND min(h.hourly_rate) = max(h.hourly_rate) THEN max(h.hourly_rate)
        END AS hourly_rate,
        string_agg(
            'mentor_hours/hours/' || COALESCE(h.reporter, '') || '|' || COALESCE(h.entry_id, ''),
            chr(10) ORDER BY h.date, h.entry_id
        ) AS cells
    FROM hours AS h
    JOIN (SELECT DISTINCT mentor_id, week FROM over) AS o ON o.mentor_id = h.mentor_id AND o.week = h.week
    GROUP BY h.reporter, h.mentor_id, h.week
)
SELECT
    t.reporter,
    t.mentor_id,
    t.week,
    round(CAST(t.hours - s.mentor_week_limit AS DECIMAL(38, 2)) * t.hourly_rate * 100) AS amount_ore,
    t.cells AS evidence,
    t.hours,
    t.placements,
    s.mentor_week_limit AS "limit",
    CASE t.reporter WHEN 'company' THEN 'virksomheden' ELSE 'jobcenteret' END AS side_da,
    t.reporter AS side_en
FROM total AS t
CROSS JOIN rule_set AS s
WHERE t.hours > s.mentor_week_limit
