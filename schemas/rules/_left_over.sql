-- name = "left_over"
-- da = "Celler, som den anden side ikke har."
-- en = "Cells that the other side does not have."
WITH alone AS (
  SELECT
    'company' AS reporter, placement_id, mentor_id, date, agreement_id, jobcentre, month, hourly_rate,
    company_hours AS hours, company_entries AS entries, company_entry_id AS entry_id
  FROM cell
  WHERE jobcentre_entries = 0
  UNION ALL
  SELECT
    'jobcentre' AS reporter, placement_id, mentor_id, date, agreement_id, jobcentre, month, hourly_rate,
    jobcentre_hours AS hours, jobcentre_entries AS entries, jobcentre_entry_id AS entry_id
  FROM cell
  WHERE company_entries = 0
),
crowded AS (
  -- Of one entry the cell knows the id: only the others are listed.
  SELECT 'company' AS reporter, placement_id, mentor_id, date
  FROM cell
  WHERE jobcentre_entries = 0 AND company_entries > 1
  UNION
  SELECT 'jobcentre' AS reporter, placement_id, mentor_id, date
  FROM cell
  WHERE company_entries = 0 AND jobcentre_entries > 1
),
listed AS (
  SELECT
    h.reporter, h.placement_id, h.mentor_id, h.date,
    string_agg(DISTINCT h.reporter || '|' || h.entry_id, chr(10) ORDER BY h.reporter || '|' || h.entry_id) AS entry_keys
  FROM hours AS h
  INNER JOIN crowded AS e
    ON e.reporter = h.reporter AND e.placement_id = h.placement_id AND e.mentor_id = h.mentor_id AND e.date = h.date
  WHERE h.entry_id IS NOT NULL AND h.hours IS NOT NULL
  GROUP BY h.reporter, h.placement_id, h.mentor_id, h.date
)
SELECT
  e.reporter, e.placement_id, e.mentor_id, e.date, e.agreement_id, e.jobcentre, e.month, e.hourly_rate,
  e.hours, e.entries, e.entry_id,
  CAST(CAST(e.hours AS DECIMAL(38, 2)) * 100 AS BIGINT) AS hundredths,
  COALESCE(k.entry_keys, e.reporter || '|' || e.entry_id) AS entry_keys,
  'mentor_hours/hours/'
    || replace(COALESCE(k.entry_keys, e.reporter || '|' || e.entry_id), chr(10), chr(10) || 'mentor_hours/hours/') AS hours_cells
FROM alone AS e
LEFT JOIN listed AS k
  ON k.reporter = e.reporter AND k.placement_id = e.placement_id AND k.mentor_id = e.mentor_id AND k.date = e.date
