-- name = "repeated"
-- da = "Senere gengangere (M03) af mentortimer, med den første indførsel."
-- en = "Later duplicates (M03) of mentor hours, with the first entry."
WITH crowded AS (
  SELECT reporter, placement_id, date
  FROM mentor_hours
  GROUP BY reporter, placement_id, date
  HAVING COUNT(*) > 1
),
compared AS (
  SELECT
    h.reporter, h.entry_id, h.placement_id, h.mentor_id, h.date, h.hours, h.activity,
    MIN(h.entry_id) OVER (
      PARTITION BY h.reporter, h.placement_id, h.mentor_id, h.date, h.hours, h.activity
    ) AS first_entry_id
  FROM mentor_hours AS h
  INNER JOIN crowded AS c ON c.reporter = h.reporter AND c.placement_id = h.placement_id AND c.date = h.date
  WHERE h.mentor_id IS NOT NULL AND h.hours IS NOT NULL AND h.activity IS NOT NULL
)
SELECT reporter, entry_id, placement_id, mentor_id, date, hours, activity, first_entry_id
FROM compared
WHERE entry_id > first_entry_id OR (entry_id IS NULL AND first_entry_id IS NOT NULL)
