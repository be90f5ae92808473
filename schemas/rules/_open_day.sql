-- name = "open_day"
-- da = "Dage, hvor der kan skyldes fremmøde: ikke lukkedag, ikke 5. juni, 24. eller 31. december; med ugens mandag."
-- en = "Days on which attendance may be owed: no closed day, not 5 June, 24 or 31 December; with the week's Monday."
SELECT
  date,
  date - CAST(extract(isodow FROM date) AS INTEGER) + 1 AS monday,
  iso_week,
  month
FROM calendar
WHERE NOT closed AND substr(CAST(date AS VARCHAR), 6, 5) NOT IN ('06-05', '12-24', '12-31')
