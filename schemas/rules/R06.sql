-- id = "R06"
-- version = 1
-- name = "wrong-person"
-- severity = "error"
-- subject = ["agreement_id", "date", "company_placement_id", "company_mentor_id", "jobcentre_placement_id", "jobcentre_mentor_id"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Samme timer på hver sin borger eller mentor"
-- message = "Den {date} har virksomheden {hours} mentortimer på {company_placement_id} (mentor {company_mentor_id}) og jobcenteret de samme timer på {jobcentre_placement_id} (mentor {jobcentre_mentor_id}). {cause}"
-- explanation = "Siderne har de samme timer på samme dato, men borgeren eller mentoren er ikke den samme, og hver er den andens eneste mulighed."
-- cure = "Find ud af, hvem timerne gælder, og ret den side, der har forvekslet dem."
-- basis = "Afstemning af mentortimer før udbetaling (fokusrevision af mentorstøtte 2018-19, cabiweb.dk/temaer/mentor/mentormaterialer/)"
-- [da.causes]
-- other-trainee = "Sandsynligvis har den ene side valgt en anden borger."
-- other-mentor = "Sandsynligvis har den ene side valgt en anden mentor."
-- [en]
-- title = "The same hours on different trainees or mentors"
-- message = "On {date} the company has {hours} mentor hours for {company_placement_id} (mentor {company_mentor_id}) and the jobcentre the same hours for {jobcentre_placement_id} (mentor {jobcentre_mentor_id}). {cause}"
-- explanation = "The sides have the same hours on the same date, but the trainee or the mentor is not the same, and each is the other's only candidate."
-- cure = "Find out whom the hours concern, and correct the side that mistook them."
-- basis = "Reconciling mentor hours before payment (focus audit of mentor support 2018-19, cabiweb.dk/temaer/mentor/mentormaterialer/)"
-- [en.causes]
-- other-trainee = "Probably one side chose another trainee."
-- other-mentor = "Probably one side chose another mentor."
SELECT
  agreement_id,
  date,
  company_placement_id,
  company_mentor_id,
  jobcentre_placement_id,
  jobcentre_mentor_id,
  ROUND(CAST(hours AS DECIMAL(38, 2)) * hourly_rate * 100) AS amount_ore,
  likely_cause,
  person_cells AS evidence,
  hours
FROM mistaken_pair
