-- id = "A02"
-- version = 1
-- name = "attended-over-planned"
-- severity = "warning"
-- subject = ["agreement_id", "placement_id", "reporter", "date"]
-- parameters = ["attendance_tolerance"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Mere fremmøde end planlagt"
-- message = "Ifølge {side_da} var borgeren i forløbet {placement_id} til stede i {attended_hours} timer den {date}; planlagt var {planned_hours} timer."
-- explanation = "Den planlagte tid følger af aftalen med borgeren. Langt flere timer tyder på en tastefejl eller på arbejde, som ikke er aftalt."
-- cure = "Ret de fremmødte timer eller de planlagte timer for dagen."
-- basis = "Forløbets aftalte arbejdstid (fremmødets felt planned_hours); revisorprofilens tolerance attendance_tolerance"
-- [en]
-- title = "More attendance than planned"
-- message = "According to the {side_en}, the trainee in placement {placement_id} attended {attended_hours} hours on {date}; {planned_hours} hours were planned."
-- explanation = "The planned time follows from the agreement with the trainee. Far more hours suggest a typing error, or work that was not agreed."
-- cure = "Correct the attended hours or the planned hours of the day."
-- basis = "The placement's agreed working time (attendance field planned_hours); the auditor profile's attendance_tolerance"
SELECT
    p.agreement_id,
    t.placement_id,
    t.reporter,
    t.date,
    'attendance/attended_hours/' || COALESCE(t.reporter, '') || '|' || t.placement_id || '|' || CAST(t.date AS VARCHAR)
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
WHERE t.attended_hours > t.planned_hours
    AND t.attended_hours > t.planned_hours + v.attendance_tolerance AND t.date IS NOT NULL
