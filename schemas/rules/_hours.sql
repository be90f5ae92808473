-- name = "hours"
-- da = "Mentortimer uden de senere gengangere (M03), med forløb og aftale; inside er tom, hvor forløbets datoer mangler."
-- en = "Mentor hours without the later duplicates (M03), with placement and agreement; inside is empty where the placement's dates are."
WITH first_entry AS (
  SELECT
    h.*,
    MIN(h.entry_id) OVER (
      PARTITION BY h.reporter, h.placement_id, h.mentor_id, h.date, h.hours, h.activity
    ) AS first_entry_id
  FROM mentor_hours AS h
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
  lpad(CAST(extract(isoyear FROM h.date) AS VARCHAR), 4, '0')
    || '-W' || lpad(CAST(extract(week FROM h.date) AS VARCHAR), 2, '0') AS week,
  substr(CAST(h.date AS VARCHAR), 1, 7) AS month,
  a.hourly_rate,
  (h.date >= l.start AND h.date <= l.last_day) AS inside
FROM first_entry AS h
INNER JOIN last_day AS l ON l.placement_id = h.placement_id
INNER JOIN agreements AS a ON a.agreement_id = l.agreement_id
WHERE
  h.entry_id = h.first_entry_id
  OR h.reporter IS NULL
  OR h.mentor_id IS NULL
  OR h.date IS NULL
  OR h.hours IS NULL
  OR h.activity IS NULL
