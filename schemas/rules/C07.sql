-- id = "C07"
-- version = 1
-- name = "under-documented"
-- severity = "warning"
-- subject = ["agreement_id", "claim_id"]
-- parameters = ["hourly_rate"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Kravet har flere timer, end der er dokumenteret"
-- message = "Kravet {claim_id} har {hours} timer; virksomheden har indberettet {company_hours} og jobcenteret {jobcentre_hours} i perioden."
-- explanation = "Timer i et krav skal kunne ses hos mindst én side: i kravets periode og inden for et forløb i samme aftale og jobcenter."
-- cure = "Få de manglende timer indberettet, eller bed kommunen sætte kravet ned."
-- basis = "Dokumentation af leverede mentortimer (fokusrevision af mentorstøtte 2018-19, cabiweb.dk/temaer/mentor/mentormaterialer/)"
-- [en]
-- title = "The claim has more hours than are documented"
-- message = "The claim {claim_id} has {hours} hours; the company has reported {company_hours} and the jobcentre {jobcentre_hours} in the period."
-- explanation = "Hours in a claim must be seen at one side at least: in the claim's period and inside a placement of the same agreement and jobcentre."
-- cure = "Have the missing hours reported, or ask the municipality to lower the claim."
-- basis = "Documenting delivered mentor hours (focus audit of mentor support 2018-19, cabiweb.dk/temaer/mentor/mentormaterialer/)"
WITH reported_hours AS (
  SELECT
    c.claim_id,
    SUM(CASE h.reporter WHEN 'company' THEN h.hours ELSE 0 END) AS company_hours,
    SUM(CASE h.reporter WHEN 'jobcentre' THEN h.hours ELSE 0 END) AS jobcentre_hours
  FROM claims AS c
  INNER JOIN hours AS h
    ON h.agreement_id = c.agreement_id
    AND h.jobcentre = c.jobcentre
    AND h.date >= c.period_start
    AND h.date <= c.period_end
  WHERE h.inside
  GROUP BY c.claim_id
),
documented AS (
  SELECT
    c.claim_id,
    c.agreement_id,
    c.jobcentre,
    c.hours,
    COALESCE(c.hourly_rate, a.hourly_rate) AS rate,
    COALESCE(r.company_hours, 0) AS company_hours,
    COALESCE(r.jobcentre_hours, 0) AS jobcentre_hours,
    CASE
      WHEN COALESCE(r.company_hours, 0) > COALESCE(r.jobcentre_hours, 0) THEN COALESCE(r.company_hours, 0)
      ELSE COALESCE(r.jobcentre_hours, 0)
    END AS documented_hours
  FROM claims AS c
  INNER JOIN agreements AS a ON a.agreement_id = c.agreement_id
  LEFT JOIN reported_hours AS r ON r.claim_id = c.claim_id
  WHERE a.funding <> 'none' AND c.period_start IS NOT NULL AND c.period_end IS NOT NULL
)
SELECT
  d.agreement_id,
  d.claim_id,
  COALESCE(s.severity, 'warning') AS severity,
  ROUND(CAST(d.hours - d.documented_hours AS DECIMAL(38, 2)) * d.rate * 100) AS amount_ore,
  'claims/hours/' || d.claim_id || chr(10) || 'claims/period_start/' || d.claim_id || chr(10)
    || 'claims/period_end/' || d.claim_id AS evidence,
  d.hours,
  d.company_hours,
  d.jobcentre_hours
FROM documented AS d
LEFT JOIN profile_severity AS s ON s.agreement_id = d.agreement_id AND s.jobcentre = d.jobcentre AND s.rule = 'C07'
WHERE d.hours > d.documented_hours
