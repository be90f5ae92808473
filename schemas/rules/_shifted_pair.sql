-- name = "shifted_pair"
-- da = "R04: to sider af samme forløb, mentor og timer, hvis datoer kun er forskudt; hver er den andens eneste mulighed."
-- en = "R04: two sides of one placement, mentor and hours whose dates are only shifted; each is the other's only candidate."
WITH candidate AS (
  SELECT
    c.agreement_id,
    c.placement_id,
    c.mentor_id,
    c.hours,
    c.date AS company_date,
    j.date AS jobcentre_date,
    c.entries AS company_entries,
    c.entry_id AS company_entry_id,
    'mentor_hours/date/' || replace(c.entry_keys || chr(10) || j.entry_keys, chr(10), chr(10) || 'mentor_hours/date/') AS date_cells,
    COUNT(*) OVER (PARTITION BY c.placement_id, c.mentor_id, c.date) AS company_candidates,
    COUNT(*) OVER (PARTITION BY j.placement_id, j.mentor_id, j.date) AS jobcentre_candidates,
    CASE
      WHEN
        extract(year FROM c.date) = extract(year FROM j.date)
        AND extract(month FROM c.date) = extract(day FROM j.date)
        AND extract(day FROM c.date) = extract(month FROM j.date)
        THEN 'day-month-swapped'
      WHEN c.date = j.date + 1 THEN 'day-after'
      WHEN c.date = j.date - 1 THEN 'day-before'
      ELSE 'wrong-year'
    END AS likely_cause
  FROM left_over AS c
  INNER JOIN left_over AS j ON j.placement_id = c.placement_id AND j.mentor_id = c.mentor_id AND j.hours = c.hours
  WHERE
    c.reporter = 'company'
    AND j.reporter = 'jobcentre'
    AND (
      c.date = j.date + 1
      OR c.date = j.date - 1
      OR (
        extract(year FROM c.date) = extract(year FROM j.date)
        AND extract(month FROM c.date) = extract(day FROM j.date)
        AND extract(day FROM c.date) = extract(month FROM j.date)
      )
      OR (
        extract(month FROM c.date) = extract(month FROM j.date) AND extract(day FROM c.date) = extract(day FROM j.date)
      )
    )
)
SELECT
  agreement_id,
  placement_id,
  mentor_id,
  hours,
  company_date,
  jobcentre_date,
  company_entries,
  company_entry_id,
  date_cells,
  likely_cause
FROM candidate
WHERE company_candidates = 1 AND jobcentre_candidates = 1
