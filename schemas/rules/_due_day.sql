-- name = "due_day"
-- view = true
-- da = "Dage, hvor en side skal have fremmøde: inden for forløbet, indberettet af siden, ikke lukkedag, ikke 5. juni, 24. eller 31. december."
-- en = "Days on which a side owes attendance: inside the placement, reported by that side, no closed day, not 5 June, 24 or 31 December."
WITH reported_day AS (
  SELECT r.reporter, r.agreement_id, r.jobcentre, d.date, d.iso_week
  FROM reported AS r
  INNER JOIN open_day AS d ON d.month = r.month AND d.date >= r.first_date AND d.date <= r.last_date
  WHERE r.table_name = 'attendance'
)
SELECT d.reporter, l.placement_id, l.agreement_id, l.jobcentre, d.date, d.iso_week AS week
FROM reported_day AS d
INNER JOIN last_day AS l
  ON l.agreement_id = d.agreement_id AND l.jobcentre = d.jobcentre AND l.start <= d.date AND d.date <= l.last_day
