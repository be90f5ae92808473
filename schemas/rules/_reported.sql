-- name = "reported"
-- da = "Hvad en side har indberettet: en måned med en række, og sidens første og sidste dato; en dato er indberettet, når den ligger imellem i en sådan måned."
-- en = "What a side has reported: a month with a row, and the side's first and last date; a date is reported when it lies between them in such a month."
WITH touched AS (
  -- A week lies in the month of its first date, and where it goes on into another, in that of its last.
  SELECT reporter, placement_id, first_date, last_date
  FROM attended
  UNION ALL
  SELECT reporter, placement_id, last_date AS first_date, last_date
  FROM attended
  WHERE extract(month FROM first_date) <> extract(month FROM last_date)
),
dated AS (
  SELECT reporter, agreement_id, jobcentre, 'mentor_hours' AS table_name, month, MIN(date) AS first_date, MAX(date) AS last_date
  FROM hours
  WHERE date IS NOT NULL
  GROUP BY reporter, agreement_id, jobcentre, month
  UNION ALL
  SELECT
    t.reporter, l.agreement_id, l.jobcentre, 'attendance' AS table_name,
    substr(CAST(MIN(t.first_date) AS VARCHAR), 1, 7) AS month,
    MIN(t.first_date) AS first_date, MAX(t.last_date) AS last_date
  FROM touched AS t
  INNER JOIN last_day AS l ON l.placement_id = t.placement_id
  GROUP BY t.reporter, l.agreement_id, l.jobcentre, extract(year FROM t.first_date), extract(month FROM t.first_date)
),
spans AS (
  SELECT reporter, agreement_id, jobcentre, table_name, MIN(first_date) AS first_date, MAX(last_date) AS last_date
  FROM dated
  GROUP BY reporter, agreement_id, jobcentre, table_name
)
SELECT m.reporter, m.agreement_id, m.jobcentre, m.table_name, m.month, s.first_date, s.last_date
FROM dated AS m
INNER JOIN spans AS s
  ON s.reporter = m.reporter
  AND s.agreement_id = m.agreement_id
  AND s.jobcentre = m.jobcentre
  AND s.table_name = m.table_name
