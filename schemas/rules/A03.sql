-- id = "A03"
-- version = 1
-- name = "absence-without-code"
-- severity = "warning"
-- subject = ["agreement_id", "placement_id", "reporter", "date"]
-- parameters = ["attendance_tolerance"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Fravær uden årsag"
-- message = "Ifølge {side_da} var borgeren i forløbet {placement_id} til stede i {attended_hours} af {planned_hours} planlagte timer den {date}, men fraværet har ingen årsag."
-- explanation = "Jobcenteret skal kunne se, om fraværet var sygdom, udeblivelse eller aftalt fri, for at følge op over for borgeren. En tom årsag giver ingen opfølgning."
-- cure = "Angiv årsagen til fraværet, eller ret de fremmødte timer."
-- basis = "Blankettens fraværskoder (fremmødets felt absence); revisorprofilens tolerance attendance_tolerance"
-- [en]
-- title = "Absence without a reason"
-- message = "According to the {side_en}, the trainee in placement {placement_id} attended {attended_hours} of {planned_hours} planned hours on {date}, but the absence has no reason."
-- explanation = "The jobcentre must see whether an absence was illness, failure to appear or agreed leave in order to follow up. An empty reason gives no follow-up."
-- cure = "State the reason of the absence, or correct the attended hours."
-- basis = "The form's absence codes (attendance field absence); the auditor profile's attendance_tolerance"
SELECT
    p.agreement_id,
    t.placement_id,
    t.reporter,
    t.date,
    'attendance/absence/' || COALESCE(t.reporter, '') || '|' || t.placement_id || '|' || CAST(t.date AS VARCHAR)
        || chr(10) || 'attendance/attended_hours/' || COALESCE(t.reporter, '') || '|' || t.placement_id || '|'
        || CAST(t.date AS VARCHAR)
        || chr(10) || 'attendance/planned_hours/' || COALESCE(t.reporter, '') || '|' || t.placement_id || '|'
        || CAST(t.date AS VARCHAR) AS evidence,
    t.attended_hours,
    t.planned_hours,
    CASE t.reporter WHEN 'company' THEN 'virksomheden' ELSE 'jobcenteret' END AS side_da,
    t.reporter AS side_en
FROM attendance AS t
JOIN placements AS p ON p.placement_id = t.placement_id
JOIN profile AS v
    ON v.agreement_id IS NOT DISTINCT FROM p.agreement_id AND v.jobcentre IS NOT DISTINCT FROM p.jobcentre
WHERE t.attended_hours < t.planned_hours AND t.absence IS NULL
    AND t.attended_hours < t.planned_hours - v.attendance_tolerance AND t.date IS NOT NULL
