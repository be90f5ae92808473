-- id = "D03"
-- version = 1
-- name = "note-missing"
-- severity = "warning"
-- subject = ["agreement_id", "placement_id", "reporter", "entry_id"]
-- parameters = ["note_required_for"]
-- valid_from = 2016-01-01
-- [da]
-- title = "Notat mangler"
-- message = "Ifølge {side_da} er der givet {hours} mentortimer den {date} i forløbet {placement_id} ({activity}), men notatet er tomt."
-- explanation = "For nogle aktiviteter siger timetallet ikke nok om, hvad mentoren lavede. Revisor kræver derfor en kort forklaring uden personoplysninger."
-- cure = "Skriv et kort notat om, hvad timerne gik til, uden navne og personnumre."
-- basis = "Revisorprofilens krav note_required_for; mentors opgaver skal kunne dokumenteres (ft.dk/samling/20181/almdel/SOU/bilag/190/2027546)"
-- [en]
-- title = "Note missing"
-- message = "According to the {side_en}, {hours} mentor hours were given on {date} in placement {placement_id} ({activity}), but the note is empty."
-- explanation = "For some activities the hours alone do not tell what the mentor did. So the auditor asks for a short explanation without personal data."
-- cure = "Write a short note on what the hours were spent on, without names or civil registration numbers."
-- basis = "The auditor profile's demand note_required_for; the mentor's tasks are to be documented (ft.dk/samling/20181/almdel/SOU/bilag/190/2027546)"
SELECT
    h.agreement_id,
    h.placement_id,
    h.reporter,
    h.entry_id,
    s.severity,
    round(CAST(h.hours AS DECIMAL(38, 2)) * h.hourly_rate * 100) AS amount_ore,
    'mentor_hours/note/' || COALESCE(h.reporter, '') || '|' || COALESCE(h.entry_id, '')
        || chr(10) || 'mentor_hours/activity/' || COALESCE(h.reporter, '') || '|' || COALESCE(h.entry_id, '')
        AS evidence,
    h.date,
    h.hours,
    h.activity,
    CASE h.reporter WHEN 'company' THEN 'virksomheden' ELSE 'jobcenteret' END AS side_da,
    h.reporter AS side_en
FROM hours AS h
JOIN profile_note AS n
    ON n.agreement_id = h.agreement_id AND n.jobcentre = h.jobcentre AND n.activity = h.activity
LEFT JOIN profile_severity AS s
    ON s.agreement_id = h.agreement_id AND s.jobcentre = h.jobcentre AND s.rule = 'D03'
WHERE h.note IS NULL
