-- name = "last_day"
-- da = "Et forløbs sidste dag: actual_end, ellers den seneste af planned_end og forlængelsernes new_planned_end."
-- en = "A placement's last day: actual_end, else the latest of planned_end and the extensions' new_planned_end."
WITH extended AS (
  SELECT placement_id, MAX(new_planned_end) AS new_planned_end
  FROM extensions
  GROUP BY placement_id
)
SELECT
  p.placement_id,
  p.agreement_id,
  p.jobcentre,
  p.start,
  p.planned_end,
  p.actual_end,
  CASE
    WHEN p.actual_end IS NOT NULL THEN p.actual_end
    WHEN e.new_planned_end > p.planned_end OR p.planned_end IS NULL THEN e.new_planned_end
    ELSE p.planned_end
  END AS last_day
FROM placements AS p
LEFT JOIN extended AS e ON e.placement_id = p.placement_id
