-- name = "mistaken_pair"
-- da = "R06: to sider med samme dato og timer, hvor kun borgeren eller kun mentoren er en anden; hver er den andens eneste mulighed."
-- en = "R06: two sides with the same date and hours where only the trainee or only the mentor is another; each is the other's only candidate."
WITH candidate AS (
  SELECT
    c.agreement_id, c.date, c.hours, c.hundredths, c.hourly_rate,
    c.placement_id AS company_placement_id, c.mentor_id AS company_mentor_id,
    j.placement_id AS jobcentre_placement_id, j.mentor_id AS jobcentre_mentor_id,
    'mentor_hours/placement_id/' || replace(c.entry_keys || chr(10) || j.entry_keys, chr(10), chr(10) || 'mentor_hours/placement_id/') AS person_cells,
    'other-trainee' AS likely_cause
  FROM unshifted AS c
  INNER JOIN unshifted AS j
    ON j.date = c.date AND j.hours = c.hours AND j.mentor_id = c.mentor_id
    AND j.agreement_id = c.agreement_id AND j.jobcentre = c.jobcentre
  WHERE c.reporter = 'company' AND j.reporter = 'jobcentre' AND j.placement_id <> c.placement_id
  UNION ALL
  SELECT
    c.agreement_id, c.date, c.hours, c.hundredths, c.hourly_rate,
    c.placement_id AS company_placement_id, c.mentor_id AS company_mentor_id,
    j.placement_id AS jobcentre_placement_id, j.mentor_id AS jobcentre_mentor_id,
    'mentor_hours/mentor_id/' || replace(c.entry_keys || chr(10) || j.entry_keys, chr(10), chr(10) || 'mentor_hours/mentor_id/') AS person_cells,
    'other-mentor' AS likely_cause
  FROM unshifted AS c
  INNER JOIN unshifted AS j ON j.date = c.date AND j.hours = c.hours AND j.placement_id = c.placement_id
  WHERE c.reporter = 'company' AND j.reporter = 'jobcentre' AND j.mentor_id <> c.mentor_id
),
counted AS (
  SELECT
    k.*,
    COUNT(*) OVER (PARTITION BY company_placement_id, company_mentor_id, date) AS company_candidates,
    COUNT(*) OVER (PARTITION BY jobcentre_placement_id, jobcentre_mentor_id, date) AS jobcentre_candidates
  FROM candidate AS k
)
SELECT
  agreement_id, date, hours, hundredths, hourly_rate,
  company_placement_id, company_mentor_id, jobcentre_placement_id, jobcentre_mentor_id,
  person_cells, likely_cause
FROM counted
WHERE company_candidates = 1 AND jobcentre_candidates = 1
