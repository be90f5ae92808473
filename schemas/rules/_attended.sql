-- name = "attended"
-- da = "Hvornår en side har fremmøde for et forløb: første og sidste dato i hver uge (fra mandag) af hver måned."
-- en = "When a side has attendance for a placement: the first and last date in each week (from its Monday) of each month."
WITH weekly AS (
  SELECT
    reporter,
    placement_id,
    date - CAST(extract(isodow FROM date) AS INTEGER) + 1 AS monday,
    extract(month FROM date) AS month_number,
    MIN(date) AS first_date,
    MAX(date) AS last_date
  FROM attendance
  WHERE date IS NOT NULL
  GROUP BY reporter, placement_id, date - CAST(extract(isodow FROM date) AS INTEGER) + 1, extract(month FROM date)
)
SELECT reporter, placement_id, monday, substr(CAST(first_date AS VARCHAR), 1, 7) AS month, first_date, last_date
FROM weekly
