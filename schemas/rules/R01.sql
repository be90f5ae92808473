-- id = "R01"
-- version = 1
-- name = "only-company"
-- severity = "error"
-- subject = ["agreement_id", "placement_id", "mentor_id", "date"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Timer, som kun virksomheden har"
-- message = "Virksomheden har {hours} mentortimer for {placement_id} den {date} (mentor {mentor_id}); jobcenteret har indberettet perioden, men ikke disse timer."
-- explanation = "Begge sider har indberettet dagene omkring datoen, men kun virksomheden har timerne. Forskudte datoer (R04) og forvekslede personer (R06) er skilt fra."
-- cure = "Spørg jobcenteret, om timerne er holdt. Accepteres afvigelsen, tæller virksomhedens række ikke med."
-- basis = "Afstemning af mentortimer før udbetaling (fokusrevision af mentorstøtte 2018-19, cabiweb.dk/temaer/mentor/mentormaterialer/)"
-- [en]
-- title = "Hours that only the company has"
-- message = "The company has {hours} mentor hours for {placement_id} on {date} (mentor {mentor_id}); the jobcentre has reported the period, but not these hours."
-- explanation = "Both sides have reported the days around the date, but only the company has the hours. Shifted dates (R04) and mistaken persons (R06) are set apart."
-- cure = "Ask the jobcentre whether the hours were held. If the finding is accepted, the company's row no longer counts."
-- basis = "Reconciling mentor hours before payment (focus audit of mentor support 2018-19, cabiweb.dk/temaer/mentor/mentormaterialer/)"
SELECT
  agreement_id,
  placement_id,
  mentor_id,
  date,
  ROUND(CAST(hours AS DECIMAL(38, 2)) * hourly_rate * 100) AS amount_ore,
  CASE WHEN entries = 1 THEN 0 END AS effect_ore,
  CASE WHEN entries = 1 THEN 'mentor_hours/*/company|' || entry_id END AS proposal,
  CAST(NULL AS VARCHAR) AS proposal_value,
  hours_cells AS evidence,
  hours
FROM unpaired
WHERE reporter = 'company' AND other_has_reported
