-- id = "A01"
-- version = 1
-- name = "attendance-outside-placement"
-- severity = "error"
-- subject = ["agreement_id", "placement_id", "reporter", "date"]
-- parameters = []
-- valid_from = 2016-01-01
-- [da]
-- title = "Fremmøde uden for forløbet"
-- message = "Ifølge {side_da} var borgeren til stede i {attended_hours} timer den {date}, men forløbet {placement_id} løber {start} – {last_day}."
-- explanation = "Fremmøde før starten eller efter slutningen hører ikke til forløbet. Enten er fremmødet ført på en forkert dato, eller også er forløbets datoer forkerte."
-- cure = "Ret fremmødets dato, eller ret forløbets start- eller slutdato."
-- basis = "Partnerskabsaftalens forløb (tabellen placements, felterne start, planned_end og actual_end); kontrolregel"
-- [en]
-- title = "Attendance outside the placement"
-- message = "According to the {side_en}, the trainee attended {attended_hours} hours on {date}, but placement {placement_id} runs {start} – {last_day}."
-- explanation = "Attendance before the start or after the end does not belong to the placement. Either it stands on a wrong date, or the placement's dates are wrong."
-- cure = "Correct the date of the attendance, or correct the placement's start or end."
-- basis = "The partnership agreement's placements (table placements, fields start, planned_end and actual_end); control"
SELECT
    l.agreement_id,
    t.placement_id,
    t.reporter,
    t.date,
    'attendance/attended_hours/' || COALESCE(t.reporter, '') || '|' || t.placement_id || '|'
        || CAST(t.date AS VARCHAR) AS evidence,
    t.attended_hours,
    l.start,
    l.last_day,
    CASE t.reporter WHEN 'company' THEN 'virksomheden' ELSE 'jobcenteret' END AS side_da,
    t.reporter AS side_en
FROM attendance AS t
JOIN last_day AS l ON l.placement_id = t.placement_id
WHERE t.attended_hours > 0 AND (t.date < l.start OR t.date > l.last_day)
