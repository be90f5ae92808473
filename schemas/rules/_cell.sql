-- name = "cell"
-- da = "Celler: hver sides sum af timer for et forløb, en mentor og en dato."
-- en = "Cells: each side's sum of hours for a placement, a mentor and a date."
SELECT
  placement_id,
  mentor_id,
  date,
  agreement_id,
  jobcentre,
  hourly_rate,
  MIN(month) AS month,
  SUM(CASE reporter WHEN 'company' THEN hours END) AS company_hours,
  SUM(CASE reporter WHEN 'jobcentre' THEN hours END) AS jobcentre_hours,
  COUNT(CASE reporter WHEN 'company' THEN 1 END) AS company_entries,
  COUNT(CASE reporter WHEN 'jobcentre' THEN 1 END) AS jobcentre_entries,
  MIN(CASE reporter WHEN 'company' THEN entry_id END) AS company_entry_id,
  MIN(CASE reporter WHEN 'jobcentre' THEN entry_id END) AS jobcentre_entry_id
FROM hours
WHERE
  reporter IN ('company', 'jobcentre')
  AND entry_id IS NOT NULL
  AND mentor_id IS NOT NULL
  AND date IS NOT NULL
  AND hours IS NOT NULL
GROUP BY placement_id, mentor_id, date, agreement_id, jobcentre, hourly_rate
