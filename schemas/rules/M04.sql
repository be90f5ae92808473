-- id = "M04"
-- version = 1
-- name = "mentor-day-over-limit"
-- severity = "warning"
-- subject = ["reporter", "mentor_id", "date"]
-- parameters = ["mentor_day_limit"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Mentor har for mange timer på én dag"
-- message = "Ifølge {side_da} gav mentor {mentor_id} {hours} timer den {date} (forløb: {placements}); grænsen er {limit} timer på en dag."
-- explanation = "Så mange timer på én dag er usandsynligt. Det kan være timer fra flere dage skrevet på én, eller de samme timer skrevet på flere forløb."
-- cure = "Kontrollér dagens registreringer med mentoren, og ret datoer eller timer."
-- basis = "Kontrolregel, regelsættets grænse mentor_day_limit; baggrund: KL om for mange afregnede mentortimer, 2018 (kl.dk/nyhed/2018/september/vigtigt-at-kommunerne-har-fokus-paa-tilsyn-med-mentorordninger/)"
-- [en]
-- title = "Mentor with too many hours in a day"
-- message = "According to the {side_en}, mentor {mentor_id} gave {hours} hours on {date} (placements: {placements}); the limit is {limit} hours a day."
-- explanation = "So many hours in one day are unlikely. They may be the hours of several days written on one, or the same hours written on several placements."
-- cure = "Check the day's entries with the mentor, and correct dates or hours."
-- basis = "Control, the rule set's limit mentor_day_limit; background: Local Government Denmark on over-claimed mentor hours, 2018 (kl.dk/nyhed/2018/september/vigtigt-at-kommunerne-har-fokus-paa-tilsyn-med-mentorordninger/)"
WITH over AS (
    SELECT reporter, mentor_id, date
    FROM hours
    WHERE mentor_id IS NOT NULL AND date IS NOT NULL
    GROUP BY reporter, mentor_id, date
    HAVING sum(hours) > (SELECT mentor_day_limit FROM rule_set)
),
total AS (
    SELECT
        h.reporter,
        h.mentor_id,
        h.date,
        sum(h.hours) AS hours,
        count(DISTINCT h.placement_id) AS placements,
        CASE
            WHEN count(*) = count(h.hourly_rate) AND min(h.hourly_rate) = max(h.hourly_rate) THEN max(h.hourly_rate)
        END AS hourly_rate,
        string_agg(
            'mentor_hours/hours/' || COALESCE(h.reporter, '') || '|' || COALESCE(h.entry_id, ''),
            chr(10) ORDER BY h.entry_id
        ) AS cells
    FROM hours AS h
    JOIN (SELECT DISTINCT mentor_id, date FROM over) AS o ON o.mentor_id = h.mentor_id AND o.date = h.date
    GROUP BY h.reporter, h.mentor_id, h.date
)
SELECT
    t.reporter,
    t.mentor_id,
    t.date,
    round(CAST(t.hours - s.mentor_day_limit AS DECIMAL(38, 2)) * t.hourly_rate * 100) AS amount_ore,
    t.cells AS evidence,
    t.hours,
    t.placements,
    s.mentor_day_limit AS "limit",
    CASE t.reporter WHEN 'company' THEN 'virksomheden' ELSE 'jobcenteret' END AS side_da,
    t.reporter AS side_en
FROM total AS t
CROSS JOIN rule_set AS s
WHERE t.hours > s.mentor_day_limit
