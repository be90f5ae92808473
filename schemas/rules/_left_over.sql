-- name = "left_over"
-- da = "Celler, som den anden side ikke har."
-- en = "Cells that the other side does not have."
SELECT
  c.*,
  'mentor_hours/hours/' || replace(c.entry_keys, chr(10), chr(10) || 'mentor_hours/hours/') AS hours_cells
FROM cell AS c
LEFT JOIN cell AS o
  ON o.placement_id = c.placement_id AND o.mentor_id = c.mentor_id AND o.date = c.date AND o.reporter <> c.reporter
WHERE o.reporter IS NULL
