-- id = "R03"
-- version = 1
-- name = "hours-differ"
-- severity = "error"
-- subject = ["agreement_id", "placement_id", "mentor_id", "date"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "De to sider har forskellige timer"
-- message = "For {placement_id} den {date} (mentor {mentor_id}) har virksomheden {company_hours} mentortimer og jobcenteret {jobcentre_hours}. {cause}"
-- explanation = "Begge sider har timer for samme forløb, mentor og dato, men summerne er ikke ens."
-- cure = "Find ud af, hvilken side der har ret. Accepteres afvigelsen, gælder jobcenterets tal for virksomhedens række."
-- basis = "Afstemning af mentortimer før udbetaling (fokusrevision af mentorstøtte 2018-19, cabiweb.dk/temaer/mentor/mentormaterialer/)"
-- [da.causes]
-- decimal-separator-lost = "Sandsynligvis er kommaet gået tabt i det største tal."
-- minutes-as-hours = "Sandsynligvis er minutter skrevet som timer i det største tal."
-- doubled = "Sandsynligvis er timerne talt to gange."
-- clock-as-decimal = "Sandsynligvis er timer og minutter skrevet som et kommatal (1,30 for 1 time og 30 minutter)."
-- rounded = "Sandsynligvis er det ene tal afrundet."
-- [en]
-- title = "The two sides have different hours"
-- message = "For {placement_id} on {date} (mentor {mentor_id}) the company has {company_hours} mentor hours and the jobcentre {jobcentre_hours}. {cause}"
-- explanation = "Both sides have hours for the same placement, mentor and date, but the sums differ."
-- cure = "Find out which side is right. If the finding is accepted, the jobcentre's figure holds for the company's row."
-- basis = "Reconciling mentor hours before payment (focus audit of mentor support 2018-19, cabiweb.dk/temaer/mentor/mentormaterialer/)"
-- [en.causes]
-- decimal-separator-lost = "Probably the decimal separator was lost in the larger figure."
-- minutes-as-hours = "Probably minutes were written as hours in the larger figure."
-- doubled = "Probably the hours were counted twice."
-- clock-as-decimal = "Probably hours and minutes were written as a decimal (1.30 for 1 hour 30 minutes)."
-- rounded = "Probably one figure was rounded."
WITH differing AS (
  SELECT
    c.*,
    CAST(CAST(c.company_hours AS DECIMAL(38, 2)) * 100 AS BIGINT) AS company_hundredths,
    CAST(CAST(c.jobcentre_hours AS DECIMAL(38, 2)) * 100 AS BIGINT) AS jobcentre_hundredths
  FROM cell AS c
  WHERE c.company_hours <> c.jobcentre_hours
),
keyed AS (
  SELECT
    h.placement_id, h.mentor_id, h.date,
    string_agg(
      DISTINCT 'mentor_hours/hours/' || h.reporter || '|' || h.entry_id,
      chr(10) ORDER BY 'mentor_hours/hours/' || h.reporter || '|' || h.entry_id
    ) AS evidence
  FROM hours AS h
  INNER JOIN differing AS d ON d.placement_id = h.placement_id AND d.mentor_id = h.mentor_id AND d.date = h.date
  WHERE h.reporter IN ('company', 'jobcentre') AND h.entry_id IS NOT NULL AND h.hours IS NOT NULL
  GROUP BY h.placement_id, h.mentor_id, h.date
),
judged AS (
  SELECT
    d.agreement_id,
    d.placement_id,
    d.mentor_id,
    d.date,
    d.company_hours,
    d.jobcentre_hours,
    CASE WHEN d.company_hours > d.jobcentre_hours THEN d.company_hundredths ELSE d.jobcentre_hundredths END AS larger,
    CASE WHEN d.company_hours > d.jobcentre_hours THEN d.jobcentre_hundredths ELSE d.company_hundredths END AS smaller,
    d.hourly_rate,
    CASE WHEN d.company_entries = 1 AND d.jobcentre_entries = 1 THEN 'mentor_hours/hours/company|' || d.company_entry_id END
      AS proposal,
    k.evidence
  FROM differing AS d
  INNER JOIN keyed AS k ON k.placement_id = d.placement_id AND k.mentor_id = d.mentor_id AND k.date = d.date
)
SELECT
  agreement_id,
  placement_id,
  mentor_id,
  date,
  ROUND(CAST(larger - smaller AS DECIMAL(38, 0)) * hourly_rate) AS amount_ore,
  CASE WHEN proposal IS NOT NULL THEN 0 END AS effect_ore,
  CASE
    WHEN larger = 10 * smaller OR larger = 100 * smaller THEN 'decimal-separator-lost'
    WHEN smaller = (2 * larger + 60) // 120 THEN 'minutes-as-hours'
    WHEN larger = 2 * smaller THEN 'doubled'
    WHEN smaller % 100 < 60 AND larger = smaller // 100 * 100 + (200 * (smaller % 100) + 60) // 120
      THEN 'clock-as-decimal'
    WHEN larger - smaller <= 25 THEN 'rounded'
  END AS likely_cause,
  proposal,
  CAST(jobcentre_hours AS VARCHAR) AS proposal_value,
  evidence,
  company_hours,
  jobcentre_hours
FROM judged
