-- id = "D01"
-- version = 1
-- name = "conversation-overdue"
-- severity = "warning"
-- subject = ["agreement_id", "placement_id", "from", "to"]
-- parameters = ["conversation_every_weeks"]
-- valid_from = 2016-01-01
-- [da]
-- title = "For lang tid mellem samtaler"
-- message = "I forløbet {placement_id} gik der {days} dage uden samtale, fra {from} til {to}; revisor kræver en samtale mindst hver {every}. uge."
-- explanation = "Samtalerne viser, om forløbet er på rette vej, og er en del af den opfølgning, der betales for. Revisor kræver, at de holdes med faste mellemrum."
-- cure = "Registrér de samtaler, der er holdt, eller notér, hvorfor de ikke blev holdt."
-- basis = "Revisorprofilens krav conversation_every_weeks; Cabi/VFSA: Det Professionelle Partnerskab, 2015, om løbende samtaler (cabiweb.dk/detprofessionellepartnerskab)"
-- [en]
-- title = "Too long between conversations"
-- message = "In placement {placement_id} {days} days passed without a conversation, from {from} to {to}; the auditor asks for one at least every {every} weeks."
-- explanation = "Conversations show whether the placement is on the right track and are part of the follow-up that is paid for. The auditor asks for them at regular intervals."
-- cure = "Register the conversations that were held, or note why they were not."
-- basis = "The auditor profile's demand conversation_every_weeks; Cabi/VFSA: Det Professionelle Partnerskab, 2015, on running talks (cabiweb.dk/detprofessionellepartnerskab)"
WITH followed AS (
    SELECT l.agreement_id, l.jobcentre, l.placement_id, l.start, l.last_day, v.conversation_every_weeks AS every
    FROM last_day AS l
    JOIN profile AS v ON v.agreement_id = l.agreement_id AND v.jobcentre = l.jobcentre
    WHERE v.conversation_every_weeks IS NOT NULL AND l.start IS NOT NULL
),
dated AS (
    SELECT agreement_id, jobcentre, max(date) AS final_date FROM hours GROUP BY agreement_id, jobcentre
    UNION ALL
    SELECT p.agreement_id, p.jobcentre, max(t.last_date)
    FROM attended AS t
    JOIN placements AS p ON p.placement_id = t.placement_id
    GROUP BY p.agreement_id, p.jobcentre
),
latest AS (
    SELECT agreement_id, jobcentre, max(final_date) AS final_date FROM dated GROUP BY agreement_id, jobcentre
),
held AS (
    SELECT
        f.placement_id,
        c.date,
        string_agg(
            'conversations/date/' || COALESCE(c.conversation_id, ''), chr(10) ORDER BY c.conversation_id
        ) AS cells
    FROM followed AS f
    JOIN conversations AS c ON c.placement_id = f.placement_id
    WHERE f.start <= c.date AND c.date <= f.last_day AND COALESCE(c.kind, '') <> 'visitation'
    GROUP BY f.placement_id, c.date
),
point AS (
    SELECT placement_id, start AS date, 'placements/start/' || placement_id AS cells, 1 AS place FROM followed
    UNION ALL
    SELECT placement_id, date, cells, 2 AS place FROM held
    UNION ALL
    SELECT
        f.placement_id,
        CASE WHEN f.last_day <= t.final_date THEN f.last_day ELSE t.final_date END AS date,
        CAST(NULL AS VARCHAR) AS cells,
        3 AS place
    FROM followed AS f
    JOIN latest AS t ON t.agreement_id = f.agreement_id AND t.jobcentre = f.jobcentre
    WHERE f.last_day IS NOT NULL
),
neighbour AS (
    SELECT
        placement_id,
        date AS "from",
        cells,
        lead(date) OVER (PARTITION BY placement_id ORDER BY place, date) AS "to",
        lead(cells) OVER (PARTITION BY placement_id ORDER BY place, date) AS next_cells
    FROM point
)
SELECT
    f.agreement_id,
    f.placement_id,
    n."from",
    n."to",
    s.severity,
    n.cells || COALESCE(chr(10) || n.next_cells, '') AS evidence,
    n."to" - n."from" AS days,
    f.every
FROM neighbour AS n
JOIN followed AS f ON f.placement_id = n.placement_id
LEFT JOIN profile_severity AS s
    ON s.agreement_id = f.agreement_id AND s.jobcentre = f.jobcentre AND s.rule = 'D01'
WHERE n."to" - n."from" > 7 * f.every
