-- name = "unpaired"
-- da = "De tiloversblevne celler, som R06 efterlader, og om den anden side (other_reporter) har indberettet datoen."
-- en = "The left-over cells that R06 leaves, and whether the other side (other_reporter) has reported the date."
WITH mistaken AS (
  SELECT 'company' AS reporter, company_placement_id AS placement_id, company_mentor_id AS mentor_id, date
  FROM mistaken_pair
  UNION ALL
  SELECT 'jobcentre' AS reporter, jobcentre_placement_id AS placement_id, jobcentre_mentor_id AS mentor_id, date
  FROM mistaken_pair
)
SELECT
  u.*,
  CASE u.reporter WHEN 'company' THEN 'jobcentre' ELSE 'company' END AS other_reporter,
  r.reporter IS NOT NULL AS other_has_reported
FROM unshifted AS u
LEFT JOIN mistaken AS m
  ON m.reporter = u.reporter AND m.placement_id = u.placement_id AND m.mentor_id = u.mentor_id AND m.date = u.date
LEFT JOIN reported AS r
  ON r.table_name = 'mentor_hours'
  AND r.agreement_id = u.agreement_id
  AND r.jobcentre = u.jobcentre
  AND r.reporter = CASE u.reporter WHEN 'company' THEN 'jobcentre' ELSE 'company' END
  AND r.month = u.month
  AND r.first_date <= u.date
  AND u.date <= r.last_date
WHERE m.reporter IS NULL
