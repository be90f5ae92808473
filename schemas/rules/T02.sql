-- id = "T02"
-- version = 1
-- name = "confirmation-differs"
-- severity = "warning"
-- subject = ["agreement_id", "placement_id", "reporter", "week"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Flere timer, end borgeren har bekræftet"
-- message = "{reporter}: {hours} timer for {placement_id} i uge {week}; borgeren har bekræftet {confirmed}."
-- explanation = "Borgerens egen bekræftelse gælder timer, som borgeren selv har set. Koordinering og afrapportering tæller ikke med."
-- cure = "Tal med borgeren og den side, der har indberettet timerne, og ret den, der tager fejl."
-- basis = "Borgerbekræftelsen; avisen.dk/afsloeret_518155.aspx om betalte timer, som borgeren aldrig så"
-- [en]
-- title = "More hours than the trainee confirmed"
-- message = "{reporter}: {hours} hours for {placement_id} in week {week}; the trainee confirmed {confirmed}."
-- explanation = "The trainee's own confirmation concerns hours that the trainee saw. Coordination and reporting do not count."
-- cure = "Talk with the trainee and the side that reported the hours, and correct whoever is wrong."
-- basis = "The trainee's confirmation; avisen.dk/afsloeret_518155.aspx on paid hours that the trainee never saw"
WITH counted AS (
  SELECT agreement_id, placement_id, reporter, week, hourly_rate, SUM(hours) AS hours
  FROM hours
  WHERE activity NOT IN ('coordination', 'reporting')
  GROUP BY agreement_id, placement_id, reporter, week, hourly_rate
),
over AS (
  SELECT DISTINCT t.placement_id, t.week
  FROM counted AS t
  INNER JOIN confirmations AS c ON c.placement_id = t.placement_id AND c.week = t.week
  WHERE t.hours > c.mentor_hours_confirmed
),
seen AS (
  SELECT
    h.agreement_id,
    h.placement_id,
    h.reporter,
    h.week,
    h.hourly_rate,
    SUM(h.hours) AS hours,
    string_agg('mentor_hours/hours/' || h.reporter || '|' || h.entry_id, chr(10) ORDER BY h.date, h.entry_id) AS cells
  FROM hours AS h
  INNER JOIN over AS o ON o.placement_id = h.placement_id AND o.week = h.week
  WHERE h.activity NOT IN ('coordination', 'reporting')
  GROUP BY h.agreement_id, h.placement_id, h.reporter, h.week, h.hourly_rate
)
SELECT
  s.agreement_id,
  s.placement_id,
  s.reporter,
  s.week,
  ROUND(CAST(s.hours - c.mentor_hours_confirmed AS DECIMAL(38, 2)) * s.hourly_rate * 100) AS amount_ore,
  s.cells || chr(10) || 'confirmations/mentor_hours_confirmed/' || c.placement_id || '|' || c.week AS evidence,
  s.hours,
  c.mentor_hours_confirmed AS confirmed
FROM seen AS s
INNER JOIN confirmations AS c ON c.placement_id = s.placement_id AND c.week = s.week
WHERE s.hours > c.mentor_hours_confirmed
