-- id = "R04"
-- version = 1
-- name = "date-shifted"
-- severity = "error"
-- subject = ["agreement_id", "placement_id", "mentor_id", "company_date", "jobcentre_date"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Samme timer på hver sin dato"
-- message = "For {placement_id} (mentor {mentor_id}) har virksomheden {hours} mentortimer den {company_date} og jobcenteret de samme timer den {jobcentre_date}. {cause}"
-- explanation = "Siderne har de samme timer for samme forløb og mentor, men på hver sin dato, og hver er den andens eneste mulighed."
-- cure = "Find den rigtige dato. Accepteres afvigelsen, gælder jobcenterets dato for virksomhedens række."
-- basis = "Afstemning af mentortimer før udbetaling (fokusrevision af mentorstøtte 2018-19, cabiweb.dk/temaer/mentor/mentormaterialer/)"
-- [da.causes]
-- day-month-swapped = "Sandsynligvis er dag og måned byttet om."
-- day-after = "Virksomhedens dato er dagen efter jobcenterets."
-- day-before = "Virksomhedens dato er dagen før jobcenterets."
-- wrong-year = "Sandsynligvis er årstallet forkert på den ene side."
-- [en]
-- title = "The same hours on different dates"
-- message = "For {placement_id} (mentor {mentor_id}) the company has {hours} mentor hours on {company_date} and the jobcentre the same hours on {jobcentre_date}. {cause}"
-- explanation = "The sides have the same hours for the same placement and mentor, but on different dates, and each is the other's only candidate."
-- cure = "Find the right date. If the finding is accepted, the jobcentre's date holds for the company's row."
-- basis = "Reconciling mentor hours before payment (focus audit of mentor support 2018-19, cabiweb.dk/temaer/mentor/mentormaterialer/)"
-- [en.causes]
-- day-month-swapped = "Probably day and month were swapped."
-- day-after = "The company's date is the day after the jobcentre's."
-- day-before = "The company's date is the day before the jobcentre's."
-- wrong-year = "Probably the year is wrong on one side."
SELECT
  agreement_id,
  placement_id,
  mentor_id,
  company_date,
  jobcentre_date,
  CASE WHEN company_entries = 1 THEN 0 END AS effect_ore,
  likely_cause,
  CASE WHEN company_entries = 1 THEN 'mentor_hours/date/company|' || company_entry_id END AS proposal,
  CAST(jobcentre_date AS VARCHAR) AS proposal_value,
  date_cells AS evidence,
  hours
FROM shifted_pair
