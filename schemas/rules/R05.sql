-- id = "R05"
-- version = 1
-- name = "attendance-differs"
-- severity = "warning"
-- subject = ["agreement_id", "placement_id", "date"]
-- parameters = ["attendance_tolerance"]
-- valid_from = 2016-01-01
-- [da]
-- title = "De to sider har forskelligt fremmøde"
-- message = "For {placement_id} den {date} har virksomheden {company_hours} timers fremmøde og jobcenteret {jobcentre_hours}. {cause}"
-- explanation = "Begge sider har fremmøde for samme forløb og dato, og forskellen er større, end revisoren tåler."
-- cure = "Find ud af, hvilken side der har ret. Accepteres afvigelsen, gælder jobcenterets tal for virksomhedens række."
-- basis = "Afstemning af fremmøde; revisorprofilens attendance_tolerance"
-- [da.causes]
-- decimal-separator-lost = "Sandsynligvis er kommaet gået tabt i det største tal."
-- minutes-as-hours = "Sandsynligvis er minutter skrevet som timer i det største tal."
-- doubled = "Sandsynligvis er timerne talt to gange."
-- clock-as-decimal = "Sandsynligvis er timer og minutter skrevet som et kommatal (1,30 for 1 time og 30 minutter)."
-- rounded = "Sandsynligvis er det ene tal afrundet."
-- [en]
-- title = "The two sides have different attendance"
-- message = "For {placement_id} on {date} the company has {company_hours} hours of attendance and the jobcentre {jobcentre_hours}. {cause}"
-- explanation = "Both sides have attendance for the same placement and date, and the difference is larger than the auditor tolerates."
-- cure = "Find out which side is right. If the finding is accepted, the jobcentre's figure holds for the company's row."
-- basis = "Reconciling attendance; the auditor profile's attendance_tolerance"
-- [en.causes]
-- decimal-separator-lost = "Probably the decimal separator was lost in the larger figure."
-- minutes-as-hours = "Probably minutes were written as hours in the larger figure."
-- doubled = "Probably the hours were counted twice."
-- clock-as-decimal = "Probably hours and minutes were written as a decimal (1.30 for 1 hour 30 minutes)."
-- rounded = "Probably one figure was rounded."
WITH differing AS (
  SELECT
    p.agreement_id,
    c.placement_id,
    c.date,
    c.attended_hours AS company_hours,
    j.attended_hours AS jobcentre_hours,
    CAST(100 * CAST(CASE WHEN c.attended_hours > j.attended_hours THEN c.attended_hours ELSE j.attended_hours END AS DECIMAL(38, 2)) AS BIGINT)
      AS larger,
    CAST(100 * CAST(CASE WHEN c.attended_hours > j.attended_hours THEN j.attended_hours ELSE c.attended_hours END AS DECIMAL(38, 2)) AS BIGINT)
      AS smaller,
    CAST(CAST(f.attendance_tolerance AS DECIMAL(38, 2)) * 100 AS BIGINT) AS tolerance,
    c.placement_id || '|' || CAST(c.date AS VARCHAR) AS day_key
  FROM attendance AS c
  INNER JOIN attendance AS j ON j.placement_id = c.placement_id AND j.date = c.date
  INNER JOIN placements AS p ON p.placement_id = c.placement_id
  INNER JOIN profile AS f
    ON f.agreement_id IS NOT DISTINCT FROM p.agreement_id AND f.jobcentre IS NOT DISTINCT FROM p.jobcentre
  WHERE c.reporter = 'company' AND j.reporter = 'jobcentre' AND c.attended_hours <> j.attended_hours
)
SELECT
  agreement_id,
  placement_id,
  date,
  0 AS effect_ore,
  CASE
    WHEN larger = 10 * smaller OR larger = 100 * smaller THEN 'decimal-separator-lost'
    WHEN smaller = (2 * larger + 60) // 120 THEN 'minutes-as-hours'
    WHEN larger = 2 * smaller THEN 'doubled'
    WHEN smaller % 100 < 60 AND larger = smaller // 100 * 100 + (200 * (smaller % 100) + 60) // 120
      THEN 'clock-as-decimal'
    WHEN larger - smaller <= 25 THEN 'rounded'
  END AS likely_cause,
  'attendance/attended_hours/company|' || day_key AS proposal,
  CAST(jobcentre_hours AS VARCHAR) AS proposal_value,
  'attendance/attended_hours/company|' || day_key || chr(10) || 'attendance/attended_hours/jobcentre|' || day_key
    AS evidence,
  company_hours,
  jobcentre_hours
FROM differing
WHERE larger - smaller > tolerance
