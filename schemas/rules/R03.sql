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
    c.agreement_id,
    c.placement_id,
    c.mentor_id,
    c.date,
    c.hours AS company_hours,
    j.hours AS jobcentre_hours,
    CASE WHEN c.hundredths > j.hundredths THEN c.hundredths ELSE j.hundredths END AS larger,
    CASE WHEN c.hundredths > j.hundredths THEN j.hundredths ELSE c.hundredths END AS smaller,
    CAST(c.hourly_rate * 100 AS BIGINT) AS rate_ore,
    CASE WHEN c.entries = 1 AND j.entries = 1 THEN 'mentor_hours/hours/company|' || c.entry_id END AS proposal,
    'mentor_hours/hours/' || replace(c.entry_keys || chr(10) || j.entry_keys, chr(10), chr(10) || 'mentor_hours/hours/') AS evidence
  FROM cell AS c
  INNER JOIN cell AS j ON j.placement_id = c.placement_id AND j.mentor_id = c.mentor_id AND j.date = c.date
  WHERE c.reporter = 'company' AND j.reporter = 'jobcentre' AND c.hundredths <> j.hundredths
)
SELECT
  agreement_id,
  placement_id,
  mentor_id,
  date,
  (2 * (larger - smaller) * rate_ore + 100) // 200 AS amount_ore,
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
FROM differing
