-- name = "unshifted"
-- da = "De tiloversblevne celler, som R04 efterlader."
-- en = "The left-over cells that R04 leaves."
WITH shifted AS (
  SELECT 'company' AS reporter, placement_id, mentor_id, company_date AS date FROM shifted_pair
  UNION ALL
  SELECT 'jobcentre' AS reporter, placement_id, mentor_id, jobcentre_date AS date FROM shifted_pair
)
SELECT l.*
FROM left_over AS l
LEFT JOIN shifted AS s
  ON s.reporter = l.reporter AND s.placement_id = l.placement_id AND s.mentor_id = l.mentor_id AND s.date = l.date
WHERE s.reporter IS NULL
