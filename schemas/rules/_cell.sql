-- name = "cell"
-- da = "Celler: summen af en sides timer for et forløb, en mentor og en dato."
-- en = "Cells: the sum of one side's hours for a placement, a mentor and a date."
SELECT
  reporter,
  placement_id,
  mentor_id,
  date,
  agreement_id,
  jobcentre,
  month,
  hourly_rate,
  SUM(hours) AS hours,
  CAST(SUM(hours) * 100 AS BIGINT) AS hundredths,
  COUNT(*) AS entries,
  MIN(entry_id) AS entry_id,
  string_agg(reporter || '|' || entry_id, chr(10) ORDER BY entry_id) AS entry_keys
FROM hours
WHERE
  reporter IN ('company', 'jobcentre')
  AND entry_id IS NOT NULL
  AND mentor_id IS NOT NULL
  AND date IS NOT NULL
  AND hours IS NOT NULL
GROUP BY reporter, placement_id, mentor_id, date, agreement_id, jobcentre, month, hourly_rate
