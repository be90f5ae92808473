-- name = "hours"
-- da = "Mentortimer uden de senere gengangere (M03), med forløb og aftale; inside er tom, hvor forløbets datoer mangler."
-- en = "Mentor hours without the later duplicates (M03), with placement and agreement; inside is empty where the placement's dates are."
WITH dated AS (
  SELECT DISTINCT date FROM mentor_hours WHERE date IS NOT NULL
),
named AS (
  SELECT
    date,
    substr(CAST(10000 + extract(isoyear FROM date) AS VARCHAR), 2)
      || '-W' || substr(CAST(100 + extract(week FROM date) AS VARCHAR), 2) AS week,
    substr(CAST(date AS VARCHAR), 1, 7) AS month
  FROM dated
)
SELECT
  h.reporter,
  h.entry_id,
  h.placement_id,
  h.mentor_id,
  h.date,
  h.start_time,
  h.end_time,
  h.hours,
  h.activity,
  h.registered_on,
  h.note,
  l.agreement_id,
  l.jobcentre,
  n.week,
  n.month,
  a.hourly_rate,
  (h.date >= l.start AND h.date <= l.last_day) AS inside
FROM mentor_hours AS h
INNER JOIN last_day AS l ON l.placement_id = h.placement_id
INNER JOIN agreements AS a ON a.agreement_id = l.agreement_id
LEFT JOIN named AS n ON n.date = h.date
LEFT JOIN repeated AS r
  ON r.reporter = h.reporter
  AND r.entry_id = h.entry_id
  AND r.placement_id = h.placement_id
  AND r.mentor_id = h.mentor_id
  AND r.date = h.date
  AND r.hours = h.hours
  AND r.activity = h.activity
WHERE
  r.reporter IS NULL
  AND (
    h.entry_id IS NOT NULL
    OR h.reporter IS NULL
    OR h.mentor_id IS NULL
    OR h.date IS NULL
    OR h.hours IS NULL
    OR h.activity IS NULL
  )
