-- id = "R02"
-- version = 1
-- name = "only-jobcentre"
-- severity = "error"
-- subject = ["agreement_id", "placement_id", "mentor_id", "date"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Timer, som kun jobcenteret har"
-- message = "Jobcenteret har {hours} mentortimer for {placement_id} den {date} (mentor {mentor_id}); virksomheden har indberettet perioden, men ikke disse timer."
-- explanation = "Begge sider har indberettet dagene omkring datoen, men kun jobcenteret har timerne. Forskudte datoer (R04) og forvekslede personer (R06) er skilt fra."
-- cure = "Spørg virksomheden, om timerne er holdt, og få dem indberettet; ellers bed jobcenteret fjerne dem."
-- basis = "Afstemning af mentortimer før udbetaling (fokusrevision af mentorstøtte 2018-19, cabiweb.dk/temaer/mentor/mentormaterialer/)"
-- [en]
-- title = "Hours that only the jobcentre has"
-- message = "The jobcentre has {hours} mentor hours for {placement_id} on {date} (mentor {mentor_id}); the company has reported the period, but not these hours."
-- explanation = "Both sides have reported the days around the date, but only the jobcentre has the hours. Shifted dates (R04) and mistaken persons (R06) are set apart."
-- cure = "Ask the company whether the hours were held and have them reported; otherwise ask the jobcentre to remove them."
-- basis = "Reconciling mentor hours before payment (focus audit of mentor support 2018-19, cabiweb.dk/temaer/mentor/mentormaterialer/)"
SELECT
  agreement_id,
  placement_id,
  mentor_id,
  date,
  ROUND(CAST(hours AS DECIMAL(38, 2)) * hourly_rate * 100) AS amount_ore,
  hours_cells AS evidence,
  hours
FROM unpaired
WHERE reporter = 'jobcentre' AND other_has_reported
