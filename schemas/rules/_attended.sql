-- name = "attended"
-- da = "Hvornår en side har fremmøde for et forløb: første og sidste dato i hver uge (fra mandag)."
-- en = "When a side has attendance for a placement: the first and last date in each week (from its Monday)."
SELECT
  reporter,
  placement_id,
  date - CAST(extract(isodow FROM date) AS INTEGER) + 1 AS monday,
  MIN(date) AS first_date,
  MAX(date) AS last_date
FROM attendance
WHERE date IS NOT NULL
GROUP BY reporter, placement_id, date - CAST(extract(isodow FROM date) AS INTEGER) + 1
